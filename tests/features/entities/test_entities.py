"""Entities in the database: every change is whole, checked, told, and can be undone; what is refused leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from gevent.pool import Pool
from gevent.threadpool import ThreadPool
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import QueueConfig
from cti_server.errors import BadArguments, CtiError
from cti_server.features.centre import model
from cti_server.features.entities.contract import (
    BadEntry,
    Entity,
    EntryChanged,
    EntryExists,
    EntryInUse,
    ImportRefused,
    NoSuchEntry,
    Progress,
    Wanted,
    Wish,
)
from cti_server.features.entities.fields import Field
from cti_server.features.entities.model import EntityVersion
from cti_server.features.entities.sql import Entities
from cti_server.features.registry import ENTITIES
from cti_server.features.users.model import User
from tests.features.entities.conftest import ADAM, EVE, NOW_MS, Kit

AGENT = {"name": "赵云", "extension": "1009", "team": "day", "queues": {"repair": 1}, "skills": {"english": 3}}
BAD_SOUNDS = ("/etc/passwd", "../../etc/passwd", "/usr/share/cti/prompts/music/../x.wav")
FLOW = {"name": "bye", "version": 1, "start": "end", "nodes": {"end": {"type": "hang_up"}}}
SAMPLES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "teams": ("night", {"name": "夜班 🎧"}, {"name": "Night"}),
    "groups": ("north", {"name": "北区"}, {"name": "North"}),
    "agents": ("1009", AGENT, {"queues": {"billing": 2, "repair": 1}, "phones": ["1101", "1002"]}),
    "free_seats": ("1103", {}, {}),
    "queues": ("vip", {"name": "VIP"}, {"overflow_queue": "repair", "unstaffed": "overflow"}),
    "service_numbers": ("4001", {"name": "x", "flow": "", "queue": "repair"}, {"flow": "sales"}),
    "recording_rules": ("vip", {"name": "x", "queue": "repair", "share": 10}, {"direction": "inbound", "team": "day"}),
    "voicemail_boxes": ("vip", {"name": "x", "team": "day"}, {"mail": ["a@centre.example"], "greeting": "leave_message"}),
    "alarm_rules": (
        "full",
        {"name": "x", "queue": "repair", "figure_1": "waiting", "limit_1": 10},
        {"figure_2": "agents_ready", "is_2": "below", "limit_2": 2, "for_s": 30, "severity": "critical"},
    ),
    "skills": ("french", {"name": "x"}, {"name": "y"}),
    "services": ("sales", {"name": "x", "queue_1": "billing"}, {"flow_2": "main_menu", "team": "day"}),
    "calendars": ("de", {"name": "x", "holidays": {"10-03": "Einheit"}}, {"workdays": {"2026-10-10": "x"}}),
    "hours": ("short", {"zone": "Asia/Shanghai", "week": [[["09:00", "12:00"]]] * 5 + [[], []]}, {"closed_days": ["10-01"]}),
    "flows": ("bye", {"document": FLOW}, {"document": {**FLOW, "description": "good bye"}}),
    "not_ready_reasons": ("tea", {"texts": {"en": "Tea", "zh-CN": "茶歇"}}, {"position": 9}),
    "dispositions": (
        "sold",
        {"texts": {"en": "Sold", "zh-CN": "已售"}},
        {"position": 9, "parent": "payment", "queues": ["repair"]},
    ),
    "data_labels": ("meter_no", {"texts": {"en": "Meter", "zh-CN": "电表号"}}, {"texts": {"en": "Meter no.", "zh-CN": "电表号"}}),
    "trunk_groups": ("mobile", {"name": "x"}, {"name": "y"}),
    "trunks": ("sat", {"gateway": "sat"}, {"kinds": ["international"], "max_calls": 2, "group": "mobile"}),
    "number_rules": ("+86", {"kind": "national", "shortest": 11, "longest": 13}, {"longest": 12}),
    "short_numbers": ("81", {"name": "x", "number": "021-6543 210"}, {"number": "+86 21 6543211"}),
    "classes_of_service": ("far", {"name": "x", "dial": ["international"]}, {"at_once": 1}),
    "forbidden_numbers": ("+4490", {}, {"why": "costs"}),
    "prompts": ("spring_offer", {"about": "x"}, {"about": "y"}),
    "notices": ("outage", {"title": "x", "teams": ["day"], "ends": "2027-01-01 00:00"}, {"text": "a\nb", "receipt": True}),
    "scripts": ("hello", {"name": "x", "text": "I am {agent}"}, {"queue": "repair"}),
    "shelf_hosts": ("kb.example.com", {}, {"about": "x"}),
    "customer_classes": ("vip", {"texts": {"en": "VIP", "zh-CN": "贵宾"}}, {"position": 2}),
    "customer_fields": ("plan", {"texts": {"en": "Plan", "zh-CN": "套餐"}}, {"kind": "choice", "choices": ["a", "b"]}),
    "customers": ("k1", {"name": "王建国", "tags": ["老"], "own_agent": "1001"}, {"notes": "first\nsecond", "numbers": ["110"]}),
    "address_book": ("water", {"name": "水厂", "number": "12345"}, {"kind": "authority", "company": "x"}),
    "users": ("zhao.yun", {"name": "赵云", "role": "leader", "team_id": "day"}, {"disabled": True}),
    "roles": ("senior", {"texts": {"en": "Senior", "zh-CN": "资深"}}, {"rights": {"calls.see": "team"}}),
}


def test_every_entity_has_words_for_all_fields_in_both_languages() -> None:
    assert set(SAMPLES) <= set(ENTITIES)
    for entity in ENTITIES.values():
        assert entity.words.en, entity.name
        assert entity.words.zh, entity.name
        for name in entity.declared:
            assert all(all(words) for words in entity.fields[name]), (entity.name, name)
            assert all(words.en != words.zh for words in entity.fields[name]), (entity.name, name)


def test_one_comes_changes_goes_and_comes_back(both: Kit) -> None:
    for name, (key, first, more) in SAMPLES.items():
        come_and_go(both, name, key, first, more)


def come_and_go(both: Kit, name: str, key: str, first: dict[str, Any], more: dict[str, Any]) -> None:
    made = both.add(name, key, **first)
    assert (made.fate, made.now.version, both.values(name, key).items() >= first.items()) == ("created", 1, True)
    assert both.publish() == ()
    changed = both.set(name, key, 1, ADAM, **more)
    assert changed.fate == ("changed" if more else "same")
    assert set(changed.fields) == set(more)
    assert both.publish() == ()
    version = 2 if more else 1
    assert both.remove(name, key, version).now is None
    assert both.publish() == ()
    with pytest.raises(NoSuchEntry):
        both.entities.get(name, key)
    back = both.entities.undo(name, key, version + 1, version, EVE)
    assert (back.fate, back.now.version, back.now.values.items() >= {**first, **more}.items()) == ("undone", version + 2, True)
    assert both.publish() == ()
    history = both.entities.history(name, key)
    told = [(one["what"], one["version"], one["who"]) for one in history]
    between = [("changed", 2, "adam")] if more else []
    assert told == [("undone", version + 2, "eve"), ("removed", version + 1, "eve"), *between, ("created", 1, "eve")]
    assert (history[0]["before"], history[1]["after"], history[-1]["before"]) == (None, None, None)
    audits = [one for one in both.audits() if one["subject"] == f"{name}:{key}"]
    assert [one["action"] for one in audits] == [f"entity.{one['what']}" for one in reversed(history)]
    assert audits[0]["issuer"] == "user:6"
    assert audits[0]["detail"].items() >= {"address": "10.0.0.1", "before": None, "version": 1}.items()


def test_settings_are_one_record_and_keep_what_the_product_has(both: Kit) -> None:
    held = both.entities.get("settings", "centre")
    assert (held.version, held.values["area_code"], held.values["call_back_s"]) == (1, "755", 1800)
    both.set("settings", "centre", 1, area_code="10", call_back_s=60)
    held = both.entities.get("settings", "centre")
    assert (held.version, held.values["area_code"], held.values["call_back_s"]) == (2, "10", 60)
    with transaction(both.engine) as session:
        assert session.query(model.Setting).count() == 2
    assert both.entities.undo("settings", "centre", 2, 1, EVE).now.values["area_code"] == "755"
    assert both.publish() == ()
    for wrong in (lambda: both.remove("settings", "centre"), lambda: both.add("settings", "centre")):
        with pytest.raises((EntryInUse, EntryExists)):
            wrong()
    with pytest.raises(BadEntry) as refused:
        both.set("settings", "centre", time_zone="Mars/Olympus")
    assert [one["field"] for one in refused.value.details["problems"]] == ["time_zone"]


# ---------------------------------------------------------------- what is refused

BAD: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("teams", "x", {}, [("name", "missing")]),
    ("teams", "x", {"name": ""}, [("name", "missing")]),
    ("teams", "x", {"name": " "}, [("name", "missing")]),
    ("teams", "x", {"name": "n" * 129}, [("name", "length")]),
    ("teams", "x" * 33, {"name": "n"}, [("id", "length")]),
    ("teams", "x", {"name": "a\nb"}, [("name", "characters")]),
    ("teams", "x", {"name": "a\0b"}, [("name", "characters")]),
    ("teams", "x", {"name": "\ud800"}, [("name", "characters")]),
    ("teams", "x", {"name": "n", "colour": "red"}, [("colour", "unknown")]),
    ("teams", "x", {"name": 5}, [("name", "value")]),
    ("teams", "a/b", {"name": "n"}, [("id", "key")]),
    ("teams", "..", {"name": "n"}, [("id", "key")]),
    ("teams", " a", {"name": "n"}, [("id", "key")]),
    ("teams", "", {"name": "n"}, [("id", "missing")]),
    ("agents", "1", {**AGENT, "team": "moon"}, [("team", "no-such")]),
    ("agents", "1", {**AGENT, "team": ""}, [("team", "rule")]),
    ("agents", "1", {**AGENT, "queues": {"moon": 1, "repair": 1}}, [("queues", "no-such")]),
    ("agents", "1", {**AGENT, "queues": {"repair": 0}}, [("queues", "value")]),
    ("agents", "1", {**AGENT, "queues": []}, [("queues", "value")]),
    ("agents", "1", {**AGENT, "extension": "1001"}, [("extension", "taken")]),
    ("agents", "1", {**AGENT, "extension": "1101"}, [("extension", "rule")]),
    ("agents", "1", {**AGENT, "extension": "95598"}, [("extension", "rule")]),
    ("agents", "1", {**AGENT, "extension": "-1"}, [("extension", "rule")]),
    *(("free_seats", seat, {}, [("extension", "rule")]) for seat in ("110", "1001", "95598", "-1")),
    *(("service_numbers", number, {"name": "n", "flow": "", "queue": "repair"}, [("number", "rule")])
      for number in ("110", "-1", "1001", "1101", "#1")),
    ("service_numbers", "*10", {"name": "n", "flow": "", "queue": "repair"}, [("number", "rule"), ("number", "rule")]),
    ("agents", "1", {**AGENT, "extension": "110"}, [("extension", "rule")]),
    ("agents", "1", {**AGENT, "extension": ".."}, [("extension", "rule")]),
    ("agents", "1", {**AGENT, "phone_password": "short"}, [("phone_password", "secret")]),
    ("agents", "1", {**AGENT, "phone_password": 7}, [("phone_password", "value")]),
    ("agents", "1", {**AGENT, "off_hook": "yes"}, [("off_hook", "value")]),
    ("agents", "1", {**AGENT, "phones": "1101"}, [("phones", "value")]),
    ("agents", "1", {**AGENT, "phones": ["1101", "7777"]}, [("phones", "rule")]),
    ("queues", "q", {"name": "n", "overflow_queue": "q"}, [("overflow_queue", "rule")]),
    ("queues", "q", {"name": "n", "ring_timeout_s": 0}, [("ring_timeout_s", "value")]),
    ("queues", "q", {"name": "n", "ring_timeout_s": 2**31}, [("ring_timeout_s", "value")]),
    ("queues", "q", {"name": "n", "music": "${system(id)}"}, [("music", "rule")]),
    *(("queues", "q", {"name": "n", "music": music}, [("music", "rule")]) for music in BAD_SOUNDS),
    *(("queues", "q", {"name": "n", "whisper": sound}, [("whisper", "rule")]) for sound in BAD_SOUNDS),
    *(("service_numbers", "1", {"name": "n", "queue": "repair", "music": music}, [("music", "rule")]) for music in BAD_SOUNDS),
    ("queues", "q", {"name": "n", "offer_failed": {"busy": "wait"}}, [("offer_failed", "rule")]),
    ("queues", "q", {"name": "n", "unstaffed_flow": "moon"}, [("unstaffed_flow", "no-such")]),
    ("service_numbers", "1", {"name": "n", "flow": "", "queue": ""}, [("", "rule")]),
    ("service_numbers", "1", {"name": "n", "flow": "moon", "queue": ""}, [("flow", "no-such")]),
    ("service_numbers", "a b", {"name": "n", "flow": "", "queue": "repair"}, [("number", "rule")]),
    ("service_numbers", "1", {"name": "n", "flow": "", "queue": "repair", "caller_id": "1},x={2"}, [("caller_id", "rule")]),
    ("service_numbers", "1", {"name": "n", "service": "moon"}, [("service", "no-such")]),
    ("service_numbers", "1", {"name": "n", "queue": "repair", "hours": "office"}, [("closed_flow", "rule")]),
    ("service_numbers", "1", {"name": "n", "queue": "repair", "greeting": "../x"}, [("greeting", "rule")]),
    ("service_numbers", "1", {"name": "n", "queue": "repair", "music": "${system(id)}"}, [("music", "rule")]),
    ("services", "s", {"name": "n", "queue_2": "repair"}, [("queue_1", "rule")]),
    ("services", "s", {"name": "n", "queue_1": "repair", "flow_3": "moon"}, [("flow_3", "no-such")]),
    ("hours", "h", {"zone": "Asia/Shanghai", "week": [[]] * 7, "calendar": "moon"}, [("calendar", "no-such")]),
    ("hours", "h", {"zone": "Asia/Shanghai", "week": [[]] * 7, "holiday": [["9", "10:00"]]}, [("", "rule")]),
    ("calendars", "c", {"name": "n", "holidays": {"1.5.": "x"}}, [("holidays", "rule")]),
    ("calendars", "c", {"name": "n", "holidays": {"20260501": "x"}}, [("holidays", "rule")]),
    ("calendars", "c", {"name": "n", "holidays": {"05-01": "x"}, "workdays": {"05-01": "y"}}, [("workdays", "rule")]),
    ("flows", "f", {"document": {**FLOW, "name": "g"}}, [("document", "rule")]),
    ("flows", "f", {"document": {**FLOW, "name": "f", "start": "moon"}}, [("document", "rule")]),
    ("flows", "f", {"document": []}, [("document", "value")]),
    ("trunks", "t", {"gateway": "a/b,c"}, [("gateway", "rule")]),
    ("hours", "h", {"zone": "Asia/Shanghai", "week": [[["09:00", "12:00"], ["11:00", "13:00"]], *[[]] * 6]}, [("week", "rule")]),
    ("hours", "h", {"zone": "Mars", "week": [[]] * 7}, [("", "rule")]),
    ("hours", "h", {"zone": "Asia/Shanghai", "week": "all"}, [("week", "value")]),
    ("not_ready_reasons", "no-answer", {"texts": {"en": "x", "zh-CN": "x"}}, [("code", "rule")]),
    ("dispositions", "d", {"texts": {"en": "x"}}, [("texts", "rule")]),
    ("dispositions", "d", {"texts": {"en": "x", "zh-CN": "x", "xx": "y"}}, [("texts", "rule")]),
    ("dispositions", "d", {"texts": {"en": "x", "zh-CN": "x"}, "parent": "gone", "queues": ["gone"]},
     [("parent", "no-such"), ("queues", "no-such")]),
    ("dispositions", "d", {"texts": {"en": "x", "zh-CN": "x"}, "parent": "d"}, [("parent", "rule")]),
    ("number_rules", "abc", {"kind": "local", "shortest": 1, "longest": 2}, [("", "rule")]),
    ("recording_rules", "r", {"name": "x", "share": 101}, [("share", "value")]),
    ("recording_rules", "r", {"name": "x", "direction": "internal"}, [("direction", "value")]),
    ("recording_rules", "r", {"name": "x", "queue": "gone", "team": "gone", "service_number": "1"},
     [("queue", "no-such"), ("service_number", "no-such"), ("team", "no-such")]),
    ("voicemail_boxes", "b", {"name": "x", "team": "gone"}, [("team", "no-such")]),
    ("voicemail_boxes", "b", {"name": "x", "team": "day", "max_s": 601}, [("max_s", "value")]),
    ("voicemail_boxes", "b", {"name": "x", "team": "day", "mail": ["a@b.example", "me"]}, [("mail", "rule")]),
    ("voicemail_boxes", "b", {"name": "x", "team": "day", "greeting": "../x"}, [("greeting", "rule")]),
    ("alarm_rules", "r", {"name": "x"}, [("figure_1", "missing"), ("limit_1", "missing")]),
    ("alarm_rules", "r", {"name": "x", "figure_1": "mood", "limit_1": 1, "severity": "bad"},
     [("figure_1", "value"), ("severity", "value")]),
    ("alarm_rules", "r", {"name": "x", "figure_1": "waiting", "limit_1": 0}, [("limit_1", "rule")]),
    ("alarm_rules", "r", {"name": "x", "figure_1": "waiting", "limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 2},
     [("limit_2", "rule")]),
    ("alarm_rules", "r", {"name": "x", "about": "team", "figure_1": "waiting", "limit_1": 5, "queue": "repair"},
     [("queue", "rule"), ("figure_1", "rule")]),
    ("alarm_rules", "r", {"name": "x", "figure_1": "waiting", "limit_1": 5, "queue": "gone"}, [("queue", "no-such")]),
    ("trunk_groups", "a", {"name": "x", "next_group": "a"}, [("next_group", "rule")]),
    ("trunk_groups", "a", {"name": "x", "next_group": "gone"}, [("next_group", "no-such")]),
    *((name, "t", {**more, field: "gone"}, [(field, "no-such")]) for name, field, more in (
        ("trunks", "group", {"gateway": "t"}), ("classes_of_service", "trunk_group", {"name": "x"}),
        ("service_numbers", "trunk_group", {"name": "x", "queue": "repair"}))),
    ("short_numbers", "1", {"name": "x", "number": "13800138000"}, [("", "rule")]),
    *(("short_numbers", code, {"name": "x", "number": "13800138000"}, [("code", "rule")])
      for code in ("110", "10086", "1001", "1101", "95598")),
    *(("short_numbers", "81", {"name": "x", "number": number}, [("number", "rule")]) for number in ("81", "82", "1001", "95598")),
    *(("forbidden_numbers", number, {}, [("number", "rule")]) for number in ("; DROP TABLE users", "138001380001", "110", "0")),
    ("users", "Big", {"name": "n", "role": "admin"}, [("login", "rule")]),
    ("users", "u", {"name": "n", "role": "god"}, [("role", "no-such")]),
    ("users", "u", {"name": "n", "role": "agent"}, [("agent_id", "rule")]),
    ("users", "u", {"name": "n", "role": "agent", "agent_id": "9999"}, [("agent_id", "no-such")]),
    ("users", "u", {"name": "n", "role": "admin", "password": "password1234"}, [("password", "secret")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "values", "problems"), BAD)
def test_what_is_refused_says_the_field_and_leaves_no_trace(
    name: str, key: str, values: dict[str, Any], problems: list[tuple[str, str]], kit: Kit
) -> None:
    before = kit.traces()
    with pytest.raises(CtiError) as refused:
        kit.add(name, key, **values)
    assert [(one["field"], one["problem"]) for one in refused.value.details["problems"]] == problems, refused.value.message
    assert all(one["text"] for one in refused.value.details["problems"])
    assert kit.traces() == before
    assert kit.publish() == ()


def test_a_key_never_changes_and_hostile_keys_are_only_keys(kit: Kit) -> None:
    with pytest.raises(BadEntry, match="does not change"):
        kit.set("teams", "day", id="night")
    for key in ("a' OR '1'='1", '"; DROP TABLE teams; --', "%", "a b?c#d&e=f", "50%2F", "=1+1", "ключ", "<b>"):
        kit.add("teams", key, name="x")
        assert kit.entities.get("teams", key).key == key
        assert kit.entities.search("teams", Wanted(filter={"id": key}))[0] == 1
        kit.remove("teams", key)
    assert kit.publish() == ()


def test_nothing_goes_that_something_refers_to(both: Kit) -> None:
    for name, key, user in [
        ("teams", "day", ("agents", "1001")),
        ("queues", "repair", ("agents", "1001")),
        ("agents", "1001", ("users", "li.wei")),
        ("classes_of_service", "inland", ("agents", "1001")),
        ("skills", "mandarin", ("agents", "1001")),
    ]:
        before = both.traces()
        with pytest.raises(EntryInUse) as refused:
            both.remove(name, key)
        assert user in [(one["entity"], one["key"]) for one in refused.value.details["used_by"]]
        assert both.traces() == before
    with pytest.raises(EntryInUse, match="main_menu"):
        both.remove("hours", "office")
    both.set("queues", "billing", overflow_queue="complaints")
    with pytest.raises(EntryInUse) as refused:
        both.remove("queues", "complaints")
    assert {"entity": "queues", "field": "overflow_queue", "key": "billing"} in refused.value.details["used_by"]


def test_phones_to_log_in_at_are_free_seats_or_agents_own(both: Kit) -> None:
    both.set("agents", "1001", phones=["1101", "1002", "1001"])
    assert [one.key for one in both.entities.search("agents", Wanted(filter={"phones": "1101"}))[1]] == ["1001"]
    assert both.publish() == ()
    with pytest.raises(BadEntry, match="phones: no phone '7777': name the extension of a free seat or of an agent"):
        both.set("agents", "1001", phones=["7777"])
    with pytest.raises(EntryInUse, match=r"agents\.1001\.phones: no phone '1101'"):
        both.remove("free_seats", "1101")
    with pytest.raises(BadEntry, match=r"agents\.1001\.phones: no phone '1002'"):
        both.set("agents", "1002", extension="3002")
    with pytest.raises(BadEntry, match="phones: no phone '1001'"):
        both.set("agents", "1001", extension="3001")
    both.set("agents", "1001", extension="3001", phones=["3001"])
    assert both.remove("free_seats", "1101").fate == "removed"
    assert both.publish() == ()


def test_phones_come_with_the_rows_that_have_them(both: Kit) -> None:
    rows = [Wish("1009", {**AGENT, "phones": ["1010"]}, create=None), Wish("1010", {**AGENT, "extension": "1010"}, create=None)]
    with pytest.raises(ImportRefused) as refused:
        both.entities.take("agents", rows[:1], EVE)
    assert [(row["key"], row["problems"][0]["field"]) for row in refused.value.details["rows"]] == [("1009", "phones")]
    assert [one.fate for one in both.entities.take("agents", rows, EVE)] == ["created", "created"]
    assert both.publish() == ()


def test_the_last_administrator_stays(kit: Kit) -> None:
    for wish in (Wish("admin", {"disabled": True}), Wish("admin", {"role": "leader", "team_id": "day"})):
        with pytest.raises(BadEntry, match="administrator"):
            kit.entities.change("users", wish, EVE)
    with pytest.raises(EntryInUse, match="administrator"):
        kit.remove("users", "admin")
    kit.add("users", "root", name="Root", role="admin")
    assert kit.remove("users", "admin").fate == "removed"


def test_tables_that_were_broken_by_hand_can_be_mended(kit: Kit) -> None:
    with transaction(kit.engine) as session:
        session.add(model.Queue(**asdict(QueueConfig("bad", "Bad", ring_timeout_s=0))))
        session.get(model.Team, "day").name = "x" * 100
    assert kit.publish() != ()
    kit.add("teams", "night", name="others go on")
    with pytest.raises(BadEntry):
        kit.set("queues", "bad", ring_timeout_s=-1)
    kit.set("queues", "bad", ring_timeout_s=5)
    assert kit.publish() == ()


# ---------------------------------------------------------------- secrets


def test_secrets_are_written_and_never_read(both: Kit) -> None:
    made = both.add("agents", "1009", **AGENT)
    secret = made.made["phone_password"]
    with transaction(both.engine) as session:
        assert session.get(model.Agent, "1009").phone_password == secret
    given = both.set("agents", "1009", phone_password="a-long-secret")
    assert (given.fields, dict(given.made)) == (("phone_password",), {})
    other = both.set("agents", "1009", phone_password="")
    assert other.made["phone_password"] not in (secret, "a-long-secret", "")
    both.add("users", "root", name="Root", role="admin", password="violet anchor 7 teapots")
    with transaction(both.engine) as session:
        root = session.query(User).filter_by(login="root").one()
        assert root.password_hash.startswith("$argon2id$")
    both.set("users", "root", name="Root 2")
    with transaction(both.engine) as session:
        assert session.query(User).filter_by(login="root").one().password_hash == root.password_hash
        told = repr([[row.before, row.after] for row in session.query(EntityVersion)])
    told += repr([one["detail"] for one in both.audits()]) + repr(both.entities.get("agents", "1009"))
    for one in (secret, "a-long-secret", other.made["phone_password"], "teapots", "argon2id"):
        assert one not in told
    assert "phone_password" in both.entities.history("agents", "1009")[0]["fields"]


# ---------------------------------------------------------------- together


def test_two_administrators_at_once_lose_nothing(both: Kit) -> None:
    seen = both.entities.get("queues", "repair").version
    both.set("queues", "repair", seen, EVE, wrap_up_s=10)
    with pytest.raises(EntryChanged) as refused:
        both.set("queues", "repair", seen, ADAM, name="Repairs")
    told = refused.value.details
    assert (told["version"], told["who"], told["fields"], told["at_ms"]) == (seen + 1, "eve", ["wrap_up_s"], NOW_MS)
    assert told["record"]["wrap_up_s"] == 10
    with pytest.raises(EntryChanged):
        both.remove("queues", "repair", seen)
    both.set("queues", "repair", told["version"], ADAM, name="Repairs")
    assert both.values("queues", "repair").items() >= {"name": "Repairs", "wrap_up_s": 10}.items()
    made = both.add("teams", "x", name="x").now
    both.remove("teams", "x", made.version)
    with pytest.raises(NoSuchEntry):
        both.set("teams", "x", made.version, ADAM, name="y")


def together(both: Kit, works: list[Callable[[], Any]]) -> list[Any]:
    """At the same time, as the product does: SQLite in threads, MariaDB in greenlets; -> answers and refusals."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except CtiError as error:
            return error

    pool = ThreadPool(len(works)) if both.engine.dialect.name == "sqlite" else Pool(len(works))
    return [one.get(timeout=60) for one in [pool.apply_async(run, (work,)) for work in works]]


