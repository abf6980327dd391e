"""The completeness rule: 2 s for the start, half a second for each hold."""

from __future__ import annotations

import pytest

from cti_server.domain.recording import problem


@pytest.mark.parametrize(
    ("present", "size", "length", "talk", "holds", "expected"),
    [
        (True, 100_000, 10_000, 10_000, 0, ""),
        (True, 100_000, 8_000, 10_000, 0, ""),
        (True, 100_000, 7_999, 10_000, 0, "short"),
        (True, 100_000, 7_000, 10_000, 2, ""),
        (True, 100_000, 6_999, 10_000, 2, "short"),
        (False, None, 10_000, 10_000, 0, "missing"),
        (True, 44, 10_000, 10_000, 0, "empty"),
        (True, 44, 0, 0, 0, ""),
        (True, None, 10_000, 10_000, 0, ""),
        (True, 500, 0, 1_500, 0, ""),
        (False, None, 0, 150, 0, ""),
        (True, 44, 0, 1_900, 0, ""),
        (False, None, 0, 2_001, 0, "missing"),
        (False, None, 0, 0, 0, "missing"),
    ],
)
def test_problem(present: bool, size: int | None, length: int, talk: int, holds: int, expected: str) -> None:
    assert problem(present=present, size=size, length_ms=length, talk_ms=talk, holds=holds) == expected
