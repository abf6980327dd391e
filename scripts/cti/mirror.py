"""Reads the engine's mirrors and the processes' heartbeats from Redis. Read only.

A mirror row is JSON {"epoch", "seq", "view", "core"} in the hash cti:D:mirror:KIND; a heartbeat is JSON {at_ms, pid, role}
in cti:D:heartbeat:PROCESS. Rows that are not that are counted, not shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import redis

from cti_server.adapters.centre_time import STALE_MS, Sign, engine_sign, read_sign, to_ms
from cti_server.adapters.keys import Keys
from cti_server.domain.border import LARGEST, BadInput, digits
from cti_server.events.live import Kind
from cti_server.events.views import decode_row


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One process's last sign of life. ``age_ms`` is at the time of reading; ``ahead_ms``: its clock minus Redis's."""

    process: str
    role: str
    pid: int
    age_ms: int
    errors: int = 0  # internal errors that the process counted since its start
    trouble: str = ""  # what keeps it from its work now, in its own words
    ahead_ms: int = 0
    fenced: int = 0  # commands to a switch that it was refused since its start because another daemon led there

    @property
    def alive(self) -> bool:
        return self.age_ms <= STALE_MS

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "alive": self.alive}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the mirrors are. ``changed_ms``: newest write, 0 when there is none yet. ``daemon`` None: no heartbeat."""

    now_ms: int
    epoch: int
    seq: int
    changed_ms: int
    daemon: Sign | None

    @property
    def daemon_alive(self) -> bool:
        return self.daemon is not None and self.daemon.alive

    @property
    def data_age_ms(self) -> int | None:
        """While the daemon lives what is mirrored is true as of its heartbeat; without it, as of the newest write."""
        if self.daemon is not None and self.daemon.alive:
            return self.daemon.age_ms
        return max(0, self.now_ms - self.changed_ms) if self.changed_ms else None

    def to_json(self) -> dict[str, Any]:
        return {
            "at_ms": self.now_ms,
            "daemon": {"alive": self.daemon_alive, "age_ms": self.daemon.age_ms if self.daemon else None},
            "mirror": {"epoch": self.epoch, "seq": self.seq, "changed_ms": self.changed_ms, "data_age_ms": self.data_age_ms},
        }


@dataclass(slots=True)
class Rows:
    """One kind of mirror: id -> view and id -> core, and how many rows could not be read."""

    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    cores: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: int = 0


def read_rows(client: redis.Redis, keys: Keys, kind: Kind[Any]) -> Rows:
    """Every row of a kind's mirror, ordered by id."""
    rows = Rows()
    raw_rows: Any = client.hgetall(keys.mirror(kind.table))
    for raw_id, raw in sorted(raw_rows.items()):
        try:
            row_id, document = decode_row(kind.table, raw_id, raw)
        except BadInput:
            rows.unreadable += 1
            continue
        rows.views[row_id] = {**document["view"], "id": row_id}
        rows.cores[row_id] = document["core"]
    return rows


def read_heartbeats(client: redis.Redis, keys: Keys) -> list[Heartbeat]:
    """Every process that has a heartbeat key, by name. Keys expire, so a process gone for long has none."""
    prefix = keys.heartbeat("")
    names: list[Any] = sorted(client.scan_iter(match=prefix + "*", count=500))
    pipe = client.pipeline(transaction=True)
    for name in names:
        pipe.get(name)
        pipe.pttl(name)
    pipe.time()
    *values, now = pipe.execute()
    found = []
    for name, raw, left_ms in zip(names, values[::2], values[1::2], strict=True):
        process = name.decode("utf-8", "replace").removeprefix(prefix)
        sign = read_sign(raw, left_ms) or Sign(STALE_MS + 1, to_ms(now))
        said = sign.document
        found.append(
            Heartbeat(
                process,
                str(said.get("role") or process.split("-")[0]),
                _int(said.get("pid")),
                sign.age_ms,
                _int(said.get("errors")),
                str(said.get("trouble") or ""),
                sign.clock_ms - to_ms(now),
                _int(said.get("fenced")),
            )
        )
    return found


def read_freshness(client: redis.Redis, keys: Keys, now_ms: int) -> Freshness:
    """Newest mirror write and the daemon's heartbeat. All times of the mirror are the engine's, so its clock says what is now;
    ``now_ms`` counts while it does not say."""
    meta: Any = client.hgetall(keys.mirror_meta)
    daemon, _ = engine_sign(client, keys)
    now_ms = daemon.clock_ms if daemon else now_ms
    return Freshness(now_ms, _int(meta.get(b"epoch")), _int(meta.get(b"seq")), _int(meta.get(b"at_ms")), daemon)


def _int(value: Any) -> int:
    """Whole number, 0 for anything else."""
    if isinstance(value, int) and 0 <= value <= LARGEST:
        return value
    return digits(value) if isinstance(value, str | bytes) else 0
