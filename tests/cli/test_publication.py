"""`cti centre draft|check|diff|publish|...`: from a change to a version and back."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from cti_server.adapters.sql.database import migrate
from tests.cli.conftest import NOW_MS, Box


@pytest.fixture
def centre(box: Box) -> Box:
    migrate(box.environ["CTI_DATABASE_URL"])
    box.json("centre", "teams", "add", "day", "name=Day")
    box.json("centre", "publish", "--reason", "the first")
    return box


def test_a_change_is_published_and_rolled_back(centre: Box) -> None:
    centre.json("centre", "teams", "set", "day", "name=Night")
    told = centre.json("centre", "draft")
    assert (told["version"], told["changes"], told["daemon"]) == (1, 1, None)
    centre.client.set(centre.keys.heartbeat("daemon"), orjson.dumps({"at_ms": NOW_MS, "config": 1}), px=10_000)
    assert "version 1 in force; daemon: 1" in centre.run("centre", "draft").stdout
    assert "Teams day Night: changed\n  Name: Day -> Night" in centre.run("centre", "diff").stdout
    assert "班组 day Night: 已修改" in centre.run("centre", "diff", "--lang", "zh-CN").stdout
    assert centre.json("centre", "check")["problems"] == []
    done = centre.json("centre", "publish", "--reason", "names")
    assert (done["version"], done["delivered"]) == (2, True)
    assert orjson.loads(centre.client.get(centre.keys.config))["teams"]["day"]["name"] == "Night"
    assert (centre.json("centre", "publish", code=1))["error"]["error_id"] == "nothing-to-publish"
    assert [one["reason"] for one in centre.json("centre", "versions")["items"]] == ["names", "the first"]
    assert "names" in centre.run("centre", "versions").stdout
    centre.json("centre", "teams", "add", "tea", "name=Tea")
    assert centre.json("centre", "rollback", "1", code=1)["error"]["error_id"] == "draft-there"
    assert centre.json("centre", "rollback", "1", "--discard")["version"] == 3
    assert centre.json("centre", "teams", "show", "day")["record"]["name"] == "Day"
    assert centre.json("centre", "diff", "1", "3")["items"] == []
    centre.json("centre", "teams", "add", "tea", "name=Tea")
    assert centre.json("centre", "discard", "teams", "tea")["changes"] == 1
    assert centre.run("centre", "discard", "teams").exit_code == 2


def test_one_is_planned_and_cancelled(centre: Box) -> None:
    centre.json("centre", "teams", "set", "day", "name=Night")
    assert "waits until" in centre.run("centre", "publish", "--at", "2036-12-01T02:00+08:00").stdout
    assert "waiting" in centre.run("centre", "plans").stdout
    assert centre.json("centre", "cancel", "1")["ok"]
    assert centre.json("centre", "plans")["items"][0]["state"] == "cancelled"
    assert centre.json("centre", "cancel", "1", code=1)["error"]["error_id"] == "no-such-plan"
    assert centre.run("centre", "publish", "--at", "tonight").exit_code == 2


def test_the_whole_centre_goes_into_a_file_and_comes_back(centre: Box, tmp_path: Path) -> None:
    file = tmp_path / "centre.yaml"
    assert centre.json("centre", "export", str(file))["entries"] == 3, "a team, the settings and the look"
    assert centre.json("centre", "import", str(file))["items"] == []
    file.write_text(file.read_text("utf-8").replace("name: Day", "name: 夜班"), "utf-8")
    assert "Name: Day -> 夜班" in centre.run("centre", "import", str(file), "--dry-run").stdout
    assert centre.json("centre", "draft")["changes"] == 0
    centre.json("centre", "import", str(file))
    assert centre.json("centre", "draft")["changes"] == 1
    file.write_text("format: 1\nagents:\n  '1001': {name: x, extension: '1', team: moon}\n", "utf-8")
    refused = centre.run("centre", "import", str(file))
    assert (refused.exit_code, "Agents 1001 Team: Teams has no moon" in refused.stderr) == (2, True)
    file.write_bytes(b"\xff")
    assert centre.json("centre", "import", str(file), code=2)["error"]["error_id"] == "bad-document"
