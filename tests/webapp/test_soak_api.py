"""A minute of ``make soak-api``."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import pytest

from cti_server.features.roles.contract import SHIPPED
from tests.webapp.soak import Server, soak

LONGEST_S = 45.0


@pytest.mark.filterwarnings("ignore")
def test_no_answer_is_a_defect_or_undeclared(redis_url: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = Server(redis_url, tmp_path)
        count, found = soak(server, time.monotonic() + LONGEST_S, 3, int(time.time()))
    assert not found, "\n".join(found.values())
    assert len([name for name in count if "/" in name]) > 5
    assert len(server.people) == len(SHIPPED)
