"""Replay: a log of inputs through a new engine gives the same state hash. Pure; who opens files is elsewhere.

A log is JSON lines: first a header {"header": {format, config, epoch, seed}}, then one input a line. A line
{"hash": ...} is compared with the state at that place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from cti_server.domain.config import CentreConfig
from cti_server.engine.codec import encode_line, plain, revive
from cti_server.engine.core import Engine
from cti_server.engine.messages import Input
from cti_server.errors import CtiError

FORMAT = 1


def header(config: CentreConfig, epoch: int, seed: int) -> bytes:
    """The first line of a log."""
    return orjson.dumps({"header": {"format": FORMAT, "config": plain(config), "epoch": epoch, "seed": seed}})


def encode_input(item: Input) -> bytes:
    """One line of a log, without the line end."""
    return encode_line(item)


def hash_line(state_hash: str) -> bytes:
    """A place at which a replay must have this state."""
    return orjson.dumps({"hash": state_hash})


@dataclass(slots=True)
class Replayed:
    """``differs``: numbers of hash lines (1 is the header) that did not fit; ``failed``: inputs at which the engine raised."""

    engine: Engine
    inputs: int = 0
    effects: int = 0
    differs: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def replay_log(lines: Iterable[bytes | str]) -> Replayed:
    """Run a whole log. Raises CtiError 'bad-input-log' naming the line."""
    done: Replayed | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = orjson.loads(line)
            if "header" in document:
                done = done or _start(document["header"])
                continue
            if done is None:
                raise ValueError("the log has no header: give its first file too")
            item = None if "hash" in document else revive(Input, document)
        except ValueError as error:
            raise CtiError("bad-input-log", f"line {number}: {error}", {"line": number}) from error
        if item is None:
            if done.engine.state_hash() != document["hash"]:
                done.differs.append(number)
            continue
        done.inputs += 1
        try:
            done.effects += len(done.engine.handle(item))
        except Exception:  # noqa: BLE001 - a defect that the live engine met is met again, and the log goes on as it did there
            done.failed.append(number)
    if done is None:
        raise CtiError("bad-input-log", "the log is empty")
    return done


def replay(lines: Iterable[bytes | str]) -> str:
    """The state hash after the whole log."""
    return replay_log(lines).engine.state_hash()


def _start(document: dict[str, object]) -> Replayed:
    if document.get("format") != FORMAT:
        raise ValueError(f"format {document.get('format')!r} is not {FORMAT}: replay it with the version that wrote it")
    config = revive(CentreConfig, document["config"])
    return Replayed(Engine(config, int(str(document["epoch"])), int(str(document["seed"]))))
