"""`cti sim ...`: the simulated switch beside `make run` is told what its people do."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.preflight import SIMULATOR_FILE
from scripts.stack import Stack
from tests.cli.conftest import Box


@pytest.fixture
def stack(box: Box) -> Iterator[Stack]:
    found = Stack({**box.environ, "CTI_RECORDINGS_DIR": str(box.folder / "recordings")})
    try:
        found.start_simulator()
        yield found
    finally:
        found.stop()


def test_what_is_said_reaches_it_and_only_the_owner_can_read_how(box: Box, stack: Stack) -> None:
    file = Path(box.folder) / SIMULATOR_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    called = box.run("sim", "call", "NUMBER=13800138000", "NAME=Anna Li")
    assert (called.exit_code, called.output[:4]) == (0, "+OK "), called.output
    assert '"registered":true' in box.run("sim", "phone", "1001", "state").output.replace(" ", "")
    refused = box.run("sim", "phone", "9", "answer")
    assert refused.exit_code == 1
    stack.stop()
    assert not file.exists()


def test_there_is_none(box: Box) -> None:
    result = box.run("sim", "stats")
    assert result.exit_code == 3
    assert "make run" in result.stderr
