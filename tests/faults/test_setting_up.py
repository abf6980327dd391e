"""kill -9 of the web in an import and in a publication: whole or not at all, and what is published reaches Redis."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.model import ConfigVersion, FreeSeat
from cti_server.features.centre.seed import DEMO_PASSWORD
from cti_server.features.entities.model import EntityVersion
from scripts.stack import Stack, free_ports

pytestmark = pytest.mark.slow
ROWS = 2000
TABLE = "extension\n" + "".join(f"{5000 + at}\n" for at in range(ROWS))


class Web:
    """The web alone over a demo centre, killed while it is at work."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        environ = {"CTI_DATA_DIR": str(folder), "CTI_HTTP_PORT": str(port), "CTI_DEMO": "1"}
        self.stack = Stack(environ)
        self.stack.start_redis()
        bootstrap(self.stack.settings)
        self.engine = make_engine(self.stack.settings.database_url)

    def login(self) -> requests.Session:
        """Starts it when it is not there."""
        if "web" not in self.stack.processes:
            self.stack.spawn("web")
            self.stack.wait("the web answers", self._answers, 120)
        http = requests.Session()
        answer = http.post(f"{self.url}/api/session", json={"login": "admin", "password": DEMO_PASSWORD}, timeout=30)
        assert answer.status_code == 200, answer.text
        http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return http

    def _answers(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/api/session", timeout=5).status_code == 401
        return False

    def killed_in(self, path: str, after_s: float, **options: Any) -> None:
        """Asks, and kills the web so much later, when nothing was answered."""
        http = self.login()
        with contextlib.suppress(requests.RequestException):
            http.post(f"{self.url}{path}", timeout=after_s, **options)
        self.stack.kill("web")

    def seats(self) -> tuple[int, int, int]:
        """How many of the table are there, in their history, and versions in force."""
        with transaction(self.engine) as session:
            mine = [FreeSeat.extension >= "5000", FreeSeat.extension < "8000"]
            history = select(func.count()).where(EntityVersion.entity == "free_seats", EntityVersion.what == "created")
            counts = (select(func.count()).select_from(FreeSeat).where(*mine), history, select(func.max(ConfigVersion.version)))
            rows, told, version = (session.scalar(one) or 0 for one in counts)
            return rows, told, version


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    try:
        yield made
    finally:
        made.engine.dispose()
        made.stack.stop()


def test_whole_or_not_at_all(web: Web) -> None:
    headers = {"Content-Type": "text/csv"}
    for after_s in (0.2, 0.6, 1.2, 2.0):
        web.killed_in("/api/centre/free_seats.csv", after_s, data=TABLE, headers=headers)
        rows, told, version = web.seats()
        assert rows == told
        assert rows in (0, ROWS)
        assert version == 1
        if rows:
            break
    else:
        answer = web.login().post(f"{web.url}/api/centre/free_seats.csv", data=TABLE, headers=headers, timeout=120)
        assert answer.status_code == 200, answer.text
    assert web.seats() == (ROWS, ROWS, 1)

    for after_s in (0.05, 0.3, 0.8, 1.6):
        web.killed_in("/api/configuration/publish", after_s, json={"reason": "seats"})
        version = web.seats()[2]
        assert version in (1, 2)
        if version == 2:
            break
    else:
        assert web.login().post(f"{web.url}/api/configuration/publish", json={"reason": "seats"}, timeout=120).ok
    web.stack.spawn("worker")  # what the killed one did not deliver

    def delivered() -> bool:
        document = json.loads(web.stack.client.get(web.stack.keys.config) or b"{}")
        return document.get("version") == 2 and len(document["free_seating"]) >= ROWS

    web.stack.wait("the new version is in Redis", delivered, 60)
