"""How long reports and lists take over many calls: ``python -m scripts.bench.reports [--calls 1000000] [--mariadb]``.

Fills an empty database with days of calls (a queue segment, an offer, a talk and two agent intervals each), lets the roller of the
worker add up the rows of reports, and times what the web asks. Last line: JSON, times in milliseconds (the middle one of three).
"""
# ruff: noqa: S608, E501 - statements made of this file's own words only

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Engine

from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.localday import day_bounds, day_of
from cti_server.features.calls.service import CallQuery, Calls
from cti_server.features.calls.sql import SqlCalls
from cti_server.features.centre.seed import USERS
from cti_server.features.centre.seed_sql import seed_demo
from cti_server.features.centre.sql import tables_of
from cti_server.features.ledger.quarters import QUARTER_MS
from cti_server.features.reports.rollup import SETTLED_MS, Roller
from cti_server.features.reports.service import Reports
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows
from scripts.mariadb import MariaServer

DAYS, AGENTS, QUEUES = 10, 200, 10
TENANT = "bench"
ZONE = "Asia/Shanghai"
FIRST_DAY = "2026-03-01"
RUNS = 3


class Moment:
    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms


def fill(engine: Engine, calls: int, start: int, end: int) -> None:
    """INSERT ... SELECT over a row of numbers: the database makes the facts by itself."""
    lite = engine.dialect.name == "sqlite"
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {calls - 1})"
        if lite
        else f"WITH n AS (SELECT seq AS i FROM seq_0_to_{calls - 1})"
    )
    step = (end - start) // calls
    turn = step * AGENTS  # an agent's calls follow each other so
    talk = f"(20000 + (i * 7919) % {max(turn - 30_000, 1)})"

    def glue(*parts: str) -> str:
        return " || ".join(parts) if lite else f"CONCAT({', '.join(parts)})"

    at, wait = f"({start} + i * {step})", "((i * 104729) % 60000)"
    call, agent, queue = glue("'c'", "i"), glue("'a'", f"(i % {AGENTS})"), glue("'q'", f"(i % {QUEUES})")
    answered = "CASE WHEN i % 20 = 0 THEN 'abandoned' ELSE 'answered' END"
    number = glue("'138'", "(10000000 + (i * 7) % 89999999)")
    queued = glue("'{\"queued_ms\":'", at, "'}'")
    rows = {
        "calls": (
            "calls",
            "fact_id, call_id, node, direction, number, name, service_number, arrived_ms, ended_ms, outcome, last_queue, "
            "first_agent, first_team, last_agent, last_team, hung_up_by, cause, data, ivr_path, estimated",
            f"{call}, {call}, 'main', 'inbound', {number}, '', '95598', {at}, {at} + {wait} + {talk}, {answered}, {queue}, {agent}, 'day', {agent}, 'day', "
            "'customer', 'NORMAL_CLEARING', '{}', '[]', 0",
        )
    }
    segment = "fact_id, call_id, segment, queue, agent, team, leg, started_ms, ended_ms, counted_ms, outcome, estimated, detail"
    level = '\'{"service_level_s":20,"short_abandon_s":5}\''
    for kind, parts in {
        "queue": f"'queue', {queue}, '', '', '', {at}, {at} + {wait}, {at}, {answered}, 0, {level}",
        "offer": f"'offer', {queue}, {agent}, 'day', '', {at}, {at} + 3000, {at}, {answered}, 0, '{{}}'",
        "talk": f"'talk', {queue}, {agent}, 'day', '', {at} + {wait}, {at} + {wait} + {talk}, {at}, '', 0, {queued}",
    }.items():
        rows[kind] = ("segments", segment, f"{glue(repr(kind), 'i')}, {call}, {parts}")
    interval = "fact_id, agent, team, status, state, reason, queue, call_id, started_ms, ended_ms, estimated"
    same = f"{agent}, 'day', 'ready'"
    rows["talking"] = ("agent_intervals", interval, f"{glue(repr('t'), 'i')}, {same}, 'talking', '', {queue}, {call}, {at}, {at} + {talk}, 0")
    rows["idle"] = ("agent_intervals", interval, f"{glue(repr('i'), 'i')}, {same}, 'idle', '', '', '', {at} + {talk}, {at} + {turn}, 0")
    for kind, (table, columns, values) in rows.items():
        head, values = f"INSERT INTO {table} (tenant, {columns})", f"'{TENANT}', {values}"
        statement = f"{numbers} {head} SELECT {values} FROM n" if lite else f"{head} {numbers} SELECT {values} FROM n"
        with engine.connect() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%") if not lite else statement)
            connection.commit()
        print(f"  {kind}", file=sys.stderr, flush=True)
    SqlRolledRows(engine).mark(range(start - start % QUARTER_MS, end, QUARTER_MS))


