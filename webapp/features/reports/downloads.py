"""Tables as downloads in the formats that people ask for, made outside the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from cti_server.domain.config import CentreConfig
from cti_server.domain.dispositions import told
from cti_server.errors import CtiError
from cti_server.words import LANGUAGES
from webapp.auth.guard import current_user
from webapp.features.reports import files
from webapp.threads import apart, tables

Rows = Sequence[Sequence[object]]
Writer = Callable[[Rows, Callable[[], Rows], Sequence[str]], Response]
"""Makes the download of what is above the table, what gives the table, and the words of the file's name."""

FORMATS: dict[str, tuple[str, Callable[[Rows, Rows, str], bytes]]] = {
    "csv": (files.CSV_TYPE, files.as_csv),
    "xlsx": (files.XLSX_TYPE, files.as_xlsx),
}
TYPES = [content_type for content_type, _ in FORMATS.values()]
ENDING: dict[str, Any] = {"in": "path", "name": "ending", "schema": {"type": "string", "enum": list(FORMATS)}}


class NoSuchFormat(
    CtiError, id="no-such-format", status=404, en="Reports come as CSV and Excel.", zh="报表只提供 CSV 和 Excel 格式。"
):
    """Reports do not come as such files."""


def reading_of(language: str, config: CentreConfig) -> files.Reading:
    """In the given language, '' is the user's own."""
    mine = current_user().locale
    language = language or (mine if mine in LANGUAGES else LANGUAGES[0])
    names = {
        "queue": {queue.id: queue.name for queue in config.queues.values()},
        "agent": {agent.id: agent.name for agent in config.agents.values()},
        "disposition": told(config.dispositions, language),
    }
    return files.Reading(language, config.time_zone, names)


def writer(ending: str) -> Writer:
    """Raises NoSuchFormat."""
    if ending not in FORMATS:
        raise NoSuchFormat(f"files come as {', '.join(FORMATS)}", {"format": ending})
    content_type, write = FORMATS[ending]

    def made(above: Rows, table: Callable[[], Rows], words: Sequence[str]) -> Response:
        body = apart(tables(), lambda: write(above, table(), words[0]))
        download = files.file_name(*dict.fromkeys(words), ending=ending)
        headers = {"Content-Disposition": f'attachment; filename="{download}"'}
        return Response(body, content_type=content_type, headers=headers)

    return made
