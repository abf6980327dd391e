"""``make bench-admin``: a large centre set up over REST, on a daemon that serves: 10,000 people, 2,000 queues, 2,000 skills.

The demo centre with page, worker and daemon on a simulated switch. Skills, queues, agents and their logins are imported as csv,
the people are invited, the whole is published, then one agent at a time is changed and published (each when what the change
brought with it is done); lists are opened, searched, sorted and filtered. A pause is what a command waits that asks nothing but
whether the daemon's loop runs, sent again and again meanwhile. The last line is one JSON object: ``list_p95_ms``, ``import_s``
(all files; ``imports_s`` each), ``publish_s`` (the longest, from the request until the engine has it; ``publish_first_s``: the
whole centre at once), ``pause_ms`` (the longest while publishing; ``pause_own_ms``: without the time for which daemon, Redis and
this bench waited for a core that others had), ``pause_idle_ms`` (the longest while nothing goes on).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.redis_store import connect
from cti_server.errors import CtiError
from cti_server.events.commands import Ping
from cti_server.events.envelope import decode
from cti_server.events.views import CONFIG_APPLIED
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.seed import DEMO_PASSWORD
from scripts.bench.switch import percentile
from scripts.errors import BenchFailed
from scripts.mariadb import MariaServer
from scripts.stack import Stack, end_in_order, free_ports

FIRST = 20_000
"""The first agent's number."""
PING_EVERY_S = 0.01
APPLIED_S = 120.0
CALM_S = 0.2
"""Of a core in a second: nothing is left to do."""
LISTS = {
    "skills": ("", "search=Skill 77", "sort=-name"),
    "queues": ("", "search=Queue 77", "sort=-priority", 'filter={"skills":"s0007"}'),
    "agents": ("", "search=Agent 77", "sort=-name", "page=150", 'filter={"queues":"q0007"}', 'filter={"team":"day"}&page=20'),
    "users": ("", "search=Person 77", "sort=-name", "page=150", 'filter={"role":"agent"}&page=20'),
}
CHANGES = 5
"""Publications of one agent each."""


