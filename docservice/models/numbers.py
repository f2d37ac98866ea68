"""The registers of official numbers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


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
