"""Our own question to a silent switch: a half-open TCP connection looks healthy for minutes, so each link asks every second."""

from __future__ import annotations

from dataclasses import dataclass

from greenswitch.esl import NotConnectedError

from cti_server.adapters.switch_socket import EventSocket
from cti_server.esl.framing import Frame

QUESTION = b"api global_getvar core_uuid\n\n"


@dataclass(frozen=True, slots=True)
class LinkTiming:
    """Seconds. A link that went silent right after a probe's answer is noticed after probe_interval + probe_deadline."""

    connect_s: float = 5.0
    probe_interval_s: float = 1.0
    probe_deadline_s: float = 2.9
    tick_s: float = 0.05
    retry_first_s: float = 0.25
    retry_most_s: float = 5.0

    def pause_s(self, attempt: int, jitter: float) -> float:
        """Seconds before try number ``attempt`` (0 first): doubling up to a limit, half of it spread by ``jitter`` in [0, 1)."""
        return min(self.retry_most_s, self.retry_first_s * 2.0 ** min(attempt, 20)) * (0.5 + jitter / 2)


class Probe:
    """Is this connection alive? Asked every tick, by the monotonic clock."""

    def __init__(self, connection: EventSocket, timing: LinkTiming) -> None:
        self.connection = connection
        self._timing = timing
        self._sent_s = 0.0
        self._open = False  # a question waits for its answer
        self._asked = False  # and could be sent: not while too many commands wait

    def check(self, now: float) -> bool:
        """Send a probe when it is time. False: neither its answer nor anything else came within the deadline."""
        if not self._open and now - self._sent_s >= self._timing.probe_interval_s and self.connection.connected:
            self._sent_s, self._open, self._asked = now, True, False
        if self._open and not self._asked:
            self._asked = self._ask()
        return not self._open or now - max(self._sent_s, self.connection.heard_s) < self._timing.probe_deadline_s

    def _ask(self) -> bool:
        try:
            self.connection.request([QUESTION], self._answered)
        except NotConnectedError:
            return False
        return True

    def forgive(self, now: float) -> None:
        """This process itself stood still: the answer may wait unread."""
        self._sent_s = now

    def _answered(self, _frames: list[Frame] | None) -> None:
        self._open = False
