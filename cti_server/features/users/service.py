"""People who log in, as the web needs them. Checking a password is the web's own business."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from cti_server.errors import CtiError
from cti_server.words import Language


class NoSuchUser(CtiError, id="no-such-user", status=404, en="There is no such user.", zh="用户不存在。"):
    """Nobody has this login or this id."""

Role = Literal["agent", "leader", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Account:
    """``agent_id`` and ``team`` '' when none. ``password_hash`` is argon2's text."""

    id: int
    login: str
    name: str
    password_hash: str = field(repr=False)
    role: Role
    agent_id: str
    team: str
    locale: Literal["", Language]
    disabled: bool = False


class Accounts(Protocol):
    """Raises DatabaseAway from every method."""

    def by_login(self, login: str) -> Account | None:
        """Upper and lower case are the same; a disabled account is given too, with its flag."""
        ...

    def by_id(self, user_id: int) -> Account | None: ...

    def set_locale(self, user_id: int, locale: str) -> None:
        """Nothing happens for an unknown user."""
        ...
