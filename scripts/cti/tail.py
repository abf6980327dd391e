"""`cti tail`: the events stream as it happens, filtered, through a Redis restart.

Reads cti:D:events with XREAD; entry ids are Redis's own UTC ms. Notices (a restart, a trimmed start) go to stderr, so that
stdout holds events only: a line each, or with --json the envelope with its ``stream_id`` as one JSON document a line.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

import click
import redis

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.redis_store import BLOCK_MS
from cti_server.events.envelope import Envelope, decode, document
from cti_server.events.views import AGENT, CALL, KINDS, QUEUE
from scripts.cti.output import line, print_json
from scripts.cti.text import local_time, safe
from scripts.cti.world import World, common_options

BATCH = 500
RETRY_S = 1.0
UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "": 1000}


def since_id(value: str | None, now_ms: int) -> str:
    """--since as a stream id: '30s', '5m', '2h' back from now, or an ISO time (local without zone); None: '$', only new ones.

    Raises ValueError.
    """
    if value is None:
        return "$"
    span = re.fullmatch(r"(\d{1,9})(ms|s|m|h|)", value.strip())
    if span:
        return str(max(0, now_ms - int(span[1]) * UNITS_MS[span[2]]))
    moment = datetime.fromisoformat(value)
    try:
        aware = moment if moment.tzinfo else moment.astimezone()
        return str(max(0, int(aware.astimezone(UTC).timestamp() * 1000)))
    except (OverflowError, OSError) as error:  # the first and the last days of the calendar
        raise ValueError("a time that no clock shows") from error


def parts_of(data: Mapping[str, Any]) -> dict[str, set[str]]:
    """Which agents, calls and queues an event's data is about: word -> ids."""
    found: dict[str, set[str]] = {kind.word: set() for kind in (AGENT, CALL, QUEUE)}
    for kind in found:
        value = data.get(kind)
        if isinstance(value, Mapping):
            found[kind].add(str(value.get("id", "")))
            for other in found:
                linked = value.get("call_id" if other == CALL.word else other)
                if isinstance(linked, str):
                    found[other].add(linked)
        elif isinstance(value, str):
            found[kind].add(value)
        direct = data.get(f"{kind}_id")
        if isinstance(direct, str):
            found[kind].add(direct)
    return {kind: ids - {""} for kind, ids in found.items()}


def matcher(names: tuple[str, ...], asked: Mapping[str, str | None]) -> Callable[[Envelope], bool]:
    """An envelope passes when its name fits one of ``names`` (``call.*``; none: all) and it is about all that is asked."""

    def fits(envelope: Envelope) -> bool:
        if names and not any(fnmatchcase(envelope.name, name) for name in names):
            return False
        parts = parts_of(envelope.data)
        return all(value is None or value in parts[kind] for kind, value in asked.items())

    return fits


def sentence(envelope: Envelope) -> str:
    """The event's data in a few words for people."""
    data = envelope.data
    words = []
    for kind in KINDS.values():
        view = data.get(kind.word)
        if isinstance(view, Mapping):
            states = (view.get(key) for key in ("number", "name", "phase", "status", "state", "outcome", "text", "reason"))
            words.append(f"{kind.word} {view.get('id', '')}: " + " ".join(safe(state) for state in states if state))
            words += [f"waiting {view.get('waiting', '')}"] if kind is QUEUE else []
    words += [f"{key}={safe(value)}" for key, value in sorted(data.items()) if isinstance(value, (str, int, float, bool))]
    return "; ".join(words)


