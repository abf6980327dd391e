"""Draft and versions in the database. Publishing, rolling back, discarding and importing are one transaction each, in turn with
every change of an entity: each sees what the others have left, and is whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

import orjson
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.border import digits
from cti_server.domain.clock import Clock
from cti_server.errors import BadConfig, CtiError
from cti_server.features.centre.document import decode_config, encoded
from cti_server.features.centre.draft import problems_of_draft
from cti_server.features.centre.entities_sound import missed
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.centre.service import as_version, encode_tables
from cti_server.features.centre.sql import problems_now, tables_of
from cti_server.features.entities.contract import By, Entity, Fault, NoSuchEntry, Outcome, Progress, Wish
from cti_server.features.entities.model import EntityVersion
from cti_server.features.entities.sql import Entities, audited
from cti_server.features.publication.contract import (
    Author,
    Difference,
    Draft,
    DraftChanged,
    DraftThere,
    MomentPast,
    NoSuchPlan,
    NoSuchVersion,
    NothingToPublish,
    Planned,
    PublishRefused,
    Records,
    Version,
    who,
)
from cti_server.features.publication.differences import count, differences, wishes
from cti_server.features.publication.model import PlannedPublication

MOST_PLANS = 100
_HEAD = (ConfigVersion.version, ConfigVersion.at_ms, ConfigVersion.author, ConfigVersion.reason, ConfigVersion.changes)
_PLAN = tuple(getattr(PlannedPublication, name) for name in Planned.__annotations__)


@dataclass(frozen=True, slots=True)
class Made:
    """A version that may be published."""

    document: bytes
    records: Records
    hidden: Records
    upto: int
    changes: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was published: ``version`` with its ``document``; or ``plan``: it waits. ``made``: passwords that the product made on
    the way, by entity and key, told this once."""

    version: int
    document: bytes
    plan: Planned | None = None
    made: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None


