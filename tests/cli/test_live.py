"""`cti trunks`, `calls`, `agents`, `queues` over mirrors as the daemon writes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from rich.cells import cell_len
from rich.console import Console

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.domain.kpi import FORMULA_WORDS, QUEUE_FIGURES
from cti_server.events.views import TrunkView
from cti_server.words import LANGUAGES, Language
from scripts.cti.output import table
from scripts.cti.text import duration, safe, safe_json
from scripts.cti.world import language_of
from scripts.preflight import RUN_FILE
from tests.cli.conftest import NOW_MS, ROOT, Box

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold]张三[/bold]\u202e\x9b31m"


def switch(box: Box, name: str, linked: bool = True) -> None:
    view = {
        "linked": linked,
        "reason": "" if linked else "probe timed out",
        "sessions": 12,
        "max_sessions": 6000,
        "core_uuid": "u",
    }
    box.mirror("switches", name, view)


def trunk(box: Box, name: str, node: str = "main", state: str = "up", **more: object) -> None:
    view = {
        "node": node, "gateway": name, "group": "Mobile", "state": state, "detail": "REGED", "ping": "UP", "ping_ms": 12.48,
        "calls_in": 3,
        "calls_out": 1, "failures": 2, "refused": 0, "resting_until_ms": 0, "max_calls": 30, "calls_per_s": 0, **more,
    }  # fmt: skip
    box.mirror("trunks", f"{node}/{name}", view)


def call(box: Box, call_id: str, **more: object) -> None:
    words = {"phase": "queued", "direction": "inbound", "node": "main", "number": "13800000001", "name": "张三"}
    place = {"queue": "repair", "agent": "", "arrived_ms": NOW_MS - 95_000, "queued_ms": NOW_MS - 65_000}
    box.mirror("calls", call_id, {**words, **place, "offered_ms": 0, "connected_ms": 0, "held_ms": 0, **more})


def agent(box: Box, agent_id: str, **more: object) -> None:
    view = {
        "name": "李娜", "extension": agent_id, "team": "t1", "queues": {"repair": 1}, "status": "ready", "reason": "",
        "state": "idle", "phone_registered": True, "state_since_ms": NOW_MS - 5_000, "call_id": "", "queue": "", **more,
    }  # fmt: skip
    box.mirror("agents", agent_id, view)


def queue(box: Box, queue_id: str, **more: object) -> None:
    view = {
        "name": "报修", "waiting": 2, "oldest_ms": NOW_MS - 61_000, "agents_ready": 1, "agents_busy": 3, "agents_not_ready": 0,
        "service_level_s": 20, "formula": "answered-offered",
        "today": {"answered": 86, "abandoned": 4, "service_level": 0.8190}, **more,
    }  # fmt: skip
    box.mirror("queues", queue_id, view)


# ---------------------------------------------------------------- trunks


def test_trunks_up(box: Box) -> None:
    box.heartbeat()
    switch(box, "main")
    trunk(box, "telecom")
    document = box.json("trunks")
    assert document["daemon"] == {"alive": True, "age_ms": 200}
    assert document["mirror"] == {"epoch": 3, "seq": 17, "changed_ms": NOW_MS - 500, "data_age_ms": 200}
    assert [(s["id"], s["linked"]) for s in document["switches"]] == [("main", True)]
    (item,) = document["trunks"]
    assert item["state"] == "up"
    assert item["calls_in"] == 3
    assert item["failures"] == 2
    shown = box.run("trunks").stdout
    assert "daemon alive" in shown
    assert "no limit" in shown
    assert "12/6000" in shown
    assert "12.5 ms" in shown
    trunk(box, "telecom", ping_ms=0.0)
    assert " UP " in box.run("trunks").stdout, "the switch's word, where it has told no time"


def test_the_view_is_the_engines(box: Box) -> None:
    """The fields that these tests write are those that the engine writes."""
    trunk(box, "telecom")
    (row,) = box.client.hvals(box.keys.mirror("trunks"))
    assert set(orjson.loads(row)["view"]) == set(TrunkView.__annotations__)


def test_a_trunk_that_is_down_is_exit_1(box: Box) -> None:
    box.heartbeat()
    switch(box, "main")
    trunk(box, "telecom")
    trunk(box, "unicom", state="down")
    assert [t["state"] for t in box.json("trunks", code=1)["trunks"]] == ["up", "down"]
    assert "DOWN" in box.run("trunks").stdout


def test_behind_an_unlinked_switch_nothing_is_known(box: Box) -> None:
    box.heartbeat()
    switch(box, "main", linked=False)
    switch(box, "site2")
    trunk(box, "telecom")
    trunk(box, "unicom", "site2")
    items = {t["id"]: (t["state"], t["reported_state"]) for t in box.json("trunks", code=1)["trunks"]}
    assert items == {"main/telecom": ("unknown", "up"), "site2/unicom": ("up", "up")}


@pytest.mark.parametrize("age_ms", [None, 3001])
def test_without_a_daemon_the_state_is_unknown_and_exit_3(box: Box, age_ms: int | None) -> None:
    if age_ms is not None:
        box.heartbeat(age_ms=age_ms)
    switch(box, "main")
    trunk(box, "telecom")
    document = box.json("trunks", code=3)
    assert document["daemon"]["alive"] is False
    assert document["mirror"]["data_age_ms"] == 500
    assert document["trunks"][0]["state"] == "unknown"
    assert document["switches"][0]["linked"] is None
    assert "DAEMON AWAY" in box.run("trunks").stdout


def test_trunks_of_one_switch(box: Box) -> None:
    box.heartbeat()
    switch(box, "main")
    switch(box, "site2")
    trunk(box, "telecom")
    trunk(box, "unicom", "site2")
    assert [t["id"] for t in box.json("trunks", "--switch", "site2")["trunks"]] == ["site2/unicom"]


# ---------------------------------------------------------------- calls, agents, queues


def test_of_a_call_that_was_parked_or_sent_on_nobody_can_know_since_when(box: Box) -> None:
    box.heartbeat()
    for phase in ("parked", "ivr"):
        call(box, phase, phase=phase, connected_ms=NOW_MS - 30_000)
    assert [(i["phase_ms"], i["total_ms"]) for i in box.json("calls")["calls"]] == [(None, 95_000), (None, 95_000)]


def test_calls_oldest_first_with_their_times(box: Box) -> None:
    box.heartbeat()
    call(box, "young", arrived_ms=NOW_MS - 1000, queued_ms=0, phase="ivr", queue="")
    call(box, "old")
    items = box.json("calls")["calls"]
    assert [(i["id"], i["phase_ms"], i["total_ms"]) for i in items] == [("old", 65_000, 95_000), ("young", 1000, 1000)]
    shown = box.run("calls").stdout
    assert "1:05" in shown
    assert "1:35" in shown
    assert [i["id"] for i in box.json("calls", "--phase", "ivr")["calls"]] == ["young"]
    assert [i["id"] for i in box.json("calls", "--queue", "repair")["calls"]] == ["old"]


def test_hostile_names_are_shown_not_obeyed(box: Box) -> None:
    box.heartbeat()
    call(box, "c1", name=HOSTILE, number="${system(touch x)}")
    result = box.run("calls")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(result.stdout)
    assert "\\x1b]0;owned" in result.stdout
    assert "[bold]张三[/bold]" in result.stdout
    assert "${system(touch x)}" in result.stdout
    raw = box.run("calls", "--json").stdout
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(raw)
    assert json.loads(raw)["calls"][0]["name"] == HOSTILE


def test_agents(box: Box) -> None:
    box.heartbeat()
    agent(box, "1001")
    agent(box, "1002", team="t2", queues={"bills": 1}, status="not_ready", reason="lunch", state="idle", phone_registered=False)
    items = box.json("agents")["agents"]
    assert [(i["id"], i["state_for_ms"]) for i in items] == [("1001", 5000), ("1002", 5000)]
    assert "Not ready (lunch)" in box.run("agents").stdout
    assert "示忙 (lunch)" in box.run("agents", "--lang", "zh-CN").stdout
    reason = {"code": "lunch", "texts": {"en": "Lunch", "zh-CN": "午餐"}}
    box.client.set(box.keys.config, json.dumps({"not_ready_reasons": [reason]}))
    assert "示忙 (午餐)" in box.run("agents", "--lang", "zh-CN").stdout
    assert "数据截至 0.2 秒前" in box.run("agents", "--lang", "zh-CN").stdout
    assert "Not ready (Lunch)" in box.run("agents").stdout
    box.client.set(box.keys.config, "[]")
    assert "Not ready (lunch)" in box.run("agents").stdout
    assert [i["id"] for i in box.json("agents", "--queue", "bills")["agents"]] == ["1002"]
    assert [i["id"] for i in box.json("agents", "--team", "t1")["agents"]] == ["1001"]


def test_who_waits_for_a_colleague(box: Box) -> None:
    box.heartbeat()
    for agent in ("1001", "1002"):
        view = {"agent": agent, "colleague": "1003", "since_ms": NOW_MS - 60_000, "until_ms": NOW_MS + 30_000}
        box.mirror("call_backs", f"{agent}/1003", view)
    (item,) = box.json("call_backs", "--agent", "1002")["call_backs"]
    assert (item["agent"], item["waits_ms"], item["left_ms"]) == ("1002", 60_000, 30_000)
    assert "1003" in box.run("call_backs").stdout


def test_an_agent_never_seen_has_no_duration(box: Box) -> None:
    box.heartbeat()
    agent(box, "1001", status="logged_out", state_since_ms=0)
    assert box.json("agents")["agents"][0]["state_for_ms"] is None
    assert " d " not in box.run("agents").stdout


def test_queues_show_the_service_level_with_its_formula(box: Box) -> None:
    box.heartbeat()
    queue(box, "repair")
    queue(box, "empty", waiting=0, oldest_ms=0, today={})
    items = {i["id"]: (i["longest_wait_ms"], i["service_level"]) for i in box.json("queues")["queues"]}
    assert items == {"repair": (61_000, 0.8190), "empty": (0, None)}
    shown = box.run("queues").stdout
    assert "81.9 %" in shown
    assert "answered-offered (20 s)" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_their_declared_names(box: Box, language: Language) -> None:
    box.heartbeat()
    queue(box, "repair")
    shown = box.run("queues", "--lang", language).stdout
    for figure in QUEUE_FIGURES:
        if figure.id in ("answered", "abandoned", "service_level", "formula"):
            assert figure.words.said(language) in shown
    assert FORMULA_WORDS["answered-offered"].said(language) in shown


def test_chinese_headings_follow_the_locale_or_the_option(box: Box) -> None:
    box.heartbeat()
    queue(box, "repair")
    assert "最长等待" in box.run("queues", "--lang", "zh-CN").stdout
    box.environ["LANG"] = "zh_CN.UTF-8"
    assert "守护进程正常" in box.run("queues").stdout
    assert "longest wait" in box.run("queues", "--lang", "en").stdout


def test_columns_align_under_wide_characters(box: Box) -> None:
    box.heartbeat()
    agent(box, "1001", name="欧阳娜娜", team="TEAM")
    agent(box, "1002", name="Bo", team="TEAM")
    rows = [line for line in box.run("agents").stdout.splitlines() if "TEAM" in line]
    assert len({cell_len(row[: row.index("TEAM")]) for row in rows}) == 1


def test_unreadable_rows_are_counted(box: Box) -> None:
    box.heartbeat()
    call(box, "c1")
    box.client.hset(box.keys.mirror("calls"), "bad", b"{broken")
    box.client.hset(box.keys.mirror("calls"), "list", b"[]")
    document = box.json("calls")
    assert document["unreadable"] == 2
    assert len(document["calls"]) == 1
    assert "2 unreadable" in box.run("calls").stdout


@pytest.mark.parametrize("kind", ["trunks", "calls", "agents", "queues", "call_backs"])
def test_empty_and_away(box: Box, kind: str) -> None:
    box.heartbeat()
    assert box.json(kind)[kind] == []
    assert "none" in box.run(kind).stdout
    box.environ["CTI_REDIS_URL"] = f"unix://:secret@{box.folder}/none.sock"
    away = box.run(kind)
    assert away.exit_code == 3
    assert len(away.stderr.splitlines()) == 1
    assert "secret" not in away.stderr
    assert box.json(kind, code=3)["error"]["error_id"] == "redis-away"


def test_bad_settings_are_usage(box: Box) -> None:
    box.environ["CTI_HTTP_PORT"] = "eighty"
    assert box.json("calls", code=2)["error"]["error_id"] == "bad-setting"


def test_the_demos_own_redis_is_found(box: Box) -> None:
    """Where nothing names a Redis, the one below the data folder is used."""
    box.heartbeat()
    call(box, "c1")
    socket = Path(box.environ.pop("CTI_REDIS_URL").removeprefix("unix://"))
    (box.folder / "redis").mkdir()
    (box.folder / "redis" / "redis.sock").symlink_to(socket)
    assert [item["id"] for item in box.json("calls")["calls"]] == ["c1"]


def test_the_demos_own_page_is_found(box: Box) -> None:
    """Whatever port ``make run`` was given, unless this environment names one."""
    (box.folder / "redis").mkdir()
    (box.folder / "redis" / "redis.sock").symlink_to(box.environ.pop("CTI_REDIS_URL").removeprefix("unix://"))
    (box.folder / RUN_FILE).write_text('{"http_host": "127.0.0.2", "http_port": 8123, "tls_cert": ""}')
    assert (box.world().settings.http_host, box.world().settings.http_port) == ("127.0.0.2", 8123)
    box.environ["CTI_HTTP_PORT"] = "8200"
    assert (box.world().settings.http_host, box.world().settings.http_port) == ("127.0.0.2", 8200)
    (box.folder / RUN_FILE).write_text("torn")
    assert box.world().settings.http_host == "127.0.0.1"


@pytest.mark.parametrize("columns", [40, 60, 90])
def test_a_narrow_terminal_shows_whole_words(columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    """No column is folded to a letter or two a line."""
    rows = [("complaints", "Customer Care", "answered-offered (20 s)", "12", "3:05"), ("repair", "故障报修", "", "0", "")]
    listing = table(("queue", "name", "formula", "waiting", "longest wait"), rows)
    Console(width=columns, force_terminal=False).print(listing)
    shown = capsys.readouterr().out
    assert all(cell_len(line) <= columns for line in shown.splitlines())
    assert {"complaints", "Customer", "Care", "repair", "故障报修", "12", "3:05"} <= set(shown.split())


def test_unknown_option_is_usage(box: Box) -> None:
    assert box.run("calls", "--nonsense").exit_code == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("calls --nonsense", "No such option"),
        ("calls --phase foo", "'foo' is not one of"),
        ("queues --every nan", "nan"),
        ("nonsense", "No such command 'nonsense'"),
        ("send NoSuchThing", "No such command 'NoSuchThing'"),
        ("send Ping word", "word: is not key=value"),
        ("user password", "Missing argument 'LOGIN'"),
        ("replay none.jsonl", "does not exist"),
        ("hangup c1", "add --yes"),
        ("tail --since yesterday", "neither a span"),
        ("config check --document none.json", "does not exist"),
    ],
)
@pytest.mark.parametrize("first", [False, True], ids=["last", "first"])
def test_a_usage_error_is_a_document_with_json(box: Box, given: str, says: str, first: bool) -> None:
    words = given.split()
    if first and words[0] in ("calls", "queues", "hangup", "tail"):
        words.insert(1, "--json")
    result = box.run(*words, "--json")
    assert (result.exit_code, result.stderr) == (2, "")
    error = json.loads(result.stdout)["error"]
    assert (error["error_id"], error["details"]) == ("bad-usage", {})
    assert says in error["message"]


def test_json_may_stand_before_the_command(box: Box) -> None:
    for words, says in (("--json nope", "No such command 'nope'"), ("--json", "Missing command")):
        result = box.run(*words.split())
        assert (result.exit_code, result.stderr) == (2, "")
        error = json.loads(result.stdout)["error"]
        assert error["error_id"] == "bad-usage"
        assert says in error["message"]
    assert json.loads(box.run("--json", "calls").stdout)["command"] == "calls"


def test_watch_goes_on_when_redis_goes_away(box: Box, redis_server: EmbeddedRedis) -> None:
    box.heartbeat()
    call(box, "c1")

    def on_wait(count: int) -> None:
        if count == 1:
            redis_server.stop()
        elif count == 2:
            redis_server.start()
            box.heartbeat()
        else:
            raise KeyboardInterrupt

    box.on_wait = on_wait
    result = box.run("calls", "--watch", "--json")
    assert result.exit_code == 0
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in d for d in documents] == [False, True, False]
    assert box.waits == [1.0, 1.0, 1.0]


# ---------------------------------------------------------------- words


def test_safe_keeps_text_and_shows_what_hides() -> None:
    assert safe("张三 O'Neil 😀") == "张三 O'Neil 😀"
    assert safe("a\u200bb\u2028c\r\n\t\x00") == "a\\u200bb\\u2028c\\r\\n\\t\\x00"
    assert len(safe("x" * 500)) == 200


def test_safe_json_is_the_same_document() -> None:
    raw = json.dumps({"a": HOSTILE + "\ufeff\u2066"}, ensure_ascii=False)
    assert json.loads(safe_json(raw)) == json.loads(raw)
    assert safe_json(raw).isprintable()


def test_duration_and_language() -> None:
    assert [duration(ms) for ms in (0, 7_999, 725_000, 3_723_000, 273_900_000)] == [
        "0:00",
        "0:07",
        "12:05",
        "1:02:03",
        "3 d 04:05",
    ]
    assert language_of({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US"}) == "zh-CN"
    assert language_of({}) == "en"


@pytest.mark.parametrize("output", [[], ["--json"]], ids=["table", "json"])
def test_a_reader_who_goes_away_is_no_finding(box: Box, output: list[str]) -> None:
    box.heartbeat()
    for number in range(300):
        agent(box, f"{number:04d}", name="x" * 200)
    command = [sys.executable, "-m", "scripts.cti.main", "agents", *output]
    environ = {"PATH": os.environ["PATH"], **box.environ}
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 141)


def test_of_one_switch_the_others_are_neither_shown_nor_counted(box: Box) -> None:
    box.heartbeat()
    switch(box, "main", linked=False)
    switch(box, "site2")
    trunk(box, "carrier", "site2")
    document = box.json("trunks", "--switch", "site2")
    assert [item["id"] for item in document["switches"]] == ["site2"]
    assert box.run("trunks").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("queues", "--watch", "--every", "nan"),
        ("queues", "--watch", "--every", "inf"),
        ("hangup", "c1", "--yes", "--wait", "nan"),
        ("doctor", "--calls-per-s", "inf"),
        ("doctor", "--call-s", "nan"),
        ("agents", "--state", "ready"),
        ("calls", "--phase", "foo"),
    ],
)
def test_a_value_that_can_mean_nothing_is_a_usage_error(box: Box, arguments: tuple[str, ...]) -> None:
    box.on_wait = lambda count: pytest.fail("it began to watch")
    result = box.run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert arguments[-2] in result.stderr
