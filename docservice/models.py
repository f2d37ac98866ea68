"""The rows: fields, constraints and tiny properties. Verbs live in archive, jobs, audit and the use cases.

Years are stored as BE integers in columns named ``year_be`` and leave the row as ``BE``; instants are UTC.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from docservice.thai import BE


class Year(models.Model):
    """One province's settings of one year, as its year file gave them."""

    year_be = models.PositiveSmallIntegerField()
    province = models.CharField(max_length=2)
    settings = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["year_be", "province"], name="one_year_per_province"),
            CheckConstraint(condition=Q(year_be__gte=2400) & Q(year_be__lte=2700), name="year_is_be"),
        ]

    @property
    def year(self) -> BE:
        """The year as its own type."""
        return BE(self.year_be)


class Dossier(models.Model):
    """The archive's unit: everything of one applicant in one year, or of one office paper."""

    key = models.CharField(max_length=80, unique=True)
    year_be = models.PositiveSmallIntegerField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    title = models.CharField(max_length=500)
    about = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["key"]
        indexes: ClassVar = [Index(fields=["year_be", "province", "district"], name="dossier_by_year")]


class Applicant(models.Model):
    """One unit (หน่วยนับ) of one group in one district in one year."""

    year_be = models.PositiveSmallIntegerField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    group = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    post = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=500, blank=True)
    coordinator = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    members = models.CharField(max_length=100, blank=True)
    result = models.CharField(max_length=10, blank=True, choices=[("passed", "ผ่าน"), ("failed", "ไม่ผ่าน")])
    score = models.CharField(max_length=40, blank=True)
    evidence_complete = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["year_be", "district", "group", "seq"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["year_be", "district", "group", "seq"], name="one_applicant_per_seq"),
            UniqueConstraint(fields=["year_be", "district", "group", "name"], name="one_applicant_per_name"),
        ]

    @property
    def code(self) -> str:
        """The applicant's part of a dossier key: ASCII, no personal data."""
        return f"{self.group}-{self.seq:04d}"

    @property
    def dossier_key(self) -> str:
        """The key of the applicant's dossier."""
        return f"{self.year_be}/{self.province}/{self.district}/{self.code}"


class Document(models.Model):
    """One file of one dossier in one version; the bytes are in the store, never in the row."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="documents")
    path = models.CharField(max_length=600)
    content = models.CharField(max_length=700)
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=700)
    number = models.CharField(max_length=100, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    sha512 = models.CharField(max_length=128)
    pages = models.PositiveIntegerField(null=True)
    inputs = models.CharField(max_length=64)
    provenance = models.JSONField()
    filed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["dossier__key", "path", "version"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["dossier", "path", "version"], name="one_document_per_version"),
        ]
        indexes: ClassVar = [Index(fields=["dossier", "current"], name="document_current")]


class Job(models.Model):
    """What was requested from the queue; its items end done or failed with a reason."""

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

    class Meta:
        ordering: ClassVar = ["-id"]


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


class NumberSeries(models.Model):
    """One register of official numbers: of one office, one series and one calendar year.

    ``first_value`` is where the office's own run begins (``None``: it has given none itself), ``next_value`` what it
    gives next; below it every value of the run has its row.
    """

    province = models.CharField(max_length=2)
    code = models.CharField(max_length=20)
    year_be = models.PositiveSmallIntegerField()
    first_value = models.PositiveIntegerField(null=True)
    next_value = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["province", "code", "year_be"], name="one_register_per_series_and_year"),
        ]


class Number(models.Model):
    """One line of a register of official numbers, or a paper that waits for its number (``value`` is null)."""

    PENDING, RESERVED, USED, VOIDED, FREE = "pending", "reserved", "used", "voided", "free"
    OWN, CENTRAL = "own", "central"
    BOUND = (PENDING, RESERVED, USED)

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10)
    dossier = models.CharField(max_length=80, blank=True)
    given_by = models.CharField(max_length=10, blank=True, choices=[(OWN, "ออกเอง"), (CENTRAL, "ทะเบียนกลาง")])
    text = models.CharField(max_length=100, blank=True)
    dated = models.DateField(null=True)
    subject = models.CharField(max_length=700, blank=True)
    addressee = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    reserved_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["series_id", "value"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["series", "value"], name="a_number_is_given_once"),
            UniqueConstraint(
                fields=["series", "dossier"],
                condition=Q(state__in=("pending", "reserved", "used")),
                name="one_number_per_paper",
            ),
            CheckConstraint(
                condition=Q(state="pending", value__isnull=True) | (~Q(state="pending") & Q(value__isnull=False)),
                name="only_pending_has_no_value",
            ),
            CheckConstraint(condition=~Q(state="voided") | ~Q(reason=""), name="voided_with_its_reason"),
        ]
        indexes: ClassVar = [
            Index(fields=["series", "state"], name="number_by_state"),
            Index(fields=["dossier"], name="number_of_paper"),
        ]


class Event(models.Model):
    """One line of the audit log: who did what, when; each carries the digest of the one before."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    details = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Pulse(models.Model):
    """A sign of life: when something last happened, and how often in all."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    total = models.PositiveBigIntegerField(default=0)
