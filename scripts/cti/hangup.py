"""`cti hangup CALL_ID`: ends a running call by the command HangupCall; asks first, and says what the engine answered."""

from __future__ import annotations

import os
import pwd

import click

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.events.commands import HangupCall
from cti_server.events.views import CALL
from scripts.cti.live import call_items
from scripts.cti.mirror import read_rows
from scripts.cti.output import line, print_json
from scripts.cti.text import duration, safe
from scripts.cti.world import EXIT_OK, EXIT_USAGE, Number, World, common_options


def issuer() -> str:
    """'user:cli:NAME' of the process's owner; the environment cannot change it."""
    uid = os.getuid()
    try:
        return f"user:cli:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"user:cli:uid-{uid}"


def describe(world: World, call_id: str) -> str:
    """The call in one line for the question; from the mirror, so it may be old."""
    items = {item["id"]: item for item in call_items(read_rows(world.client, world.keys, CALL), world.clock.now_ms())}
    item = items.get(call_id)
    if item is None:
        return f"call {safe(call_id)} (not among the running calls)"
    parts = (("", "phase"), ("number ", "number"), ("", "name"), ("queue ", "queue"), ("agent ", "agent"))
    words = [f"{label}{safe(item[key])}" for label, key in parts if item.get(key)]
    return f"call {safe(call_id)}: {', '.join(words)}, for {duration(item['total_ms'])}"


def _confirmed(question: str) -> bool:
    """Only a typed yes is one; nobody there, or Ctrl-C, is no."""
    try:
        return click.confirm(question, default=False)
    except click.Abort:
        return False


@click.command()
@click.argument("call_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", "wait_s", type=Number(0.1, 60), default=5.0, show_default=True, help="Seconds to wait for the answer.")
@common_options
@click.pass_context
def hangup(context: click.Context, call_id: str, yes: bool, wait_s: float) -> None:
    """End the running call CALL_ID for everybody in it."""
    world: World = context.obj
    if not yes:
        if world.json:
            raise click.UsageError("--json asks nobody: add --yes")
        if not _confirmed(f"Hang up {describe(world, call_id)}?"):
            line("not sent")
            context.exit(EXIT_USAGE)
    client = CommandClient(world.client, world.keys, process_name("cli"), world.clock)
    try:
        data = client.send(HangupCall(call_id=call_id), issuer(), deadline_s=wait_s)
    finally:
        client.close()
    if world.json:
        print_json({"command": "hangup", "call_id": call_id, "ok": True, "data": data})
    else:
        line(f"call {call_id}: hung up")
    context.exit(EXIT_OK)
