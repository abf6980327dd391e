import itertools
import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.domain import switch as s
from cti_server.errors import CtiError
from cti_server.esl.encode import ENCODERS, caller_number, caller_text, encode, is_dialable

CONTACTS = {"1001": "sofia/internal/sip:1001@10.0.0.5:5060", "bad": "sofia/internal/sip:x@y,sofia/gateway/telco/00900"}
HOSTILE = ["${strepoch()}", "${system(touch x)}", "a\nb", "a\rb", "a\0b", "x\n\napi hupall", "$${x}", "{${x}}"]
HOSTILE_TEXT = st.text(max_size=40) | st.sampled_from(HOSTILE) | st.builds(
    lambda a, b, c: a + b + c, st.text(max_size=8), st.sampled_from(HOSTILE), st.text(max_size=8)
)  # fmt: skip


def originate(**changed) -> s.Originate:
    return s.Originate(**{"leg": "leg-1", "contact": "ext:1001", "timeout_s": 20, "caller_number": "138", "caller_name": "n",
                          "job_id": "job-1", **changed})  # fmt: skip


def one(command: s.SwitchCommand) -> str:
    (message,) = encode(command, CONTACTS)
    assert message.endswith(b"\n\n")
    return message[:-2].decode()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (s.BridgeLegs("a", "b"), ["api uuid_bridge a b"]),
        (s.ParkLeg("a"), ["api uuid_transfer a park inline"]),
        (s.KillLeg("a"), ["api uuid_kill a NORMAL_CLEARING"]),
        (s.SetVariable("a", "cti_phase", "talking"), ["api uuid_setvar a cti_phase talking"]),
        (s.SetVariable("a", "cti_phase", ""), ["api uuid_setvar a cti_phase"]),
        (s.SetVariable("a", "v", "it's \\n"), ["api uuid_setvar a v it\\'s \\\\n"]),
        (s.BreakPlayback("a"), ["api uuid_break a all"]),
        (s.JoinRoom("a", "room-1"), ["api uuid_transfer a conference:room-1@cti,park inline"]),
        (s.JoinRoom("a", "room-1", both=True), ["api uuid_transfer a -both conference:room-1@cti,park inline"]),
        (s.MuteMember("room-1", "5", True), ["api conference room-1 mute 5"]),
        (s.MuteMember("room-1", "5", False), ["api conference room-1 unmute 5"]),
        (s.Listen("s", "a"), ["api uuid_transfer s eavesdrop:a,park inline"]),
        (s.SetListenMode("s", "listen"), ["sendevent SEND_MESSAGE\nUnique-ID: s\neavesdrop-command: 0"]),
        (s.SetListenMode("s", "whisper"), ["sendevent SEND_MESSAGE\nUnique-ID: s\neavesdrop-command: 2"]),
        (s.SetListenMode("s", "barge"), ["sendevent SEND_MESSAGE\nUnique-ID: s\neavesdrop-command: 3"]),
        (s.StartRecording("a", "/r/x.wav"), ["api uuid_record a start /r/x.wav"]),
        (s.StopRecording("a", "/r/x.wav"), ["api uuid_record a stop /r/x.wav"]),
        (s.MaskRecording("a", "/r/x.wav", True), ["api uuid_record a mask /r/x.wav"]),
        (s.MaskRecording("a", "/r/x.wav", False), ["api uuid_record a unmask /r/x.wav"]),
        (s.TransferLeg("a", "7000", "default"), ["api uuid_transfer a 7000 XML default"]),
        (s.AnswerPhone("a"), ["api uuid_phone_event a talk"]),
        (s.LegExists("a"), ["api uuid_exists a"]),
        (s.AskMediaFlow("a"), ["api uuid_getvar a remote_audio_media_flow"]),
        (s.SetGlobal("g", "1"), ["api global_setvar g=1"]),
        (s.SetGlobal("g", "2", "1"), ["api global_setvar g=2=1", "api global_getvar g"]),
        (s.GetGlobal("g"), ["api global_getvar g"]),
        (s.Api("status"), ["api status"]),
        (s.Api("show", "channels as json"), ["api show channels as json"]),
        (
            s.Execute("a", "playback", "/x.wav", "e-1", queued=True),
            [
                "sendmsg a\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /x.wav\n"
                "Event-UUID: e-1\nevent-lock: true"
            ],
        ),
        (s.Execute("a", "answer", "", "e-1"), ["sendmsg a\ncall-command: execute\nexecute-app-name: answer\nEvent-UUID: e-1"]),
    ],
)
def test_commands_on_the_wire(command, expected):
    assert [message.decode() for message in encode(command)] == [line + "\n\n" for line in expected]


