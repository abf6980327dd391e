"""The engine on a real switch, without the rest of the daemon: what it decides happens there, what happens there it hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.config import CentreConfig
from cti_server.domain.switch import CommandOutcome, SwitchEvent
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import CommandInput, EffectResult, Input, SwitchEffect, SwitchInput, Tick
from cti_server.settings import SwitchAddress
from tests.fixtures_switch import PrivateSwitch


class Driver:
    """Use as a context. ``calls`` are the views of the running calls; ``log`` the commands and events in their order."""

    def __init__(self, switch: PrivateSwitch, config: CentreConfig) -> None:
        self.clock = SystemClock()
        self.engine = Engine(config, 1, 1)
        self.log: list[object] = []
        self.facts: list[Any] = []
        self._commands = 0
        address = SwitchAddress("main", switch.host, switch.esl_port, switch.password)
        self.link = SwitchLink(address, self._event)

    def __enter__(self) -> Driver:
        self.link.start()
        self.wait(lambda: self.link.linked)
        self._ticks = gevent.spawn(self._tick)
        return self

    def __exit__(self, *_: object) -> None:
        self._ticks.kill()
        self.link.stop()

    def _tick(self) -> None:
        while True:
            gevent.sleep(0.05)
            self.give(Tick(self.clock.now_ms()))

    def _event(self, event: SwitchEvent) -> None:
        self.log.append(event)
        self.give(SwitchInput(self.clock.now_ms(), event))

    def give(self, item: Input) -> None:
        for effect in self.engine.handle(item):
            if isinstance(effect, SwitchEffect):
                self.log.append(effect.command)
                self.link.send(effect.command, lambda outcome, effect=effect: self._settled(effect, outcome))
            elif type(effect).__name__ == "RecordFact":
                self.facts.append(effect)

    def _settled(self, effect: SwitchEffect, outcome: CommandOutcome) -> None:
        if effect.effect_id:
            self.give(EffectResult(self.clock.now_ms(), effect.effect_id, outcome.ok, outcome.text))

    def command(self, name: str, **args: Any) -> None:
        self._commands += 1
        now_ms = self.clock.now_ms()
        self.give(CommandInput(now_ms, f"c{self._commands}", name, args, f"agent:{args['agent_id']}", now_ms + 5000))

    def calls(self) -> list[dict[str, Any]]:
        return list(self.engine.snapshot()["calls"].values())

    def wait(self, condition: Callable[[], Any], seconds: float = 30) -> Any:
        """Until ``condition`` is true; gives its value."""
        value: Any = None
        with gevent.Timeout(seconds, AssertionError(f"waited {seconds} s; seen: {self.log[-30:]}")):
            while not (value := condition()):
                gevent.sleep(0.02)
        return value
