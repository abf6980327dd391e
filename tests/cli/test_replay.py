"""`cti replay`: the hash of a log is that of the engine that wrote it, over several files and after a cut-off line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, TeamConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import CommandInput, Input, Tick
from cti_server.engine.replay import continued, encode_input, hash_line, header
from tests.cli.conftest import NOW_MS, Box

CONFIG = CentreConfig(
    version=1,
    tenant="test",
    agents={"1001": AgentConfig("1001", "李娜", "1001", "t1", {"repair": 1})},
    teams={"t1": TeamConfig("t1", "Team")},
    queues={"repair": QueueConfig("repair", "报修")},
)


def inputs() -> list[Input]:
    login = CommandInput(NOW_MS, "c1", "LoginAgent", {"agent_id": "1001"}, "agent:1001", NOW_MS + 5000)
    pause = CommandInput(NOW_MS + 10, "c2", "PauseAgent", {"agent_id": "1001", "reason": "x"}, "agent:1001", NOW_MS + 5000)
    return [login, pause, *(Tick(NOW_MS + step * 100) for step in range(1, 50))]


@pytest.fixture
def log(box: Box) -> tuple[Path, str]:
    """(folder with a log in two files, state hash of the engine that lived it)."""
    engine = Engine(CONFIG, 7, 7)
    lines = [header(CONFIG, 7, 7)]
    for number, item in enumerate(inputs(), 1):
        if number == 20:
            lines.append(continued(engine))
        engine.handle(item)
        lines.append(encode_input(item))
    folder = box.folder / "inputs"
    folder.mkdir()
    (folder / "inputs-000000000007-0000.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[:20]))
    (folder / "inputs-000000000007-0001.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[20:]))
    return folder, engine.state_hash()


def test_same_inputs_same_hash(box: Box, log: tuple[Path, str]) -> None:
    folder, state_hash = log
    document = box.json("replay", str(folder), "--expect", state_hash)
    assert document["state_hash"] == state_hash
    assert document["inputs"] == len(inputs())
    assert [Path(file).name for file in document["files"]] == ["inputs-000000000007-0000.jsonl", "inputs-000000000007-0001.jsonl"]
    assert (document["differs"], document["failed"], document["cut"]) == ([], [], "")
    files = sorted(folder.iterdir(), reverse=True)
    assert box.json("replay", *map(str, files))["state_hash"] == state_hash
    assert state_hash in box.run("replay", str(folder)).stdout


def test_a_replay_may_begin_at_any_file(box: Box, log: tuple[Path, str]) -> None:
    folder, state_hash = log
    (folder / "inputs-000000000007-0000.jsonl").unlink()
    document = box.json("replay", str(folder))
    assert (document["state_hash"], document["inputs"], document["differs"]) == (state_hash, len(inputs()) - 19, [])


def test_a_state_between_two_files_that_does_not_fit_is_a_finding(box: Box, log: tuple[Path, str]) -> None:
    folder, _ = log
    first = folder / "inputs-000000000007-0000.jsonl"
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:-1]))
    assert box.json("replay", str(folder), code=1)["differs"] == [20]


def test_another_hash_is_a_finding(box: Box, log: tuple[Path, str]) -> None:
    folder, _ = log
    assert box.json("replay", str(folder), "--expect", "0" * 64, code=1)["ok"] is False
    assert "expected 000" in box.run("replay", str(folder), "--expect", "0" * 64).stdout


def test_a_hash_line_that_does_not_fit_is_a_finding(box: Box, log: tuple[Path, str]) -> None:
    folder, state_hash = log
    with (folder / "inputs-000000000007-0001.jsonl").open("ab") as file:
        file.write(hash_line(state_hash) + b"\n" + hash_line("f" * 64) + b"\n")
    document = box.json("replay", str(folder), code=1)
    assert document["differs"] == [len(inputs()) + 4]


def test_a_cut_off_last_line_is_left_out(box: Box, log: tuple[Path, str]) -> None:
    folder, state_hash = log
    with (folder / "inputs-000000000007-0001.jsonl").open("ab") as file:
        file.write(b'{"t":"Ti')
    document = box.json("replay", str(folder))
    assert document["state_hash"] == state_hash
    assert document["cut"].endswith("0001.jsonl, line 34")
    assert "cut off" in box.run("replay", str(folder)).stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"t":"Tick","now_ms":1}\n', "no header"),
        (b"garbage\n{}\n", "log.jsonl, line 1"),
        (b"", "empty"),
        (b'{"header":{"format":99}}\n', "format 99 is not 7: replay it with the version that wrote it"),
        (b'{"header":{"format":2,"config":{},"epoch":1,"seed":1}}\n', "format 2 is not 7: replay it with the version"),
        (b'{"header":{"config":{},"epoch":1,"seed":1}}\n', "format None is not 7"),
        (b'{"header":{"format":7,"state":{"epoch":1}}}\n', "not the state of an engine of this version"),
    ],
)
def test_what_is_no_log_is_named(box: Box, content: bytes, words: str) -> None:
    file = box.folder / "log.jsonl"
    file.write_bytes(content)
    error = box.json("replay", str(file), code=2)["error"]
    assert error["error_id"] == "bad-input-log"
    assert words in error["message"]


def test_epochs_are_not_mixed_and_a_folder_gives_the_newest(box: Box, log: tuple[Path, str]) -> None:
    folder, state_hash = log
    old = folder / "inputs-000000000006-0000.jsonl"
    old.write_bytes(header(CONFIG, 6, 6) + b"\n")
    assert box.json("replay", str(folder))["state_hash"] == state_hash
    assert box.json("replay", str(old), str(folder), code=2)["error"]["error_id"] == "bad-file"
    empty = box.folder / "empty"
    empty.mkdir()
    assert box.json("replay", str(empty), code=2)["error"]["error_id"] == "bad-file"
