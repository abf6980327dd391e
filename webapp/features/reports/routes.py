"""Reports as JSON, csv and xlsx, and the calls behind a figure. All of it is made outside the hub: big ones take CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema

from cti_server.domain.columns import Column
from cti_server.domain.localday import BadDay
from cti_server.errors import BadArguments, DatabaseAway, NoConfiguration
from cti_server.events.views import AGENT
from cti_server.features.reports.contract import AGENT_COLUMNS, QUEUE_COLUMNS, SEE
from cti_server.features.reports.service import BadInterval, FigureQuery, NoSuchFigure, Reports
from webapp.audit import Audit
from webapp.auth.guard import needs, reach
from webapp.blueprint import Blueprint, answers
from webapp.features.calls.schemas import CallPageSchema
from webapp.features.recordings.hearing import Hearing
from webapp.features.reports import files
from webapp.features.reports.downloads import ENDING, TYPES, NoSuchFormat, reading_of, writer
from webapp.features.reports.schemas import (
    AgentReportQuery,
    AgentReportSchema,
    FigureCallsQuery,
    QueueReportQuery,
    QueueReportSchema,
)
from webapp.ports import Config, Row
from webapp.realtime.projection import Projection
from webapp.threads import apart, tables

Made = Callable[[Mapping[str, Any]], Row]
ERRORS = (BadDay, BadInterval, NoConfiguration, DatabaseAway)


def routes(reports: Reports, config: Config, projection: Projection, hearing: Hearing, audit: Audit) -> Blueprint:
    blueprint = Blueprint("reports", "/api/reports", "Reports")

    @blueprint.get("/queues")
    @blueprint.arguments(QueueReportQuery, location="query")
    @blueprint.response(200, QueueReportSchema)
    @answers(*ERRORS)
    @needs(SEE)
    def queue_report(query: dict[str, Any]) -> Response:
        """The queues' figures of days.

        More than 31 days with a row a day only (interval 1440).
        """
        return _json(QueueReportSchema(), queues(query))

    @blueprint.get("/agents")
    @blueprint.arguments(AgentReportQuery, location="query")
    @blueprint.response(200, AgentReportSchema)
    @answers(*ERRORS)
    @needs(SEE)
    def agent_report(query: dict[str, Any]) -> Response:
        """The agents' figures of days, with what runs at the moment.

        More than 31 days with a row a day only (interval 1440).
        """
        return _json(AgentReportSchema(), agents(query))

    @blueprint.get("/queues.<string:ending>", parameters=[ENDING])
    @blueprint.arguments(QueueReportQuery, location="query")
    @blueprint.file(*TYPES)
    @answers(*ERRORS, NoSuchFormat)
    @needs(SEE)
    def queue_file(query: dict[str, Any], ending: str) -> Response:
        """The queues' figures as a file for people.

        Names, `m:ss`, `%`, totals marked; no cell is ever a formula. An audit row.
        """
        return file("queues", ending, queues, QUEUE_COLUMNS, query)

    @blueprint.get("/agents.<string:ending>", parameters=[ENDING])
    @blueprint.arguments(AgentReportQuery, location="query")
    @blueprint.file(*TYPES)
    @answers(*ERRORS, NoSuchFormat)
    @needs(SEE)
    def agent_file(query: dict[str, Any], ending: str) -> Response:
        """The agents' figures as a file for people.

        Names, `m:ss`, `%`, totals marked; no cell is ever a formula. An audit row.
        """
        return file("agents", ending, agents, AGENT_COLUMNS, query)

    @blueprint.get("/calls")
    @blueprint.arguments(FigureCallsQuery, location="query")
    @blueprint.response(200, CallPageSchema)
    @answers(NoSuchFigure, NoConfiguration, DatabaseAway)
    @needs(SEE)
    def figure_calls(query: dict[str, Any]) -> Row:
        """The calls behind figures, by their arrival, the newest first.

        One line for each fact that a count counted, one for each call behind a time.
        """
        if query["end_ms"] <= query["start_ms"]:
            raise BadArguments("end_ms must be after start_ms", {"end_ms": query["end_ms"]})
        figures = tuple(query.pop("figure"))
        return hearing.with_rights(reports.calls(FigureQuery(figures=figures, **query), reach(SEE)))

    def queues(query: Mapping[str, Any]) -> Row:
        return reports.queues(query["day"], query["queue"], query["formula"], query["interval"], query["until"], reach(SEE))

    def agents(query: Mapping[str, Any]) -> Row:
        running = projection.views(AGENT)
        asked = query["day"], query["agent"], query["team"], running, query["until"], query["interval"]
        return reports.agents(*asked, reach(SEE))

    def file(name: str, ending: str, made: Made, columns: Sequence[Column], query: Mapping[str, Any]) -> Response:
        write, report, reading = writer(ending), made(query), reading_of(query["lang"], config())
        audit.write("report.exported", f"{name}.{ending}", {key: value for key, value in query.items() if value != ""})
        words = (name, report["day"], report["until"], query.get("queue") or query.get("agent") or "")
        return write(files.header(report, name, reading), lambda: files.table(report, columns, reading), words)

    return blueprint


def _json(schema: Schema, report: Row) -> Response:
    body = apart(tables(), lambda: orjson.dumps(schema.dump(report)))
    return Response(body, content_type="application/json")
