"""The way out: where it leads and where not, the signature, what is read of an answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from cti_server.adapters import outside
from cti_server.adapters.outside import NotDelivered, Outside, is_public, networks
from cti_server.errors import BadSetting
from cti_server.features.registry import entities_within
from cti_server.features.webhooks.entities import is_address
from cti_server.features.webhooks.sender import signature
from cti_server.settings import Settings
from tests.features.webhooks.receiver import HERE, Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("2002:a00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"])
def test_nothing_of_this_machine_is_spoken_to(receiver: Receiver, name: str) -> None:
    url = receiver.url.replace("127.0.0.1", name).replace("http:", "https:")
    with pytest.raises(NotDelivered):
        Outside(()).post(url, b"{}", {})
    assert receiver.bodies == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://10.0.0.1/x", "http is for networks only"),
        ("https://10.0.0.1/x", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://127.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://0x7f000001/", "private network"),
        ("https://[::1]:8443/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("http://8.8.8.8/", "http is for networks only"),
        ("ldaps://10.0.0.1", "private network"),
        ("https://8.8.8.8/", ""),
        ("https://crm.example/", ""),
        ("http://crm.example/", ""),
        ("https://localhost/", ""),
        ("http://10.1.0.1:8080/x", ""),
        ("ldap://10.1.0.1", ""),
    ],
)
def test_an_address_that_never_may_be_spoken_to_is_known_without_looking_up_names(url: str, why: str) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    found = Outside(networks("10.1.0.0/16"), nobody).never(url)
    assert bool(found) == bool(why)
    assert why in found


def test_webhooks_and_providers_are_active_only_where_they_can_be_reached() -> None:
    within = entities_within(Settings(webhook_networks="10.1.0.0/16", sign_in_networks="10.2.0.0/16"))

    def refused(of: str, /, **record: Any) -> list[tuple[str, str]]:
        entity = within[of]
        return [(one[0], one[1]) for one in entity.check(entity.record(**record))]

    crm: dict[str, Any] = {"id": "crm", "name": "CRM"}
    assert [name for name, _ in refused("webhooks", **crm, url="http://10.0.0.1/")] == ["url"]
    assert refused("webhooks", **crm, url="http://10.1.0.1/") == refused("webhooks", **crm, url="https://crm.example/") == []
    assert refused("webhooks", **crm, url="http://10.0.0.1/", active=False) == [], "so that it can be switched off"
    sso: dict[str, Any] = {"id": "sso", "texts": {"en": "x", "zh-CN": "x"}, "client_id": "cti"}
    ((name, why),) = refused("sign_in_providers", **sso, url="https://10.1.0.1")
    assert (name, "CTI_SIGN_IN_NETWORKS may allow it" in why) == ("url", True)
    assert refused("sign_in_providers", **sso, url="https://10.2.0.1") == []
    ((name, _),) = refused("sign_in_providers", **sso, url="ldaps://10.1.0.1", kind="ldap", base="dc=x")
    assert name == "url"
    assert refused("sign_in_providers", **sso, url="https://10.1.0.1", active=False) == []


def test_a_name_with_one_private_address_is_refused() -> None:
    with pytest.raises(NotDelivered, match="private network"):
        Outside((), lambda host, port: ["8.8.8.8", "10.0.0.1"]).post("https://crm.example/", b"{}", {})


def test_the_connection_goes_to_the_address_that_was_looked_at(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another address a moment later (DNS rebinding) leads nowhere else."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    def never(*args: object, **options: object) -> None:
        raise AssertionError("it is resolved a second time")

    way = Outside(HERE, resolve)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        outside.socket, "getaddrinfo", lambda host, *more, **o: real(host, *more, **o) if host == "127.0.0.1" else never()
    )
    assert way.post(receiver.url.replace("127.0.0.1", "crm.example"), b"{}", {}).status == 204
    assert asked == ["crm.example"]
    assert receiver.headers[0]["host"].startswith("crm.example:")


def test_http_is_for_allowed_networks_only() -> None:
    with pytest.raises(NotDelivered, match="https"):
        Outside((), lambda host, port: ["8.8.8.8"]).post("http://crm.example/", b"{}", {})


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [302]
    assert Outside(HERE).post(receiver.url, b"{}", {}).status == 302
    assert len(receiver.bodies) == 1


def test_of_an_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.answers = [500]
    answer = Outside(HERE).post(receiver.url, b"{}", {})
    assert (answer.status, len(answer.text)) == (500, outside.READ)


def test_who_does_not_answer_costs_only_so_long(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "WHOLE_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotDelivered, match="longer"):
        Outside(HERE).post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
    with pytest.raises(NotDelivered, match="refused"):
        Outside(HERE).post("http://127.0.0.1:1/", b"{}", {})


def test_the_signature_is_that_of_standard_webhooks() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    secret = "whsec_" + base64.b64encode(key).decode()
    expected = base64.b64encode(hmac.new(key, b'crm-1.1700000000.{"a":1}', hashlib.sha256).digest()).decode()
    assert signature(secret, "crm-1", 1_700_000_000, b'{"a":1}') == f"v1,{expected}"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://crm.example/a?b=1", True),
        ("http://10.0.0.1:8080/", True),
        ("ftp://crm.example/", False),
        ("https://", False),
        ("https://eve@crm.example/", False),
        ("https://eve:x@crm.example/", False),
        ("https://crm.example/#a", False),
        ("https://crm.example:0/", False),
        ("https://crm.example/a b", False),
        ("https://例え.example/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_what_is_an_address(url: str, good: bool) -> None:
    assert is_address(url) is good


def test_a_setting_that_is_no_network_is_said() -> None:
    with pytest.raises(BadSetting, match="CTI_WEBHOOK_NETWORKS"):
        networks("10.0.0.0/8, nonsense")
