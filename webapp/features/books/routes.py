"""The address books. Desks see everybody's contacts and their team's."""

from __future__ import annotations

from typing import Any

from cti_server.errors import DatabaseAway
from cti_server.features.books.sql import SqlBooks
from webapp.auth.guard import anybody, current_user
from webapp.blueprint import Blueprint, answers
from webapp.features.books.schemas import ContactsQuery, ContactsSchema


def routes(books: SqlBooks) -> Blueprint:
    blueprint = Blueprint("books", "/api", "Address books")

    @blueprint.get("/address-book")
    @blueprint.arguments(ContactsQuery, location="query")
    @blueprint.response(200, ContactsSchema)
    @answers(DatabaseAway)
    @anybody
    def find_contacts(query: dict[str, Any]) -> dict[str, Any]:
        """At most 50 contacts, by name."""
        user = current_user()
        return {"items": books.find(query["search"], None if "setup.address_book.see" in user.rights else user.team)}

    return blueprint
