"""The shapes of address books."""

from __future__ import annotations

from typing import Annotated, TypedDict

from cti_server.domain.record import Text
from cti_server.features.books.contract import Contact
from webapp.declared import field, schema
from webapp.schemas import QuerySchema


class Contacts(TypedDict):
    items: list[Contact]


ContactsSchema = schema(Contacts)


class ContactsQuery(QuerySchema):
    search = field(Annotated[str, Text(0, 100)], "in name, number, company or position", load_default="")
