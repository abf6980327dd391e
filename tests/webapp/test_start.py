"""REST of the first run: steps, the doctor as a process of its own, people, a queue, the demo."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import gevent
import pytest
from sqlalchemy import delete

from cti_server.adapters.sql.database import transaction
from cti_server.features.centre import model, seed
from cti_server.features.centre.seed_sql import seed_calendars
from cti_server.features.start import colleagues
from cti_server.features.start.contract import DoctorFailed
from cti_server.features.users.model import User
from scripts.cti.doctor import command  # noqa: F401 - with it all sayings are declared
from scripts.cti.doctor.finding import Finding, say
from tests.webapp.conftest import Desk, Web
from tests.webapp.live import agent_view, call_view
from webapp.features.start.doctor import Doctor
from webapp.realtime.projection import MirrorRow

PATH = "/api/start"


@pytest.fixture
def desk(people: Web) -> Desk:
    """The administrator of an empty centre."""
    with transaction(people.ports.links._engine) as session:
        for table in (model.AgentQueue, model.Agent, model.Queue, model.Team):
            session.execute(delete(table))
        session.execute(delete(User).where(User.login != "admin"))
        seed_calendars(session)
    found = people.login("admin")
    assert found.post("/api/configuration/publish", json={"reason": "empty"}).status_code == 200
    return found


def lacks(desk: Desk) -> dict[str, list[str]]:
    return {one["name"]: one["lacks"] for one in desk.get(PATH).get_json()["steps"] if not one["done"]}


def test_steps_go_as_things_come(people: Web, desk: Desk) -> None:
    assert lacks(desk).keys() == {"switch", "trunk", "people", "queue", "number", "phones", "call"}
    dry = desk.post(f"{PATH}/people", json={"text": "Li Wei 1001", "dry_run": True}).get_json()
    assert (dry["people"][0]["login"], dry["made"], dry["dry"]) == ("li.wei", {}, True)
    told = desk.post(f"{PATH}/people", json={"text": "Li Wei 1001"}).get_json()
    assert told["made"]["1001"]["phone_password"]
    assert desk.post(f"{PATH}/people", json={"text": " \n"}).get_json()["error_id"] == "bad-lines"
    assert desk.get(PATH).get_json()["unqueued"] == ["1001"]
    assert desk.post(f"{PATH}/queue", json={"name": "Service"}).get_json() == {"id": "service"}
    number = {"record": {"number": "95598", "name": "Line", "queue": "service"}}
    assert desk.post("/api/centre/service_numbers", json=number).status_code == 201
    assert lacks(desk)["publish"] == ["draft"]
    assert desk.post("/api/configuration/publish", json={"reason": "first"}).status_code == 200
    rows = [MirrorRow("agents", "1001", 1, 1, agent_view("1001", phone_registered=True))]
    people.parts.projection.rebuild(rows, (1, 1))
    assert lacks(desk).keys() == {"switch", "trunk", "call"}
    (people_step,) = [one for one in desk.get(PATH).get_json()["steps"] if one["name"] == "people"]
    assert (people_step["done"], people_step["lacks"]) == (True, ["people-not-in"])


def test_the_demo_is_filled_and_wiped(people: Web, desk: Desk) -> None:
    told = desk.get(PATH).get_json()
    assert (told["empty"], told["demo"]) == (True, 0)
    done = desk.post(f"{PATH}/demo").get_json()
    assert (done["version"], len(done["made"]["agents"])) == (2, len(seed.AGENTS))
    assert people.redis.exists(people.keys.config)
    assert desk.post(f"{PATH}/demo").get_json()["error_id"] == "centre-not-empty"
    assert desk.get(PATH).get_json()["demo"] > 0
    unsaid = desk.post(f"{PATH}/demo/wipe", json={"confirm": "yes"})
    assert (unsaid.status_code, unsaid.get_json()["error_id"]) == (422, "bad-arguments")
    for kind, view in (("calls", call_view("c1")), ("agents", agent_view("1001"))):
        people.parts.projection.rebuild([MirrorRow(kind, str(view["id"]), 1, 1, view)], (1, 1))
        refused = desk.post(f"{PATH}/demo/wipe", json={"confirm": "wipe the demo"})
        assert (refused.status_code, refused.get_json()["error_id"]) == (409, "demo-in-use"), kind
    people.parts.projection.rebuild([], (1, 1))
    there = desk.get(f"{PATH}/demo").get_json()
    assert (there.pop("entries") > 0, there) == (True, {"calls": 0, "recordings": 0, "intervals": 0})
    done = desk.post(f"{PATH}/demo/wipe", json={"confirm": "wipe the demo", "calls": True}).get_json()
    assert done == {"version": 3, "calls": 0, "recordings": 0, "intervals": 0}
    told = desk.get(PATH).get_json()
    assert (told["empty"], told["demo"]) == (True, 0)
    assert desk.get("/api/centre/users").get_json()["total"] == 1
    assert desk.post(f"{PATH}/demo/wipe", json={"confirm": "wipe the demo"}).get_json()["error_id"] == "no-demo"


def test_the_demo_is_wiped_under_its_own_colleagues_only(people: Web, desk: Desk) -> None:
    """They are sent home; where somebody else is at work they stay, and so does the demo."""
    desk.post(f"{PATH}/demo")
    colleagues.tell(people.redis, people.keys, ["1003"])
    call, colleague = call_view("c1"), agent_view("1001", id="1003")
    simulated = [MirrorRow("calls", "c1", 1, 1, call), MirrorRow("agents", "1003", 1, 1, colleague)]
    person = MirrorRow("agents", "1001", 1, 1, agent_view("1001"))
    people.parts.projection.rebuild([*simulated, person], (1, 1))
    refused = desk.post(f"{PATH}/demo/wipe", json={"confirm": "wipe the demo"}).get_json()
    assert (refused["error_id"], colleagues.are_sent_home(people.redis, people.keys)) == ("demo-in-use", False)
    assert "1001" in refused["message"]
    people.parts.projection.rebuild(simulated, (1, 1))

    def go_home() -> None:
        while not colleagues.are_sent_home(people.redis, people.keys):
            gevent.sleep(0)
        people.parts.projection.rebuild([], (1, 1))

    leaving = gevent.spawn(go_home)
    assert desk.post(f"{PATH}/demo/wipe", json={"confirm": "wipe the demo"}).status_code == 200
    leaving.get()
    assert desk.get(PATH).get_json()["demo"] == 0


def doctor(folder: Path, code: str, limit_s: float = 20.0) -> Doctor:
    """One that counts how often it was run."""
    return Doctor((sys.executable, "-c", f"open({str(folder / 'runs')!r}, 'a').write('x'); {code}"), limit_s)


def test_the_doctor_looks_once_for_all_who_ask(tmp_path: Path) -> None:
    found = Finding(say("check", name="redis"), "ok", say("check-no-redis")).to_json("en")
    told = json.dumps({"findings": [found]})
    one = doctor(tmp_path, f"print({told!r}); raise SystemExit(1)")
    asked = [gevent.spawn(one.findings) for _ in range(3)]
    gevent.joinall(asked, raise_error=True)
    names = ("component", "severity", "components", "texts", "hints")
    assert all(done.value == [{name: found[name] for name in names}] for done in asked)
    assert found["texts"] == {"en": "Redis is away, so nobody could look", "zh-CN": "Redis 不在，无法检查"}
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize(
    ("code", "limit_s", "why"),
    [("print('no')", 20.0, "nothing that can be read"), ("print('[]')", 20.0, "nothing that can be read"),
     ("import time; time.sleep(60)", 0.5, "longer than 0.5 s")],
)  # fmt: skip
def test_a_doctor_that_fails_is_said(tmp_path: Path, code: str, limit_s: float, why: str) -> None:
    with pytest.raises(DoctorFailed, match=why):
        doctor(tmp_path, code, limit_s).findings()
    with pytest.raises(DoctorFailed, match="cannot be started"):
        Doctor((str(tmp_path / "none"),)).findings()


def test_the_real_doctor(web: Web) -> None:
    found = web.login("admin").get(f"{PATH}/doctor").get_json()["findings"]
    assert {"redis", "database"} <= {one["component"] for one in found}
    assert all({*one["components"], *one["texts"]} == {"en", "zh-CN"} for one in found)
