"""Queries of reports and the shapes of their rows."""

from __future__ import annotations

from typing import Any, Literal

from marshmallow import Schema, fields, validate
from webargs.fields import DelimitedList

from cti_server.domain.kpi import AGENT_PARTS, FORMULAS, LISTED_OF_QUEUES
from cti_server.features.calls.contract import Word
from cti_server.features.reports.contract import AGENT_COLUMNS, QUEUE_COLUMNS
from cti_server.features.reports.service import INTERVALS_MIN, FigureQuery
from webapp.declared import field, many, query, row
from webapp.features.calls.schemas import LANGUAGE, local_day
from webapp.schemas import QuerySchema

FIGURES = tuple(dict.fromkeys((*LISTED_OF_QUEUES, *AGENT_PARTS)))
QueueFiguresSchema = row("QueueFigures", QUEUE_COLUMNS)
AgentFiguresSchema = row("AgentFigures", AGENT_COLUMNS)


class SpanQuery(QuerySchema):
    day = local_day("YYYY-MM-DD, the first local day; '' is today")
    until = local_day("the last one; '' the same")
    interval = fields.Integer(
        load_default=15, validate=validate.OneOf(INTERVALS_MIN), metadata={"description": "minutes of a row"}
    )
    lang = LANGUAGE


class QueueReportQuery(SpanQuery):
    queue = field(Word, load_default="")
    formula = field(Literal["", *FORMULAS], "for all; '' each its own", load_default="")


class AgentReportQuery(SpanQuery):
    agent = field(Word, load_default="")
    team = field(Word, load_default="")


FigureCallsQuery = query(
    FigureQuery,
    omit=("figures",),
    queue=field(Word, load_default=""),
    agent=field(Word, load_default=""),
    figure=DelimitedList(fields.String(validate=validate.OneOf(FIGURES)), required=True, metadata={"description": "with commas"}),
)


def _report(name: str, figures: type[Schema], **more: fields.Field[Any]) -> type[Schema]:
    shape = {"day": field(str), "until": field(str), "zone": field(str), **more, "rows": many(figures)}
    shape["totals"] = fields.Dict(keys=fields.String(), values=fields.Nested(figures), required=True)
    shape["all"] = fields.Nested(figures, required=True, metadata={"description": "the sum of the totals; its name is ''"})
    return Schema.from_dict({**shape, "as_of_ms": field(int)}, name=name)


OWN_FORMULA = field(Literal["", *FORMULAS], "the given one; '': each queue's own, named in its rows")
QueueReportSchema = _report("QueueReport", QueueFiguresSchema, formula=OWN_FORMULA)
AgentReportSchema = _report("AgentReport", AgentFiguresSchema)