def test_changes_take_turns_so_that_each_is_checked_against_the_others(both: Kit) -> None:
    """One gives a queue another to overflow to, one removes that other; and two take one extension."""
    both.add("queues", "a", name="A")
    both.add("queues", "b", name="B")
    works: list[Callable[[], Any]] = [
        lambda: both.set("queues", "a", 1, EVE, overflow_queue="b"),
        lambda: both.remove("queues", "b", 1),
        lambda: both.add("agents", "7001", **{**AGENT, "extension": "7000"}),
        lambda: both.add("agents", "7002", **{**AGENT, "extension": "7000"}),
    ]
    found = together(both, works)
    assert sum(isinstance(one, CtiError) for one in found[:2]) == 1, found
    assert sum(isinstance(one, CtiError) for one in found[2:]) == 1, found
    assert both.publish() == ()


def test_a_change_that_is_cut_short_leaves_nothing(both: Kit) -> None:
    """The database goes away at each statement in turn; the last one, the audit row, too."""
    before = both.traces()
    for nth in range(1, 40):
        seen = 0

        def cut(connection: Any, cursor: Any, statement: str, *_: Any, nth: int = nth) -> None:
            nonlocal seen
            seen += 1
            if seen == nth:
                raise KeyboardInterrupt

        event.listen(both.engine, "before_cursor_execute", cut)
        try:
            both.add("agents", "1009", **AGENT)
            break
        except KeyboardInterrupt:
            pass
        finally:
            event.remove(both.engine, "before_cursor_execute", cut)
        assert both.traces() == before, nth
    assert nth > 10
    assert both.entities.get("agents", "1009").version == 1
    assert len(both.audits()) == 1


