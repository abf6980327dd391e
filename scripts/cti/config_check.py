"""`cti config check`: settings, the published configuration document and the flow files, without changing anything.

Every problem names file, node and reason. Flow files are checked against the ids of the document (queues, hours, flows) when
there is one, and against the prompt files when --prompts names their folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import redis

from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_nodes import Known, Problem
from cti_server.domain.ivr_parse import load_flows
from cti_server.errors import BadFile, CtiError
from cti_server.events.views import SWITCH
from cti_server.features.centre.document import decode_config
from cti_server.settings import OWN_FLOWS
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.text import text
from scripts.cti.world import EXIT_FINDINGS, EXIT_OK, World, common_options


def flow_files(paths: Iterable[Path]) -> dict[str, str]:
    """File name -> text of every YAML file in or under ``paths``. Raises BadFile."""
    found: dict[str, str] = {}
    for path in paths:
        files = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]) if path.is_dir() else [path]
        for file in files:
            try:
                found[str(file)] = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise BadFile(f"{file}: {error}") from error
    return found


def check_settings(world: World) -> list[Problem]:
    """Settings that do not load, and switch entries that are wrong."""
    where = world.environ.get("CTI_CONFIG", "environment")
    try:
        world.settings.switch_addresses()
    except CtiError as error:
        return [Problem(where, "", error.message)]
    known = world.settings.switches or _running_with(world)
    return [] if known else [Problem(where, "", "CTI_SWITCHES names no switch", True)]


def _running_with(world: World) -> int:
    """How many switches a running daemon has: the demo's stand in no setting."""
    try:
        return world.client.hlen(world.keys.mirror(SWITCH.table))
    except redis.RedisError:
        return 0


def read_document(world: World, file: Path | None) -> tuple[CentreConfig | None, list[Problem]]:
    """The document of ``file`` or of Redis. Raises redis.RedisError, BadFile."""
    if file is not None:
        name = str(file)
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise BadFile(f"{file}: {error.strerror}") from error
    else:
        name = f"redis {world.keys.config}"
        found = world.client.get(world.keys.config)
        if not isinstance(found, bytes):
            return None, [Problem(name, "", "no configuration document is published yet", True)]
        raw = found
    try:
        return decode_config(raw), []
    except CtiError as error:
        return None, [Problem(name, "", str(why)) for why in error.details.get("problems", [error.message])]


@click.group()
def config() -> None:
    """Settings, configuration document and flows."""


@config.command("check")
@click.argument("flows", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[FLOW_FILES_OR_FOLDERS]...")
@click.option(
    "--document", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A document file in place of Redis's."
)
@click.option(
    "--prompts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder LANGUAGE/NAME.wav to check."
)
@common_options
@click.pass_context
def check(context: click.Context, flows: tuple[Path, ...], document: Path | None, prompts: Path | None) -> None:
    """Check settings, the configuration document (of Redis, or a file) and IVR flow files. Changes nothing.

    Without FLOW_FILES the flows that the product itself publishes are checked.
    """
    world: World = context.obj
    problems = check_settings(world)
    config_document: CentreConfig | None = None
    if all(p.warning for p in problems) or document is not None:
        try:
            config_document, found = read_document(world, document)
            problems += found
        except redis.RedisError as error:
            if not flows:
                raise
            problems.append(Problem("redis", "", world.redis_away(error).message, True))
    own = world.settings.flows_path if world.settings_load else OWN_FLOWS
    files = flow_files(flows or ([own] if own.is_dir() and config_document else ()))
    if config_document is None and files:
        problems.append(
            Problem("flows", "", "without a configuration document queues and hours cannot be checked: give --document")
        )
    elif config_document is not None:
        names = {file.stem for file in prompts.glob("*/*.wav")} if prompts else None
        known = Known.of(config_document, names)
        problems += load_flows(files, known)[1]
    critical = sum(not p.warning for p in problems)
    version = config_document.version if config_document else None
    if world.json:
        found_json = [{"file": p.file, "node": p.node, "why": p.why, "severity": _severity(p)} for p in problems]
        print_json(
            {"command": "config check", "ok": not critical, "version": version, "files": len(files), "problems": found_json}
        )
    else:
        _print(world, problems, critical, version, len(files))
    context.exit(EXIT_FINDINGS if critical else EXIT_OK)


def _severity(problem: Problem) -> str:
    return "warning" if problem.warning else "critical"


def _print(world: World, problems: list[Problem], critical: int, version: int | None, files: int) -> None:
    if problems:
        headings = [text(world.lang, key) for key in ("severity", "file", "node", "why")]
        console().print(
            table(headings, [(cell(_severity(p), _severity(p)), p.file, p.node, cell(p.why, limit=1000)) for p in problems])
        )
    line(f"settings, document {'version ' + str(version) if version is not None else 'none'}, {files} flow files: "
         f"{critical} problems, {len(problems) - critical} warnings", style_key="critical" if critical else "ok")  # fmt: skip
