"""What becomes of a job's items: a worker is given items and tells of each its result, or the fault that ended it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from docservice.errors import DocserviceError
from docservice.models import JobItem

Outcome = Mapping[str, object] | DocserviceError
Worker = Callable[[Sequence[JobItem]], Iterable[tuple[JobItem, Outcome]]]


def one_by_one(
    items: Sequence[JobItem], make: Callable[[JobItem], Mapping[str, object]]
) -> Iterator[tuple[JobItem, Outcome]]:
    """A worker that makes its items one at a time: what ``make`` answers, or its fault, which is the item's own."""
    for item in items:
        try:
            yield item, make(item)
        except DocserviceError as fault:
            yield item, fault