# ---------------------------------------------------------------- lists


def test_lists_are_searched_filtered_sorted_and_paged(both: Kit) -> None:
    look = both.entities.search

    def keys(name: str, **wanted: Any) -> list[str]:
        return [held.key for held in look(name, Wanted(**wanted))[1]]

    assert keys("agents", search="CLARKE") == ["1005"]
    assert keys("agents", search="李") == ["1001"]
    assert keys("agents", search="%") == keys("agents", search="_") == keys("agents", search="\\") == []
    assert keys("agents", filter={"team": "care", "class_of_service": "inland"}) == ["1005"]
    assert keys("agents", filter={"queues": "complaints"}) == ["1001", "1003", "1005", "1006", "1007", "1008"]
    assert keys("agents", filter={"off_hook": True}) == []
    assert keys("classes_of_service", filter={"dial": ["local", "national"]}) == ["inland"]
    assert keys("agents", sort="-extension", per_page=2, page=2) == ["1006", "1005"]
    assert look("agents", Wanted(per_page=1))[0] == 8
    assert keys("not_ready_reasons", sort="position") == ["lunch", "meeting", "training", "break"], "of the chosen ones"
    for wrong in ({"filter": {"phone_password": "x"}}, {"sort": "phone_password"}, {"sort": "queues"}, {"filter": {"x": "y"}},
                  {"filter": {"off_hook": "yes"}}):  # fmt: skip
        with pytest.raises(BadArguments):
            keys("agents", **wrong)


