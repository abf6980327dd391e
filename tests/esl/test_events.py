import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain import switch as s
from cti_server.errors import CtiError
from cti_server.esl.events import JsonHeaders, event_name, json_headers, number, parsed, plain_headers, starting_with, text
from cti_server.esl.translate import TABLE, dialable, subscription, translate

NAMES = st.sampled_from(
    ["Unique-ID", "Channel-State", "variable_cti_a", "variable_cti_b", "variable_x", 'variable_cti_"q', "a,b", ":", "Application"]
)
TEXTS = st.text(max_size=30) | st.sampled_from(
    ['","Unique-ID":"forged', '\\","Unique-ID":"forged', 'x,"variable_cti_a":"y', "\\", '"', ",", '{"Event-Name":"X"}']
)
EVENTS = st.dictionaries(NAMES, TEXTS | st.lists(TEXTS, min_size=1, max_size=3), max_size=9)


@given(EVENTS)
def test_headers_found_one_by_one_are_those_of_the_whole_event(event):
    body = orjson.dumps({"Event-Name": "CHANNEL_CREATE", **event})
    lazy, every = json_headers(body), parsed(body)
    assert isinstance(lazy, JsonHeaders)
    for name in ["Event-Name", "Unique-ID", "Channel-State", "variable_cti_a", "variable_nope", "forged", "a,b", "Application"]:
        assert text(lazy, name) == text(every, name), name
    assert starting_with(lazy, "variable_cti_") == starting_with(every, "variable_cti_")
    assert dict(lazy) == every


def test_a_text_that_is_no_utf8_is_read_as_gb18030_by_itself():
    body = b'{"Event-Name":"DTMF","Unique-ID":"u","Caller-Caller-ID-Name":"\xd5\xc5\xc8\xfd","DTMF-Digit":"5"}'
    assert translate("n", json_headers(body)) == s.DigitReceived("n", 0, "u", "5")
    assert parsed(body)["Caller-Caller-ID-Name"] == "张三"
    assert text(json_headers(body), "Caller-Caller-ID-Name") == "张三"
    more = ',"variable_cti_note":"王芳 \\u5f20 \\"x\\"","variable_cti_raw":"'.encode()
    mixed = body[:-1] + more + b'\xff"}'
    for headers in (json_headers(mixed), parsed(mixed)):
        assert [text(headers, name) for name in ("Caller-Caller-ID-Name", "variable_cti_note", "variable_cti_raw")] == [
            "张三", '王芳 张 "x"', "\ufffd",
        ]  # fmt: skip


def test_the_second_byte_of_a_character_may_be_a_backslash():
    """The switch escapes it as any other backslash."""
    raw = "乗俓".encode("gb18030")
    assert b"\\" in raw
    body = b'{"Event-Name":"DTMF","Caller-Caller-ID-Name":"' + raw.replace(b"\\", b"\\\\") + b'","DTMF-Digit":"5"}'
    assert text(json_headers(body), "Caller-Caller-ID-Name") == "乗俓"


def test_plain_events_decode_gb18030_too():
    assert plain_headers(b"Caller-Caller-ID-Name: %D5%C5%C8%FD\nUnique-ID: u\n")["Caller-Caller-ID-Name"] == "张三"


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b"null", b'{"Event-Name": tru', b"\xff"])
def test_what_is_no_json_object_is_one_error(body):
    with pytest.raises(CtiError) as caught:
        json_headers(body)
    assert caught.value.error_id == "broken-event"


def test_a_broken_event_that_begins_well_is_an_error_when_read():
    headers = json_headers(b'{"Event-Name":"DTMF","Unique-ID":["a",}')
    with pytest.raises(CtiError):
        translate("n", headers)


def test_json_with_blanks_is_read_as_well():
    body = b'{ "Event-Name": "DTMF", "Unique-ID": "u", "DTMF-Digit": "#" }'
    assert translate("n", json_headers(body)) == s.DigitReceived("n", 0, "u", "#")


def test_plain_splits_lines_first_and_decodes_after():
    body = b"Event-Name: DTMF\nUnique-ID: u\nCaller-Caller-ID-Name: x%0AUnique-ID%3A%20forged%E2%80%A8Unique-ID: y\n\n"
    headers = plain_headers(body)
    assert headers["Unique-ID"] == "u"
    assert headers["Caller-Caller-ID-Name"] == "x\nUnique-ID: forged\u2028Unique-ID: y"


def test_plain_arrays_and_bodies_are_as_in_json():
    headers = plain_headers(b"Event-Name: BACKGROUND_JOB\nX: ARRAY%3A%3Aa|%3Ab\nJob-UUID: j\n\n-ERR NO_ANSWER\n")
    assert headers["X"] == ["a", "b"]
    assert translate("n", headers) == s.JobDone("n", 0, "j", False, "-ERR NO_ANSWER")
    assert headers["_body"] == "-ERR NO_ANSWER\n"


