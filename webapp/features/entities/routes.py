"""What people set up, by one set of routes for all entities; a change says in ``If-Match`` on which version it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request

from cti_server.domain.border import digits
from cti_server.errors import BadArguments, DatabaseAway
from cti_server.features.entities import tables as files
from cti_server.features.entities.contract import (
    ALL,
    BadEntry,
    BadTable,
    By,
    Entity,
    EntryChanged,
    EntryExists,
    EntryInUse,
    Held,
    ImportRefused,
    NoSuchEntry,
    Outcome,
    VersionNeeded,
    Wanted,
    Wish,
)
from cti_server.features.entities.fields import Field
from cti_server.features.entities.sql import Entities
from cti_server.words import Words
from webapp.audit import Audit
from webapp.auth.guard import acting, anybody, current_user, issuer, needs, reach, reaches, token_id
from webapp.blueprint import PART, Blueprint, answers
from webapp.errors import TooLarge
from webapp.features.entities.imports import Imports
from webapp.features.entities.schemas import (
    DryQuery,
    EntitiesSchema,
    EntryPageSchema,
    EntrySchema,
    EntryVersionsSchema,
    GivenSchema,
    ImportedSchema,
    ImportsNowSchema,
    ListQuery,
    MadeEntrySchema,
    UndoSchema,
)
from webapp.features.reports.files import CSV_TYPE, XLSX_TYPE
from webapp.threads import apart, tables

MOST_TOLD = 1000
"""Rows that an answer has, besides those whose secrets are told only now."""
LARGEST_TABLE = 32 << 20
Watch = Callable[[str], Callable[[Outcome], None]]
"""Called with a key before its change; what it gives is called with the outcome."""
Answer = tuple[Mapping[str, Any], int, Mapping[str, str]]
SEE, CHANGE = "setup.{entity}.see", "setup.{entity}.change"
TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}
ETAG = {"ETag": {"description": "the version, for If-Match", "schema": {"type": "string"}}}
IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "description": "the version that was seen, as ETag told it",
    "schema": {"type": "string"},
}
FILE = {"required": True, "content": {content_type: {"schema": PART} for content_type in TYPES.values()}}
CHANGING = (BadEntry, NoSuchEntry, EntryExists, EntryInUse, EntryChanged, VersionNeeded, DatabaseAway)


def routes(
    entities: Entities, declared: Mapping[str, Entity], audit: Audit, watched: Mapping[str, Watch], imports: Imports
) -> Blueprint:
    """``watched``: of an entity, what follows a change."""
    blueprint = Blueprint("entities", "/api/centre", "What people set up")
    every = f"/<any({','.join(declared)}):entity>"
    one = f"{every}/<string(maxlength=64):key>"
    file = f"{every}.<any({','.join(files.ENDINGS)}):ending>"

    @blueprint.get("/entities")
    @blueprint.response(200, EntitiesSchema)
    @anybody
    def describe_entities() -> dict[str, Any]:
        """What the user may see of what can be set up, each with its fields, limits, references and words."""
        seen = [entity for name, entity in declared.items() if SEE.format(entity=name) in current_user().rights]
        return {"entities": [_described(entity, entities.every) for entity in seen]}

    @blueprint.get("/import")
    @blueprint.response(200, ImportsNowSchema)
    @anybody
    def read_import() -> dict[str, Any]:
        """How far the newest import of the user is, or what became of it."""
        return {"newest": imports.newest(current_user().id)}

    @blueprint.get(every)
    @blueprint.arguments(ListQuery, location="query")
    @blueprint.response(200, EntryPageSchema)
    @answers(BadArguments, DatabaseAway)
    @needs(SEE)
    def list_entries(query: dict[str, Any], entity: str) -> dict[str, Any]:
        """A page of a list, searched, filtered and sorted."""
        wanted = Wanted(**{**query, "filter": _filter(query["filter"])})
        total, held = entities.search(entity, wanted, reach(SEE.format(entity=entity)))
        return {"items": [_entry(item) for item in held], "total": total, "page": wanted.page, "per_page": wanted.per_page}

    @blueprint.post(every)
    @blueprint.arguments(DryQuery, location="query")
    @blueprint.arguments(GivenSchema)
    @blueprint.response(201, MadeEntrySchema, headers=ETAG)
    @answers(*CHANGING)
    @needs(CHANGE)
    def create_entry(query: dict[str, Any], body: dict[str, Any], entity: str) -> Answer:
        """Makes one; a copy is made of another one's record with another key."""
        values, key = body["record"], declared[entity].key
        given = values.get(key) if key else declared[entity].single
        wish = Wish(given if isinstance(given, str) else "", values, create=True)
        return _made(entities.change(entity, wish, by(), dry=query["dry_run"]), 201)

    @blueprint.get(one)
    @blueprint.response(200, EntrySchema, headers=ETAG)
    @answers(NoSuchEntry, DatabaseAway)
    @needs(SEE)
    def read_entry(entity: str, key: str) -> Answer:
        """One, with its version."""
        held = entities.get(entity, key, reach(SEE.format(entity=entity)))
        return _entry(held), 200, {"ETag": f'"{held.version}"'}

    @blueprint.route(one, methods=["PATCH"], parameters=[IF_MATCH])
    @blueprint.arguments(DryQuery, location="query")
    @blueprint.arguments(GivenSchema)
    @blueprint.response(200, MadeEntrySchema, headers=ETAG)
    @answers(*CHANGING)
    @needs(CHANGE)
    def change_entry(query: dict[str, Any], body: dict[str, Any], entity: str, key: str) -> Answer:
        """Changes the fields that are given."""
        wish, dry = Wish(key, body["record"], _version()), query["dry_run"]
        return _made(followed(entity, key, lambda: entities.change(entity, wish, by(), dry=dry), dry))

    @blueprint.delete(one, parameters=[IF_MATCH])
    @blueprint.response(204)
    @answers(*CHANGING)
    @needs(CHANGE)
    def remove_entry(entity: str, key: str) -> None:
        """Removes one to which nothing refers."""
        wish = Wish(key, None, _version())
        followed(entity, key, lambda: entities.change(entity, wish, by()))

    @blueprint.get(f"{one}/history")
    @blueprint.response(200, EntryVersionsSchema)
    @answers(NoSuchEntry, DatabaseAway)
    @needs(SEE)
    def entry_history(entity: str, key: str) -> dict[str, Any]:
        """Who changed what and when, the newest first; also of what was removed."""
        return {"items": entities.history(entity, key, reach(SEE.format(entity=entity)))}

    @blueprint.post(f"{one}/undo", parameters=[IF_MATCH])
    @blueprint.arguments(UndoSchema)
    @blueprint.response(200, MadeEntrySchema, headers=ETAG)
    @answers(*CHANGING)
    @needs(CHANGE)
    def undo_entry(body: dict[str, Any], entity: str, key: str) -> Answer:
        """The record of a former version, as a new one.

        What was removed is there again; If-Match is the version of its removal.
        """
        version = _version()
        return _made(followed(entity, key, lambda: entities.undo(entity, key, version, body["version"], by())))

    @blueprint.get(file)
    @blueprint.file(*TYPES.values())
    @answers(DatabaseAway)
    @needs(SEE)
    def export_entries(entity: str, ending: str) -> Response:
        """All as a table that can be imported again.

        No secrets; no cell is ever a formula. An audit row.
        """
        _, held = entities.search(entity, Wanted(per_page=ALL), reach(SEE.format(entity=entity)))
        body = apart(tables(), files.write, declared[entity], held, ending)
        audit.write("entity.exported", f"{entity}.{ending}", {"rows": len(held)})
        headers = {"Content-Disposition": f'attachment; filename="{entity}.{ending}"'}
        return Response(body, content_type=TYPES[ending], headers=headers)

    @blueprint.post(file)
    @blueprint.arguments(DryQuery, location="query")
    @blueprint.doc(requestBody=FILE)
    @blueprint.response(200, ImportedSchema)
    @answers(BadTable, ImportRefused, EntryExists, TooLarge, DatabaseAway)
    @needs(CHANGE)
    def import_entries(query: dict[str, Any], entity: str, ending: str) -> dict[str, Any]:
        """Takes a table: new rows are created, others changed, all or none.

        `dry_run` tells what would become of each row; 1,000 are told, those that are refused first.
        A column that is missing leaves its field as it is.
        """
        request.max_content_length = LARGEST_TABLE
        raw, dry = request.get_data(), query["dry_run"]
        with imports.told(current_user().id, entity, dry) as progress:
            wishes = apart(tables(), files.wishes, declared[entity], raw, ending)
            outcomes = entities.take(entity, wishes, by(), dry=dry, progress=progress)
            progress.counts = Counter(one.fate for one in outcomes)
        for one in outcomes if entity in watched and not dry else ():
            if one.fate == "changed":
                watched[entity](one.key)(one)
        rows = [{"line": at, "key": it.key, "fate": it.fate, "fields": it.fields, "made": {} if dry else it.made,
                 "problems": it.problems} for at, it in enumerate(outcomes, 2)]  # fmt: skip
        rows = [*(row for row in rows if row["fate"] == "refused"), *(row for row in rows if row["fate"] != "refused")]
        rows = [row for at, row in enumerate(rows) if at < MOST_TOLD or row["made"]]
        return {"rows": rows, "counts": progress.counts, "dry": dry}

    def followed(entity: str, key: str, change: Callable[[], Outcome], dry: bool = False) -> Outcome:
        after = watched[entity](key) if entity in watched else None
        outcome = change()
        if after and not dry:
            after(outcome)
        return outcome

    return blueprint


