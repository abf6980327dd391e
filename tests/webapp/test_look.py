"""The centre's own look over REST: seen without a session, set up with its right."""

from __future__ import annotations

import io

from PIL import Image

from tests.features.look.drawn import drawn, text
from tests.webapp.conftest import Desk, Web

RAW = "application/octet-stream"


def publish(desk: Desk, **record: str) -> None:
    answer = desk.call(
        "PATCH",
        "/api/centre/look/centre",
        json={"record": record},
        headers={"If-Match": desk.get("/api/centre/look/centre").headers["ETag"]},
    )
    assert answer.status_code == 200, answer.text
    assert desk.post("/api/configuration/publish", json={"reason": "x"}).status_code == 200


def test_everybody_sees_it(web: Web) -> None:
    stranger = web.app.test_client()
    assert stranger.get("/api/look").get_json()["name"] == ""
    assert stranger.get("/api/look/icon").get_json()["error_id"] == "no-such-picture"
    assert stranger.get("/api/look/other").status_code == 404
    admin = web.login("admin")
    made = admin.call("POST", "/api/look/picture?of=icon", data=drawn(200, 200), content_type=RAW).get_json()["picture"]
    publish(admin, name="Hotline", accent="#b0004a", icon=made)
    told = stranger.get("/api/look").get_json()
    assert (told["name"], told["colours"]["dark"]["accent"]) == ("Hotline", "#b0004a")
    answer = stranger.get(told["icon"])
    assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert stranger.get("/api/look/icon").headers["Cache-Control"] == "no-cache"
    with Image.open(io.BytesIO(answer.data)) as found:
        assert found.size == (128, 128)


def test_what_is_refused(web: Web) -> None:
    admin = web.login("admin")
    for body, status, error in ((b"<svg/>", 422, "bad-picture"), (bytes((5 << 20) + 1), 413, "too-large")):
        answer = admin.call("POST", "/api/look/picture?of=icon", data=body, content_type=RAW)
        assert (answer.status_code, answer.get_json()["error_id"]) == (status, error)
    assert admin.call("POST", "/api/look/picture?of=x", data=drawn(9, 9), content_type=RAW).status_code in (400, 422)
    assert web.login("leader-b").call("POST", "/api/look/picture?of=icon", data=drawn(9, 9), content_type=RAW).status_code == 403
    answer = admin.call("PATCH", "/api/centre/look/centre", json={"record": {"accent": "#ffee00"}}, headers={"If-Match": "1"})
    assert [one["problem"] for one in answer.get_json()["details"]["problems"]] == ["contrast"]


def test_a_program_sets_any_picture_at_once(web: Web) -> None:
    admin = web.login("admin")
    publish(admin, logo_light=text(drawn(900, 300)))
    (kept,) = [one["record"] for one in [admin.get("/api/centre/look/centre").get_json()]]
    assert kept["logo_light"].startswith("data:image/webp;base64,")
