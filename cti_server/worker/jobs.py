"""What the scheduler calls. A job does one round and returns; trouble outside is a log line, and the next round tries again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import orjson
import redis
import structlog

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.config_publisher import put_config, put_problems
from cti_server.adapters.facts_stream import FactsStream
from cti_server.adapters.files_fallback import line_files
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError, RedisAway
from cti_server.services import live_figures
from cti_server.services.configuration import Configurations, publish
from cti_server.services.fallback import Booking, Books
from cti_server.services.recordings import FileSeen, RecordingStore, check_new
from cti_server.services.reports import LedgerReader
from cti_server.services.retention import Retention
from cti_server.services.rollup import Roller

AS_OF_MS = 5_000
"""The ledger's clock is Redis's, the daemon's start is by its own."""
log = structlog.get_logger(__name__)


ROUNDS_A_CHECK = 12


class Job(Protocol):
    name: str
    every_s: float

    def run(self) -> None: ...


class Heartbeat:
    """Says that this process lives, with what it counted."""

    name, every_s = "heartbeat", 1.0

    def __init__(
        self, client: redis.Redis, keys: Keys, process: str, clock: Clock, status: Callable[[], Mapping[str, object]]
    ) -> None:
        self._redis = client
        self._key = keys.heartbeat(process)
        self._clock = clock
        self._status = status

    def run(self) -> None:
        beat = {"at_ms": self._clock.now_ms(), "pid": os.getpid(), "role": "worker", **self._status()}
        self._redis.set(self._key, orjson.dumps(beat), px=HEARTBEAT_KEPT_MS)

    def clear(self) -> None:
        """The process ends on purpose."""
        self._redis.delete(self._key)


