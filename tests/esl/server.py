"""An event-socket server for tests that does exactly what a test tells it: answers, silence, raw bytes, a cut line."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import orjson
from gevent.server import StreamServer

GREETING = b"Content-Type: auth/request\n\n"
PASSWORD = "s3cret-of-tests"


def reply(text: str) -> bytes:
    return f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode()


def api_response(body: str) -> bytes:
    data = body.encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n" % len(data) + data


def plain_event(block: bytes) -> bytes:
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n" % len(block) + block


def json_event(**headers: object) -> bytes:
    """Header names with ``_`` for ``-``; Event-Name comes first as on the switch."""
    data = orjson.dumps({n if n.startswith(("variable_", "_")) else n.replace("_", "-"): v for n, v in headers.items()})
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(data) + data


def stays_false(condition: Callable[[], object], for_s: float = 0.3) -> bool:
    """True when ``condition`` does not become true while ``for_s`` passes (what a defect never does)."""
    with gevent.Timeout(for_s, False):
        while not condition():
            gevent.sleep(0.002)
        return False
    return True


ANSWERS: dict[str, str] = {
    "api global_getvar core_uuid": "core-1",
    "api show registrations as json": '{"row_count":0}',
    "api sofia xmlstatus gateway": "<gateways></gateways>",
    "api show channels as json": '{"row_count":0}',
}


class Switch:
    """``commands``: all that was received, in order. ``answer(command)`` may be replaced: bytes to send, b'' for silence."""

    def __init__(self, host: str = "127.0.0.1", greeting: bytes = GREETING) -> None:
        self.commands: list[str] = []
        self.sockets: list = []
        self.subscribed: list = []
        self.answers = dict(ANSWERS)
        self.answer: Callable[[str], bytes] = self.usual
        self.asking: object = None  # the connection whose command is being answered
        self.frozen = False
        self.refusing = False
        self.accepted = 0
        self._greeting = greeting
        self._host = host
        self._server = StreamServer((host, 0), self._serve)
        self._server.start()

    @property
    def host(self) -> str:
        return self._host

    @property
    def port(self) -> int:
        return self._server.server_port

    def usual(self, command: str) -> bytes:
        verb = command.split(" ", 1)[0].split("\n", 1)[0]
        if verb == "auth":
            return reply("+OK accepted" if command == f"auth {PASSWORD}" else "-ERR invalid")
        if verb == "event":
            return reply("+OK event listener enabled json")
        if verb == "api":
            return api_response(self.answers.get(command, "+OK\n"))
        if verb == "bgapi":
            return reply("+OK Job-UUID: " + command.rpartition("Job-UUID: ")[2])
        if verb == "exit":
            return reply("+OK bye")
        return reply("+OK")

    def _serve(self, sock, _address) -> None:
        self.accepted += 1
        if self.refusing:
            sock.close()
            return
        self.sockets.append(sock)
        buffer = b""
        try:
            sock.sendall(self._greeting)
            while data := sock.recv(1 << 20):
                buffer += data
                while b"\n\n" in buffer:
                    command, _, buffer = buffer.partition(b"\n\n")
                    self._receive(sock, command.decode())
        except OSError:
            pass

    def _receive(self, sock, command: str) -> None:
        self.commands.append(command)
        self.asking = sock
        if command.startswith("event "):
            self.subscribed.append(sock)
        if not self.frozen:
            sock.sendall(self.answer(command))

    def sent(self, start: str) -> list[str]:
        return [command for command in self.commands if command.startswith(start)]

    def tell(self, data: bytes) -> None:
        """Raw bytes on the last connection that subscribed (or connected)."""
        (self.subscribed or self.sockets)[-1].sendall(data)

    def drop(self) -> None:
        """Cut all lines."""
        for sock in self.sockets:
            sock.close()
        self.sockets.clear()
        self.subscribed.clear()

    def stop(self) -> None:
        self.drop()
        self._server.stop()
