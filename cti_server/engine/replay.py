"""Replay: a log of inputs through a new engine gives the same state hash. Pure; who opens files is elsewhere.

A log is JSON lines: first a header, then one input a line. The header of an epoch's first file is
{"header": {format, config, epoch, seed}}, that of every further file {"header": {format, state}}: a replay may begin at any file,
and compares the state with its own where it comes to such a header. So it does with a line {"hash": ...}.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypedDict

import orjson

from cti_server.domain import border
from cti_server.domain.config import CentreConfig
from cti_server.domain.record import plain, read
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import Input
from cti_server.errors import Misuse

FORMAT = 7
"""Raised when a state or an input of before can no longer be read as it was meant."""


class BadInputLog(Misuse, id="bad-input-log"):
    """An input log that cannot be replayed; details: line."""


def header(config: CentreConfig, epoch: int, seed: int) -> bytes:
    """The first line of an epoch's log."""
    return orjson.dumps({"header": {"format": FORMAT, "config": plain(config), "epoch": epoch, "seed": seed}})


def continued(engine: Engine) -> bytes:
    """The first line of a file in which the log goes on."""
    return orjson.dumps({"header": {"format": FORMAT, "state": engine.whole()}})


def encode_input(item: Input) -> bytes:
    """One line of a log, without the line end."""
    return orjson.dumps(plain(item))


def hash_line(state_hash: str) -> bytes:
    """A place at which a replay must have this state."""
    return orjson.dumps({"hash": state_hash})


class _First(TypedDict):
    """The header of an epoch's first file."""

    config: CentreConfig
    epoch: int
    seed: int


@dataclass(slots=True)
class Replayed:
    """``differs``: numbers of hash lines and later headers (1 is the first) that did not fit; ``failed``: inputs at which the
    engine raised."""

    engine: Engine
    inputs: int = 0
    effects: int = 0
    differs: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def replay_log(lines: Iterable[bytes | str]) -> Replayed:
    """Run a whole log. Raises BadInputLog naming the line."""
    done: Replayed | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = border.document(line, "line")
            if "header" in document:
                engine = _start(border.mapping(document, "header"))
                if done is None:
                    done = Replayed(engine)
                elif done.engine.state_hash() != engine.state_hash():
                    done.differs.append(number)
                continue
            if done is None:
                raise ValueError("the log has no header: it begins in the middle of a file")
            item = None if "hash" in document else read(Input, document)
        except ValueError as error:
            raise BadInputLog(f"line {number}: {error}", {"line": number}) from error
        if item is None:
            if done.engine.state_hash() != document["hash"]:
                done.differs.append(number)
            continue
        done.inputs += 1
        done.effects += len(done.engine.handle(item))
        if done.engine.take_defects():  # what the live engine met is met again
            done.failed.append(number)
    if done is None:
        raise BadInputLog("the log is empty")
    return done


def _start(document: dict[str, Any]) -> Engine:
    if document.get("format") != FORMAT:
        raise ValueError(f"format {document.get('format')!r} is not {FORMAT}: replay it with the version that wrote it")
    if "state" in document:
        return Engine.restored(document["state"])
    return Engine(**read(_First, document))
