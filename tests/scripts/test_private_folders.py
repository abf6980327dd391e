"""What processes write about callers is for its owner only; recordings and prompts stay within the switch's reach."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.adapters.sql.database import migrate
from scripts.stack import Stack


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_logs_are_private_and_the_folder_above_them_can_be_crossed(tmp_path: Path) -> None:
    stack = Stack({"CTI_DATA_DIR": str(tmp_path / "data")})
    try:
        stack.spawn("short", "this")
        stack.processes["short"].wait(30)
    finally:
        stack.stop()
    assert rights(tmp_path / "data" / "log") == 0o700
    assert rights(tmp_path / "data") & 0o011 == 0o011


def test_a_new_database_is_for_its_owner(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/cti.db")
    files = sorted(tmp_path.glob("cti.db*"))
    assert [rights(file) for file in files] == [0o600] * len(files)
    assert files


def test_the_private_redis_keeps_its_data_private(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "data" / "redis", time.sleep)
    assert rights(server.folder) == 0o700
    assert rights(tmp_path / "data") & 0o011 == 0o011
