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
from scripts.cti.doctor.finding import Finding, Options, Severity, age, by_limit, declare, say
from scripts.cti.text import safe
from scripts.cti.world import World

NEEDED = (6, 2)
GOOD = (7, 0)
MEMORY_WARNING, MEMORY_CRITICAL = 0.80, 0.95
LAG_WARNING_MS, LAG_CRITICAL_MS = 60_000, 600_000
GROUP = "persister"

declare(
    {
        "redis": ("redis", "Redis"),
        "redis-no-answer": ("Redis at {url} does not answer ({why})", "{url} 的 Redis 没有应答（{why}）"),
        "redis-closed": ("Redis at {url} is closed to this user ({why})", "当前用户无权访问 {url} 的 Redis（{why}）"),
        "redis-start": (
            "start it, or correct CTI_REDIS_URL; calls go on, facts are then caught up",
            "启动 Redis，或更正 CTI_REDIS_URL；通话不受影响，恢复后补写记录",
        ),
        "redis-as-owner": ("run cti as the centre's user or in its group", "以呼叫中心所用的用户或其用户组执行 cti"),
        "redis-version": (
            "reachable, {name}, protocol of Redis {version}",
            "可以连接，{name}，协议版本 Redis {version}",
        ),
        "redis-upgrade": ("upgrade Redis to 7.0 or newer", "将 Redis 升级到 7.0 或更高版本"),
        "redis-access": ("redis access", "Redis 访问控制"),
        "redis-socket": ("its socket is for its owner and group, mode {mode}", "套接字仅对属主和用户组开放，权限 {mode}"),
        "redis-password": ("it wants a password", "需要密码"),
        "redis-no-password": (
            "it wants no password: who reaches it reads callers and commands the centre",
            "不需要密码：任何能连接的人均可读取来电信息并控制呼叫中心",
        ),
        "redis-set-password": (
            "set 'requirepass' (or ACL users) and put the password into CTI_REDIS_URL: redis://:PASSWORD@HOST:6379/0",
            "设置 requirepass（或 ACL 用户），并将密码写入 CTI_REDIS_URL：redis://:PASSWORD@HOST:6379/0",
        ),
        "redis-persistence": ("redis persistence", "Redis 持久化"),
        "redis-aof-failed": ("the last write of the append-only file failed", "最近一次写入 AOF 文件失败"),
        "redis-snapshot-failed": ("the last write of the snapshot failed", "最近一次写入快照失败"),
        "redis-disk": ("look at Redis's log and disk", "查看 Redis 的日志和磁盘"),
        "redis-nothing-kept": ("nothing is written to disk", "没有任何数据写入磁盘"),
        "redis-keep": (
            "set 'appendonly yes': facts that are not yet in the database are lost when Redis restarts",
            "设置 appendonly yes：否则 Redis 重启时，尚未写入数据库的记录会丢失",
        ),
        "redis-keeps": ("{ways}", "持久化方式：{ways}"),
        "redis-aof": ("append-only file", "AOF 文件"),
        "redis-snapshots": ("snapshots", "快照"),
        "redis-keep-all": (
            "set 'appendonly yes': a restart loses what came after the last snapshot",
            "设置 appendonly yes：否则重启会丢失最近一次快照之后的数据",
        ),
        "redis-memory": ("redis memory", "Redis 内存"),
        "redis-used": ("{used} MB used, no limit", "已用 {used} MB，无上限"),
        "redis-used-of": ("{used} MB used, limit {limit} MB, {policy}", "已用 {used} MB，上限 {limit} MB，{policy}"),
        "redis-evicts": (
            "set 'maxmemory-policy noeviction': Redis may throw away mirrors and facts",
            "设置 maxmemory-policy noeviction：否则 Redis 可能丢弃镜像和记录",
        ),
        "redis-more-memory": ("give Redis more memory", "为 Redis 分配更多内存"),
        "redis-streams": ("redis streams", "Redis 消息流"),
        "redis-lengths": (
            "events {events}, commands {commands}, facts {facts}",
            "事件 {events}，命令 {commands}，记录 {facts}",
        ),
        "set-aside": ("set aside", "无法读取的条目"),
        "set-aside-none": ("every entry could be read", "所有条目均可读取"),
        "set-aside-some": (
            "{n} entries could not be read, the newest by {process}: {border} {entry}: {why}",
            "{n} 个条目无法读取，最近一个由 {process} 报告：{border} {entry}：{why}",
        ),
        "set-aside-delete": (
            "somebody writes what is not agreed; read the stream, delete {stream} and {counts} when it is dealt with",
            "有程序写入了不符合约定的数据；查看该消息流，处理后删除 {stream} 和 {counts}",
        ),
        "persister": ("persister", "记录入库"),
        "persister-rejected": ("{n} facts could not be stored", "{n} 条记录无法入库"),
        "persister-read": (
            "read {stream} (field 'why'); delete it when it is dealt with",
            "查看 {stream}（字段 why），处理后将其删除",
        ),
        "persister-no-fact": ("no fact has been written yet", "尚未写入任何记录"),
        "persister-no-group": ("no worker has ever read the facts; {n} wait", "后台进程从未读取记录；{n} 条等待入库"),
        "persister-start": (
            "start the worker (cti-worker); it makes the group and catches up",
            "启动后台进程（cti-worker），由其建立消费组并补写",
        ),
        "persister-done": ("every fact is in the database", "所有记录均已入库"),
        "persister-waits": ("{n} facts wait, the oldest from {age}", "{n} 条记录等待入库，最早的来自 {age}"),
        "persister-look": (
            "look at the worker's log and at the database; facts wait in Redis, nothing is lost",
            "查看后台进程的日志和数据库；记录保留在 Redis 中，不会丢失",
        ),
    }
)


