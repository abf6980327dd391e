"""Telephone numbers in every form that networks write them."""

from __future__ import annotations

import pytest

from cti_server.domain.numbers import caller_id, caller_number, national, search_for, service_number

CALLERS = {
    "13800138000": "13800138000",
    "sip:+8613800138000@10.0.0.1": "+8613800138000",
    "SIPS:+8613800138000@[2001:db8::1]:5061;transport=tls": "+8613800138000",
    "sip:%2B8613800138000@10.0.0.1": "+8613800138000",
    "sip:4000:secret@10.0.0.1": "4000",
    "<sip:4000@carrier.example>": "4000",
    '"Li <Wei>" <sip:4000@carrier.example>;tag=x': "4000",
    "tel:+8613800138000;phone-context=x": "+8613800138000",
    "<tel:+86-138-0013-8000>": "+86-138-0013-8000",
    "8613800138000@ims.example.org": "8613800138000",
    "sip:+8675512345678;npdi=yes;rn=+86755@host;user=phone": "+8675512345678",
    "13800138000;ext=5": "13800138000",
    "13800138000,5": "13800138000",
    "+86 138-0013-8000": "+86138-0013-8000",
    "（0755）１２３４５６７８": "075512345678",
    "anonymous": "anonymous",
    "sip:anonymous@anonymous.invalid": "anonymous",
    "10.0.0.1:5060": "10.0.0.1",
    "": "",
    "sip:@host": "",
    "${system(id)}": "systemid",
    "a\r\nb\0c": "abc",
    "9" * 200: "9" * 64,
}


@pytest.mark.parametrize("written", CALLERS)
def test_a_caller_is_the_user_part(written: str) -> None:
    assert caller_number(written) == CALLERS[written]
    assert caller_number(CALLERS[written]) == CALLERS[written]


def test_a_name_that_only_writes_the_number_is_none() -> None:
    assert caller_id("sip:+86138@x", '"+86138" <sip:+86138@x>') == ("+86138", "")
    assert caller_id("138", "138") == ("138", "138")  # as before: the page knows
    assert caller_id("138", "张三") == ("138", "张三")


def test_a_name_without_a_number_stays_and_is_one_line() -> None:
    assert caller_id("", "张三") == ("", "张三")
    assert caller_id("", "") == ("", "")
    assert caller_id("sip:@host", "Li Wei") == ("", "Li Wei")
    assert caller_id("138", " a\r\n\0b\ud800 ") == ("138", "a b")
    assert caller_id("138", "n" * 5000) == ("138", "n" * 255)


SAME = (
    "075512345678", "0755-12345678", "(0755) 1234 5678", "+8675512345678", "+86 755 1234 5678",
    "+86(0)755-12345678",
    "008675512345678", "8675512345678", "sip:+8675512345678@10.0.0.1",
    "tel:+86-755-12345678", "<sip:075512345678@x;user=phone>", "75512345678",
    "+8675512345678;npdi", "０７５５１２３４５６７８",
)  # fmt: skip


@pytest.mark.parametrize("configured", ["075512345678", "+8675512345678", "0755-12345678", "8675512345678"])
@pytest.mark.parametrize("dialled", SAME)
def test_a_service_number_is_found_in_every_form(configured: str, dialled: str) -> None:
    assert service_number({configured: 1, "4008000000": 2, "95598": 3}, dialled, "86") == 1


def test_other_numbers_are_not_found_and_doubt_finds_nothing() -> None:
    lines = {"95598": 1, "4000": 2, "04000": 3}
    for dialled in ("", "+4995598", "004995598", "195598", "9559", "anonymous"):
        assert service_number(lines, dialled, "86") is None
    assert [service_number(lines, number, "86") for number in ("4000", "04000", "+864000")] == [2, 3, None]
    assert service_number({"4000": 1}, "+44 4000", "44") == 1


def test_national_forms() -> None:
    assert national("+4930123", "86") == "+4930123"
    assert national("004930123", "86") == "+4930123"
    assert national("0", "86") == "0"


def test_a_search_knows_all_forms() -> None:
    found = search_for("+86 138-0013-8000", "86")
    assert (found.written, found.part) == ("+86 138-0013-8000", "+8613800138000")
    assert set(found.starts) == {"+8613800138000", "008613800138000", "8613800138000", "013800138000", "13800138000"}
    assert set(search_for("+49 30 123", "86").starts) == {"+4930123", "004930123", "4930123"}
    assert "13800138000" in search_for("8613800138000", "86").starts, "without the + too"
    assert "+86138" in search_for("0086 138", "86").starts
    assert search_for("138", "86").starts == ()
    assert "+864000" in search_for("4000", "86").starts
    assert search_for("+86", "86").starts == search_for("anonymous"[:3], "86").starts == ()
    assert search_for("%", "86").part == ""
