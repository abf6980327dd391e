"""The first run over the database: what is there, people and a queue in one change, the demo filled in and wiped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

import argon2
from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import CallFact
from cti_server.features.centre import model
from cti_server.features.centre.seed import DEMO_PASSWORD
from cti_server.features.entities.contract import By, EntriesRefused, Problem, Wish
from cti_server.features.entities.model import EntityVersion
from cti_server.features.entities.sql import Entities
from cti_server.features.ledger.model import TABLES
from cti_server.features.publication.files import FILES
from cti_server.features.publication.sql import Done, Publications
from cti_server.features.start import calls
from cti_server.features.start.contract import BadLines, CentreNotEmpty, DemoTraces, DraftFirst, FirstCall, NoDemo, Person
from cti_server.features.start.demo import Demo, filling, wiping
from cti_server.features.start.service import Newcomer, id_of, people_of
from cti_server.features.users.model import User
from cti_server.reasons import facts_of

CALLS = TABLES[CallFact].c
FIRST_TEAM = "team-1"
MOST_TOLD = 20
BY_DEMO = "demo: "
"""What the name of who changes something begins with when the demo is filled in; no login has a blank."""
EMPTY_WITHOUT = ("teams", "agents", "queues", "service_numbers", "services", "flows")
"""Who has none of these has an empty centre."""


@dataclass(frozen=True, slots=True)
class There:
    """Of the tables. ``demo``: how many entries of the demo; ``unqueued``: agents who are in no queue."""

    trunks: int
    agents: int
    agents_without_login: int
    outside: int
    queues: int
    queues_unstaffed: int
    numbers: int
    numbers_nowhere: int
    empty: bool
    demo: int
    unqueued: list[str]


class SqlStart:
    """``demo``: gives its records. ``switch_trunks``: gateways that the switch's own configuration has: their trunks are no demo.
    Everything raises DatabaseAway."""

    def __init__(
        self,
        engine: Engine,
        entities: Entities,
        publications: Publications,
        demo: Callable[[], Demo],
        switch_trunks: Collection[str],
    ) -> None:
        self._engine, self._entities, self._publications = engine, entities, publications
        self._demo, self._trunks = demo, switch_trunks

    # ------------------------------------------------------------ looking

    def there(self, login: str = "") -> There:
        """For who is called ``login``: they stay when the demo is wiped, and are none of it."""
        demo = self._demo()
        queue = model.Queue.__table__.c.id
        with transaction(self._engine) as session:
            has_login = select(User.agent_id).where(User.agent_id != "", User.disabled.is_(False))
            leads = or_(*(getattr(model.ServiceNumber, name) != "" for name in ("flow", "queue", "service")))
            unqueued = select(model.Agent.id).where(model.Agent.id.not_in(select(model.AgentQueue.agent_id)))
            keys = self._keys(session, demo)
            return There(
                trunks=_count(session, model.Trunk),
                agents=_count(session, model.Agent),
                agents_without_login=_count(session, model.Agent, model.Agent.id.not_in(has_login)),
                outside=_count(session, User, User.password_hash == "", User.disabled.is_(False), User.locked_ms == 0),
                queues=_count(session, model.Queue),
                queues_unstaffed=_count(session, model.Queue, queue.not_in(select(model.AgentQueue.queue_id))),
                numbers=_count(session, model.ServiceNumber),
                numbers_nowhere=_count(session, model.ServiceNumber, ~leads),
                empty=not any(keys[name] for name in EMPTY_WITHOUT),
                demo=sum(map(len, wiping(demo, self._made(session, demo), self._spared(demo, login)).values())),
                unqueued=list(session.scalars(unqueued.order_by(model.Agent.id).limit(1000))),
            )

    def answered(self) -> FirstCall | None:
        """The last call from outside that an agent has answered and that is over."""
        names = ("call_id", "number", "service_number", "arrived_ms", "ended_ms")
        asked = select(*(CALLS[name] for name in names), CALLS.last_agent.label("agent"))
        asked = asked.where(CALLS.direction == "inbound", CALLS.last_agent != "").order_by(CALLS.arrived_ms.desc()).limit(1)
        with transaction(self._engine) as session:
            row = session.execute(asked).mappings().first()
            return FirstCall(**row) if row else None  # type: ignore[typeddict-item]

    def logins(self) -> list[str]:
        """Of the demo's people."""
        return list(self._demo()["users"])

    # ------------------------------------------------------------ changing

    def people(self, text: str, team_name: str, by: By, dry: bool) -> tuple[list[Person], Mapping[str, Mapping[str, str]]]:
        """Lines of text as agents with logins, in the first team there is, else in a new one called so; and the passwords
        of their phones. ``dry``: what would become of each. Raises BadLines, EntriesRefused: then nothing has changed."""
        with self._entities.turn() as (session, now_ms):
            there = {name: set(self._entities.every[name].place.every(session)) for name in ("teams", "agents", "users")}
            seats = {*session.scalars(select(model.Agent.extension)), *session.scalars(select(model.FreeSeat.extension))}
            found = people_of(text, {*seats, *there["agents"]}, there["users"])
            team = min(there["teams"], default="")
            wanted: dict[str, list[Wish]] = {}
            if not team:
                team = FIRST_TEAM
                wanted["teams"] = [Wish(team, {"id": team, "name": team_name}, create=True)]
            wanted["agents"] = [
                Wish(no, {"id": no, "name": one.name, "extension": no, "team": team}, create=True)
                for one in found
                if not one.problem
                for no in [one.extension]
            ]
            wanted["users"] = [
                Wish(
                    one.login,
                    {"login": one.login, "name": one.name, "role": "agent", "agent_id": one.extension, "team_id": team},
                    create=True,
                )
                for one in found
                if not one.problem
            ]
            unread = [one for one in found if one.problem]
            if unread and not dry:
                raise BadLines("; ".join(f"line {one.line}: {one.problem}" for one in unread[:MOST_TOLD]))
            problems: dict[tuple[str, str], Problem] = {}
            made: Mapping[str, Mapping[str, str]] = {}
            try:
                outcomes = self._entities.arrange(session, now_ms, wanted, by)
                made = {one.key: one.made for name, one in outcomes if name == "agents" and one.made}
            except EntriesRefused as error:
                if not dry:
                    raise
                problems = {(one["entity"], one["key"]): one for one in error.details["problems"]}
            if dry:
                session.rollback()
        return [_person(one, problems) for one in found], {} if dry else made

    def queue(self, name: str, by: By) -> str:
        """A queue called so, with every agent who is in none; its id. Raises EntriesRefused."""
        with self._entities.turn() as (session, now_ms):
            queues = self._entities.every["queues"].place.every(session)
            key = id_of(name, queues, "queue")
            agents = self._entities.every["agents"].place.every(session)
            joining = [Wish(one, {"queues": {key: 1}}) for one, (values, _) in agents.items() if not values["queues"]]
            wanted: dict[str, Sequence[Wish]] = {"queues": [Wish(key, {"id": key, "name": name}, create=True)], "agents": joining}
            self._entities.arrange(session, now_ms, wanted, by)
            return key

    def fill(self, by: By, password: bool) -> Done:
        """The demo into an empty centre, and published; ``password``: its people have the documented one. Raises CentreNotEmpty,
        DraftFirst, EntriesRefused, PublishRefused: then nothing has changed."""
        demo = self._demo()

        def wanted(session: Session) -> dict[str, list[Wish]]:
            keys = self._keys(session, demo)
            if there := {name: len(keys[name]) for name in EMPTY_WITHOUT if keys[name]}:
                said = ", ".join(f"{count} {name}" for name, count in there.items())
                raise CentreNotEmpty(f"there are {said} already: the demo is for an empty centre", {"there": there})
            return filling(demo, keys, argon2.PasswordHasher().hash(DEMO_PASSWORD) if password else "")

        demo_by = replace(by, name=f"{BY_DEMO}{by.name}")
        return self._publications.settle(wanted, demo_by, "the demo", "centre.demo_filled", DraftFirst)

    def traces(self) -> DemoTraces:
        """What ``wipe`` with ``calls`` would delete besides."""
        demo = self._demo()
        with transaction(self._engine) as session:
            return calls.count(session, _traced(session, wiping(demo, self._made(session, demo), {})))

    def wipe(self, by: By, login: str, with_calls: bool = False) -> tuple[Done, list[str], DemoTraces]:
        """All of the demo but who is called ``login``, and published; also the logins that went. ``with_calls``: its calls, too,
        and how many. What people have set up besides stays, and refuses it where it needs something of the demo. Raises NoDemo,
        DraftFirst, EntriesRefused, PublishRefused: then nothing has changed."""
        demo, gone, traces = self._demo(), list[str](), DemoTraces(calls=0, recordings=0, intervals=0)

        def wanted(session: Session) -> dict[str, list[Wish]]:
            wishes = wiping(demo, self._made(session, demo), self._spared(demo, login))
            if not wishes:
                raise NoDemo("nothing of the demo is here")
            gone.extend(wish.key for wish in wishes.get("users", ()))
            if with_calls:
                traces.update(calls.remove(session, _traced(session, wishes)))
            return wishes

        done = self._publications.settle(wanted, by, "the demo is wiped", "centre.demo_wiped", DraftFirst, traces)
        return done, gone, traces

    def _keys(self, session: Session, demo: Demo) -> dict[str, set[str]]:
        return {name: set(self._entities.every[name].place.every(session)) for name in demo}

    def _made(self, session: Session, demo: Demo) -> dict[str, set[str]]:
        """What of it is here and was made by the demo: filled in or taken from flow files, as its history says; or written into
        the database before anybody came, then it has the demo's name."""
        names = {name for one in demo.values() for name in one}
        asked = select(EntityVersion.entity, EntityVersion.key, EntityVersion.who)
        asked = asked.where(EntityVersion.what == "created", EntityVersion.entity.in_(demo), EntityVersion.key.in_(names))
        makers = {(row.entity, row.key): row.who for row in session.execute(asked.order_by(EntityVersion.id))}
        found: dict[str, set[str]] = {}
        for entity, records in demo.items():
            there = self._entities.every[entity].place.every(session)
            found[entity] = {
                key
                for key, record in records.items()
                if key in there and _by_demo(makers.get((entity, key)), record.get("name"), there[key][0].get("name"))
            }
        return found

    def _spared(self, demo: Demo, login: str) -> Mapping[str, Collection[str]]:
        trunks = [name for name, one in demo["trunks"].items() if one["gateway"] in self._trunks]
        return {"users": [login], "trunks": trunks}


