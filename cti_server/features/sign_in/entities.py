"""Providers that vouch for people, as an entity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.adapters.outside import Outside
from cti_server.domain.record import Text
from cti_server.domain.wrong import NO_LANGUAGE, NO_TEXT_FOR, ROLE_TOO_FAR
from cti_server.features.entities.contract import By, Entity, Secret, Wrong, said
from cti_server.features.entities.place import Rows
from cti_server.features.roles.contract import rights_of
from cti_server.features.roles.model import Role
from cti_server.features.sign_in.model import SignInProvider
from cti_server.features.sign_in.service import KINDS, Kind
from cti_server.reasons import at, reason
from cti_server.rights import wider
from cti_server.settings import is_url
from cti_server.words import LANGUAGES, Words

PROVIDER_ID = reason(
    "provider-id",
    "must have small letters, digits and '-' only: it stands in addresses",
    "只能有小写字母、数字和 '-'：它用于地址",
)
PROVIDER_URL = reason(
    "provider-url",
    "must be an address such as {scheme}://sso.centre.example, without a user, ? and #",
    "应为地址，例如 {scheme}://sso.centre.example，不含用户名、? 和 #",
)
CLIENT = reason("provider-client", "must say how the provider knows this product", "请填写本产品在该提供方的客户端标识")
OPENID = reason("needs-openid", "must have openid", "须包含 openid")
SCOPE = reason("no-oidc-scope", "{scope}: is no scope", "{scope} 不是有效的 scope")
BASE = reason(
    "search-base",
    "must say below what people are searched, such as ou=people,dc=centre,dc=example",
    "请填写搜索人员的起点，例如 ou=people,dc=centre,dc=example",
)
CLAIM = reason("claim-name", "must be the name of a claim or attribute", "应为声明或属性的名称")
ROLE_GONE = reason("no-such-role", "there is no role {role}", "没有角色 {role}")


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """``texts``: on its button, by language. What is '' is as usual for its kind."""

    id: Annotated[str, Text(1, 32)]
    texts: Mapping[str, str]
    url: str
    kind: Kind = "oidc"
    active: bool = True
    client_id: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    base: str = ""
    login_claim: str = ""
    groups_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    make_people: bool = False
    match_logins: bool = False
    agent_claim: str = ""
    team_claim: str = ""
    second: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    signs_out: bool = False


SCHEMES = {"oidc": ("https", "http"), "ldap": ("ldaps", "ldap")}
NAME = re.compile(r"[A-Za-z0-9_.:/;-]*")


def _check(provider: ProviderEntry) -> Iterator[tuple[str, str]]:
    if not re.fullmatch("[a-z0-9-]+", provider.id):
        yield "id", PROVIDER_ID()
    if missing := [language for language in LANGUAGES if not provider.texts.get(language, "").strip()]:
        yield "texts", NO_TEXT_FOR(languages=", ".join(missing))
    if unknown := sorted(provider.texts.keys() - set(LANGUAGES)):
        yield "texts", NO_LANGUAGE(unknown=", ".join(unknown), known=", ".join(LANGUAGES))
    schemes = SCHEMES[provider.kind]
    if not provider.url.isascii() or not is_url(provider.url, *schemes) or re.search("[@?#]", provider.url):
        yield "url", PROVIDER_URL(scheme=schemes[0])
    if provider.kind == "oidc" and not provider.client_id:
        yield "client_id", CLIENT()
    if provider.kind == "oidc" and "openid" not in provider.scopes:
        yield "scopes", OPENID()
    if odd := [one for one in provider.scopes if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", one)]:
        yield "scopes", SCOPE(scope=odd[0][:60])
    if provider.kind == "ldap" and not provider.base:
        yield "base", BASE()
    for name in ("login_claim", "groups_claim", "agent_claim", "team_claim"):
        if not NAME.fullmatch(getattr(provider, name)):
            yield name, CLAIM()


def reaching(outside: Outside) -> Entity:
    """Providers that are active only where they can be asked; one that cannot any more may still be switched off."""

    def check(provider: ProviderEntry) -> Iterator[Wrong]:
        found = [*_check(provider)]
        yield from found
        if provider.active and not found and (why := outside.never(provider.url)):
            yield "url", why, "value"

    return replace(SIGN_IN_PROVIDERS, check=check)


def _roles(record: Mapping[str, Any]) -> list[str]:
    return sorted({*record["roles"].values(), *record["only_for"]})


def _allowed(
    session: Session, by: By, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """Who says which provider gives a role could come in with it: nobody does who may less."""
    if by.rights is None:
        return
    for record in filter(None, (before, now)):
        for name in _roles(record):
            role = session.get(Role, name)
            if role and (more := wider(rights_of(role.id, role.rights), by.rights)):
                yield "roles", ROLE_TOO_FAR(role=role.id, rights=", ".join(more[:5]))
                return


def _whole(session: Session) -> Iterator[str]:
    known = set(session.scalars(select(Role.id)))
    for row in session.scalars(select(SignInProvider)):
        for role in sorted(set(row.roles.values()) - known):
            yield at(f"sign_in_providers.{row.id}.roles", ROLE_GONE(role=role[:60]))


SIGN_IN_PROVIDERS = Entity(
    name="sign_in_providers",
    words=Words("Sign-in providers", "登录提供方"),
    record=ProviderEntry,
    key="id",
    fields={
        "id": said("Id", "编号", "Small letters, digits, '-'; it never changes.", "小写字母、数字和“-”，不可更改。"),
        "texts": said("Name", "名称", "On its button, in each language: en, zh-CN.", "按钮上的名称，各语言：en、zh-CN。"),
        "url": said(
            "Address",
            "地址",
            "Of OIDC the issuer, https://...; of a directory ldaps://...",
            "OIDC 为颁发者（issuer）地址 https://…；目录为 ldaps://…。",
        ),
        "kind": said("Kind", "类型", "How it is spoken to.", "接入协议。"),
        "active": said("Active", "启用", "It is offered on the login page.", "在登录页显示。"),
        "client_id": said(
            "Client",
            "客户端",
            "The client id; of a directory the account that searches, none: anybody may.",
            "客户端编号（client id）；目录则为用于查询的账号 DN，空为匿名查询。",
        ),
        "scopes": said("Scopes", "授权范围", "Of OIDC: what is asked for.", "OIDC 请求的 scope。"),
        "base": said(
            "Search below", "查询起点", "Of a directory, e.g. ou=people,dc=centre,dc=example.", "目录中查询人员的起点 DN。"
        ),
        "login_claim": said(
            "Login stands in",
            "登录名字段",
            "Claim or attribute; none: preferred_username, uid.",
            "声明或属性名；空则为 preferred_username、uid。",
        ),
        "groups_claim": said(
            "Groups stand in",
            "组字段",
            "Claim (a.b: b in a) or attribute; none: groups, memberOf.",
            "声明（a.b 表示 a 中的 b）或属性名；空则为 groups、memberOf。",
        ),
        "roles": said(
            "Roles",
            "角色",
            "Group = role. Who is in none of these does not come in; of several roles the one that may most counts.",
            "组 = 角色。不在任何一组的人不能进入；属于多组时取权限最大的角色。",
        ),
        "make_people": said(
            "Make people", "自动建档", "Who is not known yet is made a user at the first sign-in.", "首次登录时自动新建用户。"
        ),
        "match_logins": said(
            "Same login, same person",
            "按登录名匹配",
            "A user who is there with this login is taken over; only where logins there are given by you.",
            "与已有用户的登录名相同即视为同一人；仅在登录名由本单位管理时启用。",
        ),
        "agent_claim": said(
            "Agent stands in", "坐席字段", "Claim or attribute; none: it is set here.", "声明或属性名；空则在本系统设置。"
        ),
        "team_claim": said(
            "Team stands in", "班组字段", "Claim or attribute; none: it is set here.", "声明或属性名；空则在本系统设置。"
        ),
        "second": said(
            "Counts as second factor",
            "视为第二因素",
            "Values of amr or acr, e.g. mfa; with another one our own is asked for.",
            "amr 或 acr 的取值，如 mfa；其他情况仍要求本系统的第二因素。",
        ),
        "only_for": said(
            "Only way for",
            "唯一登录方式",
            "Roles that no longer log in with a password or passkey; the first administrator always may.",
            "这些角色不能再用密码或通行密钥登录；首位管理员始终可以。",
        ),
        "signs_out": said(
            "Sign out there too", "同时退出", "Of OIDC: who logs out here logs out there.", "OIDC：在此退出时同时退出该提供方。"
        ),
        "secret": said("Secret", "密钥", "Of the client or the account; never shown.", "客户端或查询账号的密钥，不再显示。"),
    },
    place=Rows(SignInProvider, ProviderEntry, "id"),
    choices={"kind": KINDS},
    references={"only_for": "roles"},
    secrets={"secret": Secret(sealed=True)},
    check=_check,
    whole=_whole,
    allowed=_allowed,
)
