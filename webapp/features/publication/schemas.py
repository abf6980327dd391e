"""What is told of the draft, of versions and of planned publications."""

from __future__ import annotations

from typing import Annotated, TypedDict

from marshmallow import fields, validate

from cti_server.domain.record import Text, Whole
from cti_server.features.entities.contract import Fault
from cti_server.features.publication.contract import Difference, Draft, KindCount, Planned, Version
from webapp.declared import field, schema
from webapp.schemas import BodySchema, QuerySchema

Mark = Annotated[str, Text(0, 64), "the draft that was looked at, as `GET draft` told it; '': whichever there is"]
Reason = Annotated[str, Text(0, 500)]
LAST_MS = 253_402_300_799_000
DIFFERENCES = 100
"""So many are on a page."""


class EngineVersion(TypedDict):
    """A daemon that gives signs of life, and the version that it has."""

    process: str
    version: int
    age_ms: int


class DraftNow(Draft):
    engines: list[EngineVersion]
    waiting: Annotated[int, "planned publications"]


class Faults(TypedDict):
    """``problems``: at most 200 of ``total``."""

    problems: list[Fault]
    total: int


class Differences(TypedDict):
    """``items``: a page of those that were asked for; ``counts``: of all, by kind; ``total``: all."""

    items: list[Difference]
    total: int
    counts: list[KindCount]


class Versions(TypedDict):
    items: list[Version]


class Plans(TypedDict):
    items: list[Planned]


class Made(TypedDict):
    """``version`` 0: nothing was published now. ``made``: entity -> key -> passwords that the product made: told this once."""

    version: int
    plan: Planned | None
    made: dict[str, dict[str, dict[str, str]]]


class Discarded(TypedDict):
    changes: int


class Taken(Differences):
    dry: bool
    made: dict[str, dict[str, dict[str, str]]]


DraftSchema, FaultsSchema, DifferencesSchema = schema(DraftNow, "ConfigurationDraft"), schema(Faults), schema(Differences)
VersionsSchema, PlansSchema, DoneSchema = schema(Versions), schema(Plans), schema(Made, "PublicationDone")
DiscardedSchema, TakenSchema = schema(Discarded), schema(Taken)


class DifferenceQuery(QuerySchema):
    before = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1), metadata={"description": "0: in force"})
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1), metadata={"description": "0: the draft"})
    entity = fields.String(load_default="", validate=validate.Length(max=64), metadata={"description": "of this kind; '': all"})
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=DIFFERENCES, validate=validate.Range(1, 200))


class VersionsQuery(QuerySchema):
    below = fields.Integer(load_default=2**31 - 1, validate=validate.Range(1, 2**31 - 1))


PublishSchema = BodySchema.from_dict(
    {
        "reason": field(Reason, load_default=""),
        "mark": field(Mark, load_default=""),
        "at_ms": field(Annotated[int, Whole(0, LAST_MS), "when (UTC); 0: at once"], load_default=0),
    },
    name="Publish",
)
RollBackSchema = BodySchema.from_dict(
    {
        "reason": field(Reason, load_default=""),
        "mark": field(Mark, load_default=""),
        "discard": field(bool, "unpublished changes may be lost", load_default=False),
    },
    name="RollBack",
)
DiscardSchema = BodySchema.from_dict(
    {
        "mark": field(Mark, load_default=""),
        "entity": field(Annotated[str, Text(0, 64), "'': everything"], load_default=""),
        "key": field(Annotated[str, Text(0, 64)], load_default=""),
    },
    name="Discard",
)
