"""The keys of a bucket in the order of their bytes, as ``Store.list`` promises them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from storage.s3 import S3


def in_order(s3: S3, prefix: str, at_once: int) -> Iterator[str]:
    """Keys that begin with ``prefix``; services that keep folders (SeaweedFS) give ``a/1`` before ``a-b/1``.

    ``at_once`` are sorted in memory; where there are more, folder by folder.
    """
    found = list(islice(s3.listed(prefix, deep=True), at_once + 1))
    if len(found) <= at_once:
        yield from sorted(found)
        return
    for name in sorted(s3.listed(prefix, deep=False)):
        if name.endswith("/"):
            yield from in_order(s3, name, at_once)
        else:
            yield name