class Web:
    """An administrator."""

    def __init__(self, port: int) -> None:
        self._port, self._csrf = port, ""
        self._cookies: dict[str, str] = {}
        told = self.ask("POST", "/api/session", json.dumps({"login": "admin", "password": DEMO_PASSWORD}))
        self._csrf = told["csrf"]

    def ask(self, method: str, path: str, body: str = "", content_type: str = "application/json", **headers: str) -> Any:
        """Raises BenchFailed for whatever is not 2xx."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        given = {"Cookie": cookies, "X-CSRF-Token": self._csrf, "Content-Type": content_type, **headers}
        connection.request(method, path.replace(" ", "%20").replace('"', "%22"), body.encode() or None, given)
        answer = connection.getresponse()
        raw = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= dict([cookie.partition(";")[0].split("=", 1)])
        connection.close()
        if answer.status // 100 != 2:
            raise BenchFailed(f"{method} {path}: {answer.status} {raw[:500]!r}")
        return json.loads(raw) if raw else None


class Pause(NamedTuple):
    """In ms; ``own``: without what other programs had the cores."""

    whole: float
    own: float


class Pauses:
    """What a command waits while it is measured."""

    def __init__(self, stack: Stack) -> None:
        client = connect(stack.environ["CTI_REDIS_URL"])
        self._commands = CommandClient(client, stack.keys, process_name("bench"))
        self._found: list[Pause] = []
        self._ended = threading.Event()
        self._daemon = stack.processes["daemon"].pid
        redis = stack.redis.process if stack.redis else None
        self._redis = redis.pid if redis else 0

    def _waited_ms(self) -> float:
        """How long those on the way of a command have waited for a core, since they began."""
        ways = [f"/proc/{self._daemon}/schedstat", f"/proc/self/task/{threading.get_native_id()}/schedstat"]
        ways += [f"/proc/{self._redis}/schedstat"] if self._redis else []
        return sum(int(Path(way).read_text().split()[1]) for way in ways) / 1e6

    def _run(self) -> None:
        while not self._ended.wait(PING_EVERY_S):
            waited = self._waited_ms()
            before = time.perf_counter()
            try:
                self._commands.send(Ping(), "system:bench", 30.0)
            except CtiError as error:
                print(error.message)
            took = (time.perf_counter() - before) * 1000
            self._found.append(Pause(took, max(0.0, took - (self._waited_ms() - waited))))

    @contextmanager
    def measured(self) -> Iterator[list[Pause]]:
        """Of each within."""
        found: list[Pause] = []
        self._found = found
        self._ended.clear()
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield found
        finally:
            self._ended.set()
            thread.join()

    def stop(self) -> None:
        self._commands.close()


class Run:
    def __init__(self, stack: Stack, options: argparse.Namespace) -> None:
        self.stack, self.options = stack, options

    def play(self) -> dict[str, Any]:
        stack, options = self.stack, self.options
        (port,) = free_ports(1)
        stack.environ |= {"CTI_HTTP_PORT": str(port), "CTI_HTTP_HOST": "127.0.0.1", "CTI_DEMO": "true"}
        stack.start_redis()
        bootstrap(stack.settings)
        stack.start_simulator()
        for name in ("worker", "web"):
            stack.spawn(name)
        stack.start_daemon()
        stack.wait("the page", lambda: _answers(port))
        web, pauses = Web(port), Pauses(stack)
        try:
            with pauses.measured() as idle:
                time.sleep(5)
            sizes = {name: getattr(options, name) for name in ("agents", "queues", "skills")}
            figures: dict[str, Any] = {"database": "mariadb" if options.mariadb else "sqlite", **sizes}
            figures["imports_s"] = {name: self._import(web, name, *lines) for name, *lines in _files(options)}
            figures["import_s"] = round(sum(figures["imports_s"].values()), 1)
            before = time.perf_counter()
            invited = web.ask("POST", "/api/users/invitations")["people"]
            figures["invited"], figures["invite_s"] = len(invited), round(time.perf_counter() - before, 1)
            self._calm()
            with pauses.measured() as first:
                figures["publish_first_s"] = self._publish(web)
            then: list[Pause] = []
            published = []
            for n in range(CHANGES):
                agent = f"/api/centre/agents/{FIRST + n}"
                version = web.ask("GET", agent)["version"]
                web.ask("PATCH", agent, json.dumps({"record": {"name": f"Another {n}"}}), **{"If-Match": f'"{version}"'})
                self._calm()
                with pauses.measured() as found:
                    published.append(self._publish(web))
                then += found
            figures["publish_s"] = max(published)
            lists = {
                name: [self._list(web, name, query) for _ in range(options.rounds) for query in LISTS[name]] for name in LISTS
            }
        finally:
            pauses.stop()
        figures["list_p95_ms"] = round(percentile(sorted(chain(*lists.values())), 0.95), 1)
        figures["lists_p95_ms"] = {name: round(percentile(found, 0.95), 1) for name, found in lists.items()}
        for name, found in (("pause_first_ms", first), ("pause_ms", [*first, *then]), ("pause_idle_ms", idle)):
            figures[name] = round(max(one.whole for one in found), 1)
        figures["pause_own_ms"] = round(max(one.own for one in [*first, *then]), 1)
        return figures

    def _calm(self) -> None:
        """Until the product has done what comes after a change: audit chain, check of the draft, what pages are told."""
        end = time.monotonic() + APPLIED_S
        spent = self._cpu_s()
        while time.monotonic() < end:
            time.sleep(1)
            spent, before = self._cpu_s(), spent
            if spent - before < CALM_S:
                return

    def _cpu_s(self) -> float:
        """What worker, page and daemon have used of a core."""
        found = 0.0
        for process in self.stack.processes.values():
            stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            found += (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
        return found

    def _publish(self, web: Web) -> float:
        """Seconds until the engine has it and everything has taken it up."""
        last = self.stack.client.xrevrange(self.stack.keys.events, count=1)
        at = last[0][0] if last else b"0"
        before = time.perf_counter()
        version = web.ask("POST", "/api/configuration/publish", '{"reason": "a bench"}')["version"]
        while time.perf_counter() - before < APPLIED_S:
            for _, entries in self.stack.client.xread({self.stack.keys.events: at}, block=100) or ():
                for at, fields in entries:  # noqa: B007 - where the next look begins
                    event = decode(fields[b"e"])
                    if event.name == CONFIG_APPLIED.name and event.data["version"] == version:
                        return round(time.perf_counter() - before, 2)
        raise BenchFailed(f"version {version} does not come into force")

    @staticmethod
    def _import(web: Web, name: str, *lines: str) -> float:
        before = time.perf_counter()
        counts = web.ask("POST", f"/api/centre/{name}.csv", "\n".join(lines), "text/csv")["counts"]
        if counts != {"created": len(lines) - 1}:
            raise BenchFailed(f"{name}: {counts}")
        return round(time.perf_counter() - before, 1)

    @staticmethod
    def _list(web: Web, name: str, query: str) -> float:
        before = time.perf_counter()
        web.ask("GET", f"/api/centre/{name}?{query}")
        return (time.perf_counter() - before) * 1000


def _files(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """An entity and the lines of its file, what others refer to first."""
    skills, queues = options.skills, options.queues
    yield "skills", "id,name", *(f"s{n:04},Skill {n}" for n in range(skills))
    yield "queues", "id,name,skills", *(f"q{n:04},Queue {n},s{n % skills:04}=3" for n in range(queues))
    agents = (
        f'{FIRST + n},Agent {n},{FIRST + n},day,"q{n % queues:04}=1,q{(n * 7 + 1) % queues:04}=2",'
        f'"s{n % skills:04}=5,s{(n * 7 + 1) % skills:04}=6"'
        for n in range(options.agents)
    )
    yield "agents", "id,name,extension,team,queues,skills", *agents
    people = (f"p{n},Person {n},agent,{FIRST + n},p{n}@centre.example" for n in range(options.agents))
    yield "users", "login,name,role,agent_id,email", *people


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 600
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(prog='make bench-admin ARGS="..."', description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--queues", type=int, default=2_000)
    parser.add_argument("--skills", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=10, help="of each list")
    parser.add_argument("--mariadb", action="store_true", help="instead of SQLite")
    options = parser.parse_args()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as folder:
        maria = MariaServer(Path(folder) / "mariadb") if options.mariadb else None
        environ = {"CTI_DATA_DIR": str(Path(folder) / "data")}
        if maria:
            maria.start()
            environ["CTI_DATABASE_URL"] = maria.fresh_url()
        stack = Stack(environ)
        try:
            print(json.dumps(Run(stack, options).play()))
        finally:
            stack.stop()
            if maria:
                maria.stop()


if __name__ == "__main__":
    main()
