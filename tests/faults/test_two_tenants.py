"""Two tenants side by side: one switch, one Redis, one database, the same agents, extensions and queues, nothing in common."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from sqlalchemy import select

from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.domain.config import ServiceNumberConfig
from cti_server.events.facts import AuditFact, CallFact, RecordingFact
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre import model
from cti_server.features.centre.seed import DEMO_PASSWORD
from cti_server.features.ledger.model import TABLES
from scripts.stack import Stack, free_ports

pytestmark = pytest.mark.slow
PHONE = "1001"
NUMBERS = {"main": "6001", "south": "6002"}
REALM = "south.example"
SCENARIO = {
    "name": "tenants",
    "recordings": "sparse",
    "globals": {
        "cti_tenants": "main south", f"cti_tenant_{NUMBERS['south']}": "south",
        "cti_realm": "127.0.0.1", "cti_realm_south": REALM,
    },
    "phones": [
        {"extensions": PHONE, "modes": "manual"},
        {"extensions": PHONE, "modes": "manual", "realm": REALM},
    ],
    "callers": {"hangup_by_caller": 1.0},
}  # fmt: skip


class Tenant:
    """One centre's processes. ``beside``: the one that has Redis and the switch."""

    def __init__(self, name: str, folder: Path, beside: Tenant | None = None) -> None:
        self.name = name
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        environ = {"CTI_DATA_DIR": str(folder / name), "CTI_TENANT": name, "CTI_HTTP_PORT": str(port), "CTI_DEMO": "1"}
        environ |= {"CTI_DATABASE_URL": f"sqlite:///{folder}/cti.db", "CTI_RECORDINGS_DIR": str(folder / "recordings" / name)}
        if beside is not None:
            environ |= {one: beside.stack.environ[one] for one in ("CTI_REDIS_URL", "CTI_SWITCHES", "CTI_ESL_PASSWORD")}
        self.stack = Stack(environ)
        self.stack.start_redis()
        if beside is None:
            scenario = folder / "scenario.yaml"
            scenario.write_text(yaml.safe_dump(SCENARIO), encoding="utf-8")
            self.stack.start_simulator(str(scenario), "--recordings-dir", str(folder / "recordings"))
        self.console = self.stack.console()
        bootstrap(self.stack.settings)
        self.engine = make_engine(self.stack.settings.database_url, name)
        with transaction(self.engine) as session:
            line = ServiceNumberConfig(NUMBERS[name], name, "", "repair")
            session.add(model.ServiceNumber(**asdict(line)))
            session.get_one(model.Agent, PHONE).name = f"Agent of {name}"
            session.merge(model.Setting(key="publish_at_once", value=True))
        self.stack.spawn("worker")
        at = self.stack.keys.config
        self.stack.wait("it is published", lambda: NUMBERS[name].encode() in (self.stack.client.get(at) or b""))
        for process in ("daemon", "web"):
            self.stack.spawn(process)
        self.stack.wait("the daemon leads", lambda: self.stack.client.hexists(self.stack.keys.mirror("switches"), "main"), 180)
        self.stack.wait("the web answers", self._answers, 180)
        self.http = requests.Session()
        answer = self.http.post(f"{self.url}/api/session", json={"login": "admin", "password": DEMO_PASSWORD}, timeout=20)
        assert answer.status_code == 200, answer.text
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/session", timeout=5).status_code in (200, 401)
        except requests.RequestException:
            return False

    @property
    def phone(self) -> str:
        return PHONE if self.name == "main" else f"{PHONE}@{REALM}"

    def sim(self, words: str) -> str:
        answer = self.console.api(f"sim {words}")
        assert not answer.startswith("-ERR"), answer
        return answer

    def lines(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.sim(f"phone {self.phone}"))["lines"]
        return found

    def call(self) -> str:
        return self.sim(f"call NUMBER=139{NUMBERS[self.name]} SERVICE={NUMBERS[self.name]} TALK_S=600 PATIENCE_S=600").split()[1]

    def calls(self) -> list[tuple[str, str]]:
        return [(row["number"], row["phase"]) for row in self.stack.views("calls")]

    def agent(self) -> dict[str, Any]:
        (found,) = [row for row in self.stack.views("agents") if row["id"] == PHONE]
        return found

    def get(self, path: str) -> Any:
        answer = self.http.get(f"{self.url}{path}", timeout=20)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def booked(self, fact: type[Any], column: str) -> list[Any]:
        with transaction(self.engine) as session:
            return list(session.scalars(select(TABLES[fact].c[column])))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Tenant, Tenant]]:
    made: list[Tenant] = []
    try:
        made.append(Tenant("main", tmp_path))
        made.append(Tenant("south", tmp_path, made[0]))
        yield made[0], made[1]
    finally:
        for one in reversed(made):
            one.stack.stop()


