"""``/healthz``: whether work is being consumed, not only whether a process is alive."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from docservice import pulse


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every queue is consumed, 503 with the reason otherwise."""
    health = pulse.health()
    return JsonResponse(health.as_dict(), status=200 if health.well else 503, json_dumps_params={"ensure_ascii": False})
