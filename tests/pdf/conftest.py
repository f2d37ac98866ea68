"""The typeface, a running LibreOffice and a folder of evidence for every test of the book engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typst
from evidence_files import Evidence

from docservice.pdf.book import Book, BookRequest, Slot, SourceFile, make_book
from docservice.render.fonts import Fonts, prepare
from docservice.render.office import Office
from docservice.thai import BE


@pytest.fixture(scope="session")
def typefaces(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return prepare(tmp_path_factory.mktemp("typefaces"))


@pytest.fixture(scope="session")
def fonts(typefaces: Fonts) -> Path:
    return typefaces.dir


@pytest.fixture(scope="session")
def office(typefaces: Fonts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes, str], bytes]]:
    with Office(tmp_path_factory.mktemp("office"), typefaces) as running:
        yield lambda data, title: running.to_pdf(data, title=title)


@pytest.fixture
def evidence(tmp_path: Path, typefaces: Fonts) -> Evidence:
    folder = tmp_path / "evidence"
    folder.mkdir()
    return Evidence(folder, typefaces.dir, typst.Fonts(False, False, [str(typefaces.dir)]).families()[0])


@pytest.fixture
def bind(fonts: Path) -> Callable[..., Book]:
    """Make a book of slots given in order, or of one slot holding the given files."""

    def make(
        *slots: Slot,
        files: tuple[SourceFile, ...] = (),
        code: str = "L-0007",
        attachments: bool = False,
        **options: object,
    ) -> Book:
        if files:
            slots = (Slot("documents", "เอกสาร", True, files),)
        request = BookRequest(
            title="การพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน (มชช.)",
            applicant="นายตัวอย่าง ใจดี",
            applicant_code=code,
            district="บางคล้า",
            province="ฉะเชิงเทรา",
            year_be=BE(2562),
            group="ผู้นำชุมชน",
            slots=slots,
            attachments=attachments,
        )
        return make_book(request, fonts, options.pop("office", None), **options)

    return make
