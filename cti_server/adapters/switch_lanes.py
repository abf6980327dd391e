"""Handlers run in lanes: what has the same key runs in order, and a slow lane holds up no other.

A handler that raises is reported by gevent and takes nothing else with it: its lane goes on with the next event.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

import gevent
from gevent.event import Event

Work = Callable[[], Any]


class Lanes:
    """``put(key, work)`` never blocks; ``idle`` is set while nothing waits or runs."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[Work]] = {}
        self.idle = Event()
        self.idle.set()

    def put(self, key: Hashable, work: Work) -> None:
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(work)
            return
        self._lanes[key] = deque([work])
        self.idle.clear()
        gevent.spawn(self._run, key)

    def _run(self, key: Hashable) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                lane.popleft()()
        finally:
            if lane:
                gevent.spawn(self._run, key)
            else:
                del self._lanes[key]
                if not self._lanes:
                    self.idle.set()
