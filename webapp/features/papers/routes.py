"""What agents have at hand."""

from __future__ import annotations

from typing import Any

from cti_server.errors import DatabaseAway
from cti_server.features.papers.sql import SqlPapers
from webapp.auth.guard import anybody, current_user
from webapp.blueprint import Blueprint, answers
from webapp.features.papers.schemas import PapersSchema


def routes(papers: SqlPapers) -> Blueprint:
    blueprint = Blueprint("papers", "/api", "Scripts and the shelf")

    @blueprint.get("/papers")
    @blueprint.response(200, PapersSchema)
    @answers(DatabaseAway)
    @anybody
    def own_papers() -> dict[str, Any]:
        """All scripts, and what of the shelf is for this user."""
        user = current_user()
        return {"scripts": papers.scripts(), "shelf": papers.shelf(user.team, user.agent_id, "setup.shelf.see" in user.rights)}

    return blueprint
