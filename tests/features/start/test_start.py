"""The first run over a database: people and a queue at once, the demo filled in and wiped, whole or not at all."""

from __future__ import annotations

import argon2
import pytest
from sqlalchemy import delete, select

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import AuditFact
from cti_server.features.centre import seed
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.model import Reason
from cti_server.features.centre.seed_sql import seed_demo
from cti_server.features.entities.contract import By, EntriesRefused, Wish
from cti_server.features.ledger.model import TABLES
from cti_server.features.publication.files import take_files
from cti_server.features.start.contract import BadLines, CentreNotEmpty, DraftFirst, NoDemo
from cti_server.features.start.files import shipped
from cti_server.features.start.service import Found, Newcomer, id_of, people_of, steps
from cti_server.features.start.sql import password_is
from cti_server.settings import OWN_FLOWS
from tests.features.start.conftest import Rig

ANNA = By("user:1", "anna")
OPEN = {"account", "switch", "trunk", "people", "queue", "number", "phones", "call"}


def test_steps_follow_from_what_is_there() -> None:
    nothing = steps(Found(password="none"))
    assert {one["name"] for one in nothing if not one["done"]} == OPEN
    assert nothing[0]["lacks"] == ["password-none"]
    all_there = Found(switches=(True,), trunks=1, trunks_up=1, agents=2, queues=1, numbers=1, phones=1, answered=True)
    assert all(one["done"] for one in steps(all_there))
    half = Found(switches=(True, False), trunks=2, agents=1, agents_without_login=1, outside=1, queues=2, queues_unstaffed=1,
                 numbers=1, numbers_nowhere=1, changes=3)  # fmt: skip
    assert {one["name"]: one["lacks"] for one in steps(half) if one["lacks"]} == {
        "switch": ["switch-unlinked"],
        "trunk": ["trunk-not-up"],
        "people": ["people-no-login", "people-not-in"],
        "queue": ["queue-no-agents"],
        "number": ["number-nowhere"],
        "publish": ["draft"],
        "phones": ["phone-none"],
        "call": ["call-none"],
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Li Wei", [Newcomer(1, "Li Wei", "1001", "li.wei")]),
        ("李伟 2001", [Newcomer(1, "李伟", "2001", "2001")]),
        ("姓名,分机\n\n王芳，1003\nEmma Clarke\t1005\temma", [
            Newcomer(3, "王芳", "1003", "1003"), Newcomer(4, "Emma Clarke", "1005", "emma")]),
        ("1001;A\nB\nB", [
            Newcomer(1, "A", "1001", "a"), Newcomer(2, "B", "1003", "b"), Newcomer(3, "B", "1004", "1004")]),
    ],
)  # fmt: skip
def test_people_are_read_from_lines(text: str, wanted: list[Newcomer]) -> None:
    assert people_of(text, {"1002"}, set()) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("孙七,abc;drop, sun", "has more than a name, an extension and a login: drop, sun"),
        ("😀, 20 05", "'20 05' is neither an extension"),
        ("李伟, 1", "'1' is neither an extension"),
        ("李伟, li wei", "'li wei' is neither an extension"),
    ],
)
def test_nothing_of_a_line_is_dropped_without_a_word(text: str, why: str) -> None:
    (found,) = people_of(text, set(), set())
    assert found.problem.startswith(why)


@pytest.mark.parametrize("text", ["", " \n ,, \n", "name,extension", "x\n" * 501])
def test_lines_without_people_are_refused(text: str) -> None:
    with pytest.raises(BadLines):
        people_of(text, (), ())


def test_ids_are_made_of_names() -> None:
    assert id_of("Customer Care", (), "queue") == "customer-care"
    assert id_of("客服", {"queue-1"}, "queue") == "queue-2"
    assert id_of("Care", {"care"}, "queue") == "care-1"


def test_people_then_a_queue_with_all_of_them(rig: Rig) -> None:
    told, made = rig.start.people("Li Wei 1001\nWang Fang", "Day", ANNA, dry=True)
    assert ([one["login"] for one in told], made, rig.keys("agents")) == (["li.wei", "wang.fang"], {}, set())
    told, made = rig.start.people("Li Wei 1001\nWang Fang", "Day", ANNA, dry=False)
    assert rig.keys("agents") == made.keys() == {"1001", "1002"}
    assert rig.keys("users") == {"anna", "li.wei", "wang.fang"}
    there = rig.start.there()
    assert (there.agents, there.outside, there.agents_without_login, there.unqueued) == (2, 3, 0, ["1001", "1002"])
    assert rig.start.queue("Service", ANNA) == "service"
    there = rig.start.there()
    assert (there.queues, there.queues_unstaffed, there.unqueued, there.empty, there.demo) == (1, 0, [], False, 0)
    rig.publications.publish(ANNA, "first")


def test_one_bad_line_takes_all_back(rig: Rig) -> None:
    rig.start.people("Li Wei 1001", "Day", ANNA, dry=False)
    told, _ = rig.start.people("New 1002\nOther 1001", "Day", ANNA, dry=True)
    assert [bool(one["problem"]) for one in told] == [False, True]
    with pytest.raises(EntriesRefused):
        rig.start.people("New 1002\nOther 1001", "Day", ANNA, dry=False)
    assert rig.keys("agents") == {"1001"}


