"""A directory: who is let in with which password, what is asked of it, and where it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ldap3
import pytest

from cti_server.adapters.outside import Outside, networks
from cti_server.features.sign_in.contract import ProviderAway
from cti_server.features.sign_in.ldap import Ldap
from cti_server.features.sign_in.service import Provider

BASE = "ou=people,dc=centre,dc=example"
SEARCHER = "cn=cti,dc=centre,dc=example"
DESK = "cn=desk,ou=groups,dc=centre,dc=example"
DIRECTORY = Provider(
    "dir", {}, "ldap", "ldaps://dir.centre.example", SEARCHER, (), BASE, "", "", "employeeNumber", "", {DESK: "agent"}, True,
    False, (), False, "searcher's",
)  # fmt: skip
PEOPLE: dict[str, dict[str, Any]] = {
    SEARCHER: {"userPassword": "searcher's", "sn": "cti", "objectClass": "person"},
    f"uid=anna,{BASE}": {
        "uid": "Anna", "cn": "Anna Li", "sn": "Li", "mail": "anna@centre.example", "userPassword": "right",
        "memberOf": [DESK, "cn=x"], "employeeNumber": "1002",
        "entryUUID": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "objectClass": "inetOrgPerson",
    },
    f"uid=a*,{BASE}": {"uid": "a*", "cn": "Star", "sn": "Star", "userPassword": "star", "objectClass": "inetOrgPerson"},
}  # fmt: skip


def connect(asked: list[str]) -> Callable[[Provider, str, str], Any]:
    def made(provider: Provider, name: str, password: str) -> Any:
        connection = ldap3.Connection(
            ldap3.Server("nowhere"), user=name, password=password, client_strategy=ldap3.MOCK_SYNC, check_names=False
        )
        for dn, attributes in PEOPLE.items():
            connection.strategy.add_entry(dn, dict(attributes))
        connection.bind()
        search = connection.search
        connection.search = lambda base, query, **more: (asked.append(query), search(base, query, **more))[1]
        return connection

    return made


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def directory(asked: list[str]) -> Ldap:
    return Ldap(Outside(()), connect(asked))


def test_who_knows_the_password_is_vouched_for(directory: Ldap) -> None:
    who = directory.authenticate(DIRECTORY, "anna", "right")
    assert who is not None
    assert (who.login, who.name, who.email, who.agent, who.second) == ("anna", "Anna Li", "anna@centre.example", "1002", False)
    assert DESK in who.groups
    assert who.subject == b"6f9619ff-8b86-d011-b42d-00c04fc964ff".hex(), "it stays when the entry is called otherwise"


@pytest.mark.parametrize(
    ("login", "password"),
    [("anna", "wrong"), ("anna", ""), ("", "right"), ("nobody", "right"), ("an*", "right"), ("*", "right")],
)
def test_who_does_not_is_not(directory: Ldap, login: str, password: str) -> None:
    assert directory.authenticate(DIRECTORY, login, password) is None


@pytest.mark.parametrize(
    ("login", "query"),
    [
        ("a*", r"(uid=a\2a)"),
        ("anna)(uid=*", r"(uid=anna\29\28uid=\2a)"),
        ("a\\b", r"(uid=a\5cb)"),
        ("a\0b", r"(uid=a\00b)"),
    ],
)
def test_a_login_is_a_text_and_no_filter(directory: Ldap, asked: list[str], login: str, query: str) -> None:
    directory.authenticate(DIRECTORY, login, "right")
    assert asked == [query]


def test_a_directory_that_refuses_the_account_that_searches_cannot_be_used(directory: Ldap) -> None:
    with pytest.raises(ProviderAway):
        directory.authenticate(replace(DIRECTORY, secret="old"), "anna", "right")


@pytest.mark.parametrize("url", ["ldaps://127.0.0.1:1", "ldap://127.0.0.1:1", "ldaps://10.0.0.1", "ldaps://[::1]:1"])
def test_a_directory_in_a_private_network_is_not_spoken_to_unless_the_settings_say_so(url: str) -> None:
    with pytest.raises(ProviderAway):
        Ldap(Outside(())).authenticate(replace(DIRECTORY, url=url), "anna", "right")


def test_a_directory_that_does_not_answer_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ProviderAway):
        Ldap(Outside(networks("127.0.0.0/8"))).authenticate(replace(DIRECTORY, url="ldaps://127.0.0.1:1"), "anna", "right")
