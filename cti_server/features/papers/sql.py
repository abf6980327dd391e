"""Scripts and the shelf, looked at by desks."""

from __future__ import annotations

from sqlalchemy import Engine, select

from cti_server.adapters.sql.database import transaction
from cti_server.features.centre.model import AgentQueue
from cti_server.features.papers.contract import Paper, Script
from cti_server.features.papers.model import PaperRow, ScriptRow

MOST_SCRIPTS, MOST_PAPERS = 500, 500


class SqlPapers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scripts(self) -> list[Script]:
        """In their order. Raises DatabaseAway."""
        asked = select(ScriptRow).order_by(ScriptRow.position, ScriptRow.id).limit(MOST_SCRIPTS)
        with transaction(self._engine) as session:
            return [Script(id=row.id, name=row.name, queue=row.queue, text=row.text) for row in session.scalars(asked)]

    def shelf(self, team: str, agent: str, everything: bool) -> list[Paper]:
        """What this user may see, in its order. Raises DatabaseAway."""
        asked = select(PaperRow).order_by(PaperRow.group, PaperRow.position, PaperRow.id).limit(MOST_PAPERS)
        with transaction(self._engine) as session:
            served = select(AgentQueue.queue_id).where(AgentQueue.agent_id == agent)
            queues = set(session.scalars(served)) if agent else set()
            return [
                Paper(id=row.id, title=row.title, link=row.link, group=row.group)
                for row in session.scalars(asked)
                if everything or not (row.teams or row.queues) or team in row.teams or queues & set(row.queues)
            ]
