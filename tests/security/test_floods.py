"""Strangers who open connections and say nothing, or say it slowly: bounded numbers on loopback against small limits."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest
import requests
import websocket

from tests.until import until
from tests.webapp import fakes
from tests.webapp.live import PATIENCE_S, Screen, WebProcess, Writer, open_socket
from tests.webapp.test_main import certificate

pytestmark = pytest.mark.xdist_group("webapp-live")

Make = Callable[..., WebProcess]


@pytest.fixture
def make(redis_url: str, tmp_path: Path) -> Iterator[Make]:
    made: list[WebProcess] = []
    Writer(redis_url).beat()

    def run(*tls: str, **limits: object) -> WebProcess:
        made.append(WebProcess(redis_url, tmp_path, *tls, limits=limits))
        return made[-1]

    yield run
    for process in made:
        process.kill()


def handshake(site: WebProcess) -> websocket.WebSocket:
    connection = websocket.WebSocket()
    address = site.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    connection.connect(address, timeout=PATIENCE_S, origin=site.url)
    return connection


def ended(connection: websocket.WebSocket) -> bool:
    """Reads to the end; False: nothing for PATIENCE_S."""
    try:
        while connection.recv():
            pass
    except TimeoutError:
        return False
    except (websocket.WebSocketException, OSError):
        pass
    return True


def tcp(site: WebProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE_S)


def drip(connection: socket.socket, piece: bytes) -> bytes:
    """Say ``piece`` again and again while the server listens; -> what it said before it ended the connection."""
    said = b""
    connection.settimeout(0.1)
    with gevent.Timeout(PATIENCE_S):
        while True:
            try:
                got = connection.recv(4096)
                said += got
                if not got:
                    return said
            except TimeoutError:
                try:
                    connection.sendall(piece)
                except OSError:
                    return said
            except OSError:
                return said


def files(site: WebProcess) -> int:
    return len(list(Path(f"/proc/{site.process.pid}/fd").iterdir()))


def test_a_socket_without_ticket_ends(make: Make) -> None:
    site = make(ticket_s=0.5)
    silent = [handshake(site) for _ in range(3)]
    assert all(ended(connection) for connection in silent)
    Screen(site.url, "li").connect()


def test_sockets_that_answer_nothing_are_closed_with_their_connections(make: Make) -> None:
    """After a ping time-out nothing stays open."""
    site = make(ping_s=1, pong_s=1, ticket_s=600)
    requests.get(f"{site.url}/healthz", timeout=PATIENCE_S)
    handshake(site).shutdown()
    before = files(site)
    silent = [handshake(site) for _ in range(20)]
    with_ticket = Screen(site.url, "li")
    connection = handshake(site)
    connection.send('40{"ticket":"' + with_ticket.ticket() + '"}')
    assert files(site) > before + 20
    until(lambda: files(site) <= before + 4)
    assert len(silent) == 20


def test_sockets_without_ticket_of_one_address_give_place_to_who_has_one(make: Make) -> None:
    site = make(without_ticket_each=5, ticket_s=600)
    silent = [handshake(site) for _ in range(12)]
    assert all(ended(connection) for connection in silent[:7])
    screen = Screen(site.url, "li").connect()
    assert ended(silent[7])
    screen.emit("resync")
    screen.wait_for("snapshot", since=1)
    assert silent[11].connected


def test_handshakes_without_ticket_do_not_take_the_descriptors(make: Make) -> None:
    site = make(connections=60, sockets=40, without_ticket=20, without_ticket_each=20, ticket_s=600)
    seated = Screen(site.url, "zhang").connect()
    silent = [handshake(site) for _ in range(300)]
    assert files(site) < 200
    Screen(site.url, "li").connect()
    seated.emit("resync")
    seated.wait_for("snapshot", since=1)
    assert ended(silent[0])


def test_sockets_with_tickets_leave_room_for_the_page(make: Make) -> None:
    site = make(connections=16, sockets=4)
    screens = [Screen(site.url, login).connect() for login in ("zhang", "li", "wang", "leader-a")]
    with pytest.raises(websocket.WebSocketException):
        handshake(site)
    assert requests.get(f"{site.url}/healthz", timeout=PATIENCE_S).status_code == 200
    screens[0].close()
    screens[0].wait_for("gone")
    until(lambda: _comes_in(site))


def _comes_in(site: WebProcess) -> bool:
    try:
        handshake(site).shutdown()
    except websocket.WebSocketException:
        return False
    return True


def test_who_says_no_request_is_closed(make: Make) -> None:
    site = make(head_s=0.5)
    silent = tcp(site)
    assert silent.recv(1) == b""
    assert drip(tcp(site), b"G") == b"", "a request line that never ends"
    slow = tcp(site)
    slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
    assert drip(slow, b"X-A: b\r\n") in (b"", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


def test_a_connection_that_waits_for_its_next_request_is_closed(make: Make) -> None:
    site = make(idle_s=0.5)
    kept = tcp(site)
    kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert kept.recv(4096).startswith(b"HTTP/1.1 200")
    while kept.recv(4096):
        pass


def test_a_body_that_never_comes_is_refused(make: Make) -> None:
    site = make(body_s=0.5)
    for framing in (b"Content-Length: 500", b"Transfer-Encoding: chunked", b"Content-Length: 500\r\nUpgrade: websocket"):
        slow = tcp(site)
        slow.sendall(b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        slow.sendall(framing + b"\r\n\r\n")
        said = drip(slow, b" " if b"Length" in framing else b"1\r\n \r\n")
        assert b" 400 " in said.partition(b"\r\n")[0], (framing, said)
    unread = tcp(site)
    unread.sendall(b"DELETE /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
    assert drip(unread, b"x" * 1000).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("head", [b"X-A: " + b"a" * 40_000, b"\r\n".join(b"X-%d: %b" % (n, b"b" * 4000) for n in range(20))])
def test_a_head_that_is_too_long_is_refused(make: Make, head: bytes) -> None:
    site = make()
    connection = tcp(site)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n")
    assert connection.recv(4096).startswith(b"HTTP/1.1 400")


KEY, VERSION = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"Sec-WebSocket-Version: 13\r\n"
UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"


NO_HANDSHAKES = (
    b"Upgrade: websocket\r\n",
    b"Upgrade: websocket\r\n" + KEY + VERSION,
    b"Upgrade: websocket\r\nConnection: keep-alive\r\n" + KEY + VERSION,
    UPGRADE,
    UPGRADE + KEY,
    UPGRADE + VERSION,
    UPGRADE + KEY + b"Sec-WebSocket-Version: 99\r\n",
    UPGRADE + KEY + VERSION + b"Sec-WebSocket-Protocol: \xff\r\n",
    UPGRADE + KEY + VERSION + b"Sec-WebSocket-Extensions: \xe4\r\n",
    UPGRADE + KEY + VERSION + b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=abc\r\n",
    UPGRADE + KEY + VERSION + b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=" + b"9" * 5000 + b"\r\n",
)


def test_what_is_no_whole_handshake_is_refused(make: Make) -> None:
    site = make()
    for head in NO_HANDSHAKES:
        connection = tcp(site)
        connection.sendall(b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 401"), head
    handshake(site).close()


def test_what_is_no_packet_ends_its_websocket_and_is_no_fault(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    site = make()
    for text in ("", "\0", "x", "\u00b2", "bA", "b=", "\u4e2d"):
        connection = handshake(site)
        connection.send(text)
        assert ended(connection), text
    assert requests.get(f"{site.url}/healthz", timeout=PATIENCE_S).ok
    assert "Traceback" not in capfd.readouterr().err


def test_silent_connections_give_place(make: Make) -> None:
    site = make(connections=16, head_s=600)
    silent = [tcp(site) for _ in range(40)]
    body = {"login": "li", "password": fakes.PASSWORD}
    for _ in range(3):
        assert requests.post(f"{site.url}/api/session", json=body, timeout=PATIENCE_S).status_code == 200
    assert silent[0].recv(1) == b""
    assert files(site) < 100


def test_who_does_not_begin_tls_is_closed(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", files[0])
    site = make(*files, head_s=0.5, connections=16)
    silent = [tcp(site) for _ in range(40)]
    assert drip(silent[39], b"") == b""
    noise = tcp(site)
    noise.sendall(b"GET / HTTP/1.1\r\n\r\n")
    drip(noise, b"x")
    context = ssl._create_unverified_context()
    with context.wrap_socket(tcp(site)) as slow:
        assert drip(slow, b"G") == b""
    assert requests.get(f"{site.url}/healthz", timeout=PATIENCE_S).status_code == 200
    open_socket(site.url, {"ticket": Screen(site.url, "li").ticket()}).abort()
