"""What stands between a tag's braces: characters Word put there, the statement's word, and whether Jinja reads it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docservice.render import strict

OPENS = {
    "if": "endif",
    "for": "endfor",
    "with": "endwith",
    "macro": "endmacro",
    "call": "endcall",
    "filter": "endfilter",
}
ENDS = {end: word for word, end in OPENS.items()} | {"endset": "set"}
MIDDLE = {"else": ("if", "for"), "elif": ("if",)}
SINGLE = ("set", "do", "colspan", "cellbg", "vm", "hm", "break", "continue")
FORBIDDEN = (
    "include",
    "import",
    "from",
    "extends",
    "block",
    "endblock",
    "autoescape",
    "endautoescape",
    "trans",
    "debug",
)
WORDS = (*OPENS, *ENDS, *MIDDLE, *SINGLE)
PREFIXES = ("p", "tr", "tc", "r")
_QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"'}
_QUOTES |= {"‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'"}
_MANGLED = {
    **dict.fromkeys("\u00a0\u202f\u2002\u2003\u2009\u3000", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u2060\u00ad", ""),
    **dict.fromkeys("–—−‐‑", "-"),
    "…": "...",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
    "×": "*",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
_SHOWN = {"\u00a0": "ช่องว่างไม่ตัดคำ", "\u200b": "ช่องว่างแฝง U+200B", "\ufeff": "อักขระแฝง U+FEFF", "\u00ad": "ยัติภังค์แฝง"}
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Straight:
    """A tag's body as it was meant, and the strange characters that were in it."""

    body: str
    quotes: str
    mangled: str


def straight(body: str) -> Straight:
    """Quotes straight, no hidden or look-alike characters outside the quoted text."""
    quotes = "".join(dict.fromkeys(letter for letter in body if letter in _QUOTES))
    body = "".join(_QUOTES.get(letter, letter) for letter in body)
    mangled: dict[str, None] = {}
    pieces, at = [], 0
    for quoted in [*_STRING.finditer(body), None]:
        plain = body[at : quoted.start()] if quoted else body[at:]
        mangled |= dict.fromkeys(letter for letter in plain if letter in _MANGLED)
        if re.search(r"\[\s*[๐-๙]+\s*\]|[=<>]\s*[๐-๙]+", plain):
            mangled |= dict.fromkeys(letter for letter in plain if "๐" <= letter <= "๙")
            plain = plain.translate(_THAI_DIGITS)
        pieces.append("".join(_MANGLED.get(letter, letter) for letter in plain))
        if quoted:
            pieces.append(quoted[0])
            at = quoted.end()
    return Straight("".join(pieces), quotes, " ".join(_SHOWN.get(letter, letter) for letter in mangled))


def dash(body: str) -> tuple[str, str]:
    """A body without Jinja's white-space marks, and the mark it began with."""
    lead = body[:1] if body[:1] in "-+" else ""
    return body.removeprefix(lead).removesuffix("-").removesuffix("+"), lead


