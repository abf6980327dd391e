"""Who calls, and customers that are one."""

from __future__ import annotations

from typing import Any

from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.events.errors import NoSuchCall
from cti_server.features.customers.contract import NoSuchCustomer, NotMerged
from cti_server.features.customers.sql import SqlCustomers
from cti_server.features.entities.contract import BadEntry, EntryChanged, EntryInUse, ImportRefused, NoSuchEntry
from webapp.auth.guard import anybody, needs
from webapp.blueprint import Blueprint, answers
from webapp.features.customers.calling import Calling
from webapp.features.customers.schemas import (
    CallingSchema,
    MadeCustomerSchema,
    MergeSchema,
    MergesSchema,
    NewCustomerSchema,
    NoteSchema,
    PartSchema,
)
from webapp.features.entities.routes import by
from webapp.ports import Config

MERGING = (NotMerged, NoSuchEntry, EntryChanged, EntryInUse, ImportRefused, DatabaseAway)


def routes(customers: SqlCustomers, calling: Calling, config: Config) -> Blueprint:
    blueprint = Blueprint("customers", "/api", "Customers")

    @blueprint.get("/calls/<string:call_id>/customers")
    @blueprint.response(200, CallingSchema)
    @answers(NoSuchCall, NoConfiguration, DatabaseAway)
    @anybody
    def call_customers(call_id: str) -> dict[str, Any]:
        """Who calls, by the call's number: for who sees the call, or has talked in it."""
        return {"customers": customers.of_number(calling.number(call_id), config())}

    @blueprint.post("/calls/<string:call_id>/customers")
    @blueprint.arguments(NewCustomerSchema)
    @blueprint.response(201, MadeCustomerSchema)
    @answers(NoSuchCall, NoConfiguration, BadEntry, DatabaseAway)
    @anybody
    def create_call_customer(body: dict[str, Any], call_id: str) -> dict[str, Any]:
        """Makes a customer of who calls."""
        return {"id": customers.make(body["name"], calling.number(call_id), by(whole=True))}

    @blueprint.post("/calls/<string:call_id>/customers/<string(maxlength=64):customer_id>/notes")
    @blueprint.arguments(NoteSchema)
    @blueprint.response(204)
    @answers(NoSuchCall, NoSuchCustomer, NoConfiguration, BadEntry, NoSuchEntry, DatabaseAway)
    @anybody
    def note_of_customer(body: dict[str, Any], call_id: str, customer_id: str) -> None:
        """Adds a line to the notes of who calls, with time and name."""
        customers.note(customer_id, calling.number(call_id), body["text"], config(), by(whole=True))

    @blueprint.get("/customers/<string(maxlength=64):customer_id>/merges")
    @blueprint.response(200, MergesSchema)
    @answers(DatabaseAway)
    @needs("setup.customers.see")
    def customer_merges(customer_id: str) -> dict[str, Any]:
        """Which customers have become a part of this one, the newest first."""
        return {"items": customers.merges(customer_id)}

    @blueprint.post("/customers/<string(maxlength=64):customer_id>/merges")
    @blueprint.arguments(MergeSchema)
    @blueprint.response(204)
    @answers(*MERGING)
    @needs("setup.customers.change")
    def merge_customers(body: dict[str, Any], customer_id: str) -> None:
        """Another customer becomes a part of this one: numbers, tags, own fields and notes; its history stays."""
        customers.merge(customer_id, body["gone"], by())

    @blueprint.post("/customers/<string(maxlength=64):customer_id>/parts")
    @blueprint.arguments(PartSchema)
    @blueprint.response(204)
    @answers(*MERGING)
    @needs("setup.customers.change")
    def part_customers(body: dict[str, Any], customer_id: str) -> None:
        """Undoes a merge: both are as they were before it."""
        customers.part(customer_id, body["merge_id"], by())

    return blueprint
