"""API tokens, as an entity: who changes its secret has a new one made, who removes it ends it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import Annotated, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.record import Text, Whole
from cti_server.domain.wrong import TOO_FAR
from cti_server.errors import Misuse
from cti_server.features.entities.contract import By, Entity, Secret, Wrong, said
from cti_server.features.entities.place import Rows
from cti_server.features.roles.contract import rights_of
from cti_server.features.roles.model import Role
from cti_server.features.tokens.model import ApiToken
from cti_server.features.tokens.service import PREFIX, hash_of, new_secret
from cti_server.features.users.model import User
from cti_server.reasons import reason
from cti_server.rights import both, everything, wider
from cti_server.words import Words

TOKEN_ID = reason(
    "token-id",
    "must have small letters, digits and '-' only: it stands in the token",
    "只能有小写字母、数字和 '-'：它是令牌的一部分",
)
WHOSE_RIGHTS = reason("whose-rights", "must say whose rights it has", "请填写使用谁的权限")
A_DAY = reason("a-day", "must be a day such as 2026-12-31", "应为日期，例如 2026-12-31")
OWN_TOKEN = reason(
    "reason-own-token", "a token is made here, of 256 random bits: leave it empty", "令牌由系统生成（256 位随机）：请留空"
)


class OwnToken(Misuse, id="own-token"):
    """Somebody wants a token of a text of one's own."""


@dataclass(frozen=True, slots=True)
class TokenEntry:
    """``user``: whose rights it has at most; ``until``: the last day (UTC), '' for ever."""

    id: Annotated[str, Text(1, 32)]
    name: str
    user: str
    role: str = ""
    read_only: bool = False
    until: str = ""
    per_minute: Annotated[int, Whole(1, 60_000)] = 600


def _check(token: TokenEntry) -> Iterator[tuple[str, str]]:
    if not re.fullmatch("[a-z0-9-]+", token.id):
        yield "id", TOKEN_ID()
    if not token.user:
        yield "user", WHOSE_RIGHTS()
    if token.until and not _is_day(token.until):
        yield "until", A_DAY()


def _lasts(before: Mapping[str, Any] | None, now: Mapping[str, Any], now_ms: int) -> Iterator[Wrong]:
    """Nobody gives a token a last day that is over; one whose day has come may be changed otherwise."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    if now["until"] and now["until"] < today and now["until"] != (before or {}).get("until"):
        yield "until", f"must be today (UTC: {today}) or later; to end a token at once, remove it", "value"


def _allowed(
    session: Session, by: By, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """Nobody has a token that may more than they do."""
    if by.rights is None:
        return
    for record in (before, now):
        if record is None:
            continue
        name = session.scalar(select(User.role).where(User.login == record["user"]))
        roles = [session.get(Role, one) for one in (name, record["role"]) if one]
        given = reduce(both, (rights_of(role.id, role.rights) for role in roles if role), everything())
        if more := wider(given, by.rights):
            yield "user", TOO_FAR(rights=", ".join(more[:5]))
            return


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _never(secret: str, record: Mapping[str, Any]) -> None:
    raise OwnToken(OWN_TOKEN())


TOKENS = Entity(
    name="tokens",
    words=Words("API tokens", "API 令牌"),
    record=TokenEntry,
    key="id",
    fields={
        "id": said("Id", "编号", "Small letters, digits, '-'; it stands in the token.", "小写字母、数字和“-”，包含在令牌中。"),
        "name": said("Name", "名称", "Which program has it.", "使用该令牌的程序。"),
        "user": said(
            "User", "用户", "It acts as this user and ends when that one is disabled.", "以该用户身份操作，用户停用后立即失效。"
        ),
        "role": said("Role", "角色", "At most; none: the user's.", "权限上限；无则与用户相同。"),
        "read_only": said("Reads only", "只读", "It changes nothing and sends no command.", "不能修改，也不能发送命令。"),
        "until": said(
            "Until",
            "有效期至",
            "Its last day (UTC), e.g. 2026-12-31; none: for ever.",
            "最后有效日（UTC），如 2026-12-31；无则长期有效。",
        ),
        "per_minute": said("Requests a minute", "每分钟请求数", "More are answered with 429.", "超出后返回 429。"),
        "token": said(
            "Token",
            "令牌",
            "Shown once, when it is made. A new one ends the old one.",
            "仅在生成时显示一次；重新生成后旧令牌立即失效。",
        ),
    },
    seen={
        "used_ms": said("Last used", "最近使用", "To a minute.", "精确到分钟。"),
        "used_from": said("From", "来源地址", "The address of its last use.", "最近一次使用的来源地址。"),
    },
    place=Rows(ApiToken, TokenEntry, "id", seen=("used_ms", "used_from")),
    references={"user": "users", "role": "roles"},
    secrets={"token": Secret(new_secret, _never, hash_of, "secret_hash", before=lambda key: f"{PREFIX}{key}_")},
    check=_check,
    whole=lambda session: (),
    step=_lasts,
    allowed=_allowed,
)
