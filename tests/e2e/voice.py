"""The caller's voice: RTP with a tone (G.711 µ-law), keys as telephone events (RFC 4733), and how loud what comes back is."""

from __future__ import annotations

import math
import socket
import struct
import threading
import time
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
"""Amplitude of one tone in what is heard; a voice has 8000 when it speaks."""


def _power(sound: bytes, hz: int) -> float:
    """Amplitude of that frequency in 20 ms (Goertzel)."""
    turn, before, last = 2 * math.cos(2 * math.pi * hz / RATE), 0.0, 0.0
    for byte in sound:
        before, last = last, LINEAR[byte] + turn * last - before
    return math.sqrt(max(0.0, before * before + last * last - turn * before * last)) * 2 / len(sound)


def tones(packets: list[bytes], wanted: dict[str, int]) -> set[str]:
    """The names of those frequencies that are in any three packets one after another."""
    loud = {name: [_power(sound, hz) > AUDIBLE for sound in packets] for name, hz in wanted.items()}
    return {name for name, found in loud.items() if any(all(found[at : at + 3]) for at in range(len(found) - 2))}


class Voice(threading.Thread):
    """Speaks to who speaks to it, or to ``peer`` at once, from ``port`` on loopback, until ``stop``."""

    def __init__(self, tone_hz: int) -> None:
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]
        second = bytes(to_ulaw(int(8000 * math.sin(2 * math.pi * tone_hz * i / RATE))) for i in range(RATE))
        self._tone = [second[i : i + PACKET] for i in range(0, RATE, PACKET)]
        self._keys: list[int] = []
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

    def stop(self) -> None:
        self._ended.set()
        self.join(5)
        self._socket.close()

    def run(self) -> None:
        sequence, key, event_packet, event_at = 0, -1, 0, 0
        due = time.monotonic()
        while not self._ended.is_set():
            self.peer = peer = self._listen() or self.peer
            stamp = sequence * PACKET
            if self._keys and key < 0:
                key, event_packet, event_at = self._keys.pop(0), 0, stamp
            if peer and key >= 0:
                event_packet += 1
                over = event_packet > EVENT_PACKETS
                length = min(event_packet, EVENT_PACKETS) * PACKET
                body = struct.pack("!BBH", key, 0x80 * over | 10, length)
                self._send(peer, 101 | 0x80 * (event_packet == 1), sequence, event_at, body)
                key = -1 if event_packet == EVENT_PACKETS + 3 else key
            elif peer:
                self._send(peer, 0, sequence, stamp, self._tone[sequence % len(self._tone)])
            sequence += 1
            due += PACKET / RATE
            time.sleep(max(0.0, due - time.monotonic()))

    def _send(self, peer: tuple[str, int], kind: int, sequence: int, stamp: int, body: bytes) -> None:
        self._socket.sendto(struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, stamp, 0x5EED) + body, peer)

    def _listen(self) -> tuple[str, int] | None:
        peer = None
        while True:
            try:
                packet, peer = self._socket.recvfrom(2048)
            except BlockingIOError:
                return peer
            if packet[1] & 0x7F == 0:
                sound = packet[12:]
                self.sounds.append(sound)
                self.heard_at.append(time.time())
                self.heard.append(math.sqrt(sum(LINEAR[byte] ** 2 for byte in sound) / len(sound)) / 32768)
