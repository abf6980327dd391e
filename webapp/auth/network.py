"""Where a request comes from and which host it means: forwarded headers count from trusted proxies only, names from a list only.

A page of another name that resolves to this machine (DNS rebinding) is refused by its ``Host``; addresses, ``localhost`` and this
machine's own name are always served, other names are in ``http_hosts``.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from typing import Any

from cti_server.errors import BadSetting
from cti_server.settings import Settings

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

IPV6_BLOCK = 64
"""Whoever has one IPv6 address has this block of them."""
HOST = re.compile(r"(?P<name>[A-Za-z0-9._\-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?")


class Surroundings:
    """Made once from the settings. Raises BadSetting."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = _networks(settings.trusted_proxies)
        own = {"localhost", settings.http_host, socket.gethostname(), socket.getfqdn()}
        self._hosts = {name.strip().lower().rstrip(".") for name in (*own, *settings.http_hosts.split(",")) if name.strip()}

    def client(self, environ: Mapping[str, Any]) -> str:
        """The client's address: the last one of ``X-Forwarded-For`` that is no trusted proxy."""
        found = str(environ.get("REMOTE_ADDR") or "")
        if self._trusts(found):
            for entry in reversed(str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",")):
                address = _address(entry)
                if address is None:
                    break  # what a proxy did not write is nobody's word
                found = str(address)
                if not self._trusts(found):
                    break
        return found

    def served(self, environ: Mapping[str, Any]) -> str | None:
        """The client's address where it means one of our hosts."""
        return self.client(environ) if self.serves(environ.get("HTTP_HOST", "")) else None

    def https(self, environ: Mapping[str, Any]) -> bool:
        """Whether the browser speaks TLS, to this process or to a trusted proxy."""
        told = str(environ.get("HTTP_X_FORWARDED_PROTO") or "")
        forwarded = told if self._trusts(str(environ.get("REMOTE_ADDR") or "")) else ""
        return environ.get("wsgi.url_scheme") == "https" or forwarded == "https"

    def is_local(self, environ: Mapping[str, Any]) -> bool:
        """Asked from this machine itself, through no proxy."""
        address = _address(str(environ.get("REMOTE_ADDR") or ""))
        return address is not None and address.is_loopback and "HTTP_X_FORWARDED_FOR" not in environ

    def serves(self, host: str) -> bool:
        """Whether ``Host`` is one of ours, whatever its port."""
        parsed = HOST.fullmatch(host)
        if parsed is None:
            return False
        name = parsed["name"].lower().rstrip(".")
        return name in self._hosts or _address(name.strip("[]")) is not None

    def _trusts(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._proxies)


def block_of(address: str) -> str:
    """What counts as one place: the address, of IPv6 its /64."""
    parsed = _address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_BLOCK), strict=False))
    return address if parsed is None else str(parsed)


def _address(text: str) -> IPAddress | None:
    """With or without port; an IPv4 address written as IPv6 is the IPv4 address."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _networks(text: str) -> list[Network]:
    try:
        return [ipaddress.ip_network(entry.strip()) for entry in text.split(",") if entry.strip()]
    except ValueError as error:
        message = f"CTI_TRUSTED_PROXIES={text!r}: {error}; name addresses and networks with commas, e.g. 127.0.0.0/8,10.1.2.3"
        raise BadSetting(message) from error
