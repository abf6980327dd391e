"""What the scheduler calls. A job does one round and returns; trouble outside is a log line, and the next round tries again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress

import orjson
import redis
import structlog

from cti_server.adapters.keys import HEARTBEAT_KEPT_MS
from cti_server.errors import CtiError, RedisAway
from cti_server.features.job import Around, Job

log = structlog.get_logger(__name__)


class Heartbeat(Job):
    """Says that this process lives, with what it counted."""

    name, every_s = "heartbeat", 1.0

    def __init__(self, around: Around, status: Callable[[], Mapping[str, object]]) -> None:
        super().__init__(around)
        self._key = around.keys.heartbeat(around.process)
        self._status = status

    def run(self) -> None:
        beat = {"at_ms": self._around.clock.now_ms(), "pid": os.getpid(), "role": "worker", **self._status()}
        self._around.redis.set(self._key, orjson.dumps(beat), px=HEARTBEAT_KEPT_MS)

    def clear(self) -> None:
        """The process ends on purpose. Without Redis it fades by itself."""
        with suppress(redis.RedisError):
            self._around.redis.delete(self._key)


class Guarded:
    """Runs a job for the scheduler. Trouble that passes (Redis, SQL, a bad file) is logged when it begins and when it ends; a
    defect is counted, and the job's next round comes all the same."""

    def __init__(self, job: Job, on_defect: Callable[[], None]) -> None:
        self._job = job
        self._trouble = ""
        self._on_defect = on_defect

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
