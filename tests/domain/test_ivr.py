"""The walk through a flow: what is asked, what is set, where it ends; and that a loaded flow cannot get stuck."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.domain import record
from cti_server.domain.config import HoursConfig, VoicemailBox
from cti_server.domain.ivr import (
    MAX_VISITS,
    Collect,
    Context,
    Digits,
    EnterQueue,
    HangUp,
    IvrState,
    Play,
    Played,
    Recorded,
    RecordVoicemail,
    RunFlow,
    SetData,
    resume,
    start,
    step,
)
from cti_server.domain.ivr_nodes import Known, PlayNode, QueueNode
from cti_server.domain.ivr_parse import FlowError, load_flows, parse_flow
from cti_server.errors import CtiError

ROOT = Path(__file__).parents[2]
ALWAYS = HoursConfig("office", "Asia/Shanghai", ((("00:00", "24:00"),),) * 7)
NEVER = HoursConfig("office", "Asia/Shanghai", ((),) * 7)
KNOWN = Known(queues={"billing", "repair", "complaints", "sales"}, hours={"office"}, boxes={"hotline", "sales"})
OPEN = Context(0, {"office": ALWAYS}, {}, "/p")
BOX = VoicemailBox("sales", "Sales", "care", "leave_message", 180)
CLOSED = Context(0, {"office": NEVER}, {}, "/p", boxes={"sales": BOX})


@pytest.fixture(scope="module")
def demo():
    flows, problems = load_flows({p.name: p.read_text("utf-8") for p in (ROOT / "flows").glob("*.yaml")}, KNOWN)
    assert problems == []
    return flows


def flow_of(nodes, first=None, **top):
    document = {"name": "f", "version": 1, "start": first or next(iter(nodes)), "nodes": nodes, **top}
    return parse_flow(document, "f.yaml", Known(queues={"q"}, hours={"office"}, flows={"other"}))


def test_the_service_line_to_billing_with_an_account(demo):
    flow = demo["main_menu"]
    state, actions = start(flow, OPEN)
    assert actions == [Play(("/p/zh/welcome.wav",))]
    state, actions = step(flow, state, Played(True), OPEN)
    menu = Collect("/p/zh/main_menu.wav", "/p/zh/invalid_choice.wav", 1, 1, 3, 5000, "", "^[012349]$")
    assert actions == [menu]
    state, actions = step(flow, state, Digits("0"), OPEN)
    assert actions == [menu]
    assert state.attempts == 2
    state, actions = step(flow, state, Digits("1"), OPEN)
    account = actions[0]
    assert isinstance(account, Collect)
    assert (account.min_digits, account.max_digits, account.pattern) == (6, 10, "^[0-9]{6,10}$")
    state, actions = step(flow, state, Digits("12345678"), OPEN)
    assert actions[:2] == [SetData("account", "12345678"), SetData("topic", "billing")]
    assert isinstance(actions[2], Play)
    state, actions = step(flow, state, Played(False), OPEN)  # a missing prompt never stops a call
    assert actions == [EnterQueue("billing", 0)]
    assert state.path == (
        {"node": "menu", "pressed": "0", "label": "重听"},
        {"node": "menu", "pressed": "1", "label": "电费查询"},
        {"node": "billing_account", "pressed": "12345678", "label": "account"},
    )
    assert state.data == {"account": "12345678", "topic": "billing"}


def test_a_silent_caller_gets_to_people(demo):
    flow = demo["main_menu"]
    state, _ = start(flow, OPEN)
    state, _ = step(flow, state, Played(True), OPEN)
    state, actions = step(flow, state, Digits(""), OPEN)
    assert actions == [Play(("/p/zh/no_choice.wav",))]
    state, actions = step(flow, state, Played(True), OPEN)
    assert actions[0] == SetData("topic", "repair")
    state, actions = step(flow, state, Played(True), OPEN)
    assert actions == [EnterQueue("repair", 5)]
    assert state.path[-1] == {"node": "menu", "pressed": "", "label": ""}


def test_a_flow_begins_at_the_node_that_is_named_and_at_its_start_where_it_has_none_of_that_name(demo):
    flow = demo["main_menu"]
    other = next(name for name, node in flow.nodes.items() if name != flow.start and isinstance(node, QueueNode | PlayNode))
    assert start(flow, OPEN, other)[0].node == other
    assert start(flow, OPEN, "gone") == start(flow, OPEN)


def test_english_on_request(demo):
    flow = demo["main_menu"]
    state, _ = start(flow, OPEN)
    state, _ = step(flow, state, Played(True), OPEN)
    state, actions = step(flow, state, Digits("9"), OPEN)
    assert actions[0] == SetData("language", "en")
    assert actions[1].prompt == "/p/en/main_menu.wav"


@pytest.mark.parametrize(("said", "folder"), [("en", "en"), ("zh", "zh"), ("fr", "zh"), ("../../etc", "zh"), ("", "zh")])
def test_the_language_chosen_before_this_flow_stays(said, folder):
    flow = flow_of({"a": {"type": "play", "prompt": "p", "next": "b"}, "b": {"type": "hang_up"}})
    context = Context(0, {}, {"language": said}, "/p")
    state, actions = start(flow, context)
    assert actions == resume(flow, state, context)[1] == [Play((f"/p/{folder}/p.wav",))]


def test_this_flows_own_choice_of_language_counts_more():
    nodes = {
        "a": {"type": "set", "data": {"language": "en"}, "next": "b"},
        "b": {"type": "play", "prompt": "p", "next": "c"},
        "c": {"type": "hang_up"},
    }
    assert start(flow_of(nodes), Context(0, {}, {"language": "zh"}, "/p"))[1][-1] == Play(("/p/en/p.wav",))


def test_digits_are_no_language():
    nodes = {
        "a": {"type": "collect", "prompt": "p", "store": "language", "min_digits": 2, "max_digits": 2, "ok": "b", "none": "c"},
        "b": {"type": "play", "prompt": "p", "next": "c"},
        "c": {"type": "hang_up"},
    }
    flow = flow_of(nodes)
    assert step(flow, start(flow, OPEN)[0], Digits("12"), OPEN)[1][-1] == Play(("/p/zh/p.wav",))


def test_a_message_for_the_hotline_by_its_key(demo):
    flow = demo["main_menu"]
    state, _ = start(flow, OPEN)
    state, _ = step(flow, state, Played(True), OPEN)
    state, actions = step(flow, state, Digits("4"), OPEN)
    assert actions == [RecordVoicemail("/p/zh/leave_word.wav", 120, 5, "hotline")]
    _, actions = step(flow, state, Recorded(4000), OPEN)
    assert actions == [Play(("/p/zh/message_saved.wav",))]


def test_out_of_hours(demo):
    state, actions = start(demo["main_menu"], CLOSED)
    assert actions == [Play(("/p/zh/closed.wav",))]
    _, actions = step(demo["main_menu"], state, Played(True), CLOSED)
    assert actions == [HangUp("NORMAL_CLEARING")]
    state, actions = start(demo["sales"], CLOSED)
    assert actions == [RecordVoicemail("/p/zh/leave_message.wav", 180, 5, "sales")]
    state, actions = step(demo["sales"], state, Recorded(4000), CLOSED)
    assert actions == [Play(("/p/zh/message_saved.wav",))]


def test_unknown_hours_are_open(demo):
    _, actions = start(demo["sales"], Context(0, {}, {}, "/p"))
    assert actions == [SetData("topic", "sales"), Play(("/p/zh/welcome_sales.wav", "/p/zh/recorded_notice.wav"))]
    broken = HoursConfig("office", "No/Where", ((),) * 7)
    assert start(demo["sales"], Context(0, {"office": broken}, {}, "/p"))[1] == actions


def test_digits_that_do_not_fit_are_no_digits():
    flow = flow_of(
        {
            "a": {"type": "collect", "prompt": "p", "store": "pin", "min_digits": 2, "max_digits": 4, "pattern": "1[0-9]+|22",
                  "ok": "q", "none": "bye"},
            "q": {"type": "queue", "queue": "q"},
            "bye": {"type": "hang_up", "cause": "CALL_REJECTED"},
        }
    )  # fmt: skip
    state, (ask,) = start(flow, OPEN)
    assert ask.pattern == "^(?:1[0-9]+|22)$"
    for text in ("", "21", "222", "1", "${x}", "12\n"):
        after, actions = step(flow, state, Digits(text), OPEN)
        assert actions == [HangUp("CALL_REJECTED")]
        assert after.data == {}
    assert step(flow, state, Digits("22"), OPEN)[1] == [SetData("pin", "22"), EnterQueue("q", 0)]


def test_another_flow_and_voicemail_without_next():
    flow = flow_of({"a": {"type": "flow", "flow": "other"}})
    assert start(flow, OPEN)[1] == [RunFlow("other")]
    flow = flow_of({"a": {"type": "voicemail", "prompt": "p"}})
    state, _ = start(flow, OPEN)
    assert step(flow, state, Recorded(0), OPEN) == (state, [HangUp("NORMAL_CLEARING")])


def test_an_outcome_that_cannot_be(demo):
    state, _ = start(demo["main_menu"], OPEN)
    with pytest.raises(CtiError, match="wrong-outcome"):
        step(demo["main_menu"], state, Digits("1"), OPEN)


def test_state_survives_json_and_a_restart(demo):
    flow = demo["main_menu"]
    state, _ = start(flow, OPEN)
    state, asked = step(flow, state, Played(True), OPEN)
    back = record.read(IvrState, json.loads(json.dumps(record.plain(state))))
    assert back == state
    again, actions = resume(flow, back, OPEN)
    assert actions == asked
    assert again.attempts == state.attempts + 1
    lost, actions = resume(demo["sales"], back, OPEN)  # the node is gone: the flow begins again
    assert lost.flow == "sales"
    assert isinstance(actions[-1], Play)


def test_a_caller_who_repeats_for_ever_is_let_go(demo):
    flow = demo["main_menu"]
    state, actions = start(flow, OPEN)
    state, actions = step(flow, state, Played(True), OPEN)
    for _ in range(MAX_VISITS):
        if isinstance(actions[-1], HangUp):
            break
        state, actions = step(flow, state, Digits("0"), OPEN)
    assert actions == [HangUp("NORMAL_CLEARING")]
    assert len(state.path) <= 50


def test_every_prompt_of_the_demo_flows_has_a_text(demo):
    table = yaml.safe_load((ROOT / "prompts" / "prompts.yaml").read_text("utf-8"))["prompts"]
    for flow in demo.values():
        for node in flow.nodes.values():
            for key in ("prompt", "invalid"):
                value = getattr(node, key, "")
                for prompt in [value] if isinstance(value, str) else value:
                    assert not prompt or set(table[prompt]) >= {"zh", "en"}


NAMES = [f"n{i}" for i in range(6)]
_name = st.sampled_from(NAMES)
_node = st.one_of(
    st.fixed_dictionaries({"type": st.just("play"), "prompt": st.just("p"), "next": _name}),
    st.fixed_dictionaries({"type": st.just("set"), "data": st.just({"k": "v"}), "next": _name}),
    st.fixed_dictionaries({"type": st.just("hours"), "hours": st.just("office"), "open": _name, "closed": _name}),
    st.fixed_dictionaries(
        {"type": st.just("menu"), "prompt": st.just("p"), "timeout": _name,
         "choices": st.dictionaries(st.sampled_from("12*#"), _name, min_size=1)}
    ),
    st.fixed_dictionaries(
        {"type": st.just("collect"), "prompt": st.just("p"), "store": st.just("k"), "min_digits": st.just(1),
         "max_digits": st.just(2), "ok": _name, "none": _name}
    ),
    st.just({"type": "voicemail", "prompt": "p"}),
    st.just({"type": "queue", "queue": "q"}),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, _node)), st.lists(st.sampled_from(["", "1", "2", "*", "99"]), max_size=300))
def test_whatever_loads_can_be_walked_to_an_end(nodes, keys):
    try:
        flow = flow_of(nodes)
    except FlowError as error:
        if not all(re.search("dead loop|no way leads|nothing leads", p.why) for p in error.problems):
            raise
        return
    keys = [*keys, *["1"] * (MAX_VISITS + 1)]
    state, actions = start(flow, OPEN)
    for key in keys:
        last = actions[-1]
        assert all(isinstance(a, SetData) for a in actions[:-1])
        if isinstance(last, EnterQueue | HangUp | RunFlow):
            return
        outcome = {Play: Played(True), Collect: Digits(key), RecordVoicemail: Recorded(1)}[type(last)]
        assert record.read(IvrState, json.loads(json.dumps(record.plain(state)))) == state
        state, actions = step(flow, state, outcome, OPEN)
    pytest.fail("the walk did not end")
