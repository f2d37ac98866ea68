"""QR codes made quickly are segno's own, module by module."""

from __future__ import annotations

import io

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docservice.render import qr


def same_as_segno(text: str) -> bool:
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=qr.SCALE, border=qr.BORDER)
    data, side = qr.png(text)
    with Image.open(out) as theirs, Image.open(io.BytesIO(data)) as ours:
        return ours.size == (side, side) == theirs.size and ours.convert("1").tobytes() == theirs.convert("1").tobytes()


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("aZ09 :/?กำ🙂\n\x7f"), min_size=1, max_size=80))
def test_any_text(text: str) -> None:
    assert same_as_segno(text)


@settings(max_examples=40, deadline=None)
@given(number=st.integers(0, 10**12 - 1))
def test_addresses_that_differ_in_a_number(number: int) -> None:
    assert same_as_segno(f"https://example.go.th/v/{number:012d}")


@pytest.mark.parametrize("length", [1, 7, 8, 40, 200, 201, 400])
def test_texts_of_every_length(length: int) -> None:
    assert same_as_segno(("abcdefghij" * 40)[:length])
    assert same_as_segno(("jihgfedcba" * 40)[:length])


def test_a_text_too_long_is_refused() -> None:
    with pytest.raises(segno.DataOverflowError):
        qr.png("ก" * 3000)
