"""The event stream, followed over broken connections: what was missed comes, or a new snapshot."""

from __future__ import annotations

import json
import random
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import websocket

from cti_client.rest import Client, Refused, _refused

SILENCE_S = 20.0
"""A beat comes every 5 s: who hears nothing for so long has lost the server."""
LONGEST_PAUSE_S = 30.0
Message = dict[str, Any]


@dataclass
class Position:
    """How far the stream was read: keep it, and give it again after a restart."""

    epoch: int = -1
    seq: int = -1


def follow(
    client: Client,
    topics: Sequence[str] = (),
    position: Position | None = None,
    *,
    sleep: Callable[[float], object] = time.sleep,
    silence_s: float = SILENCE_S,
) -> Iterator[Message]:
    """Messages as they come, for ever: 'snapshot' (replaces everything), 'event', 'resumed', 'health', 'closing'. ``position`` is
    moved along behind each message that has been taken. Raises Refused where the token may not; else it connects again."""
    position = position or Position()
    failures = 0
    while True:
        try:
            for message in _once(client, topics, position, silence_s):
                failures = 0
                if message["type"] != "beat":
                    yield message
                if "seq" in message:
                    position.epoch, position.seq = message["epoch"], message["seq"]
        except websocket.WebSocketBadStatusException as error:
            if error.status_code in (401, 403, 422):
                raise _told(error) from None
        except (OSError, websocket.WebSocketException):
            pass  # the connection has ended
        failures += 1
        sleep(min(LONGEST_PAUSE_S, 0.5 * 2 ** min(failures, 10)) * (0.5 + random.random() / 2))  # noqa: S311 - jitter


def _once(client: Client, topics: Sequence[str], position: Position, silence_s: float) -> Iterator[Message]:
    query: dict[str, object] = {"topics": ",".join(topics)} if topics else {}
    if position.seq >= 0:
        query |= {"epoch": position.epoch, "seq": position.seq}
    address = client.url.replace("http", "ws", 1) + "/api/stream" + (f"?{urllib.parse.urlencode(query)}" if query else "")
    options = {"context": client.context} if client.context else {}
    connection: Any = websocket.WebSocket(sslopt=options)
    try:
        connection.connect(address, timeout=silence_s, header=[f"Authorization: Bearer {client.token}"])
        while text := connection.recv():
            yield json.loads(text)
    finally:
        connection.close(timeout=1)


def _told(error: websocket.WebSocketBadStatusException) -> Refused:
    return _refused(error.status_code, error.resp_body or b"")