def by(whole: bool = False) -> By:
    """Who changes something by this request. ``whole``: as the route's own guard allows, whatever may be set up."""
    login, token = current_user().login, token_id()
    name, limits = f"{login} ({token})" if token else login, () if whole else (current_user().rights, reaches())
    return By(issuer(), name, acting(), *limits)


def _version() -> int:
    """Raises VersionNeeded."""
    said = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    version = digits(said, -1)
    if version < 0:
        raise VersionNeeded("say in If-Match which version the change was made on: the ETag of GET")
    return version


def _filter(text: str) -> dict[str, Any]:
    """Raises BadArguments."""
    try:
        found = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise BadArguments("filter must be a JSON object", {"query": {"filter": ["Not a JSON object."]}})
    return found


def _entry(held: Held) -> dict[str, Any]:
    told = {"key": held.key, "version": held.version, "changed_ms": held.changed_ms, "changed_by": held.changed_by}
    return {**told, "record": held.values, "seen": held.seen}


def _made(outcome: Outcome, status: int = 200) -> Answer:
    held = outcome.now or outcome.before
    if held is None:
        raise NoSuchEntry("it is gone")
    told = {"fate": outcome.fate, "fields": outcome.fields, "made": outcome.made}
    return {**_entry(held), **told}, status, {"ETag": f'"{held.version}"'}


