"""The roles that are shipped: what they may stands with each right (``to``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti_server.rights import RIGHTS, Rights, everything
from cti_server.words import Words

ADMIN = "admin"
"""It has every right, and always keeps them."""
SHIPPED: Mapping[str, Words] = {
    "agent": Words("Agent", "坐席"),
    "back_office": Words("Back office", "后台处理"),
    "quality": Words("Quality", "质检"),
    "leader": Words("Team leader", "班长"),
    "campaign_manager": Words("Campaign manager", "外呼经理"),
    ADMIN: Words("Administrator", "管理员"),
    "operator": Words("Operator", "运维"),
    "auditor": Words("Auditor", "审计"),
}


def shipped(role: str) -> Rights:
    """What it is given at first."""
    return everything() if role == ADMIN else {one.name: one.to[role] for one in RIGHTS.values() if role in one.to}


def rights_of(role: str, kept: Mapping[str, Any]) -> Rights:
    """What a role may. ``kept``: what its row has of it (``kept_of``)."""
    if role == ADMIN:
        return everything()
    given = {**shipped(role), **kept}
    return {name: given[name] for name, one in RIGHTS.items() if given.get(name) in one.scopes}


def kept_of(role: str, rights: Mapping[str, str]) -> dict[str, str]:
    """Where they are not those that were shipped: right -> scope, '' taken away."""
    was: Mapping[str, str] = shipped(role)
    return {name: rights.get(name, "") for name in sorted({*was, *rights}) if rights.get(name) != was.get(name)}


def unknown_of(kept: Mapping[str, str]) -> dict[str, str]:
    """What a row has that this program does not know: another version of the product gave it."""
    return {name: scope for name, scope in kept.items() if scope and (name not in RIGHTS or scope not in RIGHTS[name].scopes)}
