"""Every address there is: who may open it, who may send to it, and whose its number is. A new one needs its line here.

A line: the roles that may GET, the roles that may POST, and what the address names (``of``): rows of which the other
district's, the other year's or nobody's do not exist for a person. ``fine``: what else is a right answer to a GET of
one's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NOBODY: frozenset[str] = frozenset()
ADMIN = frozenset({"admin"})
STAFF = frozenset({"staff", "admin"})
SEE = frozenset({"staff", "admin", "officer", "neighbour"})
ARCHIVE = frozenset({"staff", "admin", "auditor"})
EVENTS = frozenset({"auditor", "admin"})
ALL = frozenset({"staff", "admin", "officer", "neighbour", "auditor"})


@dataclass(frozen=True)
class Page:
    """A page's line."""

    get: frozenset[str]
    post: frozenset[str] = NOBODY
    of: str = ""
    fine: tuple[int, ...] = ()
    with_: dict[str, Any] = field(default_factory=dict)
    send: dict[str, str] = field(default_factory=dict)


OPEN = {
    "healthz", "metrics", "favicon.ico", "login/", "logout/", "account/2fa/authenticate/", "api/v1/",
    "api/v1/openapi.json", "api/v1/docs", "api/v1/^(?P<rest>.*)$",
}  # fmt: skip
"""For everybody, logged in or not."""

