"""The database: reachable, of this version's schema, its newest fact, recordings without a good file. Never creates or changes
anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.engine import make_url

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.database import BadDatabase, DatabaseNotMigrated, check_schema, make_engine, transaction
from cti_server.errors import CtiError, DatabaseAway
from cti_server.events.facts import AgentIntervalFact, AuditFact, CallFact, RecordingFact, SegmentFact
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.ledger.model import REPORT_STALE, TABLES
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.reports.model import REPORT_QUEUES
from cti_server.settings import masked
from scripts.cti.doctor.finding import Finding, Options, Said, age, declare, say
from scripts.cti.text import safe
from scripts.cti.world import World

CALLS, SEGMENTS, INTERVALS = TABLES[CallFact].c, TABLES[SegmentFact].c, TABLES[AgentIntervalFact].c
RECORDINGS = TABLES[RecordingFact].c
SOUNDS_OLD_S = 600
RECORDINGS_OF_MS = 24 * 3_600_000

declare(
    {
        "database": ("database", "数据库"),
        "database-bad": ("{why}", "数据库设置无法使用：{why}"),
        "database-no-answer": ("{why}", "数据库不可用：{why}"),
        "database-other-schema": ("{why}", "数据库结构与本版本不符：{why}"),
        "database-refuses": ("{why}", "无法检查数据库：{why}"),
        "database-correct": ("correct CTI_DATABASE_URL", "更正 CTI_DATABASE_URL"),
        "database-start": (
            "start the database; until then facts wait in Redis and nothing is lost",
            "启动数据库；在此之前记录保留在 Redis 中，不会丢失",
        ),
        "database-migrate": (
            "start cti-worker, which migrates it, or run: cti prepare",
            "启动 cti-worker 由其升级，或执行：cti prepare",
        ),
        "database-log": ("look at the database's log", "查看数据库的日志"),
        "database-no-file": ("the SQLite file {file} does not exist", "SQLite 文件 {file} 不存在"),
        "database-prepare": (
            "run cti prepare, which makes it, or correct CTI_DATABASE_URL",
            "执行 cti prepare 创建该文件，或更正 CTI_DATABASE_URL",
        ),
        "database-well": ("{url}: reachable, schema of this version", "{url}：可以连接，结构与本版本一致"),
        "ledger": ("ledger", "话单"),
        "ledger-none": ("no fact yet", "尚无记录"),
        "ledger-newest": ("newest fact {age}", "最近的记录：{age}"),
        "kept": ("kept", "数据保留"),
        "kept-all": ("{kinds}; quarters of an hour to roll up: {stale}", "{kinds}；待汇总的时段（15 分钟）：{stale}"),
        "kept-kind": ("{kind} {rule}", "{kind}{rule}"),
        "kept-kind-since": ("{kind} {rule} (oldest {age})", "{kind}{rule}（最早：{age}）"),
        "kept-days": ("{n} days", "保留 {n} 天"),
        "kept-ever": ("for ever", "永久保留"),
        "kept-calls": ("calls", "通话"),
        "kept-agents": ("agents", "坐席状态"),
        "kept-recordings": ("recordings", "录音"),
        "kept-audit": ("audit", "审计"),
        "kept-reports": ("reports", "报表"),
        "kept-configurations": ("configurations", "配置版本"),
        "uploaded": ("uploaded prompts", "上传的语音"),
        "uploaded-nowhere": (
            "{n} files, and no switch has pulled any: callers hear nothing",
            "共 {n} 个文件，尚无交换机拉取：来电者听不到任何声音",
        ),
        "uploaded-lacks": ("{node} has {has} of {n} files; it lacks {names}", "{node} 有 {n} 个文件中的 {has} 个，缺少 {names}"),
        "uploaded-old": ("{node} last said what it has {s} s ago", "{node} 最近一次报告是在 {s} 秒前"),
        "uploaded-there": ("{node} has all {n} files", "{node} 已有全部 {n} 个文件"),
        "uploaded-pull": (
            "run cti_prompts.py by its timer on every switch (docs/operators/content.md), and look at what it says",
            "在每台交换机上用定时器运行 cti_prompts.py（见 docs/operators/content.md），并查看其输出",
        ),
        "files": ("recording files", "录音文件"),
        "files-well": (
            "{n} recordings in the last 24 hours, none with a problem",
            "最近 24 小时录音 {n} 个，均正常",
        ),
        "files-ill": ("of {n} recordings in the last 24 hours: {problems}", "最近 24 小时录音 {n} 个，其中：{problems}"),
        "files-missing": ("{n} missing", "缺失 {n} 个"),
        "files-empty": ("{n} empty", "为空 {n} 个"),
        "files-short": ("{n} short", "不完整 {n} 个"),
        "files-other": ("{n} {problem}", "{problem} {n} 个"),
        "files-hint": ("{hints}", "{hints}"),
        "files-folder": (
            "see that the switch can write recordings_dir and that the worker sees that folder as CTI_RECORDINGS_DIR",
            "确认交换机可以写入 recordings_dir，且后台进程可在 CTI_RECORDINGS_DIR 中看到该目录",
        ),
        "files-disk": (
            "see that the switch's disk is not full, and read its log for the call",
            "确认交换机的磁盘未满，并查看其日志中的该通话",
        ),
    }
)
OLDEST: dict[str, tuple[Said, Any]] = {
    # setting keep_NAME_days -> what it is called, the moment of its rows
    "calls": (say("kept-calls"), CALLS.arrived_ms),
    "agents": (say("kept-agents"), INTERVALS.started_ms),
    "recordings": (say("kept-recordings"), RECORDINGS.ended_ms),
    "audit": (say("kept-audit"), TABLES[AuditFact].c.at_ms),
    "reports": (say("kept-reports"), REPORT_QUEUES.c.quarter_ms),
    "configurations": (say("kept-configurations"), ConfigVersion.at_ms),
}
RECORDING_HINTS = {
    # problem of a recording -> what to do
    "missing": say("files-folder"),
    "empty": say("files-disk"),
    "short": say("files-disk"),
}


def _trouble(error: CtiError) -> tuple[Said, Said]:
    """What is wrong, and what to do."""
    if isinstance(error, BadDatabase):
        return say("database-bad", why=error.message), say("database-correct")
    if isinstance(error, DatabaseAway):
        return say("database-no-answer", why=error.message), say("database-start")
    if isinstance(error, DatabaseNotMigrated):
        return say("database-other-schema", why=error.message), say("database-migrate")
    return say("database-refuses", why=error.message), say("database-log")


def check_database(world: World, options: Options) -> Iterator[Finding]:
    """Reachable, migrated, newest fact, recordings of the last 24 hours."""
    url = world.settings.database_url
    details = {"url": masked(url)}
    try:
        missing = _missing_file(url)
        if missing:
            text = say("database-no-file", file=missing)
            yield Finding(say("database"), "critical", text, say("database-prepare"), details)
            return
        engine = make_engine(url, world.settings.tenant)
        try:
            check_schema(engine)
            yield Finding(say("database"), "ok", say("database-well", url=masked(url)), details=details)
            yield _newest(world, engine)
            yield _recordings(world, engine)
            yield _kept(world, engine)
            yield from _sounds(world, engine)
        finally:
            engine.dispose()
    except CtiError as error:
        text, hint = _trouble(error)
        yield Finding(say("database"), "critical", text, hint, {**details, "error_id": error.error_id})


def _missing_file(url: str) -> str:
    """The path of a SQLite file that is not there, else ''. Opening would create it."""
    if not url.startswith("sqlite"):
        return ""
    path = make_url(url).database or ""
    return path if path and path != ":memory:" and not Path(path).exists() else ""


def _newest(world: World, engine: Engine) -> Finding:
    with transaction(engine) as session:
        columns = (CALLS.ended_ms, SEGMENTS.ended_ms, INTERVALS.ended_ms)
        newest = max((session.scalar(select(func.max(column))) or 0) for column in columns)
    if not newest:
        return Finding(say("ledger"), "info", say("ledger-none"))
    age_ms = max(0, world.clock.now_ms() - newest)
    details = {"newest_ms": newest, "age_ms": age_ms}
    return Finding(say("ledger"), "ok", say("ledger-newest", age=age(age_ms)), details=details)


def _kept(world: World, engine: Engine) -> Finding:
    """After how many days what is deleted, how old the oldest is, and how much of the reports is still to be rolled up."""
    days = {name: int(getattr(world.settings, f"keep_{name}_days")) for name in OLDEST}
    with transaction(engine) as session:
        oldest = {name: int(session.scalar(select(func.min(column))) or 0) for name, (_, column) in OLDEST.items()}
        stale = int(session.scalar(select(func.count()).select_from(REPORT_STALE)) or 0)
    kinds = []
    for name, at_ms in oldest.items():
        kind, rule = OLDEST[name][0], say("kept-days", n=days[name]) if days[name] else say("kept-ever")
        since = age(max(0, world.clock.now_ms() - at_ms))
        kinds.append(say("kept-kind-since", kind=kind, rule=rule, age=since) if at_ms else say("kept-kind", kind=kind, rule=rule))
    details = {"days": days, "oldest_ms": oldest, "report_quarters_stale": stale}
    return Finding(say("kept"), "ok", say("kept-all", kinds=[*kinds], stale=stale), details=details)


def _sounds(world: World, engine: Engine) -> Iterator[Finding]:
    """Whether every switch that pulls prompts has what was uploaded, as it said itself."""
    prompts = SqlPrompts(engine, SystemClock())
    wanted, places = prompts.files(), prompts.switches()
    if not wanted:
        return
    pull, n = say("uploaded-pull"), len(wanted)
    if not places:
        yield Finding(say("uploaded"), "critical", say("uploaded-nowhere", n=n), pull)
    for one in places:
        age_s = (world.clock.now_ms() - one["at_ms"]) // 1000
        node = safe(one["node"])
        details = {"node": one["node"], "missing": one["missing"], "age_s": age_s}
        if one["missing"]:
            text = say("uploaded-lacks", node=node, has=one["has"], n=n, names=[*map(safe, one["missing"][:5])])
            yield Finding(say("uploaded"), "critical", text, pull, details)
        elif age_s > SOUNDS_OLD_S:
            yield Finding(say("uploaded"), "warning", say("uploaded-old", node=node, s=age_s), pull, details)
        else:
            yield Finding(say("uploaded"), "ok", say("uploaded-there", node=node, n=n), details=details)


def _recordings(world: World, engine: Engine) -> Finding:
    """What engine and worker said of the recordings that ended in the last 24 hours. The index (checked_ms, ended_ms) answers."""
    since_ms = world.clock.now_ms() - RECORDINGS_OF_MS
    seen = or_(RECORDINGS.checked_ms == 0, RECORDINGS.checked_ms >= since_ms)
    asked = select(RECORDINGS.problem, func.count().label("number"))
    query = asked.where(seen, RECORDINGS.ended_ms >= since_ms).group_by(RECORDINGS.problem)
    with transaction(engine) as session:
        counts: dict[str, int] = {row.problem: row.number for row in session.execute(query)}
    total = sum(counts.values())
    bad = {problem: counts[problem] for problem in sorted(counts) if problem}
    details = {"hours": 24, "recordings": total, "problems": bad}
    if not bad:
        return Finding(say("files"), "ok", say("files-well", n=total), details=details)
    hints = tuple(dict.fromkeys(RECORDING_HINTS[problem].id for problem in bad if problem in RECORDING_HINTS))
    text = say("files-ill", n=total, problems=[_of(problem, n) for problem, n in bad.items()])
    hint = say("files-hint", hints=tuple(Said(one, {}) for one in hints)) if hints else None
    return Finding(say("files"), "warning", text, hint, details)


def _of(problem: str, n: int) -> Said:
    match problem:
        case "missing":
            return say("files-missing", n=n)
        case "empty":
            return say("files-empty", n=n)
        case "short":
            return say("files-short", n=n)
    return say("files-other", n=n, problem=safe(problem))