def timed(what: Callable[[], Any]) -> float:
    """Milliseconds, the middle one of RUNS."""
    found = []
    for _ in range(RUNS):
        before = perf_counter()
        what()
        found.append((perf_counter() - before) * 1000)
    return round(statistics.median(found), 1)


def measure(url: str, calls: int) -> dict[str, Any]:
    migrate(url)
    engine = make_engine(url, TENANT)
    with transaction(engine) as session:
        seed_demo(session, dict.fromkeys((user.login for user in USERS), "-"), {"time_zone": ZONE})
    with transaction(engine) as session:
        config = tables_of(session, TENANT)
    start = day_bounds(FIRST_DAY, ZONE)[0]
    end = start + DAYS * 24 * 3_600_000
    before = perf_counter()
    fill(engine, calls, start, end)
    filled = perf_counter()
    now = Moment(end)
    reader, rows = SqlLedgerReader(engine), SqlRolledRows(engine)
    roller = Roller(rows, reader, now.now_ms, lambda at: None)
    roller.round(config)
    now.at_ms += SETTLED_MS
    while roller.round(config):
        pass
    rolled = perf_counter()
    lists = Calls(SqlCalls(engine), lambda: config)
    raw = Reports(reader, lists, lambda: config, now)
    reports = Reports(reader, lists, lambda: config, now, rows)
    day, last = day_of(start + 5 * 24 * 3_600_000, ZONE), day_of(end - 1, ZONE)
    assert reports.queues(day) == raw.queues(day)
    assert reports.agents(day) == raw.agents(day)
    return {
        "database": engine.dialect.name,
        "calls": calls,
        "days": DAYS,
        "fill_s": round(filled - before, 1),
        "roll_s": round(rolled - filled, 1),
        "queues_day_ms": timed(lambda: reports.queues(day)),
        "agents_day_ms": timed(lambda: reports.agents(day)),
        "queues_all_days_ms": timed(lambda: reports.queues(FIRST_DAY, interval_min=1440, until=last)),
        "agents_all_days_ms": timed(lambda: reports.agents(FIRST_DAY, interval_min=1440, until=last)),
        "queues_day_from_facts_ms": timed(lambda: raw.queues(day)),
        "agents_day_from_facts_ms": timed(lambda: raw.agents(day)),
        "calls_day_ms": timed(lambda: lists.find(CallQuery(day=day))),
        "calls_number_day_ms": timed(lambda: lists.find(CallQuery(day=day, number="1381234"))),
        "calls_number_all_ms": timed(lambda: lists.find(CallQuery(number="1381234"))),
        "intervals_of_last_hour_ms": timed(lambda: list(reader.intervals(end - 3_600_000, end))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.reports", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--mariadb", action="store_true", help="a MariaDB of its own instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as folder:
        if not options.mariadb:
            found = measure(f"sqlite:///{folder}/cti.db", options.calls)
        else:
            server = MariaServer(Path(folder) / "maria")
            server.start()
            try:
                found = measure(server.fresh_url(), options.calls)
            finally:
                server.stop()
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