def test_the_demo_comes_and_goes_as_a_whole(rig: Rig) -> None:
    before = {name: rig.keys(name) for name in shipped()}
    with pytest.raises(NoDemo):
        rig.start.wipe(ANNA, "anna")
    done = rig.start.fill(ANNA, password=True)
    assert done.version == 2
    assert rig.keys("agents") == {one.id for one in seed.AGENTS}
    assert {"main_menu", "sales"} <= rig.keys("flows")
    there = rig.start.there()
    assert (there.empty, there.agents_without_login, there.outside) == (False, 0, 1)
    assert there.demo == sum(map(len, shipped().values()))
    with pytest.raises(CentreNotEmpty):
        rig.start.fill(ANNA, password=True)
    wiped, gone, _ = rig.start.wipe(ANNA, "anna")
    assert (wiped.version, set(gone)) == (3, {one.login for one in seed.USERS})
    assert {name: rig.keys(name) for name in shipped()} == before
    assert (rig.start.there().empty, rig.start.there().demo) == (True, 0)
    audit = TABLES[AuditFact].c
    with transaction(rig.engine) as session:
        told = session.execute(select(audit.action, audit.detail).where(audit.action.like("centre.%"))).all()
    assert [row.action for row in told] == ["centre.demo_filled", "centre.demo_wiped"]
    assert told[1].detail["entries"]["agents"] == len(seed.AGENTS)


def test_who_wipes_the_demo_stays_and_what_people_need_of_it_refuses(rig: Rig) -> None:
    rig.start.fill(ANNA, password=False)
    wish = Wish("own", {"id": "own", "name": "Own", "overflow_queue": "repair"}, create=True)
    rig.entities.change("queues", wish, ANNA)
    with pytest.raises(DraftFirst):
        rig.start.wipe(ANNA, "admin")
    rig.publications.publish(ANNA, "own queue")
    with pytest.raises(EntriesRefused, match="own"):
        rig.start.wipe(ANNA, "admin")
    assert rig.keys("agents") == {one.id for one in seed.AGENTS}
    rig.entities.change("queues", Wish("own", {"overflow_queue": ""}), ANNA)
    rig.publications.publish(ANNA, "without")
    rig.start.wipe(ANNA, "admin")
    assert (rig.keys("queues"), rig.keys("users")) == ({"own"}, {"anna", "admin"})


def test_what_is_seeded_goes_and_what_people_made_stays(rig: Rig) -> None:
    with transaction(rig.engine) as session:
        session.execute(delete(Reason))  # what every centre has is seeded with it
        seed_demo(session, {user.login: "none" for user in seed.USERS}, {})
    take_files(rig.engine, rig.entities, read_flows(OWN_FLOWS))
    rig.publications.publish(ANNA, "seeded")
    rig.entities.change("users", Wish("sofia.rossi", None), ANNA)
    rig.entities.change("agents", Wish("1008", None), ANNA)
    rig.start.people("Somebody 1008", "Day", ANNA, dry=False)
    rig.publications.publish(ANNA, "somebody else has the seat")
    with pytest.raises(EntriesRefused, match="1008"):  # is in a team of the demo
        rig.start.wipe(ANNA, "anna")
    rig.entities.change("teams", Wish("own", {"id": "own", "name": "Own"}, create=True), ANNA)
    rig.entities.change("agents", Wish("1008", {"team": "own"}), ANNA)
    rig.entities.change("users", Wish("somebody", {"team_id": "own"}), ANNA)
    rig.publications.publish(ANNA, "in a team of its own")
    rig.start.wipe(ANNA, "anna")
    assert (rig.keys("agents"), rig.keys("users"), rig.keys("teams")) == ({"1008"}, {"anna", "somebody"}, {"own"})


def test_trunks_that_the_switch_has_are_no_demo(rig: Rig) -> None:
    rig.start.fill(ANNA, password=False)
    rig.start._trunks = ("telco",)
    rig.start.wipe(ANNA, "anna")
    assert rig.keys("trunks") == {"telco"}


def test_whose_password_it_is() -> None:
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    stored = ["", "no hash", hasher.hash("demo"), hasher.hash("a long one of my own")]
    assert [password_is(one) for one in stored] == ["none", "own", "documented", "own"]


def test_one_of_the_demo_who_wipes_it_is_no_part_of_it(rig: Rig) -> None:
    """What is counted for them is what they can wipe."""
    rig.start.fill(ANNA, password=True)
    (login,) = (one.login for one in seed.USERS if one.role == "admin")
    own = By("user:9", login)
    assert rig.start.there(login).demo == rig.start.there().demo - 1
    rig.start.wipe(own, login)
    assert (rig.start.there(login).demo, rig.start.there().demo) == (0, 1)
    with pytest.raises(NoDemo):
        rig.start.wipe(own, login)
