"""Reports and lists over a random day in both databases: they agree with the live figures and with each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from cti_server.adapters.sql.database import limited, make_engine, transaction
from cti_server.domain import kpi
from cti_server.domain.config import CentreConfig
from cti_server.domain.kpi import AGENT_PARTS, LISTED_OF_QUEUES, AgentRow
from cti_server.domain.localday import day_bounds
from cti_server.domain.numbers import search_for
from cti_server.errors import CtiError
from cti_server.features.calls import sql as reading
from cti_server.features.calls.service import CallQuery, Calls
from cti_server.features.calls.sql import SqlCalls
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.centre.seed import USERS
from cti_server.features.centre.seed_sql import is_empty, seed_demo
from cti_server.features.centre.sql import SqlConfigurations, SqlPhones, tables_of
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.reports.service import FigureQuery, Reports, queue_row
from cti_server.features.reports.sql import CHUNK, SqlLedgerReader
from cti_server.features.users.sql import SqlAccounts
from tests.features.ledger import ledger_facts as facts
from tests.migrated import migrated
from webapp.features.reports import files

DAY, ZONE = "2031-05-17", "Asia/Shanghai"
START, END = day_bounds(DAY, ZONE)
QUEUES, AGENTS = ("billing", "repair", "complaints"), ("1001", "1002", "1005")


class Noon:
    def now_ms(self) -> int:
        return START + 12 * 3_600_000


class Rig:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with transaction(engine) as session:
            assert is_empty(session)
            seed_demo(session, dict.fromkeys((user.login for user in USERS), "$argon2id$test"), {"time_zone": ZONE})
        with transaction(engine) as session:
            self.config: CentreConfig = tables_of(session, "main")
        self.calls = Calls(SqlCalls(engine), lambda: self.config)
        self.reports = Reports(SqlLedgerReader(engine), self.calls, lambda: self.config, Noon())
        self.facts: list[tuple[str, dict[str, Any]]] = []

    def store(self, *given: tuple[str, dict[str, Any]]) -> None:
        start = len(self.facts)
        self.facts += given
        batch = [read_fact(facts.raw(f"f{start + n}", kind, data)) for n, (kind, data) in enumerate(given)]
        SqlLedger(self.engine).write(batch, START + 1)


@pytest.fixture(params=["sqlite", "mariadb"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    url = f"sqlite:///{tmp_path}/cti.db" if request.param == "sqlite" else str(request.getfixturevalue("mariadb_url"))
    migrated(url)
    engine = make_engine(url)
    yield Rig(engine)
    engine.dispose()


def test_a_long_report_pauses_between_chunks(rig: Rig) -> None:
    rig.store(*[("segment", facts.segment("queue", START + n, START + n + 5, "answered")) for n in range(2 * CHUNK + 1)])
    pauses: list[int] = []
    reader = SqlLedgerReader(rig.engine, lambda: pauses.append(1))
    assert sum(1 for _ in reader.segments(START, END, ("queue",))) == 2 * CHUNK + 1
    assert len(pauses) >= 2


def random_day(seed: int, calls: int = 150) -> list[tuple[str, dict[str, Any]]]:
    """Calls that begin from an hour before the day to its end, some of them still running, and agents' intervals."""
    rng = random.Random(seed)
    made: list[tuple[str, dict[str, Any]]] = []
    for number in range(calls):
        call_id, queue, agent = f"c{number}", rng.choice(QUEUES), rng.choice(AGENTS)
        at = rng.randrange(START - 3_600_000, END)
        outcome = rng.choice(["answered"] * 5 + ["abandoned", "abandoned", "overflowed", "failed", "switch-lost"])
        waited = rng.choice([1000, 4999, 5000, 20_000, 20_001, 90_000])
        here = {"call_id": call_id, "queue": queue}
        levels = {"service_level_s": rng.choice([15, 20]), "short_abandon_s": 5} if rng.random() < 0.5 else {}
        made.append(("segment", facts.segment("queue", at, at + waited, outcome, detail=levels, **here)))
        for why in rng.choices(["no-answer", "rejected"], k=rng.randrange(2)):
            made.append(("segment", facts.segment("offer", at, at + 500, why, agent=rng.choice(AGENTS), **here)))
        end = at + waited
        if outcome == "answered":
            made.append(("segment", facts.segment("offer", at + 500, end, "answered", agent=agent, team="day", **here)))
            for kind in ("talk", "hold", "conference", "consult", "wrap_up")[: rng.randrange(6)]:
                length = rng.randrange(1, 400_000)
                made.append(
                    ("segment", facts.segment(kind, end, end + length, agent=agent, team="day", detail={"queued_ms": at}, **here))
                )
                state = {"talk": "talking", "conference": "talking", "hold": "holding", "consult": "consulting"}.get(kind, kind)
                made.append(("agent_interval", facts.interval(agent, "ready", state, end, end + length, call_id=call_id)))
                end += length
        if rng.random() < 0.9:
            last = rng.choice(AGENTS)
            who = {"first_agent": agent, "first_team": "day", "last_agent": last, "last_team": rng.choice(["day", "night"])}
            if outcome != "answered":
                who = dict.fromkeys(who, "")
            made.append(("call", facts.call(call_id, arrived_ms=at, ended_ms=end, outcome=outcome, last_queue=queue, **who)))
    for agent in AGENTS:
        made.append(("agent_interval", facts.interval(agent, "ready", "idle", START - 7_200_000, START + 5_400_000)))
        made.append(("agent_interval", facts.interval(agent, "not_ready", "idle", END - 60_000, END + 60_000)))
    return made


