"""Clocks: this machine's, Redis's, every process's and every switch's. Nothing fails where they differ, but people are told
wrong times."""

from __future__ import annotations

from collections.abc import Iterator

from cti_server.adapters.centre_time import redis_ms
from cti_server.events.views import SWITCH
from scripts.cti.doctor.finding import Finding, Options
from scripts.cti.mirror import read_heartbeats, read_rows
from scripts.cti.text import safe
from scripts.cti.world import World

DIFFERENCE_MS = 1000


def check_clocks(world: World, options: Options) -> Iterator[Finding]:
    """How far each is ahead of Redis's clock; a switch's clock is compared by the daemon, with its own."""
    own_ms = world.clock.now_ms()
    ahead = {"this machine": own_ms - redis_ms(world.client)}
    daemon_ms = 0
    for beat in read_heartbeats(world.client, world.keys):
        if beat.alive:
            ahead[beat.process] = beat.ahead_ms
            daemon_ms = beat.ahead_ms if beat.process == "daemon" else daemon_ms
    for name, core in read_rows(world.client, world.keys, SWITCH).cores.items():
        settings = core.get("settings")
        of_it = settings.get("clock_ahead_ms") if isinstance(settings, dict) else None
        if isinstance(of_it, int):
            ahead[f"switch {name}"] = daemon_ms + of_it
    wrong = {who: ms for who, ms in ahead.items() if abs(ms) >= DIFFERENCE_MS}
    details = {"ahead_ms": ahead}
    if not wrong:
        text = f"{len(ahead)} clocks agree with Redis's within {DIFFERENCE_MS / 1000:g} s"
        yield Finding("clocks", "ok", text, details=details)
        return
    words = ", ".join(f"{safe(who)} is {abs(ms) / 1000:.1f} s {'ahead' if ms > 0 else 'behind'}" for who, ms in wrong.items())
    hint = "let every machine follow a time server (chrony, systemd-timesyncd); a daemon follows a step slowly, at 1/20"
    yield Finding("clocks", "warning", f"against Redis's clock: {words}", hint, details)
