"""The loop tells the engine of time in which it did not run, before anything that came in meanwhile."""

from __future__ import annotations

from typing import Any

from cti_server.daemon.loop import STALL_MS, EngineLoop
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import Input, Stalled, Tick
from tests.engine.world import START_MS, centre


class Nothing:
    """A world that takes everything."""

    path = ""

    def put(self, at_ms: int, effects: list[Any]) -> None: ...

    def beat(self, at_ms: int, document: dict[str, object]) -> None: ...

    def write(self, line: bytes) -> None: ...

    def flush(self) -> None: ...


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        return self.ms


def test_time_in_which_the_loop_stood_still_is_told_first() -> None:
    clock, seen, nothing = Hands(), [], Nothing()

    def encode(item: Input) -> bytes:
        seen.append(item)
        return b""

    loop = EngineLoop(Engine(centre(), 7, 1), clock, nothing, nothing, lambda effect: None, lambda: None, encode)  # type: ignore[arg-type]
    for pause_ms in (0, 100, 3_000):
        clock.ms += pause_ms
        loop.submit(Tick(clock.ms))
        loop.stop()
        loop.run()
    assert STALL_MS > 100
    assert seen == [Tick(START_MS), Tick(START_MS + 100), Stalled(START_MS + 3_100), Tick(START_MS + 3_100)]
