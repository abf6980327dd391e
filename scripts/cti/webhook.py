"""`cti webhook`: the log of deliveries, and one sent again. Webhooks themselves: `cti centre webhooks`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, get_args

import click

from cti_server.adapters.sql.database import check_schema, make_engine
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.webhooks.contract import STATES, State
from cti_server.features.webhooks.service import trial
from cti_server.features.webhooks.sql import SqlWebhooks
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.text import safe
from scripts.cti.world import World, common_options

WEBHOOK = click.argument("webhook")


@click.group()
def webhook() -> None:
    """What was sent to webhooks, and sending it again. Set them up with `cti centre webhooks`."""


@contextmanager
def _opened(world: World, name: str) -> Iterator[SqlWebhooks]:
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        check_schema(engine)
        store = SqlWebhooks(engine)
        if not store.has(name):
            raise NoSuchEntry(f"webhooks has no {name}", {"key": name})
        yield store
    finally:
        engine.dispose()


@webhook.command()
@WEBHOOK
@click.option("--state", type=click.Choice(get_args(State)), default="", help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@common_options
@click.pass_obj
def deliveries(world: World, webhook: str, state: str, limit: int) -> None:
    """The newest first; NUMBER is what `replay` takes."""
    with _opened(world, webhook) as store:
        total, items = store.log(webhook, state, 1, limit)
    if world.json:
        print_json({"command": "webhook deliveries", "ok": True, "total": total, "items": [dict(one) for one in items]})
        return
    shown = [[cell(text, limit=200) for text in _row(one, world.lang)] for one in items]
    console().print(table(["number", "time", "what", "about", "state", "tries", "status", "why"], shown))


def _row(one: Any, lang: str) -> list[str]:
    at = datetime.fromtimestamp(one["made_ms"] / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    words = STATES[one["state"]].said(lang)
    return [
        str(one["id"]),
        at,
        one["kind"],
        safe(one["subject"]),
        words,
        str(one["tries"]),
        str(one["status"]),
        safe(one["trouble"]),
    ]


@webhook.command()
@WEBHOOK
@click.argument("number", type=click.IntRange(1))
@common_options
@click.pass_obj
def replay(world: World, webhook: str, number: int) -> None:
    """Send one again, under the same id."""
    with _opened(world, webhook) as store:
        found = store.replay(webhook, number, world.clock.now_ms())
    if world.json:
        print_json({"command": "webhook replay", "ok": True, "delivery": found["delivery"]})
    else:
        line(f"{found['delivery']}: {STATES['waiting'].said(world.lang)}", style_key="ok")


@webhook.command()
@WEBHOOK
@common_options
@click.pass_obj
def test(world: World, webhook: str) -> None:
    """Send `webhook.test`."""
    now_ms = world.clock.now_ms()
    with _opened(world, webhook) as store:
        made = trial(webhook, now_ms)
        store.add([made], now_ms)
        store.wake(webhook)
    if world.json:
        print_json({"command": "webhook test", "ok": True, "delivery": made.delivery})
    else:
        line(f"{made.delivery}: {STATES['waiting'].said(world.lang)}", style_key="ok")