@pytest.mark.parametrize("minutes", [15, 60])
def test_live_rows_and_report_agree_and_every_count_is_its_list(rig: Rig, minutes: int) -> None:
    rig.store(*random_day(minutes))
    queues = {**rig.config.queues, "repair": replace(rig.config.queues["repair"], service_level_formula="negative")}
    rig.config = replace(rig.config, queues=queues)
    report = rig.reports.queues(DAY, interval_min=minutes)
    live = {queue: queue_row(rig.config, queue, START, END) for queue in rig.config.queues}
    for kind, data in rig.facts:
        if kind == "segment" and data["queue"] in live:
            live[data["queue"]].add_segment(data)
    own = {queue: config.service_level_formula for queue, config in rig.config.queues.items()}
    assert report["totals"] == {queue: kpi.figures(row, own[queue]) for queue, row in live.items()}
    assert {(row["queue"], row["formula"]) for row in report["rows"]} <= set(own.items())
    whole = kpi.merge(live.values())
    level = [kpi.FORMULAS[own[queue]].parts(row) for queue, row in live.items()]
    mixed = {"queue": "", "formula": "", "service_level": sum(n for n, _ in level) / sum(of for _, of in level)}
    assert report["all"] == {**kpi.figures(whole, "positive"), **mixed}
    assert report["all"]["asa_s"] == whole.wait_ms / 1000 / whole.answered, "weighted by calls"
    given = rig.reports.queues(DAY, formula="positive")
    assert given["all"] == {**kpi.figures(whole, "positive"), "queue": ""}
    assert given["totals"] == {queue: kpi.figures(row, "positive") for queue, row in live.items()}
    assert sum(row["offered"] for row in report["rows"]) > 50
    for row in [*report["rows"][::7], *report["totals"].values()]:
        for figure in LISTED_OF_QUEUES:
            query = FigureQuery(row["queue"], "", row["start_ms"], row["end_ms"], (figure,), 1, 500)
            found = rig.reports.calls(query)
            assert len(found["items"]) == found["total"]
            if figure.endswith("_ms"):
                assert (found["total"] > 0) == (row[figure] > 0)
            else:
                assert found["total"] == row[figure], figure


def test_agents_agree_with_live_rows_and_their_lists(rig: Rig) -> None:
    rig.store(*random_day(3))
    report = rig.reports.agents(DAY)
    live = {agent: AgentRow(agent, START, END) for agent in rig.config.agents}
    for kind, data in rig.facts:
        if kind == "agent_interval":
            live[data["agent"]].add_interval(data)
        elif kind == "segment" and data["agent"] in live:
            live[data["agent"]].add_segment(data)
        elif kind == "call":
            for row in live.values():
                row.add_call(data)
    assert report["totals"] == {agent: kpi.figures(row) for agent, row in live.items()}
    assert report["totals"]["1001"]["not_ready_ms"] == 60_000
    assert 0 < report["all"]["passed_on"] < report["all"]["first_in"] == report["all"]["last_in"]
    assert report["all"] == {**kpi.figures(kpi.merge(live.values())), "agent": ""}
    for row in [*report["rows"][::11], report["totals"]["1002"]]:
        for figure in AGENT_PARTS:
            query = FigureQuery("", row["agent"], row["start_ms"], row["end_ms"], (figure,), 1, 500)
            found = rig.reports.calls(query)
            if not figure.endswith("_ms"):
                assert found["total"] == row[figure], figure
            elif figure in ("talk_ms", "hold_ms", "wrap_up_ms"):
                assert (found["total"] > 0) == (row[figure] > 0)
    one = rig.reports.agents(DAY, team="care")
    assert set(one["totals"]) == {"1005", "1006", "1007", "1008"}


