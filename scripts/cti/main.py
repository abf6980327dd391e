"""Entry point of ``cti``. Every refusal is one line (or, with --json, one document) and an exit code; no traceback."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click
import redis

from cti_server.errors import BadFile, CtiError
from scripts.cti.output import line, print_json
from scripts.cti.text import refusal
from scripts.cti.world import EXIT_UNREAD, World, common_options, error_json, exit_code_of
from scripts.errors import BadUsage, Defect

COMMANDS: dict[str, str] = {
    # name -> its module; loaded when asked for, so that a look at the calls does not load the database's library
    **dict.fromkeys(("trunks", "calls", "agents", "queues", "call_backs"), "live"),
    "tail": "tail",
    "hangup": "hangup",
    "send": "send",
    "replay": "replay",
    "sim": "sim",
    "doctor": "doctor.command",
    "prepare": "prepare",
    "centre": "centre",
    "webhook": "webhook",
    "user": "user",
    "messages": "messages",
    "audit": "audit",
    "config": "config_check",
}


class CtiGroup(click.Group):
    """Loads commands when asked for; turns what any of them refuses into one line, or one document, and an exit code."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return getattr(import_module(f"scripts.cti.{COMMANDS[name]}"), name) if name in COMMANDS else None

    def invoke(self, context: click.Context) -> Any:
        world, given = context.ensure_object(World), list(context.args)
        refusal: CtiError
        try:
            return super().invoke(context)
        except BrokenPipeError:
            _unread()
        except click.UsageError as error:
            world.json = world.json or "--json" in given  # it may stand behind what is wrong
            if not world.json:
                raise
            refusal = BadUsage(error.format_message())
        except CtiError as error:
            refusal = error
        except redis.RedisError as error:
            refusal = world.redis_away(error)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            refusal = BadFile(f"{place}{error.strerror or error}")
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            refusal = Defect(f"a defect of this command, please report it: {words}")
        _say(world, refusal)
        raise click.exceptions.Exit(exit_code_of(refusal))


def _unread() -> NoReturn:
    """Nobody reads on; what is still to be written at the end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(EXIT_UNREAD)


def _say(world: World, error: CtiError) -> None:
    if world.json:
        print_json(error_json(error))
    else:
        line(f"cti: {error.error_id}: {refusal(world.lang, error)}", style_key="critical", stderr=True)


@click.group(cls=CtiGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cti-middleware", prog_name="cti")
@common_options
def cli() -> None:
    """Operate the call centre from a terminal. Reads Redis, so it works while the web is down.

    Exit codes: 0 fine, 1 findings, 2 usage or settings, 3 a component is away.
    """


def main() -> None:
    """Console script. Text that the terminal's encoding lacks is escaped, not fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="cti")


if __name__ == "__main__":
    main()
