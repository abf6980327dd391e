"""The comparison of ``make soak-faults`` sees what must not be, and only that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from scripts.soak.books import TOLD_APART, AlarmSeen, Window, compare, read_truth
from scripts.soak.faults import MUST_BE_NONE

NUMBER, LEG = "13800138000", "leg-1"
DAY_MS = 1_800_000_000_000
STORY = (("arrived", 0, ""), ("bridged", 5_000, "2001"), ("unbridged", 24_900, "2001"), ("ended", 25_000, ""))
"""(what, ms since DAY_MS, with whom)."""


def truth(folder: Path, *legs: str) -> Path:
    path = folder / "truth.jsonl"
    rows = [
        {"what": what, "at_us": (DAY_MS + at) * 1000, "uuid": leg, "number": NUMBER, "with": partner}
        for leg in legs or (LEG,)
        for what, at, partner in STORY
    ]
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


def call(**changed: Any) -> dict[str, Any]:
    row = {"call_id": "7-1", "number": NUMBER, "outcome": "answered", "arrived_ms": DAY_MS, "estimated": False}
    return row | {"ended_ms": DAY_MS + 25_000} | changed


def talk(start: int = 5_000, end: int = 25_000, **changed: Any) -> dict[str, Any]:
    row = {"call_id": "7-1", "segment": "talk", "agent": "2001", "outcome": "answered", "estimated": False}
    return row | {"started_ms": DAY_MS + start, "ended_ms": DAY_MS + end} | changed


def verdict(
    folder: Path, calls: list[Any], segments: list[Any], *alarms: AlarmSeen, windows: tuple[Window, ...] = ()
) -> set[str]:
    """The names of what is not 0."""
    log = folder / "daemon.log"
    log.write_text("")
    truths = read_truth(truth(folder))
    found = compare(truths, lambda text: calls if "FROM calls" in text else segments, alarms, windows, log)
    return {name for name in (*MUST_BE_NONE, *TOLD_APART) if found[name]}


@pytest.mark.parametrize(
    ("calls", "segments", "expected"),
    [
        ([call()], [talk()], set()),
        ([call()], [talk(end=25_900)], set()),
        ([], [], {"answered_lost"}),
        ([call(outcome="abandoned")], [], {"answered_lost"}),
        ([call(), call(call_id="7-2")], [talk()], {"doubles"}),
        ([call()], [talk(), talk(start=20_000)], {"doubles", "wrong_unmarked"}),
        ([call()], [talk(end=30_000)], {"wrong_unmarked"}),
        ([call(ended_ms=DAY_MS + 29_000)], [talk()], {"wrong_unmarked"}),
        ([call(estimated=True)], [talk(end=30_000)], set()),
        ([call()], [talk(end=30_000, estimated=True)], set()),
    ],
)
def test_books(tmp_path: Path, calls: list[Any], segments: list[Any], expected: set[str]) -> None:
    assert verdict(tmp_path, calls, segments) == expected


def test_what_is_late_because_the_daemon_stood_still_is_told_apart(tmp_path: Path) -> None:
    window = Window("pause daemon", DAY_MS + 24_000, DAY_MS + 28_000)
    assert verdict(tmp_path, [call()], [talk(end=28_000)], windows=(window,)) == {"late_after_pause"}


def test_what_happened_wholly_without_a_daemon_is_told_apart(tmp_path: Path) -> None:
    talked, whole = Window("kill daemon", DAY_MS + 4_000, DAY_MS + 26_000), Window("kill daemon", DAY_MS - 1, DAY_MS + 26_000)
    assert verdict(tmp_path, [call(outcome="abandoned")], [], windows=(talked,)) == {"gap_unanswered"}
    until_the_talk = Window("kill daemon", DAY_MS + 4_000, DAY_MS + 24_950)
    assert verdict(tmp_path, [call(outcome="abandoned")], [], windows=(until_the_talk,)) == {"gap_unanswered"}
    silent = Window("freeze of switch", talked.began_ms, talked.ended_ms)
    assert verdict(tmp_path, [call(outcome="abandoned")], [], windows=(silent,)) == {"gap_unanswered"}
    other = Window("kill redis", talked.began_ms, talked.ended_ms)
    assert verdict(tmp_path, [call(outcome="abandoned")], [], windows=(other,)) == {"answered_lost"}
    assert verdict(tmp_path, [], [], windows=(whole,)) == {"gap_unbooked"}
    assert verdict(tmp_path, [], [], windows=(talked,)) == {"answered_lost"}


def test_an_alarm_is_false_without_its_fault(tmp_path: Path) -> None:
    alarm = AlarmSeen(DAY_MS + 2_000, "switch-away:main", "switch", "not linked")
    window = Window("freeze of switch", DAY_MS, DAY_MS + 1_000, ("switch",))
    assert verdict(tmp_path, [call()], [talk()], alarm) == {"false_alarms"}
    assert verdict(tmp_path, [call()], [talk()], alarm, windows=(window,)) == set()
    other = Window("kill worker", DAY_MS, DAY_MS + 1_000)
    assert verdict(tmp_path, [call()], [talk()], alarm, windows=(other,)) == {"false_alarms"}


def test_a_number_that_two_callers_had_proves_nothing(tmp_path: Path) -> None:
    assert read_truth(truth(tmp_path, "leg-1", "leg-2")) == {}


def test_a_call_under_which_the_switch_died_has_no_end(tmp_path: Path) -> None:
    path = truth(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    (found,) = read_truth(path).values()
    assert (found.ended_ms, found.talks) == (0, [])
