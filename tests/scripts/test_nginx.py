"""docs/operators/nginx.conf as it is shipped, in a real nginx before a real web process and a socket that plays the switch."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import requests
import websocket

from scripts import tls
from tests.scripts.nginx import SHIPPED, proxy
from tests.until import until
from tests.webapp import fakes
from tests.webapp.live import PATIENCE_S, Refused, Screen, WebProcess, Writer
from tests.webapp.live import open_socket as open_page_socket

pytestmark = pytest.mark.xdist_group("webapp-live")


@pytest.fixture
def desk(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of nginx, with web and phone behind it."""
    tls.write(tmp_path / "tls", ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{tmp_path}/tls/cert.pem")
    web = WebProcess(redis_url, tmp_path)
    files = [f"{tmp_path}/tls/cert.pem", f"{tmp_path}/tls/key.pem"]
    switch = subprocess.Popen([sys.executable, "-m", "tests.scripts.sip_socket", *files], stdout=subprocess.PIPE, text=True)
    assert switch.stdout is not None
    try:
        with proxy(tmp_path, tmp_path / "tls", web.port, int(switch.stdout.readline())) as url:
            yield url
    finally:
        switch.terminate()
        switch.wait(PATIENCE_S)
        web.stop()


def test_the_desk_behind_the_shipped_proxy(desk: str, redis_url: str) -> None:
    origin = {"Origin": desk}
    body = {"login": "li", "password": fakes.PASSWORD}
    answer = requests.post(f"{desk}/api/session", json=body, headers=origin, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    assert "Secure" in answer.headers["Set-Cookie"], "the web knows that the page came over HTTPS"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", "said once"
    foreign = {"Origin": "https://elsewhere.example"}
    refused = requests.post(f"{desk}/api/session", json=body, headers=foreign, timeout=PATIENCE_S)
    assert refused.json()["error_id"] == "bad-origin"

    writer = Writer(redis_url)
    writer.centre()
    writer.beat()
    screen = Screen(desk, "li")
    page = open_page_socket(desk, {"ticket": screen.ticket()})
    while not _has_team(said := page.recv()):  # the first snapshot may be from before the centre
        assert said
    page.close()
    with pytest.raises(Refused):
        open_page_socket(desk, {"ticket": screen.ticket()}, origin="https://elsewhere.example")


def _has_team(said: str) -> bool:
    """A snapshot with the desk's own two."""
    if not said.startswith("42"):
        return False
    name, data = orjson.loads(said[2:])
    return name == "snapshot" and len(data["agents"]) == 2


def test_the_phone_reaches_the_switch_through_the_shipped_proxy(desk: str) -> None:
    phone = websocket.WebSocket(sslopt={"cert_reqs": 0})
    phone.connect(desk.replace("https", "wss") + "/phone", timeout=PATIENCE_S, subprotocols=["sip"], origin=desk)
    assert phone.subprotocol == "sip"
    phone.send("REGISTER")
    assert phone.recv() == f"/ {desk.removeprefix('https://')}: REGISTER"
    phone.close()


@pytest.mark.parametrize("path", ["/switch/directory", "/switch/", "/metrics"])
def test_what_only_this_machine_may_ask_for_is_not_there(desk: str, path: str) -> None:
    answer = requests.post(f"{desk}{path}", timeout=PATIENCE_S)
    assert (answer.status_code, "nginx" in answer.text) == (404, True)


def test_every_location_that_proxies_sets_its_own_headers() -> None:
    """nginx inherits proxy_set_header only into a location that has none."""
    text = SHIPPED.read_text("utf-8")
    for location in re.findall(r"location [^{]+\{[^}]+\}", text):
        if "proxy_pass" in location:
            assert {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "Connection"} <= set(
                re.findall(r"proxy_set_header (\S+)", location)
            ), location


def test_its_log_has_no_code_of_a_company_account(desk: str, tmp_path: Path) -> None:
    requests.get(f"{desk}/sign-in?code=one-time&state=s", timeout=PATIENCE_S)
    log = tmp_path / "access.log"  # nginx writes after it has answered
    (line,) = until(lambda: [line for line in log.read_text().splitlines() if "/sign-in" in line], "the line of the log")
    assert '"GET /sign-in HTTP/1.1"' in line
    assert "one-time" not in line
