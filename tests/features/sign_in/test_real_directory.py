"""A real directory over real TLS: who is let in, and whom this machine refuses to tell a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from cti_server.adapters.outside import Outside, networks
from cti_server.features.sign_in.contract import ProviderAway
from cti_server.features.sign_in.ldap import Ldap
from cti_server.features.sign_in.service import Provider, role_of
from tests.fixtures_directory import ANNAS, BASE, DESK, LEADS, NAME, SEARCHER, SEARCHERS, Directory

ROLES = {LEADS: "leader", DESK.upper(): "agent"}
PROVIDER = Provider(
    "dir", {}, "ldap", "", SEARCHER, (), BASE, "", "", "employeeNumber", "", ROLES, True, False, (), False, SEARCHERS
)


def here(host: str, port: int) -> Sequence[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


LDAP = Ldap(Outside(networks("127.0.0.0/8"), here))


def url(directory: Directory, scheme: str, name: str = NAME) -> Provider:
    port = directory.secure if scheme == "ldaps" else directory.plain
    return replace(PROVIDER, url=f"{scheme}://{name}:{port}")


both = pytest.mark.parametrize("scheme", ["ldaps", "ldap"])


@both
def test_who_knows_the_password_comes_in_with_the_role_of_the_groups(trusted: Directory, scheme: str) -> None:
    who = LDAP.authenticate(url(trusted, scheme), "anna", ANNAS)
    assert who is not None
    assert (who.login, who.name, who.email, who.agent) == ("anna", "李安娜", "anna@centre.example", "1002")
    assert len(bytes.fromhex(who.subject).decode()) == 36, "entryUUID, which stays when the entry is called otherwise"
    rights = {"agent": {"a": "own"}, "leader": {"a": "team"}}
    assert role_of(PROVIDER, who.groups, rights.get) == "agent"  # type: ignore[arg-type]
    other = LDAP.authenticate(url(trusted, scheme), "BO", "bo's")
    assert other is not None
    assert role_of(PROVIDER, other.groups, rights.get) == ""  # type: ignore[arg-type]


@both
@pytest.mark.parametrize(
    ("login", "password"), [("anna", "wrong"), ("nobody", ANNAS), ("an*", ANNAS), ("anna)(cn=*", ANNAS), ("bo", ANNAS)]
)
def test_who_does_not_know_it_does_not(trusted: Directory, scheme: str, login: str, password: str) -> None:
    assert LDAP.authenticate(url(trusted, scheme), login, password) is None


@both
def test_an_authority_that_this_machine_does_not_trust(
    real_directory: Directory, directory_of_an_address: Directory, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", directory_of_an_address.authority)
    refused(url(real_directory, scheme), "CERTIFICATE_VERIFY_FAILED")


@both
@pytest.mark.parametrize("name", ["other.centre.example", "centre.example", "127.0.0.1"])
def test_a_certificate_of_another_name(trusted: Directory, scheme: str, name: str) -> None:
    refused(url(trusted, scheme, name), "confidentialityRequired" if (scheme, name) == ("ldap", "127.0.0.1") else "mismatch")


@both
def test_a_certificate_of_the_address_is_none_of_the_name(
    directory_of_an_address: Directory, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who answers for the name in the DNS may well have a certificate of the own address."""
    monkeypatch.setenv("SSL_CERT_FILE", directory_of_an_address.authority)
    refused(url(directory_of_an_address, scheme), "mismatch")


def test_an_address_has_a_certificate_of_its_own(directory_of_an_address: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", directory_of_an_address.authority)
    assert LDAP.authenticate(url(directory_of_an_address, "ldaps", "127.0.0.1"), "anna", ANNAS) is not None


def test_without_tls_only_by_an_address_that_says_that_it_is_this_machine(trusted: Directory) -> None:
    """The directory refuses a password without TLS: with the name there was TLS, with the address there was none."""
    assert LDAP.authenticate(url(trusted, "ldap"), "anna", ANNAS) is not None
    refused(url(trusted, "ldap", "localhost"), "refuses the account that searches: confidentialityRequired")


def test_a_directory_that_refuses_the_account_that_searches(trusted: Directory) -> None:
    refused(replace(url(trusted, "ldaps"), secret="old one"), "refuses the account that searches: invalidCredentials")


def test_nothing_that_is_secret_is_logged(trusted: Directory, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as told:
        assert LDAP.authenticate(url(trusted, "ldaps"), "anna", ANNAS) is not None
        assert LDAP.authenticate(url(trusted, "ldaps"), "anna", "wr0ng-one") is None
        for bad in (url(trusted, "ldaps", "other.example"), replace(url(trusted, "ldap"), secret="0ld-one")):
            with pytest.raises(ProviderAway) as error:
                LDAP.authenticate(bad, "anna", ANNAS)
            told.append({"error": f"{error.value} {error.value.details}"})
    everything = f"{told}{caplog.text}"
    assert "cannot be used" in everything
    assert [secret for secret in (ANNAS, "wr0ng-one", SEARCHERS, "0ld-one") if secret in everything] == []


def refused(provider: Provider, why: str) -> None:
    """It is said to the log why, and to nobody else."""
    with capture_logs() as told, pytest.raises(ProviderAway) as error:
        LDAP.authenticate(provider, "anna", ANNAS)
    assert why in str(told)
    assert why not in str(error.value)
