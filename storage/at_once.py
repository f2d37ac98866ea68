"""Connections that send the head of a small request together with its body: the service wakes once, not twice.

``http.client`` hands both to the system by themselves. Of a small put the waking is a good part.
"""

from __future__ import annotations

from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_SMALL = 64 * 1024  # bytes that are copied once more in less time than a message of their own takes


class _AtOnce(HTTPConnection):
    _is_held = False
    _head = b""

    def request(self, method: str, url: str, body: Any = None, *rest: Any, **more: Any) -> None:
        self._is_held, self._head = isinstance(body, bytes | memoryview) and 0 < len(body) <= _SMALL, b""
        super().request(method, url, body, *rest, **more)

    def send(self, data: Any) -> None:
        if self._is_held and not self._head:
            self._head = bytes(data)
            return
        if self._is_held:
            self._is_held, data = False, self._head + data
        super().send(data)


class _Secure(_AtOnce, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _AtOnce


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def pool(**options: Any) -> PoolManager:
    """A ``PoolManager`` of such connections."""
    made = PoolManager(**options)
    made.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return made
