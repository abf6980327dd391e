"""The web phone of the desk on a real FreeSWITCH: registers, answers, hears, is muted, and is back after a reload."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browser.chromium import chromium, run_scenario
from tests.browser.conftest import serving
from tests.fixtures_switch import PHONES, Esl, PrivateSwitch
from tests.scripts.nginx import proxy

LIMIT_S = 150


def tell(server: str, name: str, **arguments: Any) -> None:
    requests.post(f"{server}/test/{name}", json=arguments, timeout=30).raise_for_status()


class Helper(threading.Thread):
    """Does on the switch what the scenario asks for, one thing after the other. ``digits``: what the switch heard."""

    def __init__(self, server: str, switch: PrivateSwitch) -> None:
        super().__init__()
        self.server, self.switch = server, switch
        self.digits: list[str] = []
        self.calls = 0
        self.done = threading.Event()

    def run(self) -> None:
        esl = Esl(self.switch.esl_port, self.switch.password)
        esl.subscribe("DTMF")
        while not self.done.wait(0.1):
            for what in requests.get(f"{self.server}/test/log", timeout=30).json()["asked"]:
                getattr(self, what)(esl)
                tell(self.server, "did")
        esl.close()

    def ring(self, esl: Esl) -> None:
        """A new call to the page that echoes what it says."""
        self.calls += 1
        contact = esl.api(f"sofia_contact */{PHONES[0].extension}@{self.switch.realm}")
        esl.api(f"bgapi originate {{origination_uuid=web-{self.calls},ignore_early_media=true}}{contact} &echo()")

    def listen(self, esl: Esl) -> None:
        """A parked call tells of its digits, an echoed one does not."""
        esl.api(f"uuid_transfer web-{self.calls} park inline")

    def hear(self, esl: Esl) -> None:
        self.digits = [esl.event("DTMF", 10)["DTMF-Digit"] for _ in range(2)]


@pytest.fixture(params=[pytest.param("ws", marks=pytest.mark.long), "wss", pytest.param("nginx", marks=pytest.mark.long)])
def desk(
    request: pytest.FixtureRequest, real_switch: PrivateSwitch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """(address of the page, of the switch's socket): without TLS, with the certificate of ``make tls``, behind nginx.conf."""
    chromium()
    if request.param == "ws":
        with serving() as page:
            yield page, f"ws://127.0.0.1:{real_switch.ws_port}"
        return
    certificate, key = f"{real_switch.tls}/cert.pem", f"{real_switch.tls}/key.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", certificate)
    if request.param == "wss":
        with serving("0", certificate, key) as page:
            yield page, f"wss://127.0.0.1:{real_switch.wss_port}"
        return
    with serving() as page, proxy(tmp_path, real_switch.tls, int(page.rpartition(":")[2]), real_switch.wss_port) as url:
        yield url, f"{url.replace('https', 'wss')}/phone"


@pytest.mark.browser
@pytest.mark.switch
@pytest.mark.slow
def test_web_phone(desk: tuple[str, str], real_switch: PrivateSwitch) -> None:
    server, socket = desk
    phone = PHONES[0]
    account = {"realm": real_switch.realm, "extension": phone.extension, "password": phone.password}
    tell(server, "plug_phone", ws_url=socket, **account)
    helper = Helper(server, real_switch)
    helper.start()
    try:
        run_scenario("page.mjs", "web_phone", server, limit_s=LIMIT_S)
    finally:
        helper.done.set()
        helper.join(30)
    assert helper.digits == ["1", "#"]
