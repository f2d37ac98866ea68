"""What is filed: dossiers, their documents, and the audit log. Instants are UTC."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Index, UniqueConstraint
from django.db.models.functions import Left


class Dossier(models.Model):
    """The archive's unit: everything of one applicant in one year, or of one office paper.

    ``files`` and ``size`` (bytes) count its documents of all versions, so that a year is added up without reading them.
    ``disposed``: of a destroyed dossier, when, by which list and whose order; what it held is gone.
    """

    key = models.CharField(max_length=80, unique=True)
    year_be = models.PositiveSmallIntegerField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    title = models.CharField(max_length=500)
    about = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    disposed = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["key"]
        indexes: ClassVar = [
            Index(fields=["year_be", "province", "district", "files", "size"], name="dossier_by_year"),
            Index(fields=["year_be", "province", "district", "key"], name="dossier_in_district"),
        ]

    @property
    def name(self) -> str:
        """Its part of the key: ``leader-0007``."""
        return self.key.rpartition("/")[2]


class Document(models.Model):
    """One file of one dossier in one version; the bytes are in the store, never in the row.

    ``year_be``, ``province`` and ``district`` are the dossier's, so that a list of a year needs no other table.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="documents")
    year_be = models.PositiveSmallIntegerField(default=0)
    province = models.CharField(max_length=2, default="")
    district = models.CharField(max_length=4, default="")
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
        indexes: ClassVar = [
            Index(fields=["dossier", "current"], name="document_current"),
            Index(fields=["year_be", "province", "kind", "current", "-filed_at"], name="document_of_kind"),
            Index(fields=["year_be", "province", "current", "-filed_at"], name="document_newest"),
            Index(fields=["year_be", "province", "district", "current", "-filed_at"], name="document_in_district"),
            Index(fields=["number"], name="document_by_number"),
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
        indexes: ClassVar = [
            Index(Left("subject", 5), "id", name="event_of_year"),
            Index(fields=["subject", "id"], name="event_by_subject"),
            Index(fields=["actor", "id"], name="event_by_actor"),
            Index(fields=["verb", "id"], name="event_by_verb"),
            Index(fields=["at"], name="event_by_time"),
        ]
