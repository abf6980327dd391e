"""`cti send NAME key=value...`: any declared command (`cti_server/events/commands.py`), sent as the machine's user.

Arguments, help and refusals are those of its declaration; nothing here knows a command by name.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import click
import orjson

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.errors import BadArguments
from cti_server.events.commands import COMMANDS, read_arguments
from cti_server.events.declare import Argument, Arguments
from scripts.cti.output import line, print_json
from scripts.cti.world import Number, World, common_options

wait_option = click.option(
    "--wait", "wait_s", type=Number(0.1, 60), default=5.0, show_default=True, help="Seconds to wait for the answer."
)


def issuer() -> str:
    """'user:cli:NAME' of the process's owner; the environment cannot change it."""
    uid = os.getuid()
    try:
        return f"user:cli:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"user:cli:uid-{uid}"


def deliver(world: World, wish: Arguments, wait_s: float) -> dict[str, Any]:
    """The data of the engine's answer. Raises its refusal, EngineAway, OutcomeUnknown, redis.RedisError."""
    client = CommandClient(world.client, world.keys, process_name("cli"))
    try:
        return client.send(wish, issuer(), deadline_s=wait_s)
    finally:
        client.close()


class Declared(click.Group):
    """A subcommand for each declared command."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return _made(COMMANDS[name], context.ensure_object(World).lang) if name in COMMANDS else None


@click.group(cls=Declared)
def send() -> None:
    """Send a command to the engine: `cti send NAME --help` tells its arguments and refusals."""


def _made(kind: type[Arguments], lang: str) -> click.Command:
    refusals = [f"  {error.error_id}: {error.words.said(lang)}" for error in kind.errors if error.words]
    usage = " ".join(_usage(name, argument) for name, argument in kind.declared.items())
    text = "\n".join([str(kind.__doc__), "\n\b", "It may be refused:", *refusals])

    @click.command(kind.__name__, help=text, short_help=kind.__doc__)
    @click.argument("given", nargs=-1, metavar=usage or " ")
    @wait_option
    @common_options
    @click.pass_obj
    def command(world: World, given: tuple[str, ...], wait_s: float) -> None:
        data = deliver(world, read_arguments(kind.__name__, _values(kind, given)), wait_s)
        if world.json:
            print_json({"command": "send", "name": kind.__name__, "ok": True, "data": data})
        else:
            line(f"{kind.__name__}: ok {orjson.dumps(data).decode() if data else ''}".rstrip())

    return command


def _usage(name: str, argument: Argument) -> str:
    kinds = "|".join(get_args(argument.type)) if get_origin(argument.type) is Literal else ""
    said = f"{name}={kinds or ('TEXT' if argument.type is str else 'NUMBER' if argument.type is int else 'JSON')}"
    return said if argument.required else f"[{said}]"


def _values(kind: type[Arguments], given: Sequence[str]) -> dict[str, Any]:
    """What is neither a text nor one of some words is JSON; a number that is none stays a text, which the check refuses."""
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or name in found:
            raise click.UsageError(f"{one}: {'given twice' if equals else 'is not key=value'}")
        argument = kind.declared.get(name)
        is_text = argument is None or argument.type is str or get_origin(argument.type) is Literal
        try:
            value.encode()
            found[name] = value if is_text else orjson.loads(value)
        except UnicodeEncodeError:
            raise click.UsageError(f"{name}: is not UTF-8") from None
        except orjson.JSONDecodeError as error:
            if argument and argument.type is not int:
                raise BadArguments(f"{name} is not JSON: {error}") from None
            found[name] = value
    return found
