"""Every error the product raises on purpose, in one tree.

::

    DocserviceError
    ├── Refused      permanent; the user can mend it           HTTP 422, exit 3
    │   ├── FactsRefused          a fact is missing, unknown or of the wrong type
    │   ├── TemplateRefused       a Word template cannot be used
    │   ├── InputRefused          a file or folder the user named cannot be used
    │   ├── EvidenceRefused       one evidence file cannot be read (becomes a placeholder page)
    │   │   └── EvidenceTooHeavy  reading it takes more time or memory than one file may have
    │   ├── FontSubstituted       the PDF would show another font than the paper asks for
    │   ├── Unauthenticated       nobody is known to ask                         HTTP 401
    │   ├── NotFound              nothing is filed under that name               HTTP 404
    │   ├── NotAllowed            what is there cannot be treated like that      HTTP 405
    │   ├── Forbidden             the person's role does not allow it            HTTP 403
    │   ├── TooLarge              more bytes than are taken                      HTTP 413
    │   └── Conflict              it would contradict what is already filed      HTTP 409
    │       ├── Locked            someone else is at it right now                HTTP 423
    │       ├── UnderWay          the same request is being answered right now   HTTP 409
    │       ├── KeyReused         the key stands for another request             HTTP 422
    │       └── Outdated          it has changed since it was read               HTTP 412
    ├── Transient    try again; nothing was lost               HTTP 503, exit 4
    │   ├── TooMany               more requests than are taken in a while        HTTP 429
    │   ├── EngineUnavailable     LibreOffice is missing, hung or was killed
    │   └── StoreUnavailable      the store cannot be written or read now (disk full, network)
    └── Broken       a bug or corruption; alarmed              HTTP 500, exit 5
        └── FixityBroken          stored bytes differ from their recorded digest

Each class carries a stable ``code``, an HTTP status and an exit code; each instance a Thai sentence that says what and
where, a Thai remedy, and the same in English. Vendors' exceptions are translated at the edge, once.
"""

from __future__ import annotations

from typing import ClassVar


class DocserviceError(Exception):
    """An error with a stable code, a sentence for the person who reads it, and a remedy.

    ``message`` says what and where, ``remedy`` what to do; both Thai. ``english`` holds both in English.
    """

    code: ClassVar[str] = "error"
    http: ClassVar[int] = 500
    exit: ClassVar[int] = 5

    def __init__(self, message: str, remedy: str = "", *, english: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.english = english

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[object, tuple[object, ...], dict[str, object]]:
        """Survive pickling between processes with the remedy and the English text."""
        return (type(self), (self.message, self.remedy), {"english": self.english})

    def text(self, lang: str = "th") -> str:
        """The sentence and remedy in ``lang`` (``th`` or ``en``); Thai where no English was written."""
        return self.english if lang == "en" and self.english else str(self)

    def as_dict(self) -> dict[str, str]:
        """``code``, ``message``, ``remedy``, ``english``: the form stored in job items and printed by ``--json``."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy, "english": self.english}


class Refused(DocserviceError):
    """Permanent until the user mends the input."""

    code, http, exit = "refused", 422, 3


class FactsRefused(Refused):
    """A fact is missing, unknown or of the wrong type; the message names the field and the template."""

    code = "facts-refused"


class TemplateRefused(Refused):
    """A Word template cannot be used; the message names the template and the fault."""

    code = "template-refused"


class InputRefused(Refused):
    """A file or folder named by the user cannot be used; the message names it."""

    code = "input-refused"


class EvidenceRefused(Refused):
    """One evidence file cannot be read; in a book it becomes a placeholder page with this reason."""

    code = "evidence-refused"


class EvidenceTooHeavy(EvidenceRefused):
    """Reading one evidence file took more time or memory than one file may have, or ended its reader."""

    code = "evidence-too-heavy"


class FontSubstituted(Refused):
    """The finished PDF carries another font than the paper asks for, so its line and page breaks cannot be trusted."""

    code = "font-substituted"


class Unauthenticated(Refused):
    """Whoever asks has shown no key that is known, or one that has ended."""

    code, http = "unauthenticated", 401


class NotFound(Refused):
    """Nothing is filed or known under that name."""

    code, http = "not-found", 404


class NotAllowed(Refused):
    """The address is there, but not for this method."""

    code, http = "not-allowed", 405


class Forbidden(Refused):
    """The person's role, district or year does not allow it; nothing was done."""

    code, http = "forbidden", 403


class TooLarge(Refused):
    """A file or a form is larger than what is taken; nothing of it was kept."""

    code, http = "too-large", 413


class Conflict(Refused):
    """The request contradicts what is already filed; nothing was changed."""

    code, http = "conflict", 409


class Locked(Conflict):
    """Another window or program is writing the same thing at this moment; it goes on undisturbed."""

    code, http = "locked", 423


class UnderWay(Conflict):
    """The same request, under the same key, is being answered for another caller at this moment."""

    code = "under-way"


class KeyReused(Conflict):
    """The key was used for another request before; nothing was done."""

    code, http = "key-reused", 422


class Outdated(Conflict):
    """What is to be changed is not as it was when it was read; nothing was changed."""

    code, http = "outdated", 412


class Transient(DocserviceError):
    """Try again: nothing was lost and nothing was half-done."""

    code, http, exit = "transient", 503, 4


class TooMany(Transient):
    """More requests than are taken in a while; the next is welcome after a pause."""

    code, http = "too-many", 429


class EngineUnavailable(Transient):
    """LibreOffice is missing, did not answer in time, or died; it has been restarted where possible."""

    code = "engine-unavailable"


class StoreUnavailable(Transient):
    """The store cannot be read or written now (disk full, no permission, network)."""

    code = "store-unavailable"


class Broken(DocserviceError):
    """A bug or corruption: somebody has to look."""

    code, http, exit = "broken", 500, 5


class FixityBroken(Broken):
    """Stored bytes differ from the digest recorded when they were filed, or are gone."""

    code = "fixity-broken"
