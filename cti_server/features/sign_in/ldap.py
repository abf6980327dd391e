"""A directory: who has this login there, and whether this is the password.

The person is searched with the directory's own account, then the directory is asked to bind as that person. Always over TLS with
the directory's name checked, but where the address itself says that it is this machine; referrals are not followed. ``ldap3`` is
optional: without it no directory can be used.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import gevent
import structlog

from cti_server.adapters.outside import CONNECT_S, WHOLE_S, NotDelivered, Outside
from cti_server.features.sign_in.contract import ProviderAway
from cti_server.features.sign_in.service import GROUPS, LOGIN, Provider, Vouched, text_of, texts_of

try:
    import ldap3
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.conv import escape_filter_chars
except ImportError:  # an extra: pip install cti-middleware[ldap]
    ldap3, LDAPException, escape_filter_chars = None, OSError, None

log = structlog.get_logger(__name__)

STABLE = ("entryUUID", "objectGUID")
"""What never changes of an entry; where a directory has neither it is its name."""
NAMES = ("displayName", "cn", "mail")
Connect = Callable[[Provider, str, str], Any]
"""An ldap3 connection that is bound as (name, password), or is not: its ``bound`` tells."""


class Ldap:
    def __init__(self, outside: Outside, connect: Connect | None = None) -> None:
        self._outside, self._connect = outside, connect or self._open

    def authenticate(self, provider: Provider, login: str, password: str) -> Vouched | None:
        """None: nobody there has this login and password. Raises ProviderAway."""
        if not login or not password:  # with an empty one directories let everybody in, as nobody
            return None
        if ldap3 is None:
            raise _away(provider, "ldap3 is not installed: pip install 'cti-middleware[ldap]'")
        try:
            with gevent.Timeout(WHOLE_S, ProviderAway(f"the directory {provider.id} took longer than {WHOLE_S:g} s")):
                entry = self._find(provider, login)
                return _vouched(provider, login, entry) if entry and self._is(provider, entry["dn"], password) else None
        except (LDAPException, NotDelivered, OSError, ValueError) as error:
            raise _away(provider, f"{type(error).__name__}: {error}") from error

    def _find(self, provider: Provider, login: str) -> Mapping[str, Any] | None:
        """Exactly one. Raises ProviderAway."""
        connection = self._connect(provider, provider.client_id, provider.secret)
        try:
            if not connection.bound:
                said = (connection.result or {}).get("description", "")
                raise _away(provider, f"it refuses the account that searches: {said}")
            wanted = {_login(provider), _groups(provider), provider.agent_claim, provider.team_claim, *STABLE, *NAMES} - {""}
            connection.search(
                provider.base,
                f"({_login(provider)}={escape_filter_chars(login)})",
                attributes=sorted(wanted),
                size_limit=2,
                time_limit=int(CONNECT_S),
            )
            found = [one for one in connection.response or [] if one.get("type") == "searchResEntry"]
            return found[0] if len(found) == 1 else None
        finally:
            connection.unbind()

    def _is(self, provider: Provider, dn: str, password: str) -> bool:
        connection = self._connect(provider, dn, password)
        try:
            return bool(connection.bound)
        finally:
            connection.unbind()

    def _open(self, provider: Provider, name: str, password: str) -> Any:
        """Raises LDAPException, NotDelivered, OSError."""
        parts = urlsplit(provider.url)
        host, secure = parts.hostname or "", parts.scheme == "ldaps"
        port = parts.port or (636 if secure else 389)
        address = self._outside.address(host, port, True)
        server = ldap3.Server(
            address, port=port, use_ssl=secure, tls=_Tls(host), get_info=ldap3.NONE, connect_timeout=CONNECT_S,
            allowed_referral_hosts=[],
        )  # fmt: skip
        who = {"user": name, "password": password, "authentication": ldap3.SIMPLE} if name else {}
        connection = ldap3.Connection(
            server, auto_bind=ldap3.AUTO_BIND_NONE, auto_referrals=False, check_names=False, read_only=True,
            receive_timeout=int(CONNECT_S), **who,
        )  # fmt: skip
        connection.open()
        if not secure and not _is_here(host):
            connection.start_tls()
        connection.bind()
        return connection


class _Tls(ldap3.Tls if ldap3 else object):  # type: ignore[misc]
    """By this machine's authorities and for this name; ldap3 itself takes a certificate of the address, too."""

    def __init__(self, host: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._host = host

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Raises OSError."""
        connection.socket = ssl.create_default_context().wrap_socket(connection.socket, server_hostname=self._host)


def _is_here(host: str) -> bool:
    """Whether the address says that it is this machine; what a name means is said by others."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _vouched(provider: Provider, login: str, entry: Mapping[str, Any]) -> Vouched:
    """With the login as the directory writes it."""
    raw: Mapping[str, list[bytes]] = {name.lower(): value for name, value in entry["raw_attributes"].items() if value}

    def texts(name: str) -> tuple[str, ...]:
        return texts_of([one.decode("utf-8", "replace") for one in raw.get(name.lower(), ())])

    def text(*names: str) -> str:
        return next((found for name in names if name and (found := text_of(texts(name)))), "")

    stable = next((raw[name.lower()][0] for name in STABLE if name.lower() in raw), None)
    named = text(_login(provider)) or login
    return Vouched(
        subject=(stable.hex() if stable is not None else entry["dn"].lower())[:255],
        login=named.lower(),
        name=text("displayName", "cn") or named,
        email=text("mail"),
        groups=texts(_groups(provider)),
        agent=text(provider.agent_claim),
        team=text(provider.team_claim),
    )


def _login(provider: Provider) -> str:
    return provider.login_claim or LOGIN["ldap"]


def _groups(provider: Provider) -> str:
    return provider.groups_claim or GROUPS["ldap"]


def _away(provider: Provider, why: str) -> ProviderAway:
    log.warning("a directory cannot be used", provider=provider.id, why=why[:300])
    return ProviderAway(f"the directory {provider.id} cannot be used now; the log says why", {"provider": provider.id})
