"""Addresses, ports and numbers of one switch: what it cannot use, it leaves out in silence, so it is refused here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from cti_server.errors import CtiError
from cti_server.settings import REALM, is_url
from scripts.errors import BadSwitchSetting

if TYPE_CHECKING:
    from scripts.fsrender import Values


def bad(why: str) -> CtiError:
    return BadSwitchSetting(why)


def check_places(values: Values) -> None:
    """Raises BadSwitchSetting with fsconf's option and what was given."""
    for option, address in (("--ip", values.sip_ip), ("--trunk-ip", values.trunk_ip or values.sip_ip)):
        if not is_address(address) or ipaddress.ip_address(address).is_unspecified:
            raise bad(f"{option} {address!r} is no address of this machine, such as 192.0.2.10")
    outside = values.ext_ip
    if outside and not is_address(outside) and not re.fullmatch(r"auto-nat|(stun|host):[A-Za-z0-9.:-]+", outside):
        raise bad(f"--ext-ip {values.ext_ip!r} is no address, such as 203.0.113.1")
    for option, binding in (("--ws", values.ws_binding), ("--wss", values.wss_binding)):
        address, _, port = binding.rpartition(":")
        if binding and not (is_address(address.strip("[]")) and _port(port)):
            raise bad(f"{option} {binding!r} is not ADDRESS:PORT, such as 192.0.2.10:7443")
    if not REALM.fullmatch(values.realm):
        raise bad(f"--realm {values.realm!r} is no name or address, such as pbx.example")
    ports = {"--esl-port": values.esl_port, "--internal-port": values.internal_port, "--external-port": values.external_port}
    for option, port in {**ports, **({"--tls-port": values.tls_port} if values.tls_port else {})}.items():
        if not _port(port):
            raise bad(f"{option} {port} is no port, 1 to 65535")
    for option, number in (("--max-sessions", values.max_sessions), ("--sessions-per-second", values.sessions_per_second)):
        if not number.isdecimal() or int(number) < 1:
            raise bad(f"{option} {number} is not 1 or more")
    if values.directory_url and not is_url(values.directory_url, "http", "https"):
        raise bad(f"--directory-url {values.directory_url!r} is no http://HOST:PORT/switch/directory")


def listens(values: Values) -> list[tuple[str, str, int]]:
    """What the switch listens at: option of fsconf, address, port."""
    found = [
        ("--esl-port", "127.0.0.1", int(values.esl_port)),
        ("--internal-port", values.sip_ip, int(values.internal_port)),
        ("--external-port", values.trunk_ip or values.sip_ip, int(values.external_port)),
    ]
    for option, binding in (("--ws", values.ws_binding), ("--wss", values.wss_binding)):
        if binding:
            address, _, port = binding.rpartition(":")
            found.append((option, address.strip("[]"), int(port)))
    if values.tls_port:
        found.append(("--tls-port", values.sip_ip, int(values.tls_port)))
    return found


def _port(text: str) -> bool:
    return text.isdecimal() and 0 < int(text) < 65536


def is_address(host: str) -> bool:
    return is_a(ipaddress.ip_address, host)


def is_a(kind: Callable[..., object], *words: object) -> bool:
    try:
        kind(*words)
    except ValueError:
        return False
    return True
