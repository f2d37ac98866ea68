"""The remembering check says of every file, sound or broken, exactly what pikepdf's own check says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import archival
import pikepdf
import pikepdf.pdfa
import pytest
from docx.document import Document
from pikepdf import Array, Dictionary, Name, Pdf
from word_files import template

from docservice.render import conformance
from docservice.render.office import Office
from docservice.render.paper import make_paper

Damage = Callable[[Pdf], object]


@pytest.fixture(scope="module")
def sound(office: Office, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A paper that was checked before, so that all of it is remembered."""

    def body(document: Document) -> None:
        document.add_paragraph("ประกาศจังหวัดฉะเชิงเทรา เรื่อง กลุ่มผู้นำชุมชน {{ text }}")

    made = template(tmp_path_factory.mktemp("conformance"), body)
    return make_paper(office, made, made.kind.example()).pdf


def damaged(pdf: bytes, damage: Damage, **words: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False) as document:
        damage(document)
        document.save(out, **words)
    return out.getvalue()


def told(pdf: bytes) -> list[pikepdf.pdfa.Finding]:
    """What both checks say of the file; asked twice, so that nothing of a broken file is remembered as sound."""
    truth = [(found.rule, found.kind, found.message) for found in _truth(pdf)]
    for _ in range(2):
        assert [(found.rule, found.kind, found.message) for found in conformance.report(pdf).findings] == truth
    return _truth(pdf)


def _truth(pdf: bytes) -> list[pikepdf.pdfa.Finding]:
    return archival.faults(pdf)


def _font(pdf: Pdf) -> Any:
    return next(iter(pdf.pages[0].Resources.Font.values()))


