"""The finding aid of an export: one HTML page to browse a year by district and applicant, and to search it.

It asks no network for anything; without its script it is the same page without the search box.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import quote

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from docservice.bag_choice import OBJECTS
from docservice.models import Document, Dossier
from docservice.thai import to_thai_digits
from docservice.yearfile import YearFile

_STYLE = """
body{font:17px/1.7 Sarabun,"TH Sarabun New","Noto Sans Thai",sans-serif;color:#1c2430;background:#f6f7f9;margin:0}
main{max-width:60rem;margin:auto;padding:24px}h1{font-size:28px}h2{font-size:22px;margin-top:40px}
details{background:#fff;border:1px solid #d9dee5;border-radius:6px;margin:8px 0;padding:8px 16px}
summary{cursor:pointer}table{border-collapse:collapse;width:100%}td,th{padding:4px 8px;text-align:left;
border-top:1px solid #d9dee5;vertical-align:top}td.n{text-align:right;white-space:nowrap}a{color:#2b4c9b}
nav a{margin-right:16px}.quiet{color:#5b6573;font-size:15px}code{font-size:12px;word-break:break-all}
#find{position:sticky;top:0;background:#f6f7f9;padding:12px 0}#find input{font:inherit;width:100%;padding:8px 12px;
box-sizing:border-box;border:1px solid #8a94a3;border-radius:6px}[hidden]{display:none}
"""
# Words part at blanks, digits count as Arabic; a dossier stays that has all of them. Few enough are opened.
_SCRIPT = """
(function(){var box=document.getElementById("find"),field=box.querySelector("input"),told=box.querySelector("span");
var plain=function(t){return t.toLowerCase().replace(/[\u0e50-\u0e59]/g,function(d){return d.charCodeAt(0)-0x0e50})};
var all=Array.prototype.map.call(document.querySelectorAll("details"),function(d){return[d,plain(d.textContent)]});
var find=function(){var words=plain(field.value).split(/\\s+/).filter(Boolean),left=0;all.forEach(function(p){
p[0].hidden=!words.every(function(w){return p[1].indexOf(w)>=0});if(!p[0].hidden)left++});
all.forEach(function(p){p[0].open=words.length>0&&left<=20&&!p[0].hidden});
document.querySelectorAll("section").forEach(function(s){s.hidden=!s.querySelector("details:not([hidden])")});
told.textContent=words.length?(left?"พบ "+left.toLocaleString("th-TH-u-nu-thai")+" แฟ้ม":"ไม่พบแฟ้มที่มีคำเหล่านี้"):""};
box.hidden=false;field.addEventListener("input",find);if(field.value)find()})();
"""


def location(document: Document, layout: str = OBJECTS) -> str:
    """Where the document's bytes are inside the bag: as OCFL content of the version that holds it, or by its path."""
    if layout == OBJECTS:
        return f"data/archive/{document.dossier.key}/{document.content}".replace("%", "％")
    return f"data/documents/{document.dossier.key}/{document.path}".replace("%", "％")


def page(
    year: YearFile,
    dossiers: Sequence[Dossier],
    documents: Sequence[Document],
    layout: str = OBJECTS,
    chosen: str = "",
) -> str:
    """The whole page as text; every name is escaped. ``chosen``: what of the year it is, empty for all."""
    of = {key: list(group) for key, group in groupby(documents, key=lambda d: d.dossier.key)}
    places = [(year.province_code + "00", f"จังหวัด{year.province}")]
    places += [(d.code, f"อำเภอ{d.name}") for d in year.districts]
    sections = [(code, name, [d for d in dossiers if d.district == code]) for code, name in places]
    return format_html(
        '<!doctype html><html lang="th"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{title}</title><style>{style}</style><main><h1>{title}</h1>"
        '<p class="quiet">{total} แฟ้ม {files} เอกสาร · ทะเบียนทั้งหมดอยู่ใน <a href="register.xlsx">register.xlsx</a> '
        'และ <a href="register.csv">register.csv</a> ผลการตรวจอยู่ใน <a href="fixity.csv">fixity.csv</a></p>'
        "{chosen}<nav>{links}</nav>"
        '<p id="find" hidden><input type="search" aria-label="ค้นหา" placeholder="ค้นหาชื่อ เลขที่ เอกสาร">'
        '<span class="quiet" role="status"></span></p>{sections}<script>{script}</script></main></html>',
        chosen=format_html('<p class="quiet">เฉพาะ {}</p>', chosen) if chosen else "",
        script=SafeString(_SCRIPT),
        title=f"คลังเอกสาร มชช. จังหวัด{year.province} ปี {year.year}",
        style=SafeString(_STYLE),
        total=_thai(len(dossiers)),
        files=_thai(len(documents)),
        links=format_html_join("", '<a href="#p{}">{}</a>', ((code, name) for code, name, found in sections if found)),
        sections=format_html_join("", "{}", ((_section(*s, of, layout),) for s in sections if s[2])),
    )


def _section(
    code: str, name: str, dossiers: Sequence[Dossier], of: dict[str, list[Document]], layout: str
) -> SafeString:
    return format_html(
        '<section id="p{}"><h2>{} <span class="quiet">({} แฟ้ม)</span></h2>{}</section>',
        code,
        name,
        _thai(len(dossiers)),
        format_html_join("", "{}", ((_dossier(d, of.get(d.key, []), layout),) for d in dossiers)),
    )


def _dossier(dossier: Dossier, documents: Sequence[Document], layout: str) -> SafeString:
    return format_html(
        '<details><summary>{} <span class="quiet">{}</span></summary><table><tr><th>เอกสาร<th>เลขที่<th>หน้า'
        "<th>SHA-256</tr>{}</table></details>",
        dossier.title,
        dossier.key,
        format_html_join("", "{}", ((_row(d, layout),) for d in documents)),
    )


def _row(document: Document, layout: str) -> SafeString:
    return format_html(
        '<tr><td><a href="{}">{}</a><br><span class="quiet">{}</span><td>{}<td class="n">{}<td><code>{}</code></tr>',
        quote(location(document, layout).removeprefix("data/")),
        document.title,
        document.path,
        document.number,
        _thai(document.pages) if document.pages else "",
        document.sha256,
    )


def _thai(number: int) -> str:
    return to_thai_digits(f"{number:,}")
