"""How a command speaks: one JSON document, or tables for people. Cells are plain text; no markup is ever interpreted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from scripts.cti.text import safe, safe_json

STYLES = {"ok": "green", "up": "green", "warning": "yellow", "critical": "bold red", "down": "bold red", "unknown": "yellow"}


def print_json(document: object) -> None:
    """One JSON document on one line."""
    click.echo(safe_json(json.dumps(document, ensure_ascii=False, separators=(",", ":"))))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """A console on the present stdout; wide enough for a file or pipe that has no width."""
    made = _Console(markup=False, emoji=False, highlight=False)
    if not made.is_terminal:
        made = _Console(markup=False, emoji=False, highlight=False, width=max(made.width, 200), no_color=True)
    return made


def cell(value: object, style_key: str = "", limit: int = 200) -> Text:
    """A table cell. ``style_key`` picks a colour from STYLES; the word itself always says the same."""
    return Text(safe(value, limit), style=STYLES.get(style_key, ""), overflow="fold")


FOLDED = 14
"""A column that is folded to less than this cannot be read."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as a table, or each row as lines of its own where the terminal is too narrow for one."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]
    right: frozenset[int]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = [max((cell_len(row[n].plain) for row in self.rows), default=0) for n in range(len(self.columns))]
        needed = sum(max(cell_len(heading), min(FOLDED, widest)) + 2 for heading, widest in zip(self.columns, cells, strict=True))
        if needed - 2 <= options.max_width:
            yield self._table()
            return
        for row in self.rows:
            for heading, item in zip(self.columns, row, strict=True):
                if item.plain:
                    yield Text.assemble((f"{heading}  ", "bold"), item, overflow="fold")
            yield Text()

    def _table(self) -> Table:
        made = Table(box=None, pad_edge=False, header_style="bold")
        for index, heading in enumerate(self.columns):
            made.add_column(Text(heading), justify="right" if index in self.right else "left", overflow="fold")
        for row in self.rows:
            made.add_row(*row)
        return made


def table(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], *, right: Iterable[int] = ()) -> Listing:
    """A table with ``columns`` as headings; ``right`` holds the indexes of right-aligned ones."""
    cells = [[item if isinstance(item, Text) else cell(item) for item in row] for row in rows]
    return Listing(columns, cells, frozenset(right))


def line(words: str, *, style_key: str = "", stderr: bool = False) -> None:
    """One line of text, made harmless, never wrapped."""
    colour = STYLES.get(style_key, "").removeprefix("bold ") or None
    click.secho(safe(words, 2000), fg=colour, err=stderr)
