"""The worker's end of the Celery application: Django set up, every task registered. ``celery -A tasks.app worker``."""

from __future__ import annotations

import os

import django

from docservice.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()
app.conf.include = ["tasks.work", "tasks.warm"]
