"""Roles as an entity: what people may, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.wrong import NO_LANGUAGE, NO_TEXT_FOR, TOO_FAR
from cti_server.features.entities.contract import By, Entity, Held, said
from cti_server.features.entities.place import Rows
from cti_server.features.roles.contract import ADMIN, kept_of, rights_of, unknown_of
from cti_server.features.roles.model import Role
from cti_server.reasons import reason
from cti_server.rights import RIGHTS, everything, wider
from cti_server.words import LANGUAGES, Words

NO_RIGHT = reason("no-such-right", "{right}: there is no such right", "没有权限 {right}")
NO_SCOPE = reason("no-such-scope", "{right}: {scope} is none of {known}", "{right}：范围 {scope} 不可用，可用：{known}")
ADMIN_HAS_ALL = reason(
    "admin-has-all", "the administrator always has all rights: make another role", "管理员始终拥有全部权限：请另建角色"
)


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """``texts``: its name by language. ``rights``: right -> scope."""

    id: str
    texts: Mapping[str, str]
    rights: Mapping[str, str] = field(default_factory=dict)


class RoleRows(Rows):
    """A row has of a shipped role only what is not as it was shipped: a right that comes with a new version is there at once.
    What only another version knows gives nothing here, and stays."""

    def held(self, row: Any) -> Held:
        found = super().held(row)
        return found._replace(values={**found.values, "rights": rights_of(row.id, row.rights)})

    def write(self, session: Any, row: Any, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> Any:
        unknown = unknown_of(row.rights) if row else {}
        others = {name: scope for name, scope in unknown.items() if name not in values["rights"]}
        return super().write(session, row, key, {**values, "rights": {**kept_of(key, values["rights"]), **others}}, stamp)


def _check(role: RoleEntry) -> Iterator[tuple[str, str]]:
    if missing := [language for language in LANGUAGES if not role.texts.get(language, "").strip()]:
        yield "texts", NO_TEXT_FOR(languages=", ".join(missing))
    if unknown := sorted(role.texts.keys() - set(LANGUAGES)):
        yield "texts", NO_LANGUAGE(unknown=", ".join(unknown), known=", ".join(LANGUAGES))
    for name, scope in sorted(role.rights.items()):
        if name not in RIGHTS:
            yield "rights", NO_RIGHT(right=name[:60])
        elif scope not in RIGHTS[name].scopes:
            yield "rights", NO_SCOPE(right=name, scope=scope[:60], known=", ".join(RIGHTS[name].scopes))
    if role.id == ADMIN and role.rights != everything():
        yield "rights", ADMIN_HAS_ALL()


def _allowed(
    session: Session, by: By, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """Nobody makes a role that goes further than they do, or changes one that does."""
    if by.rights is None:
        return
    for record in (before, now):
        if record and (more := wider(record["rights"], by.rights)):
            yield "rights", TOO_FAR(rights=", ".join(more[:5]))
            return


def _whole(session: Session) -> list[str]:
    there = session.scalar(select(Role.id).where(Role.id == ADMIN))
    return [] if there else ["roles: the administrator's role always stays"]


ROLES = Entity(
    name="roles",
    words=Words("Roles", "角色"),
    record=RoleEntry,
    key="id",
    fields={
        "id": said("Id", "编号", "A short name that never changes.", "简短且不可更改的编号。"),
        "texts": said("Name", "名称", "In each language: en, zh-CN.", "各语言名称：en、zh-CN。"),
        "rights": said(
            "Rights",
            "权限",
            "What people with this role may, and whose: own, team, group, tenant.",
            "该角色的权限及范围：own 本人、team 本班组、group 本组及下级、tenant 全中心。",
        ),
    },
    place=RoleRows(Role, RoleEntry, "id"),
    check=_check,
    whole=_whole,
    allowed=_allowed,
)
