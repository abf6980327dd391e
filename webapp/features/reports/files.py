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

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_text(value: object) -> str:
    """For csv: spreadsheet programs run text that starts like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def file_name(*words: str, ending: str) -> str:
    """A name that no header and no file system misreads."""
    return "-".join(filter(None, (UNSAFE_NAME.sub("_", word).strip("._") for word in words))) + f".{ending}"


def local_time(at_ms: int, zone: str) -> str:
    """YYYY-MM-DD HH:MM in the centre's zone."""
    at = datetime.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    return at.strftime("%Y-%m-%d %H:%M")


def table(report: Mapping[str, Any], columns: Sequence[str], zone: str) -> list[list[object]]:
    """Header, rows, totals; start and end as local times."""

    def cell(row: Mapping[str, Any], column: str) -> object:
        value = row.get(column)
        return local_time(int(value), zone) if column in ("start_ms", "end_ms") and value else value

    header = [column.removesuffix("_ms") if column in ("start_ms", "end_ms") else column for column in columns]
    rows: list[list[object]] = [list(header)]
    rows += [[cell(row, column) for column in columns] for row in report["rows"]]
    totals = report["totals"]
    found = list(totals.values()) if all(isinstance(t, Mapping) for t in totals.values()) else [totals]
    return rows + [[cell(row, column) for column in columns] for row in found]


def as_csv(rows: Sequence[Sequence[object]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheet programs read Chinese names right."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int | float) else safe_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_xlsx(rows: Sequence[Sequence[object]], title: str) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "_", title)[:31] or "report")
        bold = book.add_format({"bold": True})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(r, c, cell)
                elif cell is not None:
                    sheet.write_string(r, c, str(cell), bold if r == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()
