"""Editions of Word templates that an office uploads: what each is, where it stands, from when it is in force."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint


class Edition(models.Model):
    """One immutable Word template of an office (``province``) for a kind of paper (and ``variant``).

    ``number`` counts the editions of one kind; ``step`` counts what became of this one, each step a record in the
    store. ``report``: what the check found and what its sample papers came to, JSON.
    """

    CHECKING, FAULTY, READY, APPROVED, WITHDRAWN = "checking", "faulty", "ready", "approved", "withdrawn"
    STATES: ClassVar = (CHECKING, FAULTY, READY, APPROVED, WITHDRAWN)

    province = models.CharField(max_length=2)
    kind = models.CharField(max_length=40)
    variant = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField()
    step = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    file_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    report = models.JSONField(default=dict)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    effective = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["province", "kind", "variant", "-number"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["province", "kind", "variant", "number"], name="one_edition_per_number"),
            CheckConstraint(
                condition=~Q(state="approved") | Q(effective__isnull=False) & ~Q(approved_by=F("uploaded_by")),
                name="approved_by_somebody_else_from_a_day",
            ),
            CheckConstraint(condition=~Q(state="withdrawn") | ~Q(reason=""), name="an_edition_withdrawn_with_reason"),
        ]
        indexes: ClassVar = [
            Index(fields=["province", "kind", "variant", "state", "-effective"], name="edition_in_force"),
        ]

    @property
    def name(self) -> str:
        """What papers and their records call it: ``24-letter-3``, ``24-application-form-leader-1``."""
        return "-".join([self.province, self.kind, *([self.variant] if self.variant else []), str(self.number)])