def test_every_command_of_the_domain_has_an_encoding():
    names = {kind.__name__ for kind in s.SwitchCommand.__subclasses__()}
    assert names == {kind.__name__ for kind in [*ENCODERS, s.Originate]}


def test_an_originate_on_the_wire():
    assert one(originate(connect_to="caller-1", variables={"cti_agent": "7", "empty": ""})) == (
        "bgapi originate {ignore_early_media='true',outbound_redirect_fatal='true',"
        "cti_agent='7',origination_uuid='leg-1',originate_timeout='20',"
        "origination_caller_id_number='138',origination_caller_id_name='n'}"
        "sofia/internal/sip:1001@10.0.0.5:5060 '&lua(cti_connect.lua caller-1 leg-1)'\nJob-UUID: job-1"
    )
    assert "}sofia/gateway/telco/+8613800138000 &park()" in one(originate(contact="gw:telco/+8613800138000"))


def test_variables_cannot_replace_what_the_leg_depends_on():
    message = one(originate(variables={"origination_uuid": "other", "originate_timeout": "0"}))
    assert "other" not in message
    assert "origination_uuid='leg-1'" in message


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("a,b", "'a\\,b'"),
        ("it's", "'it\\'s'"),
        ("a\\b", "'a" + "\\" * 8 + "b'"),
        ('{"a":"张"}', '\'{"a":"张"}\''),
        ("a b|c;d=e", "'a b|c;d=e'"),
    ],
)
def test_values_of_an_originate_are_quoted(value, wire):
    assert f"cti_v={wire}," in one(originate(variables={"cti_v": value}))


@pytest.mark.parametrize(
    "value", ["}", "{", "}{", "a}b", "'a", "a'", "a''b", "a'b'c", "a'b,c", "x:_:sofia/gateway/telco/00900", " a", "a ", *HOSTILE]
)
def test_values_that_would_not_arrive_exactly_are_refused(value):
    with pytest.raises(CtiError) as caught:
        encode(originate(variables={"cti_v": value}), CONTACTS)
    assert caught.value.error_id == "unsafe-text"


@pytest.mark.parametrize(
    "command",
    [
        s.Execute("a", "set", "x=${strepoch()}", "e"),
        s.Execute("a", "set", "x\n", "e"),
        s.Execute("a", "set x", "", "e"),
        s.Execute("a\n", "set", "", "e"),
        s.Execute("a", "set", "", "e e"),
        s.SetVariable("a", "v", "${x}"),
        s.SetVariable("a", "v w", "x"),
        s.SetVariable("a", "v", " x"),
        s.KillLeg("a b"),
        s.KillLeg("a", "normal clearing"),
        s.BridgeLegs("a", "b;c"),
        s.ParkLeg(""),
        s.TransferLeg("a", "1 XML x", "c"),
        s.TransferLeg("a", "1", "c d"),
        s.SetGlobal("g", "a=b"),
        s.SetGlobal("g", "a", "b=c"),
        s.SetGlobal("g h", "a"),
        s.GetGlobal("g h"),
        s.Api("status\n\napi hupall"),
        s.Api("show", "x\ny"),
        s.Api("show", "${x}"),
        s.LegExists("张"),
        s.SetVariable("a", "v", "\ud800"),
        originate(leg="x y"),
        originate(job_id="j\nk"),
        originate(connect_to="a b"),
        originate(contact="gw:telco/1,2"),
        originate(contact="gw:telco/"),
        originate(contact="gw:te lco/1"),
        originate(contact="user/1001"),
        originate(contact="ext:a b"),
        originate(contact="ext:bad"),
        originate(variables={"a b": "1"}),
        originate(variables={"x": "\ud800"}),
    ],
)
def test_what_would_be_more_than_one_word_is_refused(command):
    with pytest.raises(CtiError) as caught:
        encode(command, CONTACTS)
    assert caught.value.error_id == "unsafe-text"


