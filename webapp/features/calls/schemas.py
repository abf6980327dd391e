"""Calls as lists and with their details. Times are UTC ms."""

from __future__ import annotations

import datetime

from marshmallow import Schema, ValidationError, fields, validate

from cti_server.domain.ivr import IvrStep
from cti_server.events.facts import DispositionFact, Party, RecordingFact, SegmentFact
from cti_server.features.calls.contract import CALL_COLUMNS
from cti_server.words import LANGUAGES
from webapp.declared import field, row, schema
from webapp.features.recordings.hearing import WHY_NOT
from webapp.schemas import QuerySchema

LATEST_MS = 253_402_300_799_000  # the end of the year 9999
LONGEST_PAGE = 500


def real_day(text: str) -> None:
    """'' or YYYY-MM-DD."""
    if not text:
        return
    try:
        written = datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValidationError("not a day YYYY-MM-DD") from error
    if written != text:  # other ways of ISO 8601 to write a day
        raise ValidationError("not a day YYYY-MM-DD")


def _word(what: str, *examples: str) -> fields.String:
    told = {"description": what, **({"examples": examples} if examples else {})}
    return fields.String(load_default="", validate=validate.Length(0, 100), metadata=told)


def _time() -> fields.Integer:
    return fields.Integer(load_default=0, validate=validate.Range(0, LATEST_MS))


def local_day(what: str) -> fields.String:
    return fields.String(load_default="", validate=real_day, metadata={"description": what, "examples": ["2026-01-02"]})


class PageSchema(QuerySchema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, LONGEST_PAGE))


def language() -> fields.String:
    return fields.String(
        load_default="", validate=validate.OneOf(("", *LANGUAGES)), metadata={"description": "of a file; '' is the user's own"}
    )


class CallFilterSchema(QuerySchema):
    day = local_day("YYYY-MM-DD, the first local day; '' any")
    until = local_day("the last one; '' the same")
    from_ms = _time()
    to_ms = _time()
    queue = _word("where they waited or were last")
    agent = _word("who talked in them")
    number = _word("a part of the customer's number, in any form", "+86 138-0000-0000")
    outcome = _word("as in CallRow")


class CallQuerySchema(PageSchema, CallFilterSchema):
    pass


class CallFileQuery(CallFilterSchema):
    lang = language()


_OUTSIDE = {"description": "outside text"}
_OWN = {
    "number": fields.String(required=True, metadata=_OUTSIDE),
    "name": fields.String(required=True, metadata=_OUTSIDE),
    "note": field(str | None),
    "listen": fields.Boolean(metadata={"description": "whether this user may listen to a recording of it; in lists only"}),
}
CallRowSchema = row("CallRow", CALL_COLUMNS, **_OWN)


class CallPageSchema(Schema):
    items = fields.List(fields.Nested(CallRowSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


CallToldSchema = row(
    "CallTold",
    CALL_COLUMNS,
    **_OWN,
    hung_up_by=field(Party, metadata={"description": "'' while it runs"}),
    ivr_path=field(list[IvrStep]),
    data=field(dict[str, str], metadata={"description": "attached data; outside text"}),
)
SegmentRowSchema = schema(SegmentFact, "SegmentRow")
DispositionRowSchema = schema(DispositionFact, "DispositionRow")
RecordingRowSchema = schema(
    RecordingFact,
    "RecordingRow",
    omit=("recording_id", "node", "path"),
    id=fields.String(required=True),
    listen=fields.String(
        required=True,
        validate=validate.OneOf(("", *WHY_NOT)),
        metadata={"description": "why this user may not listen; '' may"},
    ),
    download=fields.Boolean(required=True, metadata={"description": "whether this user may take the file away"}),
)


class CallDetailSchema(Schema):
    call = fields.Nested(CallToldSchema, required=True)
    segments = fields.List(fields.Nested(SegmentRowSchema), required=True)
    recordings = fields.List(fields.Nested(RecordingRowSchema), required=True)
    dispositions = fields.List(fields.Nested(DispositionRowSchema), required=True)
