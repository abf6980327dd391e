"""Customers are found by any form of their numbers; what is made one can be parted again, and nothing is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError
from cti_server.features.customers.contract import NoSuchCustomer, NotMerged
from cti_server.features.customers.sql import SqlCustomers
from cti_server.features.entities.contract import BadEntry, EntryInUse, Wanted, Wish
from tests.features.entities.conftest import ADAM, EVE, Kit

CONFIG = CentreConfig(version=1, tenant="main", area_code="755")
TEXTS = {"en": "x", "zh-CN": "某"}


def customers(kit: Kit) -> SqlCustomers:
    return SqlCustomers(kit.engine, kit.entities, kit.clock)


def found(kit: Kit, text: str) -> list[str]:
    return [one.key for one in kit.entities.search("customers", Wanted(text))[1]]


def test_numbers_have_one_form_and_are_found_by_any(both: Kit) -> None:
    made = both.add(
        "customers", "k1", name="王建国", numbers=["138 1234-5678", "0086 13812345678", "2345 6789", "95598"], tags=["大客户"]
    )
    assert made.now is not None
    assert made.now.values["numbers"] == ["+8613812345678", "+8675523456789", "95598"]
    both.add("customers", "k2", name="王小明", numbers=["13812345678"])
    for text in ("王建", "大客户", "23456789", "0755 2345-6789", "0755-23456789", "+86755", "k1"):
        assert found(both, text) == ["k1"], text
    assert found(both, "1381234") == ["k1", "k2"]
    assert found(both, "王") == ["k1", "k2"]
    assert found(both, "%") == found(both, "nobody") == []
    for dialled in ("13812345678", "+8613812345678", "013812345678"):
        assert [one["id"] for one in customers(both).of_number(dialled, CONFIG)] == ["k1", "k2"], dialled
    assert customers(both).of_number("12345678", replace(CONFIG, area_code="10")) == []
    both.set("customers", "k1", 1, numbers=["95598", "13812345678"])
    assert both.values("customers", "k1")["numbers"] == ["95598", "+8613812345678"]
    assert both.set("customers", "k1", 2, numbers=["95598", "138-1234-5678"]).fate == "same"
    assert both.set("customers", "k1", 2, name="王建民").fate == "changed"
    assert (found(both, "建国"), found(both, "建民"), found(both, "2345678 9")) == ([], ["k1"], [])


def test_own_fields_hold_what_was_declared_of_them(both: Kit) -> None:
    both.add("customer_fields", "plan", texts=TEXTS, kind="choice", choices=["a", "b"])
    both.add("customer_fields", "born", texts=TEXTS, kind="date", position=1)
    both.add("customer_fields", "meters", texts=TEXTS, kind="number")
    both.add("customer_classes", "vip", texts={"en": "VIP", "zh-CN": "贵宾"})
    own = {"plan": "a", "born": "1980-02-29", "meters": "3"}
    both.add("customers", "k1", name="x", numbers=["110"], own=own, customer_class="vip", own_agent="1001")
    (card,) = customers(both).of_number("110", CONFIG)
    assert [one["code"] for one in card["own"]] == ["meters", "plan", "born"]
    assert (card["class_texts"], card["own_agent"]) == ({"en": "VIP", "zh-CN": "贵宾"}, "1001")
    for wrong in ({"plan": "c"}, {"born": "1981-02-29"}, {"meters": "three"}, {"colour": "red"}, {"plan": "a" * 201}):
        with pytest.raises(BadEntry) as refused:
            both.set("customers", "k1", None, own=wrong)
        assert [one["field"] for one in refused.value.details["problems"]] == ["own"], wrong
    for entity, key in (("customer_fields", "plan"), ("customer_classes", "vip"), ("agents", "1001")):
        with pytest.raises(EntryInUse) as used:
            both.remove(entity, key)
        assert ("customers", "k1") in {(one["entity"], one["key"]) for one in used.value.details["used_by"]}, entity


@pytest.mark.parametrize(
    "wrong", [{"numbers": ["abc!"]}, {"numbers": ["1" * 65]}, {"numbers": [f"1{n:010}" for n in range(21)]}, {"tags": ["x" * 41]},
              {"numbers": [7]}, {"numbers": "110"}, {"name": "two\nlines"}, {"notes": "\x00"}, {"notes": "\x07"}]
)  # fmt: skip
def test_what_no_customer_is(kit: Kit, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadEntry) as refused:
        kit.add("customers", "k1", **{"name": "x", **wrong})
    assert {one["field"] for one in refused.value.details["problems"]} == set(wrong)


def test_a_note_stands_before_the_others_with_who_and_when(kit: Kit) -> None:
    key = customers(kit).make("张飞", "13900000000", ADAM)
    customers(kit).note(key, "139 0000 0000", "first", CONFIG, ADAM)
    customers(kit).note(key, "139 0000 0000", "second", CONFIG, EVE)
    assert kit.values("customers", key)["notes"] == "2026-11-18 19:06 eve: second\n2026-11-18 19:06 adam: first"
    with pytest.raises(NoSuchCustomer):
        customers(kit).note(key, "110", "another one's", CONFIG, EVE)
    assert [row["issuer"] for row in kit.audits()[-3:]] == ["user:7", "user:7", "user:6"]


def test_two_are_made_one_and_parted_again(both: Kit) -> None:
    both.add("customer_fields", "plan", texts=TEXTS)
    both.add("customers", "k1", name="王建国", numbers=["110", "13812345678"], tags=["a"], notes="mine")
    both.add(
        "customers",
        "k2",
        name="Wang",
        numbers=["13812345678", "119"],
        tags=["b"],
        own={"plan": "p"},
        own_agent="1001",
        notes="theirs",
    )
    before = both.values("customers", "k1"), both.values("customers", "k2")
    merge_id = customers(both).merge("k1", "k2", EVE)
    one = both.values("customers", "k1")
    assert (one["name"], one["numbers"], one["tags"]) == ("王建国", ["110", "+8613812345678", "119"], ["a", "b"])
    assert (one["own"], one["own_agent"]) == ({"plan": "p"}, "1001")
    assert one["notes"] == "mine\n[k2] Wang\ntheirs"
    assert [card["id"] for card in customers(both).of_number("119", CONFIG)] == ["k1"]
    assert [row["what"] for row in both.entities.history("customers", "k2")] == ["removed", "created"]
    both.set("customers", "k1", None, name="王建民")
    customers(both).part("k1", merge_id, ADAM)
    assert (both.values("customers", "k1"), both.values("customers", "k2")) == before
    assert [(row["what"], row["who"]) for row in both.entities.history("customers", "k1")][:2] == [
        ("undone", "adam"),
        ("changed", "eve"),
    ]
    (merge,) = customers(both).merges("k1")
    assert (merge["gone"], merge["who"], merge["undone_ms"] > 0) == ("k2", "eve", True)
    with pytest.raises(NotMerged):
        customers(both).part("k1", merge_id, ADAM)


@pytest.mark.parametrize(("kept", "gone"), [("k1", "k1"), ("k1", "nobody"), ("nobody", "k1")])
def test_what_cannot_be_made_one_stays_as_it_is(kit: Kit, kept: str, gone: str) -> None:
    kit.add("customers", "k1", name="x", numbers=["110"])
    before = kit.traces()
    with pytest.raises(CtiError):
        customers(kit).merge(kept, gone, EVE)
    assert kit.traces() == before
    with pytest.raises(NotMerged):
        customers(kit).part("k1", 1, EVE)


def test_a_part_of_a_number_is_found_quickly_among_many(both: Kit) -> None:
    """A smaller number of them than the promise (100,000), in a shorter time."""
    wishes = [Wish(f"n{n}", {"name": f"客户{n}", "numbers": [f"139{n:08}"]}, create=None) for n in range(2000)]
    assert {one.fate for one in both.entities.take("customers", wishes, EVE, dry=True)} == {"created"}
    assert found(both, "客户") == []
    both.entities.take("customers", wishes, EVE)
    begin = time.monotonic()
    assert found(both, "00001999") == ["n1999"]
    assert found(both, "户1998") == ["n1998"]
    assert time.monotonic() - begin < 0.3
