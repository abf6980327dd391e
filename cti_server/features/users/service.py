"""People who log in, as the web needs them. Checking a password is the web's own business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cti_server.errors import CtiError
from cti_server.rights import Rights
from cti_server.words import Language


class NoSuchUser(CtiError, id="no-such-user", status=404, en="There is no such user.", zh="用户不存在。"):
    """Nobody has this login or this id."""


class LinkOver(
    CtiError,
    id="link-over",
    status=404,
    en="This link has been used, is too old or was taken back. Ask your administrator for a new one.",
    zh="该链接已使用、已过期或已撤销，请联系管理员获取新链接。",
):
    """A one-time link that does not count (any more)."""


LinkKind = Literal["invitation", "reset"]


@dataclass(frozen=True, slots=True)
class Account:
    """``agent_id``, ``team`` and ``group`` '' when none. ``password_hash`` is argon2's text, '' nobody logs in with a password.
    ``rights``: those of the role, whose name is in ``role_texts`` by language."""

    id: int
    login: str
    name: str
    password_hash: str = field(repr=False)
    role: str
    agent_id: str
    team: str
    locale: Literal["", Language]
    disabled: bool = False
    email: str = ""
    locked: bool = False
    rights: Rights = field(default_factory=dict)
    role_texts: Mapping[str, str] = field(default_factory=dict)
    group: str = ""

    @property
    def barred(self) -> bool:
        """May not come in, however they show who they are."""
        return self.disabled or self.locked


@dataclass(frozen=True, slots=True)
class Lock:
    """``at_ms`` UTC; ``by``: an administrator's login."""

    at_ms: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """Of a person who may set a password; times in UTC ms."""

    account: Account
    kind: LinkKind
    made_ms: int
    expires_ms: int
    made_by: str


class Accounts(Protocol):
    """Raises DatabaseAway from every method."""

    def by_login(self, login: str) -> Account | None:
        """Upper and lower case are the same; a disabled account is given too, with its flag."""
        ...

    def by_id(self, user_id: int) -> Account | None: ...

    def of_role(self, role: str) -> list[int]:
        """Ids of those who have it."""
        ...

    def known_roles(self) -> list[str]:
        """Ids of all that there are."""
        ...

    def set_locale(self, user_id: int, locale: str) -> None:
        """Nothing happens for an unknown user."""
        ...

    def set_password(self, user_id: int, password_hash: str) -> None:
        """``password_hash``: argon2's text."""
        ...
