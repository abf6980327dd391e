"""Scripts and the shelf as they are in force, looked at by desks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from cti_server.adapters.sql.database import transaction
from cti_server.features.centre.sql import InForce
from cti_server.features.papers.contract import Paper, Script

MOST_SCRIPTS, MOST_PAPERS = 500, 500


class SqlPapers:
    def __init__(self, engine: Engine) -> None:
        self._engine, self._in_force = engine, InForce("scripts", "shelf", "agents")

    def scripts(self) -> list[Script]:
        """In their order. Raises DatabaseAway."""
        found = sorted(self._records()["scripts"].values(), key=lambda one: (one["position"], one["id"]))[:MOST_SCRIPTS]
        return [Script(id=one["id"], name=one["name"], queue=one["queue"], text=one["text"]) for one in found]

    def shelf(self, team: str, agent: str, everything: bool) -> list[Paper]:
        """What this user may see, in its order. Raises DatabaseAway."""
        records = self._records()
        queues = set(records["agents"].get(agent, {}).get("queues", ()))
        found = sorted(records["shelf"].values(), key=lambda one: (one["group"], one["position"], one["id"]))
        return [
            Paper(id=one["id"], title=one["title"], link=one["link"], group=one["group"])
            for one in found
            if everything or not (one["teams"] or one["queues"]) or team in one["teams"] or queues & set(one["queues"])
        ][:MOST_PAPERS]

    def _records(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        with transaction(self._engine) as session:
            return self._in_force.records(session)