def check_redis(world: World, options: Options) -> Iterator[Finding]:
    """Reachable, version, persistence, memory, stream lengths."""
    try:
        info: dict[str, Any] = world.client.info()
    except redis.RedisError as error:
        url, why, closed = world.redis_trouble(error)
        text = say("redis-closed", url=url, why=why) if closed else say("redis-no-answer", url=url, why=why)
        yield Finding(say("redis"), "critical", text, say("redis-as-owner") if closed else say("redis-start"))
        return
    yield _version(info)
    yield _access(world)
    yield from _persistence(world, info)
    yield _memory(info)
    lengths = {name: world.client.xlen(getattr(world.keys, name)) for name in ("events", "commands", "facts")}
    text = say("redis-lengths", events=lengths["events"], commands=lengths["commands"], facts=lengths["facts"])
    yield Finding(say("redis-streams"), "ok", text, details=lengths)


def check_set_aside(world: World, options: Options) -> Iterator[Finding]:
    """What no reader could read: how many entries, and the newest with its reason."""
    counts: Any = world.client.hgetall(world.keys.set_aside_counts)
    count = sum(digits(value) for value in counts.values())
    if not world.client.xlen(world.keys.set_aside):
        yield Finding(say("set-aside"), "ok", say("set-aside-none"))
        return
    newest: Any = world.client.xrevrange(world.keys.set_aside, count=1)
    told = {name.decode(): value.decode("utf-8", "replace") for name, value in newest[0][1].items() if name != b"raw"}
    names = ("process", "border", "entry", "why")
    process, border, entry, why = (safe(told.get(name)) for name in names)
    text = say("set-aside-some", n=count, process=process, border=border, entry=entry, why=why)
    hint = say("set-aside-delete", stream=world.keys.set_aside, counts=world.keys.set_aside_counts)
    yield Finding(say("set-aside"), "warning", text, hint, {"count": count, **told})


def _version(info: dict[str, Any]) -> Finding:
    text = str(info.get("redis_version", "0"))
    found = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    name = f"{info.get('server_name', 'redis')} {info.get('valkey_version') or text}"
    severity: Severity = "critical" if found < NEEDED else "warning" if found < GOOD else "ok"
    hint = None if severity == "ok" else say("redis-upgrade")
    return Finding(say("redis"), severity, say("redis-version", name=name, version=text), hint, {"version": text})


