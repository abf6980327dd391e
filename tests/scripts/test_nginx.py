"""docs/operators/nginx.conf as it is shipped, in a real nginx before a real web process and a socket that plays the switch."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import requests
import websocket

from scripts import tls
from scripts.stack import free_ports
from tests.fixtures import missing
from tests.webapp import fakes
from tests.webapp.live import PATIENCE_S, Refused, Screen, WebProcess, Writer
from tests.webapp.live import open_socket as open_page_socket

SHIPPED = Path(__file__).resolve().parents[2] / "docs/operators/nginx.conf"
AROUND = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/shipped.conf;
}}
"""

pytestmark = pytest.mark.xdist_group("webapp-live")


def substituted(text: str, changes: dict[str, str]) -> str:
    """Each word is in the file and becomes this machine's."""
    for word, mine in changes.items():
        assert word in text, f"nginx.conf has no {word!r} any more"
        text = text.replace(word, mine)
    return text


@pytest.fixture
def desk(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of nginx, with web and phone behind it."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        missing("nginx (apt install nginx-light)")
    tls.write(tmp_path / "tls", ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{tmp_path}/tls/cert.pem")
    web = WebProcess(redis_url, tmp_path)
    switch = subprocess.Popen([sys.executable, "-m", "tests.scripts.sip_socket"], stdout=subprocess.PIPE, text=True)
    assert switch.stdout is not None
    switch_port = switch.stdout.readline().strip()
    plain, secure = free_ports(2)
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "server_name desk.example;": "server_name 127.0.0.1;",
        "/etc/cti/tls/fullchain.pem": f"{tmp_path}/tls/cert.pem",
        "/etc/cti/tls/key.pem": f"{tmp_path}/tls/key.pem",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{web.port};",
        "server 127.0.0.1:5066;": f"server 127.0.0.1:{switch_port};",
    }
    (tmp_path / "shipped.conf").write_text(substituted(SHIPPED.read_text("utf-8"), changes), "utf-8")
    (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path), "utf-8")
    command = [str(nginx), "-p", str(tmp_path), "-c", f"{tmp_path}/nginx.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        url = f"https://127.0.0.1:{secure}"
        reachable(f"http://127.0.0.1:{plain}/", process)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        switch.terminate()
        switch.wait(PATIENCE_S)
        web.stop()


def reachable(url: str, process: subprocess.Popen[str]) -> None:
    """Until nginx listens; its plain side sends everybody to HTTPS."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=_patient()))
    answer = session.get(url, timeout=PATIENCE_S, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/"), process.poll()


def _patient():
    from urllib3.util import Retry

    return Retry(total=8, backoff_factor=0.05)


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
