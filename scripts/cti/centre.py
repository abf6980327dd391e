"""`cti centre ENTITY list|show|add|set|remove|history|undo|import|export`, made from what is declared; beside them what is of the
whole centre (`publication.py`).

Nothing here knows an entity. It works on the database, with the checks, history and audit of the page. Passwords are typed or
come on stdin, never as arguments.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import check_schema, make_engine
from cti_server.domain.border import BadInput, is_broken
from cti_server.errors import CtiError
from cti_server.features.entities import tables
from cti_server.features.entities.contract import ALL, FATES, BadEntry, By, Entity, Held, Outcome, Problem, Wanted, Wish
from cti_server.features.entities.fields import Field, Unsaid, as_cell, from_cell
from cti_server.features.entities.sql import Entities
from cti_server.features.registry import ENTITIES, entities_within
from scripts.cti import publication
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.progress import progress
from scripts.cti.send import issuer
from scripts.cti.text import safe
from scripts.cti.world import EXIT_FINDINGS, World, common_options

GIVEN = click.argument("given", nargs=-1, metavar="[FIELD=VALUE]...")
SECRET = click.option(
    "--secret", "asked", multiple=True, metavar="FIELD", help="Ask for this password; without a terminal: stdin."
)
DRY = click.option("--dry-run", "dry", is_flag=True, help="Say what would become of it and change nothing.")
NEWEST = click.option("--version", type=click.IntRange(0), help="Refuse when it is not this one any more.")


class Declared(click.Group):
    """A group of commands for each entity, and the commands of the whole."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [*publication.ALL, *ENTITIES]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in publication.ALL:
            return publication.ALL[name]
        return _made(ENTITIES[name], context.ensure_object(World).lang) if name in ENTITIES else None


@click.group(cls=Declared)
def centre() -> None:
    """What people set up: agents, queues, numbers, settings, users... A change takes force by `publish`, one of users at once."""


def _made(entity: Entity, lang: str) -> click.Group:
    said = [f"  {_usage(one.name, one.form)}: {entity.fields[one.name].help.said(lang)}" for one in entity.declared.values()]
    group = click.Group(
        entity.name, help="\n".join([f"{entity.words.said(lang)}.", "\n\b", *said]), short_help=entity.words.said(lang)
    )
    key = click.argument("key") if not entity.single else _only(entity.single)
    for command, options in (
        (_list, (_LIST,)),
        (_show, (key,)),
        *(() if entity.single else ((_add, (key, GIVEN, SECRET, DRY)), (_remove, (key, NEWEST, DRY)))),
        (_set, (key, GIVEN, SECRET, NEWEST, DRY)),
        (_history, (key,)),
        (_undo, (key, click.argument("to", type=click.IntRange(1), metavar="VERSION"), NEWEST, DRY)),
        (_import, (click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)), DRY)),
        (_export, (click.argument("file", type=click.Path(dir_okay=False, path_type=Path)),)),
    ):
        group.add_command(_command(entity, command, options))
    return group


def _command(entity: Entity, function: Callable[..., None], options: Sequence[Callable[..., Any]]) -> click.Command:
    def run(context: click.Context, /, **given: Any) -> None:
        function(context, entity, **given)

    made: Callable[..., Any] = click.pass_context(run)
    for option in (common_options, *reversed(options)):
        made = option(made)
    name = function.__name__.removeprefix("_")
    return click.command(name, help=function.__doc__, short_help=function.__doc__)(made)


def _only(key: str) -> Callable[..., Any]:
    """Instead of an argument."""

    def option(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **given: Any) -> None:
            function(*args, key=key, **given)

        run.__dict__.update(function.__dict__)
        return run

    return option


def _usage(name: str, form: str) -> str:
    return f"{name}=" + {"list": "a,b", "map": "a=1,b=2", "flag": "true|false"}.get(form, form.upper())


@contextmanager
def _opened(world: World, entity: Entity) -> Iterator[Entities]:
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        check_schema(engine)
        key = world.settings.secrets_key
        yield Entities(engine, entities_within(world.settings), world.clock, Sealer(key) if key else None)
    except CtiError as error:
        if not world.json:
            _problems(world, entity, error.details.get("problems", ()))
            for row in error.details.get("rows", ()):
                _problems(world, entity, row["problems"], f"{row['key']}: ")
        raise
    finally:
        engine.dispose()


def _by() -> By:
    return By(issuer(), issuer().removeprefix("user:"))


# ---------------------------------------------------------------- commands


def _LIST(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--search", default="", help="In any text."),
        click.option("--filter", "filters", multiple=True, metavar="FIELD=VALUE"),
        click.option("--sort", default="", metavar="[-]FIELD", help="- before it: downwards."),
        click.option("--page", type=click.IntRange(1), default=1, show_default=True),
        click.option("--per-page", type=click.IntRange(1, 10_000), default=1000, show_default=True),
    ):
        function = option(function)
    return function


