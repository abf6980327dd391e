"""The configuration document: there and back unchanged, every problem by its place, publication only of what is good and new."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.domain.config import CentreConfig, NotReadyReason, TrunkGroup
from cti_server.domain.dialling import seed_rules
from cti_server.errors import CtiError
from cti_server.features.centre import seed
from cti_server.features.centre.document import decode_config, encode_config, problems_of
from cti_server.features.centre.seed_calendars import CALENDARS
from cti_server.features.centre.service import as_version, problems_of_flows

DEMO = CentreConfig(
    version=1,
    tenant="main",
    agents={agent.id: agent for agent in seed.AGENTS},
    teams={team.id: team for team in seed.TEAMS},
    queues={queue.id: queue for queue in seed.QUEUES},
    skills={skill.id: skill for skill in seed.SKILLS},
    services={service.id: service for service in seed.SERVICES},
    calendars={calendar.id: calendar for calendar in CALENDARS},
    service_numbers={line.number: line for line in seed.SERVICE_NUMBERS},
    trunks={trunk.name: trunk for trunk in seed.TRUNKS},
    trunk_groups={"a": TrunkGroup("a", "A", "b"), "b": TrunkGroup("b", "B")},
    hours={hours.id: hours for hours in seed.HOURS},
    flows={"main_menu": {"name": "main_menu", "version": 3}, "sales": {"name": "sales", "version": 1}},
    not_ready_reasons=(NotReadyReason("lunch", {"en": "Lunch", "zh-CN": "午餐"}),),
    classes_of_service={granted.id: granted for granted in seed.CLASSES_OF_SERVICE},
    number_rules={rule.prefix: rule for rule in seed_rules("86", "755")},
    forbidden_numbers=("+4490", "0138"),
)


def test_there_and_back() -> None:
    assert decode_config(encode_config(DEMO)) == DEMO
    assert encode_config(decode_config(encode_config(DEMO))) == encode_config(DEMO)
    assert problems_of(DEMO) == []
    assert encode_config(DEMO).endswith(b',"version":1}'), "whatever else a document has: Redis compares by that"


def test_unknown_fields_of_a_newer_version_are_ignored() -> None:
    document = orjson.loads(encode_config(DEMO))
    document["campaigns"] = {}
    document["queues"]["repair"]["colour"] = "red"
    assert decode_config(orjson.dumps(document)) == DEMO


def changed(*path: Any, to: Any) -> bytes:
    document = orjson.loads(encode_config(DEMO))
    place = document
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return orjson.dumps(document)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "not JSON"),
        (b"[]", "config: must be an object, is a list of 0"),
        (changed("version", to="1"), "config.version: must be a whole number, is '1'"),
        (changed("version", to=True), "config.version: must be a whole number, is True"),
        (changed("tenant", to=...), "config.tenant: is missing"),
        (changed("queues", "repair", "record", to=1), "config.queues.repair.record: must be true or false, is 1"),
        (changed("queues", to=[]), "config.queues: must be an object, is a list of 0"),
        (
            changed("hours", "office", "week", 2, to=[["08:00"]]),
            "config.hours.office.week[2][0]: must be a list of 2, is a list of 1",
        ),
        (changed("agents", "1001", "team", to="night"), "agents.1001.team: no team 'night'"),
        (changed("agents", "1001", "queues", "x", to=1), "agents.1001.queues: no queue 'x'"),
        (changed("agents", "1001", "queues", "repair", to=0), "agents.1001.queues.repair: must be a whole number from 1 to"),
        (changed("queues", "repair", "unstaffed", to="pray"), "queues.repair.unstaffed: must be wait or overflow or flow"),
        (changed("queues", "repair", "unstaffed", to="overflow"), "queues.repair.unstaffed: overflow needs an overflow_queue"),
        (changed("queues", "repair", "unstaffed", to="flow"), "queues.repair.unstaffed_flow: no flow ''"),
        (changed("queues", "repair", "unstaffed_flow", to="x"), "queues.repair.unstaffed_flow: no flow 'x'"),
        (changed("failed_rings_max", to=-1), "config.failed_rings_max: must be a whole number from 0 to"),
        (changed("free_seating", to=["1101", ".."]), "free_seats....extension: '..' is no extension"),
        (changed("free_seating", to=[7]), "config.free_seating[0]: must be a text, is 7"),
        (changed("agents", "1001", "phones", to=["1101", "7777"]), "agents.1001.phones: no phone '7777': name the extension of"),
        (changed("agents", "1001", "phones", to="1101"), "agents.1001.phones: must be a list"),
        (changed("agents", "1001", "id", to="1009"), "agents.1001: its id is '1009'"),
        (changed("queues", "repair", "overflow_queue", to="repair"), "is no other queue"),
        (changed("queues", "repair", "service_level_formula", to="best"), "'best' is none of answered-offered"),
        (changed("queues", "repair", "ring_timeout_s", to=0), "ring_timeout_s: must be a whole number from 1 to"),
        (changed("queues", "repair", "wrap_up_s", to=-1), "wrap_up_s: must be a whole number from 0 to"),
        (changed("queues", "repair", "offer_failed", "busy", to="wait"), "busy=wait"),
        (changed("queues", "repair", "survey_flow", to="smile"), "no flow 'smile'"),
        (changed("service_numbers", "95598", "flow", to="gone"), "service_numbers.95598.flow: no flow 'gone'"),
        (changed("service_numbers", "95598", "queue", to="gone"), "service_numbers.95598.queue: no queue 'gone'"),
        (changed("service_numbers", "95598", "service", to="gone"), "service_numbers.95598.service: no service 'gone'"),
        (changed("services", "hotline", "queue_2", to="gone"), "services.hotline.queue_2: no queue 'gone'"),
        (changed("services", "hotline", "team", to="gone"), "services.hotline.team: no team 'gone'"),
        (changed("agents", "1001", "skills", to={"moon": 1}), "agents.1001.skills: no skill 'moon'"),
        (changed("agents", "1001", "skills", "mandarin", to=11), "skills.mandarin: must be a whole number from 1 to 10"),
        (changed("queues", "repair", "skills", to={"moon": 1}), "queues.repair.skills: no skill 'moon'"),
        (changed("queues", "repair", "order", to="best"), "queues.repair.order: must be level or idle or skill"),
        (changed("services", "hotline", "id", to="x"), "services.hotline: its id is 'x'"),
        (changed("hours", "counter", "calendar", to="moon"), "hours.counter.calendar: no calendar 'moon'"),
        (changed("calendars", "cn", "workdays", to={"1.1.": ""}), "calendars.cn.workdays: day '1.1.' is neither"),
        (changed("hours", "office", "zone", to="Mars/Olympus"), "hours.office: "),
        (changed("hours", "office", "week", 0, to=[["8:00", "17:00"]]), "is not a time of day"),
        (changed("time_zone", to="Mars/Olympus"), "time_zone: "),
        (changed("hours", "office", "closed_days", to=["1.10."]), "'1.10.' is neither a date like 2026-10-01 nor"),
        (changed("hours", "office", "special_days", to={"10-01": [["9", "12:00"]]}), "10-01: '9' is not a time of day"),
        (changed("prompts_dir", to="/home/li wei/prompts"), "prompts_dir: '/home/li wei/prompts' has ' '"),
        (changed("recordings_dir", to="/srv/o'hara $x"), "recordings_dir: \"/srv/o'hara $x\" has ' ' '$' \"'\""),
        (changed("recordings_dir", to="var/rec"), "recordings_dir: 'var/rec' does not begin with /"),
        (changed("recordings_dir", to=""), "recordings_dir: '' is empty"),
        (changed("country_code", to="+86"), "country_code: '+86' is not 1 to 3 digits"),
        (changed("agents", "1001", "extension", to=".."), "agents.1001.extension: '..' is no extension"),
        (changed("queues", "repair", "music", to="${system(id)}"), "queues.repair.music: '${system(id)}' holds"),
        (changed("queues", "repair", "music", to="a\nb"), "queues.repair.music: 'a\\nb' holds a control character"),
        (changed("queues", "repair", "music", to=" "), "queues.repair.music: is empty"),
        (changed("area_code", to="0755-"), "area_code: '0755-' is not digits"),
        (changed("national_prefix", to="+"), "national_prefix: '+' is not digits"),
        (changed("agents", "1001", "class_of_service", to="boss"), "agents.1001.class_of_service: no class of service 'boss'"),
        (changed("classes_of_service", "inland", "id", to="x"), "classes_of_service.inland: its id is 'x'"),
        (changed("classes_of_service", "inland", "dial", to=["moon"]), "classes_of_service.inland.dial[0]: must be emergency or"),
        (changed("classes_of_service", "inland", "at_once", to=0), "at_once: must be a whole number from 1"),
        (changed("number_rules", "13", "prefix", to="14"), "number_rules.13: '14' is no prefix"),
        (changed("number_rules", "13", "shortest", to=12), "number_rules.13: shortest 12 is more than longest 11"),
        (changed("number_rules", "13", "full", to="86"), "number_rules.13.full: '86' is not what makes a number"),
        (changed("number_rules", "+86", "full", to="+86"), "number_rules.+86.full: '+86' is not what makes a number"),
        (changed("number_rules", "13", "kind", to="cheap"), "number_rules.13.kind: must be emergency or internal"),
        (changed("number_rules", "13", "trunk_group", to="x"), "number_rules.13.trunk_group: no trunk group 'x'"),
        (changed("trunks", "telco", "group", to="x"), "trunks.telco.group: no trunk group 'x'"),
        (
            changed("number_rules", "13", "trunk_group", to="a"),
            "number_rules.13.trunk_group: neither trunk group 'a' nor one after it has a trunk: no call would go out",
        ),
        (changed("trunk_groups", "a", "next_group", to="x"), "trunk_groups.a.next_group: no trunk group 'x'"),
        (changed("trunk_groups", "b", "next_group", to="a"), "a.next_group: a then b then a: calls would go in a circle"),
        (changed("forbidden_numbers", to=["x1"]), "forbidden_numbers.x1.number: 'x1' is no number"),
        (changed("trunks", "telco", "prefix", to="9;x"), "trunks.telco.prefix: '9;x' is not digits"),
        (changed("trunks", "telco", "caller_id", to="a@b"), "trunks.telco.caller_id: 'a@b' is no telephone number"),
        (changed("trunks", "telco", "number_form", to="best"), "trunks.telco.number_form: must be plus or digits or national"),
        (changed("trunks", "telco", "weight", to=0), "trunks.telco.weight: must be a whole number from 1"),
        (changed("trunks", "telco", "kinds", to=["internal"]), "trunks.telco.kinds[0]: must be emergency or local"),
        (changed("trunks", "telco", "max_calls", to=-1), "trunks.telco.max_calls: must be a whole number from 0 to"),
        (changed("not_ready_reasons", to=[{"code": "no-answer", "texts": {}}]), "'no-answer' is what the centre gives by itself"),
        (changed("dispositions", to=[{"code": "a", "texts": {}}] * 2), "dispositions: 'a' is given twice"),
        (changed("dispositions", to=[{"code": "", "texts": {}}]), "dispositions: a reason has no code"),
    ],
)
def test_a_wrong_document_is_refused_by_its_place(raw: bytes, said: str) -> None:
    with pytest.raises(CtiError) as caught:
        decode_config(raw)
    assert caught.value.error_id == "bad-config"
    assert said in caught.value.message
    assert caught.value.details["problems"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(orjson.loads(encode_config(DEMO)))), JSON)
@settings(max_examples=200)
def test_nothing_but_a_refusal_comes_of_any_document(field: str, value: Any) -> None:
    with contextlib.suppress(CtiError):
        assert decode_config(changed(field, to=value)).version == DEMO.version or field == "version"


def test_a_changed_flow_has_a_higher_version_even_if_its_author_forgot() -> None:
    flow = {"name": "f", "version": 1, "start": "end", "nodes": {"end": {"type": "hang_up"}}}
    first = as_version(replace(DEMO, flows={"f": flow}), 1, {})
    same = as_version(replace(DEMO, flows={"f": flow}), 2, first.flows)
    other = as_version(replace(DEMO, flows={"f": {**flow, "description": "x"}}), 3, same.flows)
    back = as_version(replace(DEMO, flows={"f": flow}), 4, other.flows)
    said = as_version(replace(DEMO, flows={"f": {**flow, "version": 9}}), 5, back.flows)
    assert [one.flows["f"]["version"] for one in (first, same, other, back, said)] == [1, 1, 2, 3, 9]
    assert [one.version for one in (first, same, other, back, said)] == [1, 2, 3, 4, 5]


def test_a_flow_that_cannot_run_is_named() -> None:
    bad = {"name": "f", "version": 1, "start": "x", "nodes": {"end": {"type": "to_queue", "queue": "moon"}}}
    (problem, *_) = problems_of_flows(replace(DEMO, flows={"f": bad}))
    assert problem.startswith("flows.f.document: ")


def test_calls_may_go_out_by_the_group_after_an_empty_one() -> None:
    trunks = {name: replace(trunk, group="b") for name, trunk in DEMO.trunks.items()}
    rules = {**DEMO.number_rules, "13": replace(DEMO.number_rules["13"], trunk_group="a")}
    assert problems_of(replace(DEMO, trunks=trunks, number_rules=rules)) == []