def test_a_report_names_its_formula_zone_day_and_age(rig: Rig) -> None:
    report = rig.reports.queues()
    assert (report["day"], report["zone"], report["formula"], report["rows"]) == (DAY, ZONE, "", [])
    assert report["as_of_ms"] == 0
    rig.store(("segment", facts.segment("queue", START, START + 1000, "answered")))
    assert rig.reports.queues(formula="negative")["formula"] == "negative"
    assert rig.reports.queues()["as_of_ms"] == START + 1
    queues = {**rig.config.queues, "complaints": replace(rig.config.queues["complaints"], service_level_formula="of-answered")}
    rig.config = replace(rig.config, queues=queues)
    assert [row["formula"] for row in rig.reports.queues()["totals"].values()] == [
        "of-answered" if queue == "complaints" else "answered-offered" for queue in sorted(queues)
    ]
    for wrong in ({"formula": "best"}, {"day": "today"}, {"interval_min": 7}):
        with pytest.raises(CtiError):
            rig.reports.queues(**wrong)  # type: ignore[arg-type]


def test_the_calls_behind_a_figure_are_by_their_arrival_which_the_list_shows(rig: Rig) -> None:
    for call_id, arrived, queued in (("early", 0, 300_000), ("late", 60_000, 120_000), ("runs", 90_000, 100_000)):
        times = {"call_id": call_id, "leg": f"leg-{call_id}"}
        rig.store(
            ("segment", facts.segment("ivr", START + arrived, START + queued, queue="", **times)),
            ("segment", facts.segment("queue", START + queued, START + queued + 5_000, "abandoned", **times)),
        )
        if call_id != "runs":
            rig.store(("call", facts.call(call_id, arrived_ms=START + arrived, ended_ms=START + queued + 5_000)))
    found = rig.reports.calls(FigureQuery("", "", START, END, ("abandoned",)))
    assert [row["id"] for row in found["items"]] == ["runs", "late", "early"]
    assert [row["arrived_ms"] for row in found["items"]] == [START + 90_000, START + 60_000, START]
    (second,) = rig.reports.calls(FigureQuery("", "", START, END, ("abandoned",), 2, 1))["items"]
    assert second["id"] == "late"


def test_a_queue_that_never_was_has_no_row_and_no_total(rig: Rig) -> None:
    rig.store(*random_day(3))
    report = rig.reports.queues(DAY, queue="nowhere")
    assert (report["rows"], report["totals"], report["all"]["offered"]) == ([], {}, 0)
    assert rig.reports.agents(DAY, agent="9999")["totals"] == {}


def test_wrong_figures_are_refused(rig: Rig) -> None:
    for query in (
        FigureQuery("repair", "", 0, 1, ("rona",)),
        FigureQuery("repair", "", 0, 1, ("waiting",)),
        FigureQuery("repair", "", 0, 1, ()),
        FigureQuery("repair", "1001", 0, 1, ("answered",)),
    ):
        with pytest.raises(CtiError):
            rig.reports.calls(query)


