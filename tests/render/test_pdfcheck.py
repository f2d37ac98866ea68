"""What becomes of a PDF on its way to a finished one."""

from __future__ import annotations

import io

import pikepdf
import pytest

from docservice.render import pdfcheck

_A5 = [0, 0, 420, 595]


@pytest.mark.parametrize("deep", [False, True])
def test_a_page_keeps_what_it_inherits(deep: bool) -> None:
    """LibreOffice's pages inherit nothing, so others are what is looked at here."""
    document = pikepdf.new()
    document.add_blank_page()
    page, top = document.pages[0].obj, document.Root.Pages
    del page["/MediaBox"]
    if deep:
        between = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Pages, Parent=top, Kids=[page], Count=1, MediaBox=_A5, Rotate=90)
        )
        page.Parent, top.Kids = between, pikepdf.Array([between])
    else:
        top.MediaBox, top.Rotate = pikepdf.Array(_A5), 90
    out = io.BytesIO()
    document.save(out)
    with pikepdf.open(io.BytesIO(pdfcheck.tidy(out.getvalue(), title="เรื่อง"))) as tidied:
        assert tidied.pages[0].mediabox == _A5
        assert tidied.pages[0].obj.Rotate == 90
