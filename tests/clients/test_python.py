"""The Python client and its examples, against a real web process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.outside import Outside, networks
from cti_server.features.webhooks.sender import signature
from tests.webapp.live import PATIENCE_S, Screen, WebProcess, Writer, call_view

HERE = Path(__file__).resolve().parents[2] / "clients" / "python"
sys.path.insert(0, str(HERE))

from cti_client import BadSignature, Changed, Client, Position, Refused, follow, verify  # noqa: E402

pytestmark = pytest.mark.xdist_group("webapp-live")
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture
def writer(redis_url: str) -> Writer:
    writer = Writer(redis_url)
    writer.beat()
    writer.centre()
    return writer


@pytest.fixture
def site(redis_url: str, writer: Writer, tmp_path: Path) -> Iterator[WebProcess]:
    process = WebProcess(redis_url, tmp_path)
    yield process
    process.kill()


def make_token(site: WebProcess, **record: Any) -> str:
    values = {"id": "crm", "name": "CRM", "user": "admin", "per_minute": 6000, **record}
    answer = Screen(site.url, "admin").post("/api/centre/tokens", {"record": values})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["made"]["token"])


def example(name: str, url: str, token: str, *args: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(HERE), "CTI_URL": url, "CTI_TOKEN": token, "CTI_WEBHOOK_SECRET": SECRET}
    command = [sys.executable, str(HERE / "examples" / name), *args]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_agents_are_listed_and_changed_on_the_version_that_was_seen(site: WebProcess, writer: Writer) -> None:
    token = make_token(site)
    said, wrong = example("list_agents.py", site.url, token).communicate(timeout=PATIENCE_S)
    assert said.splitlines()[0].split("\t")[1:] == ["<img src=x onerror=alert(1)>", "b"], wrong
    assert len(said.splitlines()) == 3
    said, wrong = example("change_agent.py", site.url, token, "1002", "Li Er").communicate(timeout=PATIENCE_S)
    assert said == "1002\tLi Er\t2\n", wrong
    client = Client(site.url, token)
    seen = client.entry("agents", "1002")
    client.change("agents", seen, name="Li San")
    with pytest.raises(Changed) as meanwhile:
        client.change("agents", seen, name="Li Si")
    assert (meanwhile.value.status, meanwhile.value.details["fields"]) == (412, ["name"])
    assert client.entry("agents", "1002").changed_by == "admin (crm)"
    with pytest.raises(Refused) as refused:
        client.send("NoSuchThing")
    assert refused.value.error_id == "no-such-command"
    client.create("teams", id="night 1", name="Night")
    client.remove("teams", client.entry("teams", "night 1"))
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        writer.redis.delete(writer.keys.token_requests("few"))

    few = Client(site.url, make_token(site, id="few", per_minute=1), sleep=sleep)
    assert [few.call("GET", "/api/session")["user"]["login"] for _ in range(2)] == ["admin", "admin"]
    assert len(slept) == 1
    assert 0 < slept[0] <= 60


def test_events_are_followed_behind_the_place_that_was_kept(
    site: WebProcess, writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, place = make_token(site), tmp_path / "place"
    process = example("follow_calls.py", site.url, token, str(place), "2")
    assert process.stdout is not None
    assert process.stdout.readline() == "snapshot 0\n"
    writer.publish("call.arrived", {"call": call_view("c1")})
    writer.publish("call.queued", {"call": call_view("c1")})
    said, wrong = process.communicate(timeout=PATIENCE_S)
    assert said == "call.arrived c1\ncall.queued c1\n", wrong
    assert json.loads(place.read_text()) == {"epoch": writer.epoch, "seq": writer.seq}
    writer.publish("call.ended", {"call": call_view("c1")})
    said, wrong = example("follow_calls.py", site.url, token, str(place), "1").communicate(timeout=PATIENCE_S)
    assert said == "call.ended c1\n", wrong

    # a connection that breaks is made again, and nothing is missing
    made: list[websocket.WebSocket] = []

    class Kept(websocket.WebSocket):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            made.append(self)

    def sleep(seconds: float) -> None:
        writer.publish("call.queued", {"call": call_view("c1")})

    monkeypatch.setattr(websocket, "WebSocket", Kept)
    position = Position()
    messages = follow(Client(site.url, token), ["calls"], position, sleep=sleep, silence_s=PATIENCE_S)
    assert next(messages)["type"] == "snapshot"
    assert next(messages)["type"] == "health"
    writer.publish("call.arrived", {"call": call_view("c1")})
    assert next(messages)["name"] == "call.arrived"
    made[-1].sock.shutdown(socket.SHUT_RDWR)
    assert [next(messages).get("name", "resumed") for _ in range(2)] == ["call.queued", "resumed"]
    assert len(made) == 2
    messages.close()

    with pytest.raises(Refused) as refused:
        next(follow(Client(site.url, f"cti_crm_{'A' * 43}"), sleep=lambda seconds: None))
    assert refused.value.error_id == "bad-token"


def test_a_webhook_is_taken_by_its_signature() -> None:
    process = example("take_webhooks.py", "", "", "0")
    assert process.stdout is not None
    port = process.stdout.readline().split()[1]
    body, now_s = b'{"id":"crm-1","kind":"call.ended"}', 1_700_000_000
    way, url = Outside(networks("127.0.0.0/8")), f"http://127.0.0.1:{port}/"

    def send(signed: bytes, at_s: int) -> int:
        headers = {
            "webhook-id": "crm-1",
            "webhook-timestamp": str(at_s),
            "webhook-signature": signature(SECRET, "crm-1", at_s, signed),
        }
        return way.post(url, body, headers).status

    assert send(body, now_s) == 400  # long ago
    at_s = SystemClock().now_ms() // 1000
    assert send(b"other", at_s) == 400
    assert [send(body, at_s), send(body, at_s)] == [204, 204]
    process.terminate()
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert said == "call.ended crm-1\n"


@pytest.mark.parametrize("broken", ["", "webhook-id", "webhook-timestamp", "webhook-signature", "secret", "body", "time"])
def test_what_a_signature_is_not(broken: str) -> None:
    body, at_s = b'{"a":1}', 1_700_000_000
    headers = {
        "Webhook-Id": "d",
        "Webhook-Timestamp": str(at_s),
        "Webhook-Signature": f"v1,x {signature(SECRET, 'd', at_s, body)}",
    }
    headers = {name: value for name, value in headers.items() if name.lower() != broken}
    secret = "whsec_" + "B" * 44 if broken == "secret" else SECRET
    body = b'{"a":2}' if broken == "body" else body
    now_s = at_s + (400 if broken == "time" else 1)
    if broken:
        with pytest.raises(BadSignature):
            verify(secret, headers, body, now_s=now_s)
    else:
        assert verify(secret, headers, body, now_s=now_s) == {"a": 1}