def one_call(call_id: str, at: int, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    where = {"call_id": call_id, "agent": "1001"}
    return [
        ("call", facts.call(call_id, arrived_ms=at, ended_ms=at + 90_000, **more)),
        ("segment", facts.segment("queue", at, at + 7_000, "answered", call_id=call_id)),
        ("segment", facts.segment("talk", at + 7_000, at + 37_000, **where)),
        ("segment", facts.segment("hold", at + 37_000, at + 47_000, **where)),
        ("segment", facts.segment("talk", at + 47_000, at + 57_000, **where)),
        ("segment", facts.segment("wrap_up", at + 57_000, at + 60_000, **where)),
        ("recording", facts.recording(f"r-{call_id}", call_id=call_id)),
        ("disposition", facts.disposition("resolved", at + 60_000, call_id=call_id)),
    ]


def test_a_call_with_all_its_parts(rig: Rig) -> None:
    rig.store(*one_call("c1", START + 5))
    found = rig.calls.find(CallQuery(day=DAY))
    assert found["total"] == 1
    assert found["items"][0] == {
        "id": "c1",
        "direction": "inbound",
        "number": "13812345678",
        "name": "张三",
        "service_number": "95598",
        "queue": "repair",
        "agent": "1001",
        "arrived_ms": START + 5,
        "ended_ms": START + 90_005,
        "outcome": "answered",
        "wait_ms": 7_000,
        "talk_ms": 40_000,
        "talk_by_agent": {"1001": 40_000},
        "hold_ms": 10_000,
        "wrap_up_ms": 3_000,
        "recording_id": "r-c1",
        "recorded": [{"agents": ["1001"], "queue": "repair", "box": ""}],
        "disposition": "resolved",
        "note": "客户满意",
    }
    detail = rig.calls.detail("c1")
    assert detail is not None
    assert [s["segment"] for s in detail["segments"]] == ["queue", "talk", "hold", "talk", "wrap_up"]
    assert detail["recordings"][0]["id"] == "r-c1"
    assert detail["dispositions"][0]["code"] == "resolved"
    assert detail["call"] == {
        **found["items"][0],
        "hung_up_by": "customer",
        "ivr_path": [{"node": "menu", "pressed": "2", "label": "repair"}],
        "data": {"account": "12345678"},
    }
    assert rig.calls.detail("nobody") is None


def test_who_goes_on_to_another_queue_has_waited_once(rig: Rig) -> None:
    waits = (("repair", 0, 10, "overflowed"), ("billing", 0, 25, "answered"), ("repair", 60, 65, "abandoned"))
    for queue, at, to, outcome in waits:
        times = (START + at * 1000, START + to * 1000)
        rig.store(("segment", facts.segment("queue", *times, outcome, call_id="c8", queue=queue, leg=queue + str(at))))
    detail = rig.calls.detail("c8")
    assert detail is not None
    assert detail["call"]["wait_ms"] == 30_000


def test_a_running_call_shows_what_is_known(rig: Rig) -> None:
    rig.store(("segment", facts.segment("queue", START, START + 1000, "answered", call_id="c7")))
    found = rig.reports.calls(FigureQuery("repair", "", START, END, ("answered",)))
    assert [(row["id"], row["outcome"], row["wait_ms"]) for row in found["items"]] == [("c7", "", 1000)]
    detail = rig.calls.detail("c7")
    assert detail is not None
    assert [detail["call"][key] for key in ("hung_up_by", "ivr_path", "data")] == ["", [], {}]


def test_the_day_on_which_clocks_go_back_is_one_row_of_25_hours(rig: Rig) -> None:
    rig.config = replace(rig.config, time_zone="Europe/Berlin")
    start, end = day_bounds("2026-10-25", "Europe/Berlin")
    hours = (0, 1, 2.1, 3.1, 10, 24.5)
    rig.store(*(call for n, hour in enumerate(hours) for call in one_call(f"c{n}", start + int(hour * 3_600_000))))
    report = rig.reports.queues("2026-10-25", interval_min=1440)
    assert [(row["start_ms"], row["end_ms"], row["offered"]) for row in report["rows"]] == [(start, end, len(hours))]
    hourly = rig.reports.queues("2026-10-25", interval_min=60)["rows"]
    shown = [files.local_time(row["start_ms"], "Europe/Berlin") for row in hourly]
    assert shown == [
        "2026-10-25 00:00 +02:00", "2026-10-25 01:00 +02:00", "2026-10-25 02:00 +02:00", "2026-10-25 02:00 +01:00",
        "2026-10-25 09:00 +01:00", "2026-10-25 23:00 +01:00",
    ]  # fmt: skip
    assert files.local_time(start - 1, "Europe/Berlin") == "2026-10-24 23:59"


def test_intervals_of_a_day_are_those_that_reach_into_it_however_long_they_are(rig: Rig) -> None:
    hour = 3_600_000
    spans = {
        ("1001", START - 900 * hour, START - 800 * hour): False,
        ("1001", START - 100 * hour, START + hour): True,  # much longer than a day
        ("1001", START + hour, START + 2 * hour): True,
        ("1002", START - 23 * hour, START + 1): True,
        ("1002", START - 48 * hour, START - 23 * hour): False,
        ("1005", START - 25 * hour, START): False,
        ("1005", END - 1, END + hour): True,
        ("1005", END, END + hour): False,
        ("gone", START - 500 * hour, END + 500 * hour): True,  # nobody of the configuration
    }
    rig.store(*(("agent_interval", facts.interval(a, "ready", "idle", start, end)) for a, start, end in spans))
    reader = SqlLedgerReader(rig.engine)

    def found(**only: str) -> set[tuple[str, int, int]]:
        rows = list(reader.intervals(START, END, **only))
        assert len(rows) == len({(row["agent"], row["started_ms"]) for row in rows})
        return {(row["agent"], row["started_ms"], row["ended_ms"]) for row in rows}

    assert found() == found(team="day") == {span for span, wanted in spans.items() if wanted}
    for agent in ("1001", "1002", "1005", "gone", "nobody"):
        assert found(agent=agent) == {span for span, wanted in spans.items() if wanted and span[0] == agent}


def test_search(rig: Rig) -> None:
    for number in range(5):
        rig.store(*one_call(f"c{number}", START + number, number=f"1380000000{number}"))
    rig.store(("call", facts.call("x%1", arrived_ms=START - 1, number="95%27", last_queue="billing", outcome="abandoned")))

    def ids(**query: Any) -> list[str]:
        return [row["id"] for row in rig.calls.find(CallQuery(**query))["items"]]

    assert ids() == ["c4", "c3", "c2", "c1", "c0", "x%1"]
    assert ids(day=DAY) == ["c4", "c3", "c2", "c1", "c0"]
    assert ids(day=DAY, from_ms=START + 3) == ["c4", "c3"]
    assert ids(to_ms=START + 1) == ["c0", "x%1"]
    assert ids(number="00003") == ["c3"]
    assert ids(number="%") == ["x%1"]
    assert ids(number="5_2") == []
    rig.store(*one_call("d1", START - 3, number="+86138-1111-2222"), *one_call("d2", START - 4, number="013811112222"))
    for written in ("13811112222", "+86 138 1111 2222", "sip:+8613811112222@10.0.0.1", "008613811112222", "(0138) 1111-2222"):
        assert ids(number=written) == ["d1", "d2"], written
    assert ids(number="1111-2222") == ["d1", "d2"]
    assert ids(number="+4913811112222") == []
    assert ids(number="8613811112222") == ["d1", "d2"], "its + was lost"
    assert (ids(until="1971-01-01"), len(ids(until="2100-01-01"))) == ([], 8)
    rig.store(*one_call("n1", START - 5, number="Anonymous"), *one_call("n2", START - 6, number="+1-800-FLOWERS"))
    assert [ids(number=text) for text in ("ANONYMOUS", "flowers", "800Flow")] == [["n1"], ["n2"], ["n2"]]
    assert ids(queue="billing") == ["x%1"]
    assert ids(agent="1001", per_page=2, page=2) == ["c2", "c1"]
    assert ids(agent="1002") == []
    assert ids(outcome="abandoned") == ["x%1"]


def test_people_and_phones(rig: Rig) -> None:
    accounts, phones = SqlAccounts(rig.engine), SqlPhones(rig.engine)
    account = accounts.by_login(" Li.Wei ")
    assert account is not None
    assert (account.name, account.role, account.agent_id, account.team) == ("李伟", "agent", "1001", "day")
    assert "argon2" not in repr(account)
    accounts.set_locale(account.id, "en")
    assert accounts.by_id(account.id) == replace(account, locale="en")
    assert accounts.by_login("nobody") is accounts.by_id(99_999) is None
    assert {accounts.by_login(name).role for name in ("zhao.lei", "grace.miller")} == {"leader"}  # type: ignore[union-attr]
    own, other = phones.phone("1001"), phones.phone("1002")
    assert own is not None
    assert other is not None
    assert own.agent_id == "1001"
    assert len(own.password) >= 16
    assert own.password != other.password
    assert phones.phone("9999") is None
    seat = phones.phone("1101")
    assert seat is not None
    assert (seat.extension, seat.agent_id, len(seat.password) >= 16) == ("1101", "", True)
    with transaction(rig.engine) as session:
        assert tables_of(session, "main").free_seating == ("1101", "1102")


def test_the_newest_version_is_known_whatever_its_document(rig: Rig) -> None:
    store = SqlConfigurations(rig.engine)
    assert store.newest() is None
    with transaction(rig.engine) as session:
        for version in (1, 7):
            session.add(ConfigVersion(version=version, at_ms=version, author="test", document="{" * version))
    assert store.newest() == b"{" * 7


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT COUNT(*) FROM n",
    "mysql": "SELECT COUNT(*) FROM seq_1_to_1000000000000 WHERE seq % 7 = 3",
}


def test_a_search_that_takes_too_long_is_stopped_and_says_what_to_do(rig: Rig) -> None:
    with transaction(rig.engine) as session:
        with pytest.raises(CtiError, match="by days") as refused, limited(session, 0.05):
            session.execute(text(ENDLESS[rig.engine.dialect.name]))
        assert refused.value.error_id == "search-too-long"
        assert session.scalar(text("SELECT 1")) == 1, "the connection is as it was"


@pytest.mark.parametrize(
    ("number", "terms"), [("13800138000", 1), ("138-0013", 1), ("flowers", 1), ("+8613800138000", 5), ("5_2", 1)]
)
def test_a_part_of_a_number_is_looked_for_once_in_each_number(number: str, terms: int) -> None:
    assert len(list(reading._number_conditions(search_for(number, "86")))) == terms
