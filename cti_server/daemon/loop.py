"""The one greenlet that calls ``engine.handle``: inputs in their order, effects out, deadlines kept.

A handler that raises is a defect: the engine keeps what it had done, it is logged with its input, counted, shown in the
heartbeat, and the loop goes on; a command is answered with EngineError.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import gevent
import structlog
from gevent.queue import Empty, SimpleQueue

from cti_server.daemon.inputlog import InputLog
from cti_server.daemon.outbox import Outbox
from cti_server.domain.clock import Clock
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import Effect, Input, Stalled, SwitchEffect, Tick

log = structlog.get_logger(__name__)

TICK_MS = 100
BEAT_MS = 1000
TURN = 50
STALL_MS = 500
"""A loop that comes to nothing for so long was paused, or its process was busy otherwise."""


@dataclass(eq=False)
class EngineLoop:
    """``submit`` may be called from any greenlet. ``run`` ends after ``stop``. ``counts`` go out with the heartbeat."""

    _engine: Engine
    _clock: Clock
    _outbox: Outbox
    _input_log: InputLog
    _execute: Callable[[SwitchEffect], None]
    _beat: Callable[[], None]
    _encode: Callable[[Input], bytes]
    _counts: Mapping[str, int] = field(default_factory=dict)
    inputs: int = 0
    errors: int = 0

    def __post_init__(self) -> None:
        self._inbox: SimpleQueue[Input | None] = SimpleQueue()
        self._tick_due_ms = self._beat_due_ms = self._awake_ms = 0

    def submit(self, item: Input) -> None:
        self._inbox.put(item)

    def stop(self) -> None:
        self._inbox.put(None)

    def run(self) -> None:
        while True:
            for taken in range(TURN):
                try:
                    item = self._inbox.get(block=taken == 0, timeout=self._wait_s())
                except Empty:
                    break
                if item is None:
                    return
                self._look_at_the_clock()
                self.handle(item)
            self._look_at_the_clock()
            self._on_time()
            self._input_log.flush()
            gevent.sleep(0)

    def handle(self, item: Input) -> None:
        """One input through the engine, its effects on their way."""
        self.inputs += 1
        self._log(item)
        effects = self._engine.handle(item)
        for defect in self._engine.take_defects():
            self.errors += 1
            log.critical("the engine failed on an input", input=repr(item)[:2000], exc_info=defect)
        rest: list[Effect] = []
        for effect in effects:
            if isinstance(effect, SwitchEffect):
                self._execute(effect)
            else:
                rest.append(effect)
        if rest:
            self._outbox.put(item.now_ms, rest)

    def _log(self, item: Input) -> None:
        """An input that no log can hold is a hole in it: the log goes on in a new file, which begins with the whole state."""
        try:
            line = self._encode(item)
        except (TypeError, ValueError, RecursionError) as error:
            self.errors += 1
            log.critical("an input cannot be logged", input=type(item).__name__, error=str(error))
            self._input_log.hole()
        else:
            self._input_log.write(line)

    def _wait_s(self) -> float:
        now_ms = self._clock.now_ms()
        due_ms = min(self._tick_due_ms, self._engine.next_deadline() or self._tick_due_ms)
        return max(0.0, (due_ms - now_ms) / 1000)

    def _look_at_the_clock(self) -> None:
        """Before anything is handled that came in meanwhile."""
        now_ms = self._clock.now_ms()
        if self._awake_ms and now_ms - self._awake_ms >= STALL_MS:
            self.handle(Stalled(now_ms))
        self._awake_ms = now_ms

    def _on_time(self) -> None:
        now_ms = self._clock.now_ms()
        deadline = self._engine.next_deadline()
        if now_ms >= self._tick_due_ms or (deadline is not None and now_ms >= deadline):
            self._tick_due_ms = now_ms + TICK_MS
            self.handle(Tick(now_ms))
        if now_ms >= self._beat_due_ms:
            self._beat_due_ms = now_ms + BEAT_MS
            self._beat()
            counts = {"inputs": self.inputs, "errors": self.errors, **self._counts}
            more = {**counts, "figures_before_ms": self._engine.figures_before_ms, "config": self._engine.config_version}
            self._outbox.beat(now_ms, {"at_ms": now_ms, "pid": os.getpid(), "role": "leader", **more})
