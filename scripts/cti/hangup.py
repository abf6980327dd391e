"""`cti hangup CALL_ID`: ends a running call by the command HangupCall; asks first, and says what the engine answered."""

from __future__ import annotations

import click

from cti_server.events.commands import HangupCall
from cti_server.events.views import CALL
from scripts.cti.live import call_item
from scripts.cti.mirror import read_rows
from scripts.cti.output import line, print_json
from scripts.cti.send import deliver, wait_option
from scripts.cti.text import duration, safe
from scripts.cti.world import EXIT_USAGE, World, common_options


def describe(world: World, call_id: str) -> str:
    """The call in one line for the question; from the mirror, so it may be old."""
    view = read_rows(world.client, world.keys, CALL).views.get(call_id)
    if view is None:
        return f"call {safe(call_id)} (not among the running calls)"
    item = call_item(view, world.clock.now_ms())
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
@wait_option
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
    data = deliver(world, HangupCall(call_id=call_id), wait_s)
    if world.json:
        print_json({"command": "hangup", "call_id": call_id, "ok": True, "data": data})
    else:
        line(f"call {call_id}: hung up")
