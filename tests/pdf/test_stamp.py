"""The stamp stands upright in the lower right corner of whatever a reader sees."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from evidence_files import Evidence, render
from pikepdf import Array, Name, Pdf
from PIL import Image, ImageStat

from docservice.pdf.lettering import Lettering
from docservice.pdf.stamp import stamp_pages, stamp_text
from docservice.pdf.text import page_texts


@pytest.fixture
def font(fonts: Path) -> Path:
    return next(path for path in sorted(fonts.iterdir()) if "Bold" not in path.name and "Italic" not in path.name)


@pytest.fixture
def stamped(font: Path) -> Callable[..., bytes]:
    """A dark page of the given make-up, stamped."""

    def make(
        *, size: tuple[float, float] = (595, 842), content: bytes = b"", owner: str = "L-7", **keys: object
    ) -> bytes:
        with Pdf.new() as pdf:
            page = pdf.add_blank_page(page_size=size)
            for key, value in keys.items():
                page.obj[Name(f"/{key}")] = value
            page.obj.Contents = pdf.make_stream(content or b"0.1 0.1 0.1 rg -5000 -5000 20000 20000 re f")
            stamp_pages(pdf, owner, font)
            out = io.BytesIO()
            pdf.save(out)
        return out.getvalue()

    return make


def ground(page: Image.Image) -> tuple[int, int, int, int]:
    """Where the white ground of the stamp lies on a dark page."""
    box = page.convert("L").point(lambda value: 255 if value > 200 else 0).getbbox()
    assert box is not None
    return box


def test_the_words_of_the_stamp_use_thai_digits_and_keep_the_code() -> None:
    assert stamp_text(3, 47, "L-2562-0007") == "หน้า ๓/๔๗ · L-2562-0007"


@pytest.mark.parametrize(
    ("parts", "whole"), [(["หน้า ", "๑", "/๓"], True), (["น", "\u0e49"], False), (["A", "V"], False)]
)
def test_parts_count_as_a_whole_only_where_the_font_sets_them_as_one(font: Path, parts: list[str], whole: bool) -> None:
    with Pdf.new() as pdf:
        lettering = Lettering(pdf, font)
        assert lettering.is_whole([lettering.set(part) for part in parts]) is whole


def test_a_very_long_owner_is_cut() -> None:
    assert stamp_text(1, 1, "ก" * 200).endswith("…")
    assert len(stamp_text(1, 1, "ก" * 200)) < 80


@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90, 450])
def test_the_stamp_is_lower_right_and_lies_flat_on_a_turned_page(stamped: Callable[..., bytes], turn: int) -> None:
    page = render(stamped(Rotate=turn), scale=1.0)
    left, top, right, bottom = ground(page)
    assert page.width - 16 <= right <= page.width - 8
    assert page.height - 16 <= bottom <= page.height - 8
    assert right - left > 3 * (bottom - top)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_stamp_reads_the_same_on_every_turn(stamped: Callable[..., bytes], turn: int) -> None:
    upright, turned = render(stamped(), scale=2.0), render(stamped(Rotate=turn), scale=2.0)
    pieces = [page.crop(ground(page)) for page in (upright, turned)]
    assert abs(pieces[0].width - pieces[1].width) <= 2
    same = pieces[1].resize(pieces[0].size)
    halves = [piece.convert("L").crop((0, 0, piece.width // 2, piece.height)) for piece in (pieces[0], same)]
    light = [ImageStat.Stat(half).mean[0] for half in halves]
    assert light[0] == pytest.approx(light[1], rel=0.02)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_stamp_keeps_to_the_part_that_is_shown(stamped: Callable[..., bytes], turn: int) -> None:
    page = render(stamped(CropBox=Array([100, 200, 500, 700]), Rotate=turn), scale=1.0)
    _, _, right, bottom = ground(page)
    assert page.width - 16 <= right <= page.width - 8
    assert page.height - 16 <= bottom <= page.height - 8


@pytest.mark.parametrize("box", [[-300, -400, 295, 442], [1000, 2000, 1595, 2842], [595, 842, 0, 0]])
def test_the_stamp_follows_a_page_that_does_not_begin_at_zero(stamped: Callable[..., bytes], box: list[int]) -> None:
    page = render(stamped(MediaBox=Array(box)), scale=1.0)
    _, _, right, bottom = ground(page)
    assert page.width - 16 <= right <= page.width - 8
    assert page.height - 16 <= bottom <= page.height - 8


@pytest.mark.parametrize("size", [(120, 80), (72, 72), (300, 20), (243, 153)])
def test_the_stamp_shrinks_onto_a_small_page(stamped: Callable[..., bytes], size: tuple[int, int]) -> None:
    page = render(stamped(size=size), scale=2.0)
    left, top, right, bottom = ground(page)
    assert 0 < left < right < page.width
    assert 0 < top < bottom < page.height


def test_the_stamp_grows_with_a_poster(stamped: Callable[..., bytes]) -> None:
    small, large = render(stamped(), scale=1.0), render(stamped(size=(2380, 3368)), scale=0.25)
    assert ground(large)[2] - ground(large)[0] == pytest.approx(ground(small)[2] - ground(small)[0], abs=3)


def test_the_stamp_has_its_usual_size_under_a_user_unit(stamped: Callable[..., bytes]) -> None:
    plain = ground(render(stamped(), scale=1.0))
    data = stamped(size=(59.5, 84.2), UserUnit=10)
    with Pdf.open(io.BytesIO(data)) as pdf:
        assert b"0.10000 0.00000" in pdf.pages[0].obj.Contents[-1].read_bytes()
    page = render(data, scale=10.0)  # pdfium draws user units as points
    assert page.width - ground(page)[0] == pytest.approx(595 - plain[0], abs=6)


@pytest.mark.parametrize("box", [None, [0, 0, 0, 0], [1, 2], ["a", 0, 5, 5]])
def test_a_page_without_a_usable_size_is_stamped_as_readers_show_it(font: Path, box: list[object] | None) -> None:
    with Pdf.new() as pdf:
        page = pdf.add_blank_page()
        del page.obj[Name.MediaBox]
        if box is not None:
            page.obj.MediaBox = Array([pikepdf.String(edge) if isinstance(edge, str) else edge for edge in box])
        stamp_pages(pdf, "L-7", font)
        out = io.BytesIO()
        pdf.save(out)
    assert page_texts(out.getvalue()) == ["หน้า ๑/๑ · L-7"]


def test_a_page_that_leaves_its_coordinates_turned_is_stamped_right(stamped: Callable[..., bytes]) -> None:
    page = render(stamped(content=b"0.1 0.1 0.1 rg 0 0 595 842 re f 0.5 0 0 0.5 90 90 cm"), scale=1.0)
    assert page.width - 16 <= ground(page)[2] <= page.width - 8


@pytest.mark.parametrize("owner", ["L-2562-0007", "กลุ่มทอผ้าบ้านน้ำใส ผู้ใหญ่ปู่ย่า", "เครือข่ายฯ ที่ปรึกษาญี่ปุ่น"])
def test_every_reader_gets_the_words_back(stamped: Callable[..., bytes], tmp_path: Path, owner: str) -> None:
    data = stamped(owner=owner)
    words = f"หน้า ๑/๑ · {owner}"
    assert page_texts(data) == [words]
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    seen = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    assert seen.strip() == words


def test_words_without_the_actual_text_still_come_from_the_font(stamped: Callable[..., bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with Pdf.open(io.BytesIO(stamped(owner="ผู้ใหญ่ที่นี่"))) as pdf:
        stamp = pdf.pages[0].obj.Contents[-1]
        words = stamp.read_bytes()
        stamp.write(words[: words.index(b"/Span")] + words[words.index(b"BDC\n") + 4 :].replace(b"EMC\n", b""))
        pdf.save(path)
    assert page_texts(path) == ["หน้า ๑/๑ · ผู้ใหญ่ที่นี่"]


def test_letters_the_font_lacks_are_left_out(stamped: Callable[..., bytes]) -> None:
    assert page_texts(stamped(owner="ก漢ข")) == ["หน้า ๑/๑ · กข"]


def test_the_font_is_embedded_once_for_the_whole_book(font: Path, evidence: Evidence) -> None:
    with Pdf.open(evidence.blank("a.pdf", 30).path) as pdf:
        stamp_pages(pdf, "L-7", font)
        out = io.BytesIO()
        pdf.save(out)
    with Pdf.open(io.BytesIO(out.getvalue())) as pdf:
        fonts = {page.obj.Resources.Font[Name("/DS0")].objgen for page in pdf.pages}
        programs = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and Name.FontFile2 in item]
    assert len(fonts) == len(programs) == 1


def test_pages_that_share_their_resources_share_one_entry(font: Path) -> None:
    with Pdf.new() as pdf:
        shared = pdf.make_indirect(pikepdf.Dictionary(Font=pikepdf.Dictionary(DS0=pikepdf.Dictionary(Type=Name.Font))))
        for _ in range(5):
            pdf.add_blank_page().obj.Resources = shared
        stamp_pages(pdf, "L-7", font)
        assert sorted(shared.Font.keys()) == ["/DS0", "/DS1"]


def test_the_content_of_the_page_is_left_byte_for_byte(stamped: Callable[..., bytes]) -> None:
    with Pdf.open(io.BytesIO(stamped(content=b"0 0 1 rg 0 0 50 50 re f"))) as pdf:
        assert pdf.pages[0].obj.Contents[1].read_bytes() == b"0 0 1 rg 0 0 50 50 re f"
