"""The command line at the edges of its inputs: what is wrong is one line, never a traceback."""

from __future__ import annotations

import pytest

from scripts.cti.tail import since_id
from scripts.cti.text import local_time

TIMES = ("0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31", "1969-12-31", "999999999h", "0s")


@pytest.mark.parametrize("value", TIMES)
def test_since_is_a_stream_id_or_refused(value: str) -> None:
    try:
        found = since_id(value, 1_795_000_000_000)
    except ValueError:
        return
    assert found.isdigit()


@pytest.mark.parametrize("ms", [-1, 10**18, 253_402_300_799_999, -(10**18), 9 * 10**30])
def test_a_time_that_no_calendar_has_is_shown_as_it_came(ms: int) -> None:
    assert local_time(ms) == str(ms)
