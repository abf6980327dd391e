"""A daemon that starts where it can write nothing: it leads, says so, and writes what it owes as soon as it can."""

from __future__ import annotations

import pytest

from tests.faults.floor import floor

pytestmark = pytest.mark.slow
OWED = ("epoch", "config.json", "mirror.jsonl")


def test_what_a_daemon_could_not_keep_is_kept_as_soon_as_there_is_room(tmp_path):
    with floor(tmp_path, agents=2) as f:
        f.stack.kill("daemon")
        for name in OWED:
            (tmp_path / name).unlink()
            (tmp_path / f"{name}.new").mkdir()  # refuses each write, as a full disk does
        f.start_daemon()
        f.wait("it says so", lambda: f.views("alarms", id="disk-unwritable", severity="critical"))
        f.call("13800000001")
        f.wait("a call is served all the same", lambda: f.calls(phase="connected"))
        for name in OWED:
            (tmp_path / f"{name}.new").rmdir()
        f.wait("it is over", lambda: not f.views("alarms", id="disk-unwritable"))
        assert all((tmp_path / name).stat().st_size for name in OWED)
        assert int((tmp_path / "epoch").read_text()) == f.epoch()
