from __future__ import annotations

import hashlib
import io
import threading
import zlib
from functools import partial
from itertools import islice
from typing import IO

from storage.ahead import CRC32, PIECE, PIECES, Wanted, arriving

ALGORITHMS = ["sha256", CRC32]


def stored(data: bytes) -> Wanted:
    return Wanted(partial(io.BytesIO, data), len(data))


def gone() -> IO[bytes]:
    raise FileNotFoundError("gone")


class Counting:
    """Opens ``data`` and counts how often."""

    def __init__(self, data: bytes) -> None:
        self.data, self.opened = data, 0

    def open(self) -> IO[bytes]:
        self.opened += 1
        return io.BytesIO(self.data)


def test_files_come_whole_and_in_order_with_their_digests() -> None:
    sizes = [0, 1, PIECE - 1, PIECE, PIECE + 1, 0, 5 * PIECE, *range(200)]
    files = [bytes([n % 256]) * size for n, size in enumerate(sizes)]
    with arriving([stored(data) for data in files], ALGORITHMS) as came:
        for data, file in zip(files, came, strict=True):
            assert b"".join(file.pieces()) == data
            assert file.counted.size == len(data)
            digests = hashlib.sha256(data).hexdigest(), f"{zlib.crc32(data):08x}"
            assert (file.counted.digests["sha256"], file.counted.digests[CRC32]) == digests


def test_a_file_longer_than_all_room_comes_though_those_behind_it_fill_it() -> None:
    long = b"x" * (2 * PIECES + 1) * PIECE
    with arriving([stored(long)] * 4, ALGORITHMS) as came:
        sizes = [sum(len(piece) for piece in file.pieces()) for file in came]
    assert sizes == [len(long)] * 4


def test_no_more_is_read_ahead_than_there_is_room_for() -> None:
    files = [Counting(b"x") for _ in range(3 * PIECES)]
    with arriving([Wanted(file.open, 1) for file in files], ALGORITHMS) as came:
        for file in islice(came, PIECES):
            list(file.pieces())
        assert sum(file.opened for file in files) <= 2 * PIECES
    assert sum(file.opened for file in files) <= 2 * PIECES


def test_what_cannot_be_opened_is_told_in_its_turn_and_the_next_come_all_the_same() -> None:
    files = [stored(b"before"), *[Wanted(gone, 1)] * PIECES, stored(b"after")]
    told: list[bytes] = []
    with arriving(files, ALGORITHMS) as came:
        for file in came:
            try:
                told.append(b"".join(file.pieces()))
            except FileNotFoundError:
                told.append(b"gone")
    assert told == [b"before", *[b"gone"] * PIECES, b"after"]


def test_a_file_that_grew_is_not_read_to_its_end() -> None:
    with arriving([Wanted(partial(io.BytesIO, b"x" * 10 * PIECE), 1)], ALGORITHMS) as came:
        assert sum(len(piece) for piece in next(came).pieces()) == PIECE


class Dripping(io.BytesIO):
    """Gives a thousand bytes at most, as a service may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1000 if size is None or size < 0 else min(size, 1000))


def test_a_service_that_gives_less_than_was_asked_for_is_asked_again() -> None:
    data = bytes(range(256)) * (PIECE // 256) + b"end"
    with arriving([Wanted(partial(Dripping, data), len(data))], ALGORITHMS) as came:
        file = next(came)
        assert list(file.pieces()) == [data[:PIECE], b"end"]
    assert file.counted.digests["sha256"] == hashlib.sha256(data).hexdigest()


def test_pieces_stay_what_they_were_while_more_come() -> None:
    data = b"".join(bytes([n]) * PIECE for n in range(2 * PIECES))
    with arriving([stored(data)], ALGORITHMS) as came:
        assert b"".join(next(came).pieces()) == data  # join takes them all before it copies the first


def test_whoever_stops_half_way_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with arriving([stored(b"x" * 10 * PIECE)] * 50, ALGORITHMS) as came:
        next(next(came).pieces())
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) <= before
