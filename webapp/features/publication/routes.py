"""The configuration as draft and versions. Who publishes says which draft was looked at: what others did meanwhile is told
first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import redis
from flask import Response, request

from cti_server.adapters.centre_time import engine_sign
from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.errors import DatabaseAway
from cti_server.features.entities.contract import Entity, EntriesRefused, EntryExists, NoSuchEntry
from cti_server.features.publication.contract import (
    DRAFT,
    PUBLISH,
    BadDocument,
    Difference,
    DraftChanged,
    DraftThere,
    MomentPast,
    NoSuchPlan,
    NoSuchVersion,
    NothingToPublish,
    PublishRefused,
)
from cti_server.features.publication.delivery import deliver
from cti_server.features.publication.differences import by_kind
from cti_server.features.publication.document import read, write
from cti_server.features.publication.sql import Done, Publications
from webapp.audit import Audit
from webapp.auth.guard import current_user, needs
from webapp.blueprint import PART, Blueprint, answers
from webapp.errors import TooLarge
from webapp.features.entities.imports import Imports
from webapp.features.entities.routes import by
from webapp.features.entities.schemas import DryQuery
from webapp.features.publication.schemas import (
    DIFFERENCES,
    DifferenceQuery,
    DifferencesSchema,
    DiscardedSchema,
    DiscardSchema,
    DoneSchema,
    DraftSchema,
    FaultsSchema,
    PlansSchema,
    PublishSchema,
    RollBackSchema,
    TakenSchema,
    VersionsQuery,
    VersionsSchema,
)
from webapp.threads import apart, tables

YAML_TYPE = "application/yaml"
MOST_PROBLEMS = 200
LARGEST_DOCUMENT = 16 << 20
FILE = {"required": True, "content": {YAML_TYPE: {"schema": PART}}}
CHANGING = (DraftChanged, EntriesRefused, EntryExists, DatabaseAway)


def routes(
    publications: Publications,
    every: Mapping[str, Entity],
    client: redis.Redis,
    keys: Keys,
    commands: CommandClient,
    audit: Audit,
    imports: Imports,
) -> Blueprint:
    blueprint = Blueprint("publication", "/api/configuration", "Draft and versions of the configuration")

    @blueprint.get("/draft")
    @blueprint.response(200, DraftSchema)
    @answers(DatabaseAway)
    @needs(DRAFT)
    def read_draft() -> dict[str, Any]:
        """How many entries differ from what is in force, by whom, since when; and which version each daemon has."""
        waiting = sum(1 for one in publications.plans() if one["state"] == "waiting")
        return {**publications.draft(), "engines": engines(), "waiting": waiting}

    @blueprint.get("/check")
    @blueprint.response(200, FaultsSchema)
    @answers(DatabaseAway)
    @needs(DRAFT)
    def check_draft() -> dict[str, Any]:
        """Why the draft could not be published: each problem with its entry and field, the first 200."""
        problems = publications.check()
        return {"problems": problems[:MOST_PROBLEMS], "total": len(problems)}

    @blueprint.get("/difference")
    @blueprint.arguments(DifferenceQuery, location="query")
    @blueprint.response(200, DifferencesSchema)
    @answers(NoSuchVersion, DatabaseAway)
    @needs(DRAFT)
    def read_difference(query: dict[str, Any]) -> dict[str, Any]:
        """Between two versions, or of the draft against what is in force: how many entries of each kind, and a page of them."""
        found = publications.difference(query["before"] or None, query["after"] or None)
        return shown(found, query["entity"], query["page"], query["per_page"])

    @blueprint.post("/publish")
    @blueprint.arguments(PublishSchema)
    @blueprint.response(200, DoneSchema)
    @answers(MomentPast, NothingToPublish, PublishRefused, *CHANGING)
    @needs(PUBLISH)
    def publish_draft(body: dict[str, Any]) -> dict[str, Any]:
        """The draft takes force as a new version, at once or at a set time as it is now."""
        return done(publications.publish(by(), body["reason"], body["mark"], body["at_ms"]))

    @blueprint.post("/discard")
    @blueprint.arguments(DiscardSchema)
    @blueprint.response(200, DiscardedSchema)
    @answers(NoSuchEntry, *CHANGING)
    @needs(PUBLISH)
    def discard_draft(body: dict[str, Any]) -> dict[str, Any]:
        """The draft, or one entry of it, is as in force again."""
        return {"changes": publications.discard(by(), body["mark"], body["entity"], body["key"])}

    @blueprint.get("/versions")
    @blueprint.arguments(VersionsQuery, location="query")
    @blueprint.response(200, VersionsSchema)
    @answers(DatabaseAway)
    @needs(DRAFT)
    def list_versions(query: dict[str, Any]) -> dict[str, Any]:
        """What was published, the newest first: 100 at most, below the number that is given."""
        return {"items": publications.versions(below=query["below"])}

    @blueprint.post("/versions/<id:version>/rollback")
    @blueprint.arguments(RollBackSchema)
    @blueprint.response(200, DoneSchema)
    @answers(NoSuchVersion, NothingToPublish, DraftThere, PublishRefused, *CHANGING)
    @needs(PUBLISH)
    def roll_back(body: dict[str, Any], version: int) -> dict[str, Any]:
        """Everything published as of a version, as a new one; users and what else is in force at once stay."""
        return done(publications.roll_back(version, by(), body["reason"], body["mark"], body["discard"]))

    @blueprint.get("/plans")
    @blueprint.response(200, PlansSchema)
    @answers(DatabaseAway)
    @needs(DRAFT)
    def list_plans() -> dict[str, Any]:
        """Publications for a set time, and what became of them."""
        return {"items": publications.plans()}

    @blueprint.delete("/plans/<id:plan>")
    @blueprint.response(204)
    @answers(NoSuchPlan, DatabaseAway)
    @needs(PUBLISH)
    def cancel_plan(plan: int) -> None:
        """It is not published."""
        publications.cancel(plan, by())

    @blueprint.get("/document.yaml")
    @blueprint.file(YAML_TYPE, schema={"type": "object"})
    @answers(DatabaseAway)
    @needs(DRAFT)
    def export_document() -> Response:
        """The draft of the whole centre as one document for git and for another centre; no passwords. An audit row."""
        body = apart(tables(), write, publications.now(), every)
        audit.write("configuration.exported", "configuration", {"bytes": len(body)})
        headers = {"Content-Disposition": 'attachment; filename="centre.yaml"'}
        return Response(body.encode(), content_type=YAML_TYPE, headers=headers)

    @blueprint.post("/document.yaml")
    @blueprint.arguments(DryQuery, location="query")
    @blueprint.doc(requestBody=FILE)
    @blueprint.response(200, TakenSchema)
    @answers(BadDocument, TooLarge, *CHANGING)
    @needs(PUBLISH)
    def import_document(query: dict[str, Any]) -> dict[str, Any]:
        """The draft becomes what the document says of each part that it names, all or nothing.

        `dry_run` tells the difference: how many entries of each kind, and the first of them. It takes force when it is published.
        """
        request.max_content_length = LARGEST_DOCUMENT
        raw, dry = request.get_data(), query["dry_run"]
        with imports.told(current_user().id, "configuration", dry) as progress:
            wanted = apart(tables(), _read, raw, every)
            found, made = publications.take(wanted, by(), dry=dry, progress=progress)
            progress.counts = Counter(one["change"] for one in found)
        return {**shown(found), "dry": dry, "made": made}

    def done(found: Done) -> dict[str, Any]:
        if found.version:
            deliver(client, keys, commands, found.document, found.version, f"user:{current_user().id}", partial(apart, tables()))
        return {"version": found.version, "plan": found.plan, "made": found.made or {}}

    def engines() -> list[dict[str, Any]]:
        try:
            sign, _ = engine_sign(client, keys)
        except redis.RedisError:
            return []
        if sign is None or not sign.alive:
            return []
        return [{"process": "daemon", "version": int(sign.document.get("config", 0)), "age_ms": sign.age_ms}]

    return blueprint


def shown(found: list[Difference], entity: str = "", page: int = 1, per_page: int = DIFFERENCES) -> dict[str, Any]:
    """``entity`` '': of all kinds."""
    wanted = [one for one in found if entity in ("", one["entity"])]
    first = (page - 1) * per_page
    return {"items": wanted[first : first + per_page], "total": len(found), "counts": by_kind(found)}


def _read(raw: bytes, every: Mapping[str, Entity]) -> Any:
    """Raises BadDocument."""
    try:
        return read(raw.decode("utf-8-sig"), every)
    except UnicodeDecodeError as error:
        raise BadDocument(f"it is not UTF-8 (byte {error.start})") from error
