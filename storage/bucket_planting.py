"""New folders put into a bucket: each begins, then gets its files turn by turn; many of them beside each other.

A bucket has no stroke for more than one key. What begins a folder is its lock (``bucket_lock``), and the order of its
files lets the next holder finish what a dead writer left.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from typing import Any, NamedTuple, cast

from docservice.errors import Conflict, DocserviceError
from storage.bucket_lock import LockPlace
from storage.direct_put import Put
from storage.lease import Holder
from storage.many_puts import ManyPuts
from storage.s3 import S3, checked
from storage.store import Beginning, Leaf, Tree, Trees

AT_ONCE = 64
"""Folders on their way: the more there are, the less a service takes for each."""


class Ways(NamedTuple):
    """How the store puts: ``headers`` of a leaf locked until then, and ``put``, which knows what a refusal means.

    ``place``: where a tree's lock lies. ``step``: called before each request. ``lease``: seconds. ``large``: the bytes
    that go up in parts.
    """

    headers: Callable[[Leaf, datetime | None], dict[str, str]]
    put: Callable[[str, Leaf, datetime | None], object]
    place: Callable[[str, Beginning], LockPlace]
    step: Callable[[str], None]
    lease: float
    large: int


def _nothing() -> None:
    return


class _Errand(NamedTuple):
    """A put, the name of its step, and what is done where it was not answered with a plain yes: it says whether it is
    there."""

    put: Put
    step: str
    otherwise: Callable[[], object]


class _Turn(NamedTuple):
    """What is put beside each other, and what may be done while the service is at it."""

    errands: list[_Errand]
    meanwhile: Callable[[], object] = _nothing


_Course = Generator[_Turn, list[bool], bool]
"""A folder on its way: turn by turn, each answered with whether its errands' files are there; whether it stands."""


class Planting:
    """See ``Store.plant``."""

    def __init__(self, s3: S3, ways: Ways) -> None:
        self._s3, self._ways = s3, ways

    def planted(self, trees: Trees) -> frozenset[str]:
        """Those that stand."""
        if len(trees) > 1:
            return asyncio.run(self._together(trees))
        with suppress(Conflict):  # somebody else's by now
            return frozenset(key for key, tree in self._small(trees) if self._alone(self._whole(key, tree)))
        return frozenset()

    def _small(self, trees: Trees) -> Iterator[tuple[str, Tree]]:
        """Those that need no upload in parts. A tree that cannot be made is left to who files it alone."""
        large = self._ways.large
        for key, make in trees.items():
            with suppress(DocserviceError):
                tree = make()
                sizes = (len(leaf.data) if isinstance(leaf.data, bytes) else large for leaf in tree.leaves.values())
                if max(sizes, default=0) < large:
                    yield key, tree

    # ------------------------------------------------------------------------------------------------- what is put
    def _whole(self, key: str, tree: Tree) -> _Course:
        place = self._ways.place(key, tree.beginning)
        holder = Holder(place)
        rest = cache(partial(self._rest, key, tree))
        [first] = yield _Turn([self._begins(place, tree.beginning, holder.words())], rest)
        if not holder.has_begun(first):
            return False
        with holder.keeping(self._ways.lease):
            for turn in rest():  # noqa: UP028  answers are sent in, which an iterator of a list cannot take
                yield turn
        return True

    def _rest(self, key: str, tree: Tree) -> list[_Turn]:
        until, in_turn = tree.beginning.retain_until, sorted(tree.leaves.items(), key=lambda named: named[1].turn)
        found = groupby(in_turn, key=lambda named: named[1].turn)
        return [_Turn([self._put(f"{key}/{name}", leaf, until) for name, leaf in leaves]) for _, leaves in found]

    def _begins(self, place: LockPlace, beginning: Beginning, words: bytes) -> _Errand:
        name, digest = self._s3.name(place.first), hashlib.sha256(beginning.data).hexdigest()
        return _Errand(Put(name, beginning.data, place.words(words), digest), "beginning", lambda: place.begin(words))

    def _put(self, key: str, leaf: Leaf, until: datetime | None) -> _Errand:
        data = cast(bytes, leaf.data)
        digest = leaf.tally.sha256 if leaf.tally else hashlib.sha256(data).hexdigest()
        headers = checked(memoryview(data)) | self._ways.headers(leaf, until)

        def carefully() -> bool:
            self._ways.put(key, leaf, until)
            return True

        step = "replace" if leaf.replaceable else "put"
        return _Errand(Put(self._s3.name(key), data, headers, digest), step, carefully)

    # -------------------------------------------------------------------------------------------------- how it goes
    def _alone(self, whole: _Course) -> bool:
        """Without a loop, which would take longer for one folder than what it saves."""
        with closing(whole):
            try:
                errands, meanwhile = next(whole)
                while True:
                    before = partial(self._step, [each.step for each in errands])
                    tags = self._s3.direct.together([each.put for each in errands], before, meanwhile)
                    there = [tag or each.otherwise() for tag, each in zip(tags, errands, strict=True)]
                    errands, meanwhile = whole.send([bool(each) for each in there])
            except StopIteration as end:
                return bool(end.value)

    def _step(self, steps: Sequence[str], number: int) -> None:
        self._ways.step(steps[number])

    async def _together(self, trees: Trees) -> frozenset[str]:
        """One refusal by the service is enough: the others are given up, for a better moment."""
        room, puts = asyncio.Semaphore(AT_ONCE), ManyPuts(self._s3.direct)
        stand: set[str] = set()

        async def one(key: str, tree: Tree) -> None:
            try:
                with suppress(Conflict):
                    if await self._beside(self._whole(key, tree), puts):
                        stand.add(key)
            finally:
                room.release()

        try:
            async with asyncio.TaskGroup() as group:
                for key, tree in self._small(trees):
                    await room.acquire()
                    group.create_task(one(key, tree))
                    await asyncio.sleep(0)  # what is under way goes on while the next is measured
        except BaseExceptionGroup as failed:
            others = failed.split(DocserviceError)[1]
            if others or not stand:
                raise (others or failed).exceptions[0] from None
        finally:
            puts.close()
        return frozenset(stand)

    async def _beside(self, whole: _Course, puts: ManyPuts) -> bool:
        async def there(errand: _Errand) -> bool:
            self._ways.step(errand.step)
            return bool(await puts.put(errand.put)) or bool(await _to_its_end(errand.otherwise))

        with closing(whole):
            try:
                turn = next(whole)
                while True:
                    if len(turn.errands) == 1:
                        said: list[bool] = [await there(turn.errands[0])]
                    else:
                        said = await _all_of([there(each) for each in turn.errands])
                    turn = whole.send(said)
            except StopIteration as end:
                return bool(end.value)


async def _to_its_end(work: Callable[[], object]) -> object:
    """What it says, in a thread. One that is given up is waited for: its folder is not free before."""
    begun = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(begun)
    except asyncio.CancelledError:
        await asyncio.wait([begun])
        raise


async def _all_of(works: list[Coroutine[Any, Any, bool]]) -> list[bool]:
    """What each says; what was begun is ended before one fails."""
    said = []
    for each in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(each, BaseException):
            raise each
        said.append(each)
    return said
