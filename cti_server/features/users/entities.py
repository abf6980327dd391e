"""People who log in, as an entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import argon2
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cti_server.domain.border import BadInput
from cti_server.domain.record import Text
from cti_server.domain.wrong import ROLE_TOO_FAR
from cti_server.features.entities.contract import Also, By, Entity, Secret, said
from cti_server.features.entities.fields import EMAIL
from cti_server.features.entities.place import Rows
from cti_server.features.roles.contract import ADMIN, rights_of
from cti_server.features.roles.model import Role
from cti_server.features.users.model import PasswordLink, User
from cti_server.features.users.passwords import check_password
from cti_server.reasons import reason
from cti_server.rights import wider
from cti_server.words import Language, Words, family

LOGIN = reason("login-form", "must be in small letters, without blanks", "须为小写字母，不能有空格")
WHICH_AGENT = reason("which-agent", "must say which agent this is", "请填写对应的坐席")
WHOSE_LEADER = reason("whose-leader", "must say whose leader this is", "请填写所管理的班组")
NO_ROLE = reason("no-role", "must say what this person may", "请选择角色")
AN_ADDRESS = reason("mail-address", "must be one address, such as {example}", "应为一个邮箱地址，例如 {example}")
ACTIVE = reason(
    "active-cell", "active: must be yes or no, active or leaving, is {found}", "应为在职或离职（是或否），当前为 {found}"
)


@dataclass(frozen=True, slots=True)
class UserEntry:
    """``agent_id`` and ``team_id`` '' where the role has none; ``locale`` '': the browser's."""

    login: Annotated[str, Text(1, 64)]
    name: str
    role: str
    agent_id: str = ""
    team_id: str = ""
    group_id: str = ""
    locale: Literal["", Language] = "zh-CN"
    disabled: bool = False
    email: Annotated[str, Text(0, 254)] = ""


def _check(user: UserEntry) -> Iterator[tuple[str, str]]:
    if user.login != user.login.lower() or " " in user.login:
        yield "login", LOGIN()
    if user.role == "agent" and not user.agent_id:
        yield "agent_id", WHICH_AGENT()
    if user.role == "leader" and not user.team_id:
        yield "team_id", WHOSE_LEADER()
    if not user.role:
        yield "role", NO_ROLE()
    if user.email and not EMAIL.fullmatch(user.email):
        yield "email", AN_ADDRESS(example="zhang.wei@centre.example")


def _check_password(secret: str, record: Mapping[str, Any]) -> None:
    check_password(secret, str(record.get("login", "")), str(record.get("name", "")))


def _allowed(
    session: Session, by: By, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """Nobody changes who may more, or gives more than they may."""
    if by.rights is None:
        return
    for record in (before, now):
        role = session.get(Role, record["role"]) if record else None
        if role and (more := wider(rights_of(role.id, role.rights), by.rights)):
            yield "role", ROLE_TOO_FAR(role=role.id, rights=", ".join(more[:5]))
            return


def _whole(session: Session) -> list[str]:
    """Somebody must be left who can set all of this up."""
    admins = select(func.count()).select_from(User).where(User.role == ADMIN, User.disabled.is_(False))
    return [] if session.scalar(admins) else ["users: nobody is left who is an administrator and not disabled"]


class UserRows(Rows):
    """Whoever is disabled has no link any more, also when they come back."""

    def write(self, session: Session, row: Any, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> Any:
        if row is not None and values.get("disabled"):
            session.execute(delete(PasswordLink).where(PasswordLink.user_id == row.id))
        return super().write(session, row, key, values, stamp)


HERE = ("active", "joins", "joining", "employed", "yes", "true", "1", "在职", "入职", "启用", "是", "真")
GONE = ("leaving", "leaves", "left", "inactive", "no", "false", "0", "离职", "停用", "否", "假")
"""What files of people say of who is there, and who leaves or has left."""


def _active(cell: str) -> Mapping[str, Any]:
    if cell.lower() in HERE:
        return {"disabled": False}
    if cell.lower() in GONE:
        return {"disabled": True}
    raise BadInput(ACTIVE(found=repr(cell[:40])))


LANGUAGE_WORDS = family("user_language", {"zh-CN": ("Chinese", "中文"), "en": ("English", "英文")}, Language)

USERS = Entity(
    name="users",
    words=Words("Users", "用户"),
    record=UserEntry,
    key="login",
    fields={
        "login": said("Login", "登录名", "In small letters; it never changes.", "小写，不可更改。"),
        "name": said("Name", "姓名", "What others read.", "他人看到的姓名。"),
        "role": said("Role", "角色", "What this person may, and whose.", "决定此人的权限及范围。"),
        "agent_id": said("Agent", "坐席", "Which agent this is.", "对应的坐席工号。"),
        "team_id": said("Team", "班组", "Whose leader this is, or the agent's.", "所管理或所属的班组。"),
        "group_id": said("Group", "组", "That this person leads.", "所管理的组。"),
        "locale": said("Language", "语言", "Of the page; none: the browser's.", "页面语言；无则随浏览器。"),
        "disabled": said("Disabled", "停用", "Cannot log in; sessions end.", "不能登录，已有会话随即结束。"),
        "email": said("E-mail", "电子邮箱", "Where invitations go.", "接收邀请的邮箱。"),
        "password": said(
            "Password",
            "密码",
            "Never shown. Sessions with the old one end; without one nobody logs in.",
            "不显示。旧密码的会话随即结束；未设置则不能登录。",
        ),
    },
    place=UserRows(User, UserEntry, "login"),
    choices={"locale": LANGUAGE_WORDS},
    references={"role": "roles", "agent_id": "agents", "team_id": "teams", "group_id": "groups"},
    secrets={"password": Secret(None, _check_password, lambda password: argon2.PasswordHasher().hash(password), "password_hash")},
    check=_check,
    whole=_whole,
    whose={"team_id": "team", "group_id": "group"},
    own=("agent_id", "agent"),
    allowed=_allowed,
    also={"active": Also(Words("In employment", "在职"), _active)},
)
