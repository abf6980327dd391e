"""Entities in the database. A change is one transaction with its row of history and its audit row; changes take turns, so that
each is checked against what all others have left."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import transaction
from cti_server.domain.border import BROKEN_TEXT, is_broken
from cti_server.domain.clock import Clock
from cti_server.errors import BadArguments, CtiError
from cti_server.events.facts import AuditFact
from cti_server.features.entities.checks import BROKEN, checked, located, misfits, ruled
from cti_server.features.entities.contract import (
    BadEntry,
    By,
    Change,
    Entity,
    EntriesRefused,
    EntryChanged,
    EntryExists,
    EntryInUse,
    Fault,
    Held,
    ImportRefused,
    NoSuchEntry,
    Outcome,
    Problem,
    Progress,
    Rules,
    Wanted,
    Wish,
    is_within,
    sealed_for,
)
from cti_server.features.entities.fields import differences
from cti_server.features.entities.model import EntityVersion
from cti_server.features.ledger.model import TABLES, Mark
from cti_server.reasons import reason
from cti_server.rights import WHOLE, Reach

_FILTERS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("text", "lines", "picture", "choice", "map"), (str,)),
    "list": (str, list),
    "json": (list, dict),
    "number": (int,),
    "flag": (bool,),
}
"""What a field can be compared with."""
SEE, CHANGE = "setup.{}.see", "setup.{}.change"
TURN = "entities"
"""The mark that who changes something holds: when that was last."""
NO_KEY = reason(
    "needs-secrets-key",
    "cannot be kept without CTI_SECRETS_KEY, which seals it: ask the operator",
    "未设置 CTI_SECRETS_KEY，无法保存：请联系运维人员",
)
NOT_THERE = reason("entry-is-not-there", "{entity} has no {key}", "{entity}中没有 {key}")
THERE = reason("entry-is-there", "{entity} has {key} already", "{entity}中已有 {key}")
TAKEN = reason("taken", "{value} is already that of {key}", "{value} 已被 {key} 使用")
TAKEN_BY_ANOTHER = reason("taken-by-another", "{value} is already that of another one", "{value} 已被占用")
OUT_OF_REACH = reason("out-of-reach", "{key} is not within your reach", "{key} 不在您的管理范围内")
SAY_WHOSE = reason(
    "say-whose-it-is",
    "must be filled in: you may set up only what is within your reach",
    "请填写：您只能设置自己管理范围内的内容",
)
MUST_STAY = reason("always-there", "{entity} are always there: change them", "{entity}始终存在，不能删除，只能修改")
USED = reason("in-use", "{key} is still used by {users}: change these first", "{key} 仍被使用：{users}，请先修改")
NEEDED = reason("still-needed", "without it this is wrong: {problems}", "删除后以下内容不正确：{problems}")
MOST_SHOWN = 20
MOST_VERSIONS = 500
AT_ONCE = 100
"""So many changes are looked up together, and written together."""


@dataclass(slots=True)
class _Work:
    """One transaction of changes, and what was looked up for the next few of them."""

    session: Session
    entity: Entity
    by: By
    now_ms: int
    there: dict[tuple[str, str], bool]
    rules: Rules | None = None
    leaving: Collection[tuple[str, str]] = ()
    aside: Mapping[tuple[str, str], Held] = field(default_factory=dict)  # those whose unique values were
    near: dict[tuple[str, str], Any] = field(default_factory=dict)  # rows: of the changes' own keys, and of what they name
    held: dict[str, Held] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)  # versions of those that are not there
    owners: dict[str, dict[str, str]] = field(default_factory=dict)  # field that no two have alike -> value -> key
    versions: list[dict[str, Any]] = field(default_factory=list)  # rows of history and audit, yet to be written
    audits: list[dict[str, Any]] = field(default_factory=list)

    def row(self, target: Entity, key: str) -> Any | None:
        """Of what something is named by; looked up if nobody did before."""
        if (target.name, key) not in self.near:
            return target.place.row(self.session, key)
        return self.near[target.name, key]

    def keep(self, held: Held | None, now: Held | None, row: Any | None) -> None:
        """What changed is what the next change finds."""
        key = (now or held or _nobody).key
        for one in self.owners:
            if held is not None and self.owners[one].get(held.values[one]) == key:
                del self.owners[one][held.values[one]]
            if now is not None and isinstance(now.values[one], str):
                self.owners[one][now.values[one]] = key
        self.there[self.entity.name, key] = now is not None
        self.near[self.entity.name, key] = row
        if now is not None:
            self.held[key] = now
        elif held is not None:
            self.held.pop(key, None)
            self.last[key] = held.version + 1

    def write(self) -> None:
        self.session.flush()
        for table, rows in ((EntityVersion, self.versions), (TABLES[AuditFact], self.audits)):
            if rows:
                self.session.execute(insert(table), rows)
                rows.clear()


class Entities:
    """``every``: all entities by name; references lead from one to another. ``sealer`` None: there is no key, so that no secret
    is taken that has to be sealed. ``pause`` is called every few rows of a long change."""

    _sealer: Sealer | None = None

    def __init__(
        self,
        engine: Engine,
        every: Mapping[str, Entity],
        clock: Clock,
        sealer: Sealer | None = None,
        pause: Callable[[], object] = lambda: None,
    ) -> None:
        self._engine, self.every, self._clock, self._sealer, self._pause = engine, every, clock, sealer, pause

    # ------------------------------------------------------------ looking

    def search(self, name: str, wanted: Wanted, reach: Reach = WHOLE) -> tuple[int, list[Held]]:
        """How many there are within reach, and those of the page. Raises BadArguments, DatabaseAway."""
        known = self.every[name].declared
        for one in (*wanted.filter, *filter(None, [wanted.sort.removeprefix("-")])):
            if one not in known or known[one].secret:
                raise BadArguments(f"{name} has no field {one:.60}; it has {', '.join(known)}", {"field": f"{one:.60}"})
        if is_broken([wanted.search, wanted.filter]):
            raise BadArguments(BROKEN_TEXT)
        if unfit := [one for one, value in wanted.filter.items() if type(value) not in _FILTERS[known[one].form]]:
            raise BadArguments(f"{', '.join(unfit)}: no such value can be looked for", {"field": unfit[0]})
        with transaction(self._engine) as session:
            return self.every[name].place.search(session, replace(wanted, within=self.every[name].within(reach)))

    def get(self, name: str, key: str, reach: Reach = WHOLE) -> Held:
        """Raises NoSuchEntry, DatabaseAway."""
        with transaction(self._engine) as session:
            return _held(session, self.every[name], key, reach)

    def history(self, name: str, key: str, reach: Reach = WHOLE) -> list[Mapping[str, Any]]:
        """The newest first: {version, at_ms, who, what, fields, before, after}; of another time, when it was
        out of reach, there is nothing. Raises NoSuchEntry, DatabaseAway."""
        with transaction(self._engine) as session:
            if is_broken(key):
                raise NoSuchEntry(f"{name} has no such key")
            asked = _versions(name, key).order_by(EntityVersion.version.desc()).limit(MOST_VERSIONS)
            rows = session.scalars(asked).all()
            within = self.every[name].within(reach)
            if not rows or not is_within(rows[0].after or rows[0].before, within):
                _held(session, self.every[name], key, reach)
            names = ("version", "at_ms", "who", "what", "fields", "before", "after")
            told = [{one: getattr(row, one) for one in names} for row in rows]
            for row in told:
                row |= {side: row[side] if row[side] and is_within(row[side], within) else None for side in ("before", "after")}
            return [row for row in told if row["before"] or row["after"]]

    # ------------------------------------------------------------ changing

    def change(self, name: str, wish: Wish, by: By, *, dry: bool = False) -> Outcome:
        """One change; ``dry``: what would become of it. Raises BadEntry, NoSuchEntry, EntryExists, EntryInUse, EntryChanged,
        DatabaseAway: then nothing has changed."""
        (outcome,) = self._run(self.every[name], [wish], by, dry, _raise, Progress())
        return outcome

    def undo(self, name: str, key: str, version: int, to: int, by: By, *, dry: bool = False) -> Outcome:
        """The record as it was in version ``to``, as a new one; what was removed is there again. Raises as ``change``."""
        if is_broken(key):
            raise NoSuchEntry(f"{name} has no such key")
        with transaction(self._engine) as session:
            rows = session.scalars(_versions(name, key).where(EntityVersion.version.in_((to, to + 1)))).all()
            told = {row.version: row.after if row.version == to else row.before for row in rows}
            found = told.get(to) or told.get(to + 1)
            held = self.every[name].place.row(session, key)
        if found is None or not is_within(found, self.every[name].within(by.reach(CHANGE.format(name)))):
            raise NoSuchEntry(f"{name} {key} has no version {to} that can be had again", {"version": to})
        values = {field: value for field, value in found.items() if field in self.every[name].declared}
        return self.change(name, Wish(key, values, version, create=held is None, undo=True), by, dry=dry)

    def take(
        self, name: str, wishes: Sequence[Wish], by: By, *, dry: bool = False, progress: Progress | None = None
    ) -> list[Outcome]:
        """Many changes, all or none; ``dry``: what would become of each. Raises ImportRefused, DatabaseAway."""

        def keep(wish: Wish, error: CtiError) -> Outcome:
            problems = error.details["problems"] if isinstance(error, BadEntry) else [ruled("", error.message)]
            return Outcome(wish.key, "refused", problems=tuple(problems))

        outcomes = self._run(self.every[name], wishes, by, dry, keep, progress or Progress())
        if not dry and any(one.fate == "refused" for one in outcomes):
            refused = [(at, one) for at, one in enumerate(outcomes) if one.fate == "refused"]
            rows = [{"row": at, "key": one.key, "problems": list(one.problems)} for at, one in refused[:MOST_SHOWN]]
            raise ImportRefused(f"{len(refused)} of {len(outcomes)} rows are not right; nothing was imported", {"rows": rows})
        return outcomes

    def _run(
        self,
        entity: Entity,
        wishes: Sequence[Wish],
        by: By,
        dry: bool,
        refused: Callable[[Wish, CtiError], Outcome],
        progress: Progress,
    ) -> list[Outcome]:
        progress.begin(len(wishes))
        with self.turn() as (session, now_ms):
            there = {(entity.name, wish.key): True for wish in wishes if wish.values is not None}  # all come, or none
            work = _Work(session, entity, by, now_ms, there, _rules(entity, session))
            outcomes: list[Outcome] = []
            for wish in self._in_turn(work, wishes, progress):
                try:
                    outcomes.append(self._one(work, wish))
                except CtiError as error:
                    outcomes.append(refused(wish, error))
            progress.check()
            if any(one.fate not in ("same", "refused") for one in outcomes):
                outcomes = self._whole(work, wishes, outcomes, refused)
            if dry or any(one.fate == "refused" for one in outcomes):
                session.rollback()
            return outcomes

    @contextmanager
    def turn(self) -> Iterator[tuple[Session, int]]:
        """A transaction in which nobody else changes an entity, and its moment. Raises EntryExists, DatabaseAway."""
        try:
            with transaction(self._engine) as session:
                now_ms = self._clock.now_ms()
                _take_turn(session, now_ms)
                yield session, now_ms
        except (IntegrityError, DataError) as error:
            raise EntryExists(
                f"the database refuses it ({str(error.orig)[:200]}): look at it again, then try once more"
            ) from error

    def arrange(
        self,
        session: Session,
        now_ms: int,
        wanted: Mapping[str, Sequence[Wish]],
        by: By,
        progress: Progress | None = None,
    ) -> list[tuple[str, Outcome]]:
        """Changes of several entities in a ``turn``, in whatever order they need: what one refers to may come with it, what
        another one leaves free may be taken. Raises EntriesRefused: then the turn has to end."""
        names, progress = _referred_first(self.every, wanted), progress or Progress()
        named = [(name, wish) for name in names for wish in wanted[name]]
        progress.begin(len(named))
        leaving = {(name, wish.key) for name, wish in named if wish.values is None}
        there = {(name, wish.key): True for name, wish in named if wish.values is not None}
        aside = self._set_aside(session, named)
        outcomes: list[tuple[str, Outcome]] = []
        faults: list[Fault] = []
        coming = [(name, [wish for wish in wanted[name] if wish.values is not None]) for name in names]
        going = [(name, [wish for wish in reversed(wanted[name]) if wish.values is None]) for name in reversed(names)]
        for name, wishes in (*coming, *going):
            work = _Work(session, self.every[name], by, now_ms, there, _rules(self.every[name], session), leaving, aside)
            for wish in self._in_turn(work, wishes, progress):
                try:
                    outcomes.append((name, self._one(work, wish)))
                except CtiError as error:
                    problems = error.details["problems"] if isinstance(error, BadEntry) else [ruled("", error.message)]
                    faults += [Fault(entity=name, key=wish.key, **one) for one in problems]
        progress.check()
        faults += [] if faults else self._new_faults(session, {self.every[name].whole for name in wanted}, leaving)
        if faults:
            raise EntriesRefused(faults)
        return outcomes

    def _in_turn(self, work: _Work, wishes: Sequence[Wish], progress: Progress) -> Iterator[Wish]:
        """One after the other; a few at a time what they need is looked up before, and what they changed is written after."""
        for at in range(0, len(wishes), AT_ONCE):
            some = wishes[at : at + AT_ONCE]
            self._look_up(work, some)
            yield from some
            work.write()
            progress.add(len(some))
            self._pause()

    def _look_up(self, work: _Work, wishes: Sequence[Wish]) -> None:
        entity, session = work.entity, work.session
        place, keys = entity.place, {wish.key for wish in wishes if not is_broken(wish.key)}
        rows = place.rows(session, keys)
        work.held = {key: work.aside.get((entity.name, key)) or place.held(row) for key, row in rows.items()}
        absent = keys - rows.keys()
        last = select(EntityVersion.key, func.max(EntityVersion.version)).where(EntityVersion.entity == entity.name)
        last = last.where(EntityVersion.key.in_(absent)).group_by(EntityVersion.key)
        work.last = {row[0]: row[1] for row in session.execute(last)} if absent else {}
        given = [wish.values or {} for wish in wishes]
        for name in place.unique():
            work.owners[name] = dict(place.owners(session, name, {key for values in given for key in _keys_in(values.get(name))}))
        named: dict[str, set[str]] = {}
        for name, target in entity.references.items():
            if target in self.every:
                sides = (*given, *(held.values for held in work.held.values()))
                named.setdefault(target, set()).update(key for values in sides for key in _keys_in(values.get(name)))
        work.near = {(entity.name, key): rows.get(key) for key in keys}
        for target, those in named.items():
            found = self.every[target].place.rows(session, those)
            work.near |= {(target, key): found.get(key) for key in those if (target, key) not in work.near}

    def _set_aside(self, session: Session, named: Sequence[tuple[str, Wish]]) -> dict[tuple[str, str], Held]:
        """What no two may have alike is free to be taken: two may exchange it."""
        found = {}
        for name, wish in named:
            place = self.every[name].place
            for one in place.unique():
                row = place.row(session, wish.key)
                held = place.held(row) if row is not None else None
                if held is not None and (wish.values is None or wish.values.get(one, held.values[one]) != held.values[one]):
                    found[name, wish.key] = held
                    stamp = {"version": held.version, "changed_ms": held.changed_ms, "changed_by": held.changed_by}
                    place.write(session, row, wish.key, {one: f"~{len(found)}"}, stamp)
        session.flush()
        return found

    def _new_faults(
        self, session: Session, wholes: Collection[Callable[[Any], Iterable[str]]], leaving: Collection[tuple[str, str]]
    ) -> list[Fault]:
        """What is wrong with everything now and was not before; others see what was before, for this transaction is not over.
        What neither is there nor leaves was missed by others before as well (a flow may play what only lies on the switch)."""
        texts = [text for whole in wholes for text in whole(session)]
        if texts:
            with transaction(self._engine) as others:
                before = {text for whole in wholes for text in whole(others)}
            texts = [text for text in texts if text not in before]
        found = self.located(session, texts, leaving)
        return [one for one in found if one["key"] or not one["text"].startswith(f"{one['entity']}.")]

    def located(self, session: Session, texts: Iterable[str], leaving: Collection[tuple[str, str]] = ()) -> list[Fault]:
        """Problems of everything, each as one of its entity, which is there or among those ``leaving``."""

        def is_there(name: str, key: str) -> bool:
            return (name, key) in leaving or self.every[name].place.row(session, key) is not None

        return [located(text, self.every, is_there) for text in texts]

    def _one(self, work: _Work, wish: Wish) -> Outcome:
        entity, session = work.entity, work.session
        if wish.problems:
            raise BadEntry(wish.problems)
        if is_broken(wish.key):  # no database holds it
            raise BadEntry([ruled(entity.key, BROKEN(), "characters")])
        row, held = work.near[entity.name, wish.key], work.held.get(wish.key)
        reach = work.by.reach(CHANGE.format(entity.name))
        if held is not None and not is_within(held.values, entity.within(reach)):
            raise _is_hidden(entity, wish)
        if held is None and wish.create is False:
            raise NoSuchEntry(NOT_THERE(entity=entity.name, key=wish.key), {"key": wish.key})
        if held is not None and wish.create is True:
            raise EntryExists(THERE(entity=entity.name, key=wish.key), {"key": wish.key, "version": held.version})
        last = held.version if held else work.last.get(wish.key, 0)
        if wish.version is not None and wish.version != last:
            raise self._changed(session, entity, wish, held, last)
        if wish.values is None:
            return self._remove(work, wish, row, held)
        said = work.rules.written(wish.values) if work.rules else wish.values
        values, given, problems = checked(entity, wish.key, said, held.values if held else None)
        problems += self._missing_references(work, wish.key, values, held.values if held else {})
        problems += [
            ruled(name, OUT_OF_REACH(key=str(values[name])) if values.get(name) else SAY_WHOSE(), "no-such")
            for name in entity.strays(reach, held.values if held else None, values)
            if name not in {one["field"] for one in problems}
        ]
        problems += self._forbidden(work, held.values if held else None, None if problems else values)  # only of a whole record
        for name in work.owners:
            other = work.owners[name].get(values[name], wish.key) if isinstance(values.get(name), str) else wish.key
            if other != wish.key:
                seen = self._is_seen(work, entity.name, other)
                told = TAKEN(value=values[name], key=other) if seen else TAKEN_BY_ANOTHER(value=values[name])
                problems.append(ruled(name, told, "taken"))
        if work.rules and not problems:
            problems += [ruled(*one) for one in work.rules.problems(values)]
        if not problems:
            problems += [ruled(*one) for one in entity.step(held.values if held else None, values, work.now_ms)]
        if self._sealer is None:
            problems += [ruled(name, NO_KEY(), "secret") for name in given if entity.secrets[name].sealed]
        if problems:
            raise BadEntry(problems)
        made = {
            name: secret.before(wish.key) + secret.make()
            for name, secret in entity.secrets.items()
            if secret.make and (secret.column or name) not in wish.hidden and _is_wanted(name, given, held)
        }
        given = {name: value for name, value in {**given, **made}.items() if value != ""}
        names = [*differences(held.values if held else None, values, values.keys()), *given]
        if not names:
            return Outcome(wish.key, "same", held, held)
        hidden = {
            secret.column or name: self._stored(entity, wish.key, name, given[name]) if name in given else ""
            for name, secret in entity.secrets.items()
            if name in given or held is None
        } | dict(wish.hidden)
        now = Held(wish.key, last + 1, work.now_ms, work.by.name[:128], values, held.seen if held else {})
        stamp = {"version": now.version, "changed_ms": now.changed_ms, "changed_by": now.changed_by}
        row = entity.place.write(session, row, wish.key, {**values, **hidden}, stamp)
        if held is not None:  # what it had may be taken by the next
            session.flush()
        work.keep(held, now, row)
        fate: Change = "undone" if wish.undo else "changed" if held else "created"
        self._book(work, fate, held, now, names)
        return Outcome(wish.key, fate, held, now, tuple(names), made)

    def _stored(self, entity: Entity, key: str, name: str, given: str) -> Any:
        secret = entity.secrets[name]
        if secret.sealed and self._sealer is not None:
            return self._sealer.seal(given, sealed_for(entity.name, key, name))
        return secret.stored(given)

    def _remove(self, work: _Work, wish: Wish, row: Any, held: Held | None) -> Outcome:
        entity, session = work.entity, work.session
        if held is None:
            raise NoSuchEntry(NOT_THERE(entity=entity.name, key=wish.key), {"key": wish.key})
        if entity.single:
            raise EntryInUse(MUST_STAY(entity=entity.name), {"used_by": []})
        if problems := self._forbidden(work, held.values, None):
            raise BadEntry(problems)
        used = [
            {"entity": other.name, "field": name, "key": key}
            for other in self.every.values()
            for name, target in other.references.items()
            if target == entity.name
            for key in other.place.who_have(session, name, wish.key)
            if (other.name, key) != (entity.name, wish.key) and (other.name, key) not in work.leaving
        ]
        if used:
            told = [one for one in used[:MOST_SHOWN] if self._is_seen(work, one["entity"], one["key"])]
            raise EntryInUse(_users(wish.key, told, len(used)), {"used_by": told, "total": len(used)})
        entity.place.remove(session, row)
        session.flush()
        work.keep(held, None, None)
        self._book(work, "removed", held, None, list(held.values), held.version + 1)
        return Outcome(wish.key, "removed", held, None)

    def _is_seen(self, work: _Work, name: str, key: str) -> bool:
        within = self.every[name].within(work.by.reach(SEE.format(name)))
        if within is None:
            return True
        row = work.row(self.every[name], key)
        return row is not None and is_within(self.every[name].place.held(row).values, within)

    def _forbidden(self, work: _Work, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> list[Problem]:
        found = work.entity.allowed(work.session, work.by, before, now)
        return [ruled(name, text, "rights") for name, text in found]

    def _missing_references(self, work: _Work, key: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> list[Problem]:
        """What is named anew must be there, and within sight."""
        found = []
        for name, target in work.entity.references.items():
            other, value = self.every.get(target), values.get(name)
            if other is None or not isinstance(value, str | Mapping | list) or not value:
                continue
            for one in [value] if isinstance(value, str) else value:
                if (target, one) == (work.entity.name, key):
                    continue
                if (target, one) not in work.there:
                    work.there[target, one] = work.row(other, one) is not None
                had = before.get(name) or ()
                new = one != had if isinstance(had, str) else one not in had
                if not work.there[target, one] or (new and not self._is_seen(work, target, one)):
                    found.append(ruled(name, NOT_THERE(entity=target, key=one), "no-such"))
        return found

    def _whole(
        self, work: _Work, wishes: Sequence[Wish], outcomes: list[Outcome], refused: Callable[[Wish, CtiError], Outcome]
    ) -> list[Outcome]:
        """Refuses those after which more is wrong than before; others see what was before, for this transaction is not over."""
        entity = work.entity
        texts = list(entity.whole(work.session))
        if not texts:
            return outcomes
        with transaction(self._engine) as others:
            before = set(entity.whole(others))
        new = [text for text in texts if text not in before]
        if not new:
            return outcomes
        mine: dict[int, list[Problem]] = {}
        for text in new:
            at, problem = misfits(entity, [wish.key for wish in wishes], text)
            mine.setdefault(at, []).append(problem)
        for at, problems in mine.items():
            outcomes[at] = refused(wishes[at], BadEntry(problems) if wishes[at].values is not None else _still_needed(problems))
        return outcomes

    def _changed(self, session: Session, entity: Entity, wish: Wish, held: Held | None, last: int) -> EntryChanged:
        since = session.scalars(_versions(entity.name, wish.key).where(EntityVersion.version > (wish.version or 0))).all()
        names = sorted({name for row in since for name in row.fields})
        newest = max(since, key=lambda row: row.version, default=None)
        who, at_ms = (newest.who, newest.at_ms) if newest else (held.changed_by, held.changed_ms) if held else ("", 0)
        text = f"{entity.name} {wish.key} has version {last}, not {wish.version}: {who or 'somebody'} has changed"
        text += f" {', '.join(names) or 'it'}"
        now = dict(held.values) if held else None
        return EntryChanged(
            f"{text}; look at it again", {"version": last, "who": who, "at_ms": at_ms, "fields": names, "record": now}
        )

    def _book(
        self, work: _Work, what: Change, before: Held | None, now: Held | None, names: Collection[str], version: int = 0
    ) -> None:
        key = (now or before or _nobody).key
        was, is_now = before.values if before else None, now.values if now else None
        version = version or (now or _nobody).version
        row = {"entity": work.entity.name, "key": key, "version": version, "at_ms": work.now_ms, "who": work.by.name[:128]}
        detail = {"fields": list(names), "before": was, "after": is_now}
        work.versions.append({**row, "what": what, **detail})
        told = {"version": version, **detail}
        work.audits.append(_audit(work.now_ms, work.by, f"entity.{what}", f"{work.entity.name}:{key}", told))


def audited(session: Session, now_ms: int, by: By, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """A row of the audit in the same transaction."""
    session.execute(insert(TABLES[AuditFact]), _audit(now_ms, by, action, subject, detail))


def _audit(now_ms: int, by: By, action: str, subject: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    fact = AuditFact(at_ms=now_ms, issuer=by.issuer[:128], action=action, subject=subject[:128], detail={**detail, **by.detail})
    return {"fact_id": f"{action}-{secrets.token_hex(12)}", **vars(fact)}


def _rules(entity: Entity, session: Session) -> Rules | None:
    return entity.rules(session) if entity.rules else None


def _referred_first(every: Mapping[str, Entity], names: Iterable[str]) -> list[str]:
    """What others refer to stands before them; of those that refer to each other the first that is met."""
    found: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        for other in every[name].references.values():
            if other in every and other not in (name, *above):
                add(other, (*above, name))
        found.setdefault(name)

    for name in every:
        add(name, ())
    wanted = set(names)
    return [name for name in found if name in wanted]


_nobody = Held("", 0, 0, "", {})


def _raise(wish: Wish, error: CtiError) -> Outcome:
    raise error


def _is_wanted(name: str, given: Mapping[str, str], held: Held | None) -> bool:
    """Whether the product makes this secret: of a new one that was given none, and where '' asks for another one."""
    return given.get(name) == "" or (held is None and name not in given)


def _held(session: Session, entity: Entity, key: str, reach: Reach = WHOLE) -> Held:
    row = None if is_broken(key) else entity.place.row(session, key)
    held = None if row is None else entity.place.held(row)
    if held is None or not is_within(held.values, entity.within(reach)):
        raise NoSuchEntry(f"{entity.name} has no {key}", {"key": key})
    return held


def _is_hidden(entity: Entity, wish: Wish) -> CtiError:
    """What is out of reach is not there; but its key is taken."""
    if wish.create:
        return EntryExists(THERE(entity=entity.name, key=wish.key), {"key": wish.key})
    return NoSuchEntry(NOT_THERE(entity=entity.name, key=wish.key), {"key": wish.key})


def _versions(name: str, key: str) -> Any:
    return select(EntityVersion).where(EntityVersion.entity == name, EntityVersion.key == key)


def _keys_in(value: Any) -> list[str]:
    """What a field names, as far as a database could have it."""
    found = [value] if isinstance(value, str) else value if isinstance(value, Mapping | list) else ()
    return [one for one in found if isinstance(one, str) and one and not is_broken(one)]


def _take_turn(session: Session, now_ms: int) -> None:
    """Until this transaction ends no other one changes an entity: who writes the mark's row has it."""
    held = update(Mark).where(Mark.name == TURN).values(at_ms=now_ms)
    if not cast("Any", session.execute(held)).rowcount:
        try:
            with session.begin_nested():
                session.execute(insert(Mark), {"name": TURN, "at_ms": now_ms})
        except IntegrityError:  # another one was the very first
            session.execute(held)


def _still_needed(problems: Sequence[Problem]) -> EntryInUse:
    used = [{"entity": "", "field": "", "key": one["text"]} for one in problems]
    said = "; ".join(one["text"] for one in problems)[:2000]
    return EntryInUse(NEEDED(problems=said), {"used_by": used[:MOST_SHOWN], "total": len(used)})


def _users(key: str, used: Collection[Mapping[str, str]], total: int) -> str:
    said = [f"{one['entity']} {one['key']}".strip() for one in used]
    said += [f"{total - len(said)} more"] if total > len(said) else []
    return USED(key=key, users=" and ".join(filter(None, [", ".join(said[:-1]), said[-1]])))
