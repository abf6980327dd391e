"""Whom a provider vouches for, and what that gives them here. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cti_server.rights import SCOPES, Rights
from cti_server.words import family

Kind = Literal["oidc", "ldap"]
KINDS = family(
    "provider_kind", {"oidc": ("OpenID Connect", "OpenID Connect"), "ldap": ("Directory (LDAP)", "目录（LDAP）")}, Kind
)
LOGIN, GROUPS = {"oidc": "preferred_username", "ldap": "uid"}, {"oidc": "groups", "ldap": "memberOf"}
"""Where the login and the groups stand when nobody says."""
MOST_GROUPS = 2000


@dataclass(frozen=True, slots=True)
class Provider:
    """``url``: the issuer, or the directory's address. ``client_id``: of OIDC, or the account with which the directory is
    searched below ``base``. ``roles``: group -> role. ``second``: values of ``amr`` or ``acr`` that vouch for a second factor."""

    id: str
    texts: Mapping[str, str]
    kind: Kind
    url: str
    client_id: str
    scopes: tuple[str, ...]
    base: str
    login_claim: str
    groups_claim: str
    agent_claim: str
    team_claim: str
    roles: Mapping[str, str]
    make_people: bool
    match_logins: bool
    second: tuple[str, ...]
    signs_out: bool
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a provider vouches for: ``subject`` never changes there; ``agent``, ``team``: which it says this is, '' nothing;
    ``second``: two factors were shown there."""

    subject: str
    login: str
    name: str
    email: str
    groups: tuple[str, ...]
    agent: str = ""
    team: str = ""
    second: bool = False


def role_of(provider: Provider, groups: Iterable[str], rights: Callable[[str], Rights | None]) -> str:
    """The role that these groups give; '' none. Of several the one that may most. ``rights``: of a role, None there is none."""
    same = _folded if provider.kind == "ldap" else _as_it_is
    given = {same(one) for one in groups}
    found = {role for group, role in provider.roles.items() if same(group) in given and rights(role) is not None}
    return max(found, key=lambda role: (_weight(rights(role) or {}), role), default="")


def _weight(rights: Rights) -> int:
    return sum(SCOPES.index(scope) + 1 for scope in rights.values())


def _as_it_is(text: str) -> str:
    return text


def _folded(name: str) -> str:
    """A directory's names are the same in small letters, and with blanks behind their commas."""
    return ",".join(part.strip() for part in name.split(",")).casefold()


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """By its name, or by its path (``realm_access.roles``); None: there is none."""
    if not name or name in claims:
        return claims.get(name)
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def text_of(value: Any) -> str:
    """The first of several; '' what is no text."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    return first.strip() if isinstance(first, str) else ""


def texts_of(value: Any) -> tuple[str, ...]:
    """All of them; one text is one."""
    some = value if isinstance(value, list | tuple) else [value]
    return tuple(one for one in some[:MOST_GROUPS] if isinstance(one, str))


def vouches(wanted: Collection[str], claims: Mapping[str, Any]) -> bool:
    """Whether ``amr`` or ``acr`` has one of these."""
    return bool(set(wanted) & {*texts_of(claims.get("amr")), *texts_of(claims.get("acr"))})
