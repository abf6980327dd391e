"""Every program knows the same rights, and none takes away what it does not know."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cti_server.adapters.sql.database import transaction
from cti_server.features.roles.model import Role
from cti_server.rights import RIGHTS
from tests.features.entities.conftest import Kit

PROGRAMS = ("webapp.app", "cti_server.worker.main", "scripts.cti.centre", "scripts.contracts.rights")


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_knows_all_rights(name: str) -> None:
    said = f"import json, {name}; from cti_server.rights import RIGHTS; print(json.dumps(sorted(RIGHTS)))"
    knows = json.loads(subprocess.run([sys.executable, "-c", said], check=True, capture_output=True).stdout)
    whole = f"import webapp.app, scripts.contracts.rights, scripts.contracts.rest; {said}"
    assert "setup.start" in knows
    assert knows == json.loads(subprocess.run([sys.executable, "-c", whole], check=True, capture_output=True).stdout)


def test_a_right_that_is_not_known_here_stays(kit: Kit) -> None:
    """A newer program gave it; an older one changes the name of the role."""
    names = {"en": "Own", "zh-CN": "自有"}
    kit.add("roles", "own", texts=names, rights={"calls.see": "team"})
    newer = {"setup.of_tomorrow": "tenant", "calls.see": "galaxy"}
    with transaction(kit.engine) as session:
        session.get_one(Role, "own").rights = {**newer, "reports.see": "team"}
    assert kit.values("roles", "own")["rights"] == {"reports.see": "team"}
    kit.set("roles", "own", texts={**names, "en": "Ours"})
    assert kept(kit) == {**newer, "reports.see": "team"}
    kit.set("roles", "own", rights={"calls.see": "own"})
    assert kept(kit) == {"setup.of_tomorrow": "tenant", "calls.see": "own"}
    assert "setup.of_tomorrow" not in RIGHTS


def kept(kit: Kit) -> dict[str, str]:
    with transaction(kit.engine) as session:
        return dict(session.get_one(Role, "own").rights)
