"""A bag comes back: into an empty system whole, into this one without a change, and never over anything."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from disposal_office import NAME, OLD, destroyed
from office_year import KEY, entered_year, filed, filing, tampered

from docservice import archive, audit, drill, export, restoring, stores
from docservice.bag_choice import Choice
from docservice.config import config
from docservice.errors import Conflict, DocserviceError, FixityBroken, InputRefused
from docservice.models import Document, Dossier, Event, Year
from storage.bag import stream_bag

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = "2562/24/2400/order-0012"
PHOTO = "evidence/photo/ภาพ #1 50%?.jpg"


def _filed() -> None:
    entered_year()
    filed(filing("paper/certificate.pdf", b"first"))
    filed(filing("paper/certificate.pdf", b"second"), filing(PHOTO, b"scan"))
    filed(filing("paper/order.pdf", b"order", pages=None), key=ORDER, title="คำสั่งที่ ๑๒")


@pytest.fixture
def bag(home: Path, tmp_path: Path) -> Path:
    """The bag of an office with two dossiers, one of them in two versions; the office stays."""
    _filed()
    made = export.year_bag(entered_year())
    path = tmp_path / f"{made.name}.zip"
    path.write_bytes(b"".join(made.stream()))
    return path


def _emptied() -> None:
    """Another machine: no row, and a store with nothing in it."""
    tampered("DELETE FROM docservice_event")
    for table in (Document, Dossier, Year):
        table._default_manager.all().delete()
    shutil.rmtree(Path(config().store_url.removeprefix("file://")))
    archive.root.cache_clear()
    archive.root().init()


def _stored() -> dict[str, bytes]:
    place = Path(config().store_url.removeprefix("file://")) / "archive"
    found = (path for path in place.rglob("*") if path.is_file() and "extensions" not in path.parts)
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in found}


def _unpacked(bag: Path, folder: Path) -> Path:
    shutil.unpack_archive(bag, folder)
    (made,) = folder.iterdir()
    return made


def _as_folder(bag: Path, tmp_path: Path) -> Path:
    return _unpacked(bag, tmp_path / "unpacked")


def _as_tar(bag: Path, tmp_path: Path) -> Path:
    with tarfile.open(tmp_path / "bag.tar", "w") as made:
        folder = _as_folder(bag, tmp_path)
        made.add(folder, folder.name)
    return tmp_path / "bag.tar"


@pytest.mark.parametrize("shape", [lambda bag, _: bag, _as_folder, _as_tar], ids=["zip", "folder", "tar"])
def test_a_bag_comes_back_whole_in_an_empty_system(
    bag: Path, tmp_path: Path, shape: Callable[[Path, Path], Path]
) -> None:
    told = [(e.at, e.actor, e.verb, e.subject, e.digest) for e in Event.objects.filter(subject__in=[KEY, ORDER])]
    before, stored = drill.likeness(2562, read=False, until=10**9), _stored()
    _emptied()

    done = restoring.restore(shape(bag, tmp_path), actor="tester")

    assert (done.dossiers, done.already, done.documents, done.events) == (2, 0, 4, 3)
    assert _stored() == stored
    assert drill.likeness(2562) == before
    back = Event.objects.filter(subject__in=[KEY, ORDER]).order_by("id")
    assert [(e.at, e.actor, e.verb, e.subject, e.details["imported"]["digest"]) for e in back] == told
    assert audit.verify() == Event.objects.count()
    assert Year.objects.get().year_be == 2562
    assert archive.read_document(Document.objects.get(path=PHOTO)) == b"scan"


def test_the_pictures_that_settings_and_papers_name_come_back_with_the_bag(home: Path, tmp_path: Path) -> None:
    _filed()
    pictures = [b"emblem of the year", b"border of a paper filed before", b"of nobody"]
    for data in pictures:
        stores.opened(stores.ASSETS).put(_digest(data), data)
    year = Year.objects.get()
    named = {"emblem": f"asset:{_digest(pictures[0])}", "gone": f"asset:{'0' * 64}"}
    year.settings = {**year.settings, "office": named}
    year.save()
    told = {"facts": {"border": f"asset:{_digest(pictures[1])}"}}
    filed(replace(filing("paper/certificate.pdf", b"third"), kind="certificate", provenance=told))
    filed(replace(filing("paper/certificate.pdf", b"fourth"), kind="certificate"))
    path = tmp_path / "bag.zip"
    path.write_bytes(b"".join(export.year_bag(entered_year()).stream()))
    with zipfile.ZipFile(path) as bag:
        (missing,) = (name for name in bag.namelist() if name.endswith("/data/pictures/missing.txt"))
        assert bag.read(missing).decode() == "0" * 64 + "\n"
    _emptied()
    stores.opened(stores.ASSETS)

    restoring.restore(path, actor="tester")

    store = stores.opened(stores.ASSETS)
    assert sorted(store.list("")) == sorted(_digest(data) for data in pictures[:2])
    assert store.open(_digest(pictures[1])).read() == pictures[1]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_same_bag_again_brings_nothing_and_says_so(bag: Path) -> None:
    _emptied()
    restoring.restore(bag, actor="tester")
    rows, stored, events = drill.likeness(2562), _stored(), Event.objects.count()

    again = restoring.restore(bag, actor="tester")

    assert (again.dossiers, again.already, again.documents, again.events) == (2, 2, 0, 0)
    assert (drill.likeness(2562), _stored(), Event.objects.count()) == (rows, stored, events + 1)


def test_a_bag_comes_back_beside_what_is_filed_already(bag: Path) -> None:
    _emptied()
    filed(filing("paper/other.pdf", b"other"), key="2562/24/2400/order-0099")

    restoring.restore(bag, actor="tester")

    assert Dossier.objects.filter(version__gt=0).count() == 3


def test_a_dossier_that_differs_is_refused_by_name_and_nothing_is_written(bag: Path) -> None:
    _emptied()
    filed(filing("paper/certificate.pdf", b"another"))
    rows, stored = drill.likeness(2562), _stored()

    with pytest.raises(Conflict, match=KEY):
        restoring.restore(bag, actor="tester")

    assert (drill.likeness(2562), _stored()) == (rows, stored)


def test_an_import_that_died_half_way_goes_on(bag: Path, tmp_path: Path) -> None:
    content = _unpacked(bag, tmp_path / "x") / "data" / "archive" / KEY / "v1" / "content" / "paper" / "certificate.pdf"
    before = drill.likeness(2562, read=False, until=10**9)
    _emptied()
    archive.root().store.put(f"{KEY}/v1/content/paper/certificate.pdf", content.read_bytes())

    restoring.restore(bag, actor="tester")

    assert drill.likeness(2562) == before


Damage = Callable[[Path], None]


def _without(name: str) -> Damage:
    return lambda bag: (bag / name).unlink()


def _with(name: str, data: bytes) -> Damage:
    return lambda bag: (bag / name).write_bytes(data)


def _layout(line: str) -> Damage:
    def change(bag: Path) -> None:
        info = bag / "bag-info.txt"
        lines = [line if old.startswith("Docservice-Layout") else old for old in info.read_text().splitlines()]
        info.write_text("\n".join(lines) + "\n")
        for tags in bag.glob("tagmanifest-*"):
            tags.unlink()

    return change


@pytest.fixture
def refused(bag: Path, tmp_path: Path) -> Callable[[Damage], DocserviceError]:
    """What a damaged bag is refused with; nothing is written."""

    def ask(damage: Damage) -> DocserviceError:
        folder = _as_folder(bag, tmp_path)
        damage(folder)
        _emptied()
        before = _stored()
        with pytest.raises(DocserviceError) as caught:
            restoring.restore(folder, actor="tester")
        assert (_stored(), Dossier.objects.count(), Event.objects.count()) == (before, 0, 0)
        return caught.value

    return ask


_CONTENT = f"data/archive/{KEY}/v1/content/paper/certificate.pdf"


@pytest.mark.parametrize(
    ("damage", "kind", "said"),
    [
        (_without(_CONTENT), FixityBroken, "certificate.pdf: ไฟล์หายไป"),
        (_with(_CONTENT, b"fir5t"), FixityBroken, "certificate.pdf: ไฟล์ไม่ตรงกับค่าในบัญชี"),
        (_with("data/archive/extra", b"x"), FixityBroken, "extra: มีไฟล์แต่ไม่มีใน manifest"),
        (_without("bagit.txt"), FixityBroken, "bagit.txt"),
        (_layout("Docservice-Layout: 2 objects"), InputRefused, "รุ่นใหม่กว่า"),
        (_layout("Docservice-Layout: 1 documents"), InputRefused, "เฉพาะเอกสารที่เลือก"),
    ],
    ids=["missing", "changed", "extra", "no-declaration", "newer", "documents"],
)
def test_a_bag_that_is_not_whole_or_not_for_this_system_is_refused(
    refused: Callable[[Damage], DocserviceError], damage: Damage, kind: type[DocserviceError], said: str
) -> None:
    fault = refused(damage)

    assert isinstance(fault, kind)
    assert said in fault.message


def test_a_cut_off_zip_is_refused(bag: Path) -> None:
    bag.write_bytes(bag.read_bytes()[:-500])

    with pytest.raises(FixityBroken, match="เปิดไฟล์ไม่ได้"):
        restoring.restore(bag, actor="tester")


def test_a_bag_of_somebody_else_is_refused(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    path.write_bytes(b"".join(stream_bag([], {"Bagging-Date": "2019-01-01"}, "foreign")))

    with pytest.raises(InputRefused, match="ไม่ใช่ชุดส่งออกของคลังนี้"):
        restoring.restore(path, actor="tester")


def test_a_file_that_is_no_bag_and_one_that_is_not_there_are_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")

    with pytest.raises(DocserviceError, match=r"letter\.pdf"):
        restoring.restore(tmp_path / "letter.pdf", actor="tester")
    with pytest.raises(InputRefused, match="ไม่พบ"):
        restoring.restore(tmp_path / "nothing.zip", actor="tester")


def test_a_drill_exports_restores_elsewhere_compares_and_is_an_event(home: Path) -> None:
    _filed()

    done = drill.run(actor="tester")

    assert (done.year_be, done.dossiers, done.documents) == (2562, 2, 4)
    event = drill.last()
    assert event is not None
    assert (event.verb, event.subject, event.details["bag"]) == (drill.PASSED, "2562/24", done.bag)


def test_a_drill_of_a_damaged_archive_fails_by_name_and_is_an_event(home: Path) -> None:
    _filed()
    place = home / "store" / "archive" / KEY / "v1" / "content" / "paper" / "certificate.pdf"
    place.chmod(0o600)
    place.write_bytes(b"fir5t")

    with pytest.raises(FixityBroken, match=KEY):
        drill.run(actor="tester")

    event = drill.last()
    assert event is not None
    assert event.verb == drill.FAILED
    assert KEY in event.details["fault"]


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({"districts": ["2401"]}, {KEY}),
        ({"districts": ["2400"]}, {ORDER}),
        ({"groups": ["leader"]}, {KEY}),
        ({"kinds": ["letter"]}, {KEY, ORDER}),
        ({"redacted": True}, {ORDER}),
    ],
)
def test_an_export_holds_what_was_chosen_only(
    home: Path, tmp_path: Path, choice: dict[str, object], wanted: set[str]
) -> None:
    _filed()
    year = entered_year()
    bag = export.year_bag(year, Choice.of(year, **choice))  # type: ignore[arg-type]
    data = b"".join(bag.stream())
    (tmp_path / "bag.zip").write_bytes(data)

    folder = _unpacked(tmp_path / "bag.zip", tmp_path / "out") / "data"
    text = (folder / "register.csv").read_text(encoding="utf-8-sig")

    assert len(data) == bag.size
    assert {key for key in (KEY, ORDER) if key in text} == wanted
    objects = "kinds" not in choice and "redacted" not in choice
    assert (folder / "archive").is_dir() == objects == (folder / "events.jsonl").is_file()


def test_a_district_or_group_the_year_has_not_is_refused(home: Path) -> None:
    with pytest.raises(InputRefused, match="2499"):
        Choice.of(entered_year(), ["2499"])


def test_a_tombstone_goes_along_and_comes_back_as_one(home: Path, tmp_path: Path) -> None:
    destroyed(OLD)
    made = export.year_bag(entered_year(year_be=2550))
    path = tmp_path / "bag.zip"
    path.write_bytes(b"".join(made.stream()))
    gone = Dossier.objects.get(key=OLD)
    stored = {name: data for name, data in _stored().items() if name.startswith(OLD)}
    _emptied()

    restoring.restore(path, actor="tester")

    back = Dossier.objects.get(key=OLD)
    assert (back.title, back.version, back.disposed) == (gone.title, gone.version, gone.disposed)
    assert {name: data for name, data in _stored().items() if name.startswith(OLD)} == stored
    with zipfile.ZipFile(path) as bag:
        naming = [each.rpartition("/")[2] for each in bag.namelist() if NAME.encode() in bag.read(each)]
    assert naming == ["events.jsonl"]  # the log keeps the paths of what was filed
    assert archive.verify(OLD) == []
