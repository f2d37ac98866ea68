"""What stays hidden in the redacted edition of an applicant's book: areas of the pages of a file, and who looked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from docservice.models.year import Applicant


class Scrutiny(models.Model):
    """How far an applicant's file (by the digest of its bytes, so that moving it or sending it again loses nothing) has
    been looked at for what has to be hidden.

    ``done``: an officer has looked at every page, of which there were ``pages``, shaped as ``shape`` says; without it
    the file stays out of the redacted edition. ``version`` counts the savings: two windows never overwrite each other.
    """

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="scrutinies")
    sha256 = models.CharField(max_length=64)
    done = models.BooleanField(default=False)
    pages = models.PositiveIntegerField(default=0)
    shape = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    looked_by = models.CharField(max_length=150)
    looked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [Index(fields=["sha256"], name="scrutiny_by_digest")]
        constraints: ClassVar = [UniqueConstraint(fields=["applicant", "sha256"], name="a_file_is_scrutinised_once")]


class HiddenArea(models.Model):
    """A rectangle of one page (from 1) of a scrutinised file, burned in as pixels.

    ``left``, ``top``, ``width`` and ``height`` are ten-thousandths of the page as it is shown upright.
    """

    WHOLE = 10_000
    NATIONAL_ID, RELIGION, BLOOD, RESIDENTS, OTHER = "national-id", "religion", "blood", "residents", "other"
    KINDS: ClassVar = [
        (NATIONAL_ID, "เลขประจำตัวประชาชน"),
        (RELIGION, "ศาสนา"),
        (BLOOD, "หมู่โลหิต"),
        (RESIDENTS, "ผู้อื่นในทะเบียนบ้าน"),
        (OTHER, "ข้อมูลอื่น"),
    ]

    scrutiny = models.ForeignKey(Scrutiny, on_delete=models.CASCADE, related_name="areas")
    page = models.PositiveIntegerField()
    left = models.PositiveSmallIntegerField()
    top = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    marked_by = models.CharField(max_length=150)
    marked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["page", "top", "left", "id"]
        constraints: ClassVar = [
            CheckConstraint(
                condition=Q(page__gte=1, width__gte=1, height__gte=1, left__lte=10_000 - F("width"))
                & Q(top__lte=10_000 - F("height")),
                name="an_area_is_on_its_page",
            ),
        ]
