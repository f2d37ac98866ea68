"""How what is filed was found when it was read again. Instants are UTC."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Index

from docservice.models.archive import Dossier


class Condition(models.Model):
    """A dossier as it was found last: when it was read, and when it was whole for the last time.

    One that was never read has no row.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, primary_key=True, related_name="condition")
    checked_at = models.DateTimeField()
    sound_at = models.DateTimeField(null=True)
    broken = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            Index(fields=["checked_at"], name="condition_by_check"),
            Index(fields=["broken", "dossier"], name="condition_broken"),
        ]


class Sweep(models.Model):
    """One slice of the archive that is being read again, or was: ``quota`` and ``size`` are bytes."""

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    quota = models.PositiveBigIntegerField()
    dossiers = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
