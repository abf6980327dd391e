"""`cti replay`: an input log through a new engine. The same inputs give the same state, so the same hash.

A daemon's log is files inputs-EPOCH-NUMBER.jsonl of one epoch; each begins with a header, so a replay may begin at any of them.
A last line that was cut off when the daemon was killed is left out and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from cti_server.engine.replay import BadInputLog, Replayed, replay_log
from cti_server.errors import BadFile
from scripts.cti.output import line, print_json
from scripts.cti.world import EXIT_FINDINGS, EXIT_OK, World, common_options

NAME = re.compile(r"inputs-(\d+)-(\d+)\.jsonl")


def log_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files in their order; a folder stands for the files of its newest epoch.

    Raises BadFile when there are none, or when they are of several epochs.
    """
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        logs = sorted((int(m[1]), int(m[2]), file) for file in path.iterdir() if (m := NAME.fullmatch(file.name)))
        if not logs:
            raise BadFile(f"{path} holds no inputs-EPOCH-NUMBER.jsonl")
        files += [file for epoch, _, file in logs if epoch == logs[-1][0]]
    epochs = {m[1] for file in files if (m := NAME.fullmatch(file.name))}
    if len(epochs) > 1:
        raise BadFile(f"these are logs of epochs {', '.join(sorted(epochs))}: replay one epoch at a time")
    return sorted(files, key=lambda file: file.name) if epochs else files


class Lines:
    """The lines of ``files`` one after another. ``place``: file and number of the newest; ``cut``: of a cut-off last one."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self.place = ""
        self.cut = ""

    def __iter__(self) -> Iterator[bytes]:
        for file in self._files:
            try:
                with file.open("rb") as opened:
                    for number, raw in enumerate(opened, 1):
                        self.place = f"{file}, line {number}"
                        if file == self._files[-1] and not raw.endswith(b"\n") and not _whole(raw):
                            self.cut = self.place
                            return
                        yield raw
            except OSError as error:
                raise BadFile(f"{file}: {error.strerror}") from error


def _whole(raw: bytes) -> bool:
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        return False
    return True


def run(files: list[Path]) -> tuple[Replayed, str]:
    """(what came out, place of a cut-off last line or ''). Raises BadInputLog naming file and line."""
    lines = Lines(files)
    try:
        return replay_log(lines), lines.cut
    except BadInputLog as error:
        reason = error.message.partition(": ")[2] or error.message
        raise BadInputLog(f"{lines.place or files[0]}: {reason}", error.details) from error


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILES_OR_FOLDER...")
@click.option("--expect", metavar="HASH", help="Exit 1 when the state's hash is another one.")
@common_options
@click.pass_context
def replay(context: click.Context, files: tuple[Path, ...], expect: str | None) -> None:
    """Run an input log through the engine again; print the hash of the state it ends in.

    A folder stands for the files of its newest epoch (the daemon writes below DATA_DIR/inputs).
    """
    world: World = context.obj
    chosen = log_files(files)
    done, cut = run(chosen)
    state_hash = done.engine.state_hash()
    ok = not done.differs and not done.failed and expect in (None, state_hash)
    if world.json:
        counted = {name: getattr(done, name) for name in ("inputs", "effects", "differs", "failed")}
        files_json = [str(file) for file in chosen]
        print_json({"command": "replay", "ok": ok, "files": files_json, **counted, "cut": cut, "state_hash": state_hash})
    else:
        if cut:
            line(f"cti: the last line was cut off and is left out: {cut}", style_key="warning", stderr=True)
        line(f"{done.inputs} inputs, {done.effects} effects, state {state_hash}", style_key="ok" if ok else "critical")
        for numbers, what in ((done.differs, "the state differs from the log"), (done.failed, "the engine raised")):
            if numbers:
                line(f"{what} at line {', '.join(map(str, numbers[:20]))}", style_key="critical")
        if expect not in (None, state_hash):
            line(f"expected {expect}", style_key="critical")
    context.exit(EXIT_OK if ok else EXIT_FINDINGS)
