"""How far an import is, for people at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cti_server.features.entities.contract import STEPS, Progress
from scripts.cti.world import World

CLEARED = "\r\x1b[K"


class Shown(Progress):
    """One line on stderr, written over and over."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._lang = lang

    def begin(self, total: int) -> None:
        super().begin(total)
        self.show()

    def add(self, rows: int) -> None:
        super().add(rows)
        self.show()

    def check(self) -> None:
        super().check()
        self.show()

    def show(self) -> None:
        rows = f": {self.done} / {self.total}" if self.step == "rows" else ""
        click.echo(f"{CLEARED}{STEPS[self.step].said(self._lang)}{rows}", nl=False, err=True, color=True)


@contextmanager
def progress(world: World) -> Iterator[Progress]:
    """Shown until what is in it ends; nothing is where nobody looks."""
    if world.json or not is_terminal():
        yield Progress()
        return
    shown = Shown(world.lang)
    shown.show()
    try:
        yield shown
    finally:
        click.echo(CLEARED, nl=False, err=True, color=True)


def is_terminal() -> bool:
    return sys.stderr.isatty()
