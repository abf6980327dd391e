"""How a command speaks: one JSON document, or tables for people. Cells are plain text; no markup is ever interpreted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.cti.text import safe, safe_json

STYLES = {"ok": "green", "up": "green", "warning": "yellow", "critical": "bold red", "down": "bold red", "unknown": "yellow"}


def print_json(document: object) -> None:
    """One JSON document on one line."""
    click.echo(safe_json(json.dumps(document, ensure_ascii=False, separators=(",", ":"))))


def console(*, stderr: bool = False) -> Console:
    """A console on the present stdout; wide enough for a file or pipe that has no width."""
    made = Console(markup=False, emoji=False, highlight=False, stderr=stderr, soft_wrap=False)
    if not made.is_terminal:
        made = Console(markup=False, emoji=False, highlight=False, stderr=stderr, width=max(made.width, 200), no_color=True)
    return made


def cell(value: object, style_key: str = "", limit: int = 200) -> Text:
    """A table cell. ``style_key`` picks a colour from STYLES; the word itself always says the same."""
    return Text(safe(value, limit), style=STYLES.get(style_key, ""), overflow="fold")


def table(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], *, right: Iterable[int] = ()) -> Table:
    """A table with ``columns`` as headings; ``right`` holds the indexes of right-aligned ones."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    numbers = set(right)
    for index, heading in enumerate(columns):
        made.add_column(Text(heading), justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(item if isinstance(item, Text) else cell(item) for item in row))
    return made


def line(words: str, *, style_key: str = "", stderr: bool = False) -> None:
    """One line of text, made harmless, never wrapped."""
    colour = STYLES.get(style_key, "").removeprefix("bold ") or None
    click.secho(safe(words, 2000), fg=colour, err=stderr)
