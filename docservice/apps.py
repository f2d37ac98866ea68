"""The Django apps of the project: its own one, and the built-in admin on a site of our own."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class DocserviceConfig(AppConfig):
    """Rows of the office's year, its dossiers, its jobs and its people."""

    name = "docservice"
    label = "docservice"
    default_auto_field = "django.db.models.BigAutoField"


class AdminConfig(admin.AdminConfig):
    """The built-in admin, for administrators only; what may be looked at there is in docservice.admin."""

    default_site = "docservice.admin.Site"