def test_an_extension_without_a_phone_says_so():
    with pytest.raises(CtiError) as caught:
        encode(originate(contact="ext:1002"), CONTACTS)
    assert caught.value.error_id == "user-not-registered"


# ---------------------------------------------------------------- how the switch splits an originate


def cleaned(piece: str, delimiter: str) -> str:
    """One piece without blanks around it, its quotes and one level of its backslashes."""
    out, kept, quoted, at = "", 0, False, 0
    piece = piece.lstrip(" ")
    while at < len(piece):
        character, after = piece[at], piece[at + 1 : at + 2]
        if character == "\\" and after and after in "'\"\\nrts" + delimiter:
            out += {"n": "\n", "r": "\r", "t": "\t", "s": " "}.get(after, after)
            kept, at = len(out), at + 1
        elif character == "'" and (quoted or "'" in piece[at + 1 :]):
            quoted = not quoted
            kept = len(out) if quoted else kept
        else:
            out += character
            kept = len(out) if character != " " or quoted else kept
        at += 1
    return out[:kept]


def separated(text: str, delimiter: str, most: int = 1000) -> list[str]:
    """What lies between the delimiters that are neither quoted nor behind a backslash; the last of ``most`` is the rest."""
    pieces, start, quoted, at = [], 0, False, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        elif text[at] == delimiter and not quoted and len(pieces) + 1 < most:
            pieces.append(text[start:at])
            start = at + 1
        at += 1
    return [cleaned(piece, delimiter.strip()) for piece in [*pieces, text[start:]]]


def originated(message: str) -> tuple[dict[str, str], str, str]:
    """A model of FreeSWITCH 1.10.12: (variables, dial string, what the leg does) of one originate as the encoder writes it."""
    command = message.split("\n")[0].removeprefix("bgapi originate ")
    target, action, *more = [word for word in separated(command, " ") if word]
    assert not more
    depths = list(itertools.accumulate((character == "{") - (character == "}") for character in target))
    end = depths.index(0)
    pairs = [separated(pair, "=", 2) for pair in separated(target[1:end], ",")]
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}, target[end + 1 :], action


def test_the_model_splits_as_the_switch_did():
    """Seen on the real one: two values with an apostrophe each become one."""
    broken = "bgapi originate {cti_x='it\\'s',cti_y='he\\'s',origination_uuid='leg-0'}error/x &park()\nJob-UUID: j"
    assert originated(broken) == ({"cti_x": "its,cti_y=hes", "origination_uuid": "leg-0"}, "error/x", "&park()")
    assert separated("a\\,b,'c,d',it's", ",") == ["a,b", "c,d", "it's"]


TRICKY = st.text(st.sampled_from("ab '\"\\,={}[]<>|;:^&()nrts$张"), max_size=8) | st.text(
    st.sampled_from("a'\\,={} "), max_size=5
)  # fmt: skip


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(["cti_a", "cti_b", "cti_c", "zz"]), TRICKY, max_size=4), HOSTILE_TEXT, st.booleans())
def test_values_reach_the_leg_exactly_or_are_refused(variables, name, connects):
    command = originate(variables=variables, caller_name=name, connect_to="caller-1" if connects else "")
    try:
        message = one(command)
    except CtiError:
        return
    shown = caller_text(name)
    fixed = {"ignore_early_media": "true", "outbound_redirect_fatal": "true", "origination_uuid": "leg-1",
             "originate_timeout": "20", "origination_caller_id_number": "138",
             **({"origination_caller_id_name": shown} if shown else {})}  # fmt: skip
    expected = {name: value for name, value in variables.items() if value} | fixed
    action = "&lua(cti_connect.lua caller-1 leg-1)" if connects else "&park()"
    assert originated(message) == (expected, CONTACTS["1001"], action)


