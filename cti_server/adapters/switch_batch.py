"""Neighbouring SetVariable commands of one leg travel as one message.

The switch takes commands byte by byte, so a call that sets eight variables one by one waits longer for its originate than
for anything else. What is given in one turn of the event loop for one leg, with nothing in between, is one message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import gevent

Item = TypeVar("Item")
MOST = 20


class Batch(Generic[Item]):
    """``add`` items that share a key; ``flush`` gives them away, at the latest when this turn of the event loop ends."""

    def __init__(self, give: Callable[[list[Item]], None]) -> None:
        self._give = give
        self._key = ""
        self._items: list[Item] = []

    def add(self, key: str, item: Item) -> None:
        if self._items and (key != self._key or len(self._items) >= MOST):
            self.flush()
        if not self._items:
            gevent.spawn(self.flush)
        self._key = key
        self._items.append(item)

    def flush(self) -> None:
        """Before anything else is sent: order stays."""
        if self._items:
            items, self._items = self._items, []
            self._give(items)
