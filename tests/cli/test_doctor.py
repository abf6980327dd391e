"""`cti doctor`: a whole centre is fine; with each component broken in turn the right finding says so."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.config import AgentConfig, CentreConfig, HoursConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.events.facts import CallFact, RecordingFact
from cti_server.features.centre.document import encode_config
from cti_server.features.ledger.model import TABLES
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.words import Words
from scripts.cti.doctor.command import CHECKS
from scripts.cti.doctor.finding import SAYINGS, declare
from tests.cli.conftest import NOW_MS, Box

FLOW = {
    "name": "line", "version": 1, "language": "zh", "start": "hello",
    "nodes": {"hello": {"type": "play", "prompt": "welcome", "next": "wait"}, "wait": {"type": "queue", "queue": "repair"}},
}  # fmt: skip


class Health(BaseHTTPRequestHandler):
    """Answers /healthz with the server's ``answer``: (status, document)."""

    def do_GET(self) -> None:
        status, document = self.server.answer  # type: ignore[attr-defined]
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def web() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def document(folder: Path) -> CentreConfig:
    return CentreConfig(
        version=5,
        tenant="test",
        agents={"1001": AgentConfig("1001", "李娜", "1001", "t1", {"repair": 1})},
        teams={"t1": TeamConfig("t1", "Team")},
        queues={"repair": QueueConfig("repair", "报修")},
        service_numbers={"95598": ServiceNumberConfig("95598", "line", "line", "repair")},
        hours={"office": HoursConfig("office", "Asia/Shanghai", ((),) * 7)},
        flows={"line": FLOW},
        prompts_dir=str(folder / "prompts"),
    )


GOOD_SETTINGS = {
    "max_sessions": 6000, "sps": 200, "api_expansion": False, "one_ms_timer": True, "callid_as_uuid": False, "room_profile": True,
}  # fmt: skip


def switch_row(
    box: Box, *, linked: bool = True, sessions: int = 10, delay_ms: int = 0, core: dict[str, Any] | None = None
) -> None:
    view = {"linked": linked, "reason": "" if linked else "probe timed out", "sessions": sessions, "max_sessions": 6000}
    view |= {"slow": bool(delay_ms), "delay_ms": delay_ms}
    found = {
        "modules": {"mod_lua": True, "mod_sofia": True},
        "settings": GOOD_SETTINGS,
        "zombies": [],
        "watchdog": {"ran_age_s": 1.0, "heartbeat_age_s": 0.0},
    }
    box.mirror("switches", "main", view, found if core is None else core)


def add_fact(box: Box, at_ms: int) -> None:
    box.client.xadd(box.keys.facts, {"f": b"{}"}, id=f"{at_ms}-0")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with this version's schema."""
    file = tmp_path_factory.mktemp("migrated") / "cti.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def centre(box: Box, web: HTTPServer, migrated: Path) -> Box:
    """A centre in which everything is fine."""
    web.answer = (200, {"status": "ok"})  # type: ignore[attr-defined]
    box.environ |= {"CTI_HTTP_PORT": str(web.server_port), "CTI_SWITCHES": "main=esl://127.0.0.1:8021", "CTI_ESL_PASSWORD": "x"}
    for process in ("daemon", "worker-box-1"):
        box.heartbeat(process)
    (box.folder / "recordings").mkdir(mode=0o750)
    prompt = box.folder / "prompts" / "zh" / "welcome.wav"
    prompt.parent.mkdir(parents=True)
    prompt.write_bytes(b"RIFF")
    box.client.set(box.keys.config, encode_config(document(box.folder)))
    shutil.copy(migrated, box.folder / "cti.db")
    switch_row(box)
    box.mirror("trunks", "main/telecom", {"node": "main", "gateway": "telecom", "state": "up"})
    add_fact(box, NOW_MS - 1000)
    box.client.xgroup_create(box.keys.facts, "persister", id="$")
    return box


