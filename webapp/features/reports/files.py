"""Reports as files. No cell is ever a formula: xlsx text is written as text, csv text that looks like one gets an apostrophe."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from cti_server.domain.call import DIRECTIONS
from cti_server.domain.cells import safe_text, whole
from cti_server.domain.columns import Column, Unit
from cti_server.domain.kpi import FORMULA_WORDS
from cti_server.domain.localday import changes_clock
from cti_server.domain.outcomes import OUTCOMES
from cti_server.features.calls.contract import CALL_COLUMNS
from cti_server.features.reports.contract import COLUMNS
from cti_server.words import Words
from webapp.features.reports.words import WORDS

UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
SHEET_UNSAFE = re.compile(r"[\x00-\x1f\[\]:*?/\\']")
FIRST_WIDTH, OTHER_WIDTH = 24, 16
DAY_S = 86_400
LONGEST_CELL = 32_767  # of a spreadsheet
MINUTES, SECONDS = "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(*words: str, ending: str) -> str:
    """A name that no header and no file system misreads."""
    return "-".join(filter(None, (UNSAFE_NAME.sub("_", word).strip("._") for word in words))) + f".{ending}"


def local_time(at_ms: int, zone: str, form: str = MINUTES) -> str:
    """YYYY-MM-DD HH:MM in the centre's zone; with the offset (+02:00) on days with a clock change, where times come twice."""
    at = datetime.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    return at.strftime(form) + (f" {at.isoformat()[-6:]}" if changes_clock(at_ms, zone) else "")


