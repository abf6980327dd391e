"""More of the scenarios: three and more in a room, listening, whispering, taking over."""

from __future__ import annotations

from tests.conformance.link import Link, Place
from tests.conformance.scenarios import arrives, ended, scenario

ROOM = "conference:cc-1001@cti,park inline"
PORTS = {"leg-A": 5072, "leg-B": 5074, "leg-S": 5076, "leg-D": 5078, "leg-E": 5082, "leg-B2": 5082}
KEPT = ("park_after_bridge=true", "uuid_bridge_park_on_cancel=true")


def dials(place: Place, link: Link, leg: str, application: str = "park()", *more: str) -> None:
    """A phone that is kept after bridges, until it has answered and begun its application."""
    place.phone(link, PORTS[leg], "rings")
    variables = ",".join((f"origination_uuid={leg}", "originate_timeout=20", "ignore_early_media=true", *KEPT, *more))
    since = len(link.events)
    link.command(f"bgapi originate {{{variables}}}sofia/external/sip:1001@{place.address(PORTS[leg])} &{application}")
    link.wait("CHANNEL_EXECUTE", since=since, Unique_ID=leg)


def answered(place: Place, link: Link, seconds: float) -> str:
    leg = arrives(place, link, seconds)
    link.execute(leg, "answer")
    link.wait("CHANNEL_EXECUTE_COMPLETE", Unique_ID=leg, Application="answer")
    link.api(f"uuid_setvar_multi {leg} {';'.join(KEPT)}")
    return leg


def bridges(link: Link, one: str, other: str) -> None:
    since = len(link.events)
    assert link.api(f"uuid_bridge {one} {other}") == f"+OK {other}"
    link.wait("CHANNEL_BRIDGE", since=since, Unique_ID=one)
    link.pause(0.1)


def pair(place: Place, link: Link, seconds: float = 30) -> str:
    caller = answered(place, link, seconds)
    dials(place, link, "leg-A")
    bridges(link, caller, "leg-A")
    return caller


def joins(link: Link, leg: str, both: str = "") -> None:
    since = len(link.events)
    assert link.api(f"uuid_transfer {leg} {both}{ROOM}") == "+OK"
    link.wait("CUSTOM", since=since, Unique_ID=leg, Action="add-member")
    link.pause(0.1)


def member(link: Link, leg: str) -> str:
    return link.wait("CUSTOM", Unique_ID=leg, Action="add-member")["Member-ID"]


def parks(link: Link, leg: str) -> None:
    since = len(link.events)
    assert link.api(f"uuid_park {leg}") == "+OK"
    link.wait("CHANNEL_PARK", since=since, Unique_ID=leg)
    link.pause(0.1)


def music(link: Link, leg: str, exec_id: str) -> None:
    since = len(link.events)
    link.execute(leg, "playback", "local_stream://moh", exec_id)
    link.wait("PLAYBACK_START", since=since, Unique_ID=leg)
    link.pause(0.1)


def ends(link: Link, leg: str) -> None:
    link.api(f"uuid_kill {leg}")
    ended(link, leg)
    link.pause(0.1)


def all_end(link: Link, *legs: str) -> None:
    link.api("hupall")
    for leg in legs:
        ended(link, leg)


@scenario
def conference_from_consult_grow_shrink_back_to_bridge(place: Place, link: Link) -> None:
    caller = pair(place, link)
    dials(place, link, "leg-B")
    bridges(link, "leg-A", "leg-B")
    music(link, caller, "moh")
    joins(link, "leg-A", "-both ")
    joins(link, caller)
    for leg in ("leg-D", "leg-E"):
        dials(place, link, leg)
        joins(link, leg)
    dials(place, link, "leg-S", "conference(cc-1001@cti)")
    link.pause(0.1)
    for action in ("mute", "unmute"):
        assert link.api(f"conference cc-1001 {action} {member(link, 'leg-D')}") == f"+OK {action} {member(link, 'leg-D')}"
        link.pause(0.1)
    parks(link, "leg-D")
    music(link, "leg-D", "mohD")
    joins(link, "leg-D")
    for action, said, leg in (("kick", "kicked", "leg-E"), ("kick", "kicked", "leg-S"), ("hup", "hup", "leg-D")):
        assert link.api(f"conference cc-1001 {action} {member(link, leg)}") == f"+OK {said} {member(link, leg)}"
        link.pause(0.2)
    assert [link.api(f"uuid_exists leg-{name}") for name in "ESD"] == ["true", "false", "true"]
    ends(link, "leg-A")
    bridges(link, caller, "leg-B")
    assert link.api("conference cc-1001 list") == "-ERR Conference cc-1001 not found"
    joins(link, caller, "-both ")
    ends(link, "leg-B")
    assert [row.split(";")[2] for row in link.api("conference cc-1001 list").splitlines()] == [caller]
    all_end(link, caller, "leg-D", "leg-E")


