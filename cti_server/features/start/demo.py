"""The demo as records of the entities: what it fills an empty centre with, and what of a centre it has made. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

import orjson

from cti_server.features.centre import seed
from cti_server.features.entities.contract import Wish

Demo = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Entity -> key -> record, plain."""
FLOWS = frozenset(
    flow
    for flow in (
        *(one.flow for one in seed.SERVICE_NUMBERS),
        *(getattr(one, f"flow_{no}") for one in seed.SERVICES for no in (1, 2, 3)),
    )
    if flow
)
"""Those that the demo's lines lead to."""


def demo(flows: Mapping[str, Mapping[str, Any]]) -> Demo:
    """``flows``: documents of the product's own flow files. Reasons, calendars and settings are of every centre."""
    found: dict[str, dict[str, Any]] = {
        "teams": {one.id: _plain(one) for one in seed.TEAMS},
        "skills": {one.id: _plain(one) for one in seed.SKILLS},
        "classes_of_service": {one.id: _plain(one) for one in seed.CLASSES_OF_SERVICE},
        "hours": {one.id: _plain(one) for one in seed.HOURS},
        "queues": {one.id: _plain(one) for one in seed.QUEUES},
        "voicemail_boxes": {one.id: _plain(one) for one in seed.VOICEMAIL_BOXES},
        "flows": {name: {"name": name, "document": flows[name]} for name in sorted(FLOWS & flows.keys())},
        "agents": {one.id: _plain(one) for one in seed.AGENTS},
        "free_seats": {seat: {"extension": seat} for seat in seed.FREE_SEATS},
        "services": {one.id: _plain(one) for one in seed.SERVICES},
        "service_numbers": {one.number: _plain(one) for one in seed.SERVICE_NUMBERS},
        "dispositions": {
            one["code"]: {name: one[name] for name in ("code", "texts", "parent", "queues") if name in one} | {"position": at}
            for at, one in enumerate(seed.REASONS)
            if one["code"] in seed.DEMO_CODES
        },
        "trunks": {one.name: _plain(one) for one in seed.TRUNKS},
        "users": {one.login: _plain(one) for one in seed.USERS},
    }
    return found


def filling(records: Demo, there: Mapping[str, Collection[str]], password_hash: str) -> dict[str, list[Wish]]:
    """What of the demo is not ``there`` yet. ``password_hash``: of its people, '': they are invited."""
    hidden = {"users": {"password_hash": password_hash}} if password_hash else {}
    return {
        name: [
            Wish(key, values, create=True, hidden=hidden.get(name, {})) for key, values in found.items() if key not in there[name]
        ]
        for name, found in records.items()
    }


def wiping(records: Demo, made: Mapping[str, Collection[str]], spared: Mapping[str, Collection[str]]) -> dict[str, list[Wish]]:
    """What of the demo it has ``made`` and is still there, but for what is ``spared``."""
    wishes = {
        name: [Wish(key, None) for key in found if key in made[name] and key not in spared.get(name, ())]
        for name, found in records.items()
    }
    return {name: found for name, found in wishes.items() if found}


def _plain(record: Any) -> dict[str, Any]:
    return dict(orjson.loads(orjson.dumps({one.name: getattr(record, one.name) for one in fields(record)})))