# ---------------------------------------------------------------- many


def test_an_import_is_whole_or_not_at_all(both: Kit) -> None:
    good = [Wish(f"20{n:02}", {**AGENT, "extension": f"20{n:02}"}, create=None) for n in range(30)]
    wishes = [*good, Wish("1001", {"name": "李伟 2"}, create=None), Wish("1002", {}, create=None)]
    before = both.traces()
    dry = both.entities.take("agents", wishes, EVE, dry=True)
    assert [one.fate for one in dry] == ["created"] * 30 + ["changed", "same"]
    assert both.traces() == before
    bad = [Wish("2050", {**AGENT, "extension": "2000"}, create=None), Wish("1003", {"team": "moon"}, 99, create=None),
           Wish("1004", {"extension": "110"}, create=None)]  # fmt: skip
    told = both.entities.take("agents", [*wishes, *bad], EVE, dry=True)
    assert [one.fate for one in told[-3:]] == ["refused"] * 3
    assert [one.problems[0]["field"] for one in told[-3:]] == ["extension", "", "extension"]
    with pytest.raises(ImportRefused) as refused:
        both.entities.take("agents", [*wishes, *bad], EVE)
    assert [row["row"] for row in refused.value.details["rows"]] == [32, 33, 34]
    assert both.traces() == before
    assert [one.fate for one in both.entities.take("agents", wishes, EVE)] == [one.fate for one in dry]
    assert both.publish() == ()
    assert len(both.audits()) == 31