def _described(entity: Entity, every: Mapping[str, Entity]) -> dict[str, Any]:
    kind: dict[str, Any] = {"name": entity.name, "label": _texts(entity.words), "key": entity.key, "single": entity.single}
    seen = [{"name": name, "label": _texts(one.label), "help": _texts(one.help)} for name, one in entity.seen.items()]
    kind |= {"drafted": entity.drafted, "changes": CHANGE.format(entity=entity.name) in current_user().rights}
    kind["adds"] = kind["changes"] and _adds(entity, every)
    return {**kind, "fields": [_field(entity, one) for one in entity.declared.values()], "seen": seen}


def _adds(entity: Entity, every: Mapping[str, Entity]) -> bool:
    """Whether the user could make a new one: within reach, and with sight of what it has to name."""
    named = {one.reference for one in entity.declared.values() if one.required and one.reference in every}
    sees = all(SEE.format(entity=name) in current_user().rights for name in named)
    return sees and entity.makes_within(reach(CHANGE.format(entity=entity.name)))


def _field(entity: Entity, one: Field) -> dict[str, Any]:
    words = entity.fields[one.name]
    names = ("name", "form", "key", "secret", "required", "default", "lowest", "largest", "shortest", "longest",
             "numbers", "reference")  # fmt: skip
    told = {name: getattr(one, name) for name in names}
    known = entity.choices.get(one.name, {})
    told["choices"] = [{"value": choice, "label": _texts(known[choice])} for choice in one.choices if choice]
    told["empty"] = "" in one.choices
    return {**told, "made": one.makes, "label": _texts(words.label), "help": _texts(words.help)}


def _texts(words: Words) -> dict[str, str]:
    return {"en": words.en, "zh-CN": words.zh}
