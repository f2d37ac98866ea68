"""What a district hands in before it is bound and filed: files on their way, evidence by slot, and the handing over."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from docservice.models.year import Applicant


class Upload(models.Model):
    """A file on its way up: ``received`` of ``size`` bytes are in the intake folder, under ``id``.

    ``outcome``: what became of a finished one: numbers of the evidence files ``added`` and of the ``same`` that were
    there before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=700)
    slot = models.CharField(max_length=60, blank=True)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["started_at"]
        indexes: ClassVar = [Index(fields=["applicant", "finished_at"], name="upload_by_applicant")]


class EvidenceFile(models.Model):
    """One file an applicant handed in; ``slot`` empty: in the tray. Its bytes are in the intake store by digest.

    ``problem``: why no page can be made of it (an error as ``DocserviceError.as_dict``). ``removed_at``: taken out by
    ``removed_by``; the row and the bytes stay.
    """

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="evidence")
    slot = models.CharField(max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=700)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100, blank=True)
    pages = models.PositiveIntegerField(null=True)
    problem = models.JSONField(null=True)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()
    removed_by = models.CharField(max_length=150, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["slot", "position", "id"]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["applicant", "sha256", "slot"], condition=Q(removed_at=None), name="one_copy_per_slot"
            ),
        ]
        indexes: ClassVar = [Index(fields=["applicant", "removed_at"], name="evidence_by_applicant")]


class OriginalSeen(models.Model):
    """An officer has seen the original of what a slot asks for (ตรวจจากต้นฉบับแล้ว), in place of a copy."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="originals_seen")
    slot = models.CharField(max_length=60)
    seen_by = models.CharField(max_length=150)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["applicant", "slot"], name="an_original_is_seen_once")]


class Handover(models.Model):
    """A district has handed its register of applicants to the province; the newest of a district counts."""

    year_be = models.PositiveSmallIntegerField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    units = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    handed_by = models.CharField(max_length=150)
    handed_at = models.DateTimeField()
    returned_by = models.CharField(max_length=150, blank=True)
    returned_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-handed_at"]
        indexes: ClassVar = [Index(fields=["year_be", "province", "district"], name="handover_by_district")]
