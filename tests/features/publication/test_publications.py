"""Draft, publication, roll back: what is published is whole, what is in force can be had again, nothing is lost unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.errors import CtiError
from cti_server.features.centre import model
from cti_server.features.centre.document import decode_config, encode_config
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.sql import SqlPhones, tables_of
from cti_server.features.entities.contract import EntriesRefused, NoSuchEntry, Wish
from cti_server.features.publication import document
from cti_server.features.publication.contract import (
    BadDocument,
    DraftChanged,
    DraftThere,
    MomentPast,
    NoSuchPlan,
    NoSuchVersion,
    NothingToPublish,
    PublishRefused,
)
from cti_server.features.publication.files import take_files
from cti_server.features.publication.sql import published
from cti_server.features.registry import ENTITIES
from cti_server.settings import OWN_FLOWS
from tests.features.entities.conftest import ADAM, EVE, NOW_MS, Kit
from tests.features.entities.test_entities import AGENT, FLOW

PUBLISHED = published(ENTITIES)


def in_force(kit: Kit) -> dict[str, Any]:
    return orjson.loads(kit.publications.newest()[1])


def test_a_document_of_what_was_read_already_is_that_of_the_tables(both: Kit) -> None:
    both.add("agents", "1009", **AGENT)
    both.set("queues", "repair", None, wrap_up_s=7, skills={"english": 2})
    with transaction(both.engine) as session:
        records, _ = both.publications.records(session)
        assert encode_config(tables_of(session, "main", records)) == encode_config(tables_of(session, "main"))


def test_a_change_waits_in_the_draft_until_it_is_published(both: Kit) -> None:
    p = both.publications
    before, draft = in_force(both), p.draft()
    assert (draft["changes"], draft["who"], draft["since_ms"]) == (0, [], 0)
    both.add("agents", "1009", **AGENT)
    both.clock.ms += 5000
    both.set("queues", "repair", None, ADAM, wrap_up_s=7, priority=2)
    both.set("queues", "billing", None, ADAM, wrap_up_s=9)
    both.set("queues", "billing", None, EVE, wrap_up_s=30)
    both.add("users", "new", name="New", role="admin")
    draft = p.draft()
    assert (draft["changes"], draft["since_ms"], draft["version"]) == (2, NOW_MS, before["version"])
    assert [(one["who"], one["changes"]) for one in draft["who"]] == [("eve", 1), ("adam", 1)]
    assert in_force(both) == before
    told = {(one["entity"], one["key"], one["change"]): one for one in p.difference()}
    assert set(told) == {("agents", "1009", "created"), ("queues", "repair", "changed")}
    assert told["agents", "1009", "created"]["name"] == "赵云"
    assert told["queues", "repair", "changed"]["fields"] == [
        {"field": "priority", "before": 5, "after": 2}, {"field": "wrap_up_s", "before": 30, "after": 7}
    ]  # fmt: skip
    done = p.publish(ADAM, "a second shift", draft["mark"])
    assert done.version == before["version"] + 1
    now = in_force(both)
    assert (now["agents"]["1009"]["name"], now["queues"]["repair"]["wrap_up_s"]) == ("赵云", 7)
    assert (p.draft()["changes"], p.difference(), p.newest_version()) == (0, [], done.version)
    told_of = {"at_ms": both.clock.ms, "author": "adam", "reason": "a second shift", "changes": 2, "restorable": True}
    assert p.versions()[0] == {"version": done.version, **told_of}
    assert {(one["entity"], one["key"]) for one in p.difference(done.version - 1, done.version)} == {one[:2] for one in told}
    with pytest.raises(NothingToPublish):
        p.publish(EVE, "again")


def test_two_administrators_lose_nothing(kit: Kit) -> None:
    p = kit.publications
    kit.add("teams", "night", name="Night")
    seen = p.draft()["mark"]
    kit.set("queues", "repair", None, ADAM, wrap_up_s=7)
    for act in (lambda: p.publish(EVE, "", seen), lambda: p.discard(EVE, seen), lambda: p.roll_back(1, EVE, "", seen, True)):
        with pytest.raises(DraftChanged, match="adam") as refused:
            act()
        assert refused.value.details["who"] == ["adam"]
    seen = p.draft()["mark"]
    p.publish(ADAM, "first", seen)
    with pytest.raises(DraftChanged, match="adam has changed or published"):
        p.publish(EVE, "second", seen)
    assert p.draft()["changes"] == 0


def test_hands_that_wrote_sql_are_seen_refused_and_published_whole(kit: Kit) -> None:
    p, before = kit.publications, in_force(kit)
    with transaction(kit.engine) as session:
        session.get(model.Queue, "repair").ring_timeout_s = 0
        session.get(model.Team, "day").name = "By hand"
    kit.add("teams", "night", name="Night")
    (fault,) = p.check()
    assert (fault["entity"], fault["key"], fault["field"]) == ("queues", "repair", "ring_timeout_s")
    with pytest.raises(PublishRefused) as refused:
        p.publish(EVE, "x")
    assert refused.value.details["problems"] == [fault]
    assert in_force(kit) == before
    assert p.draft()["changes"] == 1
    assert {one["key"] for one in p.difference()} == {"repair", "day", "night"}
    assert p.discard(EVE, entity="queues", key="repair") == 1
    assert p.check() == []
    p.publish(EVE, "x")
    assert (in_force(kit)["teams"]["day"]["name"], in_force(kit)["queues"]["repair"]["ring_timeout_s"]) == ("By hand", 15)


def test_numbers_that_hands_gave_twice_are_told_where_they_stand(kit: Kit) -> None:
    """An earlier release took them: what is in force goes on, and is not published again."""
    p = kit.publications
    with transaction(kit.engine) as session:
        for number in ("110", "1001", "*10"):
            session.add(model.ServiceNumber(number=number, name="x", flow="", queue="repair"))
        session.add(model.FreeSeat(extension="95598", phone_password="x"))
        session.add(model.ForbiddenNumber(number="119"))
    told = {(one["entity"], one["key"], one["field"]) for one in p.check()}
    numbers = {("service_numbers", number, "number") for number in ("110", "1001", "*10", "95598")}
    assert told == {*numbers, ("forbidden_numbers", "119", "number")}
    with pytest.raises(PublishRefused):
        p.publish(EVE, "x")
    kit.set("agents", "1001", extension="1099")
    assert len(p.check()) == len(numbers) + 1, "*10 is a code, and no number of a line in any case"
    for number in ("110", "1001", "*10"):
        kit.remove("service_numbers", number)
    kit.remove("free_seats", "95598")
    kit.remove("forbidden_numbers", "119")
    assert p.check() == []


def test_a_draft_is_discarded_whole_or_one_by_one(both: Kit) -> None:
    p = both.publications
    before = p.now()
    old = SqlPhones(both.engine).phone("1001")
    both.set("service_numbers", "95598", queue="repair", flow="")
    with transaction(both.engine) as session:
        session.query(model.Setting).filter_by(key="x").delete()
    both.remove("users", "li.wei")
    both.remove("agents", "1001")
    both.add("agents", "1001", **{**AGENT, "extension": "1999"})
    both.add("teams", "night", name="Night")
    both.set("agents", "1002", team="night")
    assert p.discard(EVE, entity="agents", key="1002") == 1
    assert p.discard(EVE, entity="teams", key="night") == 1
    with pytest.raises(NoSuchEntry):
        p.discard(EVE, entity="teams", key="moon")
    both.add("teams", "night", name="Night")
    both.set("agents", "1002", team="night")
    with pytest.raises(EntriesRefused) as refused:
        p.discard(EVE, entity="teams", key="night")
    assert refused.value.details["problems"][0]["key"] == "night"
    assert p.discard(EVE) == 4
    assert (p.now(), p.draft()["changes"], p.difference()) == (before, 0, [])
    assert both.entities.get("agents", "1001").changed_by == "eve"
    assert SqlPhones(both.engine).phone("1001").password != old.password, "it was there in between, with a password of its own"


def test_a_phone_works_on_until_its_agents_removal_is_published(kit: Kit) -> None:
    phones = SqlPhones(kit.engine)
    old = phones.phone("1001")
    kit.remove("users", "li.wei")
    kit.remove("agents", "1001")
    kit.set("agents", "1002", extension="1001")
    assert phones.phone("1001") == old
    kit.publish()
    assert phones.phone("1001").agent_id == "1002"
    kit.publications.roll_back(1, EVE)
    assert phones.phone("1001") == old, "with the password that the phone has"


def test_a_version_comes_back_as_a_new_one(both: Kit) -> None:
    p = both.publications
    first = p.now()
    both.set("agents", "1001", extension="1999")
    both.set("agents", "1002", extension="1001")
    both.set("agents", "1001", extension="1002")
    both.set("flows", "sales", document={**both.values("flows", "sales")["document"], "description": "x"})
    both.add("teams", "night", name="Night")
    both.add("agents", "1009", **{**AGENT, "team": "night"})
    both.set("settings", "centre", page_gone_s=99)
    second = p.publish(EVE, "")
    both.add("teams", "tea", name="Tea")
    with pytest.raises(DraftThere) as refused:
        p.roll_back(1, ADAM)
    assert (refused.value.details["changes"], refused.value.details["who"]) == (1, ["eve"])
    done = p.roll_back(1, ADAM, discard=True)
    assert (done.version, p.now(), p.difference(1, done.version), p.draft()["changes"]) == (second.version + 1, first, [], 0)
    assert in_force(both)["flows"]["sales"]["version"] == 3
    assert p.versions()[0]["reason"] == "back to version 1"
    assert done.made == {}
    again = p.roll_back(second.version, ADAM)
    assert p.difference(second.version, again.version) == []
    with pytest.raises(NothingToPublish):
        p.roll_back(again.version, ADAM)
    for version in (0, 99):
        with pytest.raises(NoSuchVersion):
            p.roll_back(version, ADAM)


def test_what_a_version_of_an_earlier_release_does_not_know_stays(kit: Kit) -> None:
    p = kit.publications
    with transaction(kit.engine) as session:
        row = session.get(model.ConfigVersion, 1)
        row.records = orjson.dumps({name: some for name, some in orjson.loads(row.records).items() if name != "scripts"}).decode()
    kit.add("scripts", "hello", name="x", text="I am {agent}")
    kit.add("teams", "night", name="Night")
    p.publish(EVE, "")
    p.roll_back(1, EVE)
    assert (list(p.now()["scripts"]), "night" in p.now()["teams"], p.draft()["changes"]) == (["hello"], False, 0)
    assert [one["key"] for one in p.difference(1, 2)] == ["night"]


def test_a_planned_publication_is_what_was_planned(both: Kit) -> None:
    p = both.publications
    both.set("queues", "repair", wrap_up_s=7)
    done = p.publish(EVE, "at night", at_ms=NOW_MS + 60_000)
    assert (done.version, done.plan["state"], done.plan["changes"]) == (0, "waiting", 1)
    both.set("queues", "repair", wrap_up_s=8)
    assert p.due() is None
    both.clock.ms += 60_000
    settled = p.due()
    assert (settled["state"], settled["problems"]) == ("published", [])
    assert settled["version"] == p.newest_version() == in_force(both)["version"]
    assert in_force(both)["queues"]["repair"]["wrap_up_s"] == 7
    assert [(one["field"], one["before"], one["after"]) for one in p.difference()[0]["fields"]] == [("wrap_up_s", 7, 8)]
    assert (p.draft()["changes"], p.due()) == (1, None)
    assert p.versions()[0]["author"] == "eve"


@pytest.mark.parametrize("at_ms", [1, NOW_MS - 60_000, NOW_MS])
def test_nothing_is_published_at_a_time_that_has_been(kit: Kit, at_ms: int) -> None:
    p = kit.publications
    kit.set("queues", "repair", wrap_up_s=7)
    with pytest.raises(MomentPast):
        p.publish(EVE, "at night", at_ms=at_ms)
    assert (p.newest_version(), p.draft()["changes"], p.plans()) == (1, 1, [])


def test_a_plan_that_others_overtook_is_refused_and_one_can_be_cancelled(kit: Kit) -> None:
    p = kit.publications
    kit.set("queues", "repair", wrap_up_s=7)
    first = p.publish(EVE, "at night", at_ms=NOW_MS + 60_000).plan
    second = p.publish(EVE, "later", at_ms=NOW_MS + 90_000).plan
    p.publish(ADAM, "now")
    kit.clock.ms += 60_000
    settled = p.due()
    assert (settled["id"], settled["state"]) == (first["id"], "refused")
    assert "was published since" in settled["problems"][0]["text"]
    p.cancel(second["id"], EVE)
    kit.clock.ms += 60_000
    assert p.due() is None
    assert [one["state"] for one in p.plans()] == ["cancelled", "refused"]
    for gone in (first["id"], second["id"], 99):
        with pytest.raises(NoSuchPlan):
            p.cancel(gone, EVE)
    assert p.newest_version() == 2


# ---------------------------------------------------------------- the whole centre as one document


def test_a_centre_goes_into_an_empty_one_and_is_the_same_there(both: Kit, tmp_path: Path) -> None:
    text = document.write(both.publications.now(), PUBLISHED)
    assert "password" not in text
    migrate(f"sqlite:///{tmp_path}/other.db")
    other = Kit(make_engine(f"sqlite:///{tmp_path}/other.db"))
    wanted = document.read(text, PUBLISHED)
    tried, made = other.publications.take(wanted, EVE, dry=True)
    assert made == {}
    assert other.publications.now()["agents"] == {}
    done, made = other.publications.take(wanted, EVE)
    assert done == tried
    assert made["agents"].keys() == both.publications.now()["agents"].keys()
    assert document.write(other.publications.now(), PUBLISHED) == text
    assert other.publications.take(wanted, EVE) == ([], {})
    other.publications.first(EVE)
    one, two = in_force(both), in_force(other)
    assert {**one, "version": 0} == {**two, "version": 0}
    both.set("queues", "repair", wrap_up_s=7)
    changed = document.write(both.publications.now(), PUBLISHED)
    lines = [line for line in changed.splitlines() if line not in text.splitlines()]
    assert lines == ["    wrap_up_s: 7"]


def test_a_document_is_taken_whole_or_not_at_all(kit: Kit) -> None:
    p = kit.publications
    before, traces = p.now(), kit.traces()
    wanted = document.read("format: 1\nteams:\n  day: {name: Day}\n  night: {name: Night}\nqueues: {}\n", PUBLISHED)
    with pytest.raises(EntriesRefused) as refused:
        p.take(wanted, EVE)
    assert "queues" in {one["entity"] for one in refused.value.details["problems"]}
    assert (p.now(), kit.traces()) == (before, traces)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "format"), ("format: 2", "format"), ("- 1", "format"), ("format: 1\nmoons: {}", "moons"), ("a: [", "line"),
        ("format: 1\nteams: []", "teams: must be"), ("format: 1\nteams: {day: x}", "teams.day: must be"),
        ("format: 1\nteams: {day: {}, day: {}}", "given twice"), ("format: 1\na: &x 1\nb: *x", "line 3: aliases"),
        ("format: 1\nteams: !!set {}", "tags"), ('format: 1\nteams: {"a\\0": {}}', "characters"),
        ("format: 1\nagents: {1: {phone_password: secret123}}", "passwords are in no document"),
        pytest.param("x: " + "[" * 500, "deeper", id="deep"),
    ],
)  # fmt: skip
def test_what_is_no_document(text: str, said: str) -> None:
    with pytest.raises(BadDocument, match=said):
        document.read(text, PUBLISHED)


# ---------------------------------------------------------------- flow files


def test_flow_files_come_into_the_draft_when_they_change(kit: Kit) -> None:
    p = kit.publications
    text = "name: bye\nversion: 1\nstart: end\nnodes: {end: {type: hang_up}}\n"
    files = read_flows(OWN_FLOWS)
    assert take_files(kit.engine, kit.entities, {**files, "bye.yaml": text}) == []
    assert kit.values("flows", "bye")["document"] == FLOW
    assert kit.entities.get("flows", "bye").changed_by == "flow files"
    kit.set("flows", "bye", document={**FLOW, "description": "on the page"})
    assert take_files(kit.engine, kit.entities, {**files, "bye.yaml": text}) == []
    assert kit.values("flows", "bye")["document"]["description"] == "on the page"
    bad = take_files(kit.engine, kit.entities, {**files, "bye.yaml": text.replace("hang_up", "moon"), "x.yaml": "{"})
    assert {one.split(":")[0] for one in bad} == {"x.yaml", "bye.yaml"}
    assert kit.values("flows", "bye")["document"]["description"] == "on the page"
    kit.publish()
    kit.publications.roll_back(1, EVE)
    assert "bye" not in p.now()["flows"]
    assert take_files(kit.engine, kit.entities, {**files, "bye.yaml": text}) == [], "it has not changed"
    assert "bye" not in p.now()["flows"]
    assert take_files(kit.engine, kit.entities, {**files, "again.yaml": text + "\n"}) == []
    assert "bye" in p.now()["flows"]
    gone = take_files(kit.engine, kit.entities, {"main_menu.yaml": files["main_menu.yaml"]})
    assert "bye" not in p.now()["flows"]
    assert (len(gone), "sales" in gone[0], "sales" in p.now()["flows"]) == (1, True, True)


# ---------------------------------------------------------------- property

IDS = st.sampled_from(["a", "b", "c"])
NONE, LEVELS = st.just(""), st.dictionaries(IDS, st.integers(1, 3))
EXT = st.sampled_from(["5001", "5002", "5003", "5004"])
STEPS = st.one_of(
    st.tuples(st.just("teams"), IDS, st.sampled_from([None, {"name": "x"}, {"name": "y"}])),
    st.tuples(st.just("queues"), IDS, st.one_of(st.none(), st.fixed_dictionaries({"name": IDS, "overflow_queue": NONE | IDS}))),
    st.tuples(
        st.just("agents"),
        IDS,
        st.one_of(
            st.none(),
            st.fixed_dictionaries({"name": IDS, "extension": EXT, "team": IDS, "queues": LEVELS}),
        ),
    ),
    st.tuples(st.just("settings"), st.just("centre"), st.fixed_dictionaries({"page_gone_s": st.integers(0, 9)})),
)  # fmt: skip


@given(st.lists(STEPS, max_size=12), st.lists(STEPS, min_size=1, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rolled_back_is_as_before(kit: Kit, first: list[Any], then: list[Any]) -> None:
    def change(steps: list[Any]) -> None:
        for name, key, values in steps:
            try:
                kit.entities.change(name, Wish(key, values, create=None), EVE)
            except CtiError:
                continue

    p = kit.publications
    change(first)
    kit.publish()
    before, document, version = p.now(), in_force(kit), p.newest_version()
    change(then)
    kit.publish()
    if p.newest_version() != version:
        p.roll_back(version, EVE)
    assert p.now() == before
    assert {**in_force(kit), "version": 0} == {**document, "version": 0}
    decode_config(p.newest()[1])
    assert p.check() == []


def test_a_field_that_an_earlier_release_had_not_is_no_difference(kit: Kit) -> None:
    p = kit.publications
    version = p.newest_version()
    with transaction(kit.engine) as session:
        row = session.scalars(select(model.ConfigVersion).where(model.ConfigVersion.version == version)).one()
        records = orjson.loads(row.records)
        for team in records["teams"].values():
            del team["group"]
        row.records = orjson.dumps(records).decode()
    assert p.difference() == []