Cell = object
"""Of a table: text, a whole number, ``Duration``, ``Share`` or None."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Milliseconds that people read as 1:05 or 1:02:05."""

    ms: float

    def __str__(self) -> str:
        minutes, seconds = divmod(max(0, int(self.ms)) // 1000, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Share:
    """A rate 0..1 that people read as 82.7%."""

    rate: float

    def __str__(self) -> str:
        return f"{self.rate * 100:.1f}%"


class Total(list[Cell]):
    """A row that sums up others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom a file is: language ('zh-CN', 'en'), time zone, and the names of queues, agents and dispositions."""

    language: str
    zone: str
    names: Mapping[str, Mapping[str, str]]

    def word(self, key: str) -> str:
        return WORDS[key].said(self.language)

    def said(self, words: Mapping[str, Words], one: str) -> str:
        """Of a declared id; an unknown one stays what it is."""
        return words[one].said(self.language) if one in words else one

    def name(self, kind: str, thing: str) -> str:
        """Of a queue or a disposition; of an agent with the id, as people share names. An unknown id stays what it is."""
        found = self.names.get(kind, {}).get(thing, "")
        return (f"{found} ({thing})" if kind == "agent" else found) if found else thing

    def head(self, columns: Iterable[Column]) -> list[Cell]:
        return [column.words.said(self.language) for column in columns]

    def cell(self, column: Column, value: Any) -> Cell:
        if value is None or column.unit in ("count", "text"):
            return value
        return _CELLS[column.unit](self, value)


_CELLS: Mapping[Unit, Callable[[Reading, Any], Cell]] = {
    "ms": lambda reading, value: Duration(value),
    "s": lambda reading, value: Duration(value * 1000),
    "share": lambda reading, value: Share(value),
    "minute": lambda reading, value: local_time(value, reading.zone) if value else "",
    "moment": lambda reading, value: local_time(value, reading.zone, SECONDS) if value else "",
    "formula": lambda reading, value: reading.said(FORMULA_WORDS, value) or reading.word("own_formula"),
    "direction": lambda reading, value: reading.said(DIRECTIONS, value),
    "outcome": lambda reading, value: reading.said(OUTCOMES, value) or reading.word("running"),
    "queue": lambda reading, value: reading.name("queue", value),
    "agent": lambda reading, value: reading.name("agent", value),
    "disposition": lambda reading, value: reading.name("disposition", value),
    "present": lambda reading, value: reading.word("yes") if value else "",
}


def header(report: Mapping[str, Any], name: str, reading: Reading) -> list[list[Cell]]:
    """The lines above the table: what this is, by which formulas, of which days, in whose time, and until when it is complete."""
    as_of_ms = int(report.get("as_of_ms") or 0)
    day, until = str(report.get("day", "")), str(report.get("until", ""))
    lines: list[list[Cell]] = [[reading.word("report"), reading.word(f"report.{name}")]]
    used = sorted({str(row["formula"]) for row in report.get("totals", {}).values() if "formula" in row})
    formula = COLUMNS["formula"]
    lines += [[*reading.head([formula]), reading.cell(formula, one)] for one in used]
    lines.append([reading.word("days"), f"{day} – {until}" if until and until != day else day])
    lines.append([reading.word("zone"), reading.zone])
    until_when = local_time(as_of_ms, reading.zone, SECONDS) if as_of_ms else reading.word("never")
    return [*lines, [reading.word("as_of"), until_when], []]


def table(report: Mapping[str, Any], columns: Sequence[Column], reading: Reading) -> list[list[Cell]]:
    """The columns' names, the rows, and the totals, which say so where a row has its time: one of each name, and of all."""
    rows = [reading.head(columns)]
    rows += [[reading.cell(column, row.get(column.id)) for column in columns] for row in report["rows"]]
    totals = report.get("totals", {})
    rows += [_total(row, columns, reading) for row in totals.values()]
    if len(totals) > 1:
        everything = _total(report["all"], columns, reading)
        everything[0] = reading.word(f"all.{columns[0].id}")
        rows.append(everything)
    return rows


def _total(row: Mapping[str, Any], columns: Sequence[Column], reading: Reading) -> Total:
    shown = {**row, "start_ms": None, "end_ms": None}
    cells = Total(reading.cell(column, shown.get(column.id)) for column in columns)
    cells[1] = reading.word("total")
    return cells


def calls_table(rows: Iterable[Mapping[str, Any]], reading: Reading) -> list[list[Cell]]:
    """CallRows as people read them; a caller who gave no name has none, not the number again."""
    found = [reading.head(CALL_COLUMNS)]
    for row in rows:
        shown = {**row, "name": ""} if row["name"] == row["number"] else row
        found.append([reading.cell(column, shown.get(column.id)) for column in CALL_COLUMNS])
    return found


def as_csv(above: Sequence[Sequence[object]], rows: Sequence[Sequence[object]], title: str) -> bytes:
    """UTF-8 with a mark, so that spreadsheet programs read Chinese names right."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (*above, *rows):
        writer.writerow([cell if isinstance(cell, int | float) else safe_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_xlsx(above: Sequence[Sequence[object]], rows: Sequence[Sequence[object]], title: str) -> bytes:
    """Row after row to the disk: a long report takes no memory. The table's names stay in sight."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(SHEET_UNSAFE.sub("_", title)[:31] or "report")
        formats = {bold: _formats(book, bold) for bold in (False, True)}
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, max(map(len, rows), default=1), OTHER_WIDTH)
        sheet.freeze_panes(len(above) + 1, 0)
        for r, row in enumerate((*above, *rows)):
            plain, time, share = formats[r == len(above) or isinstance(row, Total)]
            for c, cell in enumerate(row):
                if isinstance(cell, Duration):
                    sheet.write_number(r, c, max(0, int(cell.ms)) // 1000 / DAY_S, time)
                elif isinstance(cell, Share):
                    sheet.write_number(r, c, cell.rate, share)
                elif isinstance(cell, int | float):
                    sheet.write_number(r, c, cell, plain)
                elif cell is not None:
                    sheet.write_string(r, c, whole(str(cell))[:LONGEST_CELL], plain)
    return out.getvalue()


def _formats(book: Any, bold: bool) -> tuple[Any, Any, Any]:
    """Of texts and counts, of times (1:05, from an hour on 1:02:05), of rates."""
    forms: tuple[dict[str, object], ...] = ({}, {"num_format": f"[<{1 / 24:.10f}]m:ss;[h]:mm:ss"}, {"num_format": "0.0%"})
    plain, time, share = (book.add_format({**form, **({"bold": True} if bold else {})}) for form in forms)
    return plain, time, share
