"""What was requested and how far it is. Instants are UTC."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Index, UniqueConstraint


class Job(models.Model):
    """What was requested from the queue; its items end done or failed with a reason.

    ``year_be``, ``province`` and ``district`` say what it is about (empty ``district``: the whole province), and so who
    may see it.
    """

    REQUESTED, RUNNING, DONE, FAILED, CANCELLED = "requested", "running", "done", "failed", "cancelled"

    verb = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=REQUESTED)
    identity = models.CharField(max_length=64, unique=True)
    urgent = models.BooleanField(default=False)
    nudged_at = models.DateTimeField(null=True)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    year_be = models.PositiveSmallIntegerField(null=True)
    province = models.CharField(max_length=2, blank=True)
    district = models.CharField(max_length=4, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [Index(fields=["year_be", "province", "-id"], name="job_by_year")]


class JobItem(models.Model):
    """One unit of work of a job: claimed under a lease, ended done or failed(code)."""

    WAITING, CLAIMED, DONE, FAILED, CANCELLED = "waiting", "claimed", "done", "failed", "cancelled"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=700)
    payload = models.JSONField()
    state = models.CharField(max_length=10, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["job_id", "position"]
        constraints: ClassVar = [UniqueConstraint(fields=["job", "position"], name="one_item_per_position")]
        indexes: ClassVar = [Index(fields=["job", "state", "position"], name="item_by_state")]


class Pulse(models.Model):
    """A sign of life: when something last happened, and how often in all."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    total = models.PositiveBigIntegerField(default=0)
