"""`cti config check`: settings, document and flow files; each problem names its file and node."""

from __future__ import annotations

from pathlib import Path

import orjson

from cti_server.domain.config import CentreConfig, HoursConfig, QueueConfig, TeamConfig
from cti_server.features.centre.document import encode_config
from tests.cli.conftest import Box

GOOD = """\
name: line
version: 1
start: hello
nodes:
  hello: {type: play, prompt: welcome, next: wait}
  wait: {type: queue, queue: repair}
"""


def publish(box: Box) -> None:
    config = CentreConfig(
        version=7,
        tenant="test",
        teams={"t1": TeamConfig("t1", "Team")},
        queues={"repair": QueueConfig("repair", "报修")},
        hours={"office": HoursConfig("office", "Asia/Shanghai", ((),) * 7)},
    )
    box.client.set(box.keys.config, encode_config(config))


def flow(box: Box, name: str, text: str) -> Path:
    folder = box.folder / "flows"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_good(box: Box) -> None:
    box.environ |= {"CTI_SWITCHES": "esl://127.0.0.1", "CTI_ESL_PASSWORD": "x"}
    publish(box)
    folder = flow(box, "line.yaml", GOOD)
    assert box.json("config", "check", str(folder)) == {
        "command": "config check",
        "ok": True,
        "version": 7,
        "files": 1,
        "problems": [],
    }
    assert "document version 7, 1 flow files: 0 problems, 0 warnings" in box.run("config", "check", str(folder)).stdout


def test_a_bad_flow_names_file_node_and_why(box: Box) -> None:
    publish(box)
    flow(box, "good.yaml", GOOD)
    folder = flow(box, "bad.yaml", GOOD.replace("queue: repair", "queue: repiar").replace("name: line", "name: other"))
    document = box.json("config", "check", str(folder), code=1)
    problems = [p for p in document["problems"] if p["severity"] == "critical"]
    assert [(Path(p["file"]).name, p["node"]) for p in problems] == [("bad.yaml", "wait")]
    assert "did you mean 'repair'" in problems[0]["why"]
    shown = box.run("config", "check", str(folder)).stdout
    assert "bad.yaml" in shown
    assert "wait" in shown


def test_broken_yaml_and_hostile_text(box: Box) -> None:
    publish(box)
    folder = flow(box, "broken.yml", "name: [")
    flow(box, "hostile.yaml", GOOD.replace("type: play", 'type: "\\e[2J[bold]x"'))
    result = box.run("config", "check", str(folder))
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
    assert "line 2" in result.stdout or "line 1" in result.stdout
    assert "[bold]x" in result.stdout


def test_prompts_are_checked_when_their_folder_is_given(box: Box) -> None:
    publish(box)
    folder = flow(box, "line.yaml", GOOD)
    prompts = box.folder / "prompts"
    (prompts / "zh").mkdir(parents=True)
    document = box.json("config", "check", str(folder), "--prompts", str(prompts), code=1)
    assert "no prompt 'welcome'" in document["problems"][-1]["why"]
    (prompts / "zh" / "welcome.wav").write_bytes(b"RIFF")
    assert box.json("config", "check", str(folder), "--prompts", str(prompts))["ok"] is True


def test_a_bad_document_in_redis_or_a_file(box: Box) -> None:
    publish(box)
    raw = orjson.loads(box.client.get(box.keys.config))  # type: ignore[arg-type]
    raw["queues"]["repair"]["overflow_queue"] = "nowhere"
    box.client.set(box.keys.config, orjson.dumps(raw))
    document = box.json("config", "check", code=1)
    assert document["version"] is None
    assert any("queues.repair.overflow_queue" in p["why"] for p in document["problems"])
    file = box.folder / "document.json"
    file.write_bytes(b"{")
    assert box.json("config", "check", "--document", str(file), code=1)["problems"][-1]["file"] == str(file)


def test_nothing_published_is_a_warning_but_flows_then_need_a_document(box: Box) -> None:
    assert box.json("config", "check")["problems"][-1]["severity"] == "warning"
    folder = flow(box, "line.yaml", GOOD)
    assert "--document" in box.json("config", "check", str(folder), code=1)["problems"][-1]["why"]


def test_the_demos_switch_stands_in_no_setting(box: Box) -> None:
    publish(box)
    folder = str(flow(box, "line.yaml", GOOD))
    assert "CTI_SWITCHES" in box.json("config", "check", folder)["problems"][0]["why"]
    box.client.hset(box.keys.mirror("switches"), "main", b"{}")
    assert box.json("config", "check", folder)["problems"] == []


def test_a_document_file_needs_no_redis(box: Box) -> None:
    publish(box)
    file = box.folder / "document.json"
    file.write_bytes(box.client.get(box.keys.config))  # type: ignore[arg-type]
    box.environ["CTI_REDIS_URL"] = f"unix://{box.folder}/none.sock"
    folder = flow(box, "line.yaml", GOOD)
    assert box.json("config", "check", str(folder), "--document", str(file))["version"] == 7
    assert box.json("config", "check", code=3)["error"]["error_id"] == "redis-away"


def test_without_paths_the_folder_of_the_settings_is_checked(box: Box) -> None:
    publish(box)
    box.environ["CTI_FLOWS_DIR"] = str(flow(box, "mine.yaml", "{"))
    document = box.json("config", "check", code=1)
    assert (document["files"], {Path(p["file"]).name for p in document["problems"]}) == (1, {"cti.toml", "mine.yaml"})


def test_bad_settings_are_problems(box: Box) -> None:
    (box.folder / "cti.toml").write_text("redis = 1\n", encoding="utf-8")
    document = box.json("config", "check", code=1)
    assert "unknown settings redis" in document["problems"][0]["why"]


def test_without_paths_the_products_own_flows_are_checked(box: Box) -> None:
    """The shipped flows name queues that this document lacks: each is named with file and node."""
    publish(box)
    document = box.json("config", "check", code=1)
    assert document["files"] >= 2
    assert ("main_menu.yaml", "billing_queue") in {(Path(p["file"]).name, p["node"]) for p in document["problems"]}
