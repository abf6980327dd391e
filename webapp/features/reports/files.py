"""Reports as files. No cell is ever a formula: xlsx text is written as text, csv text that looks like one gets an apostrophe."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from cti_server.domain import kpi
from cti_server.domain.localday import changes_clock

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
SHEET_UNSAFE = re.compile(r"[\x00-\x1f\[\]:*?/\\']")
FIRST_WIDTH, OTHER_WIDTH = 24, 16
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_text(value: object) -> str:
    """For csv: spreadsheet programs run text that starts like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def file_name(*words: str, ending: str) -> str:
    """A name that no header and no file system misreads."""
    return "-".join(filter(None, (UNSAFE_NAME.sub("_", word).strip("._") for word in words))) + f".{ending}"


def local_time(at_ms: int, zone: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """YYYY-MM-DD HH:MM in the centre's zone; with the offset (+02:00) on days with a clock change, where times come twice."""
    at = datetime.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    return at.strftime(form) + (f" {at.isoformat()[-6:]}" if changes_clock(at_ms, zone) else "")


def header(report: Mapping[str, Any], name: str, zone: str) -> list[list[object]]:
    """The lines above the table: what this is, by which formulas, of which day, in whose time, and until when it is complete."""
    as_of_ms = int(report.get("as_of_ms") or 0)
    lines: list[list[object]] = [["report", name]]
    used = sorted({str(row["formula"]) for row in report["totals"].values() if "formula" in row})
    lines += [["service level formula", formula, kpi.formula_named(formula).text] for formula in used]
    lines.append(["day", report.get("day", "")])
    lines.append(["time zone", zone])
    lines.append(["as of", local_time(as_of_ms, zone, "%Y-%m-%d %H:%M:%S") if as_of_ms else "never"])
    return [*lines, []]


def table(report: Mapping[str, Any], columns: Sequence[str], zone: str) -> list[list[object]]:
    """The columns' names, rows, totals; start and end as local times."""

    def cell(row: Mapping[str, Any], column: str) -> object:
        value = row.get(column)
        return local_time(int(value), zone) if column in ("start_ms", "end_ms") and value else value

    names = [column.removesuffix("_ms") if column in ("start_ms", "end_ms") else column for column in columns]
    rows: list[list[object]] = [list(names)]
    rows += [[cell(row, column) for column in columns] for row in report["rows"]]
    totals = report["totals"]
    found = list(totals.values()) if all(isinstance(t, Mapping) for t in totals.values()) else [totals]
    return rows + [[cell(row, column) for column in columns] for row in found]


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
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, max(map(len, rows), default=1), OTHER_WIDTH)
        sheet.freeze_panes(len(above) + 1, 0)
        for r, row in enumerate((*above, *rows)):
            for c, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(r, c, cell)
                elif cell is not None:
                    sheet.write_string(r, c, str(cell), bold if r == len(above) else None)
    return out.getvalue()
