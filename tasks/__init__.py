"""Celery's hands: tasks of at most eight lines that look a job up and let its use case work it."""
