"""Queries of reports and the shapes of their rows."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from cti_server.domain.kpi import FORMULAS
from cti_server.features.reports.contract import AGENT_COLUMNS, QUEUE_COLUMNS
from cti_server.features.reports.service import INTERVALS_MIN, LISTED_OF_AGENTS, LISTED_OF_QUEUES
from webapp.declared import row
from webapp.features.calls.schemas import LATEST_MS, PageSchema, language, local_day
from webapp.schemas import QuerySchema

FIGURES = tuple(dict.fromkeys((*LISTED_OF_QUEUES, *LISTED_OF_AGENTS)))
QueueFiguresSchema = row("QueueFigures", QUEUE_COLUMNS)
AgentFiguresSchema = row("AgentFigures", AGENT_COLUMNS)


def known_figures(text: str) -> None:
    unknown = [figure for figure in text.split(",") if figure not in FIGURES]
    if unknown:
        raise ValidationError(f"unknown: {', '.join(unknown)}; known: {', '.join(FIGURES)}")


class SpanQuery(QuerySchema):
    day = local_day("YYYY-MM-DD, the first local day; '' is today")
    until = local_day("the last one; '' the same")
    interval = fields.Integer(
        load_default=15, validate=validate.OneOf(INTERVALS_MIN), metadata={"description": "minutes of a row"}
    )
    lang = language()


class QueueReportQuery(SpanQuery):
    queue = fields.String(load_default="", validate=validate.Length(0, 100))
    formula = fields.String(
        load_default="", validate=validate.OneOf(("", *FORMULAS)), metadata={"description": "for all; '' each its own"}
    )


class AgentReportQuery(SpanQuery):
    agent = fields.String(load_default="", validate=validate.Length(0, 100))
    team = fields.String(load_default="", validate=validate.Length(0, 100))


class FigureCallsQuery(PageSchema):
    queue = fields.String(load_default="", validate=validate.Length(0, 100))
    agent = fields.String(load_default="", validate=validate.Length(0, 100))
    start_ms = fields.Integer(required=True, validate=validate.Range(0, LATEST_MS))
    end_ms = fields.Integer(required=True, validate=validate.Range(0, LATEST_MS))
    figure = fields.String(
        required=True, validate=known_figures, metadata={"description": "names, with commas", "examples": ["offered,answered"]}
    )


class QueueReportSchema(Schema):
    day = fields.String(required=True)
    until = fields.String(required=True)
    zone = fields.String(required=True)
    formula = fields.String(required=True, metadata={"description": "the given one; '': each queue's own, named in its rows"})
    rows = fields.List(fields.Nested(QueueFiguresSchema), required=True)
    totals = fields.Dict(keys=fields.String(), values=fields.Nested(QueueFiguresSchema), required=True)
    all = fields.Nested(QueueFiguresSchema, required=True, metadata={"description": "the sum of the totals; its name is ''"})
    as_of_ms = fields.Integer(required=True)


class AgentReportSchema(Schema):
    day = fields.String(required=True)
    until = fields.String(required=True)
    zone = fields.String(required=True)
    rows = fields.List(fields.Nested(AgentFiguresSchema), required=True)
    totals = fields.Dict(keys=fields.String(), values=fields.Nested(AgentFiguresSchema), required=True)
    all = fields.Nested(AgentFiguresSchema, required=True, metadata={"description": "the sum of the totals; its name is ''"})
    as_of_ms = fields.Integer(required=True)