def statement(body: str) -> str:
    """The first word of a statement."""
    found = re.match(r"\s*([^\W\d]\w*)", body)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a statement that is no known one was meant to be: its word, the whole of it, and its prefix."""

    word: str
    body: str
    prefix: str


def meant(body: str, prefix: str) -> Meant | None:
    """The nearest known statement of a body that begins with no known word; None where nothing is near."""
    text = body.strip()
    if found := re.match(r"(?i)end\s+(if|for|with|set|macro)\b", text):
        return Meant(f"end{found[1].lower()}", f"end{found[1].lower()}", prefix)
    if found := re.match(r"(?i)(else\s*if|elsif|elseif)\b(.*)", text, re.DOTALL):
        return Meant("elif", f"elif{found[2]}", prefix)
    if not prefix and (found := re.match(r"(?i)([a-z]{1,4})\s+(\w+)\b", text)):
        inner = found[2].lower()
        if inner in WORDS and found[1].lower() not in WORDS:
            near = difflib.get_close_matches(found[1].lower(), (*PREFIXES, "row", "cell", "para", "td"), 1, 0.3)
            real = {"row": "tr", "cell": "tc", "para": "p", "td": "tr"}.get(near[0], near[0]) if near else "p"
            return Meant(inner, text[found.start(2) :], str(real))
    if not prefix and (found := re.match(r"(tr|tc|p|r)(if|for|else|elif|endif|endfor|set)\b(.*)", text, re.DOTALL)):
        return Meant(str(found[2]), f"{found[2]}{found[3]}", str(found[1]))
    word = statement(text)
    if word.lower() in WORDS:
        return Meant(word.lower(), word.lower() + text[len(word) :], prefix)
    near = difflib.get_close_matches(word.lower(), WORDS, 1, 0.6)
    if near:
        return Meant(near[0], near[0] + text[len(word) :], prefix)
    if found := re.match(r"(if|for|endif|endfor|else)(\w+)(.*)", text, re.DOTALL):
        return Meant(found[1], f"{found[1]} {found[2]}{found[3]}", prefix)
    return None


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return strict.environment()


def source(opener: str, body: str) -> str:
    """A body that ``syntax`` can parse by itself, with what must follow it."""
    if opener == "{{":
        return "{{ " + body + " }}"
    word = statement(body)
    if word in OPENS:
        return "{% " + body + " %}{% " + OPENS[word] + " %}"
    if word == "elif":
        return "{% if x %}{% " + body + " %}{% endif %}"
    if word == "else":
        return "{% if x %}{% " + body + " %}{% endif %}"
    if word in ENDS:
        return "" if body.strip() == word else "{% if x %}{% endif " + body.strip()[len(word) :] + " %}"
    if word == "set" and "=" not in body:
        return "{% " + body + " %}{% endset %}"
    if word in ("colspan", "cellbg"):
        return "{{ " + body.strip()[len(word) :] + " }}"
    return "" if word in ("vm", "hm") else "{% " + body + " %}"


@lru_cache(maxsize=4096)
def refused(opener: str, body: str) -> str:
    """Why Jinja cannot read the tag; empty where it can."""
    if len(body) > LONGEST:
        return "too long"
    try:
        _environment().parse(source(opener, body))
    except TemplateError as error:
        return str(error) or type(error).__name__
    except (RecursionError, MemoryError):
        return "too deep"
    return ""


def why(reason: str) -> tuple[str, str]:
    """(what is wrong, what to do), in Thai, for what Jinja said."""
    for pattern, thai, hint in _REASONS:
        if found := re.search(pattern, reason):
            return thai.format(*found.groups()), hint
    return f"({reason})", "แก้ตามคู่มือแม่แบบ เช่น {{ subject }} หรือ {% if speed %}"


_TWO_NAMES = "ชื่อช่องย่อยคั่นด้วยจุด เช่น {{ signer.name }} และตัวกรองคั่นด้วย |"
_REASONS = (
    (r"expected token 'end of print statement', got '(.*)'", "มี “{0}” เกินมา", _TWO_NAMES),
    (
        r"expected token 'end of statement block', got '(.*)'",
        "มี “{0}” เกินมาหลังคำสั่ง",
        "ลบส่วนเกิน หรือเติมเครื่องหมายที่ขาด เช่น == หรือ and",
    ),
    (r"expected token 'in', got '(.*)'", "หลัง for ต้องมี in แต่พบ “{0}”", "เขียนเป็น {% for รายการ in ชื่อช่อง %}"),
    (r"Expected an expression, got 'end of", "ขาดชื่อช่องหรือเงื่อนไข", "เติมชื่อช่อง เช่น {% if speed %}"),
    (r"expected token '(.*)', got '(.*)'", "ต้องเป็น “{0}” แต่พบ “{1}”", "ตรวจวงเล็บและเครื่องหมายในคำสั่ง"),
    (r"unexpected char (.+) at", "มีอักขระ {0} ที่ใช้ในคำสั่งไม่ได้", "พิมพ์คำสั่งใหม่ด้วยแป้นพิมพ์"),
    (r"unexpected '(.*)'", "มี “{0}” ผิดที่", "ตรวจวงเล็บและเครื่องหมายในคำสั่ง"),
    (r"too long", "ยาวเกินไป", "แบ่งเป็นหลายคำสั่ง"),
    (r"too deep", "ซ้อนวงเล็บลึกเกินไป", "แบ่งเป็นหลายคำสั่ง"),
    (r"can't assign|cannot assign", "ตั้งค่าชื่อนี้ไม่ได้", "ใช้ชื่ออื่น"),
)
