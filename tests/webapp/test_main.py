"""The program ``cti-web`` as it is started: on the demo centre in real SQL, over TLS, with settings that cannot work."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cti_server.adapters.sql.database import make_engine
from cti_server.features.bootstrap import bootstrap
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.settings import Settings
from tests.features.ledger import ledger_facts
from tests.features.look.drawn import drawn
from tests.features.prompts.sounds import tone
from tests.webapp.live import PATIENCE_S, Writer, open_socket

pytestmark = pytest.mark.xdist_group("webapp-live")

Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start(redis_url: str, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(**settings: str) -> tuple[subprocess.Popen[str], str]:
        """The process and the address that it says, '' when it ended before."""
        values = {"REDIS_URL": redis_url, "DATABASE_URL": f"sqlite:///{tmp_path}/cti.db"}
        values |= {"DATA_DIR": str(tmp_path), "HTTP_PORT": "0"}
        environ = {**os.environ, **{f"CTI_{name}": value for name, value in {**values, **settings}.items()}}
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.main"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            found = re.search(r'"address": "(\S+:\d+)"', line)
            if found:
                return process, found[1]
        process.said = said  # type: ignore[attr-defined]
        process.wait(PATIENCE_S)
        return process, ""

    yield run
    for process in started:
        process.kill()
        process.wait(PATIENCE_S)


def demo_settings(redis_url: str, folder: Path) -> Settings:
    return Settings(redis_url=redis_url, database_url=f"sqlite:///{folder}/cti.db", data_dir=str(folder), demo=True)


def test_the_demo_centre(start: Start, redis_url: str, tmp_path: Path) -> None:
    logins = {entry["role"]: entry for entry in bootstrap(demo_settings(redis_url, tmp_path))["logins"]}
    writer = Writer(redis_url)
    writer.beat()
    process, url = start(PHONE_WS_URL="ws://127.0.0.1:5066")
    answers: dict[str, Any] = {}
    for role, entry in logins.items():
        session = requests.Session()
        body = {"login": entry["login"], "password": entry["password"]}
        answer = session.post(f"{url}/api/session", json=body, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        assert answer.json()["user"]["role"] == role
        answers[role] = session
    centre = answers["agent"].get(f"{url}/api/centre", timeout=PATIENCE_S).json()
    assert len(centre["agents"]) == 8
    assert {"repair", "billing"} <= {queue["id"] for queue in centre["queues"]}
    assert centre["phone"]["ws_url"] == "ws://127.0.0.1:5066"
    assert centre["phone"]["password"]
    for path in ("calls", "reports/queues", "reports/agents", "reports/calls?figure=offered&start_ms=0&end_ms=9"):
        answer = answers["leader"].get(f"{url}/api/{path}", timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
    answer = answers["admin"].get(f"{url}/api/reports/queues.xlsx", timeout=PATIENCE_S)
    assert answer.content.startswith(b"PK")
    health = requests.get(f"{url}/healthz", timeout=PATIENCE_S).json()
    assert isinstance(health.pop("clocks_differ_ms"), int)
    assert health == {"status": "ok", "redis": True, "engine": True, "database": True}
    process.terminate()
    assert process.wait(PATIENCE_S) == 0


def test_what_is_uploaded_is_taken_by_the_real_process(start: Start, redis_url: str, tmp_path: Path) -> None:
    """What converts it runs beside the hub: a sound, a message that a caller left, a logo; and the doctor."""
    settings = demo_settings(redis_url, tmp_path)
    (entry,) = (one for one in bootstrap(settings)["logins"] if one["role"] == "admin")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "m1.wav").write_bytes(tone())
    row = {"recorded": "voicemail", "box": "hotline", "agents": [], "path": str(tmp_path / "recordings" / "m1.wav")}
    left = ledger_facts.raw("m1", "recording", ledger_facts.recording("m1", **row))
    SqlLedger(make_engine(settings.database_url, "main")).write([read_fact(left)], 0)
    _, url = start()
    browser = requests.Session()
    body = {"login": entry["login"], "password": entry["password"]}
    browser.headers["X-CSRF-Token"] = browser.post(f"{url}/api/session", json=body, timeout=PATIENCE_S).json()["csrf"]
    made = browser.post(f"{url}/api/centre/prompts", json={"record": {"name": "spring"}}, timeout=PATIENCE_S)
    assert made.status_code == 201, made.text
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", "prompts/spring/zh", {"data": tone()}),
        ("PUT", "prompts/spring/en", {"data": tone(hertz=600)}),
        ("POST", "prompts/spring/en/message", {"json": {"message": "m1"}}),
        ("POST", "look/picture?of=logo_light", {"data": drawn(900, 300)}),
        ("GET", "start/doctor", {}),
        ("PUT", "prompts/spring/zh", {"data": tone(hertz=500)}),
    ]
    answers = []
    for method, path, more in asked:
        answer = browser.request(method, f"{url}/api/{path}", timeout=PATIENCE_S, **more)
        assert answer.status_code == 200, (path, answer.text)
        answers.append(answer.json())
    assert [one.get("version") for one in answers] == [1, 1, 2, None, None, 2]
    logo = answers[3]["picture"]
    assert logo.startswith("data:image/webp;base64,")
    own = f"{url}/api/centre/look/centre"
    seen = {"If-Match": browser.get(own, timeout=PATIENCE_S).headers["ETag"]}
    answer = browser.patch(own, json={"record": {"logo_light": logo}}, headers=seen, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    for path, data, error in (("prompts/spring/zh", b"no sound", "bad-sound"), ("look/picture?of=icon", b"no", "bad-picture")):
        method = "PUT" if error == "bad-sound" else "POST"
        answer = browser.request(method, f"{url}/api/{path}", data=data, timeout=PATIENCE_S)
        assert (answer.status_code, answer.json()["error_id"]) == (422, error)


def certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return str(cert_file), str(key_file)


def test_tls(start: Start, redis_url: str, tmp_path: Path) -> None:
    (entry,) = (e for e in bootstrap(demo_settings(redis_url, tmp_path))["logins"] if e["role"] == "admin")
    cert, key = certificate(tmp_path)
    _, url = start(TLS_CERT=cert, TLS_KEY=key)
    assert url.startswith("https://")
    body = {"login": entry["login"], "password": entry["password"]}
    browser = requests.Session()
    answer = browser.post(f"{url}/api/session", json=body, timeout=PATIENCE_S, verify=cert)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    headers = {"X-CSRF-Token": answer.json()["csrf"]}
    ticket = browser.post(f"{url}/api/ticket", headers=headers, timeout=PATIENCE_S, verify=cert).json()["ticket"]
    open_socket(url, {"ticket": ticket}).abort()


def test_a_port_in_use_is_one_clear_line(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process, url = start(HTTP_PORT=str(port))
    assert (process.returncode, url) == (1, "")
    assert process.said.strip().splitlines() == [  # type: ignore[attr-defined]
        f"cti-web: port {port} on 127.0.0.1 is in use: stop the other program or set CTI_HTTP_PORT"
    ]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"DATABASE_URL": "oracle://x"}, "CTI_DATABASE_URL"),
        ({"TLS_CERT": "/nowhere.pem"}, "CTI_TLS_CERT"),
        ({"LOG_LEVEL": "LOUD"}, "CTI_LOG_LEVEL"),
    ],
)
def test_bad_settings_are_one_clear_line(start: Start, settings: dict[str, str], word: str) -> None:
    process, _ = start(**settings)
    assert process.returncode == 1
    (line,) = process.said.strip().splitlines()  # type: ignore[attr-defined]
    assert line.startswith("cti-web: ")
    assert word in line
