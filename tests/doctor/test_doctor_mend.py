"""Safe mends: what they mend is gone at the next check, Word shows each of them, and nothing else is touched."""

from __future__ import annotations

import pytest
from doctor.clinic import KINDS, cut, edited, kind, stock
from doctor.ill import ROLE, Ill
from doctor.ill_looks import LOOKS
from doctor.ill_tags import BRACES, MANGLED

from docservice.render import doctor, package
from docservice.render.doctor.words import CODES
from docservice.render.package import DOCUMENT, q

MENDABLE = [one for one in (*BRACES, *MANGLED, *LOOKS) if CODES[one.code].mendable]


@pytest.mark.parametrize("ill", MENDABLE, ids=[ill.name for ill in MENDABLE])
def test_what_can_be_mended_is_gone_at_the_next_check(ill: Ill) -> None:
    mended = doctor.mend(ill.data(), KINDS)
    assert {change.code for change in mended.changes} & {ill.code, "many-runs"}
    assert doctor.examine(mended.clean, kind(ill.kind), KINDS).faults == ()


def test_a_cut_tag_is_put_into_one_run() -> None:
    mended = doctor.mend(edited(stock("order"), (ROLE, cut("{{ mem", "ber", ".role }}"))), KINDS)
    texts = [one.text for one in package.parse(package.read(mended.clean)[DOCUMENT]).iter(q("w:t"))]
    assert ROLE in texts


def test_word_shows_each_mend_of_the_text_as_a_tracked_change() -> None:
    mended = doctor.mend(edited(stock("order"), (ROLE, "{{\u00a0member.role }} เเจ้ง")), KINDS)
    root = package.parse(package.read(mended.tracked)[DOCUMENT])
    gone = ["".join(one.itertext()) for one in root.iter(q("w:del"))]
    new = ["".join(one.itertext()) for one in root.iter(q("w:ins"))]
    assert (gone, new) == (["{{\u00a0member.role }}", "เเจ้ง"], [ROLE, "แจ้ง"])
    assert [change.after for change in mended.changes] == new


def test_a_sound_template_is_given_back_as_it_was() -> None:
    for one in KINDS:
        data = stock(one.code, one.variants[0] if one.variants else "")
        assert doctor.mend(data, KINDS) == doctor.Mended(data, data, ())


def test_a_tag_with_somebody_elses_tracked_change_is_left_alone() -> None:
    ill = next(one for one in MANGLED if one.code == "tracked-tag")
    assert doctor.mend(ill.data(), KINDS).changes == ()


def test_a_change_of_a_style_is_told_though_word_does_not_track_it() -> None:
    ill = next(one for one in LOOKS if one.code == "no-cs-font")
    changes = doctor.mend(ill.data(), KINDS).changes
    assert {change.place.part for change in changes} == {"file"}
    assert "Normal" in changes[-1].message
