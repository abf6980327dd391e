"""Redis itself, its streams, and how far the persister is behind. Needs XTRIM MINID (6.2) and group lag (7.0)."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from cti_server.adapters.centre_time import redis_ms
from cti_server.domain.border import digits
from scripts.cti.doctor.finding import Finding, Options, by_limit
from scripts.cti.text import age, safe
from scripts.cti.world import World

NEEDED = (6, 2)
GOOD = (7, 0)
MEMORY_WARNING, MEMORY_CRITICAL = 0.80, 0.95
LAG_WARNING_MS, LAG_CRITICAL_MS = 60_000, 600_000
GROUP = "persister"


def check_redis(world: World, options: Options) -> Iterator[Finding]:
    """Reachable, version, persistence, memory, stream lengths."""
    try:
        info: dict[str, Any] = world.client.info()
    except redis.RedisError as error:
        yield Finding("redis", "critical", world.redis_away(error).message, "calls go on; start Redis, facts are then caught up")
        return
    yield _version(info)
    yield _access(world)
    yield from _persistence(world, info)
    yield _memory(info)
    lengths = {name: world.client.xlen(getattr(world.keys, name)) for name in ("events", "commands", "facts")}
    yield Finding("redis streams", "ok", ", ".join(f"{name} {length}" for name, length in lengths.items()), details=lengths)


def check_set_aside(world: World, options: Options) -> Iterator[Finding]:
    """What no reader could read: how many entries, and the newest with its reason."""
    counts: Any = world.client.hgetall(world.keys.set_aside_counts)
    count = sum(digits(value) for value in counts.values())
    if not world.client.xlen(world.keys.set_aside):
        yield Finding("set aside", "ok", "every entry could be read")
        return
    newest: Any = world.client.xrevrange(world.keys.set_aside, count=1)
    told = {name.decode(): value.decode("utf-8", "replace") for name, value in newest[0][1].items() if name != b"raw"}
    shown = safe(f"the newest by {told.get('process')}: {told.get('border')} {told.get('entry')}: {told.get('why')}")
    both = f"{world.keys.set_aside} and {world.keys.set_aside_counts}"
    hint = f"somebody writes what is not agreed; read the stream, delete {both} when it is dealt with"
    yield Finding("set aside", "warning", f"{count} entries could not be read, {shown}", hint, {"count": count, **told})


def _version(info: dict[str, Any]) -> Finding:
    text = str(info.get("redis_version", "0"))
    found = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    name = f"{info.get('server_name', 'redis')} {info.get('valkey_version') or text}"
    severity = "critical" if found < NEEDED else "warning" if found < GOOD else "ok"
    hint = "" if severity == "ok" else "upgrade Redis to 7.0 or newer"
    return Finding("redis", severity, f"reachable, {name}, protocol of Redis {text}", hint, {"version": text})


def _access(world: World) -> Finding:
    """Who may come in. A socket file has its own rights; everybody on the machine reaches a port."""
    url = urlsplit(world.settings.redis_url)
    if url.scheme == "unix":
        path = Path(url.path)
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if not mode & 0o007:
            return Finding("redis access", "ok", f"its socket is for its owner and group, mode {mode:o}")
    bare = redis.Redis.from_url(world.settings.redis_url, socket_timeout=3)
    bare.connection_pool.connection_kwargs.update(username=None, password=None)
    try:
        bare.ping()
    except redis.RedisError:
        return Finding("redis access", "ok", "it wants a password")
    finally:
        bare.close()
    hint = "set 'requirepass' (or ACL users) and put the password into CTI_REDIS_URL: redis://:PASSWORD@HOST:6379/0"
    return Finding("redis access", "warning", "it wants no password: who reaches it reads callers and commands the centre", hint)


def _persistence(world: World, info: dict[str, Any]) -> Iterator[Finding]:
    aof = bool(info.get("aof_enabled"))
    try:
        config: Any = world.client.config_get("save")
        snapshots = bool(config.get("save", config.get(b"save")))
    except redis.ResponseError:  # managed servers forbid CONFIG
        snapshots = bool(info.get("rdb_last_save_time")) and not aof
    details = {"aof": aof, "snapshots": snapshots}
    for field, what in (("aof_last_write_status", "append-only file"), ("rdb_last_bgsave_status", "snapshot")):
        if info.get(field, "ok") != "ok":
            hint = "look at Redis's log and disk"
            yield Finding("redis persistence", "critical", f"the last write of the {what} failed", hint, details)
            return
    if not aof and not snapshots:
        hint = "set 'appendonly yes': facts that are not yet in the database are lost when Redis restarts"
        yield Finding("redis persistence", "warning", "nothing is written to disk", hint, details)
        return
    how = " and ".join(word for word, on in (("append-only file", aof), ("snapshots", snapshots)) if on)
    hint = "" if aof else "set 'appendonly yes': a restart loses what came after the last snapshot"
    yield Finding("redis persistence", "ok" if aof else "warning", how, hint, details)


def _memory(info: dict[str, Any]) -> Finding:
    used, limit = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    details = {"used_bytes": used, "max_bytes": limit, "policy": policy}
    shown = f"{used / 1e6:.1f} MB used, " + (f"limit {limit / 1e6:.0f} MB, {policy}" if limit else "no limit")
    if limit and policy != "noeviction":
        hint = "set 'maxmemory-policy noeviction': Redis may throw away mirrors and facts"
        return Finding("redis memory", "critical", shown, hint, details)
    severity = by_limit(used / limit, MEMORY_WARNING, MEMORY_CRITICAL) if limit else "ok"
    return Finding("redis memory", severity, shown, "" if severity == "ok" else "give Redis more memory", details)


def check_persister(world: World, options: Options) -> Iterator[Finding]:
    """Facts that are not in the database yet: number and age of the oldest; and those that never will be."""
    facts = world.keys.facts
    rejected = int(world.client.xlen(world.keys.facts_rejected))
    if rejected:
        hint = f"read {world.keys.facts_rejected} (field 'why'); delete it when it is dealt with"
        yield Finding("persister", "warning", f"{rejected} facts could not be stored", hint, {"rejected": rejected})
    if not world.client.exists(facts):
        yield Finding("persister", "info", "no fact has been written yet")
        return
    groups: Any = world.client.xinfo_groups(facts)
    group = next((g for g in groups if _words(g["name"]) == GROUP), None)
    if group is None:
        length = world.client.xlen(facts)
        hint = "start the worker (cti-worker); it makes the group and catches up"
        yield Finding("persister", "critical", f"no worker has ever read the facts; {length} wait", hint, {"lag": length})
        return
    waiting, oldest_ms = _backlog(world, group)
    age_ms = max(0, redis_ms(world.client) - oldest_ms) if oldest_ms else 0
    details = {"lag": waiting, "pending": int(group["pending"]), "oldest_age_ms": age_ms}
    if not waiting:
        yield Finding("persister", "ok", "every fact is in the database", details=details)
        return
    severity = by_limit(age_ms, LAG_WARNING_MS, LAG_CRITICAL_MS)
    hint = "" if severity == "ok" else "look at the worker's log and at the database; facts wait in Redis, nothing is lost"
    yield Finding("persister", severity, f"{waiting} facts wait, the oldest from {age('en', age_ms)}", hint, details)


def _backlog(world: World, group: dict[str, Any]) -> tuple[int, int]:
    """(facts not acknowledged, UTC ms of the oldest of them or 0). A group without a known lag is counted by its ids."""
    facts, last = world.keys.facts, _words(group["last-delivered-id"])
    pending = int(group["pending"])
    unread: Any = world.client.xrange(facts, min=f"({last}", count=1)
    lag = group.get("lag")
    if lag is None:
        lag = len(world.client.xrange(facts, min=f"({last}", count=100_000)) if unread else 0  # type: ignore[arg-type]
    ids = [_words(unread[0][0])] if unread else []
    if pending:
        summary: Any = world.client.xpending(facts, GROUP)
        ids.append(_words(summary["min"]))
    oldest = min((int(entry_id.split("-")[0]) for entry_id in ids), default=0)
    return pending + int(lag), oldest


def _words(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
