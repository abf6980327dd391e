"""A scripted SIP phone on UDP for tests on a real switch: it does what SIPp cannot do to the millisecond.

It takes one call at a time: rings, answers, hangs up so many milliseconds after its 200, redirects, or sends SIP INFO digits. Its
silence is honest: it sends no sound, so that nothing may depend on it.
"""

from __future__ import annotations

import re
import socket
import uuid

import gevent
from gevent.event import Event

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {rtp} RTP/AVP 0{te}\r\na=rtpmap:0 PCMU/8000\r\n{te_map}a=sendrecv\r\n"
)


class Phone:
    """``bye_after_s``: hangs up so long after its 200 OK (None: never); ``redirect``: answers every INVITE with 302 to itself;
    ``events``: offers RFC 2833 digits. ``invites`` counts the INVITEs of new dialogs; ``said`` the methods that came."""

    def __init__(
        self,
        *,
        answer_s: float = 0.0,
        bye_after_s: float | None = None,
        redirect: bool = False,
        events: bool = True,
        port: int = 0,
    ) -> None:
        self.answer_s, self.bye_after_s, self.redirect, self.events = answer_s, bye_after_s, redirect, events
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.bind(("127.0.0.1", 0))
        self.invites = 0
        self.said: list[str] = []
        self.answered = Event()
        self.ended = Event()
        self.answers: dict[str, int] = {}
        self._tag = uuid.uuid4().hex[:8]
        self._dialog: dict[str, str] = {}
        self._peer = ("127.0.0.1", 0)
        self._sequence = 1
        self._greenlet = gevent.spawn(self._listen)

    def close(self) -> None:
        self._greenlet.kill()
        self.socket.close()
        self._media.close()

    def __enter__(self) -> Phone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ what it does by itself

    def start(self, number: str, port: int, caller: str = "13800138000") -> None:
        """Call ``number`` at a switch's port, as a trunk does; ``answered`` tells."""
        self._peer = ("127.0.0.1", port)
        self._dialog = {
            "id": uuid.uuid4().hex, "uri": f"sip:{number}@127.0.0.1:{port}",
            "me": f"<sip:{caller}@127.0.0.1>;tag={self._tag}", "you": f"<sip:{number}@127.0.0.1>",
        }  # fmt: skip
        self._request("INVITE", self._sdp(), "application/sdp")

    def info(self, digit: str) -> None:
        """One digit as SIP INFO."""
        self._request("INFO", f"Signal={digit}\r\nDuration=160\r\n", "application/dtmf-relay")

    def reinvite(self, direction: str) -> None:
        """The hold key (``sendonly``), and back (``sendrecv``)."""
        self._request("INVITE", self._sdp().replace("a=sendrecv", f"a={direction}"), "application/sdp")

    def refer(self, number: str) -> None:
        """The transfer key; ``answers`` has what it was told."""
        self._request("REFER", extra=f"Refer-To: <sip:{number}@127.0.0.1>\r\nReferred-By: {self._dialog['me']}\r\n")

    def bye(self) -> None:
        self._request("BYE")

    # ------------------------------------------------------------ SIP

    def _sdp(self) -> str:
        te, te_map = (" 101", "a=rtpmap:101 telephone-event/8000\r\n") if self.events else ("", "")
        return SDP.format(rtp=self._media.getsockname()[1], te=te, te_map=te_map)

    def _request(self, method: str, body: str = "", kind: str = "", extra: str = "") -> None:
        if method != "ACK":
            self._sequence += 1
        d = self._dialog
        content = f"Content-Type: {kind}\r\n" if kind else ""
        self._send(
            f"{method} {d['uri']} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{uuid.uuid4().hex}\r\n"
            f"Max-Forwards: 70\r\nFrom: {d['me']}\r\nTo: {d['you']}\r\nCall-ID: {d['id']}\r\nCSeq: {self._sequence} {method}\r\n"
            f"Contact: <sip:phone@127.0.0.1:{self.port}>\r\n{extra}{content}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _send(self, text: str) -> None:
        self.socket.sendto(text.encode(), self._peer)

    def _listen(self) -> None:
        while True:
            try:
                data, source = self.socket.recvfrom(65536)
            except OSError:
                return
            text = data.decode("utf-8", "replace")
            if text.strip():
                self._peer = source
                first = text.split("\r\n", 1)[0]
                if first.startswith("SIP/2.0"):
                    self._response(int(first.split()[1]), text)
                else:
                    self._incoming(first.split()[0], text)

    def _reply(self, text: str, status: str, extra: str = "", body: str = "") -> None:
        copied = "".join(
            f"{line}\r\n" for line in text.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line, re.I)
        )
        to = header(text, "To")
        to = to if "tag=" in to or status.startswith("100") else f"{to};tag={self._tag}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._send(
            f"SIP/2.0 {status}\r\n{copied}To: {to}\r\nContact: <sip:phone@127.0.0.1:{self.port}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _incoming(self, method: str, text: str) -> None:
        self.said.append(method)
        if method == "INVITE":
            self.invites += 1
            self._invited(text)
        elif method == "ACK":
            self.answered.set()
        elif method != "PRACK":
            self._reply(text, "200 OK")
            if method in ("BYE", "CANCEL"):
                self.ended.set()

    def _invited(self, text: str) -> None:
        if self.redirect:
            self._reply(text, "302 Moved Temporarily")
            return
        you = header(text, "From")
        me = f"{header(text, 'To')};tag={self._tag}"
        uri = re.search(r"<([^>]+)>", header(text, "Contact"))
        self._dialog = {"id": header(text, "Call-ID"), "uri": uri[1] if uri else "", "me": me, "you": you}
        self._reply(text, "180 Ringing")
        if self.answer_s:
            gevent.sleep(self.answer_s)
        self._reply(text, "200 OK", body=self._sdp())
        if self.bye_after_s is not None:
            gevent.spawn_later(self.bye_after_s, self.bye)

    def _response(self, status: int, text: str) -> None:
        method = header(text, "CSeq").split()[-1]
        self.answers[method] = status
        if method != "INVITE" or status < 200:
            return
        self._dialog["you"] = header(text, "To")
        if status < 300:
            uri = re.search(r"<([^>]+)>", header(text, "Contact"))
            self._dialog["uri"] = uri[1] if uri else self._dialog["uri"]
        self._request("ACK")
        self.answered.set()


def header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\r?$", text, re.I | re.M)
    return found[1] if found else ""
