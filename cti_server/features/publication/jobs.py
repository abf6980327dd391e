"""What the worker does for the configuration: flow files into the draft, planned publications at their time, and the version in
force into Redis, whoever published it."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from cti_server.adapters.sql.database import transaction
from cti_server.errors import CtiError
from cti_server.events.commands import ReloadConfig, ReportPublication
from cti_server.features.centre.document import decode_config
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.model import Setting
from cti_server.features.entities.contract import By, Fault
from cti_server.features.entities.sql import Entities
from cti_server.features.job import Around, Job
from cti_server.features.publication.contract import NothingToPublish, PublishRefused
from cti_server.features.publication.delivery import put_document, put_problems
from cti_server.features.publication.files import take_files
from cti_server.features.publication.sql import Publications

log = structlog.get_logger(__name__)

WORKER = By("system:worker", "system:worker")
CHECK_EVERY_MS = 30_000


class Publication(Job):
    name, every_s = "configuration", 2.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._entities = Entities(around.engine, around.entities, around.clock)
        self._store = Publications(around.engine, self._entities, around.entities, around.clock, around.settings.tenant)
        self._problems: list[str] = []
        self._checked: tuple[str, int] = "", 0
        self._wrong: list[str] = []
        self._put = 0

    def run(self) -> None:
        around = self._around
        problems = take_files(around.engine, self._entities, read_flows(around.settings.flows_path))
        problems += self._published() + self._check()
        self._told(problems)
        while (planned := self._store.due()) is not None:
            if planned["state"] == "refused":
                self._alarm(planned["id"], planned["problems"])
        self._deliver()

    def _published(self) -> list[str]:
        """The very first document is published by itself, and every one where the centre says so."""
        try:
            if self._store.newest_version() != self._put or not self._put:
                self._store.first(WORKER)
            if self._at_once():
                self._store.publish(WORKER, "at once")
        except NothingToPublish:
            return []
        except PublishRefused as error:
            return [said(one) for one in error.details["problems"]]
        return []

    def _at_once(self) -> bool:
        with transaction(self._around.engine) as session:
            return session.scalar(select(Setting.value).where(Setting.key == "publish_at_once")) is True

    def _check(self) -> list[str]:
        """What is wrong with the draft; looked at when it changed, and now and then, for hands may write SQL."""
        mark, now_ms = self._store.draft()["mark"], self._around.clock.now_ms()
        if mark != self._checked[0] or now_ms >= self._checked[1]:
            self._wrong = [said(one) for one in self._store.check()]
            self._checked = mark, now_ms + CHECK_EVERY_MS
        return self._wrong

    def _told(self, problems: list[str]) -> None:
        problems = list(dict.fromkeys(problems))
        if problems != self._problems:
            for problem in problems:
                log.error("configuration refused", problem=problem)
            self._problems = problems
        put_problems(self._around.redis, self._around.keys, problems, self._around.clock.now_ms())

    def _alarm(self, plan: int, problems: list[Fault]) -> None:
        text = "; ".join(said(one) for one in problems)[:500]
        log.error("a planned publication is refused", publication=plan, problem=text)
        try:
            self._around.commands.post(ReportPublication(problem=f"publication {plan}: {text}"[:500]), WORKER.issuer)
        except CtiError as error:
            log.warning("the alarm is not told", publication=plan, error=error.message)

    def _deliver(self) -> None:
        around, version = self._around, self._store.newest_version()
        if not version or (version == self._put and around.redis.exists(around.keys.config)):
            return
        version, document = self._store.newest()
        around.config = decode_config(document)
        if put_document(around.redis, around.keys, document, version):
            log.info("configuration in force", version=version)
            around.commands.post(ReloadConfig(), WORKER.issuer)
        self._put = version


def said(one: Fault) -> str:
    place = ".".join(filter(None, (one["entity"], one["key"], one["field"])))
    return f"{place}: {one['text']}" if place else one["text"]


