"""The certificate: A4 landscape, one page, a frame of its own where the office gives no picture of one.

Its form is not regulated (the regulation of 2526 knows only หนังสือรับรอง); this is the arrangement provinces use.
"""

from __future__ import annotations

from dataclasses import replace

from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    emblem,
    paragraph,
    picture,
    row,
    run,
    section,
    table,
    tag,
    when,
    word_file,
)

PAGE = Page(top=1.8, bottom=1.4, left=3.0, right=3.0).landscape()
GOLD, INDIGO = "A8843A", "27376F"
QR_SIZE = 2.1
# What stands in the middle keeps the paper's axis because the columns beside it are equally wide.
HEAD_WIDTHS = FOOT_WIDTHS = (6.0, PAGE.text_width - 12.0, 6.0)
CENTRED = Look(align="center", left=0, right=0)
# (longest name in letters, size and space around it in points): a network's long name takes smaller letters.
NAME_SIZES = ((46, 37, 5), (90, 29, 1), (9999, 22, 0))
EMU_PER_CM = 360_000
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def papers() -> dict[str, bytes]:
    """``certificate/2562-1.docx``."""
    return {"certificate/2562-1.docx": word_file("ใบประกาศเกียรติคุณ", *_blocks(), section(PAGE, numbered=False))}


def _blocks() -> tuple[str, ...]:
    return (
        when("not border", paragraph("SectionEnd", _frame())),
        when("border", paragraph("SectionEnd", picture("border", PAGE.width, PAGE.height, behind_page=True))),
        _head(),
        _line("{{ issuer }}", Look(size=33, bold=True, color=INDIGO)),
        _line("มอบ{{ title }}ฉบับนี้ให้ไว้เพื่อแสดงว่า", Look(size=22)),
        *_name(),
        paragraph("Emblem", _ornament(), look=replace(CENTRED, line=13)),
        when("recipient_detail", _line("{{ recipient_detail }}", Look(size=19)), tag("else"), _line("", Look(size=12))),
        tag("for line in achievement"),
        _line("{{ line }}", Look(size=22, before=2)),
        tag("endfor"),
        when("blessing", _line("{{ blessing }}", Look(size=20, before=4)), tag("else"), _line("", Look(size=12))),
        _line("ให้ไว้ ณ วันที่ {{ date|date_certificate }}", Look(size=20, before=4)),
        _foot(),
        paragraph("SectionEnd"),
    )


def _head() -> Xml:
    """The emblem in the middle, the serial number on its right."""
    cells = (
        Cell(paragraph("Letterhead")),
        Cell(paragraph("Emblem", emblem(), look=CENTRED)),
        Cell(paragraph("Letterhead", "เลขที่ {{ serial }}", look=Look(align="right", size=17))),
    )
    return table(HEAD_WIDTHS, [row(HEAD_WIDTHS, cells)], borders=False, padding=0)


def _foot() -> Xml:
    """The code at the lower left, the signature in the middle."""
    code = when(
        "qr",
        paragraph("Letterhead", picture("qr", QR_SIZE, QR_SIZE)),
        paragraph("Letterhead", "ตรวจสอบใบประกาศ", look=Look(size=11)),
    )
    cells = (
        Cell(Xml(code + paragraph("SectionEnd")), align="bottom"),
        Cell("".join(_signature())),
        Cell(paragraph("Letterhead")),
    )
    return table(FOOT_WIDTHS, [row(FOOT_WIDTHS, cells)], borders=False, padding=0)


def _line(text: str, look: Look) -> Xml:
    look = replace(look, align="center", left=0, right=0)
    return paragraph("Signature", run(text, size=look.size, bold=look.bold, color=look.color), look=look)


def _name() -> list[Xml]:
    """The recipient, in the largest letters the length of the name leaves room for."""
    sizes = [(Look(size=size, bold=True, before=gap, after=gap), longest) for longest, size, gap in NAME_SIZES]
    (large, short), (middle, long), (small, _) = ((_line("{{ recipient }}", look), longest) for look, longest in sizes)
    return [
        tag(f"if recipient|length <= {short}"),
        large,
        tag(f"elif recipient|length <= {long}"),
        middle,
        tag("else"),
        small,
        tag("endif"),
    ]


def _signature() -> tuple[Xml, ...]:
    look = Look(size=19)
    return (
        _line("", Look(size=30)),
        _line("({{ signer.name }})", look),
        _line("{{ signer.post }}{% if signer.mode %} {{ signer.mode }}{% endif %}", look),
        when("signer.mode and signer.principal", _line("{{ signer.principal }}", look)),
        paragraph("SectionEnd"),
    )


def _frame() -> Xml:
    """Three rules in gold and indigo, the inner one with hollow corners; left out when the office gives a picture."""
    return Xml(
        _rule(11, 0.9, "rect", GOLD, 3) + _rule(12, 1.08, "rect", GOLD, 0.75) + _rule(13, 1.32, "plaque", INDIGO, 1.25)
    )


def _rule(number: int, inset: float, preset: str, color: str, width: float) -> str:
    """An outline behind the text, ``inset`` cm from each edge of the paper, its line ``width`` points."""
    at = round(inset * EMU_PER_CM)
    size = f'cx="{round(PAGE.width * EMU_PER_CM) - 2 * at}" cy="{round(PAGE.height * EMU_PER_CM) - 2 * at}"'
    positions = "".join(
        f'<wp:position{axis} relativeFrom="page"><wp:posOffset>{at}</wp:posOffset></wp:position{axis}>' for axis in "HV"
    )
    corner = '<a:avLst><a:gd name="adj" fmla="val 4200"/></a:avLst>' if preset == "plaque" else "<a:avLst/>"
    outline = f'<a:prstGeom prst="{preset}">{corner}</a:prstGeom><a:noFill/>'
    return _drawing(
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="1" locked="1" '
        f'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>{positions}<wp:extent {size}/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f"{_shape(number, size, outline, color, width)}</wp:anchor>"
    )


def _ornament() -> Xml:
    """A short gold line with a diamond in its middle, under the name."""
    size = f'cx="{7 * EMU_PER_CM}" cy="{EMU_PER_CM // 4}"'
    ends = ((0, 120), (3250, 120)), ((3750, 120), (7000, 120)), ((3500, 0), (3620, 120), (3500, 240), (3380, 120))
    strokes = "".join(
        f'<a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>'
        + "".join(f'<a:lnTo><a:pt x="{to}" y="{down}"/></a:lnTo>' for to, down in rest)
        + "<a:close/>"
        for (x, y), *rest in ends
    )
    outline = (
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="7000" h="240">{strokes}</a:path></a:pathLst>'
        f'</a:custGeom><a:solidFill><a:srgbClr val="{GOLD}"/></a:solidFill>'
    )
    return Xml(
        _drawing(
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:effectExtent l="0" t="0" r="0" b="0"/>{_shape(14, size, outline, GOLD, 0.75)}</wp:inline>'
        )
    )


def _drawing(placed: str) -> str:
    """A drawn shape; the wrapper is what lets Word older than 2010 skip it."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return (
        f'<w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice xmlns:wps="{SHAPE}" Requires="wps">'
        f"<w:drawing>{placed}</w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )


def _shape(number: int, size: str, outline: str, color: str, width: float) -> str:
    return (
        f'<wp:docPr id="{number}" name="frame-{number}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{SHAPE}"><wps:wsp><wps:cNvSpPr/><wps:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>{outline}'
        f'<a:ln w="{round(width * 12700)}"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:ln>'
        "</wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
    )
