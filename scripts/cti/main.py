"""Entry point of ``cti``. Every refusal is one line (or, with --json, one document) and an exit code; no traceback."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
import redis

from cti_server.errors import CtiError
from scripts.cti import config_check, hangup, live, tail
from scripts.cti.doctor.command import doctor
from scripts.cti.output import line, print_json
from scripts.cti.world import EXIT_AWAY, World, exit_code_of


class CtiGroup(click.Group):
    """Turns CtiError and Redis errors of any command into the CLI's one line and exit code."""

    def invoke(self, context: click.Context) -> Any:
        world = context.ensure_object(World)
        try:
            return super().invoke(context)
        except CtiError as error:
            _say(world, error)
            context.exit(exit_code_of(error))
        except redis.RedisError as error:
            _say(world, world.redis_away(error))
            context.exit(EXIT_AWAY)


def _say(world: World, error: CtiError) -> None:
    if world.json:
        print_json(live.error_json(error))
    else:
        line(f"cti: {error.error_id}: {error.message}", style_key="critical", stderr=True)


@click.group(cls=CtiGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cti-middleware", prog_name="cti")
def cli() -> None:
    """Operate the call centre from a terminal. Reads Redis, so it works while the web is down.

    Exit codes: 0 fine, 1 findings, 2 usage or settings, 3 a component is away.
    """


for command in (live.trunks, live.calls, live.agents, live.queues, tail.tail, hangup.hangup, doctor, config_check.config):
    cli.add_command(command)


def main() -> None:
    """Console script. Text that the terminal's encoding lacks is escaped, not fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="cti")


if __name__ == "__main__":
    main()
