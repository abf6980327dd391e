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


@dataclass(frozen=True, slots=True)
class Account:
    """``agent_id``, ``team`` and ``group`` '' when none. ``password_hash`` is argon2's text. ``rights``: those of the
    role, whose name is in ``role_texts`` by language."""

    id: int
    login: str
    name: str
    password_hash: str = field(repr=False)
    role: str
    agent_id: str
    team: str
    locale: Literal["", Language]
    disabled: bool = False
    rights: Rights = field(default_factory=dict)
    role_texts: Mapping[str, str] = field(default_factory=dict)
    group: str = ""


class Accounts(Protocol):
    """Raises DatabaseAway from every method."""

    def by_login(self, login: str) -> Account | None:
        """Upper and lower case are the same; a disabled account is given too, with its flag."""
        ...

    def by_id(self, user_id: int) -> Account | None: ...

    def of_role(self, role: str) -> list[int]:
        """Ids of those who have it."""
        ...

    def set_locale(self, user_id: int, locale: str) -> None:
        """Nothing happens for an unknown user."""
        ...
