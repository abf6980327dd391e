"""A switch that lies: everything that the simulated switch says goes through here, and some of it is changed or made up.

The daemon connects to ``port``. What it says itself is passed on as it is. Answers and events stay frames, so that the link
holds; once in a while a byte of the framing breaks, too, and the link must come back.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading

from cti_server.esl.framing import Frame, FrameParser, FramingError
from scripts.soak import odd

SHARES = {"text/event-json": 1.0, "api/response": 0.1, "command/reply": 0.05}
"""How often what is lied about: a link whose answers are all wrong never stands."""
ODD_EVENTS = 20
"""So many that the switch never said come behind an event that was changed."""


class Liar:
    """``lies`` counts what was changed or made up. ``rate``: how many of the frames, 0 to 1; 0 is an honest switch."""

    def __init__(self, switch: tuple[str, int], seed: int) -> None:
        self._switch = switch
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.rate = 0.0
        self.lies = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                daemon, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(daemon,), daemon=True).start()

    def _serve(self, daemon: socket.socket) -> None:
        try:
            switch = socket.create_connection(self._switch, 5)
            switch.settimeout(None)
        except OSError:
            daemon.close()
            return
        threading.Thread(target=self._pass_on, args=(daemon, switch), daemon=True).start()
        parser, sent = FrameParser(), 0
        with contextlib.suppress(OSError, FramingError):
            while data := switch.recv(65536):
                for frame in parser.feed(data):
                    sent += 1
                    daemon.sendall(self._said(frame, first=sent < 20))
        for side in (daemon, switch):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _pass_on(self, daemon: socket.socket, switch: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := daemon.recv(65536):
                switch.sendall(data)
        with contextlib.suppress(OSError):
            switch.shutdown(socket.SHUT_RDWR)

    def _said(self, frame: Frame, first: bool) -> bytes:
        """The frame's bytes, perhaps changed; behind an event perhaps some that are made up."""
        rng = self._random
        if first or rng.random() >= self.rate * SHARES.get(frame.content_type, 0):
            return _bytes(frame)
        self.lies += 1
        if rng.random() < 0.002:
            return odd.damaged(_bytes(frame), rng)
        if frame.content_type == "command/reply":
            frame.headers["Reply-Text"] = rng.choice(("+OK", "-ERR odd", "\x00", "x" * 5000, ""))
            return _bytes(frame)
        said = _bytes(Frame(frame.content_type, frame.headers, odd.damaged(frame.body, rng)))
        if frame.content_type == "text/event-json":
            for _ in range(ODD_EVENTS):
                self.lies += 1
                said += _bytes(Frame("text/event-json", {}, odd.event(rng, frame.body)))
        return said


def _bytes(frame: Frame) -> bytes:
    headers = {name: value for name, value in frame.headers.items() if name not in ("Content-Length", "Content-Type")}
    lines = [f"Content-Length: {len(frame.body)}"] if frame.body or frame.content_type.startswith(("text/event", "api/")) else []
    lines += [f"Content-Type: {frame.content_type}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join(lines).encode() + b"\n\n" + frame.body
