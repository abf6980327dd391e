"""`cti centre draft|check|diff|publish|plans|cancel|versions|rollback|discard|export|import`: a change of what people set up
takes force when it is published. On the database, and told to the daemon where Redis answers; else the worker does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import redis

from cti_server.adapters.centre_time import engine_sign
from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.sql.database import check_schema, make_engine
from cti_server.errors import CtiError
from cti_server.features.entities.contract import FATES, PROBLEMS, By
from cti_server.features.entities.fields import as_cell
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.contract import STATES, BadDocument, Difference, NothingToPublish
from cti_server.features.publication.delivery import deliver
from cti_server.features.publication.document import read, write
from cti_server.features.publication.sql import Done, Publications, published
from cti_server.features.registry import ENTITIES
from cti_server.reasons import said
from scripts.cti.output import console, line, print_json, table
from scripts.cti.progress import progress
from scripts.cti.send import issuer
from scripts.cti.world import EXIT_FINDINGS, World, common_options

LONGEST = 60


@contextmanager
def opened(world: World) -> Iterator[Publications]:
    """Tells what is refused by its entry."""
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        check_schema(engine)
        yield Publications(engine, Entities(engine, ENTITIES, world.clock), ENTITIES, world.clock, world.settings.tenant)
    except CtiError as error:
        if not world.json:
            _faults(world, error.details.get("problems", ()))
        raise
    finally:
        engine.dispose()


def _by() -> By:
    return By(issuer(), issuer().removeprefix("user:"))


@click.command()
@common_options
@click.pass_obj
def draft(world: World) -> None:
    """What is changed and not published, by whom; which version is in force, and which one the daemon has."""
    with opened(world) as publications:
        told = publications.draft()
    try:
        sign, _ = engine_sign(world.client, world.keys)
        daemon = int(sign.document.get("config", 0)) if sign and sign.alive else None
    except redis.RedisError:
        daemon = None
    if world.json:
        print_json({"command": "centre draft", **told, "daemon": daemon})
        return
    line(f"version {told['version']} in force; daemon: {daemon if daemon is not None else 'away'}")
    line(f"{told['changes']} unpublished changes" + (f" since {_time(told['since_ms'])}" if told["changes"] else ""))
    for one in told["who"]:
        line(f"  {one['who']}: {one['changes']}, last {_time(one['last_ms'])}")


@click.command()
@common_options
@click.pass_context
def check(context: click.Context) -> None:
    """Why the draft could not be published; nothing: it could. Exit code 1 when something is wrong."""
    world: World = context.obj
    with opened(world) as publications:
        problems = publications.check()
    if world.json:
        print_json({"command": "centre check", "ok": not problems, "problems": problems})
    else:
        _faults(world, problems)
        if not problems:
            line("ok", style_key="ok")
    context.exit(EXIT_FINDINGS if problems else 0)


@click.command()
@click.argument("before", type=click.IntRange(1), required=False)
@click.argument("after", type=click.IntRange(1), required=False)
@common_options
@click.pass_obj
def diff(world: World, before: int | None, after: int | None) -> None:
    """The draft against what is in force, against version BEFORE, or of version AFTER against BEFORE."""
    with opened(world) as publications:
        found = publications.difference(before, after)
    if world.json:
        print_json({"command": "centre diff", "items": found})
    else:
        _differences(world, found)


@click.command()
@click.option("--reason", default="", help="Why: it stands in the list of versions.")
@click.option("--at", "moment", default="", metavar="TIME", help="Then, e.g. 2026-12-01T02:00+08:00: the draft as it is now.")
@common_options
@click.pass_obj
def publish(world: World, reason: str, moment: str) -> None:
    """The draft takes force as a new version, whole or not at all."""
    at_ms = _moment(moment) if moment else 0
    _done(world, "publish", lambda publications: publications.publish(_by(), reason, at_ms=at_ms))


@click.command()
@common_options
@click.pass_obj
def plans(world: World) -> None:
    """Publications for a set time, and what became of them."""
    with opened(world) as publications:
        items = publications.plans()
    if world.json:
        print_json({"command": "centre plans", "items": items})
        return
    for one in items:
        line(f"{one['id']}  {_time(one['at_ms'])}  {one['author']}  {STATES[one['state']].said(world.lang)}  {one['reason']}")
        _faults(world, one["problems"])


@click.command()
@click.argument("plan", type=click.IntRange(1))
@common_options
@click.pass_obj
def cancel(world: World, plan: int) -> None:
    """A planned publication is not to be."""
    with opened(world) as publications:
        publications.cancel(plan, _by())
    if world.json:
        print_json({"command": "centre cancel", "ok": True, "plan": plan})
    else:
        line(f"{plan}: {STATES['cancelled'].said(world.lang)}", style_key="ok")


@click.command()
@common_options
@click.pass_obj
def versions(world: World) -> None:
    """What was published: when, by whom, why; the newest first."""
    with opened(world) as publications:
        items = publications.versions()
    if world.json:
        print_json({"command": "centre versions", "items": items})
        return
    rows = [[str(one["version"]), _time(one["at_ms"]), one["author"], str(one["changes"]), one["reason"]] for one in items]
    console().print(table(["version", "published", "by", "changes", "reason"], rows))


@click.command()
@click.argument("version", type=click.IntRange(1))
@click.option("--reason", default="", help="Why: it stands in the list of versions.")
@click.option("--discard", is_flag=True, help="Unpublished changes may be lost; they stay in the history of their entries.")
@common_options
@click.pass_obj
def rollback(world: World, version: int, reason: str, discard: bool) -> None:
    """Everything published as of VERSION again, as a new version."""
    _done(world, "rollback", lambda publications: publications.roll_back(version, _by(), reason, discard=discard))


@click.command()
@click.argument("entity", required=False, default="", type=click.Choice(["", *published(ENTITIES)]))
@click.argument("key", required=False, default="")
@common_options
@click.pass_obj
def discard(world: World, entity: str, key: str) -> None:
    """The draft, or ENTITY KEY of it, is as in force again."""
    if entity and not key:
        raise click.UsageError(f"which one of {entity}? Say its key")
    with opened(world) as publications:
        changes = publications.discard(_by(), entity=entity, key=key)
    if world.json:
        print_json({"command": "centre discard", "ok": True, "changes": changes})
    else:
        line(f"{changes} changes discarded", style_key="ok")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common_options
@click.pass_obj
def export_centre(world: World, file: Path) -> None:
    """The draft of the whole centre into FILE, a YAML document for git and for another centre; no passwords."""
    with opened(world) as publications:
        records = publications.now()
    file.write_text(write(records, published(ENTITIES)), "utf-8")
    total = sum(map(len, records.values()))
    if world.json:
        print_json({"command": "centre export", "ok": True, "file": str(file), "entries": total})
    else:
        line(f"{file}: {total}", style_key="ok")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "dry", is_flag=True, help="Say what would become of it and change nothing.")
@common_options
@click.pass_obj
def import_centre(world: World, file: Path, dry: bool) -> None:
    """The draft becomes what FILE says of each part that it names, all or nothing; then: cti centre publish."""
    with opened(world) as publications, progress(world) as shown:
        try:
            wanted = read(file.read_text("utf-8-sig"), published(ENTITIES))
        except UnicodeDecodeError as error:
            raise BadDocument(f"{file.name} is not UTF-8 (byte {error.start})") from error
        found, made = publications.take(wanted, _by(), dry=dry, progress=shown)
    if world.json:
        print_json({"command": "centre import", "ok": True, "dry": dry, "items": found, "made": made})
        return
    _differences(world, found)
    _secrets(made)


ALL = {one.name or "": one for one in (draft, check, diff, publish, plans, cancel, versions, rollback, discard, export_centre,
                                       import_centre)}  # fmt: skip


# ---------------------------------------------------------------- words in, words out


def _done(world: World, command: str, change: Callable[[Publications], Done]) -> None:
    with opened(world) as publications:
        found = change(publications)
    told = False
    if found.version:
        commands = CommandClient(world.client, world.keys, process_name("cti"))
        told = deliver(world.client, world.keys, commands, found.document, found.version, issuer())
        commands.close()
    if world.json:
        print_json({"command": f"centre {command}", "ok": True, "version": found.version, "plan": found.plan, "delivered": told,
                    "made": found.made or {}})  # fmt: skip
        return
    if found.plan:
        line(f"publication {found.plan['id']} waits until {_time(found.plan['at_ms'])}", style_key="ok")
    else:
        line(f"version {found.version}" + ("" if told else ": the worker delivers it"), style_key="ok")
    _secrets(found.made or {})


def _secrets(made: Mapping[str, Any]) -> None:
    for entity, keys in made.items():
        for key, secrets in keys.items():
            for name, secret in secrets.items():
                line(f"{entity} {key} {name}: {secret}")


def _differences(world: World, found: Sequence[Difference]) -> None:
    if not found:
        line(NothingToPublish.words.said(world.lang) if NothingToPublish.words else "")
    for one in found:
        entity = ENTITIES[one["entity"]]
        line(f"{entity.words.said(world.lang)} {one['key']} {one['name']}: {FATES[one['change']].said(world.lang)}")
        for field in one["fields"]:
            label, declared = entity.fields[field["field"]].label.said(world.lang), entity.declared[field["field"]]
            before, after = (_cut("" if it is None else str(as_cell(declared, it))) for it in (field["before"], field["after"]))
            line(f"  {label}: {before or '-'} -> {after or '-'}")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def problem_said(lang: str, problem: Mapping[str, Any]) -> str:
    """In the language; what has no words of its own in English behind what kind of problem it is."""
    own = said(problem, lang, lambda name: ENTITIES[name].words.said(lang) if name in ENTITIES else name)
    return own or f"{PROBLEMS[problem['problem']].said(lang)}: {problem['text']}"


def _faults(world: World, faults: Sequence[Any]) -> None:
    for one in faults:
        entity = ENTITIES.get(one.get("entity", ""))
        label = entity.words.said(world.lang) if entity else ""
        field = entity.fields[one["field"]].label.said(world.lang) if entity and one["field"] in entity.fields else ""
        place = " ".join(filter(None, (label, one.get("key", ""), field)))
        line(f"{place}: {problem_said(world.lang, one)}", style_key="critical", stderr=True)


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise click.UsageError(f"--at: {text[:40]} is no time, e.g. 2026-12-01T02:00 or 2026-12-01T02:00+08:00") from None
