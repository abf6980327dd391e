"""Sounds over REST, for people and for switches; and the program that pulls them, against the real routes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.features.prompts.sql import SqlPrompts
from tests.features.prompts.pulling import pull, serving
from tests.features.prompts.sounds import tone
from tests.webapp.conftest import Desk, Web

pytest.importorskip("soundfile")

@pytest.fixture
def desk(web: Web) -> Desk:
    desk = web.login("admin")
    for name, kind in (("offer", "prompt"), ("waltz", "music")):
        assert desk.post("/api/centre/prompts", json={"record": {"name": name, "kind": kind}}).status_code == 201
    return desk


def put(desk: Desk, name: str = "offer", folder: str = "zh", raw: bytes | None = None) -> Any:
    body = tone() if raw is None else raw
    return desk.call("PUT", f"/api/prompts/{name}/{folder}", data=body, content_type="application/octet-stream")


def test_a_sound_goes_up_is_heard_and_goes(web: Web, desk: Desk) -> None:
    made = put(desk)
    assert (made.status_code, made.get_json()["version"], made.get_json()["length_ms"]) == (200, 1, 500)
    heard = desk.get("/api/prompts/offer/zh/audio?version=1")
    assert (heard.status_code, heard.mimetype, heard.data[:4]) == (200, "audio/wav", b"RIFF")
    assert [one["folder"] for one in desk.get("/api/prompts/offer").get_json()["items"]] == ["zh"]
    for answer, status, error in (
        (put(desk, raw=b"no sound"), 422, "bad-sound"),
        (put(desk, folder="music"), 422, "bad-sound"),
        (put(desk, "nothing"), 404, "no-such-entry"),
        (put(desk, folder="fr"), 404, "no-such-page"),
        (desk.get("/api/prompts/offer/en/audio"), 404, "no-such-sound"),
    ):
        assert (answer.status_code, answer.get_json()["error_id"]) == (status, error)
    assert desk.call("DELETE", "/api/prompts/offer/zh").status_code == 204
    assert desk.get("/api/prompts/offer").get_json()["items"] == []


def test_without_the_secret_no_switch_pulls(web: Web, desk: Desk) -> None:
    put(desk)
    for path in ("/switch/prompts", "/switch/prompts/zh/8000/offer.wav"):
        assert web.client().get(path).status_code == 401
        wrong = {"Authorization": "Basic " + base64.b64encode(b"cti:").decode()}
        assert web.client().get(path, headers=wrong).status_code == 401
        assert desk.get(path).status_code == 401, "a session is none of a switch"


@pytest.fixture
def centre(web: Web) -> Iterator[str]:
    """The routes for switches, with a secret, on a port."""
    with serving(SqlPrompts(web.ports.entities._engine, SystemClock())) as url:
        yield url


def wavs(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.wav"))


def test_a_switch_pulls_what_changed_and_removes_what_is_gone(web: Web, desk: Desk, centre: str, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    (folder / "zh").mkdir(parents=True)
    shipped = folder / "zh/offer.wav"
    shipped.write_bytes(b"shipped")
    put(desk)
    put(desk, "waltz", "music")
    done = pull(centre, folder)
    assert (done.returncode, done.stderr) == (0, "")
    files = ["music/16000/waltz.wav", "music/8000/waltz.wav", "zh/16000/offer.wav", "zh/8000/offer.wav"]
    assert wavs(folder) == sorted([*files, "zh/offer.wav"])
    (place,) = desk.get("/api/prompts/offer").get_json()["switches"]
    assert (place["node"], place["has"], place["missing"]) == ("fs1", 4, [])
    # what is as it should be is not touched; what somebody spoiled is mended, also where the list is the same
    before = {path: (folder / path).stat().st_mtime_ns for path in files}
    (folder / files[0]).write_bytes(b"spoiled")
    (folder / files[1]).unlink()
    assert pull(centre, folder).returncode == 0
    after = {path: (folder / path).stat().st_mtime_ns for path in files}
    assert [path for path in files if before[path] == after[path]] == files[2:]
    # another version, and one that is gone
    put(desk, raw=tone(hertz=900))
    desk.call("DELETE", "/api/prompts/waltz/music")
    (told,) = desk.get("/api/prompts/offer").get_json()["switches"]
    assert told["missing"] == files[2:]
    assert pull(centre, folder).returncode == 0
    assert wavs(folder) == sorted([*files[2:], "zh/offer.wav"])
    assert (folder / files[3]).read_bytes() == desk_audio(web, 8000)
    assert shipped.read_bytes() == b"shipped"
    assert not [file for file in folder.rglob(".*") if file.name not in (".cti-pulled.json", ".cti-pulled.json.lock")]


def desk_audio(web: Web, rate: int) -> bytes:
    return SqlPrompts(web.ports.entities._engine, SystemClock()).audio("offer", "zh", rate)


def test_what_goes_wrong_is_said_and_nothing_is_lost(desk: Desk, centre: str, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    put(desk)
    assert pull(centre, folder).returncode == 0
    wrong = pull(centre, folder, "wrong")
    assert (wrong.returncode, "401" in wrong.stderr) == (1, True)
    away = pull("http://127.0.0.1:9", folder)
    assert (away.returncode, len(away.stderr.splitlines())) == (1, 1)
    assert pull("http://cti.example.com", folder).returncode == 2, "the token goes nowhere in the clear"
    assert len(wavs(folder)) == 2
    (folder / ".cti-pulled.json").write_text(json.dumps({"etag": "", "files": [{"path": "../token"}]}))
    assert pull(centre, folder).returncode == 0
    assert (tmp_path / "token").exists()


def test_a_message_that_was_spoken_by_phone_becomes_a_prompt(make_web: Callable[..., Web], tmp_path: Path) -> None:
    web = make_web(recordings_dir=str(tmp_path))
    desk = web.login("admin")
    assert desk.post("/api/centre/prompts", json={"record": {"name": "offer", "kind": "prompt"}}).status_code == 201
    (tmp_path / "vm-in-a.wav").write_bytes(tone())
    (tmp_path / "vm-in-b.wav").write_bytes(b"no sound")
    (tmp_path / "vm-repair.wav").write_bytes(tone())

    def take(message: str) -> tuple[int, str]:
        answer = desk.post("/api/prompts/offer/en/message", json={"message": message})
        return answer.status_code, answer.get_json().get("error_id", "")

    assert take("rec-vm-in-a") == (200, "")
    assert desk.get("/api/prompts/offer/en/audio").data[:4] == b"RIFF"
    assert take("rec-vm-in-b") == (422, "bad-sound")
    assert take("rec-vm-repair") == (404, "no-such-recording"), "it is in no box"
    assert take("rec-1001") == (404, "no-such-recording"), "a conversation is none"
    assert take("nothing") == (404, "no-such-recording")