class Publications:
    """``every``: all entities; those that are drafted are published, others are in force as soon as they are changed.
    ``mark``: the draft that somebody has seen; '': whichever there is. Everything raises DatabaseAway."""

    def __init__(self, engine: Engine, entities: Entities, every: Mapping[str, Entity], clock: Clock, tenant: str) -> None:
        self._engine, self._entities, self._clock, self._tenant = engine, entities, clock, tenant
        self._every = published(every)

    # ------------------------------------------------------------ looking

    def now(self) -> Records:
        """What the draft is."""
        with transaction(self._engine) as session:
            return self.records(session)[0]

    def draft(self) -> Draft:
        """By the history: quick, and without what was changed past it (SQL by hand), which ``difference`` shows."""
        with transaction(self._engine) as session:
            return self._draft(session)

    def check(self) -> list[Fault]:
        """Why the draft could not be published; [] when it could."""
        with transaction(self._engine) as session:
            texts = [*problems_now(session), *_played_no_more(self.records(session)[0], self._in_force(session))]
            return self._entities.located(session, texts)

    def difference(self, before: int | None = None, after: int | None = None) -> list[Difference]:
        """Between two versions; None: the one in force, and the draft. Raises NoSuchVersion."""
        with transaction(self._engine) as session:
            old = self._records_of(session, before) if before is not None else self._in_force(session)
            new = self._records_of(session, after) if after is not None else self.records(session)[0]
        return differences(old, new, self._every)

    def versions(self, most: int = 100, below: int = 2**31 - 1) -> list[Version]:
        """The newest first, of those with a lower number than ``below``."""
        asked = select(*_HEAD, (ConfigVersion.records.is_not(None)).label("restorable")).where(ConfigVersion.version < below)
        with transaction(self._engine) as session:
            rows = session.execute(asked.order_by(ConfigVersion.version.desc()).limit(most)).mappings()
            return [cast(Version, {**row, "restorable": bool(row["restorable"])}) for row in rows]

    def newest(self) -> tuple[int, bytes]:
        """The version in force and its document; (0, b'') before the first."""
        with transaction(self._engine) as session:
            asked = select(ConfigVersion.version, ConfigVersion.document).order_by(ConfigVersion.version.desc()).limit(1)
            row = session.execute(asked).first()
            return (row.version, row.document.encode()) if row else (0, b"")

    def newest_version(self) -> int:
        """The number of the version in force, 0 before the first."""
        with transaction(self._engine) as session:
            return _version_of(session)

    def plans(self) -> list[Planned]:
        """The newest first."""
        with transaction(self._engine) as session:
            rows = session.execute(select(*_PLAN).order_by(PlannedPublication.id.desc()).limit(MOST_PLANS)).mappings()
            return [cast(Planned, dict(row)) for row in rows]

    # ------------------------------------------------------------ changing

    def usable(self) -> bool:
        """Whether there is a version in force, with records, that fits."""
        with transaction(self._engine) as session:
            return self._usable(session)

    def first(self, by: By) -> Done | None:
        """Publishes the draft where what is in force cannot be used: there is nothing, it is from before there were drafts, or it
        does not fit any more. None: it can. Raises PublishRefused."""
        if self.usable():
            return None
        with self._entities.turn() as (session, now_ms):
            if self._usable(session):  # another one was faster
                return None
            return self._put(session, now_ms, self._made(session), by, "the first that can be used")

    def publish(self, by: By, reason: str, mark: str = "", at_ms: int = 0) -> Done:
        """The draft as a new version, at once (0) or at ``at_ms`` as it is now. Raises MomentPast, NothingToPublish,
        DraftChanged, PublishRefused: then nothing has changed."""
        with self._entities.turn() as (session, now_ms):
            if at_ms and at_ms <= now_ms:
                raise MomentPast("this time is past: choose a later one, or publish at once", {"at_ms": at_ms, "now_ms": now_ms})
            self._seen(session, mark)
            made = self._made(session)
            if not made.changes:
                raise NothingToPublish("nothing differs from the version in force: change something first")
            if not at_ms:
                return self._put(session, now_ms, made, by, reason)
            return Done(0, b"", self._plan(session, now_ms, made, by, reason, at_ms))

    def cancel(self, plan: int, by: By) -> None:
        """Raises NoSuchPlan."""
        with self._entities.turn() as (session, now_ms):
            if not _settled(session, plan, state="cancelled"):
                raise NoSuchPlan(f"no publication {plan} waits", {"plan": plan})
            audited(session, now_ms, by, "configuration.cancelled", f"publication:{plan}", {})

    def due(self) -> Planned | None:
        """The first planned publication whose time has come, settled: published, or refused with why. None: there is none."""
        with self._entities.turn() as (session, now_ms):
            asked = select(PlannedPublication).where(PlannedPublication.state == "waiting", PlannedPublication.at_ms <= now_ms)
            row = session.scalar(asked.order_by(PlannedPublication.at_ms, PlannedPublication.id).limit(1))
            if row is None:
                return None
            by, problems, version = By(f"user:{row.author}"[:128], row.author), self._still_wrong(session, row), 0
            if not problems:
                made = _made_of(row)
                newest = _version_of(session)
                made = Made(_numbered(made.document, newest + 1), made.records, made.hidden, made.upto, made.changes)
                version = self._put(session, now_ms, made, by, row.reason).version
            else:
                audited(session, now_ms, by, "configuration.refused", f"publication:{row.id}", {"problems": problems})
            _settled(session, row.id, state="refused" if problems else "published", version=version, problems=problems)
            session.expire_all()
            told = session.execute(select(*_PLAN).where(PlannedPublication.id == row.id)).mappings().one()
            return cast(Planned, dict(told))

    def roll_back(self, version: int, by: By, reason: str = "", mark: str = "", discard: bool = False) -> Done:
        """Tables and document as of ``version``, as a new one. Raises NoSuchVersion, DraftThere where the draft would be lost and
        not ``discard``, DraftChanged, EntriesRefused, PublishRefused, NothingToPublish."""
        with self._entities.turn() as (session, now_ms):
            draft = self._seen(session, mark)
            wanted, hidden = self._records_of(session, version), self._hidden_of(session, version)
            now = self.records(session)[0]
            lost = count(self._in_force(session), now)
            if lost and not discard:
                text = f"{lost} unpublished changes by {who(draft['who'])} would be discarded: publish them first, or say so"
                raise DraftThere(text, {"changes": lost, "who": [one["who"] for one in draft["who"]]})
            outcomes = self._arranged(session, now_ms, now, wanted, hidden, by)
            made = self._made(session)
            if not made.changes and not lost:
                raise NothingToPublish(f"version {version} is what is in force")
            said = reason or f"back to version {version}"
            done = self._put(session, now_ms, made, by, said, {"back_to": version}) if made.changes else Done(0, b"")
            return Done(done.version, done.document, None, _secrets(outcomes))

    def discard(self, by: By, mark: str = "", entity: str = "", key: str = "") -> int:
        """The draft, or one entry of it, is as in force again; how many entries that are. Raises DraftChanged, NoSuchEntry,
        EntriesRefused."""
        with self._entities.turn() as (session, now_ms):
            self._seen(session, mark)
            now, wanted, hidden = self.records(session)[0], self._in_force(session), self._hidden_of(session, None)
            if entity:
                if entity not in self._every or not (key in now.get(entity, {}) or key in wanted.get(entity, {})):
                    raise NoSuchEntry(f"{entity} has no {key}", {"key": key})
                one = {k: v for k, v in now.get(entity, {}).items() if k != key}
                wanted = {entity: {**one, **({key: wanted[entity][key]} if key in wanted.get(entity, {}) else {})}}
            return len(self._arranged(session, now_ms, now, wanted, hidden, by))

    def take(
        self, wanted: Records, by: By, *, dry: bool = False, mark: str = "", progress: Progress | None = None
    ) -> tuple[list[Difference], Mapping[str, Any]]:
        """The draft becomes what is ``wanted`` of the entities that it names; the difference, and passwords that were made.
        Raises EntriesRefused, DraftChanged."""
        with self._entities.turn() as (session, now_ms):
            self._seen(session, mark)
            now = self.records(session)[0]
            outcomes = self._arranged(session, now_ms, now, wanted, {}, by, undo=False, progress=progress)
            after = self.records(session)[0]
            if dry:
                session.rollback()
            else:
                audited(session, now_ms, by, "configuration.imported", "configuration", {"changes": len(outcomes)})
            return differences(now, after, self._every), {} if dry else _secrets(outcomes)

    def settle(
        self,
        wanted: Callable[[Session], Mapping[str, Sequence[Wish]]],
        by: By,
        reason: str,
        action: str,
        others: type[CtiError],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> Done:
        """Changes of any entities and their publication in one transaction, whole or not at all; ``action``: for the audit,
        which tells ``more`` as it is then.
        Raises ``others`` where something is drafted, which would be published with it; EntriesRefused, PublishRefused."""
        with self._entities.turn() as (session, now_ms):
            if drafted := count(self._in_force(session), self.records(session)[0]):
                raise others(f"{drafted} changes are not published", {"changes": drafted})
            wishes = wanted(session)
            outcomes = self._entities.arrange(session, now_ms, wishes, by)
            made = self._made(session)
            done = self._put(session, now_ms, made, by, reason) if made.changes else Done(0, b"")
            told = {name: len(found) for name, found in wishes.items() if found}
            audited(session, now_ms, by, action, "centre", {"version": done.version, "entries": told, **more})
            return Done(done.version, done.document, None, _secrets(outcomes))

    # ------------------------------------------------------------ within a transaction

    def records(self, session: Session) -> tuple[Records, Records]:
        """What the tables of published entities hold, and the columns of their passwords."""
        records: dict[str, dict[str, Mapping[str, Any]]] = {}
        hidden: dict[str, dict[str, Mapping[str, Any]]] = {}
        for name, entity in self._every.items():
            columns = [secret.column or field for field, secret in entity.secrets.items()]
            found = entity.place.every(session, columns)
            records[name] = {key: values for key, (values, _) in found.items()}
            if columns:
                hidden[name] = {key: secret for key, (_, secret) in found.items()}
        return records, hidden

    def _made(self, session: Session) -> Made:
        """Raises PublishRefused."""
        version, old = self._last(session)
        (records, hidden), before = self.records(session), self._in_force(session)
        problems = _played_no_more(records, before)
        try:
            config = as_version(tables_of(session, self._tenant, records), version + 1, old)
            document = encode_tables(config)
            problems += problems_of_draft(document)
        except BadConfig as error:
            problems += error.details["problems"]
        if problems:
            raise PublishRefused(self._entities.located(session, problems))
        return Made(document, records, hidden, self._upto(session), count(before, records))

    def _usable(self, session: Session) -> bool:
        version = _version_of(session, ConfigVersion.records.is_not(None))
        document = session.scalar(select(ConfigVersion.document).where(ConfigVersion.version == version))
        try:
            decode_config(document or "")
        except CtiError:
            return False
        return True

    def _put(
        self, session: Session, now_ms: int, made: Made, by: By, reason: str, detail: Mapping[str, Any] | None = None
    ) -> Done:
        version = (_version_of(session) or 0) + 1
        texts = {name: orjson.dumps(getattr(made, name), option=orjson.OPT_SORT_KEYS).decode() for name in ("records", "hidden")}
        head = {"version": version, "at_ms": now_ms, "author": by.name[:64], "reason": reason[:500]}
        rest = {"document": made.document.decode(), "upto": made.upto, "changes": made.changes, **texts}
        session.execute(insert(ConfigVersion), {**head, **rest})
        told = {"reason": reason[:500], "changes": made.changes, **(detail or {})}
        audited(session, now_ms, by, "configuration.published", f"configuration:{version}", told)
        return Done(version, made.document)

    def _plan(self, session: Session, now_ms: int, made: Made, by: By, reason: str, at_ms: int) -> Planned:
        head = {"at_ms": at_ms, "made_ms": now_ms, "author": by.name[:64], "reason": reason[:500], "state": "waiting"}
        base = {"base": _version_of(session), "version": 0, "changes": made.changes, "problems": []}
        row = PlannedPublication(
            **head,
            **base,
            document=made.document.decode(),
            records=orjson.dumps(made.records, option=orjson.OPT_SORT_KEYS).decode(),
            hidden=orjson.dumps(made.hidden, option=orjson.OPT_SORT_KEYS).decode(),
            upto=made.upto,
        )
        session.add(row)
        session.flush()
        told = {"at_ms": at_ms, "reason": reason[:500], "changes": made.changes}
        audited(session, now_ms, by, "configuration.planned", f"publication:{row.id}", told)
        return cast(Planned, {"id": row.id, **head, **base})

    def _still_wrong(self, session: Session, row: PlannedPublication) -> list[Fault]:
        """Why a planned publication cannot be published any more."""
        newest = _version_of(session)
        if newest != row.base:
            text = f"version {newest} was published since it was planned on {row.base}: look at the difference and plan it again"
            return [Fault(entity="", key="", field="", problem="rule", text=text)]
        return self._entities.located(session, problems_of_draft(row.document))

    def _arranged(
        self,
        session: Session,
        now_ms: int,
        now: Records,
        wanted: Records,
        hidden: Records,
        by: By,
        undo: bool = True,
        progress: Progress | None = None,
    ) -> list[tuple[str, Outcome]]:
        made = wishes(now, wanted, hidden, self._every, undo)
        return self._entities.arrange(session, now_ms, made, by, progress) if made else []

    def _seen(self, session: Session, mark: str) -> Draft:
        """Raises DraftChanged."""
        draft = self._draft(session)
        if mark and mark != draft["mark"]:
            version, _, upto = mark.partition("-")
            asked = select(EntityVersion.who).where(EntityVersion.id > digits(upto), EntityVersion.entity.in_(self._every))
            authors = select(ConfigVersion.author).where(ConfigVersion.version > digits(version))
            others = sorted({*session.scalars(asked.distinct()), *session.scalars(authors.distinct())})
            text = f"{', '.join(others) or 'somebody'} has changed or published the draft since it was looked at: look again"
            raise DraftChanged(text, {"mark": draft["mark"], "who": others})
        return draft

    def _draft(self, session: Session) -> Draft:
        version = _version_of(session)
        upto = session.scalar(select(ConfigVersion.upto).where(ConfigVersion.version == version)) or 0
        names = ("id", "entity", "key", "who", "at_ms", "before", "after")
        asked = select(*(getattr(EntityVersion, name) for name in names))
        asked = asked.where(EntityVersion.id > upto, EntityVersion.entity.in_(self._every)).order_by(EntityVersion.id)
        first: dict[tuple[str, str], Any] = {}
        last: dict[tuple[str, str], Any] = {}
        rows = session.execute(asked).all()
        for row in rows:
            first.setdefault((row.entity, row.key), row)
            last[row.entity, row.key] = row
        differs = {key for key, row in last.items() if first[key].before != row.after}
        authors: dict[str, Author] = {}
        counted: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            if (row.entity, row.key) in differs:
                one = authors.setdefault(row.who, Author(who=row.who, changes=0, last_ms=0))
                one["last_ms"] = max(one["last_ms"], row.at_ms)
                counted.setdefault(row.who, set()).add((row.entity, row.key))
        for name, keys in counted.items():
            authors[name]["changes"] = len(keys)
        since = min((first[key].at_ms for key in differs), default=0)
        mark = f"{version}-{self._upto(session)}"
        return Draft(mark=mark, version=version, changes=len(differs), since_ms=since, who=list(authors.values()))

    def _upto(self, session: Session) -> int:
        return session.scalar(select(func.max(EntityVersion.id)).where(EntityVersion.entity.in_(self._every))) or 0

    def _last(self, session: Session) -> tuple[int, Mapping[str, Any]]:
        """The newest version and its flows; one that cannot be read any more has none."""
        row = session.execute(
            select(ConfigVersion.version, ConfigVersion.document).order_by(ConfigVersion.version.desc()).limit(1)
        ).first()
        if row is None:
            return 0, {}
        try:
            flows = orjson.loads(row.document).get("flows")
        except (orjson.JSONDecodeError, AttributeError):
            flows = None
        return row.version, {k: v for k, v in flows.items() if isinstance(v, dict)} if isinstance(flows, dict) else {}

    def _in_force(self, session: Session) -> Records:
        version = _version_of(session)
        raw = session.scalar(select(ConfigVersion.records).where(ConfigVersion.version == version))
        return {name: self._whole(name, found) for name, found in self._decoded(raw).items()} if raw else self._decoded(raw)

    def _records_of(self, session: Session, version: int) -> Records:
        """Raises NoSuchVersion."""
        raw = session.scalar(select(ConfigVersion.records).where(ConfigVersion.version == version))
        if not raw:
            raise NoSuchVersion(f"there is no version {version} with records", {"version": version})
        found = orjson.loads(raw)
        # of an earlier release: the others stay as they are
        return {name: self._whole(name, found[name]) for name in self._every if name in found}

    def _hidden_of(self, session: Session, version: int | None) -> Records:
        number = _version_of(session) if version is None else version
        raw = session.scalar(select(ConfigVersion.hidden).where(ConfigVersion.version == number))
        return self._decoded(raw)

    def _decoded(self, raw: str | None) -> Records:
        found = orjson.loads(raw) if raw else {}
        return {name: found.get(name, {}) for name in self._every}

    def _whole(self, name: str, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """With what fields that an earlier release had not are where nobody says otherwise."""
        declared = self._every[name].declared.values()
        usual = {one.name: one.default for one in declared if not one.secret and not one.required}
        single = self._every[name].single
        return {key: {**usual, **record} for key, record in (records or ({single: {}} if single else {})).items()}


def published(every: Mapping[str, Entity]) -> dict[str, Entity]:
    """Those whose tables are the draft."""
    return {name: one for name, one in every.items() if one.drafted}


def _played_no_more(records: Records, before: Records) -> list[str]:
    """What a publication would take from those who play it; names that were never set up may lie on the switch all the same."""
    gone = tuple(f"prompts.{name}:" for name in before.get("prompts", {}).keys() - records.get("prompts", {}).keys())
    return [text for text in missed(records) if text.startswith(gone)] if gone else []


def _version_of(session: Session, *such: Any) -> int:
    """The newest version, 0: there is none; ``such``: when it is such a one."""
    newest = session.scalar(select(func.max(ConfigVersion.version))) or 0
    if such and not session.scalar(select(ConfigVersion.version).where(ConfigVersion.version == newest, *such)):
        return 0
    return newest


def _settled(session: Session, plan: int, **values: Any) -> bool:
    asked = update(PlannedPublication).where(PlannedPublication.id == plan, PlannedPublication.state == "waiting")
    result: Any = session.execute(asked.values(**values), execution_options={"synchronize_session": False})
    return bool(result.rowcount)


def _made_of(row: PlannedPublication) -> Made:
    return Made(row.document.encode(), orjson.loads(row.records), orjson.loads(row.hidden), row.upto, row.changes)


def _numbered(document: bytes, version: int) -> bytes:
    return encoded({**orjson.loads(document), "version": version})


def _secrets(outcomes: Sequence[tuple[str, Outcome]]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for name, one in outcomes:
        if one.made:
            found.setdefault(name, {})[one.key] = one.made
    return found