def test_they_share_everything_and_mix_nothing(two: tuple[Tenant, Tenant]) -> None:
    main, south = two
    for one in two:
        one.stack.hire([PHONE])
    # a call of one rings its own phone of this extension, and the other's agent stays free
    theirs = south.call()
    south.stack.wait("it rings", lambda: south.lines())
    assert main.lines() == []
    assert main.calls() == []
    assert main.agent()["state"] == "idle"
    south.sim(f"phone {south.phone} answer")
    ours = main.call()
    main.stack.wait("it rings", lambda: main.lines())
    main.sim(f"phone {main.phone} answer")
    for one in two:
        one.stack.wait("they talk", lambda one=one: one.calls() == [(f"139{NUMBERS[one.name]}", "connected")])
        one.stack.wait("recorded", lambda one=one: one.stack.views("calls")[0]["recording"])
    # without the daemon of one, its call talks on, and the other's is as it was; a new one takes it over
    south.stack.kill("daemon")
    assert main.calls() == [(f"139{NUMBERS['main']}", "connected")]
    main.sim(f"caller {ours} hangup")
    main.stack.wait("it is over", lambda: main.calls() == [])
    south.stack.start_daemon()
    south.stack.wait("taken over", lambda: south.calls() == [(f"139{NUMBERS['south']}", "connected")])
    again = main.call()
    main.stack.wait("the next one", lambda: main.calls() != [])
    south.sim(f"caller {theirs} hangup")
    main.sim(f"caller {again} hangup")
    # the books
    main.stack.wait("two booked", lambda: len(main.booked(CallFact, "number")) == 2)
    south.stack.wait("one booked", lambda: len(south.booked(CallFact, "number")) == 1)
    for one, count in ((main, 2), (south, 1)):
        assert one.booked(CallFact, "number") == [f"139{NUMBERS[one.name]}"] * count
        listed = one.get("/api/calls")
        assert [row["number"] for row in listed["items"]] == [f"139{NUMBERS[one.name]}"] * count
        one.stack.wait("recordings", lambda one=one: one.booked(RecordingFact, "path"))
        assert all(f"/recordings/{one.name}/" in path for path in one.booked(RecordingFact, "path"))


def test_neither_sees_or_changes_the_others_centre_and_a_session_is_of_one(two: tuple[Tenant, Tenant]) -> None:
    main, south = two
    for one in two:
        assert one.get(f"/api/centre/agents/{PHONE}")["record"]["name"] == f"Agent of {one.name}"
        (cookie,) = [cookie.value for cookie in one.http.cookies if cookie.name == "cti_session"]
        other = south if one is main else main
        answer = requests.get(f"{other.url}/api/session", cookies={"cti_session": str(cookie)}, timeout=20)
        assert answer.status_code == 401
    held = main.get("/api/centre/teams/day")
    version = {"If-Match": f'"{held["version"]}"'}
    answer = main.http.patch(f"{main.url}/api/centre/teams/day", json={"record": {"name": "Mine"}}, headers=version, timeout=20)
    assert answer.status_code == 200, answer.text
    assert south.get("/api/centre/teams/day")["record"]["name"] != "Mine"
    assert main.get("/api/centre/teams/day/history")["items"]
    assert south.get("/api/centre/teams/day/history")["items"] == []
    assert "entity.changed" in main.booked(AuditFact, "action")
    assert "entity.changed" not in south.booked(AuditFact, "action")
    keys = {key.decode().split(":")[1] for key in connect(main.stack.environ["CTI_REDIS_URL"]).scan_iter("cti:*")}
    assert keys == {"main", "south"}
