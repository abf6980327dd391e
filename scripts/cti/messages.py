"""`cti messages`: what callers have left in voicemail boxes, and that one is answered. Boxes: `cti centre voicemail_boxes`."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import get_args

import click
import redis

from cti_server.adapters.sql.database import check_schema, make_engine
from cti_server.events.facts import AuditFact, encode_fact
from cti_server.features.messages.contract import STATES, State
from cti_server.features.messages.sql import SqlMessages
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.send import issuer
from scripts.cti.text import safe
from scripts.cti.world import World, common_options


@click.group()
def messages() -> None:
    """Messages in voicemail boxes. Set boxes up with `cti centre voicemail_boxes`."""


@contextmanager
def _opened(world: World) -> Iterator[SqlMessages]:
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        check_schema(engine)
        yield SqlMessages(engine)
    finally:
        engine.dispose()


@messages.command("list")
@click.option("--box", default="", help="Only those in this box.")
@click.option("--state", type=click.Choice(get_args(State)), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@common_options
@click.pass_obj
def list_(world: World, box: str, state: State | None, limit: int) -> None:
    """The newest first; MESSAGE is what `done` takes."""
    with _opened(world) as store:
        total, items = store.find([box] if box else None, state, 0, limit)
    if world.json:
        print_json({"command": "messages list", "ok": True, "total": total, "items": items})
        return
    shown = [
        [
            one["id"],
            datetime.fromtimestamp(one["at_ms"] / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            one["box"],
            safe(one["number"]),
            f"{one['length_ms'] / 1000:.0f}",
            STATES[one["state"]].said(world.lang),
            safe(one["done_by"] or one["heard_by"]),
            safe(one["note"]),
        ]
        for one in items
    ]
    heads = ["message", "time", "box", "number", "s", "state", "who", "note"]
    console().print(table(heads, [[cell(text, limit=200) for text in row] for row in shown]))


@messages.command()
@click.argument("message")
@click.option("--note", help="What was done.")
@click.option("--undo", is_flag=True, help="It waits again.")
@common_options
@click.pass_obj
def done(world: World, message: str, note: str | None, undo: bool) -> None:
    """MESSAGE is answered. An audit row."""
    if note is not None and len(note) > 500:
        raise click.UsageError("a note has at most 500 characters")
    try:
        world.client.ping()
        with _opened(world) as store:
            store.settle(message, getpass.getuser(), world.clock.now_ms(), not undo, note)
            now = store.get(message)
        detail = {"call_id": now["call_id"], "box": now["box"], "done": not undo, **({} if note is None else {"note": note})}
        fact = AuditFact(at_ms=world.clock.now_ms(), issuer=issuer(), action="message.settled", subject=message, detail=detail)
        world.client.xadd(world.keys.facts, {"f": encode_fact(f"{fact.action}-{secrets.token_hex(12)}", fact)})
    except redis.RedisError as error:
        raise world.redis_away(error) from error
    if world.json:
        print_json({"command": "messages done", "ok": True, "message": now})
    else:
        line(f"{safe(message)}: {STATES[now['state']].said(world.lang)}", style_key="ok")
