"""The way out: one POST to an address that may be spoken to.

The name is resolved here and the connection made to the very address that was looked at, so that a name which means another
address a moment later leads nowhere (DNS rebinding). Private, local and reserved networks are refused, also where an IPv6
address holds an IPv4 one, unless the settings allow them (``webhook_networks``); http is for those only. Redirects are answers
that are not 2xx, nothing of an answer is read but its beginning, and everything has its time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import gevent

from cti_server.errors import BadSetting, CtiError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

CONNECT_S, WHOLE_S = 5.0, 15.0
READ = 512
"""Bytes of an answer that are kept for the log."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
AGENT = "cti-webhooks/1"


class NotDelivered(CtiError, id="not-delivered"):
    """Nobody answered, or the address may not be spoken to; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``text``: its beginning."""

    status: int
    text: str


def networks(setting: str) -> tuple[Network, ...]:
    """Raises BadSetting."""
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in setting.split(",") if one.strip())
    except ValueError as error:
        raise BadSetting(f"CTI_WEBHOOK_NETWORKS={setting!r}: {error}; name networks with commas, e.g. 10.1.2.0/24") from error


def signature(secret: str, delivery: str, at_s: int, body: bytes) -> str:
    """Of Standard Webhooks: HMAC-SHA256 of ``ID.TIMESTAMP.BODY`` with the secret behind ``whsec_``."""
    key = base64.b64decode(secret.partition("_")[2])
    signed = hmac.new(key, f"{delivery}.{at_s}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def resolve(host: str, port: int) -> Sequence[str]:
    """Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = (
            address.ipv4_mapped or address.sixtofour or (ipaddress.IPv4Address(address.packed[-4:]) if address in NAT64 else None)
        )
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class Outside:
    def __init__(self, allowed: Sequence[Network], resolve: Resolve = resolve) -> None:
        self._allowed, self._resolve = allowed, resolve

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises NotDelivered."""
        try:
            with gevent.Timeout(WHOLE_S, NotDelivered(f"it took longer than {WHOLE_S:g} s")):
                return self._post(url, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        address = self._address(host, port, secure)
        connection = _Connection(host, port, address, secure)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, {"User-Agent": AGENT, "Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read(READ).decode("utf-8", "replace") if answer.status // 100 != 2 else ""
            return Answer(answer.status, text)
        finally:
            connection.close()

    def _address(self, host: str, port: int, secure: bool) -> str:
        """The first that may be spoken to. Raises NotDelivered, OSError."""
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in self._resolve(host, port)]
        allowed = [one for one in found if any(one in network for network in self._allowed)]
        if allowed:
            return str(allowed[0])
        if not secure:
            raise NotDelivered("http is for networks only that CTI_WEBHOOK_NETWORKS names: use https")
        if not found or not all(map(is_public, found)):
            raise NotDelivered(
                f"{host} is in a private network ({', '.join(map(str, found))}): CTI_WEBHOOK_NETWORKS may allow it"
            )
        return str(found[0])


class _Connection(http.client.HTTPConnection):
    """To an address, as a host."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self._address, self._secure = address, secure
        self.default_port = 443 if secure else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), CONNECT_S)
        if self._secure:
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(WHOLE_S)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
