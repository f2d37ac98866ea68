"""A year and who applied in it. Years are BE integers in columns named ``year_be`` and leave the row as ``BE``."""

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
        indexes: ClassVar = [
            Index(
                fields=["year_be", "province", "district", "group", "evidence_complete", "result"],
                name="applicant_matrix",
            ),
        ]

    @property
    def code(self) -> str:
        """The applicant's part of a dossier key: ASCII, no personal data."""
        return f"{self.group}-{self.seq:04d}"

    @property
    def dossier_key(self) -> str:
        """The key of the applicant's dossier."""
        return f"{self.year_be}/{self.province}/{self.district}/{self.code}"
