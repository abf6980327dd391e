"""How much strangers may hold of one web process. Everything derives from the descriptors that the system allows it."""

from __future__ import annotations

import resource
from dataclasses import dataclass

RESERVED_FILES = 200
"""Descriptors that no connection takes: Redis, database, files of reports and recordings, logs."""
FILES_EACH = 2
"""An open websocket holds its connection twice: for the HTTP server and for the socket's own reader."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections are TCP connections, sockets those of them that became websockets. Times in seconds."""

    connections: int
    sockets: int
    without_ticket: int
    without_ticket_each: int  # of one address; an office is one address
    session_sockets: int = 20
    ticket_s: float = 10.0
    ping_s: float = 10.0
    pong_s: float = 10.0
    head_s: float = 10.0  # TLS, request line and header, each
    idle_s: float = 75.0  # between two requests; more than a proxy in front keeps an idle connection (nginx: 60)
    body_s: float = 20.0
    stalled_s: float = 90.0  # a reader that takes nothing of an answer; more than idle_s
    head_bytes: int = 32_768

    @classmethod
    def of(cls, files: int) -> Limits:
        """``files``: the most descriptors that this process may have."""
        connections = max(16, (files - RESERVED_FILES) // FILES_EACH)
        without_ticket = min(4000, max(8, connections // 4))
        return cls(connections, max(8, connections * 3 // 4), without_ticket, max(4, without_ticket // 2))

    @classmethod
    def here(cls) -> Limits:
        """Of this process, once it has taken the descriptors it may have."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        return cls.of(hard if soft != hard and hard != resource.RLIM_INFINITY else min(soft, 1_048_576))
