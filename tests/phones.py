"""A SIP phone of a test: registers from its own port, says what it was asked, answers as told, dials. No sound.

``heard`` are the requests that came, in order; a carrier is a phone that never registers.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import socket
import ssl
import threading
import time
import uuid
from typing import Self

from gevent import monkey

SDP = (
    "v=0\r\no=phone 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} {profile} 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n{crypto}"
)
_Socket = monkey.get_original("socket", "socket")  # a phone lives in a thread of its own, also while its test waits
CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
REASONS = {180: "Ringing", 200: "OK", 302: "Moved Temporarily", 486: "Busy Here", 487: "Request Terminated"}


class Message:
    """One SIP message; ``headers`` by lower-case name, the first of each."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.vias = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("via:")]
        pairs = [(line.partition(":")[0].strip().lower(), line.partition(":")[2].strip()) for line in lines]
        self.headers = dict(reversed(pairs))
        self.method = self.first.split(" ", 1)[0]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0


class _Tls:
    """SIP over one TLS connection, used like a socket of datagrams: each read gives one message. It trusts any certificate."""

    def __init__(self, peer: tuple[str, int]) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()  # not a TLS socket: gevent's would wait in the test's thread
        self._tls = context.wrap_bio(self._in, self._out)
        self._lock, self._read, self._peer = threading.Lock(), b"", peer
        self._socket = _Socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(10)
        self._socket.connect(peer)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._socket.sendall(self._out.read())
                self._receive()
        self._socket.sendall(self._out.read())
        self.getsockname, self.close, self.settimeout = self._socket.getsockname, self._socket.close, self._socket.settimeout

    def _receive(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the switch has closed the connection")
        self._in.write(data)

    def sendto(self, data: bytes, _peer: tuple[str, int]) -> None:
        with self._lock:
            self._tls.write(data)
            self._socket.sendall(self._out.read())

    def recvfrom(self, _size: int) -> tuple[bytes, tuple[str, int]]:
        while True:
            with self._lock, contextlib.suppress(ssl.SSLWantReadError):
                self._read += self._tls.read(65536)
            head, mark, body = self._read.lstrip(b"\r\n").partition(b"\r\n\r\n")
            length = int((re.search(rb"(?im)^content-length: *([0-9]+)", head) or [0, 0])[1])
            if mark and len(body) >= length:
                self._read = body[length:]
                return head + mark + body[:length], self._peer
            self._receive()


class Phone:
    """``answer``: 200 picks up, 180 rings on, 486 is busy, 302 sends the caller to ``moved_to``. ``tls``: it speaks TLS."""

    def __init__(
        self,
        switch_port: int,
        extension: str = "",
        password: str = "",
        *,
        answer: int = 200,
        srtp: bool = False,
        port: int = 0,
        tls: bool = False,
        realm: str = "127.0.0.1",
    ) -> None:
        self.realm = realm
        self.transport = "TLS" if tls else "UDP"
        self.socket = _Tls(("127.0.0.1", switch_port)) if tls else _Socket(socket.AF_INET, socket.SOCK_DGRAM)
        if not tls:
            self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.extension, self.password, self.answer, self.srtp = extension, password, answer, srtp
        self.moved_to = ""
        self.switch = ("127.0.0.1", switch_port)
        self.heard: list[Message] = []
        self.results: list[Message] = []
        self._tag = uuid.uuid4().hex[:8]
        self._news = threading.Condition()
        self._dialogs: dict[str, tuple[Message, str]] = {}
        self._count = 0
        self._alive = True
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._alive = False
        self._thread.join()
        self.socket.close()

    # -- what the phone does

    def register(self, contact: str = "", extra: str = "", expires: int = 300) -> int:
        """The final status. ``contact``: the address, '' for the phone's own; ``extra``: more header lines."""
        contact = contact or self._contact()
        lines = f"Contact: <{contact}>\r\nExpires: {expires}\r\n{extra}"
        return self._request("REGISTER", f"sip:127.0.0.1:{self.switch[1]}", self.extension, lines).status

    def dial(self, number: str, extra: str = "", name: str = "", user: str = "", seconds: float = 30) -> int:
        """The final status; the talk goes on until ``hang_up`` of the other side."""
        lines = f"Contact: <{self._contact()}>\r\n{extra}"
        uri = f"sip:{number}@127.0.0.1:{self.switch[1]}"
        return self._request("INVITE", uri, number, lines, self.sdp(), name, user, seconds).status

    def sdp(self) -> str:
        profile = "RTP/SAVP" if self.srtp else "RTP/AVP"
        return SDP.format(port=self.port + 1 & ~1, profile=profile, crypto=CRYPTO if self.srtp else "")

    def invites(self) -> list[Message]:
        """The calls that came: retransmissions of one are one."""
        calls = {m.headers["call-id"]: m for m in self.heard if m.method == "INVITE"}
        return list(calls.values())

    def rung(self, seconds: float = 30, calls: int = 1) -> Message:
        """The newest INVITE, when there were ``calls``."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.invites()) >= calls, seconds), "the phone was not rung"
        return self.invites()[-1]

    # -- SIP

    def _contact(self) -> str:
        return f"sip:{self.extension}@127.0.0.1:{self.port}{';transport=tls' if self.transport == 'TLS' else ''}"

    def _request(
        self, method: str, uri: str, to: str, lines: str, body: str = "", name: str = "", user: str = "", seconds: float = 30
    ) -> Message:
        call_id, authorization, to_line = uuid.uuid4().hex, "", f"<sip:{to}@{self.realm}>"
        sender = f'"{name}" <sip:{user or self.extension}@{self.realm}>;tag={self._tag}'
        content = "Content-Type: application/sdp\r\n" if body else ""
        for _ in range(2):
            self._count += 1
            branch = f"z9hG4bK{uuid.uuid4().hex}"
            head = f"Via: SIP/2.0/{self.transport} 127.0.0.1:{self.port};branch={branch};rport\r\nFrom: {sender}\r\n"
            head += f"Call-ID: {call_id}\r\nMax-Forwards: 70\r\nCSeq: {self._count} "
            message = f"{method} {uri} SIP/2.0\r\n{head}{method}\r\nTo: {to_line}\r\n{authorization}{lines}{content}"
            self.socket.sendto(f"{message}Content-Length: {len(body)}\r\n\r\n{body}".encode(), self.switch)
            answer = self._final(call_id, self._count, seconds)
            if method == "INVITE":
                target = uri
                if answer.status == 200 and (found := re.search(r"<([^>]+)>", answer.headers.get("contact", ""))):
                    target, head = found[1], head.replace(branch, branch + "a")
                ack = f"ACK {target} SIP/2.0\r\n{head}ACK\r\nTo: {answer.headers['to']}\r\nContent-Length: 0\r\n\r\n"
                self.socket.sendto(ack.encode(), self.switch)
            if answer.status not in (401, 407) or authorization:
                return answer
            authorization = self._authorization(answer, method, uri)
        return answer

    def _final(self, call_id: str, count: int, seconds: float) -> Message:
        def found() -> Message | None:
            mine = (m for m in self.results if m.headers["call-id"] == call_id and m.headers["cseq"].startswith(f"{count} "))
            return next((m for m in mine if m.status >= 200), None)

        with self._news:
            answer = self._news.wait_for(found, seconds)
        assert answer is not None, "the switch gave no answer"
        return answer

    def _authorization(self, answer: Message, method: str, uri: str) -> str:
        header = "Authorization" if answer.status == 401 else "Proxy-Authorization"
        challenge = answer.headers["www-authenticate" if answer.status == 401 else "proxy-authenticate"]
        asked = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
        realm, nonce = asked["realm"], asked["nonce"]
        one, two = _md5(f"{self.extension}:{realm}:{self.password}"), _md5(f"{method}:{uri}")
        response = _md5(f"{one}:{nonce}:00000001:c:auth:{two}")
        return (
            f'{header}: Digest username="{self.extension}", realm="{realm}", nonce="{nonce}", uri="{uri}", qop=auth, '
            f'nc=00000001, cnonce="c", algorithm=MD5, response="{response}"\r\n'
        )

    def _listen(self) -> None:
        while self._alive:
            try:
                data, source = self.socket.recvfrom(65536)
            except TimeoutError:
                continue
            message = Message(data)
            if "call-id" in message.headers:
                if not message.status:
                    self._answer(message, source)
                with self._news:
                    (self.results if message.status else self.heard).append(message)
                    self._news.notify_all()

    def _answer(self, message: Message, source: tuple[str, int]) -> None:
        if message.method == "INVITE" and "tag=" not in message.headers["to"]:
            self._dialogs[message.headers["call-id"]] = (message, "")
            if self.answer != 180:
                self._reply(message, 180, source)
            self._reply(message, self.answer, source)
        elif message.method == "CANCEL":
            self._reply(message, 200, source)
            self._reply(self._dialogs[message.headers["call-id"]][0], 487, source)
        elif message.method != "ACK":
            self._reply(message, 200, source)

    def _reply(self, message: Message, status: int, source: tuple[str, int]) -> None:
        to = message.headers["to"]
        to = to if "tag=" in to else f"{to};tag={self._tag}"
        contact = self.moved_to if status == 302 else self._contact()
        body = self.sdp() if status == 200 and message.method == "INVITE" else ""
        lines = [f"SIP/2.0 {status} {REASONS[status]}", *(f"Via: {via}" for via in message.vias)]
        lines += [f"{name.title()}: {message.headers[name]}" for name in ("from", "call-id", "cseq")]
        lines += [f"To: {to}", f"Contact: <{contact}>", *(["Content-Type: application/sdp"] if body else [])]
        self.socket.sendto(("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])).encode(), source)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def quiet(phone: Phone, seconds: float) -> bool:
    """Nothing called this phone for so long. For what must not happen there is nothing to wait for."""
    until = time.monotonic() + seconds
    with phone._news:
        return not phone._news.wait_for(lambda: bool(phone.invites()), max(0.0, until - time.monotonic()))
