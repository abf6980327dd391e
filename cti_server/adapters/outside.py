"""The way out: one request to an address that may be spoken to.

The name is resolved here and the connection made to the very address that was looked at, so that a name which means another
address a moment later leads nowhere (DNS rebinding). Private, local and reserved networks are refused, also where an IPv6
address holds an IPv4 one, unless a setting allows them (``webhook_networks``, ``sign_in_networks``); http is for those only.
Redirects are answers that are not 2xx, so much of an answer is read as was asked for, and everything has its time.
"""

from __future__ import annotations

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
READ, MOST = 512, 1 << 20
"""Bytes of an answer: that are kept for the log, and that are read of what is needed."""
SIGN_IN_NETWORKS = "CTI_SIGN_IN_NETWORKS"
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotDelivered(CtiError, id="not-delivered"):
    """Nobody answered, or the address may not be spoken to; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``text``: its beginning."""

    status: int
    text: str


def networks(setting: str, name: str = "CTI_WEBHOOK_NETWORKS") -> tuple[Network, ...]:
    """``name``: of the setting. Raises BadSetting."""
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in setting.split(",") if one.strip())
    except ValueError as error:
        raise BadSetting(f"{name}={setting!r}: {error}; name networks with commas, e.g. 10.1.2.0/24") from error


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


def written_out(host: str) -> Sequence[str]:
    """The address that ``host`` is by itself, without looking it up; none of a name."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return []
    return [str(one[4][0]) for one in found]


class Outside:
    """``setting``: that which says the networks ``allowed``. ``agent``: how this program calls itself."""

    def __init__(
        self,
        allowed: Sequence[Network],
        resolve: Resolve = resolve,
        setting: str = "CTI_WEBHOOK_NETWORKS",
        agent: str = "cti-webhooks/1",
    ) -> None:
        self._allowed, self._resolve, self._setting, self._agent = allowed, resolve, setting, agent

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """JSON, of whose answer only a refusal is read. Raises NotDelivered."""
        answer = self.ask("POST", url, body, {"Content-Type": "application/json", **headers}, READ)
        return Answer(answer.status, answer.text if answer.status // 100 != 2 else "")

    def ask(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, read: int = MOST
    ) -> Answer:
        """``read``: so many bytes of the answer at most. Raises NotDelivered."""
        try:
            with gevent.Timeout(WHOLE_S, NotDelivered(f"it took longer than {WHOLE_S:g} s")):
                return self._ask(method, url, body, headers or {}, read)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error

    def address(self, host: str, port: int, secure: bool) -> str:
        """The first address of ``host`` that may be spoken to. Raises NotDelivered, OSError."""
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in self._resolve(host, port)]
        allowed = [one for one in found if any(one in network for network in self._allowed)]
        if allowed:
            return str(allowed[0])
        if not secure:
            raise NotDelivered(f"http is for networks only that {self._setting} names: use https")
        if not found or not all(map(is_public, found)):
            raise NotDelivered(f"{host} is in a private network ({', '.join(map(str, found))}): {self._setting} may allow it")
        return str(found[0])

    def never(self, url: str) -> str:
        """Why nothing will ever be sent there; '' when it may be: a name says only at each time where it leads."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme != "http"
        try:
            if addresses := written_out(host):
                Outside(self._allowed, lambda host, port: addresses, self._setting).address(host, 0, secure)
        except NotDelivered as error:
            return error.message
        return ""

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], read: int) -> Answer:
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        connection = _Connection(host, port, self.address(host, port, secure), secure)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, {"User-Agent": self._agent, **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(read).decode("utf-8", "replace"))
        finally:
            connection.close()


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
