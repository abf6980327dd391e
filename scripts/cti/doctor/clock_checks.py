"""Clocks: this machine's, Redis's, every process's and every switch's. Nothing fails where they differ, but people are told
wrong times."""

from __future__ import annotations

from collections.abc import Iterator

from cti_server.adapters.centre_time import redis_ms
from cti_server.events.views import SWITCH
from scripts.cti.doctor.finding import Finding, Options, Said, declare, say
from scripts.cti.mirror import read_heartbeats, read_rows
from scripts.cti.text import safe
from scripts.cti.world import World

DIFFERENCE_MS = 1000

declare(
    {
        "clocks": ("clocks", "时钟"),
        "clocks-agree": ("{n} clocks agree with Redis's within {limit} s", "{n} 个时钟与 Redis 时钟相差不超过 {limit} 秒"),
        "clocks-differ": ("against Redis's clock: {clocks}", "与 Redis 时钟相比：{clocks}"),
        "clock-ahead": ("{who} is {s} s ahead", "{who}快 {s} 秒"),
        "clock-behind": ("{who} is {s} s behind", "{who}慢 {s} 秒"),
        "clock-machine": ("this machine", "本机"),
        "clock-process": ("{name}", "进程 {name} "),
        "clock-switch": ("switch {name}", "交换机 {name} "),
        "clocks-follow": (
            "let every machine follow a time server (chrony, systemd-timesyncd); a daemon follows a step slowly, at 1/20",
            "让每台机器与时间服务器同步（chrony、systemd-timesyncd）；时钟跳变时守护进程以 1/20 的速度缓慢跟随",
        ),
    }
)


def check_clocks(world: World, options: Options) -> Iterator[Finding]:
    """How far each is ahead of Redis's clock; a switch's clock is compared by the daemon, with its own."""
    own_ms = world.clock.now_ms()
    ahead = {"this machine": own_ms - redis_ms(world.client)}
    named = {"this machine": say("clock-machine")}
    daemon_ms = 0
    for beat in read_heartbeats(world.client, world.keys):
        if beat.alive:
            ahead[beat.process], named[beat.process] = beat.ahead_ms, say("clock-process", name=safe(beat.process))
            daemon_ms = beat.ahead_ms if beat.process == "daemon" else daemon_ms
    for name, core in read_rows(world.client, world.keys, SWITCH).cores.items():
        settings = core.get("settings")
        of_it = settings.get("clock_ahead_ms") if isinstance(settings, dict) else None
        if isinstance(of_it, int):
            ahead[f"switch {name}"], named[f"switch {name}"] = daemon_ms + of_it, say("clock-switch", name=safe(name))
    wrong = {who: ms for who, ms in ahead.items() if abs(ms) >= DIFFERENCE_MS}
    details = {"ahead_ms": ahead}
    if not wrong:
        text = say("clocks-agree", n=len(ahead), limit=f"{DIFFERENCE_MS / 1000:g}")
        yield Finding(say("clocks"), "ok", text, details=details)
        return
    text = say("clocks-differ", clocks=[_differs(named[who], ms) for who, ms in wrong.items()])
    yield Finding(say("clocks"), "warning", text, say("clocks-follow"), details)


def _differs(who: Said, ms: int) -> Said:
    s = f"{abs(ms) / 1000:.1f}"
    return say("clock-ahead", who=who, s=s) if ms > 0 else say("clock-behind", who=who, s=s)