class Publication:
    """Tables and flow files -> the document in force -> Redis; the daemon is told when it changed."""

    name, every_s = "configuration", 5.0

    def __init__(
        self,
        store: Configurations,
        read_flows: Callable[[], Mapping[str, str]],
        client: redis.Redis,
        keys: Keys,
        commands: CommandClient,
        domain: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._read_flows = read_flows
        self._redis = client
        self._keys = keys
        self._commands = commands
        self._domain = domain
        self._clock = clock
        self._problems: tuple[str, ...] = ()
        self._put = 0
        self.config: CentreConfig | None = None

    @property
    def recordings_dir(self) -> str:
        return self.config.recordings_dir if self.config else ""

    def run(self) -> None:
        now_ms = self._clock.now_ms()
        found = publish(self._store, self._read_flows(), self._domain, now_ms, "system:worker")
        if found.problems != self._problems:
            for problem in found.problems:
                log.error("configuration refused", problem=problem)
            self._problems = found.problems
        put_problems(self._redis, self._keys, found.problems, now_ms)
        if found.config is None:
            return
        self.config = found.config
        if found.config.version == self._put and self._redis.exists(self._keys.config):
            return
        if put_config(self._redis, self._keys, found.config):
            log.info("configuration published", version=found.config.version)
            self._commands.post("ReloadConfig", {}, "system:worker")
        self._put = found.config.version


class RecordingCheck:
    """Checksums of new recordings, and an alarm for a file that is not there. Without the folder here nothing is judged.

    ``now_ms``: by the engine's clock, which says when a recording ended.
    """

    name, every_s = "recordings", 5.0

    def __init__(
        self,
        store: RecordingStore,
        look: Callable[[Path], FileSeen | None],
        switch_dir: Callable[[], str],
        local_dir: Path,
        commands: CommandClient,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._look = look
        self._switch_dir = switch_dir
        self._local_dir = local_dir
        self._commands = commands
        self._now_ms = now_ms
        self.checked = 0
        self.problems = 0

    def run(self) -> None:
        switch_dir = self._switch_dir()
        if switch_dir and self._local_dir.is_dir():
            now_ms = self._now_ms()
            self.checked += check_new(self._store, self._look, switch_dir, self._local_dir, now_ms, self._problem)

    def _problem(self, row: dict[str, Any], problem: str) -> bool:
        try:
            self._commands.send("ReportRecording", {"call_id": row["call_id"], "problem": problem}, "system:worker")
        except CtiError as error:
            why = error.error_id
            log.warning("nobody can be told of a recording's problem yet", call=row["call_id"], problem=problem, why=why)
            return False
        self.problems += 1
        log.error("recording", problem=problem, recording=row["id"], call=row["call_id"], path=row["path"])
        return True


class FallbackCalls:
    """Books what the switch's own queue handled while no daemon ran; nothing without the folder on this machine."""

    name, every_s = "fallback", 5.0

    def __init__(
        self,
        books: Books,
        client: redis.Redis,
        keys: Keys,
        config: Callable[[], CentreConfig | None],
        folder: Path,
        node: str,
    ) -> None:
        self._redis = client
        self._mirror = keys.mirror("calls")
        self._config = config
        self._folder = folder
        self.booking = Booking(books, self._mirrored, node, self._broken)

    def run(self) -> None:
        config = self._config()
        if config is not None:
            before = self.booking.booked
            self.booking.run(line_files(self._folder), config, redis_ms(self._redis))  # as the ledger's as-of
            if self.booking.booked > before:
                log.info("fallback calls booked", calls=self.booking.booked - before, waiting=self.booking.waiting)

    def _mirrored(self, call_id: str) -> bool:
        return bool(self._redis.hexists(self._mirror, call_id))

    def _broken(self, file: str, number: int, why: str) -> None:
        log.error("a fallback call cannot be booked and is skipped", file=file, line=number, why=why)


class LiveFigures:
    """Gives a daemon that started without its mirror today's figures from before its start, once the ledger has all of them."""

    name, every_s = "figures", 5.0

    def __init__(
        self,
        reader: LedgerReader,
        client: redis.Redis,
        keys: Keys,
        config: Callable[[], CentreConfig | None],
        commands: CommandClient,
    ) -> None:
        self._reader = reader
        self._redis = client
        self._heartbeat = keys.heartbeat("daemon")
        self._config = config
        self._commands = commands

    def run(self) -> None:
        beat = orjson.loads(cast(bytes | None, self._redis.get(self._heartbeat)) or b"{}")
        before_ms, config = beat.get("figures_before_ms"), self._config()
        if not isinstance(before_ms, int) or not before_ms or config is None or self._reader.as_of_ms() <= before_ms + AS_OF_MS:
            return
        today = live_figures.closed_before(self._reader, config, before_ms)
        for data in today.slices():
            self._commands.send("RestoreFigures", {"data": data}, "system:worker")
        log.info("today's figures are restored from the ledger", queues=len(today.queues), agents=len(today.agents))


class ReportRows:
    """Rolls up the ledger into the rows of reports, and compares one quarter of an hour after the other with it."""

    name, every_s = "reports", 5.0

    def __init__(self, roller: Roller, config: Callable[[], CentreConfig | None]) -> None:
        self.roller = roller
        self._config = config
        self._rounds = 0

    def run(self) -> None:
        config = self._config()
        if config is None:
            return
        self._rounds += 1
        self.roller.round(config)
        if self._rounds % ROUNDS_A_CHECK == 0:
            self.roller.check(config)


class OldRowsGo:
    """Deletes what is older than the settings say, a little in each round."""

    name, every_s = "retention", 10.0

    def __init__(self, retention: Retention, switch_dir: Callable[[], str], local_dir: Path) -> None:
        self.retention = retention
        self._switch_dir = switch_dir
        self._local_dir = local_dir
        self._left = 0

    def run(self) -> None:
        self.retention.step(self._switch_dir(), self._local_dir)
        if self.retention.files_left != self._left:
            self._left = self.retention.files_left
            log.warning("recordings that are too old cannot be deleted: see the rights of their files", files=self._left)


def wrong_rows(quarter_ms: int) -> None:
    log.error("rolled-up rows were not what the ledger says; they are made again", quarter_ms=quarter_ms)


class FactsRetention:
    """Deletes from the facts' stream what is stored but still lies there, and readers that are gone for a day."""

    name, every_s = "facts", 60.0

    def __init__(self, stream: FactsStream) -> None:
        self._stream = stream

    def run(self) -> None:
        gone = self._stream.tidy()
        if gone:
            log.info("facts trimmed", entries=gone)


class Guarded:
    """Runs a job for the scheduler. Trouble that passes (Redis, SQL, a bad file) is logged when it begins and when it ends; a
    defect is counted, and the job's next round comes all the same."""

    def __init__(self, job: Job, on_defect: Callable[[], None] | None = None) -> None:
        self._job = job
        self._trouble = ""
        self._on_defect = on_defect or (lambda: None)

    def __call__(self) -> None:
        try:
            self._job.run()
        except CtiError as error:
            self._failed(error)
        except redis.RedisError as error:
            self._failed(RedisAway(str(error)))
        except Exception:
            self._on_defect()
            log.critical("a job has a defect", job=self._job.name, exc_info=True)
            self._trouble = "defect"
        else:
            if self._trouble:
                log.info("job works again", job=self._job.name, after=self._trouble)
            self._trouble = ""

    def _failed(self, error: CtiError) -> None:
        if error.error_id != self._trouble:
            log.warning("job failed", job=self._job.name, why=error.error_id, message=error.message)
        self._trouble = error.error_id
