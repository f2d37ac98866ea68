"""How a page looks to those who cannot see or point, and a small picture of it for the docs."""

from __future__ import annotations

import io
import os

from axe_playwright_python.sync_playwright import Axe
from live import REPOSITORY
from PIL import Image
from playwright.sync_api import Page


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical, each with the first place."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def sound(page: Page) -> None:
    """Nothing serious, and nothing that scrolls sideways."""
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def kept(page: Page, name: str) -> None:
    """A small picture for the docs, when asked for."""
    if os.environ.get("WRITE_PICTURES") == "1":
        page.evaluate("scrollTo(0, 0)")
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shot.thumbnail((900, 900))
        shot.quantize(48, dither=Image.Dither.NONE).save(REPOSITORY / f"docs/pictures/web-{name}.png", optimize=True)
