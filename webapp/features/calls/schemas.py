"""Calls as lists and with their details. Times are UTC ms."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields

from cti_server.domain.ivr import IvrStep
from cti_server.events.facts import DispositionFact, Party, RecordingFact, SegmentFact
from cti_server.features.calls.contract import CALL_COLUMNS
from cti_server.features.calls.service import CallQuery
from cti_server.words import Language
from webapp.declared import field, many, query, row, schema
from webapp.features.recordings.hearing import WHY_NOT


def real_day(text: str) -> None:
    """'' or YYYY-MM-DD; whether it is one of the centre's calendar is said by BadDay."""
    with suppress(ValueError):
        if not text or date.fromisoformat(text).isoformat() == text:  # there are other ways of ISO 8601 to write a day
            return
    raise ValidationError("not a day YYYY-MM-DD")


def local_day(what: str) -> fields.Field[str]:
    return field(str, what, load_default="", validate=real_day)


DAYS: dict[str, Any] = {
    "day": local_day("YYYY-MM-DD, the first local day; '' any"),
    "until": local_day("the last one; '' the same"),
}
LANGUAGE = field(Literal["", Language], "of a file; '' is the user's own", load_default="")
CallQuerySchema = query(CallQuery, **DAYS)
CallFileQuery = query(CallQuery, omit=("page", "per_page"), **DAYS, lang=LANGUAGE)

_OWN = {"number": field(str, "outside text"), "name": field(str, "outside text"), "note": field(str | None)}
CallRowSchema = row(
    "CallRow",
    CALL_COLUMNS,
    **_OWN,
    talk_by_agent=field(dict[str, int], "ms that each agent had the customer"),
    listen=field(bool, "whether this user may listen to a recording of it"),
)
CallToldSchema = row(
    "CallTold",
    CALL_COLUMNS,
    **_OWN,
    hung_up_by=field(Party, "'' while it runs"),
    ivr_path=field(list[IvrStep]),
    data=field(dict[str, str], "attached data; outside text"),
)
CallPageSchema = Schema.from_dict(
    {"items": many(CallRowSchema), "total": field(int), "page": field(int), "per_page": field(int)}, name="CallPage"
)
RecordingRowSchema = schema(
    RecordingFact,
    "RecordingRow",
    omit=("recording_id", "node", "path"),
    id=field(str),
    listen=field(Literal["", *WHY_NOT], "why this user may not listen; '' may"),
    download=field(bool, "whether this user may take the file away"),
    box_name=field(str, "what the voicemail box is called in which it lies; '' none"),
    message=field(bool, "whether this user may open it among the messages, where it has the same id"),
)
CallDetailSchema = Schema.from_dict(
    {
        "call": fields.Nested(CallToldSchema, required=True),
        "segments": many(schema(SegmentFact, "SegmentRow")),
        "recordings": many(RecordingRowSchema),
        "dispositions": many(schema(DispositionFact, "DispositionRow")),
    },
    name="CallDetail",
)
