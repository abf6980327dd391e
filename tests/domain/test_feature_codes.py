"""Which code a dialled text begins with, and what is wrong with codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain.config import CentreConfig
from cti_server.domain.feature_codes import Dialled, dialled, problems

CONFIG = CentreConfig(1, "main")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("*10", Dialled("ready", "")),
        ("*101", None),
        ("*11", Dialled("not_ready", "")),
        ("*112", Dialled("not_ready", "2")),
        ("*8", Dialled("pick_up", "")),
        ("*81002", Dialled("pick_up", "1002")),
        ("*21002", Dialled("consult", "1002")),
        ("*2", None),
        ("*2*1", None),
        ("*2１", None),
        ("*313900139000", Dialled("transfer", "13900139000")),
        ("*5", Dialled("complete", "")),
        ("*6", Dialled("return", "")),
        ("*99", None),
        ("1002", None),
        ("", None),
    ],
)
def test_what_is_dialled(text: str, meant: Dialled | None) -> None:
    assert dialled(CONFIG, text) == meant


def test_the_longest_code_wins_and_an_empty_one_is_none() -> None:
    config = replace(CONFIG, code_consult="*1", code_complete="")
    assert dialled(config, "*10") == Dialled("ready", "")
    assert dialled(config, "*12") == Dialled("consult", "2")
    assert dialled(config, "*5") is None
    assert problems(config) == []


def test_what_is_wrong_with_codes() -> None:
    config = replace(CONFIG, code_ready="10", code_consult="*4a", code_return="*")
    assert [problem.partition(":")[0] for problem in problems(config)] == ["code_ready", "code_consult", "code_return"]
    assert problems(CONFIG) == []