def _list(context: click.Context, entity: Entity, filters: tuple[str, ...], **wanted: Any) -> None:
    """All, or those that are looked for."""
    world: World = context.obj
    looked = _values(entity, filters, map_keys=True)
    with _opened(world, entity) as entities:
        total, held = entities.search(entity.name, Wanted(filter=looked, **wanted))
    if world.json:
        print_json({"command": "centre list", "entity": entity.name, "total": total, "items": [_told(one) for one in held]})
        return
    fields = [one for one in entity.declared.values() if not one.secret]
    headings = [entity.fields[one.name].label.said(world.lang) for one in fields]
    console().print(table(headings, [[cell(_shown(field, one.values.get(field.name))) for field in fields] for one in held]))
    if total > len(held):
        line(f"{len(held)} / {total}", style_key="warning", stderr=True)


def _show(context: click.Context, entity: Entity, key: str) -> None:
    """One, with its version and who changed it last."""
    world: World = context.obj
    with _opened(world, entity) as entities:
        held = entities.get(entity.name, key)
    if world.json:
        print_json({"command": "centre show", "entity": entity.name, **_told(held)})
        return
    for name, one in entity.declared.items():
        if not one.secret:
            line(f"{name:24}{_shown(one, held.values.get(name))}")
    line(f"version {held.version} {held.changed_by}".rstrip())


def _add(context: click.Context, entity: Entity, key: str, given: tuple[str, ...], asked: tuple[str, ...], dry: bool) -> None:
    """Make one. A copy: --json show, then add with another key."""
    wish = Wish(key, _values(entity, given) | _secrets(entity, asked), create=True)
    _change(context.obj, entity, "add", lambda entities: entities.change(entity.name, wish, _by(), dry=dry), dry)


def _set(
    context: click.Context,
    entity: Entity,
    key: str,
    given: tuple[str, ...],
    asked: tuple[str, ...],
    version: int | None,
    dry: bool,
) -> None:
    """Change fields; the others stay."""
    values = _values(entity, given) | _secrets(entity, asked)

    def change(entities: Entities) -> Outcome:
        seen = entities.get(entity.name, key).version if version is None else version
        return entities.change(entity.name, Wish(key, values, seen), _by(), dry=dry)

    _change(context.obj, entity, "set", change, dry)


def _remove(context: click.Context, entity: Entity, key: str, version: int | None, dry: bool) -> None:
    """Remove one to which nothing refers."""
    wish = Wish(key, None, version)
    _change(context.obj, entity, "remove", lambda entities: entities.change(entity.name, wish, _by(), dry=dry), dry)


def _undo(context: click.Context, entity: Entity, key: str, to: int, version: int | None, dry: bool) -> None:
    """The record of a former VERSION again, as a new one; also of what was removed."""

    def change(entities: Entities) -> Outcome:
        newest = version if version is not None else int(entities.history(entity.name, key)[0]["version"])
        return entities.undo(entity.name, key, newest, to, _by(), dry=dry)

    _change(context.obj, entity, "undo", change, dry)


def _history(context: click.Context, entity: Entity, key: str) -> None:
    """Who changed what and when, the newest first."""
    world: World = context.obj
    with _opened(world, entity) as entities:
        items = entities.history(entity.name, key)
    if world.json:
        print_json({"command": "centre history", "entity": entity.name, "key": key, "items": items})
        return
    for one in items:
        line(f"{one['version']}  {one['who']}  {FATES[one['what']].said(world.lang)}")
        _differences(entity, one["before"] or {}, one["after"] or {}, one["fields"])


def _import(context: click.Context, entity: Entity, file: Path, dry: bool) -> None:
    """Take FILE (.csv, .xlsx): new rows are created, others changed, all or none."""
    world: World = context.obj
    ending = _ending(file)
    with _opened(world, entity) as entities, progress(world) as shown:
        wishes = tables.wishes(entity, file.read_bytes(), ending)
        outcomes = entities.take(entity.name, wishes, _by(), dry=dry, progress=shown)
    refused = any(one.fate == "refused" for one in outcomes)
    if world.json:
        rows = [
            {"key": one.key, "fate": one.fate, "fields": one.fields, "made": _secrets_of(one, dry), "problems": one.problems}
            for one in outcomes
        ]
        print_json({"command": "centre import", "entity": entity.name, "ok": not refused, "dry": dry, "rows": rows})
    else:
        for one in outcomes:
            _outcome(world, entity, one, dry)
    context.exit(EXIT_FINDINGS if refused else 0)


def _export(context: click.Context, entity: Entity, file: Path) -> None:
    """All into FILE (.csv, .xlsx), which can be imported again; no secrets."""
    world: World = context.obj
    with _opened(world, entity) as entities:
        _, held = entities.search(entity.name, Wanted(per_page=ALL))
    file.write_bytes(tables.write(entity, held, _ending(file)))
    if world.json:
        print_json({"command": "centre export", "entity": entity.name, "ok": True, "rows": len(held), "file": str(file)})
    else:
        line(f"{file}: {len(held)}", style_key="ok")