def _traced(session: Session, wishes: Mapping[str, Sequence[Wish]]) -> calls.Demo:
    """Since the first of them was made: what is older belongs to others who had these numbers before."""
    keys = {name: [one.key for one in wishes.get(name, ())] for name in ("service_numbers", "queues", "agents")}
    asked = select(EntityVersion.entity, EntityVersion.key, EntityVersion.at_ms).where(
        EntityVersion.what == "created",
        EntityVersion.entity.in_(keys),
        EntityVersion.key.in_({one for some in keys.values() for one in some}),
    )
    made = {(row.entity, row.key): row.at_ms for row in session.execute(asked.order_by(EntityVersion.id))}
    since = min((made.get((name, key), 0) for name, some in keys.items() for key in some), default=0)
    return calls.Demo(keys["service_numbers"], keys["queues"], keys["agents"], since)


def _count(session: Session, kind: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0


def _by_demo(maker: str | None, name: object, name_now: object) -> bool:
    return name == name_now if maker is None else maker.startswith(BY_DEMO) or maker == FILES.name


@lru_cache(maxsize=64)
def password_is(stored: str) -> str:
    """'none', 'documented' (the demo's, which everybody knows) or 'own', of argon2's text."""
    if not stored:
        return "none"
    try:
        argon2.PasswordHasher().verify(stored, DEMO_PASSWORD)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return "own"
    return "documented"


def _person(one: Newcomer, problems: Mapping[tuple[str, str], Problem]) -> Person:
    person = Person(line=one.line, name=one.name, extension=one.extension, login=one.login, problem=str(one.problem))
    refused = problems.get(("agents", one.extension)) or problems.get(("users", one.login))
    if one.problem:
        why = facts_of(one.problem)
    elif refused:
        person["problem"] = refused["text"]
        why = {name: refused[name] for name in ("reason", "given", "place") if name in refused}
    else:
        why = {}
    return cast(Person, {**person, **why})
