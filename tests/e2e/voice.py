"""The caller's voice: RTP with a tone (G.711 µ-law), keys as telephone events (RFC 4733), and how loud what comes back is."""

from __future__ import annotations

import math
import socket
import struct
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from tests.fixtures_switch import to_ulaw

RATE = 8000
PACKET = 160
EVENT_PACKETS = 8


def from_ulaw(byte: int) -> int:
    """The 16 bit sample of a G.711 µ-law byte."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 132 << (byte >> 4 & 7)) - 132
    return -magnitude if byte & 0x80 else magnitude


LINEAR = [from_ulaw(byte) for byte in range(256)]
AUDIBLE = 1500
"""Amplitude of one tone in what is heard."""
SPOKEN = 5000
"""Amplitude of a voice: six at once are not too loud for a sample."""


OTHER = "♪"
"""What is heard and is none of the tones: music, ringback, a prompt, somebody else's voice."""
AUDIBLE_OTHER = 500
"""Root mean square of what is left without the tones."""
STAMP = 35
"""SO_TIMESTAMPNS: the machine says when a packet came, whenever it is read."""


def amplitude(sound: Sequence[int], hz: int) -> float:
    """Of that frequency in these samples (Goertzel)."""
    turn, before, last = 2 * math.cos(2 * math.pi * hz / RATE), 0.0, 0.0
    for sample in sound:
        before, last = last, sample + turn * last - before
    return math.sqrt(max(0.0, before * before + last * last - turn * before * last)) * 2 / len(sound)


@lru_cache(100_000)  # a tone of a multiple of 50 Hz is the same in each packet
def _audible(sound: bytes, hz: int) -> bool:
    return amplitude([LINEAR[byte] for byte in sound], hz) > AUDIBLE


@lru_cache(100_000)
def _loudness(sound: bytes) -> float:
    """0 to 1."""
    return math.sqrt(sum(LINEAR[byte] ** 2 for byte in sound) / len(sound)) / 32768


def content(sound: Sequence[int], wanted: dict[str, int]) -> frozenset[str]:
    """The names of those frequencies that are in these samples, and OTHER when there is more than those."""
    rest = sum(sample * sample for sample in sound) / len(sound)
    found = set()
    for name, hz in wanted.items() if rest > AUDIBLE_OTHER**2 else ():
        loud = amplitude(sound, hz)
        rest -= loud * loud / 2
        if loud > AUDIBLE:
            found.add(name)
    return frozenset(found | {OTHER} if rest > AUDIBLE_OTHER**2 else found)


def tones(packets: list[bytes], wanted: dict[str, int]) -> set[str]:
    """The names of those frequencies that are in any three packets one after another."""
    loud = {name: [_audible(sound, hz) for sound in packets] for name, hz in wanted.items()}
    return {name for name, found in loud.items() if any(all(found[at : at + 3]) for at in range(len(found) - 2))}


class Voice(threading.Thread):
    """Speaks to who speaks to it, or to ``peer`` at once, from ``port`` on loopback, from ``start`` until ``stop``; or, without a
    thread of its own, as long as somebody calls ``turn`` every 20 ms."""

    def __init__(self, tone_hz: int) -> None:
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        self.port = self._socket.getsockname()[1]
        second = bytes(to_ulaw(int(SPOKEN * math.sin(2 * math.pi * tone_hz * i / RATE))) for i in range(RATE))
        self._tone = [second[i : i + PACKET] for i in range(0, RATE, PACKET)]
        self._keys: list[int] = []
        self._key, self._event_packet, self._event_at, self._sequence = -1, 0, 0, 0
        self._ended = threading.Event()
        self.heard: list[float] = []  # loudness of each packet that came, 0 to 1
        self.heard_at: list[float] = []  # when it came, as time.time()
        self.sounds: list[bytes] = []  # what it was
        self.peer: tuple[str, int] | None = None

    def press(self, key: int) -> None:
        self._keys.append(key)

    def longest_silence_s(self, start: float, end: float) -> float:
        """The longest time between two audible packets from ``start`` to ``end`` (time.time())."""
        audible = [at for at, level in zip(self.heard_at, self.heard, strict=True) if level > 0.001 and start < at < end]
        moments = [start, *audible, end]
        return max(later - earlier for earlier, later in pairwise(moments))

    def tones(self, start: float, end: float, wanted: dict[str, int]) -> set[str]:
        """The names of those frequencies (multiples of 50 Hz) that were heard in any 60 ms of that time."""
        return tones([sound for at, sound in zip(self.heard_at, self.sounds, strict=True) if start <= at <= end], wanted)

    def forget(self) -> None:
        """Whom it spoke to, and what it heard."""
        self.hears()
        self.peer = None
        for kept in (self.heard, self.heard_at, self.sounds):
            kept.clear()

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(5)
        self._socket.close()

    def run(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            self.turn()
            due += PACKET / RATE
            time.sleep(max(0.0, due - time.monotonic()))

    def turn(self) -> None:
        """Hears what has come, and says the next 20 ms."""
        self.peer = peer = self.hears() or self.peer
        sequence, self._sequence = self._sequence, self._sequence + 1
        stamp = sequence * PACKET
        if self._keys and self._key < 0:
            self._key, self._event_packet, self._event_at = self._keys.pop(0), 0, stamp
        if peer and self._key >= 0:
            self._event_packet += 1
            over = self._event_packet > EVENT_PACKETS
            length = min(self._event_packet, EVENT_PACKETS) * PACKET
            body = struct.pack("!BBH", self._key, 0x80 * over | 10, length)
            self._send(peer, 101 | 0x80 * (self._event_packet == 1), sequence, self._event_at, body)
            self._key = -1 if self._event_packet == EVENT_PACKETS + 3 else self._key
        elif peer:
            self._send(peer, 0, sequence, stamp, self._tone[sequence % len(self._tone)])

    def _send(self, peer: tuple[str, int], kind: int, sequence: int, stamp: int, body: bytes) -> None:
        self._socket.sendto(struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x5EED) + body, peer)

    def hears(self) -> tuple[str, int] | None:
        """Takes in what has come; gives who sent it."""
        peer = None
        while True:
            try:
                packet, more, _, peer = self._socket.recvmsg(2048, 64)
            except BlockingIOError:
                return peer
            if packet[1] & 0x7F == 0:
                sound = packet[12:]
                seconds, nanoseconds = struct.unpack("qq", more[0][2])
                self.sounds.append(sound)
                self.heard_at.append(seconds + nanoseconds / 1e9)
                self.heard.append(_loudness(sound))
