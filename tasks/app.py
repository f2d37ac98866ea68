"""The worker's end of the Celery application: Django set up, every task registered. ``celery -A tasks.app worker``."""

from __future__ import annotations

import os
from importlib import import_module

import django

from docservice.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
# Celery would run Django's checks at every start, which load all pages and the API for nobody: they are a developer's.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
django.setup()
app.conf.include = ["tasks.work", "tasks.keep"]
import_module("tasks.warm")  # its signals come before any task is loaded; it needs Django to be set up
import_module("docservice.verbs").load()