def test_numbers_are_numbers_or_the_default():
    headers = {"a": "12", "b": "-3", "c": "x", "d": "", "e": "１", "f": "9" * 40}
    assert [number(headers, name, 7) for name in "abcdef"] == [12, -3, 7, 7, 7, 7]


@pytest.mark.parametrize("name", TABLE)
def test_every_row_of_the_table_makes_its_event_from_nothing_but_a_name(name):
    headers = {"Event-Name": "CUSTOM", "Event-Subclass": name} if "::" in name else {"Event-Name": name}
    event = translate("site2", {**headers, "Application": "play_and_get_digits", "Action": "add-member"})
    assert isinstance(event, s.SwitchEvent)
    assert event.node == "site2"
    assert event_name(headers) == name


def test_what_is_not_in_the_table_is_nothing_and_not_subscribed():
    assert translate("n", {"Event-Name": "CHANNEL_STATE"}) is None
    assert translate("n", {}) is None
    assert translate("n", {"Event-Name": ["A", "B"]}) is None
    *filters, command = subscription("core-1")
    assert filters[0] == "filter Core-UUID core-1"
    assert "filter Application -park" in filters
    assert not any(name in f"{filters}" for name in ("playback", "play_and_get_digits", "speak", "say"))
    words = command.split()
    assert words[:2] == ["event", "json"]
    custom = words.index("CUSTOM")
    assert set(words[2:custom]) | set(words[custom + 1 :]) == set(TABLE)
    assert all("::" in word for word in words[custom + 1 :])


def test_all_cti_variables_come_with_a_channel():
    event = translate(
        "n", {"Event-Name": "CHANNEL_CREATE", "variable_cti_call": "c", "variable_cti_offer": ["a", "b"], "variable_x": "1"}
    )
    assert isinstance(event, s.LegCreated)
    assert event.cti == {"cti_call": "c", "cti_offer": "b"}


def test_a_call_in_names_its_trunk_when_the_dialplan_has_found_it():
    """Calls of a trunk that does not register carry no sip_gateway; cti_inbound.lua knows it by its address."""
    inbound = {"Call-Direction": "inbound", "variable_sip_network_ip": "203.0.113.5"}
    created = translate("n", {"Event-Name": "CHANNEL_CREATE", **inbound})
    parked = translate("n", {"Event-Name": "CHANNEL_PARK", **inbound, "variable_cti_trunk": "carrier"})
    assert (created.gateway, parked.gateway) == ("", "carrier")
    registered = {"variable_sip_gateway": "line1", "variable_cti_trunk": "carrier"}
    assert translate("n", {"Event-Name": "CHANNEL_PARK", **inbound, **registered}).gateway == "line1"


def test_an_expired_registration_is_read_from_its_own_headers():
    event = translate("n", {"Event-Name": "CUSTOM", "Event-Subclass": "sofia::expire", "user": "1001", "host": "pbx.example",
                            "profile-name": "internal", "contact": "sip:1001@10.0.0.5:5060"})  # fmt: skip
    assert event == s.PhoneUnregistered("n", 0, "1001", "pbx.example", "sofia/internal/sip:1001@10.0.0.5:5060")


def test_a_web_phone_whose_socket_closed_is_told_from_one_that_left():
    event = translate("n", {"Event-Name": "CUSTOM", "Event-Subclass": "sofia::unregister", "profile-name": "internal",
                            "from-user": "1001", "from-host": "pbx.example", "call-id": "u3on0", "rpid": "unknown",
                            "reason": "socket-disconnection"})  # fmt: skip
    assert event == s.PhoneSocketClosed("n", 0, "1001", "pbx.example", "u3on0")


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("<sip:1001@10.0.0.5:5060>", "sofia/internal/sip:1001@10.0.0.5:5060"),
        ('"" <sip:a@b.invalid;transport=ws;fs_path=sip:a@1.2.3.4:5;transport=ws>',
         "sofia/internal/sip:a@b.invalid;transport=ws;fs_path=sip%3Aa%401.2.3.4%3A5%3Btransport%3Dws"),
        ('"" <sip:a@b;fs_path=sip%3Aa%401.2.3.4>', "sofia/internal/sip:a@b;fs_path=sip%3Aa%401.2.3.4"),
        ("nonsense", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_registered_contact_becomes_a_dial_string(contact, expected):
    assert dialable("internal", contact) == expected


@pytest.mark.parametrize("turns", ["\u202e", "\u2067", "\u200f", "\u202a\u2069"])
def test_what_a_caller_is_called_turns_no_words_around_it(turns):
    headers = {"Event-Name": "CHANNEL_CREATE", "Caller-Caller-ID-Name": f"张{turns}三", "Caller-Caller-ID-Number": f"138{turns}1"}
    created = translate("n", headers)
    assert (created.caller_name, created.caller_number) == ("张三", "1381")
