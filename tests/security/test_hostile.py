"""What anybody can write, at every border: the readers of this process, and a short run of ``make soak-hostile``."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import orjson
import pytest

from cti_server.domain import border
from cti_server.domain.border import BadInput
from cti_server.events.facts import encode_line
from cti_server.features.ledger.service import read_fact
from scripts.soak import borders


@pytest.mark.parametrize("seed", range(3))
def test_no_reader_can_be_broken(seed: int) -> None:
    found = borders.fuzz(random.Random(seed), 3_000)
    assert found.broken == []
    assert found.set_aside > 1_000


SHORT = ["--borders", "300", "--rounds", "1", "--turns", "1", "--entries", "300", "--agents", "3", "--rate", "1"]


@pytest.mark.xdist_group("processes")
def test_nothing_dies_of_odd_entries() -> None:
    command = [sys.executable, "-m", "scripts.soak.hostile", *SHORT]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.stdout, ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert result["died"] == []
    assert result["deaths"] == 0
    assert result["inputs"] > 1_500
    assert result["set_aside"] > 300


SEGMENT = borders.SEGMENT


@pytest.mark.parametrize(
    "changes",
    [
        {"started_ms": 2**60}, {"ended_ms": -5}, {"started_ms": True}, {"detail": []}, {"detail": {"queued_ms": "x"}},
        {"detail": {"queued_ms": []}}, {"detail": {"service_level_s": None}}, {"agent": 5}, {"estimated": 1}, {"outcome": None},
    ],
)  # fmt: skip
def test_a_fact_that_no_report_could_count_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read_fact(encode_line("f", "segment", {**SEGMENT, **changes}))


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("4096", 4096),
        (" 7\n", 7),
        ("", -1),
        ("-4", -1),
        ("+4", -1),
        ("²", -1),
        ("٣", -1),
        ("1e3", -1),
        ("9" * 5000, -1),
        (str(2**53), -1),
    ],
)
def test_digits_are_ascii_and_few(said: str, number: int) -> None:
    assert border.digits(said, -1) == number
    assert border.digits(said.encode(), -1) == number


def test_depth_is_counted_and_not_descended() -> None:
    with pytest.raises(BadInput, match="nested"):
        border.document(b'{"a":' * 300 + b"1" + b"}" * 300)
    assert border.document(b'{"a":' * 30 + b"1" + b"}" * 30)
    assert border.document(orjson.dumps({"wide": [{} for _ in range(1000)]}))
