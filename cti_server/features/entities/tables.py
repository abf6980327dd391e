"""Entities as csv and xlsx, there and back: a line of field names, a line for each. No cell is ever a formula.

The first line may also have the labels of the fields in either language, csv may have semicolons or tabs and be in GB18030, as
spreadsheets write it. A column that is not there, and an empty cell of what cannot be empty, leaves the field as it is. With the
column ``version`` a row that somebody else has changed meanwhile is refused.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from cti_server.domain.border import BadInput
from cti_server.domain.cells import guarded, unguarded
from cti_server.features.entities.contract import Also, BadTable, Entity, Held, Problem, ProblemId, Wish
from cti_server.features.entities.fields import Field, Unsaid, as_cell, from_cell
from cti_server.reasons import facts_of, reason, told_of

ENDINGS = ("csv", "xlsx")
MOST_ROWS, MOST_COLUMNS = 100_000, 100
MOST_BYTES = 64 << 20
"""Of all that is packed in an xlsx."""
VERSION = "version"
FORMULA = reason("formula", "is a formula: paste its value", "是公式：请粘贴为数值")
OTHERWISE = reason("cell-otherwise", "says something else than {column}", "与「{column}」列不一致")
COLUMN_OTHERWISE = reason("column-otherwise", "another column of this row says something else", "与本行另一列不一致")
A_VERSION = reason("a-version", "must be a version, is {found}", "应为版本号，当前为 {found}")
IN_LINE = reason("twice-in-file", "{key} stands in line {line} already", "{key} 在第 {line} 行已出现")
CELLS = reason(
    "cells-beyond-header",
    "has {found} cells, the first line {known}: {beyond} is too much; a cell with the delimiter in it stands in double quotes",
    "有 {found} 个单元格，而首行只有 {known} 列，多出：{beyond}；单元格内含分隔符时请用英文双引号括起",
)
NO_COLUMN = reason("no-such-column", "no such column: {unknown}; known are {known}", "没有这些列：{unknown}；可用的列：{known}")
NAMELESS = reason("nameless-column", "column {column} has no name in the first line", "第 {column} 列在首行没有列名")
TWICE = reason("column-twice", "a column stands there twice", "有一列出现了两次")
KEY_COLUMN = reason(
    "key-column", "the column {key} is missing: it says which row is which", "缺少 {key} 列：它标明每一行是哪一个"
)
ENCODING = reason(
    "table-encoding",
    "the file is neither UTF-8 nor GB18030: save it as csv in UTF-8",
    "文件既不是 UTF-8 也不是 GB18030 编码：请另存为 UTF-8 的 csv",
)
NO_CSV = reason("no-csv", "the file is no csv: {why}", "文件不是 csv：{why}")
NO_XLSX = reason("no-xlsx", "the file is no xlsx: {why}", "文件不是 xlsx：{why}")
UNPACKS = reason("unpacks-too-far", "the file unpacks to too much: save only this table in it", "文件解压后过大：请只保存此表格")
EMPTY = reason("empty-table", "the file is empty: its first line names the fields", "文件为空：首行须为列名")
LINES = reason("too-many-lines", "the file has more than {most} lines: cut it in pieces", "文件超过 {most} 行：请拆分后导入")
COLUMNS = reason("too-many-columns", "the file has more than {most} columns", "文件超过 {most} 列")


class Formula(str):
    """A cell of an xlsx that is computed."""


Row = Mapping[str, str]
"""Column -> cell."""


# ---------------------------------------------------------------- out


def write(entity: Entity, held: Iterable[Held], ending: str) -> bytes:
    """Secrets are in no file."""
    fields = [one for one in entity.declared.values() if not one.secret]
    rows: list[list[str | int]] = [[*(one.name for one in fields), VERSION]]
    rows += [[as_cell(field, one.values.get(field.name)) for field in fields] + [one.version] for one in held]
    return _xlsx(rows, entity.name) if ending == "xlsx" else _csv(rows)


def _csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheet programs read Chinese names right."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _xlsx(rows: Sequence[Sequence[str | int]], title: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 1)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(r, c, cell)
                else:
                    sheet.write_string(r, c, cell)
    return out.getvalue()


# ---------------------------------------------------------------- in


def wishes(entity: Entity, raw: bytes, ending: str) -> list[Wish]:
    """What a file wants. Raises BadTable."""
    head, *rows = _read_xlsx(raw) if ending == "xlsx" else _read_csv(raw)
    columns = _columns(entity, head)
    seen: dict[str, int] = {}
    return [_wish(entity, columns, row, seen, at) for at, row in enumerate(rows, 2)]


def _columns(entity: Entity, head: Sequence[str]) -> list[Field | Also | None]:
    """None: the version. Raises BadTable."""
    known: dict[str, Field | Also | None] = {VERSION: None}
    for one in entity.declared.values():
        if not one.secret or one.makes:
            label = entity.fields[one.name].label
            known |= dict.fromkeys((one.name, label.en.lower(), label.zh), one)
    for name, also in entity.also.items():
        known |= dict.fromkeys((name, also.label.en.lower(), also.label.zh), also)
    names = [name.strip().lower() for name in head]
    while names and not names[-1]:  # rows may go further than the first line
        del names[-1]
    if "" in names:
        raise BadTable(NAMELESS(column=names.index("") + 1))
    if unknown := [name[:40] for name in names if name not in known]:
        raise BadTable(NO_COLUMN(unknown=", ".join(unknown[:20]), known=", ".join(filter(None, known))))
    columns = [known[name] for name in names]
    if len({id(one) for one in columns}) < len(columns):
        raise BadTable(TWICE())
    if entity.key and entity.declared[entity.key] not in columns:
        raise BadTable(KEY_COLUMN(key=entity.key))
    return columns


def _wish(entity: Entity, columns: Sequence[Field | Also | None], row: Sequence[str], seen: dict[str, int], at: int) -> Wish:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    version = None
    if beyond := [cell for cell in row[len(columns) :] if cell.strip()]:
        found = max(no for no, cell in enumerate(row, 1) if cell.strip())
        problems.append(_problem("", "file", CELLS(found=found, known=len(columns), beyond=", ".join(beyond)[:100])))
    for column, cell in zip(columns, row, strict=False):
        try:
            if isinstance(cell, Formula):
                raise BadInput(FORMULA())
            if isinstance(column, Also):
                told = column.says(cell.strip()) if cell.strip() else {}
                if odd := [name for name, value in told.items() if values.setdefault(name, value) != value]:
                    raise BadInput(OTHERWISE(column=odd[0]))
            elif column is None:
                version = int(cell) if cell.strip() and cell.strip() != "0" else None
            elif (value := from_cell(column, cell)) is not Unsaid and values.setdefault(column.name, value) != value:
                raise BadInput(COLUMN_OTHERWISE())
        except (BadInput, ValueError) as error:
            text = told_of(error) if isinstance(error, BadInput) else A_VERSION(found=repr(cell[:40]))
            name = column.name if isinstance(column, Field) else ""
            problems.append(_problem(name, "file", text))
    key = entity.single or str(values.get(entity.key, ""))
    if key in seen:
        problems.append(_problem(entity.key, "taken", IN_LINE(key=key, line=seen[key])))
    seen.setdefault(key, at)
    return Wish(key, values, version, create=None, problems=tuple(problems))


def _problem(name: str, problem: ProblemId, text: str) -> Problem:
    return {"field": name, "problem": problem, "text": str(text), **facts_of(text)}  # type: ignore[typeddict-item]


def _read_csv(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BadTable(ENCODING()) from error
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    try:
        rows = [[unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise BadTable(NO_CSV(why=str(error))) from error
    return _whole(rows)


def _read_xlsx(raw: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
                raise BadTable(UNPACKS())
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
        found = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1)
        return _whole([[_text(cell) for cell in row] for row in found])
    except BadTable:
        raise
    except (zipfile.BadZipFile, InvalidFileException, SyntaxError, OSError, *_TORN) as error:
        raise BadTable(NO_XLSX(why=" ".join(str(error).split())[:200])) from error


_TORN = (ValueError, LookupError, TypeError, AttributeError, NotImplementedError, RuntimeError, EOFError)
"""What openpyxl raises for a workbook that somebody has made up."""


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _whole(rows: list[list[str]]) -> list[list[str]]:
    """Without lines and columns at the end in which nothing stands. Raises BadTable."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise BadTable(EMPTY())
    if len(rows) > MOST_ROWS + 1:
        raise BadTable(LINES(most=MOST_ROWS))
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell.strip()), default=0)
    if width > MOST_COLUMNS:
        raise BadTable(COLUMNS(most=MOST_COLUMNS))
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]
