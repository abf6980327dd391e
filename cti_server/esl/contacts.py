"""Where an INVITE to a registered contact would go. A contact is written by a phone: it may name anybody, a carrier too.

A dial string ``sofia/PROFILE/sip:USER@HOST:PORT;PARAMETERS[;fs_path=ROUTE]`` is sent to ROUTE (percent-encoded) when there is
one, else to HOST:PORT. The switch adds fs_path to every registration, with the address that the phone was heard from; a phone's
own Path header or fs_path parameter lands in the same place. ``leads_home`` is True only when the INVITE returns to that address,
and no trunk is there: over UDP an address can be forged by who knows a password.
The Lua on the switch (cti_phones.lua) has the same rule; both are tested with the same table.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import unquote

_CONTACT = re.compile(r"sofia/[A-Za-z0-9_.-]{1,64}/(sips?:.+)", re.DOTALL)
_URI = re.compile(
    r"(sips?):(?:[A-Za-z0-9_.~*+!'()%-]{1,128}@)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,255})(?::([0-9]{1,5}))?((?:;[^;]+)*)"
)
_PARAMETER = re.compile(r";([A-Za-z0-9_.+-]{1,64})(?:=([A-Za-z0-9_.~*+!%:/\[\]-]{0,256}))?")
_ROUTE = ";fs_path="
_ENCODED = re.compile(r"[A-Za-z0-9_.~*+!'()%-]+")  # as the switch writes the route: it is the last parameter
_TRUNK = re.compile(r"([0-9A-Fa-f.:]+/[0-9]{1,3}):([0-9]{1,5})")
_TRANSPORTS = ("udp", "tcp", "tls", "ws", "wss")

TrunkAddress = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int]
"""(network, port) to which a trunk's calls go"""


def trunk_addresses(text: str) -> tuple[TrunkAddress, ...]:
    """NETWORK/BITS:PORT with commas between, the switch's global variable ``cti_trunks_at``; what is odd is left out."""
    found: list[TrunkAddress] = []
    for network, port in (match.groups() for match in map(_TRUNK.fullmatch, text.strip().split(",")) if match):
        try:
            found.append((ipaddress.ip_network(network, strict=False), int(port)))
        except ValueError:
            continue
    return tuple(found)


def leads_home(contact: str, network_ip: str, network_port: int, trunks: Sequence[TrunkAddress] = ()) -> bool:
    """Does the dial string ``contact`` lead to the address and port that its registration came from, none of ``trunks``?"""
    found = _CONTACT.fullmatch(contact)
    if found is None or not network_port or _is_trunk(network_ip, network_port, trunks):
        return False
    uri, mark, route = found[1].partition(_ROUTE)
    if not mark:
        return _goes_to(uri) == _address(network_ip, network_port)
    if _goes_to(uri) is None or not _ENCODED.fullmatch(route):
        return False
    return _goes_to(unquote(route)) == _address(network_ip, network_port)


def _is_trunk(ip: str, port: int, trunks: Sequence[TrunkAddress]) -> bool:
    networks = [network for network, trunk_port in trunks if trunk_port == port]
    try:
        address = ipaddress.ip_address(ip.strip("[]"))
    except ValueError:
        return bool(networks)
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)


def _goes_to(uri: str) -> tuple[str, int] | None:
    """(host, port) of a SIP address; None when it is odd or could lead past its host (maddr, a route of its own)."""
    found = _URI.fullmatch(uri)
    if found is None:
        return None
    scheme, host, port, rest = found.groups()
    parameters = [(name.lower(), value.lower()) for name, value in _PARAMETER.findall(rest)]
    if _PARAMETER.sub("", rest) or len({name for name, _ in parameters}) < len(parameters):
        return None
    given = dict(parameters)
    if "maddr" in given or any(name.startswith("fs_") and name != "fs_nat" for name in given):
        return None
    transport = given.get("transport", "udp")
    if transport not in _TRANSPORTS:
        return None
    usual = 5061 if scheme == "sips" or transport == "tls" else 5060
    return _address(host, int(port or usual))


def _address(host: str, port: int) -> tuple[str, int]:
    try:
        return str(ipaddress.ip_address(host.strip("[]"))), port
    except ValueError:
        return host.lower(), port
