"""What the web process makes ready before it answers: its own files, named by content and packed, and translations."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import call_command

from docservice.config import config

_HERE = Path(__file__).parent


def prepare() -> None:
    """Collect the files of the pages and compile the translations into ``home``; nothing when they are there."""
    stamp = config().home / "static" / "made-from"
    wanted = _digest(_HERE / "web" / "static", _HERE / "locale")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    compile_words(Path(settings.LOCALE_PATHS[0]))
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def compile_words(folder: Path) -> None:
    """The translations (``docservice/locale/<language>.po``) as gettext reads them, below ``folder``."""
    for source in sorted((_HERE / "locale").glob("*.po")):
        target = folder / source.stem / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        polib.pofile(str(source)).save_as_mofile(str(target))


def _digest(*folders: Path) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
