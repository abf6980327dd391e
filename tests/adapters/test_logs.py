"""Logs: the level is checked once, when the settings are read; everything is a JSON line on stderr, nothing is on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cti_server.errors import CtiError
from cti_server.settings import LOG_LEVELS, load


@pytest.mark.parametrize("given", ["debug", "Debug", "DEBUG"])
def test_a_level_is_read_however_it_is_written(given: str) -> None:
    assert load({"CTI_LOG_LEVEL": given}).log_level == "DEBUG"


def test_a_level_without_a_value_is_not_given() -> None:
    assert load({"CTI_LOG_LEVEL": ""}).log_level == load({}).log_level


@pytest.mark.parametrize("given", ["LOUD", "10", "NOTSET"])
def test_another_level_is_refused_with_the_ones_that_there_are(given: str, tmp_path: Path) -> None:
    with pytest.raises(CtiError, match=f"CTI_LOG_LEVEL={given!r} is none of DEBUG, INFO, WARNING, ERROR"):
        load({"CTI_LOG_LEVEL": given})
    file = tmp_path / "cti.toml"
    file.write_text(f"log_level = {given!r}", "utf-8")
    with pytest.raises(CtiError, match=f"cti.toml: log_level={given!r} is none of"):
        load({"CTI_CONFIG": str(file)})


PROGRAM = """
import logging, sys, structlog
log = structlog.get_logger("made before")
from cti_server.adapters import logs
logs.set_up(sys.argv[1])
log.debug("small"); log.info("one", number=1, name="\u5f20\\n"); logging.getLogger("library").info("two %s", "parts")
try: 1 / 0
except ZeroDivisionError: log.exception("three"); logging.getLogger("library").exception("four")
"""


@pytest.mark.parametrize(
    ("level", "said"), [("DEBUG", ["small", "one", "two parts", "three", "four"]), ("ERROR", ["three", "four"])]
)
def test_ours_and_the_libraries_lines_are_json_on_stderr(level: str, said: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, level], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == said
    assert all(line["timestamp"].endswith("Z") and line["level"].upper() in LOG_LEVELS for line in lines)
    assert all("ZeroDivisionError" in line["exception"] for line in lines[-2:])


DYING = """
import gevent
from cti_server.adapters import logs
logs.set_up("INFO")
def die(): raise RuntimeError("nobody catches it")
gevent.joinall([gevent.spawn(die), gevent.spawn_later(0.01, die)])
gevent.get_hub().loop.run_callback(die)
gevent.sleep(0.01)
gevent.get_hub().threadpool.spawn(die).get(block=True)
"""


def test_what_dies_in_a_greenlet_a_callback_or_a_thread_is_one_json_line_each() -> None:
    done = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, timeout=60, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) >= 4
    assert {line["event"] for line in lines} == {"uncaught exception"}
    assert all("nobody catches it" in line["exception"] for line in lines)