def test_what_is_taken_together_is_as_one_after_the_other(both: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that one row leaves free the next one takes, new ones among themselves refuse a phone twice, and what a file names
    may come with it."""
    wishes = [
        Wish("1001", {"extension": "2901"}, create=None),
        Wish("2000", {**AGENT, "extension": "1001"}, create=None),
        Wish("2001", {**AGENT, "extension": "1001"}, create=None),
        Wish("1002", {"extension": "2902", "queues": {"repair": 2, "moon": 1}}, create=None),
        Wish("2002", {**AGENT, "extension": "1002"}, create=None),
        Wish("2003", {**AGENT, "extension": "2903", "team": "moon"}, create=None),
        Wish("1003", {"name": "same"}, create=None),
        Wish("1003", {"name": "again"}, create=None),
        Wish("2004", {**AGENT, "extension": "2901"}, create=None),
        Wish("\ud800", {**AGENT, "extension": "2905"}, create=None),
        Wish("2006", {**AGENT, "extension": "29\0"}, create=None),
        Wish("2007", {**AGENT, "extension": "2907", "queues": {"\0": 1}}, create=None),
    ]
    told = []
    for at_once in (1, 2, 5, 100):
        monkeypatch.setattr("cti_server.features.entities.sql.AT_ONCE", at_once)
        outcomes = both.entities.take("agents", wishes, EVE, dry=True)
        told.append([(one.key, one.fate, one.now and one.now.version, one.problems) for one in outcomes])
    assert told[0] == told[1] == told[2] == told[3]
    fates = ["changed", "created", "refused", "refused", "refused", "refused", "changed", "changed", *["refused"] * 4]
    assert [fate for _, fate, _, _ in told[0]] == fates
    assert [one["text"] for one in told[0][2][3]] == ["1001 is already that of 2000"]
    assert told[0][7][2] == 3
    good = [wishes[at] for at in (0, 1, 6, 7)]
    both.entities.take("agents", good, EVE)
    assert both.values("agents", "2000")["extension"] == "1001"
    assert [row["version"] for row in both.entities.history("agents", "1003")] == [3, 2]
    both.remove("agents", "2000")
    (back,) = both.entities.take("agents", [Wish("2000", {**AGENT, "extension": "2000"}, create=None)], EVE)
    assert back.now is not None
    assert back.now.version == 3


def test_who_watches_an_import_sees_how_far_it_is(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti_server.features.entities.sql.AT_ONCE", 2)
    progress, seen = Progress(), []
    watched = Entities(kit.engine, ENTITIES, kit.clock, pause=lambda: seen.append((progress.step, progress.done, progress.total)))
    watched.take("teams", [Wish(f"t{n}", {"name": "x"}, create=None) for n in range(5)], EVE, progress=progress)
    assert seen == [("rows", 2, 5), ("rows", 4, 5), ("rows", 5, 5)]
    assert progress.step == "checking"


# ---------------------------------------------------------------- property

WORDS = [
    "",
    "x",
    "day",
    "repair",
    "1101",
    "2001",
    "110",
    "+86",
    "main_menu",
    "\0",
    "\ud800",
    "=1+1",
    "n" * 200,
    "..",
    "Asia/Shanghai",
]
TEXTS = st.sampled_from(WORDS) | st.text(max_size=6)
MANY = st.lists(TEXTS, max_size=2) | st.dictionaries(TEXTS, st.integers(0, 3), max_size=2)
ODD = st.none() | st.booleans() | st.integers(-5, 2**40) | TEXTS | MANY


def value_of(field: Field) -> st.SearchStrategy[Any]:
    fitting: Any = {
        **dict.fromkeys(("text", "lines", "picture"), TEXTS),
        "number": st.integers((field.lowest or 0) - 1, min((field.largest or 0) + 1, 100)),
        "flag": st.booleans(),
        "choice": st.sampled_from([*field.choices, "nonsense"]),
        "list": st.lists(st.sampled_from(field.choices) if field.choices else TEXTS, max_size=2),
        "map": st.dictionaries(TEXTS, st.integers(0, 3) if field.numbers else TEXTS, max_size=2),
        "json": st.just([[["09:00", "12:00"]]] * 7) | ODD,
    }[field.form]
    return st.one_of(fitting, fitting, fitting, ODD)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Entity, Wish]:
    entity = ENTITIES[draw(st.sampled_from(sorted(set(ENTITIES) - {"users"})))]
    sample = SAMPLES.get(entity.name, ("centre", {}, {}))
    names = draw(st.sets(st.sampled_from(sorted(entity.declared)), max_size=4)) - {entity.key}
    values = {name: draw(value_of(entity.declared[name])) for name in sorted(names)}
    key = entity.single or draw(st.sampled_from([sample[0], "2001"]) | TEXTS)
    return entity, Wish(key, draw(st.sampled_from([{**sample[1], **values}, values, None])), create=None)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes())
def test_what_is_taken_is_published_and_what_is_refused_leaves_no_trace(kit: Kit, change: tuple[Entity, Wish]) -> None:
    entity, wish = change
    before = kit.traces()
    try:
        outcome = kit.entities.change(entity.name, wish, EVE)
    except CtiError as error:
        outcome = None
        refused = error
    if outcome is None:
        assert refused.status in (404, 409, 422)
        assert kit.traces() == before
        return
    assert kit.publish() == ()
    if outcome.now is not None:
        assert kit.values(entity.name, wish.key) == outcome.now.values
