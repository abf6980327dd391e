"""Lines of the switch's fallback queue: what they mean, what is refused, and that each counts once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig
from cti_server.errors import BadFact, CtiError, DatabaseAway
from cti_server.events.facts import CallFact
from cti_server.features.ledger.fallback import Booking, Known, Line, agent_of, facts_of, read_line
from cti_server.features.ledger.service import Row

CONFIG = CentreConfig(
    version=1,
    tenant="main",
    agents={"a1": AgentConfig("a1", "王芳", "1001", "day", {"repair": 1})},
    queues={"repair": QueueConfig("repair", "报修", service_level_s=30)},
    service_numbers={"95598": ServiceNumberConfig("95598", "客服", "", "repair")},
)
NEW = {
    "uuid": "11111111-aaaa", "cti_call": "", "number": "13800138000", "name": "张三", "dialled": "95598",
    "trunk": "t", "queue": "", "enqueued_at": "", "start_us": "1000000000", "answer_us": "1000500000", "hangup_us": "1060000000",
    "agent": "1001", "agent_answered_s": "1020", "queue_result": "answered", "hangup_cause": "NORMAL_CLEARING",
    "hung_up_by": "recv_bye", "recording": "/rec/fallback/11111111-aaaa.wav",
}  # fmt: skip
LOST = {"agent": "", "agent_answered_s": "", "queue_result": "cancel"}


def line(**changed: str) -> bytes:
    return json.dumps({**NEW, **changed}).encode()


def rows(known: Known | None = None, /, **changed: str) -> dict[str, Row]:
    return {fact.fact_id.rpartition(":")[2]: fact for fact in facts_of(read_line(line(**changed)), CONFIG, "main", known)}


def test_an_answered_call() -> None:
    found = rows()
    assert list(found) == ["call", "queue", "talk", "recording"]
    call = found["call"].columns
    assert (call["call_id"], call["outcome"], call["last_queue"], call["last_agent"]) == (
        "fallback-11111111-aaaa", "answered", "repair", "a1",
    )  # fmt: skip
    assert (call["arrived_ms"], call["ended_ms"], call["hung_up_by"], call["name"]) == (1_000_000, 1_060_000, "customer", "张三")
    queue = found["queue"].columns
    assert (queue["started_ms"], queue["ended_ms"], queue["outcome"], queue["team"]) == (1_000_000, 1_020_000, "answered", "day")
    assert queue["detail"] == {"fallback": True, "service_level_s": 30, "short_abandon_s": 5}
    talk = found["talk"].columns
    assert (talk["started_ms"], talk["ended_ms"], talk["counted_ms"]) == (1_020_000, 1_060_000, 1_000_000)
    recording = found["recording"].columns
    assert (recording["length_ms"], recording["agents"], recording["path"]) == (40_000, ["a1"], NEW["recording"])


@pytest.mark.parametrize(
    ("changed", "outcome", "by"),
    [
        (LOST, "abandoned", "customer"),
        ({**LOST, "hung_up_by": "recv_cancel"}, "abandoned", "customer"),
        ({**LOST, "hung_up_by": "send_bye"}, "failed", "system"),
        ({"hung_up_by": "send_bye"}, "answered", "agent"),
    ],
)
def test_how_it_ended(changed: dict[str, str], outcome: str, by: str) -> None:
    found = rows(**changed)
    assert (found["call"].columns["outcome"], found["queue"].columns["outcome"], found["call"].columns["hung_up_by"]) == (
        outcome,
        outcome,
        by,
    )
    assert ("recording" in found) == (outcome == "answered")


def test_a_number_without_a_queue_counts_for_the_switchs_own() -> None:
    assert rows(dialled="40000")["queue"].columns["queue"] == "cti_fallback"


def test_a_place_in_line_is_kept() -> None:
    found = rows(queue="repair", enqueued_at="990000", start_us="900000000")
    assert (found["queue"].columns["started_ms"], found["talk"].columns["counted_ms"]) == (990_000, 990_000)


def test_of_a_call_that_the_ledger_has_only_what_is_new() -> None:
    assert list(rows(Known("repair", 950_000), cti_call="7-1")) == ["talk", "recording"]
    assert list(rows(Known("", 0), cti_call="7-1")) == ["queue", "talk", "recording"]
    assert {fact.columns["call_id"] for fact in rows(Known("", 0), cti_call="7-1").values()} == {"7-1"}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no JSON"),
        (b'{"uuid":"x"', "no JSON"),
        (b"[]", "no object"),
        (b"\xff\xfe", "no JSON"),
        (line(uuid=""), "uuid"),
        (line(uuid="../x"), "uuid"),
        (line(cti_call="7 1"), "cti_call"),
        (line(start_us="", hangup_us="0", agent=""), "tell no moment"),
        (line(start_us="-1", hangup_us="x", agent_answered_s="soon"), "tell no moment"),
    ],
)
def test_a_broken_line_says_why(raw: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_line(raw)


@pytest.mark.parametrize(
    ("changed", "times"),
    [
        ({"start_us": "9000000000", "hangup_us": "8000000000"}, (9_000_000, 9_000_000)),  # the clock was set back
        ({"hangup_us": ""}, (1_000_000, 1_000_000)),
        ({"start_us": "-1"}, (1_020_000, 1_060_000)),  # the agent's answer is the first moment that is known
        ({"start_us": "٣", **LOST}, (1_060_000, 1_060_000)),
        ({"start_us": "9" * 18, "enqueued_at": "990000"}, (990_000, 1_060_000)),
        ({"agent_answered_s": "soon"}, (1_000_000, 1_060_000)),
        ({"agent_answered_s": "1061"}, (1_000_000, 1_060_000)),  # after the end
        ({"agent_answered_s": "998"}, (1_000_000, 1_060_000)),
        ({"enqueued_at": "1060001"}, (1_000_000, 1_060_000)),
        ({"queue": "q" * 33}, (1_000_000, 1_060_000)),
        ({"recording": "/" * 1025}, (1_000_000, 1_060_000)),
    ],
)
def test_an_odd_figure_never_loses_the_call(changed: dict[str, str], times: tuple[int, int]) -> None:
    found = rows(**changed)
    call = found["call"].columns
    assert (call["arrived_ms"], call["ended_ms"], call["estimated"]) == (*times, True)
    assert all(fact.columns["started_ms"] <= fact.columns["ended_ms"] for fact in found.values() if "started_ms" in fact.columns)


def test_what_the_switch_wrote_as_a_number_is_a_text() -> None:
    assert read_line(line()[:-1] + b',"enqueued_at":990000}').queued_ms == 990_000


def test_a_name_in_gbk_is_readable_and_a_number_is_its_user_part() -> None:
    raw = line(number="sip:+8613800138000@10.0.0.1", name="NAME").replace(b"NAME", "张三".encode("gbk"))
    assert (read_line(raw).name, read_line(raw).number) == ("张三", "+8613800138000")
    assert read_line(b"\xef\xbb\xbf" + line(name="张三")).name == "张三"
    cut = line(name="NAME").replace(b"NAME", "张三李".encode()[:-1])
    assert read_line(cut).name == "张三", "a name that was cut inside a character is no other name"


@pytest.mark.parametrize("dialled", ["+8695598", "008695598", "95598;npdi=yes", "sip:95598@carrier.example"])
def test_the_service_number_in_any_form(dialled: str) -> None:
    call = rows(dialled=dialled)["call"].columns
    assert (call["service_number"], call["last_queue"]) == ("95598", "repair")


def test_an_agent_is_found_by_phone_before_by_id() -> None:
    people = {
        "1002": AgentConfig("1002", "B", "2002", "day", {}),
        "1001": AgentConfig("1001", "A", "1002", "night", {}),
        "1003": AgentConfig("1003", "C", "2003", "day", {}),
    }
    config = replace(CONFIG, agents=people)
    found = {who: agent_of(read_line(line(agent=who)), config) for who in ("1002", "2002", "1003", "9", "")}
    assert found == {"1002": ("1001", "night"), "2002": ("1002", "day"), "1003": ("1003", "day"), "9": ("9", ""), "": ("", "")}


# ---------------------------------------------------------------- booking


class Tables:
    """Keeps what is written, by id as the tables do."""

    def __init__(self) -> None:
        self.facts: dict[str, Row] = {}
        self.calls: dict[str, Known] = {}
        self.mended: list[tuple[Line, str, str]] = []
        self.marks: dict[str, int] = {}
        self.complete_ms = 0
        self.away = False

    def as_of_ms(self) -> int:
        return self.complete_ms

    def known(self, call_id: str) -> Known | None:
        return self.calls.get(call_id)

    def write(self, batch: Sequence[Row], as_of_ms: int) -> int:
        if self.away:
            raise DatabaseAway("gone")
        if any(fact.columns.get("number") == "refused" for fact in batch):
            raise BadFact("too long")
        self.facts |= {fact.fact_id: fact for fact in batch}
        return len(batch)

    def mend(self, line: Line, agent: str, team: str) -> bool:
        self.mended.append((line, agent, team))
        return True

    def mark(self, name: str) -> int:
        return self.marks.get(name, 0)

    def set_mark(self, name: str, value: int) -> None:
        self.marks[name] = value


class Lines:
    """A file in memory, two lines at a time."""

    name = "fallback:1"

    def __init__(self, *raws: bytes) -> None:
        self.raw = b"".join(raw + b"\n" for raw in raws)

    def count(self, offset: int) -> int:
        return self.raw[:offset].count(b"\n")

    def lines(self, offset: int) -> list[tuple[int, bytes]]:
        found = []
        for raw in self.raw[offset:].split(b"\n")[:-1][:2]:
            offset += len(raw) + 1
            found.append((offset, raw))
        return found


class Desk:
    def __init__(self) -> None:
        self.tables = Tables()
        self.mirror: set[str] = set()
        self.broken: list[tuple[int, str]] = []
        self.restart()

    def restart(self) -> None:
        self.booking = Booking(
            self.tables,
            lambda call_id: call_id in self.mirror,
            "main",
            lambda file, number, why: self.broken.append((number, why)),
        )

    def run(self, file: Lines, now_ms: int = 1) -> None:
        self.booking.run([file], CONFIG, now_ms)

    def booked(self) -> list[str]:
        return [fact.columns["call_id"] for fact in self.tables.facts.values() if fact.fact is CallFact]


def test_lines_are_booked_once_also_after_a_restart_and_broken_ones_are_named() -> None:
    desk = Desk()
    file = Lines(line(), b"{broken", line(uuid="u2"), line(uuid="u3", number="refused"))
    desk.run(file)
    desk.run(file)
    assert (desk.booked(), [number for number, _ in desk.broken]) == (["fallback-11111111-aaaa", "fallback-u2"], [2, 4])
    assert desk.tables.marks == {file.name: len(file.raw)}
    desk.restart()
    file.raw += b"worse\n" + line(uuid="u5") + b"\n" + line(uuid="u6")[:20]
    desk.run(file)
    assert (desk.booked()[2:], desk.broken[2][0], desk.booking.booked) == (["fallback-u5"], 5, 1)


def test_with_the_database_away_nothing_is_lost() -> None:
    desk = Desk()
    file = Lines(line(uuid="u1"), line(uuid="u2"))
    desk.tables.away = True
    with pytest.raises(CtiError, match="database-away"):
        desk.run(file)
    desk.tables.away = False
    desk.run(file)
    assert desk.booked() == ["fallback-u1", "fallback-u2"]


def test_a_call_that_a_daemon_will_book_waits_and_is_completed() -> None:
    desk = Desk()
    desk.mirror = {"7-1"}
    file = Lines(line(cti_call="7-1", uuid="u1"), line(uuid="u2"))
    for now in range(1, 4):
        desk.tables.complete_ms = now
        desk.run(file, now)
    assert (desk.booked(), desk.booking.waiting, desk.tables.marks) == (["fallback-u2"], 1, {})
    desk.mirror.clear()
    desk.tables.calls["7-1"] = Known("repair", 950_000)
    desk.run(file, 9)
    desk.run(file, 10)
    assert (desk.booked(), desk.booking.waiting) == (["fallback-u2"], 0)
    ((mended, agent, team),) = desk.tables.mended
    assert (mended.call_id, mended.outcome, mended.waited_until_ms, mended.ended_ms) == ("7-1", "answered", 1_020_000, 1_060_000)
    assert (agent, team, mended.hung_up_by, mended.cause) == ("a1", "day", "customer", "NORMAL_CLEARING")
    assert sorted(name for name in desk.tables.facts if ":u1:" in name) == ["fallback:u1:recording", "fallback:u1:talk"]
    assert desk.tables.marks == {file.name: len(file.raw)}


def test_a_call_that_nobody_will_book_is_booked_when_no_fact_can_be_on_its_way() -> None:
    desk = Desk()
    file = Lines(line(cti_call="7-1"))
    desk.tables.complete_ms = 50
    desk.run(file, 100)
    desk.tables.complete_ms = 99
    desk.run(file, 110)
    assert desk.booked() == []
    desk.tables.complete_ms = 100
    desk.run(file, 120)
    assert (desk.booked(), desk.tables.mended) == (["7-1"], [])


def test_waiting_lines_hold_up_nobody_and_survive_a_restart() -> None:
    desk = Desk()
    desk.mirror = {"7-1"}
    file = Lines(line(uuid="u1"), line(cti_call="7-1", uuid="u2"), line(uuid="u3"))
    desk.run(file)
    assert desk.tables.marks == {file.name: len(line(uuid="u1")) + 1}
    desk.restart()
    desk.run(file)
    assert (desk.booked(), desk.booking.waiting) == (["fallback-u1", "fallback-u3"], 1)


def test_an_unknown_agent_is_named_as_the_switch_names_him() -> None:
    found = facts_of(replace(read_line(line()), agent="1999"), CONFIG, "main", None)
    assert found[0].columns["last_agent"] == "1999"
