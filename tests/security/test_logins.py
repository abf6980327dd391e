"""Guessing passwords: bounded for every account from wherever, and nobody who knows theirs is kept out by strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from cti_server.errors import CtiError
from tests.webapp import fakes
from tests.webapp.conftest import Web
from tests.webapp.live import PATIENCE_S, WebProcess
from webapp.auth.limits import RULES
from webapp.auth.passwords import MOST_AT_ONCE


def try_in(web: Web, login: str, password: str, address: str = "192.0.2.1", client: FlaskClient | None = None) -> int:
    answer = (client or web.client()).post(
        "/api/session", json={"login": login, "password": password}, headers={"X-Forwarded-For": address}
    )
    return answer.status_code


@pytest.fixture
def site(redis_url: str, tmp_path: Path) -> Iterator[WebProcess]:
    process = WebProcess(redis_url, tmp_path)
    yield process
    process.kill()


def together(site: WebProcess, tries: list[tuple[str, str]]) -> list[int]:
    """Many at once from one address."""

    def one(login: str, password: str) -> int:
        body = {"login": login, "password": password}
        return requests.post(f"{site.url}/api/session", json=body, timeout=PATIENCE_S * 4).status_code

    with ThreadPoolExecutor(50) as threads:
        return list(threads.map(lambda both: one(*both), tries))


def over(web: Web) -> None:
    """The waits have run out; the failures are remembered."""
    for key in web.redis.keys("cti:main:attempts:wait:*"):
        web.redis.delete(key)


def waits(web: Web) -> list[int]:
    return [int(web.redis.ttl(key)) for key in web.redis.keys("cti:main:attempts:wait:*")]


def test_a_shift_begins_behind_one_address(site: WebProcess) -> None:
    logins = ("zhang", "li", "wang", "leader-a", "leader-b")
    assert together(site, [(logins[n % 5], fakes.PASSWORD) for n in range(200)]) == [200] * 200


def test_colleagues_who_mistype_lock_nobody_out(web: Web) -> None:
    for n in range(90):
        assert try_in(web, f"colleague{n}", "mistyped") == 401
    assert try_in(web, "li", fakes.PASSWORD) == 200


def test_guesses_sent_at_once_do_not_slip_through(site: WebProcess) -> None:
    codes = together(site, [("zhang", f"guess{n}") for n in range(60)])
    assert set(codes) == {401, 429}
    assert codes.count(401) <= RULES["pair"].free + MOST_AT_ONCE - 1
    assert together(site, [("zhang", fakes.PASSWORD)]) == [429]


def test_one_account_cannot_be_guessed_from_many_addresses(web: Web) -> None:
    codes = [try_in(web, "zhang", "guess", f"198.51.{n}.1") for n in range(60)]
    assert codes.count(401) == RULES["account"].free
    codes = [try_in(web, login, "guess", f"198.51.{n}.2") for n, login in enumerate(("ZHANG", " zhang", "ｚhang", "Zhang"))]
    assert codes == [429] * 4
    assert try_in(web, "li", fakes.PASSWORD, "198.51.0.1") == 200, "other accounts are free"
    tried = 0
    for n in range(40):
        over(web)
        tried += try_in(web, "zhang", "guess", f"203.0.{n}.1") == 401
        assert max(waits(web)) <= RULES["account"].longest_s
    assert tried == 40, "one guess a wait"


def test_refused_tries_do_not_make_it_longer(web: Web) -> None:
    for _ in range(RULES["pair"].free):
        try_in(web, "zhang", "guess")
    before = waits(web)
    assert [try_in(web, "zhang", "guess") for _ in range(20)] == [429] * 20
    assert max(waits(web)) <= max(before)
    over(web)
    assert try_in(web, "zhang", fakes.PASSWORD) == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "203.0.113.99"])
def test_strangers_do_not_keep_the_owner_out_of_a_known_browser(web: Web, address: str) -> None:
    """Neither from everywhere nor from the owner's own address."""
    owner = web.client()
    assert try_in(web, "zhang", fakes.PASSWORD, "192.0.2.1", owner) == 200
    for n in range(RULES["account"].free + 1):
        try_in(web, "zhang", "guess", f"198.51.{n}.1")
    for n in range(RULES["address"].free):
        try_in(web, f"nobody{n}", "guess", "192.0.2.1")
    assert try_in(web, "zhang", fakes.PASSWORD, address) == 429, "a browser that nobody knows waits"
    assert try_in(web, "zhang", fakes.PASSWORD, address, owner) == 200
    other = web.client()
    other.set_cookie("cti_device", "made-up-by-somebody-who-never-logged-in")
    assert try_in(web, "zhang", fakes.PASSWORD, address, other) == 429


def test_a_known_browser_is_known_to_its_own_accounts_and_has_limits(web: Web) -> None:
    browser = web.client()
    assert try_in(web, "li", fakes.PASSWORD, client=browser) == 200
    codes = [try_in(web, "li", "guess", client=browser) for _ in range(30)]
    assert codes.count(401) == RULES["browser"].free
    codes = [try_in(web, "zhang", "guess", client=browser) for _ in range(30)]
    assert codes.count(401) == RULES["pair"].free


def test_an_ipv6_network_is_one_address(web: Web) -> None:
    codes = [try_in(web, "zhang", "guess", f"2001:db8:1:2::{n:x}") for n in range(12)]
    assert codes.count(401) == RULES["pair"].free
    assert try_in(web, "zhang", fakes.PASSWORD, "2001:db8:1:2:ffff::1") == 429
    assert try_in(web, "zhang", fakes.PASSWORD, "2001:db8:1:3::1") == 200
    mapped = [try_in(web, "li", "guess", address) for address in ("::ffff:192.0.2.7", "192.0.2.7") * 3]
    assert mapped == [401] * 5 + [429]


FAR = {"REMOTE_ADDR": "10.1.1.1"}


def failures(web: Web, forwarded: list[str], environ: dict[str, str]) -> list[int]:
    """The codes of wrong logins that came with these X-Forwarded-For."""
    body = {"login": "zhang", "password": "guess"}
    return [
        web.client().post("/api/session", json=body, headers={"X-Forwarded-For": text}, environ_base=environ).status_code
        for text in forwarded
    ]


@pytest.mark.parametrize(
    ("trusted", "environ", "forwarded", "one"),
    [
        ("10.0.0.0/8", FAR, [f"203.0.113.{n}, 10.2.2.2" for n in range(8)], False),
        ("10.0.0.0/8", FAR, [f"6.6.6.{n}, 203.0.113.1, 10.2.2.{n}" for n in range(8)], True),
        ("10.0.0.0/8", FAR, [f"6.6.6.{n}, what?, 10.2.2.2" for n in range(8)], True),
        ("10.1.1.1", FAR, [f"203.0.113.{n}:5060" for n in range(8)], False),
        ("127.0.0.0/8,::1", FAR, [f"203.0.113.{n}" for n in range(8)], True),  # not trusted
        ("", {"REMOTE_ADDR": "127.0.0.1"}, [f"203.0.113.{n}" for n in range(8)], True),
    ],
)
def test_forwarded_addresses_count_from_trusted_proxies_only(
    make_web: Callable[..., Web], trusted: str, environ: dict[str, str], forwarded: list[str], one: bool
) -> None:
    codes = failures(make_web(trusted_proxies=trusted), forwarded, environ)
    assert (429 in codes) == one, codes


def test_a_setting_that_is_no_network_is_said(make_web: Callable[..., Any]) -> None:
    with pytest.raises(CtiError, match="CTI_TRUSTED_PROXIES"):
        make_web(trusted_proxies="10.0.0.0/40")
