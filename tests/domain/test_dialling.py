"""What a dialled number leads to: one number has one kind, however it is written, and no way to write it goes around a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cti_server.domain import taken
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    ClassOfService,
    NumberRule,
    ServiceNumberConfig,
    ShortNumber,
    TrunkConfig,
)
from cti_server.domain.dialling import (
    Dialled,
    NotDialable,
    NumberNotAllowed,
    OwnNumber,
    Plan,
    dialled,
    permitted,
    pointless,
    seed_rules,
    sent,
)
from cti_server.domain.outcomes import dial_failure, trunk_failed
from cti_server.features.centre.document import problems_of


def centre(**changes: Any) -> CentreConfig:
    """In Shenzhen; 1001 may call what is in the country, 1002 everything, 1003 nothing."""
    config = CentreConfig(
        1,
        "main",
        agents={
            "1001": AgentConfig("1001", "A", "1001", "t", class_of_service="inland"),
            "1002": AgentConfig("1002", "B", "62001", "t", class_of_service="world"),
            "1003": AgentConfig("1003", "C", "1003", "t"),
        },
        service_numbers={n: ServiceNumberConfig(n, "Line", "", "q") for n in ("95598", "4008000000")},
        free_seating=("1101",),
        classes_of_service={
            "inland": ClassOfService("inland", "Inland", dial=("local", "national"), transfer=("local",)),
            "world": ClassOfService("world", "World", *(("local", "national", "international", "premium"),) * 2),
        },
        area_code="755",
    )
    return replace(config, **changes)


KINDS = {
    "emergency": ("110", "119", "120", "122", "1 1 0", "１１０", "110#", "tel:110", "<sip:110@10.0.0.1>"),
    "internal": (
        *("1001", "62001", "1003", "1101", "sip:1001@pbx"),
        *("95598", "4008000000", "+864008000000", "0086 400 800 0000", "400-800-0000"),
    ),
    "local": (
        *("26543210", "8654321"),
        *("0755-26543210", "+8675526543210", "+86 755 2654 3210", "+86 (0)755 26543210", "0086-755-26543210", "(0755)26543210"),
        *("10086", "10010", "1010 1010", "114", "11185", "12345", "95588", "96333"),
    ),
    "national": (
        *("13800138000", "138-0013-8000", "013800138000", "+8613800138000", "008613800138000", "18688888888"),
        *("010-62345678", "+861062345678", "02162345678", "0551 6234567", "4006123456", "800-810-0000", "+86 400 612 3456"),
    ),
    "international": (
        "+49301234567",
        "0049 30 1234567",
        "+1 212 555 0100",
        "00852 2123 4567",
        "+886223456789",
        "0044-20-70000000",
    ),
    "premium": (
        *("16885168", "12590123", "125901234567", "160123", "+8616885168", "0086 168 85168", "016885168"),
        *("+881612345678", "00881612345678", "+8829812345", "+97912345678", "+87812345678"),
    ),
}
WRITTEN = [(text, kind) for kind, texts in KINDS.items() for text in texts]


@pytest.mark.parametrize(("text", "kind"), WRITTEN)
def test_a_number_has_one_kind_however_it_is_written(text: str, kind: str) -> None:
    assert dialled(centre(), text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "0", "00", "abc", "*72", "9", "99", "1", "12", "1100", "1191", "0110", "+86110", "00110", "0755110"),
        *("12345678", "2654321012", "654321", "138001380001", "1380013800", "40061234567", "+86", "+8613800"),
        *(
            "+0049301234567",
            "000049301234567",
            "++49301234567",
            "+49 30",
            "+4930123456789012",
            "8675526543210",
            "13800138000;",
            "0",
        ),
        *("9" * 64, "1" * 20, "+" + "9" * 16, "sip:@host", "${110}x", "110\n119"),
    ],
)
def test_what_the_plan_does_not_know_is_refused(text: str) -> None:
    if text == "13800138000;":  # what follows a number is none of it
        assert dialled(centre(), text).number == "+8613800138000"
        return
    with pytest.raises(NotDialable):
        dialled(centre(), text)


SAME = {
    "+8675526543210": (
        "26543210",
        "0755-26543210",
        "+86 755 2654 3210",
        "+86(0)755-26543210",
        "0086 0755 26543210",
        "２６５４３２１０",
    ),
    "+8613800138000": ("13800138000", "013800138000", "+86 138 0013 8000", "0086-138-0013-8000", "+86013800138000"),
    "+864006123456": ("400-612-3456", "+86 400 612 3456", "0086 4006123456"),
    "+49301234567": ("+49301234567", "0049 30 123 45 67", "sip:+49301234567@x"),
    "95588": ("95588", "955 88", "sip:95588@ims.example"),
}


@pytest.mark.parametrize(("number", "text"), [(number, text) for number, texts in SAME.items() for text in texts])
def test_it_is_one_number_however_it_is_written(number: str, text: str) -> None:
    assert dialled(centre(), text).number == number


@given(st.text(alphabet="0123456789+ -()", max_size=24), st.sampled_from(["", "00", "0", "+86", "0086", "+86 0", "86"]))
def test_what_was_read_reads_the_same_again(rest: str, start: str) -> None:
    try:
        found = dialled(centre(), start + rest)
    except NotDialable:
        return
    assert dialled(centre(), found.number) == found


@given(st.from_regex(r"\A[2-8][0-9]{6,7}\Z"), st.booleans())
def test_without_an_area_code_local_numbers_are_dialled_as_they_are(number: str, here: bool) -> None:
    assume(not number.startswith(("400", "800")))
    config = centre(area_code="755" if here else "", service_numbers={})
    assert dialled(config, number) == Dialled(f"+86755{number}" if here else number, "local")


PREFIXES = st.sampled_from(["", "0", "00", "1", "11"])


@given(
    st.text(alphabet="0129+- １", max_size=9),
    st.lists(st.tuples(st.sampled_from(["1", "11", "110", "9", "+86", "+8611"]), st.sampled_from(["emergency", "local"]),
                       st.integers(1, 4), st.sampled_from(["", "+86"])), max_size=4),
    PREFIXES, PREFIXES,
)  # fmt: skip
def test_whether_it_is_an_emergency_number_is_what_the_plan_reads(
    text: str, rules: list[tuple[str, Any, int, str]], nation: str, world: str
) -> None:
    own = {prefix: NumberRule(prefix, kind, 1, longest, "" if "+" in prefix else full) for prefix, kind, longest, full in rules}
    plan = Plan(centre(number_rules=own, national_prefix=nation, international_prefix=world))
    found = plan.read(text)
    assert plan.is_emergency(text) == (found is not None and found.kind == "emergency")


def test_an_emergency_number_is_never_somebodys_phone() -> None:
    agents = {"1": AgentConfig("1", "A", "110", "t")}
    assert dialled(centre(agents=agents), "110").kind == "emergency"


def test_the_plan_of_a_country_that_has_none_here() -> None:
    config = centre(country_code="49", area_code="30", service_numbers={})
    kinds = {text: dialled(config, text).kind for text in ("112", "2345678", "030 2345678", "0176 12345678")}
    assert kinds == {"112": "emergency", "2345678": "local", "030 2345678": "local", "0176 12345678": "national"}
    assert dialled(config, "0900 123456").kind == dialled(config, "+49 900 123456").kind == "premium"
    assert dialled(config, "+8613800138000").kind == "international"


def test_a_centre_with_a_plan_of_its_own_has_no_other() -> None:
    rules = {rule.prefix: rule for rule in (NumberRule("7", "local", 4, 4), NumberRule("9", "emergency", 3, 3))}
    config = centre(number_rules=rules, service_numbers={}, agents={})
    assert dialled(config, "7123") == Dialled("7123", "local")
    assert dialled(config, "999").kind == "emergency"
    for text in ("71234", "110", "+49301234567", "13800138000"):
        with pytest.raises(NotDialable):
            dialled(config, text)


@pytest.mark.parametrize("country", ["86", "49", "1", "7", "852"])
@pytest.mark.parametrize("area", ["", "755", "30"])
def test_the_plans_of_here_are_good_ones(country: str, area: str) -> None:
    rules = {rule.prefix: rule for rule in seed_rules(country, area)}
    assert len(rules) == len(seed_rules(country, area)), "a prefix stands twice"
    assert problems_of(centre(agents={}, service_numbers={}, number_rules=rules, country_code=country)) == []
    for rule in rules.values():
        assert not rule.full or rule.full in rules, "what is in full is in the plan"


# ---------------------------------------------------------------- who may

GRANTED = [
    (agent, act, text, text in allowed)
    for agent, act, allowed in (
        ("1001", "dial", ("26543210", "010-62345678", "13800138000", "110")),
        ("1001", "transfer", ("26543210", "110")),
        ("1002", "dial", ("26543210", "010-62345678", "13800138000", "+49301234567", "16885168", "110")),
        ("1002", "transfer", ("26543210", "010-62345678", "13800138000", "+49301234567", "16885168", "110")),
        ("1003", "dial", ("110",)),
        ("1003", "transfer", ("110",)),
        ("gone", "dial", ("110",)),
    )
    for text in ("26543210", "010-62345678", "13800138000", "+49301234567", "16885168", "110")
]


@pytest.mark.parametrize(("agent", "act", "text", "may"), GRANTED)
def test_what_is_not_granted_is_refused(agent: str, act: Any, text: str, may: bool) -> None:
    config = centre()
    target = dialled(config, text)
    if may:
        permitted(config, agent, act, target)
        return
    with pytest.raises(NumberNotAllowed) as caught:
        permitted(config, agent, act, target)
    assert caught.value.details == {"number": target.number, "kind": target.kind}


@pytest.mark.parametrize(
    ("text", "agent_id"), [("1001", "1001"), ("62001", "1002"), ("1101", ""), ("95598", ""), ("+864008000000", "")]
)
def test_what_is_inside_is_not_dialled_outside(text: str, agent_id: str) -> None:
    config = centre()
    with pytest.raises(OwnNumber) as caught:
        permitted(config, "1002", "dial", dialled(config, text))
    assert caught.value.details["agent_id"] == agent_id


@pytest.mark.parametrize(
    "forbidden",
    ["13800138000", "138", "+86138", "0138", "0086138", "+8613800138000", "+86"],
)
@pytest.mark.parametrize("text", ["13800138000", "+8613800138000", "0086 138 0013 8000", "013800138000"])
def test_a_forbidden_number_is_forbidden_in_every_form(forbidden: str, text: str) -> None:
    config = centre(forbidden_numbers=("+4490", forbidden))
    with pytest.raises(NumberNotAllowed):
        permitted(config, "1002", "dial", dialled(config, text))
    permitted(config, "1002", "dial", dialled(config, "+49301234567"))


def test_a_forbidden_beginning_of_local_numbers() -> None:
    config = centre(forbidden_numbers=("265", "955"))
    for text in ("26543210", "0755 26543210", "95588"):
        with pytest.raises(NumberNotAllowed):
            permitted(config, "1002", "dial", dialled(config, text))
    permitted(config, "1002", "dial", dialled(config, "0021 265 43210 1"))
    permitted(config, "1002", "dial", dialled(config, "27543210"))


@pytest.mark.parametrize("forbidden", ["1", "13", "4", "40", "2", "9", "14"])
@pytest.mark.parametrize("text", ["13800138000", "4006123456", "26543210", "95588", "+49301234567"])
def test_a_beginning_forbids_every_number_that_is_dialled_so(forbidden: str, text: str) -> None:
    """As people dial them, though ``1`` is the beginning of many rules of the plan and no rule itself."""
    config = centre(forbidden_numbers=(forbidden,))
    if not text.startswith(forbidden):
        permitted(config, "1002", "dial", dialled(config, text))
        return
    with pytest.raises(NumberNotAllowed, match="forbidden"):
        permitted(config, "1002", "dial", dialled(config, text))


@pytest.mark.parametrize(
    ("forbidden", "why"),
    [
        ("955881234", "would forbid nothing"),
        ("138001380001", "would forbid nothing"),
        ("+9991234567890123", "would forbid nothing"),
        ("110", "is an emergency number"),
        ("0", "is every number of the country"),
        ("00", "is every number of the country"),
        *(
            (fine, "")
            for fine in ("1", "11", "138", "0138", "+86138", "+86", "13800138000", "4008", "955", "99", "+4490", "1259")
        ),
    ],
)
def test_what_forbids_nothing_or_everything_is_told(forbidden: str, why: str) -> None:
    found = [*pointless(centre(forbidden_numbers=(forbidden,)))]
    assert [number for number, _ in found] == [forbidden] * bool(why)
    assert all(why in text for _, text in found)


def test_emergency_numbers_are_free_for_all_whatever_is_forbidden() -> None:
    config = centre(forbidden_numbers=("1", "110"))
    permitted(config, "1003", "transfer", dialled(config, "110"))


# ---------------------------------------------------------------- what a trunk gets

SENT = {
    "26543210": ("+8675526543210", "8675526543210", "075526543210"),
    "13800138000": ("+8613800138000", "8613800138000", "13800138000"),
    "010-62345678": ("+861062345678", "861062345678", "01062345678"),
    "400-612-3456": ("+864006123456", "864006123456", "4006123456"),
    "+49301234567": ("+49301234567", "49301234567", "0049301234567"),
    "95588": ("95588", "95588", "95588"),
    "110": ("110", "110", "110"),
}


@pytest.mark.parametrize("text", SENT)
@pytest.mark.parametrize("prefix", ["", "9", "*55#"])
def test_a_trunk_gets_a_number_in_its_form(text: str, prefix: str) -> None:
    config = centre()
    forms: tuple[Any, ...] = ("plus", "digits", "national")
    got = tuple(sent(config, TrunkConfig("t", "t", number_form=form, prefix=prefix), dialled(config, text)) for form in forms)
    assert got == tuple(prefix + number for number in SENT[text])


# ---------------------------------------------------------------- why it was not reached


@pytest.mark.parametrize(
    ("cause", "sip_status", "trunk", "why"),
    [
        ("USER_BUSY", 486, False, "busy"),
        ("USER_BUSY", 600, False, "busy"),
        ("NORMAL_TEMPORARY_FAILURE", 486, False, "busy"),  # a Reason header wins over the status in the cause
        ("CALL_REJECTED", 603, False, "rejected"),
        ("CALL_REJECTED", 403, True, "no-line"),
        ("CALL_REJECTED", 407, True, "no-line"),
        ("NO_USER_RESPONSE", 480, False, "unreachable"),
        ("UNALLOCATED_NUMBER", 404, False, "no-such-number"),
        ("NO_ROUTE_DESTINATION", 604, False, "no-such-number"),
        ("NUMBER_CHANGED", 410, False, "no-such-number"),
        ("INVALID_NUMBER_FORMAT", 484, False, "no-such-number"),
        ("INCOMPATIBLE_DESTINATION", 488, True, "no-line"),
        ("RECOVERY_ON_TIMER_EXPIRE", 408, True, "no-line"),
        ("NORMAL_TEMPORARY_FAILURE", 503, True, "no-line"),
        ("NORMAL_TEMPORARY_FAILURE", 500, True, "no-line"),
        ("NETWORK_OUT_OF_ORDER", 502, True, "no-line"),
        ("ORIGINATOR_CANCEL", 487, False, "cancelled"),
        ("NO_ANSWER", 0, False, "no-answer"),
        ("ALLOTTED_TIMEOUT", 0, False, "no-answer"),
        ("GATEWAY_DOWN", 0, True, "no-line"),
        ("NO_ROUTE_DESTINATION", 0, True, "no-line"),
        ("ORIGINATOR_CANCEL", 0, False, "cancelled"),
        ("NORMAL_CLEARING", 200, False, "rejected"),
        ("WHATEVER", 0, False, "unreachable"),
        ("WHATEVER", 499, False, "unreachable"),
    ],
)
def test_who_is_to_blame_says_the_status_before_the_cause(cause: str, sip_status: int, trunk: bool, why: str) -> None:
    assert trunk_failed(cause, sip_status) is trunk
    assert dial_failure(cause, sip_status) == why


# ---------------------------------------------------------------- short numbers


def short(code: str, number: str) -> CentreConfig:
    return centre(short_numbers={code: ShortNumber(code, "x", number)})


def test_a_short_number_is_the_number_that_it_stands_for() -> None:
    config = short("81", "0755-2654 3210")
    for text in ("81", "8-1", "８１", "sip:81@pbx"):
        assert dialled(config, text) == Dialled("+8675526543210", "local")
    with pytest.raises(NotDialable):
        dialled(config, "82")


def test_who_may_call_it_is_judged_by_that_number() -> None:
    config = short("81", "0049 30 1234567")
    permitted(config, "1002", "dial", dialled(config, "81"))
    with pytest.raises(NumberNotAllowed):
        permitted(config, "1001", "dial", dialled(config, "81"))
    with pytest.raises(NumberNotAllowed):
        permitted(replace(config, forbidden_numbers=("+4930",)), "1002", "dial", dialled(config, "81"))


@pytest.mark.parametrize("code", ["110", "1001", "62001", "1101", "95598", "10086", "26543210", "*10", "1", "8 1", ""])
def test_a_short_number_hides_no_other(code: str) -> None:
    config = short(code, "13800138000")
    found = [text for text in (*problems_of(config), *taken.problems(config)) if text.startswith("short_numbers")]
    assert found


@pytest.mark.parametrize("number", ["", "81", "82", "1001", "1101", "95598", "+864008000000", "+86", "x"])
def test_a_short_number_leads_outside(number: str) -> None:
    found = [text for text in problems_of(short("81", number)) if text.startswith("short_numbers")]
    assert [text.split(":")[0] for text in found] == ["short_numbers.81.number"]
