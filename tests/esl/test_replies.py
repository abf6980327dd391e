import json

import pytest

from cti_server.domain import switch as s
from cti_server.errors import CtiError
from cti_server.esl import replies
from tests.esl import captures

KILL = s.KillLeg("a")


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        ("+OK", True),
        ("+OK 3fbe Success", True),
        ("true", True),
        ("false", True),
        ("-ERR No such channel!", False),
        ("-USAGE: <uuid>", False),
        ("Invalid Gateway!", False),
        ("-ERR invalid session id [x]", False),
        ("-ERR command not found", False),
        ("", True),
    ],
)
def test_first_words_tell_failure(answer, ok):
    assert replies.outcome(KILL, [answer]) == s.CommandOutcome(ok, answer)


def test_the_recorded_refusals_are_failures():
    lies = {"+OK Success", "false", "+OK hangup all channels with cause MANAGER_REQUEST"}  # say nothing of a missing channel
    texts = [replies.reply_text(f) for f in captures.frames("bad_commands.esl") if f.content_type.endswith(("reply", "response"))]
    texts = [t for t in texts if not t.startswith(("+OK accepted", "+OK event", "+OK Job-UUID"))]
    assert {t for t in texts if replies.outcome(KILL, [t]).ok} == lies
    assert len(texts) == 14


def test_the_first_failure_of_several_answers_counts():
    command = s.SetGlobal("cti_epoch", "7", "6")
    assert replies.outcome(command, ["-USAGE: <var>=<value>", "7"]) == s.CommandOutcome(False, "-USAGE: <var>=<value>")


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        ("6", s.CommandOutcome(True, "6")),
        ("7", s.CommandOutcome(False, "7")),
        ("-ERR no reply", s.CommandOutcome(False, "")),
    ],
)
def test_compare_and_set_is_decided_by_what_is_read_back(read, outcome):
    assert replies.outcome(s.SetGlobal("g", "6", "5"), ["+OK", read]) == outcome


@pytest.mark.parametrize(
    ("answer", "ok", "text"),
    [("sendonly", True, "sendonly"), ("_undef_", True, ""), ("-ERR No such channel!", False, "-ERR No such channel!")],
)
def test_how_the_audio_of_a_phone_flows(answer, ok, text):
    assert replies.outcome(s.AskMediaFlow("a"), [answer]) == s.CommandOutcome(ok, text)


def test_an_unset_global_reads_as_empty():
    assert replies.outcome(s.GetGlobal("g"), ["-ERR no reply"]) == s.CommandOutcome(True, "")


def test_recorded_channels_and_dumps():
    (listed,) = captures.answers("queue_to_agent_bridge_record_hold_hangup_by_caller.json.esl", '{"row_count":2')
    legs = replies.channel_ids(listed)
    assert len(legs) == 2
    (dump,) = captures.answers("queue_to_agent_bridge_record_hold_hangup_by_caller.json.esl", '{"Event-Name":"CHANNEL_DATA"')
    report = replies.channel_report("main", replies.channel_dump(dump))
    assert report.leg in legs
    assert report.bridged_to in legs
    assert report.bridged_to != report.leg
    assert (report.state, report.answered, report.direction, report.destination) == ("CS_SOFT_EXECUTE", True, "inbound", "95598")
    assert 0 < report.created_ms <= report.answered_ms


def test_a_name_cannot_forge_a_leg_and_half_an_answer_is_none():
    rows = [{"uuid": "leg-1", "cid_name": 'x","uuid":"forged', "call_uuid": "other"}, {"uuid": "leg-2", "cid_name": "\\"}]
    answer = json.dumps({"row_count": 2, "rows": rows}, separators=(",", ":"))
    assert replies.channel_ids(answer) == ["leg-1", "leg-2"]
    assert replies.channel_ids('{"row_count":0}') == []
    for bad in (answer[:-5], "-ERR no database", ""):
        with pytest.raises(CtiError) as caught:
            replies.channel_ids(bad)
        assert caught.value.error_id == "bad-answer"


def test_a_parked_leg_names_no_partner_though_headers_are_left_over():
    report = replies.channel_report("main", {"Unique-ID": "a", "Channel-State": "CS_PARK", "variable_bridge_to": "b"})
    assert report.bridged_to == ""


def test_recorded_registrations():
    (listed,) = captures.answers("webrtc_phone_register_call_hold_unregister.esl", '{"row_count":1,"rows":[{"reg_user"')
    (phone,) = replies.registrations("main", listed, 1795356753_000 - 500_000)
    assert (phone.extension, phone.realm, phone.expires_s, phone.network_port) == ("1001", "127.0.0.1", 500, 47942)
    assert phone.contact.startswith("sofia/internal/sip:s0cnfvqd@slcjkisok018.invalid;transport=ws")
    assert replies.registrations("main", '{"row_count": 0}', 0) == []


@pytest.mark.parametrize("answer", ["-ERR no", "", "[]", '{"rows":3}'])
def test_no_rows_is_an_error_not_an_empty_list(answer):
    with pytest.raises(CtiError) as caught:
        replies.json_rows(answer)
    assert caught.value.error_id == "bad-answer"


GATEWAYS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<gateways>
  <gateway><name>telco</name><profile>external</profile><state>NOREG</state><status>UP</status><pingtime>1.25</pingtime>
    <from>&lt;sip:u@127.0.0.1&gt;</from><calls-in>3</calls-in><calls-out>4</calls-out><failed-calls-in>0</failed-calls-in>
    <failed-calls-out>1</failed-calls-out></gateway>
  <gateway><name>backup</name><profile>external</profile><state>FAIL_WAIT</state><status>DOWN</status><pingtime>0.00</pingtime></gateway>
</gateways>"""


def test_gateways_with_their_figures():
    telco, backup = replies.gateways(GATEWAYS)
    assert telco == replies.GatewayStatus("telco", "external", "NOREG", "UP", 1.25, 3, 4, 0, 1)
    assert (backup.name, backup.state, backup.status) == ("backup", "FAIL_WAIT", "DOWN")
    assert [g.name for g in replies.gateways("<gateway><name>one</name></gateway>")] == ["one"]


@pytest.mark.parametrize(
    "answer",
    [
        "Invalid Gateway!",
        "",
        "<gateways>",
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><gateways>&a;</gateways>',
        '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><gateways/>',
    ],
)
def test_xml_that_is_broken_or_declares_entities_is_refused(answer):
    with pytest.raises(CtiError) as caught:
        replies.gateways(answer)
    assert caught.value.error_id == "bad-answer"


def test_recorded_status():
    found = [a for name in captures.ALL for a in captures.answers(name, "UP ")]
    assert found
    assert replies.status(found[0]) == replies.SwitchStatus("1.10.12-release", 0, 8000, 500)
    with pytest.raises(CtiError):
        replies.status("-ERR")
