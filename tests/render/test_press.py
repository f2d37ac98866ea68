"""Stock templates filled the quick way equal what docxtpl and the pictures step make of them; editions and threads."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Word
from docx.shared import Cm
from parity import canonical
from word_files import ONE_TEXT, png, slot, template

from docservice.catalogue import Catalogue, Code
from docservice.errors import DocserviceError
from docservice.render import package, pictures
from docservice.render import template as templates
from docservice.render.package import Parts
from docservice.render.template import Template, fill, filled

STOCK = Path(__file__).resolve().parents[2] / "templates_th"
KINDS = Catalogue.parse(tomllib.loads((STOCK / "catalogue.toml").read_text(encoding="utf-8")))
FILES = sorted(path.relative_to(STOCK).as_posix() for path in STOCK.glob("*/*.docx"))
PICTURED = {
    **ONE_TEXT,
    "emblem": {"type": "image", "label": "ตรา", "required": False},
    "photo": {"type": "image", "label": "รูปถ่าย", "required": False},
    "qr": {"type": "code", "label": "คิวอาร์", "required": False},
}


def stock(file: str) -> tuple[Template, dict[str, Any]]:
    """A stock template, and its example with pictures in every slot."""
    kind = KINDS.kind(Path(file).parent.name)
    facts = dict(kind.check(kind.example()))
    given: dict[str, object] = {"emblem": png(40, 60), "border": png(29, 21, "blue"), "photo": png(30, 40, kind="JPEG")}
    given["qr"] = Code("https://example.go.th/v/0123456789")
    return Template.load(STOCK / file, kind), facts | {name: given[name] for name in given if name in kind.fields}


def by_docxtpl(made: Template, facts: Mapping[str, Any]) -> Parts:
    """The paper as it was made before templates were compiled."""
    word = templates._Word(io.BytesIO(made.data))
    word.render(dict(facts), templates.strict.environment())
    out = io.BytesIO()
    word.save(out)
    parts = package.read(out.getvalue())
    pictures.place(parts, facts)
    return parts | {"docProps/core.xml": templates._core(made.kind.label)}


def same(made: Template, facts: Mapping[str, Any]) -> bool:
    """Whether both make the same of ``facts``, or both find them faulty."""
    outcomes = []
    for make in (lambda: package.read(fill(made, facts)), lambda: by_docxtpl(made, facts)):
        try:
            outcomes.append(canonical(make()))
        except (DocserviceError, templates.strict.TemplateFault, LookupError):
            outcomes.append({"fault": b""})
    return outcomes[0] == outcomes[1]


def changed(value: Any, text: Callable[[str], str], count: Callable[[list[Any]], list[Any]]) -> Any:
    """``value`` with other texts and lists of other lengths."""
    if type(value) is str:
        return text(value)
    if isinstance(value, dict):
        return {key: changed(inner, text, count) for key, inner in value.items()}
    return [changed(inner, text, count) for inner in count(value)] if isinstance(value, list) else value


EXTREMES: dict[str, tuple[Callable[[str], str], Callable[[list[Any]], list[Any]]]] = {
    "the example": (lambda text: text, lambda items: items),
    "nothing": (lambda text: "", lambda items: items[:1]),
    "empty lists": (lambda text: text, lambda items: []),
    "many rows": (lambda text: text, lambda items: items * 6),
    "marks": (
        lambda text: f"&<>\"'{{{{ {text} }}}} {{% if %}} {{_{{ ]]> &amp; <!-- --> \u0e33\u0e48\u0e4a 🙂 \u200b",
        list,
    ),
    "breaks": (lambda text: f"{text}\n\n\t{text}\n", lambda items: items),
    "long": (lambda text: text * 200, lambda items: items),
}


@pytest.mark.parametrize("file", FILES)
def test_a_stock_template_goes_the_quick_way(file: str) -> None:
    assert templates._compiled(stock(file)[0])[1].able


@pytest.mark.parametrize("extreme", EXTREMES)
def test_stock_papers_equal_those_of_docxtpl(extreme: str) -> None:
    text, count = EXTREMES[extreme]
    different = [file for file in FILES for made, facts in [stock(file)] if not same(made, changed(facts, text, count))]
    assert different == []


def test_stock_papers_without_pictures_equal_those_of_docxtpl() -> None:
    for file in FILES:
        made, facts = stock(file)
        assert same(made, facts | {name: "" for name in pictures.SLOTS if name in facts})


def everywhere(document: Word) -> None:
    """Slots in the header, in a narrow cell, twice in a loop, and a drawing that is none."""
    slot(document, "photo")
    header = document.sections[0].header.paragraphs[0]
    header.add_run().add_picture(io.BytesIO(png(10, 10)), height=Cm(2))._inline.docPr.set("descr", "emblem")
    cell = document.add_table(1, 2).cell(0, 1)
    cell.width = Cm(2)
    run = cell.paragraphs[0].add_run()
    run.add_picture(io.BytesIO(png(10, 10)), height=Cm(3))._inline.docPr.set("descr", "photo")
    document.add_paragraph("{%p for letter in text %}")
    slot(document, "qr")
    slot(document, "other")
    document.add_paragraph("{%p endfor %}")


@pytest.mark.parametrize("given", [{}, {"photo": png(90, 20)}, {"emblem": png(20, 30), "qr": "abc"}])
def test_slots_anywhere_equal_those_placed_in_a_tree(tmp_path: Path, given: dict[str, Any]) -> None:
    made = template(tmp_path, everywhere, PICTURED)
    facts = made.kind.check({"text": "กขค", **given})
    assert templates._compiled(made)[1].able
    assert canonical(package.read(fill(made, facts))) == canonical(by_docxtpl(made, facts) | core(made))


def core(made: Template) -> Parts:
    return {"docProps/core.xml": templates._core(made.kind.label)}


def test_word_and_parts_of_a_filled_paper_agree(tmp_path: Path) -> None:
    made = template(tmp_path, everywhere, PICTURED)
    paper = filled(made, made.kind.check({"text": "กข", "photo": png(9, 9)}))
    assert package.read(paper.docx) == paper.parts


def test_python_docx_opens_what_the_press_packs(tmp_path: Path) -> None:
    made = template(tmp_path, everywhere, PICTURED)
    document = Document(io.BytesIO(fill(made, made.kind.check({"text": "กข", "photo": png(9, 9)}))))
    assert len(document.inline_shapes) == 4


def test_an_edition_changed_under_its_name_is_never_served_from_the_cache(tmp_path: Path) -> None:
    texts = []
    for text in ("ก่อน", "หลัง", "ก่อน"):
        made = template(tmp_path, lambda document, text=text: document.add_paragraph(text))
        texts.append(Document(io.BytesIO(fill(made, {"text": ""}))).paragraphs[0].text)
    assert texts == ["ก่อน", "หลัง", "ก่อน"]


def test_the_cache_of_compiled_templates_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_MOST_READY", 2)
    templates._ready.clear()
    made = template(tmp_path, lambda document: document.add_paragraph("{{ text }}"))
    for number in range(4):
        fill(replace(made, digest=f"digest {number}"), {"text": "ก"})
    assert len(templates._ready) == 2


def test_threads_fill_papers_of_several_templates_at_once() -> None:
    papers = [stock(file) for file in FILES[:4]] * 12
    alone = {id(made): fill(made, facts) for made, facts in papers[:4]}
    templates._ready.clear()
    with ThreadPoolExecutor(8) as pool:
        assert all(
            data == alone[id(made)]
            for (made, _), data in zip(papers, pool.map(lambda paper: fill(*paper), papers), strict=True)
        )


def test_markup_among_the_facts_does_not_pass_as_plain(tmp_path: Path) -> None:
    made = template(tmp_path, lambda document: document.add_paragraph("{{ text }}"))
    marked = templates.strict.environment().filters["escape"]("<w:tbl>")
    assert same(made, {"text": marked})
