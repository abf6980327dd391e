"""The shapes of entities, the same for all: a record is an object whose fields `GET /api/centre/entities` tells."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from marshmallow import Schema, ValidationError, fields, validate

from cti_server.domain.border import BadInput, check_depth
from cti_server.domain.config import Positive
from cti_server.domain.record import Text
from cti_server.features.entities.contract import Change, Fate, ImportStep, ProblemId, Why
from cti_server.features.entities.fields import Form
from webapp.declared import field, many, schema
from webapp.features.centre.schemas import Texts
from webapp.features.entities.imports import State
from webapp.schemas import BodySchema, QuerySchema

Record = dict[str, Any]


class Choice(TypedDict):
    value: str
    label: Texts


class EntityField(TypedDict):
    name: str
    label: Texts
    help: Texts
    form: Form
    key: bool
    secret: Annotated[bool, "written, never read"]
    made: Annotated[bool, "where it is not given the product makes one, which the answer tells this once"]
    required: bool
    default: Any
    choices: Annotated[list[Choice], "of a choice, or of the parts of a list; [] any"]
    empty: Annotated[bool, "a choice may be ''"]
    lowest: int | None
    largest: int | None
    shortest: int | None
    longest: int | None
    numbers: Annotated[bool, "the values of a map are whole numbers"]
    reference: Annotated[str, "the entity whose keys this field has, or 'phones': extensions of free seats and agents; '' none"]


class EntitySeen(TypedDict):
    name: Annotated[str, "a moment where it ends in `_ms`"]
    label: Texts
    help: Texts


class EntityKind(TypedDict):
    name: str
    label: Texts
    key: Annotated[str, "the field that is the key, '' where there is one only"]
    single: Annotated[str, "the key of the only one, '' where there are many"]
    drafted: Annotated[bool, "changes wait in the draft for a publication; else they are in force at once"]
    changes: Annotated[bool, "the user may change it"]
    adds: Annotated[bool, "the user could make a new one: it can be within reach, and what it has to name can be seen"]
    fields: list[EntityField]
    seen: Annotated[list[EntitySeen], "what the product itself writes of one, which nobody sets"]


class Entities(TypedDict):
    entities: list[EntityKind]


class Entry(TypedDict):
    key: str
    version: int
    changed_ms: int
    changed_by: str
    record: Record
    seen: Record


class MadeEntry(Entry):
    """After a change."""

    fate: Fate
    fields: Annotated[list[str], "what has changed"]
    made: Annotated[dict[str, str], "secrets that the product made: told this once"]


class EntryVersion(TypedDict):
    version: int
    at_ms: int
    who: str
    what: Change
    fields: list[str]
    before: Record | None
    after: Record | None


class EntryVersions(TypedDict):
    items: list[EntryVersion]


class EntryProblem(Why):
    field: str
    problem: ProblemId
    text: str


class ImportedRow(TypedDict):
    line: Annotated[int, "of the file; the first one names the fields"]
    key: str
    fate: Fate
    fields: list[str]
    made: dict[str, str]
    problems: list[EntryProblem]


class Imported(TypedDict):
    rows: list[ImportedRow]
    counts: dict[str, int]
    dry: Annotated[bool, "nothing was written"]


class ImportNow(TypedDict):
    what: Annotated[str, "an entity, or `configuration`: the document of the whole centre"]
    dry: Annotated[bool, "nothing is written"]
    state: Annotated[State, "`failed`: it was refused, or its process died: it was taken whole or not at all"]
    step: ImportStep
    done: Annotated[int, "rows"]
    total: Annotated[int, "rows; 0 while the file is read"]
    begun_ms: int
    counts: Annotated[dict[str, int], "what became of the rows"]
    error: Annotated[str, "why it was refused, '' it was not"]


class ImportsNow(TypedDict):
    newest: Annotated[ImportNow | None, "None: there was none in the last minutes"]


EntitiesSchema = schema(Entities)
EntrySchema = schema(Entry)
EntryPageSchema = Schema.from_dict(
    {"items": many(EntrySchema), "total": field(int), "page": field(int), "per_page": field(int)}, name="EntryPage"
)
MadeEntrySchema = schema(MadeEntry)
EntryVersionsSchema = schema(EntryVersions)
ImportedSchema = schema(Imported)
ImportsNowSchema = schema(ImportsNow)


def _of_this_depth(value: Any) -> None:
    try:
        check_depth([value])
    except BadInput as error:
        raise ValidationError(str(error)) from error


RECORD = {"description": "fields as `GET /api/centre/entities` tells them; those that are left out stay or have their default"}
GivenSchema = BodySchema.from_dict(
    {"record": fields.Dict(keys=fields.String(), required=True, validate=_of_this_depth, metadata=RECORD)}, name="Given"
)
UndoSchema = BodySchema.from_dict({"version": field(Positive)}, name="Undo")


class ListQuery(QuerySchema):
    search = field(Annotated[str, Text(0, 100)], "in any text", load_default="")
    filter = field(Annotated[str, Text(0, 1000)], "a JSON object, field: value; of a map one of its keys", load_default="")
    sort = field(Annotated[str, Text(0, 65)], "a field; - before it: downwards; '' by key", load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class DryQuery(QuerySchema):
    dry_run = fields.Boolean(load_default=False, metadata={"description": "tells what would become of it and changes nothing"})
