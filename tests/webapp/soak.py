"""``make soak-api``: Schemathesis asks every operation of the API, as every role, with a session and with an API token, right and
wrong, on the real services with the demo centre. No answer is a 5xx that is not "something is away", and none is other than
the OpenAPI document tells.
"""

from __future__ import annotations

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all(thread=False, subprocess=False, signal=False, os=False, queue=False, ssl=False)

import argparse
import contextlib
import itertools
import json
import logging
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
import structlog
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable, UnsatisfiedAssumption
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.adapters.redis_store import connect
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.seed import USERS
from cti_server.features.entities.contract import By, Wish
from cti_server.features.roles.contract import SHIPPED
from cti_server.settings import Settings
from tests.webapp.told import document_of
from webapp.app import create_app
from webapp.auth.guard import COOKIE
from webapp.parts import EXTENSION, Parts
from webapp.ports import Ports
from webapp.wiring import make_ports

AWAY = ("redis-away", "database-away", "no-configuration", "engine-away", "engine-timeout", "no-switch")
"""Nobody calls in a centre without an engine: what is away may be said so, with its own status."""
CHECKS = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


class Server:
    """The application on real services, and one person of each role with a session and a token."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.settings = Settings(redis_url=redis_url, data_dir=str(folder), database_url=f"sqlite:///{folder}/cti.db", demo=True)
        bootstrap(self.settings)
        clock, self.redis = SystemClock(), connect(redis_url)
        self.ports: Ports = make_ports(self.settings, self.redis, clock)
        self.app: Flask = create_app(self.settings, self.ports, self.redis, clock, dist=folder)
        self.parts: Parts = self.app.extensions[EXTENSION]
        self.people = {user.role: user.login for user in reversed(USERS)}
        self._others = {role: f"soak-{role.replace('_', '-')}" for role in SHIPPED if role not in self.people}
        self.people |= self._others
        self.cookies: dict[str, dict[str, str]] = {}
        self._headers: dict[tuple[str, str], dict[str, str]] = {}
        self.document = json.loads(json.dumps(document_of(self.app)))
        self.heal()

    def headers(self, role: str, way: str) -> dict[str, str]:
        if way == "nobody":
            return {}
        if (role, way) not in self._headers:
            self._headers[role, way] = (self._token if way == "token" else self._session)(role)
        return self._headers[role, way]

    def forget(self, role: str, way: str) -> None:
        self._headers.pop((role, way), None)

    def _token(self, role: str) -> dict[str, str]:
        values = {
            "name": role,
            "user": self.people[role],
            "per_minute": 60_000,
            "role": role,
            "read_only": False,
            "until": "",
        }
        wish = Wish(f"soak-{role}", {**values, "token": ""}, create=None)
        made = self.ports.entities.change("tokens", wish, By("system:soak", "soak")).made
        return {"Authorization": f"Bearer {made['token']}"}

    def _session(self, role: str) -> dict[str, str]:
        account = self.ports.accounts.by_login(self.people[role])
        assert account is not None, self.people[role]
        cookie, session = self.parts.sessions.create(account)
        self.cookies[role] = {COOKIE: cookie}
        return {"X-CSRF-Token": session.csrf}

    def heal(self) -> None:
        """What was broken on purpose: people have their passwords and rights again."""
        self._headers.clear()
        people: dict[str, dict[str, Any]] = {
            one.login: {"role": one.role, "agent_id": one.agent_id, "team_id": one.team_id, "name": one.name} for one in USERS
        }
        people |= {login: {"role": role, "name": login} for role, login in self._others.items()}
        for login, values in people.items():
            with contextlib.suppress(Exception):
                wish = Wish(login, {**values, "disabled": False}, create=None)
                self.ports.entities.change("users", wish, By("system:soak", "soak"))


def soak(server: Server, until: float, examples: int, number: int) -> tuple[Counter[str], dict[str, str]]:
    """Every operation once, until the time is over, with so many ``examples``, right and wrong ones, by everybody in turn; how
    much was asked, and what was wrong."""
    schema = schemathesis.openapi.from_dict(server.document)
    schema.app = server.app
    count: Counter[str] = Counter()
    found: dict[str, str] = {}
    people = [(role, way) for role in server.people for way in ("session", "token")]
    operations = [result.ok() for result in schema.get_all_operations()]
    random.Random(number).shuffle(operations)  # so that a short time gets to others each time
    for operation in operations:
        turns = itertools.cycle(people if operation.definition.raw.get("security") else [("agent", "nobody")])
        for mode in MODES:
            if time.monotonic() < until:
                _ask(server, operation, mode, turns, (examples, number), count, found)
    return count, found


def _ask(
    server: Server,
    operation: Any,
    mode: GenerationMode,
    turns: Iterator[tuple[str, str]],
    how: tuple[int, int],
    count: Counter[str],
    found: dict[str, str],
) -> None:
    examples, number = how

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        role, way = next(turns)
        headers = server.headers(role, way)
        answer = case.call(headers=headers, cookies=server.cookies[role] if way == "session" else {})
        count.update([operation.label, str(answer.status_code)])
        if answer.status_code == 401:
            server.forget(role, way)
        try:
            case.validate_response(answer, checks=CHECKS if _is_away(answer) else [*CHECKS, not_a_server_error])
        except (Failure, BaseExceptionGroup) as failure:
            said = failure.exceptions if isinstance(failure, BaseExceptionGroup) else [failure]
            kind = f"{operation.label}: {answer.status_code} {'; '.join(type(one).__name__ for one in said)}"
            asked = case.as_curl_command()[:1000]
            found.setdefault(kind, f"{kind} ({role}, {way}, {mode.value})\n{said[0]!s:.1500}\n{asked}\n{answer.text[:500]}\n")

    try:
        one()
    except (Unsatisfiable, UnsatisfiedAssumption):
        count["nothing to ask"] += 1  # of what takes nothing there is nothing wrong


def _is_away(answer: Any) -> bool:
    try:
        told = answer.json()
        return answer.status_code in (503, 504) and (told.get("error_id") in AWAY or told == {"status": "degraded"})
    except (ValueError, AttributeError):
        return False


@contextlib.contextmanager
def demo_server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="cti-soak-") as name:
        folder = Path(name)
        embedded = EmbeddedRedis(folder / "redis", time.sleep, persistent=False)
        embedded.start()
        try:
            yield Server(embedded.url, folder)
        finally:
            embedded.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak-api", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--examples", type=int, default=12, help="right ones of each operation in the first round, and wrong ones"
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    until = time.monotonic() + 60 * options.minutes
    total: Counter[str] = Counter()
    found: dict[str, str] = {}
    with demo_server() as server:
        rounds = 0
        while time.monotonic() < until:
            count, wrong = soak(server, until, options.examples * (rounds + 1), options.seed + rounds)
            total += count
            for kind, text in wrong.items():
                if kind not in found:
                    found[kind] = text
                    print(text, file=sys.stderr, flush=True)
            server.heal()
            rounds += 1
    statuses = {name: n for name, n in sorted(total.items()) if name.isdigit()}
    operations = {name: n for name, n in total.items() if "/" in name}
    told = {"requests": sum(operations.values()), "operations": len(operations), "rounds": rounds, "statuses": statuses}
    print(json.dumps({**told, "roles": list(server.people), "wrong": len(found)}))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