# ---------------------------------------------------------------- words in, words out


def _ending(file: Path) -> str:
    ending = file.suffix.lower().removeprefix(".")
    if ending not in tables.ENDINGS:
        raise click.UsageError(f"{file.name}: a table ends in {' or '.join(f'.{one}' for one in tables.ENDINGS)}")
    return ending


def _values(entity: Entity, given: Sequence[str], map_keys: bool = False) -> dict[str, Any]:
    """``map_keys``: of a mapping one key is meant. Raises BadEntry, UsageError."""
    found: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or name in found:
            raise click.UsageError(f"{safe(one, 60)}: {'given twice' if equals else 'is not FIELD=VALUE'}")
        if is_broken(one):
            raise click.UsageError(f"{safe(name, 60)}: is not UTF-8")
        field = entity.declared.get(name)
        if field is None:
            raise click.UsageError(f"{safe(name, 60)}: no such field; known are {', '.join(entity.declared)}")
        if field.secret:
            raise click.UsageError(f"{name}: passwords are no arguments: --secret {name}")
        if field.form == "picture" and text.startswith("@"):
            text = _picture(Path(text[1:]))
        try:
            value = from_cell(replace(field, form="text") if map_keys and field.form == "map" else field, text)
        except BadInput as error:
            raise BadEntry([{"field": name, "problem": "value", "text": str(error)}]) from None
        if value is not Unsaid:
            found[name] = value
    return found


def _picture(path: Path) -> str:
    """A file as a field has it; what it is and whether it can be used is seen when it is set. Raises UsageError."""
    try:
        return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
    except OSError as error:
        raise click.UsageError(f"{safe(str(path), 100)}: {error.strerror}") from None


def _shown(field: Field, value: Any) -> str | int:
    """For people."""
    found = as_cell(field, value)
    return f"picture, {len(str(found))} characters" if field.form == "picture" and found else found


def _secrets(entity: Entity, asked: Sequence[str]) -> dict[str, str]:
    """Typed twice at a terminal, else the next line of stdin."""
    found = {}
    for name in asked:
        if name not in entity.secrets:
            raise click.UsageError(f"{safe(name, 60)}: is no password; known are {', '.join(entity.secrets) or 'none'}")
        if sys.stdin.isatty():
            found[name] = str(click.prompt(name, hide_input=True, confirmation_prompt="The same again"))
        else:
            found[name] = sys.stdin.readline().rstrip("\r\n")
    return found


def _change(world: World, entity: Entity, command: str, change: Callable[[Entities], Outcome], dry: bool) -> None:
    with _opened(world, entity) as entities:
        outcome = change(entities)
    if world.json:
        told = {"ok": True, "dry": dry, "fate": outcome.fate, "fields": outcome.fields, "made": _secrets_of(outcome, dry)}
        now = _told(outcome.now) if outcome.now else {"key": outcome.key}
        print_json({"command": f"centre {command}", "entity": entity.name, **told, **now})
        return
    _outcome(world, entity, outcome, dry)


def _outcome(world: World, entity: Entity, outcome: Outcome, dry: bool) -> None:
    fate = FATES[outcome.fate].said(world.lang)
    line(f"{outcome.key}: {fate}{' (dry run)' if dry else ''}", style_key="critical" if outcome.fate == "refused" else "ok")
    before, now = (one.values if one else {} for one in (outcome.before, outcome.now))
    _differences(entity, before, now, [name for name in outcome.fields if name not in outcome.made])
    for name, secret in _secrets_of(outcome, dry).items():
        line(f"  {name}: {secret}")
    _problems(world, entity, outcome.problems, "  ")


def _secrets_of(outcome: Outcome, dry: bool) -> dict[str, str]:
    """Those that were made in truth."""
    return {} if dry else dict(outcome.made)


def _differences(entity: Entity, before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        field = entity.declared.get(name)
        if field is None or field.secret:
            line(f"  {name}")
            continue
        was, now = (str(as_cell(field, one[name])) if name in one else "" for one in (before, after))
        if was != now:
            line(f"  {name}: {was or '-'} -> {now or '-'}")


def _problems(world: World, entity: Entity, problems: Sequence[Problem], before: str = "") -> None:
    for one in problems:
        label = (
            f"{entity.fields[one['field']].label.said(world.lang)} ({one['field']}): " if one["field"] in entity.fields else ""
        )
        line(f"{before}{label}{publication.problem_said(world.lang, one)}", style_key="critical", stderr=True)


def _told(held: Held) -> dict[str, Any]:
    told = {"key": held.key, "version": held.version, "changed_ms": held.changed_ms, "changed_by": held.changed_by}
    return {**told, "record": dict(held.values)}