def findings(box: Box, *arguments: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """(exit code, component -> findings)."""
    result = box.run("doctor", "--json", *arguments)
    report = json.loads(result.stdout)
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in report["findings"]:
        found.setdefault(finding["component"], []).append(finding)
    assert report["ok"] == (result.exit_code == 0)
    assert sum(report["summary"].values()) == len(report["findings"])
    return result.exit_code, found


def worst(found: dict[str, list[dict[str, Any]]], component: str) -> dict[str, Any]:
    order = ("ok", "info", "unknown", "warning", "critical")
    return max(found[component], key=lambda finding: order.index(finding["severity"]))


def test_all_is_fine(centre: Box) -> None:
    code, found = findings(centre)
    assert code == 0
    bad = [f for fs in found.values() for f in fs if f["severity"] not in ("ok", "info")]
    # the test's Redis keeps nothing on disk, by intention
    assert [f["component"] for f in bad] == ["redis persistence"]
    assert {
        "redis",
        "database",
        "persister",
        "daemon",
        "worker",
        "web page",
        "configuration",
        "switch main",
        "tls",
    } <= set(found)
    shown = centre.run("doctor")
    assert shown.exit_code == 0
    assert "findings:" in shown.stdout.splitlines()[-1]
    assert "critical" not in shown.stdout


Break = Callable[[Box], object]
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACE = re.compile(r"{(\w+)}")


def _recording(box: Box, fact_id: str, problem: str, ended_ms: int, checked_ms: int) -> None:
    names = {"fact_id": fact_id, "recording_id": fact_id, "call_id": "c1", "node": "main", "path": "a.wav", "queue": "repair"}
    times = {"started_ms": ended_ms - 60_000, "ended_ms": ended_ms, "length_ms": 60_000, "talk_ms": 60_000}
    more = {"agents": ["1001"], "holds": 0, "size": 1, "problem": problem, "recorded": "call", "box": ""}
    rest = {**more, "sha256": "", "checked_ms": checked_ms}
    engine = make_engine(f"sqlite:///{box.folder}/cti.db", "test")
    with transaction(engine) as session:
        session.execute(TABLES[RecordingFact].insert().values(**names, **times, **rest))
    engine.dispose()


def test_recordings_without_a_good_file_are_counted_for_a_day(centre: Box) -> None:
    hour_ms = 3_600_000
    _, found = findings(centre)
    assert worst(found, "recording files")["text"] == "0 recordings in the last 24 hours, none with a problem"
    _recording(centre, "good", "", NOW_MS - hour_ms, NOW_MS - hour_ms)
    _recording(centre, "new", "", NOW_MS - 1000, 0)
    _recording(centre, "old", "missing", NOW_MS - 25 * hour_ms, NOW_MS - 24 * hour_ms - 1)
    _, found = findings(centre)
    assert worst(found, "recording files")["severity"] == "ok"
    assert worst(found, "recording files")["details"] == {"hours": 24, "recordings": 2, "problems": {}}
    _recording(centre, "gone", "missing", NOW_MS - hour_ms, NOW_MS - hour_ms)
    _recording(centre, "gone too", "missing", NOW_MS - 2 * hour_ms, NOW_MS - hour_ms)
    _recording(centre, "cut", "short", NOW_MS - 5000, 0)
    code, found = findings(centre)
    finding = worst(found, "recording files")
    assert (code, finding["severity"]) == (0, "warning")
    assert finding["text"] == "of 5 recordings in the last 24 hours: 2 missing, 1 short"
    assert finding["details"]["problems"] == {"missing": 2, "short": 1}
    assert "CTI_RECORDINGS_DIR" in finding["hint"]
    assert "disk is not full" in finding["hint"]


def _certificate(box: Box, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cti")])
    now = datetime.fromtimestamp(NOW_MS / 1000, UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(400), now + timedelta(days)
    )
    (box.folder / "c.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (box.folder / "k.pem").write_bytes(private)
    (box.folder / "k.pem").chmod(0o600)
    box.environ |= {"CTI_TLS_CERT": str(box.folder / "c.pem"), "CTI_TLS_KEY": str(box.folder / "k.pem")}


def _core(**settings: object) -> Break:
    return lambda box: switch_row(box, core={"modules": {"mod_lua": True}, "settings": {**GOOD_SETTINGS, **settings}})


def _watchdog(ran: float | None, beat: float | None) -> Break:
    return lambda box: switch_row(box, core={"watchdog": {"ran_age_s": ran, "heartbeat_age_s": beat}})


def _no_file(name: str) -> Break:
    return lambda box: (box.folder / name).unlink() if (box.folder / name).is_file() else (box.folder / name).rmdir()


def _open_recordings(box: Box) -> None:
    for folder in [box.folder, *box.folder.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    (box.folder / "recordings").chmod(0o755)


def _no_certificate(box: Box) -> None:
    box.environ["CTI_PHONE_WS_URL"] = "ws://127.0.0.1:5066"
    _core(certs_dir=str(box.folder))(box)


def _open_redis(box: Box) -> None:
    path = Path(urlsplit(box.environ["CTI_REDIS_URL"]).path)
    path.chmod(0o777)


BROKEN: list[tuple[str, Break, str, str, str]] = [
    # what, how, component, severity, words
    ("no-database", _no_file("cti.db"), "database", "critical", "does not exist"),
    ("database-garbage", lambda b: (b.folder / "cti.db").write_bytes(b"x" * 5000), "database", "critical", "does not answer"),
    ("database-url", lambda b: b.environ.update(CTI_DATABASE_URL="oracle://x"), "database", "critical", "no SQLite file"),
    ("daemon-stale", lambda b: b.heartbeat(age_ms=4000), "daemon", "critical", "last heartbeat 4.0 s ago"),
    ("daemon-gone", lambda b: b.client.delete(b.keys.heartbeat("daemon")), "daemon", "critical", "no heartbeat"),
    ("worker-gone", lambda b: b.client.delete(b.keys.heartbeat("worker-box-1")), "worker", "critical", "no heartbeat"),
    (
        "worker-trouble",
        lambda b: b.client.set(
            b.keys.heartbeat("worker-box-1"),
            orjson.dumps({"at_ms": NOW_MS, "pid": 5, "role": "worker", "trouble": "database-away"}),
        ),
        "worker",
        "warning",
        "database-away",
    ),
    ("web-refuses", lambda b: b.environ.update(CTI_HTTP_PORT="1"), "web page", "critical", "does not answer"),
    ("persister-late", lambda b: add_fact(b, NOW_MS - 900), "persister", "ok", "1 facts wait"),
    ("persister-never", lambda b: b.client.xgroup_destroy(b.keys.facts, "persister"), "persister", "critical", "1 wait"),
    ("no-facts", lambda b: b.client.delete(b.keys.facts), "persister", "info", "no fact"),
    ("no-document", lambda b: b.client.delete(b.keys.config), "configuration", "critical", "no document"),
    ("bad-document", lambda b: b.client.set(b.keys.config, b"{}"), "configuration", "critical", "refused"),
    (
        "refused-flow",
        lambda b: b.client.set(b.keys.config_problems, orjson.dumps({"at_ms": 1, "problems": ["line.yaml: node x: bad"]})),
        "configuration",
        "warning",
        "line.yaml: node x: bad",
    ),
    ("rejected", lambda b: b.client.xadd(b.keys.facts_rejected, {"why": "x"}), "persister", "warning", "1 facts could not"),
    ("overloaded", lambda b: switch_row(b, delay_ms=2400), "switch main", "warning", "2400 ms to connect"),
    ("unlinked", lambda b: switch_row(b, linked=False), "switch main", "critical", "probe timed out"),
    ("full-switch", lambda b: switch_row(b, sessions=5800), "switch main", "critical", "5800 of 6000"),
    ("no-switch-row", lambda b: b.client.delete(b.keys.mirror("switches")), "switch main", "critical", "never said"),
    ("few-sps", _core(sps=30), "switch main limits", "warning", "sessions-per-second 30; 84 calls/s of 30 s need 168"),
    ("few-sessions", _core(max_sessions=1000), "switch main limits", "warning", "need 5040"),
    ("expansion", _core(api_expansion=True), "switch main settings", "critical", "api_expansion true"),
    ("timer", _core(one_ms_timer=False), "switch main settings", "warning", "one_ms_timer false"),
    ("timer-unknown", _core(one_ms_timer=None), "switch main settings", "unknown", "not known"),
    ("call-id", _core(callid_as_uuid=True), "switch main settings", "critical", "callid_as_uuid true"),
    ("no-rooms", _core(room_profile=False), "switch main settings", "critical", "room_profile false"),
    ("open-trunk", _core(open_trunks=["telecom"]), "switch main accounts", "warning", "without an account: telecom"),
    ("no-web-phones", _no_certificate, "switch main web phones", "critical", "dtls-srtp.pem is not there"),
    ("zombies", lambda b: switch_row(b, core={"zombies": ["u1"]}), "switch main sessions", "warning", "do not exist: u1"),
    ("zombies-unknown", lambda b: switch_row(b, core={}), "switch main sessions", "unknown", "has not said"),
    ("open-recordings", _open_recordings, "private files", "warning", "/recordings"),
    ("open-redis", _open_redis, "redis access", "warning", "no password"),
    ("module", lambda b: switch_row(b, core={"modules": {"mod_lua": False}}), "switch main modules", "critical", "mod_lua"),
    ("nothing-said", lambda b: switch_row(b, core={}), "switch main modules", "unknown", "has not said"),
    ("watchdog-never", _watchdog(None, None), "switch main watchdog", "critical", "never run"),
    ("watchdog-stands", _watchdog(61, 60), "switch main watchdog", "critical", "ran 61 s before"),
    ("no-heartbeat-there", _watchdog(1, None), "switch main watchdog", "critical", "no heartbeat"),
    ("heartbeat-stands", _watchdog(0, 9), "switch main watchdog", "critical", "stood still for 9 s"),
    ("watchdog-unknown", lambda b: switch_row(b, core={}), "switch main watchdog", "unknown", "has not said"),
    (
        "trunk-down",
        lambda b: b.mirror("trunks", "main/telecom", {"node": "main", "gateway": "telecom", "state": "down", "detail": "408"}),
        "trunk main/telecom",
        "critical",
        "408",
    ),
    ("no-recordings", _no_file("recordings"), "recordings", "critical", "no folder"),
    ("no-prompt", _no_file("prompts/zh/welcome.wav"), "prompts", "critical", "zh/welcome.wav"),
    ("tls-ended", lambda b: _certificate(b, -2), "tls", "critical", "ended"),
    ("tls-soon", lambda b: _certificate(b, 9), "tls", "warning", "in 9 days"),
    ("tls-missing", lambda b: b.environ.update(CTI_TLS_CERT="/none.pem"), "tls", "critical", "/none.pem"),
    ("no-tls-outside", lambda b: b.environ.update(CTI_HTTP_HOST="0.0.0.0"), "tls", "warning", "0.0.0.0"),
    ("bad-settings", lambda b: b.environ.update(CTI_HTTP_PORT="eighty"), "settings", "critical", "CTI_HTTP_PORT"),
    ("bad-switches", lambda b: b.environ.update(CTI_SWITCHES="main=http://x"), "settings", "critical", "NAME=esl://HOST:PORT"),
    ("open-secrets", lambda b: (b.folder / "cti.toml").write_text('tenant = "test"\n'), "settings file", "warning", "mode"),
    ("redis-evicts", lambda b: b.client.config_set("maxmemory-policy", "allkeys-lru"), "redis memory", "critical", "allkeys-lru"),
]


@pytest.mark.parametrize(("change", "component", "severity", "words"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_each_component_broken(centre: Box, change: Break, component: str, severity: str, words: str) -> None:
    if component == "redis memory":
        centre.client.config_set("maxmemory", "1gb")
    if component == "settings file":
        (centre.folder / "cti.toml").chmod(0o644)
    change(centre)
    try:
        code, found = findings(centre, *(("--skip", "web") if component == "tls" else ()))
    finally:
        centre.client.config_set("maxmemory", "0")
        centre.client.config_set("maxmemory-policy", "noeviction")
    finding = worst(found, component)
    assert finding["severity"] == severity
    assert words in finding["text"]
    assert (code == 1) == (severity == "critical")
    if severity in ("critical", "warning"):
        assert finding["hint"]
    for one in (one for of_it in found.values() for one in of_it):
        for said, kind in ((one["component"], "components"), (one["text"], "texts"), (one["hint"], "hints")):
            assert one[kind].get("en", "") == said
            assert (one[kind].keys() == {"en", "zh-CN"}) == bool(said)
            assert not said or CHINESE.search(one[kind]["zh-CN"]) or one[kind]["zh-CN"] == "Redis", one


def test_recordings_need_only_be_read(centre: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the switch is another machine they are mounted read-only."""
    may: set[int] = {os.R_OK | os.X_OK}
    look, folder = os.access, centre.folder / "recordings"
    monkeypatch.setattr("os.access", lambda path, mode: mode in may if path == folder else look(path, mode))
    _, found = findings(centre)
    assert worst(found, "recordings")["severity"] == "ok"
    may.clear()
    _, found = findings(centre)
    assert worst(found, "recordings")["severity"] == "critical"


def test_an_alarm_is_told_in_its_declared_words(centre: Box) -> None:
    view = {"id": "t", "alarm": "trunk-down", "severity": "critical", "kind": "trunk", "text": "fs says DOWN", "subject": "t1"}
    centre.mirror("alarms", "t", {**view, "detail": False})
    told = [f["text"] for f in centre.json("doctor", "--lang", "zh-CN", code=1)["findings"] if f["component"] == "alarm trunk"]
    assert told == ["中继 t1 中断"]


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "Long waits: queue repair: Longest wait (s) 75.5 (at least 60); Agents ready 0 (below 1)"),
    ("zh-CN", "Long waits：队列 repair: 最长等待（秒） 75.5 (不低于 60)；空闲坐席数 0 (低于 1)"),
])  # fmt: skip
def test_an_alarm_of_a_rule_is_told_with_figures_and_limits(centre: Box, lang: str, said: str) -> None:
    met = [
        {"figure": "oldest_s", "bound": "at_least", "limit": 60, "value": 75.5},
        {"figure": "agents_ready", "bound": "below", "limit": 1, "value": 0},
    ]
    view = {"id": "r", "alarm": "rule-queue", "severity": "major", "kind": "queue", "text": "t", "subject": "repair"}
    centre.mirror("alarms", "r", {**view, "rule": "Long waits", "met": met, "detail": False})
    told = [f["text"] for f in centre.json("doctor", "--lang", lang)["findings"] if f["component"] == "alarm queue"]
    assert told == [said]


def test_alarms_are_told_by_kind(centre: Box) -> None:
    for number, severity in ((1, "minor"), (2, "critical")):
        view = {"id": f"d{number}", "severity": severity, "kind": "daemon", "text": f"disk {number} \x1b[2J", "subject": "d"}
        centre.mirror("alarms", f"d{number}", view)
    found = [f for f in centre.json("doctor", code=1)["findings"] if f["component"].startswith("alarm")]
    assert [(f["component"], f["severity"], f["text"]) for f in found] == [
        ("alarm daemon", "critical", "disk 2 \\x1b[2J (and 1 more)")
    ]


def test_the_web_says_what_is_away(centre: Box, web: HTTPServer) -> None:
    web.answer = (503, {"status": "bad", "redis": True, "engine": False})  # type: ignore[attr-defined]
    code, found = findings(centre)
    assert code == 1
    assert "HTTP 503" in found["web page"][0]["text"]
    assert "engine=False" in found["web page"][0]["text"]


def test_redis_away_is_a_finding_and_the_rest_is_still_looked_at(centre: Box) -> None:
    centre.environ["CTI_REDIS_URL"] = f"unix://{centre.folder}/none.sock"
    code, found = findings(centre)
    assert code == 1
    assert worst(found, "redis")["severity"] == "critical"
    assert worst(found, "database")["severity"] == "ok"
    assert worst(found, "web page")["severity"] == "ok"
    assert worst(found, "switches")["severity"] == "unknown"


def test_an_unmigrated_database(centre: Box) -> None:
    centre.environ["CTI_DATABASE_URL"] = f"sqlite:///{centre.folder}/empty.db"
    (centre.folder / "empty.db").write_bytes(b"")
    _, found = findings(centre)
    assert worst(found, "database")["details"]["error_id"] == "database-not-migrated"


@pytest.mark.parametrize(("age_ms", "severity"), [(5_000, "ok"), (70_000, "warning"), (700_000, "critical")])
def test_persister_lag_by_age(centre: Box, age_ms: int, severity: str) -> None:
    centre.client.delete(centre.keys.facts)
    add_fact(centre, NOW_MS - age_ms)
    add_fact(centre, NOW_MS - 10)
    centre.client.xgroup_create(centre.keys.facts, "persister", id="0")
    _, found = findings(centre)
    finding = worst(found, "persister")
    assert finding["severity"] == severity
    assert finding["details"] == {"lag": 2, "pending": 0, "oldest_age_ms": age_ms}


def test_facts_read_but_not_acknowledged_count(centre: Box) -> None:
    add_fact(centre, NOW_MS - 80_000 + 79_100)
    centre.client.xreadgroup("persister", "w1", {centre.keys.facts: ">"})
    _, found = findings(centre)
    assert worst(found, "persister")["details"] == {"lag": 1, "pending": 1, "oldest_age_ms": 900}


def test_a_lag_that_redis_does_not_know_is_counted(centre: Box) -> None:
    """After a deletion in the unread part the group's lag is null."""
    ids = [f"{NOW_MS - age}-0" for age in (900, 800, 700)]
    for entry_id in ids:
        centre.client.xadd(centre.keys.facts, {"f": b"{}"}, id=entry_id)
    centre.client.xdel(centre.keys.facts, ids[1])
    assert centre.client.xinfo_groups(centre.keys.facts)[0]["lag"] is None  # type: ignore[index]
    _, found = findings(centre)
    assert worst(found, "persister")["details"] == {"lag": 2, "pending": 0, "oldest_age_ms": 900}


def test_age_of_the_newest_fact(centre: Box) -> None:
    engine = make_engine(centre.environ["CTI_DATABASE_URL"], "test")
    with transaction(engine) as session:
        who = ("first_agent", "first_team", "last_agent", "last_team")
        words = dict.fromkeys(("name", "service_number", "cause", "last_queue", *who, "hung_up_by"), "")
        times = {"arrived_ms": NOW_MS - 9000, "ended_ms": NOW_MS - 5000}
        more = {"fact_id": "f1", "call_id": "c1", "node": "main", "direction": "inbound", "number": "1", "outcome": "answered"}
        session.execute(TABLES[CallFact].insert().values(**words, **times, **more, data={}, ivr_path=[], estimated=False))
    engine.dispose()
    _, found = findings(centre)
    assert found["ledger"][0]["details"] == {"newest_ms": NOW_MS - 5000, "age_ms": 5000}


def test_internal_errors_of_the_daemon_are_a_warning(centre: Box) -> None:
    beat = {"at_ms": NOW_MS, "pid": 1, "role": "leader", "inputs": 10, "errors": 2}
    centre.client.set(centre.keys.heartbeat("daemon"), orjson.dumps(beat))
    _, found = findings(centre)
    assert worst(found, "daemon")["severity"] == "warning"


def test_clocks_that_differ_are_told_with_how_far(centre: Box) -> None:
    _, found = findings(centre)
    assert found["clocks"][0]["severity"] == "ok"
    centre.mirror("switches", "main", {"linked": True}, {"settings": {"clock_ahead_ms": -4200}})
    _, found = findings(centre)
    assert worst(found, "clocks")["severity"] == "warning"
    assert "switch main is 4.2 s behind" in worst(found, "clocks")["text"]


def test_commands_refused_as_fenced_are_told(centre: Box) -> None:
    beat = {"at_ms": NOW_MS, "pid": 1, "role": "leader", "fenced": 7}
    centre.client.set(centre.keys.heartbeat("daemon"), orjson.dumps(beat))
    _, found = findings(centre)
    assert "7 commands refused because another daemon led" in worst(found, "daemon")["text"]


def test_options(centre: Box) -> None:
    _, found = findings(centre, "--calls-per-s", "500", "--skip", "web", "--skip", "database")
    assert {f["severity"] for f in found["switch main limits"]} == {"warning"}
    assert "web page" not in found
    assert "database" not in found
    quiet = centre.run("doctor", "--quiet").stdout
    assert "schema of this version" not in quiet


def test_nothing_is_created_by_looking(box: Box) -> None:
    before = sorted(path.name for path in box.folder.iterdir())
    assert box.run("doctor").exit_code == 1
    assert sorted(path.name for path in box.folder.iterdir()) == before


# ---------------------------------------------------------------- languages


def _places(words: str) -> list[str]:
    return sorted(PLACE.findall(words))


def _faults(sayings: dict[str, Words]) -> list[str]:
    """Sayings that lack a language, or have other places in one, or no Chinese in Chinese besides what stands in places."""
    return [
        one
        for one, words in sayings.items()
        if not (words.en and words.zh)
        or _places(words.en) != _places(words.zh)
        or not (CHINESE.search(words.zh) or words.zh == "Redis" or not re.search(r"\w", PLACE.sub("", words.en + words.zh)))
    ]


def test_every_saying_has_words_in_both_languages_with_the_same_places() -> None:
    assert len(SAYINGS) > 150
    assert _faults(SAYINGS) == []
    bad = {"a": Words("at {n}", ""), "b": Words("at {n}", "在 {m}"), "c": Words("down {why}", "down {why}"), "d": Words("", "坏")}
    assert _faults(bad) == ["a", "b", "c", "d"], "it would be seen"
    with pytest.raises(TypeError, match="declared already"):
        declare({"trunk-is-down": ("down", "中断")})


def _calls() -> Iterator[tuple[str, list[str] | None]]:
    """Of the doctor's code: (id, names of what is given), None for the latter where it is given later."""
    for path in sorted((Path(__file__).parents[2] / "scripts/cti/doctor").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            names = [word.arg or "" for word in node.keywords]
            first = node.args[-1]
            if node.func.id == "say":
                assert isinstance(first, ast.Constant), f"{path.name}:{node.lineno} says what cannot be looked up"
                yield str(first.value), sorted(names)
            elif node.func.id == "partial" and isinstance(node.args[0], ast.Name) and node.args[0].id == "say":
                assert isinstance(first, ast.Constant)
                yield str(first.value), None


def test_what_is_said_is_declared_and_given_what_its_words_need() -> None:
    said = list(_calls())
    assert {one for one, _ in said} == SAYINGS.keys(), "said and not declared, or declared and never said"
    assert [(one, given) for one, given in said if given is not None and given != _places(SAYINGS[one].en)] == []


def test_the_report_is_in_the_language_asked_for(centre: Box) -> None:
    centre.mirror("trunks", "main/telecom", {"node": "main", "gateway": "telecom", "state": "down", "detail": "408"})
    shown = centre.run("doctor", "--lang", "zh-CN", "--quiet").stdout
    assert "中继 main/telecom" in shown
    assert "中断：408" in shown
    assert "联系运营商；在交换机上执行：sofia status gateway telecom" in shown
    assert shown.splitlines()[-1].startswith("共 ")
    assert "严重" in shown
    assert "1 项严重" in shown.splitlines()[-1]
    assert "ask the carrier" not in shown


def test_a_look_that_cannot_be_made_is_said_in_both_languages(centre: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "web", lambda world, options: 1 / 0)
    _, found = findings(centre)
    assert found["web"][0]["texts"] == {
        "en": "the look itself failed: ZeroDivisionError: division by zero",
        "zh-CN": "检查本身出错：ZeroDivisionError: division by zero",
    }


def test_a_switch_that_has_long_said_nothing_of_its_prompts_is_a_warning(centre: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [{"node": "main", "has": 1, "missing": [], "at_ms": NOW_MS - 700_000}]
    monkeypatch.setattr(SqlPrompts, "files", lambda prompts: ["zh/a.wav"])
    monkeypatch.setattr(SqlPrompts, "switches", lambda prompts: said)
    code, found = findings(centre)
    assert (code, [one["severity"] for one in found["uploaded prompts"]]) == (0, ["warning"])
    assert found["uploaded prompts"][0]["texts"]["zh-CN"] == "main 最近一次报告是在 700 秒前"