def _access(world: World) -> Finding:
    """Who may come in. A socket file has its own rights; everybody on the machine reaches a port."""
    url = urlsplit(world.settings.redis_url)
    if url.scheme == "unix":
        path = Path(url.path)
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if not mode & 0o007:
            return Finding(say("redis-access"), "ok", say("redis-socket", mode=f"{mode:o}"))
    bare = redis.Redis.from_url(world.settings.redis_url, socket_timeout=3)
    bare.connection_pool.connection_kwargs.update(username=None, password=None)
    try:
        bare.ping()
    except redis.RedisError:
        return Finding(say("redis-access"), "ok", say("redis-password"))
    finally:
        bare.close()
    return Finding(say("redis-access"), "warning", say("redis-no-password"), say("redis-set-password"))


def _persistence(world: World, info: dict[str, Any]) -> Iterator[Finding]:
    aof = bool(info.get("aof_enabled"))
    try:
        config: Any = world.client.config_get("save")
        snapshots = bool(config.get("save", config.get(b"save")))
    except redis.ResponseError:  # managed servers forbid CONFIG
        snapshots = bool(info.get("rdb_last_save_time")) and not aof
    details = {"aof": aof, "snapshots": snapshots}
    failed = {"aof_last_write_status": say("redis-aof-failed"), "rdb_last_bgsave_status": say("redis-snapshot-failed")}
    for field, text in failed.items():
        if info.get(field, "ok") != "ok":
            yield Finding(say("redis-persistence"), "critical", text, say("redis-disk"), details)
            return
    if not aof and not snapshots:
        yield Finding(say("redis-persistence"), "warning", say("redis-nothing-kept"), say("redis-keep"), details)
        return
    ways = [word for word, on in ((say("redis-aof"), aof), (say("redis-snapshots"), snapshots)) if on]
    hint = None if aof else say("redis-keep-all")
    yield Finding(say("redis-persistence"), "ok" if aof else "warning", say("redis-keeps", ways=[*ways]), hint, details)


def _memory(info: dict[str, Any]) -> Finding:
    used, limit = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    details = {"used_bytes": used, "max_bytes": limit, "policy": policy}
    mb = f"{used / 1e6:.1f}"
    if not limit:
        return Finding(say("redis-memory"), "ok", say("redis-used", used=mb), details=details)
    text = say("redis-used-of", used=mb, limit=f"{limit / 1e6:.0f}", policy=policy)
    if policy != "noeviction":
        return Finding(say("redis-memory"), "critical", text, say("redis-evicts"), details)
    severity = by_limit(used / limit, MEMORY_WARNING, MEMORY_CRITICAL)
    return Finding(say("redis-memory"), severity, text, None if severity == "ok" else say("redis-more-memory"), details)


def check_persister(world: World, options: Options) -> Iterator[Finding]:
    """Facts that are not in the database yet: number and age of the oldest; and those that never will be."""
    facts = world.keys.facts
    rejected = int(world.client.xlen(world.keys.facts_rejected))
    if rejected:
        hint = say("persister-read", stream=world.keys.facts_rejected)
        yield Finding(say("persister"), "warning", say("persister-rejected", n=rejected), hint, {"rejected": rejected})
    if not world.client.exists(facts):
        yield Finding(say("persister"), "info", say("persister-no-fact"))
        return
    groups: Any = world.client.xinfo_groups(facts)
    group = next((g for g in groups if _words(g["name"]) == GROUP), None)
    if group is None:
        length = int(world.client.xlen(facts))
        text = say("persister-no-group", n=length)
        yield Finding(say("persister"), "critical", text, say("persister-start"), {"lag": length})
        return
    waiting, oldest_ms = _backlog(world, group)
    age_ms = max(0, redis_ms(world.client) - oldest_ms) if oldest_ms else 0
    details = {"lag": waiting, "pending": int(group["pending"]), "oldest_age_ms": age_ms}
    if not waiting:
        yield Finding(say("persister"), "ok", say("persister-done"), details=details)
        return
    severity = by_limit(age_ms, LAG_WARNING_MS, LAG_CRITICAL_MS)
    look = None if severity == "ok" else say("persister-look")
    yield Finding(say("persister"), severity, say("persister-waits", n=waiting, age=age(age_ms)), look, details)


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
