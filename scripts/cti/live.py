"""`cti trunks`, `calls`, `agents`, `queues`: what runs now, from the mirrors, with the age of the data.

Each command makes one JSON document (see docs/operators/cti.md) and, for people, a table of the same document.
Exit: 3 when the daemon is away (what is shown is then old), else 1 for trunks that are down or switches without link, else 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import orjson
import redis
from rich.text import Text

from cti_server.domain.agent import STATES
from cti_server.domain.call import PHASES
from cti_server.domain.kpi import FORMULA_WORDS
from cti_server.events.live import Kind
from cti_server.events.views import AGENT, CALL, CALL_BACK, QUEUE, SWITCH, TRUNK
from cti_server.features.reports.contract import COLUMNS as REPORTED
from cti_server.words import FAMILIES, Words
from scripts.cti import graph
from scripts.cti.mirror import Freshness, Rows, read_freshness, read_rows
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.text import age, duration, text
from scripts.cti.world import EXIT_AWAY, EXIT_FINDINGS, EXIT_OK, Number, World, common_options, error_json

Item = dict[str, Any]
Filter = Callable[[Item], bool]

PHASE_START: dict[str, str] = {
    # phase -> the view's field that says since when; of the others, before there was any conversation, arrived_ms
    "queued": "queued_ms",
    "offered": "offered_ms",
    "connected": "connected_ms",
    "on_hold": "held_ms",
}


def trunk_items(rows: Rows, switches: Rows, fresh: Freshness) -> list[Item]:
    """Trunk views with ``state`` 'unknown' where nobody can know: the daemon is away or its switch has no link.

    ``reported_state`` keeps what was last said.
    """
    items = []
    for view in rows.views.values():
        switch = switches.views.get(str(view.get("node", "")))
        known = fresh.daemon_alive and (switch is None or bool(switch.get("linked")))
        reported = str(view.get("state", "unknown"))
        items.append({**view, "state": reported if known else "unknown", "reported_state": reported})
    return items


def call_item(view: Item, now_ms: int) -> Item:
    """With ``phase_ms`` (None: nobody can know) and ``total_ms``: how long until now."""
    arrived, since = _number(view, "arrived_ms"), PHASE_START.get(str(view.get("phase")), "")
    started = _number(view, since) if since else 0 if _number(view, "connected_ms") else arrived
    return {**view, "phase_ms": max(0, now_ms - started) if started else None, "total_ms": max(0, now_ms - arrived)}


def agent_item(view: Item, now_ms: int) -> Item:
    """With ``state_for_ms``; None for an agent who has not been seen in any state yet."""
    since = _number(view, "state_since_ms")
    return {**view, "state_for_ms": max(0, now_ms - since) if since else None}


def queue_item(view: Item, now_ms: int) -> Item:
    """With ``longest_wait_ms`` (0: none waits) and today's ``service_level`` (0..1 or null)."""
    oldest = _number(view, "oldest_ms")
    return {**view, "longest_wait_ms": max(0, now_ms - oldest) if oldest else 0, "service_level": _today(view, "service_level")}


def call_back_item(view: Item, now_ms: int) -> Item:
    """With ``waits_ms`` and ``left_ms``."""
    since, until = _number(view, "since_ms"), _number(view, "until_ms")
    return {**view, "waits_ms": max(0, now_ms - since), "left_ms": max(0, until - now_ms)}


_ITEM = {CALL: call_item, AGENT: agent_item, QUEUE: queue_item, CALL_BACK: call_back_item}


def _today(view: Item, figure: str, missing: Any = None) -> Any:
    today = view.get("today")
    return today.get(figure, missing) if isinstance(today, dict) else missing


def _number(view: Mapping[str, Any], key: str) -> int:
    value = view.get(key)
    return int(value) if isinstance(value, (int, float)) else 0


# ---------------------------------------------------------------- tables

