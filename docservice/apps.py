"""The one Django app of the project."""

from django.apps import AppConfig


class DocserviceConfig(AppConfig):
    """Rows of the office's year, its dossiers and its jobs."""

    name = "docservice"
    label = "docservice"
    default_auto_field = "django.db.models.BigAutoField"
