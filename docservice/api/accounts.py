"""Accounts: one's own digits, language and tokens; and, for administrators, everybody's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Header, Query, Schema
from pydantic import Field, StringConstraints

from docservice import access, people
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import District, IdInPath, YearBE
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import Me, told
from docservice.api.years import area as me
from docservice.models import Account

area = Area()
Role = Literal["staff", "district", "auditor", "administrator"]
UserName = Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=r"^[A-Za-z0-9.@_+-]+$")]
PersonName = Annotated[str, StringConstraints(max_length=150, pattern=r"^[^\x00-\x1f\x7f]*$", strip_whitespace=True)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")]
Districts = Annotated[list[District], Field(max_length=100)]
Years = Annotated[list[YearBE], Field(max_length=100)]
IfMatch = Annotated[str, Header(alias="If-Match", max_length=100, pattern=r'^((W/)?"[0-9a-f]{64}")?$')]


class Preferences(Schema, extra="forbid"):
    """What changes; what is left out stays."""

    thai_digits: bool | None = None
    language: Literal["th", "en"] | None = None


class TokenRow(Schema):
    """One of one's own tokens; ``prefix`` is how its secret begins, which is told nowhere."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class AccountRow(Schema):
    """A person's account. ``one_time_password``: whether it waits for its first password of the person's own."""

    id: int
    username: str
    first_name: str
    last_name: str
    email: str
    role: str
    districts: list[str]
    years: list[int]
    is_active: bool
    one_time_password: bool
    last_login: datetime | None

    @staticmethod
    def resolve_one_time_password(row: Any) -> bool:
        """As the account says it, or as it was told already."""
        return bool(row["one_time_password"] if isinstance(row, dict) else row.must_change_password)


class AccountWithPassword(AccountRow):
    """With its one-time password, told this once; ``null`` when the same Idempotency-Key is sent again."""

    password: str | None


class NewAccount(Schema, extra="forbid"):
    """An account to be made: a district officer has ``districts``, an auditor may be kept to ``years``."""

    username: UserName
    role: Role
    first_name: PersonName = ""
    last_name: PersonName = ""
    email: Email = ""
    districts: Annotated[Districts, Field(default_factory=list)]
    years: Annotated[Years, Field(default_factory=list)]


class AccountChange(Schema, extra="forbid"):
    """What changes; what is left out stays. ``is_active`` false takes the account out of use."""

    role: Role | None = None
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    email: Email | None = None
    districts: Districts | None = None
    years: Years | None = None
    is_active: bool | None = None


class Which(Schema):
    """Which accounts."""

    role: Literal["staff", "district", "auditor", "administrator", ""] = ""
    is_active: bool | None = None


# ------------------------------------------------------------------------------------------------------------ one's own
@me.offer("PATCH", "/me", Me, scope="write")
def change_preferences(request: Asking, preferences: Preferences) -> Any:
    """Change how the pages show numbers, and in which language."""
    given = {name: value for name, value in preferences.dict().items() if value is not None}
    for name, value in given.items():
        setattr(request.user, name, value)
    request.user.save(update_fields=list(given))
    return told(request)


@area.offer("GET", "/me/tokens", Page[TokenRow])
def list_tokens(request: Asking, turn: Turned) -> Any:
    """One's own tokens, the newest first. A new one is issued by the person on the page `/account/tokens/`."""
    return turned(request.user.tokens.all(), turn, "-id")


@area.offer("DELETE", "/me/tokens/{id}", TokenRow, scope="write")
def revoke_token(request: Asking, id: IdInPath) -> Any:
    """End one of one's own tokens for ever, also the one that asks. Ended again, nothing changes."""
    token = access.one(request.user.tokens.all(), pk=id)
    people.revoke(token, actor=request.user.username)
    token.refresh_from_db()
    return token


# ---------------------------------------------------------------------------------------------------------- everybody's
@area.offer("GET", "/accounts", Page[AccountRow], scope="people", actions=("people",))
def list_accounts(request: Asking, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """Everybody's accounts, by user name."""
    rows = access.accounts(request.user)
    rows = rows.filter(role=which.role) if which.role else rows
    return turned(rows if which.is_active is None else rows.filter(is_active=which.is_active), turn, "username")


@area.offer(
    "POST", "/accounts", AccountWithPassword, status=201, scope="people", actions=("people",), once=True,
    told_once=("password",),
)  # fmt: skip
def make_account(request: Asking, account: NewAccount) -> Any:
    """Make an account; its one-time password is in this answer and nowhere else."""
    details = account.dict()
    made, password = people.make(details.pop("username"), actor=request.user.username, **details)
    return _with_password(made, password)


@area.offer("GET", "/accounts/{id}", AccountRow, scope="people", actions=("people",))
def get_account(request: Asking, id: IdInPath, response: HttpResponse) -> Any:
    """One account; ``ETag`` goes into ``If-Match`` of a change."""
    row = _one(request, id)
    response["ETag"] = f'"{people.state_of(row)}"'
    return row


@area.offer(
    "PATCH", "/accounts/{id}", AccountRow, scope="people", actions=("people",), conflicts=(409, 412)
)  # fmt: skip
def change_account(
    request: Asking, id: IdInPath, change: AccountChange, response: HttpResponse, if_match: IfMatch = ""
) -> Any:
    """Change role, districts, years or name, or take the account out of use. With ``If-Match``, only if nobody has
    changed it meanwhile (412). One administrator must remain (409)."""
    row, seen = _one(request, id), if_match.removeprefix("W/").strip('"')
    given = {name: value for name, value in change.dict().items() if value is not None}
    people.change(row, seen=seen, actor=request.user.username, **given)
    response["ETag"] = f'"{people.state_of(row)}"'
    return row


@area.offer(
    "POST", "/accounts/{id}/new-password", AccountWithPassword, scope="people", actions=("people",), once=True,
    told_once=("password",),
)  # fmt: skip
def reset_password(request: Asking, id: IdInPath) -> Any:
    """Give the account a new one-time password, told in this answer and nowhere else; its sessions end."""
    row = _one(request, id)
    password = people.new_password(row, actor=request.user.username)
    return _with_password(row, password)


def _with_password(row: Account, password: str) -> dict[str, Any]:
    return {**AccountRow.from_orm(row).dict(), "password": password}


def _one(request: Asking, pk: int) -> Account:
    return access.one(access.accounts(request.user), pk=pk)