def test_apostrophes_in_two_values_are_refused():
    """The switch would take them for a pair of quotes, and everything between for one value."""
    with pytest.raises(CtiError) as caught:
        encode(originate(variables={"cti_x": "it's", "cti_y": "he's"}), CONTACTS)
    assert caught.value.error_id == "unsafe-text"
    assert "cti_y" in one(originate(variables={"cti_x": "it's", "cti_y": "a,b"}))


@given(HOSTILE_TEXT, HOSTILE_TEXT)
def test_no_caller_executes_anything_or_stops_the_call(name, number):
    message = one(originate(caller_name=name, caller_number=number))
    assert "${" not in message
    assert message.count("\n") == 1
    assert not re.search(r"[\r\0]", message)


@given(HOSTILE_TEXT)
def test_no_text_becomes_code_or_a_second_command(value):
    commands = [
        s.Execute("a", "playback", value, "e"),
        s.SetVariable("a", "cti_v", value),
        s.SetGlobal("g", value),
        s.Api("status", value),
        originate(variables={"cti_v": value}),
        s.TransferLeg("a", value, "default"),
        s.KillLeg("a", value),
        originate(contact=f"gw:telco/{value}"),
        originate(contact=f"ext:{value}"),
        s.ParkLeg(value),
        s.Execute("a", value, "", "e"),
    ]
    for command in commands:
        try:
            messages = encode(command, CONTACTS)
        except CtiError:
            continue
        for message in messages:
            assert message.count(b"\n\n") == 1
            assert message.endswith(b"\n\n")
            assert b"${" not in message
            assert b"\r" not in message
            lines = message[:-2].decode().split("\n")
            assert all(
                re.match(r"(call-command|execute-app-name|execute-app-arg|Event-UUID|event-lock|Job-UUID): ", x)
                for x in lines[1:]
            )


@given(st.text(max_size=40))
def test_quoted_text_is_one_safe_word_and_comes_back(value):
    value = value.encode("utf-8", "replace").decode()
    word = quote(value, safe="")
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]*", word)
    encode(s.Execute("a", "set", f"cti_note={word}", "e"))
    encode(originate(variables={"cti_note": word}), CONTACTS)


def test_a_caller_keeps_a_readable_name():
    assert caller_text("张三 O.K. +86*#1") == "张三 O.K. +86*#1"
    assert caller_text("${system(touch x)}") == "＄｛system（touch x）｝"
    assert caller_text("a\r\nb%0Ac\u2028d\ud800\u202ee") == "a  b％0Ac d  e"
    assert caller_number("+86 (138) 0013-8000;x=${y}") == "+861380013-8000"


@given(HOSTILE_TEXT)
def test_nothing_of_a_callers_name_is_decoded_into_sip(name):
    shown = caller_text(name)
    assert not set(shown) & set("@%\"<>;,:\\'{}$\r\n")
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("contact", "fine"),
    [
        ("sofia/internal/sip:1001@10.0.0.5:5060;transport=udp", True),
        ("sofia/internal/sip:1001@[fd00::1]:5060", True),
        ("sofia/internal/sip:a@b.invalid;transport=ws;fs_nat=yes;fs_path=sip%3Aa%40127.0.0.1%3A1%3Btransport%3Dws", True),
        ("sofia/internal/sip:a@b,sofia/gateway/telco/00900", False),
        ("sofia/internal/sip:a@b|error/x", False),
        ("sofia/internal/sip:a@b:_:sofia/gateway/telco/1", False),
        ("sofia/internal/sip:a@b${x}", False),
        ("sofia/internal/sip:a b@c", False),
        ("sofia/internal/sip:{x=1}a@b", False),
        ("error/user_not_registered", False),
        ("", False),
        ("sofia/gateway/telco/1", False),
    ],
)
def test_what_a_phone_registered_is_dialled_only_when_it_is_one_contact(contact, fine):
    assert is_dialable(contact) is fine
