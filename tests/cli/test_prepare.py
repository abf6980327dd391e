"""`cti prepare` makes a centre out of nothing, and changes nothing the second time."""

from __future__ import annotations

from cti_server.services.config_codec import decode_config
from tests.cli.conftest import Box


def test_prepare_twice(box: Box) -> None:
    first = box.json("prepare")
    assert first["seeded"] is True
    assert first["config_version"] == 1
    assert {login["role"] for login in first["logins"]} == {"agent", "leader", "admin"}
    raw = box.client.get(box.keys.config)
    assert isinstance(raw, bytes)
    assert decode_config(raw).version == 1
    again = box.json("prepare")
    assert (again["seeded"], again["config_version"], again["schema"]) == (False, 1, first["schema"])
    assert "configuration version 1" in box.run("prepare").stdout
    skip = [word for name in ("processes", "web", "switches", "recordings", "redis") for word in ("--skip", name)]
    report = box.run("doctor", *skip)
    assert "schema of this version" in report.stdout


def test_a_bad_database_url_is_one_line(box: Box) -> None:
    box.environ["CTI_DATABASE_URL"] = "mysql://cti:secret@127.0.0.1:1/cti"
    result = box.run("prepare")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "secret" not in result.stderr
