"""Addresses of the web process."""

from django.urls import path

from docservice.web import health, metrics

urlpatterns = [
    path("healthz", health.healthz),
    path("metrics", metrics.metrics),
]
