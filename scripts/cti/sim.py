"""`cti sim ...`: the simulated switch of `make run` is told what its people do: a caller comes in, a phone answers, a trunk goes
down. Its words are those of docs/developers/simulator.md."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import click

from scripts.bench.wire import SwitchConsole
from scripts.cti.output import line, print_json
from scripts.cti.text import safe
from scripts.cti.world import EXIT_FINDINGS, World, common_options
from scripts.errors import NoSimulator
from scripts.preflight import SIMULATOR_FILE


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True)
@common_options
@click.pass_context
def sim(context: click.Context, words: tuple[str, ...]) -> None:
    """Tell the simulated switch of `make run` what its people do: `cti sim call NUMBER=13800138000`, `cti sim phone 1001 answer`,
    `cti sim callers off`."""
    world: World = context.obj
    file = Path(world.settings.data_dir) / SIMULATOR_FILE
    try:
        told = json.loads(file.read_bytes())
        with SwitchConsole(told["host"], told["port"], told["password"]) as console:
            said = console.api(" ".join(("sim", *(quote(word, safe="=,.#*:+-_#") for word in words)))).strip()
    except (OSError, ValueError, LookupError) as error:
        raise NoSimulator(f"no simulated switch is reached by {file}: start one with make run ({error})") from error
    if world.json:
        print_json({"command": "sim", "answer": said})
    else:
        line(safe(said, 4000))
    if said.startswith("-"):
        context.exit(EXIT_FINDINGS)
