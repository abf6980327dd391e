"""The centre's own look as it is in force."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine

from cti_server.adapters.sql.database import transaction
from cti_server.features.centre.sql import InForce
from cti_server.features.look.colours import colours
from cti_server.features.look.contract import PICTURES, Look, NoSuchPicture, Picture
from cti_server.features.look.entities import THE_CENTRE, OwnLook
from cti_server.features.look.pictures import as_bytes, as_text, convert

PLACE = "/api/look"


class SqlLook:
    """Raises DatabaseAway."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._in_force = engine, InForce("look")

    def look(self) -> Look:
        found = self._record()
        shades = colours(found["accent"]) if found["accent"] else None
        light, dark, icon = (f"{PLACE}/{name}?version={digest(found[name])}" if found[name] else "" for name in PICTURES)
        return Look(name=found["name"], colours=shades, logo_light=light, logo_dark=dark, icon=icon)

    def picture(self, name: Picture) -> tuple[bytes, str]:
        """WebP, and which version it is. Raises NoSuchPicture."""
        text = self._record()[name]
        if not text:
            raise NoSuchPicture(f"the centre has no {name} of its own")
        return as_bytes(text), digest(text)

    def converted(self, raw: bytes, name: Picture) -> str:
        """As the record takes it. Raises BadPicture."""
        return as_text(convert(raw, name))

    def _record(self) -> Mapping[str, Any]:
        with transaction(self._engine) as session:
            return {**asdict(OwnLook()), **self._in_force.records(session)["look"].get(THE_CENTRE, {})}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
