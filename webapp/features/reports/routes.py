"""Reports as JSON, csv and xlsx, and the calls behind a figure. All of it is made outside the hub: big ones take CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema

from cti_server.errors import BadArguments, CtiError
from webapp import audit
from webapp.auth.guard import current_user, roles
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.features.calls.schemas import CallPageSchema
from webapp.features.recordings.routes import with_rights
from webapp.features.reports import files
from webapp.features.reports.schemas import (
    AGENT_COLUMNS,
    QUEUE_COLUMNS,
    AgentReportQuery,
    AgentReportSchema,
    FigureCallsQuery,
    QueueReportQuery,
    QueueReportSchema,
)
from webapp.features.reports.words import LANGUAGES
from webapp.ports import FigureQuery
from webapp.threads import apart, tables

blueprint = Blueprint("reports", __name__, url_prefix="/api/reports", description="Reports")

Rows = Sequence[Sequence[object]]
Maker = Callable[[Rows, Rows, str], bytes]
FORMATS: dict[str, tuple[str, Maker]] = {
    "csv": (files.CSV_TYPE, files.as_csv),
    "xlsx": (files.XLSX_TYPE, files.as_xlsx),
}


class NoSuchFormat(
    CtiError, id="no-such-format", status=404, en="Reports come as CSV and Excel.", zh="报表只提供 CSV 和 Excel 格式。"
):
    """Reports do not come as such files."""


@blueprint.get("/queues")
@blueprint.arguments(QueueReportQuery, location="query")
@blueprint.response(200, QueueReportSchema)
@roles("leader", "admin")
def queue_report(query: dict[str, Any]) -> Response:
    return _json(QueueReportSchema(), _queues(query))


@blueprint.get("/agents")
@blueprint.arguments(AgentReportQuery, location="query")
@blueprint.response(200, AgentReportSchema)
@roles("leader", "admin")
def agent_report(query: dict[str, Any]) -> Response:
    return _json(AgentReportSchema(), _agents(query))


@blueprint.get("/queues.<string:ending>")
@blueprint.arguments(QueueReportQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=files.XLSX_TYPE)
@roles("leader", "admin")
def queue_file(query: dict[str, Any], ending: str) -> Response:
    return _file("queues", ending, lambda: _queues(query), QUEUE_COLUMNS, query)


@blueprint.get("/agents.<string:ending>")
@blueprint.arguments(AgentReportQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=files.XLSX_TYPE)
@roles("leader", "admin")
def agent_file(query: dict[str, Any], ending: str) -> Response:
    return _file("agents", ending, lambda: _agents(query), AGENT_COLUMNS, query)


@blueprint.get("/calls")
@blueprint.arguments(FigureCallsQuery, location="query")
@blueprint.response(200, CallPageSchema)
@roles("leader", "admin")
def figure_calls(query: dict[str, Any]) -> Mapping[str, Any]:
    if query["end_ms"] <= query["start_ms"]:
        raise BadArguments("end_ms must be after start_ms", {"end_ms": query["end_ms"]})
    figures = tuple(query.pop("figure").split(","))
    return with_rights(parts().ports.reports.calls(FigureQuery(figures=figures, **query)))


def _json(schema: Schema, report: Mapping[str, Any]) -> Response:
    body = apart(tables(), lambda: orjson.dumps(schema.dump(report)))
    return Response(body, content_type="application/json")


def _queues(query: Mapping[str, Any]) -> Mapping[str, Any]:
    return parts().ports.reports.queues(query["day"], query["queue"], query["formula"], query["interval"], query["until"])


def _agents(query: Mapping[str, Any]) -> Mapping[str, Any]:
    running = parts().projection.views("agents")
    return parts().ports.reports.agents(query["day"], query["agent"], query["team"], running, query["until"], query["interval"])


def _file(
    name: str, ending: str, make: Callable[[], Mapping[str, Any]], columns: Sequence[str], query: Mapping[str, Any]
) -> Response:
    write = writer(ending)
    report = make()
    reading = reading_of(query["lang"])
    audit.write("report.exported", f"{name}.{ending}", {key: value for key, value in query.items() if value != ""})
    words = (name, str(report.get("day", "")), str(report.get("until", "")), query.get("queue") or query.get("agent") or "")
    return write(files.header(report, name, reading), lambda: files.table(report, columns, reading), words)


# ---------------------------------------------------------------- files


def reading_of(language: str) -> files.Reading:
    """In the given language, '' is the user's own."""
    config = parts().ports.centre.config()
    mine = current_user().locale
    names = {
        "queue": {queue.id: queue.name for queue in config.queues.values()},
        "agent": {agent.id: agent.name for agent in config.agents.values()},
    }
    return files.Reading(language or (mine if mine in LANGUAGES else LANGUAGES[0]), config.time_zone, names)


def writer(ending: str) -> Callable[[Rows, Callable[[], Rows], Sequence[str]], Response]:
    """Makes the download of what is above the table, what gives the table, and the words of the file's name.

    Raises NoSuchFormat.
    """
    if ending not in FORMATS:
        raise NoSuchFormat(f"files come as {', '.join(FORMATS)}", {"format": ending})
    content_type, write = FORMATS[ending]

    def made(above: Rows, table: Callable[[], Rows], words: Sequence[str]) -> Response:
        body = apart(tables(), lambda: write(above, table(), words[0]))
        download = files.file_name(*dict.fromkeys(words), ending=ending)
        headers = {"Content-Disposition": f'attachment; filename="{download}"'}
        return Response(body, content_type=content_type, headers=headers)

    return made
