"""Draws the placeholder pictures of the picture slots; run once, the pictures themselves are kept in ``slots/``.

``python -m templates_th.stock.slot_pictures`` needs a Thai font; the builder needs only the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from templates_th.stock.package import SLOTS

GREY = (128, 128, 128)
LABELS = {"emblem": ("ที่วางตราครุฑ", (280, 300)), "qr": ("คิวอาร์โค้ด", (200, 200))}


def draw(label: str, size: tuple[int, int], font: Path) -> Image.Image:
    """A thin dotted box with ``label`` in its middle, white inside, 100 pixels to the centimetre."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    width, height = size
    for at in range(2, max(size), 6):
        for x, y in ((at, 2), (at, height - 3), (2, at), (width - 3, at)):
            pen.rectangle((x, y, x + 1, y + 1), fill=GREY)
    pen.text((width / 2, height / 2), label, font=ImageFont.truetype(str(font), 32), fill=GREY, anchor="mm")
    return picture.quantize(8)


def thai_font() -> Path:
    """The file fontconfig offers for Thai text."""
    program = shutil.which("fc-match") or "fc-match"
    found = subprocess.run([program, "-f", "%{file}", "Laksaman:lang=th"], capture_output=True, text=True, check=True)
    return Path(found.stdout)


def main() -> None:
    """Write the placeholder of every slot into ``slots/``."""
    SLOTS.mkdir(exist_ok=True)
    for slot, (label, size) in LABELS.items():
        draw(label, size, thai_font()).save(SLOTS / f"{slot}.png", optimize=True, dpi=(254, 254))
    Image.new("RGBA", (1, 1), (255, 255, 255, 0)).save(SLOTS / "border.png", optimize=True)


if __name__ == "__main__":
    main()
