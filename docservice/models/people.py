"""Who may use the service, and with what: accounts with a role, and tokens for programs."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Account(AbstractUser):
    """A person: what they may see follows from ``role``, and for two roles from ``districts`` or ``years``.

    ``districts``: four-digit codes of a district officer; ``years``: BE years of an auditor, empty means every year.
    """

    STAFF, DISTRICT, AUDITOR, ADMINISTRATOR = "staff", "district", "auditor", "administrator"
    ROLES: ClassVar = [
        (STAFF, "เจ้าหน้าที่จังหวัด"),
        (DISTRICT, "เจ้าหน้าที่อำเภอ"),
        (AUDITOR, "ผู้ตรวจสอบ"),
        (ADMINISTRATOR, "ผู้ดูแลระบบ"),
    ]

    role = models.CharField("บทบาท", max_length=15, choices=ROLES, default=STAFF)
    districts = models.JSONField("อำเภอ", default=list, blank=True)
    years = models.JSONField("ปี พ.ศ.", default=list, blank=True)
    thai_digits = models.BooleanField("แสดงเลขไทย", default=True)
    language = models.CharField("ภาษา", max_length=2, choices=[("th", "ไทย"), ("en", "English")], default="th")
    must_change_password = models.BooleanField("ต้องตั้งรหัสผ่านใหม่", default=False)

    class Meta:
        ordering: ClassVar = ["username"]

    @property
    def called(self) -> str:
        """What the pages call the person."""
        return self.get_full_name() or self.username


class ApiToken(models.Model):
    """A program's key to the API in a person's name: only its digest is kept, it has scopes and an end."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]


class Promise(models.Model):
    """An idempotency key of the API: the first answer to it, given again to whoever sends it again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promises")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="one_answer_per_idempotency_key"),
        ]