@scenario
def consult_out_of_a_conference_and_back(place: Place, link: Link) -> None:
    caller = pair(place, link)
    dials(place, link, "leg-D")
    dials(place, link, "leg-B")
    joins(link, caller, "-both ")
    joins(link, "leg-D")
    bridges(link, "leg-A", "leg-B")
    joins(link, "leg-A", "-both ")
    link.api("conference cc-1001 hup all")
    link.pause(0.3)
    all_end(link, caller, "leg-A", "leg-B", "leg-D")


@scenario
def eavesdrop_command_without_dtmf(place: Place, link: Link) -> None:
    caller = pair(place, link)
    dials(place, link, "leg-S", "park()", "eavesdrop_enable_dtmf=false")
    assert link.api("uuid_transfer leg-S eavesdrop:leg-A,park inline") == "+OK"
    link.wait("MEDIA_BUG_START", Unique_ID="leg-A")
    link.api("uuid_recv_dtmf leg-S 3")
    for mode in "23102*":
        assert link.command(f"sendevent SEND_MESSAGE\nUnique-ID: leg-S\neavesdrop-command: {mode}").startswith("+OK ")
        link.pause(0.2)
    link.wait("MEDIA_BUG_STOP", Unique_ID="leg-A")
    all_end(link, caller, "leg-A", "leg-S")


@scenario
def takeover_by_uuid_bridge(place: Place, link: Link) -> None:
    caller = pair(place, link)
    dials(place, link, "leg-S", "eavesdrop(leg-A)")
    link.wait("MEDIA_BUG_START", Unique_ID="leg-A")
    bridges(link, caller, "leg-S")
    assert [link.api(f"uuid_exists {leg}") for leg in (caller, "leg-A", "leg-S")] == ["true"] * 3
    all_end(link, caller, "leg-A", "leg-S")


@scenario
def listen_whisper_barge_modes(place: Place, link: Link) -> None:
    """One listener, who goes with the agent from a consult to hold, a room and the next caller; another for a while."""
    caller = pair(place, link)
    dials(place, link, "leg-S", "eavesdrop(leg-A)")
    link.pause(0.1)
    for digit in "2130":
        link.api(f"uuid_recv_dtmf leg-S {digit}")
        link.pause(0.1)
    link.command("sendevent SEND_MESSAGE\nUnique-ID: leg-S\neavesdrop-command: 2")
    for digit in "02020":
        link.api(f"uuid_recv_dtmf leg-S {digit}")
        link.pause(0.1)
    dials(place, link, "leg-D", "eavesdrop(leg-A)", "eavesdrop_whisper_bleg=true", "eavesdrop_enable_dtmf=false")
    link.pause(0.1)
    link.api("uuid_recv_dtmf leg-D 0")
    ends(link, "leg-D")
    dials(place, link, "leg-B")
    bridges(link, "leg-A", "leg-B")
    music(link, caller, "m")
    bridges(link, caller, "leg-A")
    ends(link, "leg-B")
    parks(link, "leg-A")
    music(link, caller, "m")
    bridges(link, caller, "leg-A")
    joins(link, caller, "-both ")
    dials(place, link, "leg-B2")
    joins(link, "leg-B2")
    for digit in "210":
        link.api(f"uuid_recv_dtmf leg-S {digit}")
        link.pause(0.1)
    parks(link, "leg-A")
    ends(link, caller)
    ends(link, "leg-B2")
    other = answered(place, link, 30)
    bridges(link, other, "leg-A")
    ends(link, "leg-A")
    ended(link, "leg-S")
    link.pause(0.1)
    all_end(link, other)