@dataclass(slots=True)
class Tail:
    """Follows one stream. ``fits`` picks, ``left`` is how many more to print (None: no end)."""

    world: World
    position: str
    fits: Callable[[Envelope], bool]
    left: int | None
    follow: bool
    seen: tuple[int, int] = (0, 0)  # (epoch, seq) of the newest event read; seq has no gaps within an epoch

    def run(self) -> None:
        """Until Ctrl-C, the wanted number, or the end of what is there (without ``follow``)."""
        self._start()
        lost = False
        while self.left is None or self.left > 0:
            try:
                if lost:
                    self._resume()
                    lost = False
                entries = self._read()
            except redis.RedisError as error:
                if not self.follow:
                    raise
                if not lost:
                    notice(self.world.redis_away(error).message + "; waiting for it")
                lost = True
                self.world.wait(RETRY_S)
                continue
            if not entries and not self.follow:
                return
            for entry_id, fields in entries:
                self.position = entry_id.decode()
                self._print(fields)
                if self.left == 0:
                    return

    def _start(self) -> None:
        """Fix '$' to a real id, so that nothing is missed between two reads; say so when --since is older than the stream."""
        if self.position == "$":
            self.position = _id(self.world.client.xrevrange(self.world.keys.events, count=1))
            return
        oldest = _order(_id(self.world.client.xrange(self.world.keys.events, count=1)))
        if oldest > _order(self.position):
            notice(f"older events are no longer kept: the stream starts at {local_time(oldest[0])}")

    def _resume(self) -> None:
        """After an outage: a server that came back empty or older starts from its first entry, else from where we were."""
        newest = _id(self.world.client.xrevrange(self.world.keys.events, count=1))
        notice("Redis is back; events of the outage may be missing")
        if _order(newest) < _order(self.position):
            self.position = "0"

    def _read(self) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
        block = BLOCK_MS if self.follow else None
        found: Any = self.world.client.xread({self.world.keys.events: self.position}, count=BATCH, block=block)
        return found[0][1] if found else []

    def _note_gap(self, envelope: Envelope) -> None:
        epoch, seq = self.seen
        self.seen = (envelope.epoch, envelope.seq)
        if epoch and envelope.epoch != epoch:
            notice(f"the engine started anew: epoch {envelope.epoch} after {epoch}")
        elif epoch and envelope.seq > seq + 1:
            notice(f"{envelope.seq - seq - 1} events are missing before {envelope.epoch}.{envelope.seq}")

    def _print(self, fields: Mapping[bytes, bytes]) -> None:
        try:
            envelope = decode(fields.get(b"e", b""))
        except ValueError:
            notice(f"entry {self.position} of the events stream is not an event; left out")
            return
        self._note_gap(envelope)
        if not self.fits(envelope):
            return
        if self.left is not None:
            self.left -= 1
        if self.world.json:
            print_json({"stream_id": self.position, **document(envelope)})
        else:
            click.echo(
                f"{local_time(envelope.at_ms)} {envelope.epoch}.{envelope.seq} {safe(envelope.name)}  {sentence(envelope)}"
            )
        sys.stdout.flush()


def _id(found: Any) -> str:
    """Of the one entry that was found; '0' for none."""
    return found[0][0].decode() if found else "0"


def _order(entry_id: str) -> tuple[int, int]:
    ms, _, number = entry_id.partition("-")
    return int(ms), int(number or 0)


def notice(words: str) -> None:
    """One line on stderr."""
    line(f"cti: {words}", style_key="warning", stderr=True)


@click.command()
@click.option("--name", "names", multiple=True, metavar="GLOB", help="Only events of this name, e.g. 'call.*'; may be repeated.")
@click.option("--agent", metavar="ID", help="Only events about this agent.")
@click.option("--call", metavar="ID", help="Only events about this call.")
@click.option("--queue", metavar="ID", help="Only events about this queue.")
@click.option("--since", metavar="WHEN", help="Begin in the past: 30s, 5m, 1h or an ISO time. The stream keeps five minutes.")
@click.option("--count", type=click.IntRange(1), help="End after so many events.")
@click.option("--follow/--no-follow", default=True, help="Wait for more (default), or end with what is there.")
@common_options
@click.pass_obj
def tail(
    world: World,
    names: tuple[str, ...],
    agent: str | None,
    call: str | None,
    queue: str | None,
    since: str | None,
    count: int | None,
    follow: bool,
) -> None:
    """The engine's events as they happen; Ctrl-C ends. With --json one event a line."""
    try:
        position = since_id(since, redis_ms(world.client) if since else 0)
    except ValueError as error:
        raise click.BadParameter(f"{since!r} is neither a span (30s, 5m, 1h) nor an ISO time", param_hint="--since") from error
    if position == "$" and not follow:
        position = "0"
    with contextlib.suppress(KeyboardInterrupt):
        Tail(world, position, matcher(names, {AGENT.word: agent, CALL.word: call, QUEUE.word: queue}), count, follow).run()
