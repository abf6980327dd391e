"""A page that speaks Socket.IO by hand cannot free its socket of its session, take another one's, or stay when it has left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.webapp.live import PATIENCE_S, Refused, Screen, WebProcess, Writer, call_view

pytestmark = pytest.mark.xdist_group("webapp-live")


@pytest.fixture
def writer(redis_url: str) -> Writer:
    writer = Writer(redis_url)
    writer.beat()
    writer.centre()
    return writer


@pytest.fixture
def site(redis_url: str, writer: Writer, tmp_path: Path) -> Iterator[WebProcess]:
    process = WebProcess(redis_url, tmp_path, limits={"session_sockets": 3})
    yield process
    process.kill()


def log_out(screen: Screen) -> None:
    answer = screen.http.delete(f"{screen.url}/api/session", headers={"X-CSRF-Token": screen.csrf}, timeout=PATIENCE_S)
    assert answer.status_code == 204


RESERVED = ['42["disconnect"]', '421["disconnect","x"]', '42["connect",0,{"ticket":"TICKET"}]', '42["connect_error"]', "42[7]"]


def test_a_socket_that_sends_reserved_events_still_ends_with_its_session(site: WebProcess, writer: Writer) -> None:
    other = Screen(site.url, "leader-b").connect()
    for packet in (*RESERVED, '42["message",{}]', '42["*"]'):
        screen = Screen(site.url, "leader-a").connect()
        screen.say(packet.replace("TICKET", other.ticket()))
        log_out(screen)
        screen.wait_for("gone")
        told = len(screen.news)
        writer.publish("call.arrived", {"call": call_view("after")})
        other.wait_for("event", lambda e: e["seq"] == writer.seq)
        assert screen.news[told:] == [], packet


def test_forced_logout_reaches_a_socket_that_sent_reserved_events(site: WebProcess) -> None:
    screen, admin = Screen(site.url, "leader-a").connect(), Screen(site.url, "admin")
    other = Screen(site.url, "leader-b")
    for packet in RESERVED[:3]:
        screen.say(packet.replace("TICKET", other.ticket()))
    url, headers = f"{site.url}/api/users/leader-a/sessions", {"X-CSRF-Token": admin.csrf}
    answer = admin.http.delete(url, headers=headers, timeout=PATIENCE_S)
    assert answer.json() == {"ended": 1}
    screen.wait_for("gone")


STRANGE = [
    "41",  # leaves: its transport goes, too
    "40",
    '40{"ticket":"x"}',
    "40/admin,",
    "40/floor,{}",
    "42/floor,[]",
    '451-["resync",{"_placeholder":true,"num":0}]',
    '45999999999-["resync",{"_placeholder":true,"num":0}]',
    "43[1]",
    "44{}",
    "46-[]",
    "42[",
    "42{}",
    "42[]",
    "42" + "[" * 10_000,
    "42[" + "9" * 5_000 + "]",
    "4",
    "49",
    "4" + "2" * 5_000,
    b"\x00\xff",
]


def test_what_no_page_says_closes_the_socket(site: WebProcess) -> None:
    for packet in STRANGE:
        screen = Screen(site.url, "leader-a").connect()
        screen.say(packet)
        assert screen.wait_for("gone") is None, packet
    assert requests.get(f"{site.url}/healthz", timeout=PATIENCE_S).status_code == 200


def test_a_session_has_a_limited_number_of_sockets(site: WebProcess) -> None:
    screen = Screen(site.url, "leader-a").connect()
    for _ in range(2):
        screen.connect()
    with pytest.raises(Refused, match="too-many-pages"):
        screen.connect()
    Screen(site.url, "leader-a").connect()  # another browser of the same person
