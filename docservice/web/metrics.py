"""``/metrics``: the queue in figures, in the Prometheus text format. From the rows and kept totals at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from docservice import pulse
from docservice.models import Job, JobItem


class QueueFigures(Collector):
    """Depth, age of the oldest waiting item, item seconds by verb, failures by code, LibreOffice restarts."""

    def collect(self) -> Iterator[Metric]:
        """One query a figure, none of them per row."""
        yield _by("docservice_items", "Items by verb and state", ("verb", "state"), ("job__verb", "state"))
        yield GaugeMetricFamily(
            "docservice_oldest_waiting_seconds", "Age of the oldest waiting item", pulse.oldest_waiting()
        )
        seconds = SummaryMetricFamily("docservice_item_seconds", "Seconds an item took, by verb", labels=("verb",))
        for verb, (count, total) in pulse.worked().items():
            seconds.add_metric((verb,), count, total)
        yield seconds
        failures = CounterMetricFamily("docservice_failures", "Failed items by code", labels=("verb", "code"))
        # Asked job by job, the index on (job, state) answers it.
        failed = JobItem.objects.filter(state=JobItem.FAILED, job__in=Job.objects.order_by())
        for verb, code, count in failed.values_list("job__verb", "error__code").annotate(count=Count("pk")):
            failures.add_metric((verb, code or ""), count)
        yield failures
        yield CounterMetricFamily(
            "docservice_office_restarts", "LibreOffice restarts since the beginning", pulse.total(pulse.OFFICE_RESTARTS)
        )
        consumed = GaugeMetricFamily(
            "docservice_queue_silence_seconds", "Since a queue was last consumed", labels=("queue",)
        )
        for name, silence in pulse.silences().items():
            consumed.add_metric((name,), silence)
        yield consumed


def _by(name: str, text: str, labels: tuple[str, ...], columns: tuple[str, ...]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for row in JobItem.objects.values(*columns).annotate(count=Count("pk")):
        family.add_metric(tuple(str(row[column]) for column in columns), row["count"])
    return family


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this moment."""
    registry = CollectorRegistry()
    registry.register(QueueFigures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
