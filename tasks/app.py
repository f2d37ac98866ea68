"""The Celery application. Importing it sets Django up, as any entry point does."""

from __future__ import annotations

import os

import django
from celery import Celery

from docservice.config import config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

app = Celery("docservice", broker=config().broker_url, include=["tasks.work"])
app.conf.update(task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1)