Show = Callable[[str, Item], Text | str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: key of its heading in text.TEXTS, or the declared words; what stands in it, and on which side."""

    heading: str | Words
    show: Show
    right: bool = False


def _field(key: str) -> Show:
    return lambda lang, item: cell(item.get(key, ""))


def _word(key: str, family: Mapping[str, Words]) -> Show:
    """The declared word of an id, or the id that nobody declared."""
    return lambda lang, item: cell(family[said].said(lang) if (said := item.get(key, "")) in family else said)


def _state(lang: str, item: Item) -> Text:
    word = str(item.get("state", "unknown"))
    return cell(text(lang, word) if word in ("up", "down", "unknown") else word, word)


def _limit(key: str) -> Show:
    return lambda lang, item: cell(item.get(key) or text(lang, "unlimited"))


def _ping(lang: str, item: Item) -> str | Text:
    """Milliseconds where the switch has told them, else its word (UP, DOWN, or nothing yet)."""
    took = item.get("ping_ms")
    return f"{took:.1f} ms" if isinstance(took, (int, float)) and took > 0 else cell(item.get("ping", ""))


def _time(key: str) -> Show:
    return lambda lang, item: "" if item.get(key) is None else duration(_number(item, key))


def _yes(key: str) -> Show:
    return lambda lang, item: cell(text(lang, "yes" if item.get(key) else "no"), "ok" if item.get(key) else "warning")


def _percent(lang: str, item: Item) -> str:
    level = item.get("service_level")
    return f"{level * 100:.1f} %" if isinstance(level, (int, float)) else "–"


def _link(lang: str, item: Item) -> Text:
    return _state(lang, {"state": {None: "unknown", True: "up"}.get(item["linked"], "down")})


def _status(lang: str, item: Item) -> str:
    status = _word("status", FAMILIES["sign"])(lang, item)
    return f"{status} ({_word('reason', FAMILIES['why'])(lang, item)})" if item.get("reason") else str(status)


def _formula(lang: str, item: Item) -> Text:
    name = str(item.get("formula", ""))
    reads = f": {FORMULA_WORDS[name].said(lang)}" if name in FORMULA_WORDS else ""
    return cell(f"{name} ({item.get('service_level_s', '')} s){reads}")


def _count(figure: str) -> Column:
    return Column(REPORTED[figure].words, lambda lang, item: cell(_today(item, figure, "")), True)


COLUMNS: dict[Kind[Any], tuple[Column, ...]] = {
    SWITCH: (
        Column("switch", _field("id")),
        Column("link", _link),
        Column("sessions", lambda lang, item: f"{item.get('sessions', '')}/{item.get('max_sessions', '')}", True),
        Column("reason", _field("reason")),
    ),
    TRUNK: (
        Column("trunk", _field("id")),
        Column("switch", _field("node")),
        Column("gateway", _field("gateway")),
        Column("group", _field("group")),
        Column("state", _state),
        Column("ping", _ping, True),
        *(Column(count, _field(count), True) for count in ("calls_in", "calls_out", "failures", "refused")),
        *(Column(limit, _limit(limit), True) for limit in ("max_calls", "calls_per_s")),
        Column("detail", _field("detail")),
    ),
    CALL: (
        Column("call", _field("id")),
        Column("phase", _word("phase", FAMILIES["phase"])),
        Column("phase_for", _time("phase_ms"), True),
        Column("total", _time("total_ms"), True),
        *(Column(key, _field(key)) for key in ("number", "name", "queue", "agent")),
        Column("switch", _field("node")),
    ),
    AGENT: (
        Column("agent", _field("id")),
        Column("name", _field("name")),
        Column("team", _field("team")),
        Column("status", _status),
        Column("state", _word("state", FAMILIES["sign"])),
        Column("for", _time("state_for_ms"), True),
        Column("call", _field("call_id")),
        Column("queue", _field("queue")),
        Column("extension", _field("extension")),
        Column("phone", _yes("phone_registered")),
    ),
    CALL_BACK: (
        Column("agent", _field("agent")),
        Column("waits_for", _field("colleague")),
        Column("for", _time("waits_ms"), True),
        Column("left", _time("left_ms"), True),
    ),
    QUEUE: (
        Column("queue", _field("id")),
        Column("name", _field("name")),
        Column("waiting", _field("waiting"), True),
        Column("oldest", _time("longest_wait_ms"), True),
        Column("ready", _field("agents_ready"), True),
        Column("busy", _field("agents_busy"), True),
        Column("not_ready", _field("agents_not_ready"), True),
        _count("answered"),
        _count("abandoned"),
        Column(REPORTED["service_level"].words, _percent, True),
        Column(REPORTED["formula"].words, _formula),
    ),
}


def print_table(world: World, kind: Kind[Any], items: list[Item]) -> None:
    """A table of ``items``, or one word when there are none."""
    if not items:
        line(f"{kind.table}: {text(world.lang, 'nothing')}")
        return
    columns = COLUMNS[kind]
    if kind is AGENT:
        named = _reasons(world)
        items = [{**item, "reason": named.get(code := str(item.get("reason", "")), code)} for item in items]
    rows = [[column.show(world.lang, item) for column in columns] for item in items]
    headings = [text(world.lang, word) if isinstance(word := one.heading, str) else word.said(world.lang) for one in columns]
    console().print(table(headings, rows, right=[i for i, column in enumerate(columns) if column.right]))


def _reasons(world: World) -> dict[str, str]:
    """What the centre calls its not-ready reasons; {} when nothing is published, or nothing that can be read."""
    raw = world.client.get(world.keys.config)
    try:
        found = orjson.loads(raw)["not_ready_reasons"] if isinstance(raw, bytes) else ()
        return {str(one["code"]): str(one["texts"][world.lang]) for one in found if world.lang in one["texts"]}
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return {}


def print_freshness(world: World, fresh: Freshness, unreadable: int) -> None:
    """The line above every table: is the daemon alive, how old is this."""
    data_age = age(world.lang, fresh.data_age_ms)
    if fresh.daemon_alive:
        line(text(world.lang, "daemon_alive", age=data_age), style_key="ok")
    else:
        daemon = fresh.daemon
        seen = text(world.lang, "last_seen", age=age(world.lang, daemon.age_ms)) if daemon else text(world.lang, "never_seen")
        line(text(world.lang, "daemon_away", seen=seen, age=data_age), style_key="critical")
    if unreadable:
        line(text(world.lang, "unreadable", count=unreadable), style_key="warning")


# ---------------------------------------------------------------- commands


def look(world: World, kind: Kind[Any], wanted: Filter) -> tuple[dict[str, Any], Freshness]:
    """One document of ``kind``. Raises redis.RedisError, BadSetting."""
    fresh = read_freshness(world.client, world.keys, world.clock.now_ms())
    rows = read_rows(world.client, world.keys, kind)
    unreadable = rows.unreadable
    document: dict[str, Any] = {"command": kind.table, **fresh.to_json()}
    if kind is TRUNK:
        switches = read_rows(world.client, world.keys, SWITCH)
        unreadable += switches.unreadable
        document[SWITCH.table] = [
            {**view, "linked": bool(view.get("linked")) if fresh.daemon_alive else None}
            for name, view in switches.views.items()
            if wanted({"node": name})
        ]
        items = trunk_items(rows, switches, fresh)
    else:
        items = [_ITEM[kind](view, fresh.now_ms) for view in rows.views.values()]
    if kind is CALL:
        items.sort(key=lambda item: (-item["total_ms"], item["id"]))
    document[kind.table] = [item for item in items if wanted(item)]
    document["unreadable"] = unreadable
    return document, fresh


def show(world: World, kind: Kind[Any], wanted: Filter) -> int:
    """Look once and print; -> exit code."""
    document, fresh = look(world, kind, wanted)
    if world.json:
        print_json(document)
    else:
        print_freshness(world, fresh, document["unreadable"])
        if kind is TRUNK:
            print_table(world, SWITCH, document[SWITCH.table])
        print_table(world, kind, document[kind.table])
    if not fresh.daemon_alive:
        return EXIT_AWAY
    broken = [item for item in document[kind.table] if kind is TRUNK and item["state"] == "down"]
    broken += [item for item in document.get(SWITCH.table, ()) if not item["linked"]]
    return EXIT_FINDINGS if broken else EXIT_OK


def run(world: World, kind: Kind[Any], watch: float | None, wanted: Filter) -> int:
    """Show once, or every ``watch`` seconds until Ctrl-C; a Redis that goes away while watching is a line, not the end."""
    if watch is None:
        return show(world, kind, wanted)
    while True:
        if not world.json:
            console().clear()
        try:
            show(world, kind, wanted)
        except redis.RedisError as error:
            away = world.redis_away(error)
            if world.json:
                print_json({"command": kind.table, "at_ms": world.clock.now_ms(), **error_json(away)})
            else:
                line(away.message, style_key="critical")
        try:
            world.wait(watch)
        except KeyboardInterrupt:
            return EXIT_OK


def _equal(asked: Mapping[str, str | None]) -> Filter:
    """Items whose fields are these values, or have them as a key; None: any."""

    def fits(item: Item, key: str, value: str) -> bool:
        found = item.get(key, "")
        return value in found if isinstance(found, dict) else value == str(found)

    return lambda item: all(fits(item, key, value) for key, value in asked.items() if value is not None)


def _command(kind: Kind[Any], says: str, *filters: click.Option, about_one: Sequence[click.Command] = ()) -> click.Command:
    """``filters``: each has the name of the field that it compares; ``about_one``: what may be asked about one of them."""

    @click.group(kind.table, help=says, invoke_without_command=True, commands=about_one)
    @click.option("--watch", is_flag=True, help="Look again and again until Ctrl-C (with --json: one document a line).")
    @click.option("--every", type=Number(0.2, 3600), default=1.0, show_default=True, help="Seconds between looks.")
    @common_options
    @click.pass_context
    def command(context: click.Context, /, watch: bool, every: float, **asked: str | None) -> None:
        if context.invoked_subcommand is None:
            context.exit(run(context.obj, kind, every if watch else None, _equal(asked)))

    command.params[:0] = filters
    return command


trunks = _command(
    TRUNK,
    "Switches and gateways: state, calls, failures, ping, limits.",
    click.Option(["--switch", "node"], metavar="NAME", help="Only this switch."),
)
calls = _command(
    CALL,
    "Running calls, the oldest first.",
    click.Option(["--queue"], metavar="ID", help="Only calls of this queue."),
    click.Option(["--agent"], metavar="ID", help="Only calls of this agent."),
    click.Option(["--phase"], type=click.Choice(PHASES), help="Only calls in this phase."),
    about_one=(graph.show, graph.explain),
)
agents = _command(
    AGENT,
    "Agents: status, state, call, phone.",
    click.Option(["--team"], metavar="ID", help="Only agents of this team."),
    click.Option(["--queue", "queues"], metavar="ID", help="Only agents who serve this queue."),
    click.Option(["--state"], type=click.Choice(STATES), help="Only agents in this state."),
)
queues = _command(QUEUE, "Queues: waiting, longest wait, agents, today's service level with its formula.")
call_backs = _command(
    CALL_BACK,
    "Agents who wait for a colleague to be free.",
    click.Option(["--agent"], metavar="ID", help="Only those of this agent."),
)
