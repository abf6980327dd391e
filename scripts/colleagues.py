"""The demo's virtual colleagues: agents that log in, take calls, wrap up and go on, so that the floor is alive.

They act as the people of the demo would, by commands only. VISITORS are left for people's browsers: whoever goes ready there is
called within seconds, on the direct line.
"""

from gevent import monkey

monkey.patch_all()

import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from random import Random  # noqa: E402
from typing import cast  # noqa: E402

import gevent  # noqa: E402
import redis  # noqa: E402

from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.command_client import CommandClient, process_name  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.domain.border import BadInput  # noqa: E402
from cti_server.errors import CtiError  # noqa: E402
from cti_server.events.commands import EndWrapUp, LoginAgent, PauseAgent, ReadyAgent, SetDisposition  # noqa: E402
from cti_server.events.declare import Arguments  # noqa: E402
from cti_server.events.views import AGENT, decode_row  # noqa: E402
from cti_server.features.centre.seed import DIRECT_LINE, VISITORS  # noqa: E402
from cti_server.settings import SwitchAddress, load  # noqa: E402
from scripts.bench.wire import SwitchConsole  # noqa: E402

CALL_AFTER_MS = (2000, 5000)
"""How long a visitor who is ready waits for the next caller."""
CALL_AGAIN_MS = 20_000
LOOK_S = 1.0
DISPOSITIONS = ("resolved", "resolved", "resolved", "follow-up", "wrong-number")


@dataclass(slots=True)
class Colleagues:
    """Looks at the agents' mirror every second and does what each colleague would do next. ``call`` makes a caller."""

    redis: redis.Redis
    keys: Keys
    commands: CommandClient
    call: Callable[[], object]
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - behaviour, not secrets
    clock: SystemClock = field(default_factory=SystemClock)
    due_ms: dict[str, int] = field(default_factory=dict)
    call_ms: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        while True:
            try:
                rows = cast(dict[bytes, bytes], self.redis.hgetall(self.keys.mirror(AGENT.table)))
            except redis.RedisError:
                rows = {}
            for thing, raw in rows.items():
                try:
                    view = decode_row(AGENT.table, thing, raw)[1]["view"]
                except BadInput:  # the daemon tells of it
                    continue
                if view["id"] in VISITORS:
                    self._visitor(view)
                else:
                    self._live(view)
            gevent.sleep(LOOK_S)

    def _visitor(self, view: dict[str, str]) -> None:
        """One who is ready and idle is called soon; again when that caller went to somebody else."""
        agent, now_ms = view["id"], self.clock.now_ms()
        if (view["status"], view["state"]) != ("ready", "idle"):
            self.call_ms.pop(agent, None)
        elif now_ms >= self.call_ms.setdefault(agent, now_ms + self.random.randint(*CALL_AFTER_MS)):
            self.call_ms[agent] = now_ms + CALL_AGAIN_MS
            self.call()

    def _live(self, view: dict[str, str]) -> None:
        agent, now_ms = view["id"], self.clock.now_ms()
        key = f"{agent}:{view['status']}:{view['state']}:{view['call_id']}"
        if key not in self.due_ms:
            for old in [k for k in self.due_ms if k.startswith(f"{agent}:")]:
                del self.due_ms[old]
            self.due_ms[key] = now_ms + self.random.randint(2000, 9000)
        if now_ms < self.due_ms[key]:
            return
        if view["status"] == "logged_out":
            self._do(agent, LoginAgent(agent_id=agent))
            self._do(agent, ReadyAgent(agent_id=agent))
        elif view["state"] == "wrap_up":
            if view["call_id"]:
                code = self.random.choice(DISPOSITIONS)
                self._do(agent, SetDisposition(agent_id=agent, call_id=view["call_id"], code=code, note=""))
            self._do(agent, EndWrapUp(agent_id=agent))
        elif view["status"] == "not_ready" and view["state"] == "idle":
            self._do(agent, ReadyAgent(agent_id=agent))
        elif view["status"] == "ready" and view["state"] == "idle" and self.random.random() < 0.002:
            self._do(agent, PauseAgent(agent_id=agent, reason="lunch"))
        self.due_ms[key] = now_ms + self.random.randint(8000, 20000)

    def _do(self, agent: str, wish: Arguments) -> None:
        try:
            self.commands.send(wish, f"agent:{agent}")
        except CtiError as error:
            print(f"{wish}: {error}", file=sys.stderr)


def direct_call(address: SwitchAddress) -> None:
    """A caller of the simulated switch who wants to talk at once."""
    try:
        with SwitchConsole(address.host, address.port, address.password) as console:
            console.api(f"sim call SERVICE={DIRECT_LINE}")
    except OSError as error:
        print(f"no caller: {error}", file=sys.stderr)


def main() -> None:
    settings = load()
    client, keys = connect(settings.redis_url), Keys(settings.domain)
    commands = CommandClient(client, keys, process_name("colleagues"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    (switch,) = settings.switch_addresses()
    Colleagues(client, keys, commands, lambda: direct_call(switch)).run()


if __name__ == "__main__":
    main()