_Y = "<year:year>/"
_EDITION = f"{_Y}templates/edition/<int:pk>/"
_DOSSIER = f"{_Y}archive/<int:district>/<slug:name>/"
PAGES: dict[str, Page] = {
    "": Page(ALL),
    # ------------------------------------------------------------------------------------------------ one's own account
    "account/": Page(ALL, ALL),
    "account/tokens/": Page(ALL, ALL),
    "account/password/": Page(ALL, ALL),
    "account/password/set/": Page(ALL, ALL),
    "account/2fa/": Page(ALL, ALL),
    "account/2fa/reauthenticate/": Page(ALL, ALL),
    "account/2fa/totp/activate/": Page(ALL, ALL),
    "account/2fa/totp/deactivate/": Page(ALL, ALL, fine=(404,)),
    "account/2fa/recovery-codes/": Page(ALL, ALL, fine=(404,)),
    "account/2fa/recovery-codes/generate/": Page(ALL, ALL, fine=(404,)),
    "account/2fa/recovery-codes/download/": Page(ALL, ALL, fine=(404,)),
    "login/again/": Page(ALL, ALL),
    "login/first-password/": Page(ALL, ALL),
    "people/": Page(ADMIN, ADMIN),
    "people/<int:pk>/": Page(ADMIN, ADMIN, of="account"),
    # --------------------------------------------------------------------------------------------------------- the year
    f"{_Y}": Page(SEE),
    f"{_Y}now/": Page(SEE),
    f"{_Y}follow-up/": Page(STAFF),
    "years/new/": Page(STAFF, STAFF),
    "years/new/districts/": Page(STAFF, fine=(404, 422)),
    f"{_Y}setup/": Page(STAFF),
    f"{_Y}setup/pictures/": Page(STAFF, STAFF),
    f"{_Y}setup/pictures/<str:which>/": Page(STAFF, fine=(404,), with_={"which": "emblem"}),
    f"{_Y}setup/year.toml": Page(STAFF),
    f"{_Y}setup/file/": Page(STAFF, STAFF),
    f"{_Y}setup/new/<str:what>/": Page(STAFF, STAFF, fine=(404, 405), with_={"what": "order"}),
    f"{_Y}setup/<str:code>/": Page(STAFF, STAFF, with_={"code": "office"}),
    f"{_Y}setup/<str:code>/remove/": Page(STAFF, STAFF, fine=(404, 405, 422), with_={"code": "orders.0"}),
    f"{_Y}results/": Page(STAFF, STAFF),
    # -------------------------------------------------------------------------------------------------------- templates
    f"{_Y}templates/": Page(STAFF),
    "templates/blocks/": Page(STAFF),
    f"{_Y}templates/<slug:kind>/": Page(STAFF, STAFF, with_={"kind": "letter"}),
    f"{_Y}templates/<slug:kind>/stock/": Page(STAFF, with_={"kind": "letter"}),
    f"{_Y}templates/<slug:kind>/guide/": Page(STAFF, with_={"kind": "letter"}),
    f"{_EDITION}": Page(STAFF, of="edition"),
    f"{_EDITION}now/": Page(STAFF, of="edition"),
    f"{_EDITION}check/": Page(STAFF, STAFF, of="edition"),
    f"{_EDITION}approve/": Page(STAFF, STAFF, of="edition", send={"effective": "2026-01-01"}),
    f"{_EDITION}withdraw/": Page(STAFF, STAFF, of="edition", send={"reason": "wrong"}),
    f"{_EDITION}file/<slug:part>/": Page(STAFF, of="edition", with_={"part": "template"}),
    f"{_EDITION}pages/<slug:which>/<int:number>/": Page(
        STAFF, of="edition", fine=(404, 422), with_={"which": "plain", "number": 1}
    ),
    f"{_EDITION}compare/": Page(STAFF, of="edition"),
    f"{_EDITION}compare/<slug:side>/<int:number>/": Page(
        STAFF, of="edition", fine=(404, 422), with_={"side": "after", "number": 1}
    ),
    # ------------------------------------------------------------------------------------------ applicants and evidence
    f"{_Y}applicants/": Page(SEE),
    f"{_Y}applicants/add/": Page(SEE, SEE),
    f"{_Y}applicants/import/": Page(SEE, SEE),
    f"{_Y}applicants/import/template/": Page(SEE),
    f"{_Y}applicants/export/": Page(SEE),
    f"{_Y}applicants/<int:pk>/": Page(SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/edit/": Page(SEE, SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/board/": Page(SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/originals/": Page(
        SEE, SEE, of="applicant", fine=(405, 422), send={"slot": "id-card", "seen": "1"}
    ),
    f"{_Y}applicants/<int:pk>/book/": Page(SEE, SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/preview/": Page(SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/redaction/": Page(SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/redaction/now/": Page(SEE, of="applicant"),
    f"{_Y}applicants/<int:pk>/redaction/book/": Page(SEE, SEE, of="applicant"),
    f"{_Y}hand-over/": Page(SEE, SEE),
    f"{_Y}hand-over/<int:pk>/give-back/": Page(STAFF, STAFF, of="handover", fine=(405,), send={"reason": "ขาดเอกสาร"}),
    "evidence/<int:pk>/": Page(SEE, of="evidence"),
    "evidence/<int:pk>/change/": Page(SEE, SEE, of="evidence", fine=(405, 422), send={"do": "remove"}),
    "evidence/<int:pk>/small/": Page(SEE, of="evidence", fine=(404,)),
    "evidence/<int:pk>/pages/<int:number>/": Page(SEE, of="evidence", fine=(404, 422), with_={"number": 1}),
    "evidence/<int:pk>/redaction/": Page(SEE, SEE, of="evidence", fine=(422,), send={"version": "0", "done": "1"}),
    "evidence/<int:pk>/redaction/<int:number>/": Page(SEE, of="evidence", fine=(404, 422), with_={"number": 1}),
    "uploads/": Page(SEE, SEE, fine=(404, 405)),
    "uploads/pass/": Page(SEE),
    "uploads/<uuid:pk>/": Page(SEE, of="upload"),
    # ---------------------------------------------------------------------------------------------- requests and papers
    f"{_Y}request/": Page(SEE),
    f"{_Y}request/<slug:kind>/": Page(SEE, SEE, with_={"kind": "register-applicants"}),
    f"{_Y}request/<slug:kind>/preview/": Page(SEE, SEE, with_={"kind": "register-applicants"}),
    f"{_Y}queue/": Page(SEE),
    f"{_Y}queue/live/": Page(SEE),
    f"{_Y}queue/sheet/": Page(SEE),
    f"{_Y}queue/<int:pk>/": Page(SEE, of="job"),
    f"{_Y}queue/<int:pk>/head/": Page(SEE, of="job"),
    f"{_Y}queue/<int:pk>/change/": Page(STAFF | {"officer", "neighbour"}, SEE, of="job", fine=(403, 405, 422)),
    f"{_Y}queue/<int:pk>/sheet/": Page(SEE, of="job"),
    f"{_Y}papers/": Page(SEE),
    f"{_Y}papers/sheet/": Page(SEE),
    f"{_Y}papers/<int:pk>/": Page(SEE, of="document"),
    f"{_Y}papers/<int:pk>/number/": Page(STAFF, STAFF, of="document", send={"number": "7"}),
    f"{_Y}papers/<int:pk>/sign/": Page(STAFF, STAFF, of="document", send={"seen": "1"}),
    f"{_Y}papers/<int:pk>/withdraw/": Page(STAFF, STAFF, of="document", send={"seen": "1", "reason": "wrong"}),
    f"{_Y}papers/<int:pk>/restore/": Page(STAFF, STAFF, of="document", send={"seen": "1"}),
    "documents/<int:pk>/": Page(ALL, of="document"),
    "documents/<int:pk>/file": Page(ALL, of="document"),
    "documents/<int:pk>/pages/<int:page>": Page(ALL, of="document", fine=(404, 422), with_={"page": 1}),
    # ----------------------------------------------------------------------------------------- archive, search, events
    f"{_Y}archive/": Page(ARCHIVE),
    f"{_Y}archive/size": Page(ARCHIVE),
    f"{_Y}archive/download": Page(ARCHIVE),
    f"{_Y}archive/<int:district>/": Page(ARCHIVE, with_={"district": 2401}),
    _DOSSIER: Page(ARCHIVE, of="dossier"),
    f"{_DOSSIER}verify": Page(ARCHIVE, ARCHIVE, of="dossier"),
    f"{_DOSSIER}record": Page(ARCHIVE, of="dossier"),
    f"{_DOSSIER}size": Page(ARCHIVE, of="dossier"),
    f"{_DOSSIER}download": Page(ARCHIVE, of="dossier"),
    f"{_DOSSIER}hold": Page(STAFF, STAFF, of="dossier", send={"reason": "คดี"}),
    f"{_DOSSIER}lock": Page(ARCHIVE, of="dossier"),
    f"{_Y}archive/retention/": Page(ARCHIVE),
    f"{_Y}archive/retention/change": Page(STAFF, STAFF, fine=(422,)),
    f"{_Y}archive/disposals/<slug:name>/": Page(ARCHIVE, fine=(404,), with_={"name": "disposal-01"}),
    f"{_Y}archive/disposals/<slug:name>/change": Page(STAFF, STAFF, fine=(404,), with_={"name": "disposal-01"}),
    f"{_Y}events/": Page(EVENTS),
    f"{_Y}events/chain": Page(EVENTS, EVENTS),
    f"{_Y}events/table": Page(EVENTS),
    f"{_Y}search/": Page(ALL),
}
"""Pages by their route; everything below ``admin/`` is for administrators and stands in no line."""


@dataclass(frozen=True)
class Operation:
    """An operation's line: who may, what it names, what is sent; ``form``: as a form, what has a dot as a file."""

    who: frozenset[str]
    of: str = ""
    send: dict[str, Any] | None = None
    form: dict[str, str] | None = None


_YEAR = "/api/v1/years/{year}"
_FILED = f"{_YEAR}/dossiers/{{district}}/{{name}}"
_NEW = {"district": "2401", "group": "leader", "name": "นายใหม่ ตัวอย่าง"}
OPERATIONS: dict[str, Operation] = {
    "GET /api/v1/me": Operation(ALL),
    "PATCH /api/v1/me": Operation(ALL, send={"language": "en"}),
    "GET /api/v1/me/tokens": Operation(ALL),
    "DELETE /api/v1/me/tokens/{id}": Operation(ALL, "token"),
    "GET /api/v1/accounts": Operation(ADMIN),
    "POST /api/v1/accounts": Operation(ADMIN, send={"username": "new.clerk", "role": "staff"}),
    "GET /api/v1/accounts/{id}": Operation(ADMIN, "account"),
    "PATCH /api/v1/accounts/{id}": Operation(ADMIN, "account", {"first_name": "สมชาย"}),
    "POST /api/v1/accounts/{id}/new-password": Operation(ADMIN, "account", {}),
    "GET /api/v1/provinces": Operation(STAFF),
    "GET /api/v1/years": Operation(ALL),
    "POST /api/v1/years": Operation(STAFF, send={"settings": {}}),
    f"GET {_YEAR}/next": Operation(STAFF),
    f"POST {_YEAR}/next": Operation(STAFF, send={}),
    f"GET {_YEAR}/looks": Operation(STAFF),
    f"GET {_YEAR}/pictures/{{which}}": Operation(STAFF),
    f"PUT {_YEAR}/pictures/{{which}}": Operation(STAFF, send={}),
    f"DELETE {_YEAR}/pictures/{{which}}": Operation(STAFF),
    f"GET {_YEAR}/templates": Operation(STAFF),
    f"GET {_YEAR}/templates/{{kind}}/editions": Operation(STAFF),
    f"POST {_YEAR}/templates/{{kind}}/editions": Operation(STAFF, form={"note": "ใหม่", "file": "x.docx"}),
    f"GET {_YEAR}/templates/{{kind}}/stock": Operation(STAFF),
    f"GET {_YEAR}/templates/{{kind}}/guide": Operation(STAFF),
    "GET /api/v1/template-blocks": Operation(STAFF),
    f"GET {_YEAR}/editions/{{id}}": Operation(STAFF, "edition"),
    f"POST {_YEAR}/editions/{{id}}/check": Operation(STAFF, "edition", {}),
    f"POST {_YEAR}/editions/{{id}}/approve": Operation(STAFF, "edition", {"effective": "2026-01-01"}),
    f"POST {_YEAR}/editions/{{id}}/withdraw": Operation(STAFF, "edition", {"reason": "ผิด"}),
    f"GET {_YEAR}/editions/{{id}}/files/{{part}}": Operation(STAFF, "edition"),
    f"GET {_YEAR}/editions/{{id}}/pages/{{sample}}/{{page}}": Operation(STAFF, "edition"),
    f"GET {_YEAR}/editions/{{id}}/compare": Operation(STAFF, "edition"),
    f"GET {_YEAR}/editions/{{id}}/compare/{{side}}/{{page}}": Operation(STAFF, "edition"),
    f"GET {_YEAR}/overview": Operation(SEE),
    f"GET {_YEAR}": Operation(ALL),
    f"GET {_YEAR}/settings": Operation(STAFF),
    f"PUT {_YEAR}/settings": Operation(STAFF, send={}),
    f"GET {_YEAR}/applicants": Operation(SEE),
    f"POST {_YEAR}/applicants": Operation(SEE, send=_NEW),
    f"POST {_YEAR}/applicants/import": Operation(SEE, send={}),
    f"GET {_YEAR}/sheets/applicants": Operation(SEE),
    f"GET {_YEAR}/sheets/applicants-form": Operation(SEE),
    f"GET {_YEAR}/sheets/papers": Operation(SEE),
    f"GET {_YEAR}/sheets/jobs": Operation(SEE),
    f"POST {_YEAR}/results": Operation(STAFF, send={"results": [{"id": 1, "result": "passed"}]}),
    f"POST {_YEAR}/results/pass-rest": Operation(STAFF, send={}),
    "GET /api/v1/applicants/{id}": Operation(SEE, "applicant"),
    "PATCH /api/v1/applicants/{id}": Operation(SEE, "applicant", {"post": "กำนัน"}),
    "PUT /api/v1/applicants/{id}/result": Operation(STAFF, "applicant", {"result": "passed"}),
    "GET /api/v1/applicants/{id}/evidence": Operation(SEE, "applicant"),
    "PUT /api/v1/applicants/{id}/originals/{slot}": Operation(SEE, "applicant", {}),
    "DELETE /api/v1/applicants/{id}/originals/{slot}": Operation(SEE, "applicant"),
    "POST /api/v1/applicants/{id}/book": Operation(SEE, "applicant", {}),
    "GET /api/v1/applicants/{id}/uploads": Operation(SEE, "applicant"),
    "GET /api/v1/evidence/{id}/content": Operation(SEE, "evidence"),
    "GET /api/v1/evidence/{id}/pages/{page}": Operation(SEE, "evidence"),
    "GET /api/v1/evidence/{id}/thumbnail": Operation(SEE, "evidence"),
    "PATCH /api/v1/evidence/{id}": Operation(SEE, "evidence", {"slot": "id-card"}),
    "DELETE /api/v1/evidence/{id}": Operation(SEE, "evidence"),
    "POST /api/v1/evidence/{id}/bring-back": Operation(SEE, "evidence", {}),
    "GET /api/v1/evidence/{id}/redaction": Operation(SEE, "evidence"),
    "PUT /api/v1/evidence/{id}/redaction": Operation(SEE, "evidence", {"version": 0, "done": True, "areas": []}),
    "POST /api/v1/applicants/{id}/redacted-book": Operation(SEE, "applicant", {}),
    f"GET {_YEAR}/handovers": Operation(SEE),
    f"POST {_YEAR}/handovers": Operation(SEE, send={"district": "2401"}),
    "POST /api/v1/handovers/{id}/give-back": Operation(STAFF, "handover", {"reason": "ขาดเอกสาร"}),
    "GET /api/v1/kinds": Operation(SEE),
    f"POST {_YEAR}/requests": Operation(SEE, send={"kind": "register-applicants"}),
    f"GET {_YEAR}/drafts/{{kind}}": Operation(SEE),
    f"POST {_YEAR}/previews": Operation(SEE, send={"kind": "register-applicants", "dossiers": ["nothing"]}),
    f"GET {_YEAR}/papers": Operation(SEE),
    f"POST {_YEAR}/papers": Operation(STAFF, send={"kind": "letter", "facts": {}}),
    "GET /api/v1/jobs": Operation(SEE),
    "GET /api/v1/jobs/{id}": Operation(SEE, "job"),
    "GET /api/v1/jobs/{id}/items": Operation(SEE, "job"),
    "GET /api/v1/jobs/{id}/sheet": Operation(SEE, "job"),
    "POST /api/v1/jobs/{id}/retry": Operation(SEE, "job", {}),
    "POST /api/v1/jobs/{id}/cancel": Operation(SEE, "job", {}),
    "POST /api/v1/jobs/{id}/urgent": Operation(STAFF, "job", {}),
    f"GET {_YEAR}/documents": Operation(ALL),
    "GET /api/v1/documents/{id}": Operation(ALL, "document"),
    "GET /api/v1/documents/{id}/versions": Operation(ALL, "document"),
    "GET /api/v1/documents/{id}/content": Operation(ALL, "document"),
    "GET /api/v1/documents/{id}/pages/{page}": Operation(ALL, "document"),
    "POST /api/v1/documents/{id}/sign": Operation(STAFF, "document", form={"dossier_version": "1", "signed": "x.pdf"}),
    "POST /api/v1/documents/{id}/withdraw": Operation(STAFF, "document", {"reason": "ผิด", "dossier_version": 9}),
    "POST /api/v1/documents/{id}/restore": Operation(STAFF, "document", {"dossier_version": 1}),
    f"GET {_YEAR}/numbers": Operation(STAFF),
    f"POST {_YEAR}/numbers": Operation(STAFF, send={"series": "order", "value": 77}),
    f"POST {_YEAR}/numbers/{{series}}/{{value}}/void": Operation(STAFF, send={"reason": "ผิด"}),
    f"GET {_YEAR}/archive": Operation(ARCHIVE),
    f"GET {_YEAR}/dossiers": Operation(ARCHIVE),
    f"GET {_FILED}": Operation(ARCHIVE, "dossier"),
    f"GET {_FILED}/record": Operation(ARCHIVE, "dossier"),
    f"POST {_FILED}/verify": Operation(ARCHIVE, "dossier", {}),
    f"GET {_FILED}/bag": Operation(ARCHIVE, "dossier"),
    f"GET {_YEAR}/bag": Operation(ARCHIVE),
    f"POST {_FILED}/hold": Operation(STAFF, "dossier", {"reason": "คดี"}),
    f"POST {_FILED}/hold/lift": Operation(STAFF, "dossier", {"reason": "คดี"}),
    f"GET {_YEAR}/over": Operation(ARCHIVE),
    f"POST {_YEAR}/hold": Operation(STAFF, send={"reason": "คดี"}),
    f"POST {_YEAR}/hold/lift": Operation(STAFF, send={"reason": "คดี"}),
    f"GET {_YEAR}/disposals": Operation(ARCHIVE),
    f"POST {_YEAR}/disposals": Operation(STAFF, send={}),
    f"GET {_YEAR}/disposals/{{batch}}": Operation(ARCHIVE),
    f"POST {_YEAR}/disposals/{{batch}}/opinions": Operation(
        STAFF, send={"committee": ["ก"], "minutes": "", "opinions": []}
    ),
    f"POST {_YEAR}/disposals/{{batch}}/approval": Operation(STAFF, send={"order": "๑", "archives": "๒"}),
    f"POST {_YEAR}/disposals/{{batch}}/withdrawal": Operation(STAFF, send={"reason": "ผิด"}),
    f"POST {_YEAR}/disposals/{{batch}}/run": Operation(STAFF, send={}),
    f"GET {_YEAR}/search": Operation(ALL),
    "GET /api/v1/events": Operation(EVENTS),
    "GET /api/v1/events/chain": Operation(EVENTS),
    "POST /api/v1/events/chain": Operation(EVENTS, send={}),
}
"""Operations of the API by method and path."""
