"""Phones that speak a tone each, all in greenlets of one process: for many calls at once."""

from __future__ import annotations

import hashlib
import re
import time
import uuid

import gevent

from tests.e2e.table import Talker
from tests.e2e.voice import PACKET, RATE
from tests.sip_phone import header

TICK_S = PACKET / RATE


class Party(Talker):
    """A phone that can be let ring, and that knows whether it has a call. It takes one at a time; ``clashes``: more came."""

    def __init__(self, hz: int) -> None:
        self.busy = self.rings = self.lets_ring = False
        self.clashes = self._registered = 0
        self.why = ""  # the switch's last word
        self._ringing = ""
        super().__init__(hz)

    def start(self, number: str, port: int, caller: str = "") -> None:
        self.busy = True
        super().start(number, port, caller)

    def take(self) -> None:
        self.rings = False
        super()._invited(self._ringing)

    def hang_up(self) -> None:
        """Whatever it has: a call, or one that rings."""
        if self.rings:
            self._refuse("486 Busy Here")
        elif self.busy:
            self.bye()
            self.busy = False

    def _refuse(self, status: str) -> None:
        self.rings = self.busy = False
        self._reply(self._ringing, status)

    def _incoming(self, method: str, text: str) -> None:
        super()._incoming(method, text)
        self.why = header(text, "Reason")
        if method == "BYE":
            self.busy = False
        elif method == "CANCEL" and self.rings:
            self._refuse("487 Request Terminated")

    def _invited(self, text: str) -> None:
        if self.busy:
            self.clashes += 1
            self._reply(text, "486 Busy Here")
        elif self.lets_ring:
            self.busy, self.rings, self._ringing = True, True, text
            self._reply(text, "180 Ringing")
        else:
            self.busy = True
            super()._invited(text)

    def _response(self, status: int, text: str) -> None:
        if "REGISTER" in header(text, "CSeq"):
            if status == 401:
                self.register(*self._account, challenge=header(text, "WWW-Authenticate"))
            return
        super()._response(status, text)
        if status >= 300:
            self.busy = False

    def register(self, extension: str, password: str, port: int, challenge: str = "") -> None:
        """Anew: a registration does not last as long as all this."""
        self._account, uri = (extension, password, port), f"sip:127.0.0.1:{port}"
        self._registered += 1
        lines = ""
        if challenge:
            asked = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
            one = _md5(f"{extension}:{asked['realm']}:{password}")
            answer = _md5(f"{one}:{asked['nonce']}:00000001:c:auth:{_md5(f'REGISTER:{uri}')}")
            lines = (
                f'Authorization: Digest username="{extension}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
                f'qop=auth, nc=00000001, cnonce="c", algorithm=MD5, response="{answer}"\r\n'
            )
        text = (
            f"REGISTER {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{uuid.uuid4().hex}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{extension}@127.0.0.1>;tag=r\r\nTo: <sip:{extension}@127.0.0.1>\r\n"
            f"Call-ID: register-{extension}\r\nCSeq: {self._registered} REGISTER\r\n"
            f"Contact: <sip:{extension}@127.0.0.1:{self.port}>\r\nExpires: 300\r\n{lines}Content-Length: 0\r\n\r\n"
        )
        self.socket.sendto(text.encode(), ("127.0.0.1", port))


class Choir:
    """All voices speak and hear every 20 ms."""

    def __init__(self, phones: list[Party]) -> None:
        self.phones = phones
        self.late: list[tuple[float, float]] = []
        self._greenlet = gevent.spawn(self._sing)

    def _sing(self) -> None:
        due = time.monotonic()
        while True:
            for phone in self.phones:
                if phone.busy:
                    phone.voice.turn()
                else:
                    phone.voice.hears()
            due += TICK_S
            late = time.monotonic() - due
            if late > TICK_S:
                self.late.append((time.time(), late))
            gevent.sleep(max(0.0, -late))

    def stall_s(self, since: float, until: float) -> float:
        """The longest time that nobody spoke, because this process was not on its turn."""
        return max((late for at, late in self.late if since <= at <= until + 1), default=0.0)

    def stop(self) -> None:
        self._greenlet.kill()
        for phone in self.phones:
            phone.close()


class Carrier:
    """Behind the trunk: hands what comes for a number to that phone, which does the rest by itself."""

    def __init__(self, port: int, phones: dict[str, Party]) -> None:
        self._phones = phones
        self._socket = gevent.socket.socket(gevent.socket.AF_INET, gevent.socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._greenlet = gevent.spawn(self._listen)

    def _listen(self) -> None:
        while True:
            data, source = self._socket.recvfrom(65536)
            text = data.decode()
            if found := re.match(r"(INVITE|CANCEL|ACK) sip:\+?\d*?(\d{11})@", text):
                phone = self._phones[found[2]]
                phone._peer = source
                phone._incoming(found[1], text)

    def stop(self) -> None:
        self._greenlet.kill()
        self._socket.close()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