def _spoil_glyphs(pdf: Pdf) -> None:
    program = _font(pdf).FontDescriptor.FontFile2
    data = program.read_bytes()
    tables = {data[12 + 16 * n :][:4]: data[12 + 16 * n :][8:16] for n in range(int.from_bytes(data[4:6], "big"))}
    start, length = (int.from_bytes(tables[b"glyf"][at : at + 4], "big") for at in (0, 4))
    program.write(data[:start] + b"\x00\x09\xff" * (length // 3) + b"\x00" * (length % 3) + data[start + length :])


def _say(pdf: Pdf, operators: bytes) -> None:
    pdf.pages[0].Contents = pdf.make_stream(pdf.pages[0].Contents.read_bytes() + b"\n" + operators)


def _annotate(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([0, 0, 9, 9]), F=4)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _set(font: bytes, codes: bytes) -> bytes:
    """Text written as LibreOffice does."""
    return b"q 0 0 0 rg\nBT\n99 99 Td /%b 16 Tf[<%b>-3<%b>]TJ\nET\nQ\n" % (font, codes, codes)


DAMAGES: dict[str, Damage] = {
    "no output intent": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "no metadata": lambda pdf: pdf.Root.__delitem__("/Metadata"),
    "a script": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")),
    "an unknown entry": lambda pdf: setattr(pdf.Root, "Unknown", Name.Something),
    "a font that is not embedded": lambda pdf: _font(pdf).FontDescriptor.__delitem__("/FontFile2"),
    "other widths": lambda pdf: setattr(_font(pdf), "Widths", Array([n + 40 for n in _font(pdf).Widths])),
    "glyphs that cannot be read": _spoil_glyphs,
    "a page as a font's descriptor": lambda pdf: setattr(_font(pdf), "FontDescriptor", pdf.pages[0].obj),
    "an unknown operator": lambda pdf: _say(pdf, b"nonsense"),
    "a colour space that is not there": lambda pdf: _say(pdf, b"/Nowhere cs"),
    "a font that is not there": lambda pdf: _say(pdf, b"BT /Nowhere 9 Tf (x) Tj ET"),
    "a glyph that is not there": lambda pdf: _say(pdf, _set(b"F1", b"FE")),
    "text in a font that is not there": lambda pdf: _say(pdf, _set(b"F99", b"01")),
    "text within text": lambda pdf: _say(pdf, b"BT\n" + _set(b"F1", b"01") + b"ET"),
    "text that does not end": lambda pdf: _say(pdf, _set(b"F1", b"01") + b"BT"),
    "text nested too deep": lambda pdf: _say(pdf, b"q\n" * 28 + _set(b"F1", b"01") + b"Q\n" * 28),
    "a note without a picture": _annotate,
}


def test_a_paper_that_conforms_passes(sound: bytes) -> None:
    assert told(sound) == []


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_broken_paper_is_refused_for_the_same_reasons(sound: bytes, damage: Damage) -> None:
    assert told(damaged(sound, damage))
    assert told(sound) == []


def test_text_is_told_once_whatever_is_left_out_shows_at_the_end(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        contents = document.pages[0].Contents.read_bytes()
    told_once = conformance._said_once(contents)
    assert told_once.count(b"BT") == 1
    assert len(told_once) < len(contents)
    said = {code for line in re.findall(rb"[\[<][^\]\n]*[\]>]T[jJ]", contents) for code in _codes(line)}
    assert said == {code for line in re.findall(rb"<[^\n]*>Tj", told_once) for code in _codes(line)}


_TEXT = b"q 0 0 0 rg\nBT\n1 1 Td /F1 16 Tf<%02x>Tj\nET\nQ\n"


@pytest.mark.parametrize("before", [b"0.1 w\n", b"q 1 1 9 9 re\nW* n\nQ ", b"q 1 1 9 9 re\nW* n\nq\nQ\nQ "])
def test_text_is_told_once_where_it_begins_behind_the_end_of_a_state(before: bytes) -> None:
    told_once = conformance._said_once(before + b"".join(_TEXT % code for code in (1, 2, 1)))
    assert told_once == before + b"q\nQ\n" + b"\nq 0 0 0 rg\nBT\n/F1 1 Tf<0102>Tj\nET\nQ\n"


def test_another_text_keeps_all_of_its_page() -> None:
    contents = b"q 0 0 0 rg\nBT\n3 Tr 1 1 Td /F1 16 Tf<01>Tj\nET\nQ\n" + _TEXT % 1
    assert conformance._said_once(contents) == contents


def _codes(line: bytes) -> bytes:
    return b"".join(bytes.fromhex(string.decode()) for string in re.findall(rb"<([0-9A-Fa-f]+)>", line))


def test_a_file_that_is_encrypted_or_none_at_all_is_refused(sound: bytes) -> None:
    locked = pikepdf.Encryption(owner="a", user="")
    assert told(damaged(sound, lambda _: None, encryption=locked))
    assert conformance.report(b"nothing").verdict == "not_checked"


def _entries(pdf: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Every entry of the paper's dictionaries, one of each kind: the object that has it, and its key."""
    seen = set()
    with pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False) as document:
        for item in document.objects:
            if isinstance(item, Dictionary | pikepdf.Stream) and item.get("/Type") != Name.XRef:
                for key in item.keys():  # noqa: SIM118  a pikepdf object iterates over its values
                    kind = (str(item.get("/Type", "")), str(item.get("/S", "")), key)
                    if kind not in seen:
                        seen.add(kind)
                        yield item.objgen, key


def test_whatever_is_taken_out_of_a_paper_both_checks_agree(sound: bytes) -> None:
    refused = 0
    for objgen, key in _entries(sound):

        def take(pdf: Pdf, where: tuple[int, int] = objgen, what: str = key) -> None:
            if what not in ("/Length", "/Kids", "/Pages"):  # without these there is no file
                del pdf.get_object(where)[what]

        refused += bool(told(damaged(sound, take)))
    assert refused > 5  # entries that PDF/A needs


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    memory = conformance._Memory(most=2)
    for question in ("a", "b"):
        memory.add(question)
    assert "a" in memory
    memory.add("c")
    assert ["a" in memory, "b" in memory, "c" in memory] == [True, False, True]


def test_text_is_told_once_only_where_the_page_itself_names_simple_fonts() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0]
    simple = Dictionary(Type=Name.Font, Subtype=Name.TrueType)
    composite = Dictionary(Type=Name.Font, Subtype=Name.Type0)
    for fonts, plain in (({"/F1": simple}, True), ({"/F1": simple, "/F2": composite}, False)):
        page.obj.Resources = Dictionary(Font=Dictionary(fonts))
        assert conformance._is_plain(page) is plain
    del page.obj.Resources  # it inherits what its parent has
    assert not conformance._is_plain(page)


def _nodes(schema: object, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every part of a schema with the keyword that it stands under."""
    yield above, schema
    for keyword, part in schema.items() if isinstance(schema, dict) else ():
        yield from _nodes(part, keyword)
    for part in schema if isinstance(schema, list) else ():
        yield from _nodes(part, above)


def test_no_schema_asks_what_a_text_says_or_how_much_is_counted() -> None:
    """What the memory takes for the same is the same to every schema, wherever in it that is asked."""
    integer, array = ({"$ref": f"#/$defs/{kind}"} for kind in ("integer", "arrayOrRef"))
    parts = [part for each in conformance._Schemas()._defs.values() for part in _nodes(each)]
    for above, part in parts:
        if isinstance(part, dict):
            assert not part.keys() & {"minLength", "maxLength", "format", "uniqueItems", "patternProperties"}
            pattern = part.get("pattern", "^/")
            assert pattern.startswith("^/") or pattern in {"^[ub]:", "^[0-9]+ [0-9]+ R$"}
            chosen = [part["const"], *part.get("enum", [])] if "const" in part else part.get("enum", [])
            assert not any(str(value).startswith(("u:", "b:")) for value in chosen)
            for key in part.keys() & set(conformance._COUNTED):
                assert above == "properties"
                assert part[key] in conformance._UNASKED
    common = conformance._Schemas()._defs["common.json"]
    assert (common["integer"], common["arrayOrRef"]["anyOf"][1]) == ({"type": "integer"}, {"type": "array"})
    assert all(each in conformance._UNASKED for each in (integer, array, True))


@pytest.mark.parametrize(
    "damage",
    [
        lambda pdf: pdf.docinfo.__setitem__("/Widths", Array([1, 2])),
        lambda pdf: pdf.docinfo.__setitem__("/Length", 5),
        lambda pdf: _font(pdf).__setitem__("/Widths", 5),
        lambda pdf: _font(pdf).__setitem__("/LastChar", Name.Many),
        lambda pdf: _font(pdf).Widths.__setitem__(0, Name.Wide),
    ],
    ids=["an array of numbers told of the file", "a number told of the file", "no array", "no number", "no width"],
)
def test_what_is_counted_is_judged_where_it_is_asked_about(sound: bytes, damage: Damage) -> None:
    def emptied(pdf: Pdf) -> None:
        pdf.docinfo["/Widths"] = Array([])

    conformance.report(damaged(sound, emptied))
    told(damaged(sound, damage))
