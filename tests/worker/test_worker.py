"""The worker as a real process on real servers: it migrates, stores, publishes, survives outages, and ends clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import orjson
import pytest
from sqlalchemy import Row, func, select

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.events.command_wire import CommandReply, encode_reply
from cti_server.events.envelope import Envelope, encode
from cti_server.events.facts import CallFact, RecordingFact, SegmentFact
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre import model as centre_model
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.ledger import model as ledger_model
from cti_server.features.publication.contract import PublishRefused
from cti_server.features.publication.sql import Publications
from cti_server.features.registry import ENTITIES
from cti_server.features.webhooks.entities import WEBHOOKS
from cti_server.features.webhooks.sql import SqlWebhooks
from cti_server.settings import Settings
from cti_server.simulator.recording import write_wav
from tests.features.ledger import ledger_facts as facts
from tests.features.ledger.test_fallback import line as fallback_line
from tests.features.webhooks.receiver import Receiver
from tests.fixtures import maria
from tests.until import until

KEYS = Keys("main")

CALLS, SEGMENTS, RECORDINGS = (ledger_model.TABLES[fact] for fact in (CallFact, SegmentFact, RecordingFact))


class Centre:
    """A Redis of its own, a database, and workers as processes."""

    def __init__(self, folder: Path, url: str) -> None:
        self.redis_server = EmbeddedRedis(folder / "redis", time.sleep)
        self.redis_server.start()
        self.redis: Any = connect(self.redis_server.url)
        self.folder = folder
        self.settings = Settings(redis_url=self.redis_server.url, database_url=url, data_dir=str(folder), demo=True)
        self.result = bootstrap(self.settings)
        self.engine = make_engine(url)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "worker.log"

    def start_worker(self) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "CTI_REDIS_URL": self.settings.redis_url,
            "CTI_DATABASE_URL": self.settings.database_url,
            "CTI_DATA_DIR": self.settings.data_dir,
            "CTI_DEMO": "1",
        }
        with self.log.open("ab") as out:
            process = subprocess.Popen([sys.executable, "-m", "cti_server.worker.main"], env=env, stdout=out, stderr=out)
        self.processes.append(process)
        return process

    def put(self, first: int, count: int) -> None:
        for number in range(first, first + count):
            data = facts.segment("queue", number, number + 5, "answered", call_id=f"c{number}")
            self.redis.xadd(KEYS.facts, {"f": facts.raw(f"s-{number}", "segment", data)})

    def stored(self) -> int:
        with transaction(self.engine) as session:
            return session.scalar(select(func.count()).select_from(SEGMENTS)) or 0

    def beat(self) -> dict[str, Any]:
        found = [self.redis.get(key) for key in self.redis.keys(KEYS.heartbeat("worker-*"))]
        return orjson.loads(found[0]) if found and found[0] else {}

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.redis.close()
        self.redis_server.stop()
        self.engine.dispose()


@pytest.fixture(params=["sqlite", "mariadb"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    url = f"sqlite:///{tmp_path}/cti.db" if request.param == "sqlite" else str(request.getfixturevalue("mariadb_url"))
    made = Centre(tmp_path, url)
    yield made
    made.close()


def test_facts_reach_the_database_across_kill_and_redis_outage(centre: Centre) -> None:
    centre.put(0, 300)
    worker = centre.start_worker()
    until(lambda: centre.stored() == 300, "facts from before the worker")
    beat = until(lambda: centre.beat(), "a heartbeat")
    assert (beat["pid"], beat["role"], beat["errors"]) == (worker.pid, "worker", 0)

    centre.put(300, 300)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    centre.put(600, 100)
    other = centre.start_worker()
    until(lambda: centre.stored() == 700, "what the killed worker left")

    centre.redis_server.stop()
    until(lambda: b"redis-away" in centre.log.read_bytes(), "the worker's word about the outage")
    centre.redis_server.start()
    centre.put(700, 50)
    until(lambda: centre.stored() == 750 and centre.redis.xlen(KEYS.facts) == 0, "facts after the outage")
    assert other.poll() is None

    other.send_signal(signal.SIGTERM)
    assert other.wait(30) == 0
    assert centre.redis.keys(KEYS.heartbeat(f"worker-*-{other.pid}-*")) == []
    assert b"Traceback" not in centre.log.read_bytes()


def test_facts_wait_in_redis_while_mariadb_is_dead(tmp_path: Path) -> None:
    server = maria(tmp_path / "maria")
    server.start()
    centre = Centre(tmp_path, server.fresh_url())
    try:
        centre.put(0, 200)
        worker = centre.start_worker()
        until(lambda: centre.stored() == 200, "facts before the outage")
        centre.put(200, 400)  # some of them are being stored at this moment
        server.kill()
        centre.put(600, 400)
        until(lambda: b'"why": "database-away"' in centre.log.read_bytes(), "the worker's word about the outage")
        waiting = centre.redis.xlen(KEYS.facts)
        assert 400 <= waiting <= 800
        until(lambda: (centre.beat() or {}).get("trouble") == "database-away", "a heartbeat that says so")
        centre.put(1000, 10)
        assert centre.redis.xlen(KEYS.facts) == waiting + 10
        server.start()
        until(lambda: centre.redis.xlen(KEYS.facts) == 0, "everything taken off the stream")
        with transaction(centre.engine) as session:
            ids = sorted(session.scalars(select(SEGMENTS.c.fact_id)), key=lambda fact_id: int(fact_id[2:]))
        assert ids == [f"s-{number}" for number in range(1010)]
        until(lambda: centre.beat().get("trouble") == "", "a heartbeat without trouble")
        assert worker.poll() is None
        assert centre.redis.xlen(KEYS.facts_rejected) == 0
        assert b"Traceback" not in centre.log.read_bytes()
    finally:
        centre.close()
        server.stop()


def test_changed_tables_reach_redis_and_the_daemon_is_told(centre: Centre) -> None:
    centre.start_worker()
    until(lambda: centre.beat(), "a heartbeat")
    assert orjson.loads(centre.redis.get(KEYS.config))["version"] == 1
    with transaction(centre.engine) as session:
        queue = session.get(centre_model.Queue, "repair")
        assert queue is not None
        queue.wrap_up_s = 7
    assert publish(centre) == 2
    document = until(lambda: (d := orjson.loads(centre.redis.get(KEYS.config)))["version"] == 2 and d, "version 2")
    assert document["queues"]["repair"]["wrap_up_s"] == 7
    entries = until(lambda: centre.redis.xrange(KEYS.commands), "a command")
    assert [orjson.loads(fields[b"c"])["name"] for _, fields in entries] == ["ReloadConfig"]
    with transaction(centre.engine) as session:
        queue = session.get(centre_model.Queue, "repair")
        assert queue is not None
        queue.ring_timeout_s = 0
    problems = until(lambda: centre.redis.get(KEYS.config_problems), "the refusal", 90)  # SQL by hand is seen every 30 s
    why = "must be a whole number from 1 to 2147483647, is 0"
    assert orjson.loads(problems)["problems"] == [f"queues.repair.ring_timeout_s: {why}"]
    with pytest.raises(PublishRefused):
        publish(centre)
    assert orjson.loads(centre.redis.get(KEYS.config))["version"] == 2


def publish(centre: Centre) -> int:
    """As another process does that reaches no Redis."""
    every, clock = ENTITIES, SystemClock()
    store = Publications(centre.engine, Entities(centre.engine, every, clock), every, clock, "main")
    return store.publish(By("user:1", "admin"), "a test").version


def test_changes_are_published_by_themselves_where_the_centre_says_so_and_plans_at_their_time(centre: Centre) -> None:
    every, clock = ENTITIES, SystemClock()
    entities = Entities(centre.engine, every, clock)
    store, eve = Publications(centre.engine, entities, every, clock, "main"), By("user:1", "eve")
    entities.change("queues", Wish("repair", {"wrap_up_s": 7}), eve)
    plan = store.publish(eve, "soon", at_ms=clock.now_ms() + 100).plan
    assert plan is not None
    centre.start_worker()
    until(lambda: store.plans()[0]["state"] == "published", "the planned publication")
    until(lambda: orjson.loads(centre.redis.get(KEYS.config))["queues"]["repair"]["wrap_up_s"] == 7, "its document in Redis")
    entities.change("settings", Wish("centre", {"publish_at_once": True}), eve)
    entities.change("queues", Wish("repair", {"wrap_up_s": 8}), eve)
    until(lambda: orjson.loads(centre.redis.get(KEYS.config))["queues"]["repair"]["wrap_up_s"] == 8, "the change")
    assert store.draft()["changes"] == 0


def test_a_plan_that_is_refused_raises_an_alarm(centre: Centre) -> None:
    every, clock = ENTITIES, SystemClock()
    entities = Entities(centre.engine, every, clock)
    store, eve = Publications(centre.engine, entities, every, clock, "main"), By("user:1", "eve")
    entities.change("queues", Wish("repair", {"wrap_up_s": 7}), eve)
    store.publish(eve, "soon", at_ms=clock.now_ms() + 5_000)
    store.publish(eve, "now")
    centre.start_worker()
    entries = until(lambda: [f for _, f in centre.redis.xrange(KEYS.commands) if b"ReportPublication" in f[b"c"]], "the alarm")
    assert "was published since" in orjson.loads(entries[0][b"c"])["args"]["problem"]
    assert store.plans()[0]["state"] == "refused"


def test_recordings_get_their_checksum(centre: Centre) -> None:
    folder = centre.settings.recordings_path
    folder.mkdir(parents=True)
    write_wav(str(folder / "r1.wav"), True, 30_000, "sparse", [(240_000, True, True)])
    fact = facts.recording("r1", path=str(folder.resolve() / "r1.wav"))
    centre.redis.xadd(KEYS.facts, {"f": facts.raw("rec-1", "recording", fact)})
    centre.start_worker()

    def row() -> Row[Any] | None:
        with transaction(centre.engine) as session:
            return session.execute(select(RECORDINGS).where(RECORDINGS.c.sha256 != "")).first()

    found = until(row, "a checksum")
    assert (found.size, found.problem, len(found.sha256)) == (960_044, "", 64)


def test_a_recording_without_its_file_is_flagged_when_the_engine_has_been_told(centre: Centre) -> None:
    folder = centre.settings.recordings_path
    folder.mkdir(parents=True)
    fact = facts.recording("r1", path=str(folder.resolve() / "gone.wav"))
    centre.redis.xadd(KEYS.facts, {"f": facts.raw("rec-1", "recording", fact)})
    centre.start_worker()

    def problem() -> str | None:
        with transaction(centre.engine) as session:
            return session.scalar(select(RECORDINGS.c.problem))

    until(lambda: b"nobody can be told" in centre.log.read_bytes(), "the worker's word: there is no engine")
    assert problem() == ""
    engine = yes_sayer(centre)
    try:
        until(lambda: problem() == "missing", "the flag")
    finally:
        engine()
    (command,) = [c for _, f in centre.redis.xrange(KEYS.commands) if (c := orjson.loads(f[b"c"]))["name"] == "ReportRecording"]
    assert (command["args"], command["issuer"]) == ({"call_id": fact["call_id"], "problem": "missing"}, "system:worker")


def test_an_engine_that_started_without_its_mirror_gets_todays_figures_once_the_ledger_has_all(centre: Centre) -> None:
    start = int(time.time() * 1000) - 5_500
    for number, ended in enumerate((start - 200, start - 100, start + 1_000)):
        fact = facts.segment("queue", ended - 10, ended, "answered", call_id=f"c{number}")
        centre.redis.xadd(KEYS.facts, {"f": facts.raw(f"7-{number}", "segment", fact)})
    engine = yes_sayer(centre, figures_before_ms=start)
    centre.start_worker()

    def given() -> list[dict[str, Any]]:
        sent = [orjson.loads(fields[b"c"]) for _, fields in centre.redis.xrange(KEYS.commands)]
        return [command for command in sent if command["name"] == "RestoreFigures"]

    try:
        command = until(given, "the figures")[0]
    finally:
        engine()
    assert command["args"]["data"]["queues"]["repair"]["answered"] == 2, "what closed after the start the engine counts itself"
    assert command["issuer"] == "system:worker"


def yes_sayer(centre: Centre, **more: Any) -> Callable[[], None]:
    """Something that gives a sign of life and says yes to every command; the result ends it."""
    ended = threading.Event()

    def run() -> None:
        last = b"0-0"
        own: Any = connect(centre.redis_server.url)
        while not ended.is_set():
            beat = {"at_ms": int(time.time() * 1000), "pid": 0, "role": "leader", **more}
            own.set(KEYS.heartbeat("daemon"), orjson.dumps(beat), ex=10)
            for _, entries in own.xread({KEYS.commands: last}, block=200) or ():
                for entry, fields in entries:
                    last = entry
                    command = orjson.loads(fields[b"c"])
                    reply = encode_reply(CommandReply(command["id"], True))
                    own.xadd(KEYS.replies(command["reply_to"]), {"r": reply})
        own.close()

    thread = threading.Thread(target=run)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join(30)

    return end


def test_calls_of_the_fallback_queue_are_booked_once(centre: Centre) -> None:
    book = centre.settings.recordings_path / "fallback" / "calls.jsonl"
    book.parent.mkdir(parents=True)
    sound = str(book.parent.resolve() / "u1.wav")
    book.write_bytes(
        fallback_line(uuid="u1", recording=sound) + b"\nno line\n" + fallback_line(uuid="u2", cti_call="7-1") + b"\n"
    )
    write_wav(sound, True, 40_000, "sparse", [(320_000, True, True)])
    centre.redis.hset(KEYS.mirror("calls"), "7-1", b"{}")
    first = centre.start_worker()

    def calls() -> list[str]:
        with transaction(centre.engine) as session:
            return list(session.scalars(select(CALLS.c.call_id).order_by(CALLS.c.call_id)))

    def checked() -> str | None:
        with transaction(centre.engine) as session:
            return session.scalar(select(RECORDINGS.c.sha256).where(RECORDINGS.c.call_id == "fallback-u1"))

    until(checked, "the recording's checksum")
    assert (calls(), centre.stored()) == (["fallback-u1"], 2)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    centre.redis.hdel(KEYS.mirror("calls"), "7-1")  # as after the loss of Redis: no daemon will book it
    centre.start_worker()
    until(lambda: calls() == ["7-1", "fallback-u1"], "the call that nobody else books")
    assert centre.log.read_bytes().count(b"is skipped") == 1


def test_bootstrap_twice_is_once_and_keeps_the_logins_private(centre: Centre) -> None:
    again = bootstrap(centre.settings)
    assert (centre.result["seeded"], again["seeded"], again["config_version"]) == (True, False, 1)
    assert again["logins"] == centre.result["logins"]
    assert (again["problems"], len(again["logins"])) == ([], 11)
    assert (centre.folder / "demo-logins.json").stat().st_mode & 0o777 == 0o600
    document = orjson.loads(centre.redis.get(KEYS.config))
    assert (len(document["agents"]), len(document["teams"]), len(document["service_numbers"])) == (8, 2, 3)
    assert document["recordings_dir"] == str(centre.settings.recordings_path.resolve())


def test_outside_the_demo_the_password_is_generated(tmp_path: Path, redis_url: str) -> None:
    settings = Settings(redis_url=redis_url, database_url=f"sqlite:///{tmp_path}/cti.db", data_dir=str(tmp_path))
    passwords = {login["password"] for login in bootstrap(settings)["logins"]}
    assert len(passwords) == 11, "everybody has another"
    assert min(map(len, passwords)) >= 12


def test_a_broken_database_is_one_line(tmp_path: Path) -> None:
    env = {**os.environ, "CTI_DATABASE_URL": "mysql://cti:s3cr3t@127.0.0.1:1/cti", "CTI_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "cti_server.worker.main"], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("cti-worker: CTI_DATABASE_URL=mysql://cti:***@")
    assert len(done.stderr.splitlines()) == 1


def test_webhooks_are_told_across_a_kill(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events and facts: each at least once, under one id, those of a call in their order."""
    monkeypatch.setenv("CTI_WEBHOOK_NETWORKS", "127.0.0.0/8")
    receiver = Receiver()
    entities = Entities(centre.engine, {WEBHOOKS.name: WEBHOOKS}, SystemClock())
    wish = Wish("crm", {"name": "CRM", "url": receiver.url, "kinds": ["calls", "fact.segment"]}, create=True)
    entities.change(WEBHOOKS.name, wish, By("user:1", "eve"))
    worker = centre.start_worker()
    until(lambda: centre.beat(), "a heartbeat")
    until(lambda: SqlWebhooks(centre.engine).position(), "a place in the stream")
    for seq in range(1, 101):
        data = {"call": {"id": f"c{seq % 5}", "phase": "connected", "legs": []}}
        centre.redis.xadd(KEYS.events, {"e": encode(Envelope(1, seq, "call.data_changed", SystemClock().now_ms(), "", data))})
        if seq == 50:
            centre.put(0, 20)
            quietly(lambda: len(receiver.bodies) > 5)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            centre.start_worker()
    quietly(lambda: len({told["id"] for told in receiver.told}) == 120)
    by_call: dict[str, list[int]] = {}
    for told in receiver.told:
        if told["kind"] == "call.data_changed":
            by_call.setdefault(told["data"]["call"]["id"], []).append(told["seq"])
    for seqs in by_call.values():
        first = list(dict.fromkeys(seqs))
        assert first == sorted(first)
    assert b"Traceback" not in centre.log.read_bytes()
    receiver.stop()


def quietly(condition: Callable[[], Any]) -> None:
    """As ``until``, while this process serves."""
    with gevent.Timeout(120, AssertionError("not within 120 s")):
        while not condition():
            gevent.sleep(0.02)
