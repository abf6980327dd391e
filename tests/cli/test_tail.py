"""`cti tail`: filters, --since, stdout for events only, and a Redis that goes away and comes back."""

from __future__ import annotations

import json

import pytest

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.events.envelope import Envelope
from scripts.cti.tail import Tail, parts_of, since_id
from tests.cli.conftest import NOW_MS, Box

CALL = {"id": "c1", "phase": "queued", "number": "13800000001", "name": "张三", "queue": "repair", "agent": ""}


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def fill(box: Box) -> None:
    box.event("call.queued", {"call": CALL}, 1, f"{NOW_MS - 60_000}-0")
    box.event(
        "agent.state_changed",
        {"agent": {"id": "1001", "state": "ringing", "call_id": "c1", "queue": "repair"}},
        2,
        f"{NOW_MS - 40_000}-0",
    )
    box.event(
        "call.offer_failed",
        {"call": {**CALL, "id": "c2", "queue": "bills"}, "agent_id": "1002", "why": "busy"},
        3,
        f"{NOW_MS - 20_000}-0",
    )
    box.event("queue.changed", {"queue": {"id": "bills", "waiting": 1}}, 4, f"{NOW_MS - 10_000}-0")


@pytest.mark.parametrize(
    ("arguments", "seqs"),
    [
        ((), [1, 2, 3, 4]),
        (("--name", "call.*"), [1, 3]),
        (("--name", "call.queued", "--name", "queue.changed"), [1, 4]),
        (("--agent", "1001"), [2]),
        (("--agent", "1002"), [3]),
        (("--call", "c1"), [1, 2]),
        (("--queue", "bills"), [3, 4]),
        (("--queue", "bills", "--name", "queue.*"), [4]),
        (("--since", "30s"), [3, 4]),
        (("--count", "2"), [1, 2]),
        (("--agent", "nobody"), []),
    ],
)
def test_filters(box: Box, arguments: tuple[str, ...], seqs: list[int]) -> None:
    fill(box)
    result = box.run("tail", "--no-follow", "--json", *arguments)
    assert result.exit_code == 0
    assert [line["seq"] for line in lines(result.stdout)] == seqs


def test_json_line_is_the_envelope_with_its_stream_id(box: Box) -> None:
    box.event("call.queued", {"call": CALL}, 9, "1795000000000-5")
    (line,) = lines(box.run("tail", "--no-follow", "--json").stdout)
    assert line == {
        "stream_id": "1795000000000-5", "epoch": 3, "seq": 9, "name": "call.queued", "format": 1, "at_ms": NOW_MS,
        "origin": "daemon-1", "data": {"call": CALL},
    }  # fmt: skip


def test_people_see_one_harmless_line(box: Box) -> None:
    box.event("call.queued", {"call": {**CALL, "name": "\x1b]0;owned\x07[red]x\nforged"}, "note": "\u202eevil"})
    result = box.run("tail", "--no-follow")
    assert "\x1b" not in result.stdout
    assert "\\x1b]0;owned\\x07[red]x\\nforged" in result.stdout
    assert "\u202e" not in result.stdout
    assert len(result.stdout.splitlines()) == 1
    assert "call c1: 13800000001" in result.stdout


def test_older_than_the_stream_is_said_on_stderr(box: Box) -> None:
    fill(box)
    result = box.run("tail", "--no-follow", "--json", "--since", "5m")
    assert len(lines(result.stdout)) == 4
    assert "no longer kept" in result.stderr


def test_an_entry_that_is_no_event_is_left_out_with_a_notice(box: Box) -> None:
    box.client.xadd(box.keys.events, {"e": b"{not json"})
    box.event("queue.changed", {"queue": {"id": "bills"}})
    result = box.run("tail", "--no-follow", "--json")
    assert [line["name"] for line in lines(result.stdout)] == ["queue.changed"]
    assert "is not an event" in result.stderr


def test_missing_events_are_said_even_when_they_are_filtered(box: Box) -> None:
    box.event("queue.changed", {"queue": {"id": "q"}}, 1)
    box.event("queue.changed", {"queue": {"id": "q"}}, 2)
    box.event("queue.changed", {"queue": {"id": "q"}}, 6)
    result = box.run("tail", "--no-follow", "--name", "call.*")
    assert result.stdout == ""
    assert "3 events are missing before 3.6" in result.stderr


def test_bad_since_is_a_usage_error(box: Box) -> None:
    result = box.run("tail", "--since", "yesterday")
    assert result.exit_code == 2
    assert "neither a span" in result.stderr


def test_follows_through_a_redis_restart(box: Box, redis_server: EmbeddedRedis, capsys: pytest.CaptureFixture[str]) -> None:
    """The server ends after the first event and comes back empty; its new, older-numbered entries are still shown."""
    box.event("queue.changed", {"queue": {"id": "before"}}, 1, f"{NOW_MS}-0")

    def end_after_first(envelope: Envelope) -> bool:
        if not box.waits:
            redis_server.stop()
        return True

    def come_back(count: int) -> None:
        if count == 2:
            redis_server.start()
            box.event("queue.changed", {"queue": {"id": "after"}}, 2, "1000-0")

    box.on_wait = come_back
    world = box.world()
    world.json = True
    Tail(world, "0", end_after_first, left=2, follow=True).run()
    shown = capsys.readouterr()
    assert [line["data"] for line in lines(shown.out)] == [{"queue": {"id": "before"}}, {"queue": {"id": "after"}}]
    assert shown.err.count("does not answer") == 1
    assert "Redis is back" in shown.err


def test_redis_away_at_the_start_is_one_line_and_exit_3(box: Box) -> None:
    box.environ["CTI_REDIS_URL"] = f"unix://{box.folder}/none.sock"
    result = box.run("tail")
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1
    assert "redis-away" in result.stderr


def test_since_id() -> None:
    assert since_id(None, NOW_MS) == "$"
    assert since_id("90s", NOW_MS) == str(NOW_MS - 90_000)
    assert since_id("2h", NOW_MS) == str(NOW_MS - 7_200_000)
    assert since_id("1970-01-01T00:00:01+00:00", NOW_MS) == "1000"
    with pytest.raises(ValueError, match="yesterday"):
        since_id("yesterday", NOW_MS)


def test_parts_of_reads_ids_and_views() -> None:
    assert parts_of({"call_id": "c1", "agent_id": "1001"}) == {"call": {"c1"}, "agent": {"1001"}, "queue": set()}
    assert parts_of({"call": {"id": "c1", "agent": "1001", "queue": "q"}})["agent"] == {"1001"}
