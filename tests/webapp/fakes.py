"""A small centre in memory: two teams, three agents, two queues, one of each user; ports that subclass the real Protocols."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import argon2
from sqlalchemy import Engine, update

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.mail import Mail, MailAway
from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    Disposition,
    GroupConfig,
    NotReadyReason,
    QueueConfig,
    TeamConfig,
    VoicemailBox,
)
from cti_server.errors import DatabaseAway
from cti_server.events.facts import SegmentFact
from cti_server.features.audit.service import AuditQuery, Audits
from cti_server.features.calls.service import CallQuery, Calls, is_within
from cti_server.features.centre import model as centre
from cti_server.features.centre.service import Phone, Phones
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.sql import Publications, published
from cti_server.features.registry import ENTITIES
from cti_server.features.reports.contract import AGENT_COLUMNS, QUEUE_COLUMNS
from cti_server.features.reports.service import FigureQuery, Reports
from cti_server.features.roles.contract import SHIPPED, shipped
from cti_server.features.sign_in.people import SqlPeople
from cti_server.features.sign_in.sql import SqlSignIn
from cti_server.features.start import files
from cti_server.features.start.sql import SqlStart
from cti_server.features.tokens.service import Token, Tokens
from cti_server.features.tokens.sql import SqlTokens
from cti_server.features.users.model import User
from cti_server.features.users.service import Account, Accounts
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.users.sql_links import SqlLinks
from cti_server.features.users.sql_second import SecondFactors, SqlSecondFactors
from cti_server.features.webhooks.sql import SqlWebhooks
from cti_server.rights import WHOLE, Reach, Rights
from webapp.auth.passwords import Passwords
from webapp.ports import Content, Ports, Recordings

HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse"
HOSTILE = "<img src=x onerror=alert(1)>"
SEALER = Sealer(base64.b64encode(bytes(32)).decode())
SWITCH_DIR = "/var/lib/cti/recordings"

AGENTS = {
    "1001": AgentConfig("1001", "张三", "1001", "a", {"repair": 1}),
    "1002": AgentConfig("1002", "Li Si", "1002", "a", {"repair": 1, "bills": 2}),
    "1003": AgentConfig("1003", HOSTILE, "1003", "b", {"bills": 1}),
}
CONFIG = CentreConfig(
    version=7,
    tenant="main",
    agents=AGENTS,
    teams={"a": TeamConfig("a", "Team A", "inner"), "b": TeamConfig("b", "Team B")},
    groups={"outer": GroupConfig("outer", "Outer"), "inner": GroupConfig("inner", "Inner", "outer")},
    queues={"repair": QueueConfig("repair", "Repair"), "bills": QueueConfig("bills", "=1+1")},
    not_ready_reasons=(NotReadyReason("lunch", {"en": "Lunch", "zh-CN": "午餐"}),),
    dispositions=(Disposition("done", {"en": "Done", "zh-CN": "完成"}),),
    voicemail_boxes={"a": VoicemailBox("a", "Box A", "a", answer_days=1), "b": VoicemailBox("b", "Box B", "b")},
    recordings_dir=SWITCH_DIR,
)


def with_rights(account: Account, rights: Rights | None = None) -> Account:
    """``rights``: of its role, None: as it is shipped."""
    role = account.role
    texts = SHIPPED[role].texts() if role in SHIPPED else {"en": role, "zh-CN": role}
    return replace(account, rights=shipped(role) if rights is None else rights, role_texts=texts)


_PEOPLE = {
    "zhang": Account(1, "zhang", "张三", "", "agent", "1001", "a", "zh-CN"),
    "li": Account(2, "li", "Li Si", "", "agent", "1002", "a", "en"),
    "wang": Account(3, "wang", HOSTILE, "", "agent", "1003", "b", "en"),
    "leader-a": Account(4, "leader-a", "Leader A", "", "leader", "", "a", "en"),
    "leader-b": Account(5, "leader-b", "Leader B", "", "leader", "", "b", "en"),
    "admin": Account(6, "admin", "Admin", "", "admin", "", "", "en"),
    "gone": Account(7, "gone", "Gone", "", "agent", "1001", "a", "en", disabled=True),
}
LOGINS = {login: with_rights(account) for login, account in _PEOPLE.items()}


def call_row(call_id: str, agent: str) -> dict[str, Any]:
    texts = dict.fromkeys(("service_number", "outcome", "disposition", "note"), "")
    times = dict.fromkeys(("arrived_ms", "ended_ms", "wait_ms", "talk_ms", "hold_ms", "wrap_up_ms"), 1)
    row = {"id": call_id, "direction": "inbound", "number": "+86=1", "name": HOSTILE, "queue": "repair", "agent": agent}
    row["talk_by_agent"] = {agent: 1}
    return {**row, **texts, **times, "recording_id": f"rec-{agent}", "recorded": [{"agents": [agent], "queue": "repair"}]}


def segment_row(call_id: str, segment: str, agent: str, outcome: str) -> SegmentFact:
    return {
        "call_id": call_id, "segment": segment, "queue": "bills", "agent": agent, "team": AGENTS[agent].team, "leg": "",
        "started_ms": 1, "ended_ms": 2, "outcome": outcome, "estimated": False, "detail": {},
    }  # fmt: skip


class FakeAccounts(Accounts):
    def __init__(self) -> None:
        password_hash = HASHER.hash(PASSWORD)
        self.rows = {login: replace(account, password_hash=password_hash) for login, account in LOGINS.items()}
        self.roles: dict[str, Rights] = {}
        """What roles may that are not as they are shipped."""
        self.away = False
        self.asked = 0

    def by_login(self, login: str) -> Account | None:
        return self._as_now(self.rows.get(login))

    def by_id(self, user_id: int) -> Account | None:
        self.asked += 1
        if self.away:
            raise DatabaseAway("the database does not answer")
        return self._as_now(next((a for a in self.rows.values() if a.id == user_id), None))

    def _as_now(self, account: Account | None) -> Account | None:
        return account and with_rights(account, self.roles.get(account.role))

    def known_roles(self) -> list[str]:
        return [*SHIPPED, *self.roles]

    def of_role(self, role: str) -> list[int]:
        return [account.id for account in self.rows.values() if account.role == role]

    def set_locale(self, user_id: int, locale: str) -> None:
        account = self.by_id(user_id)
        assert account is not None
        self.rows[account.login] = replace(account, locale=locale)

    def set_password(self, user_id: int, password_hash: str) -> None:
        account = self.by_id(user_id)
        assert account is not None
        self.rows[account.login] = replace(account, password_hash=password_hash)


class FakeConfig:
    def __call__(self) -> CentreConfig:
        return CONFIG


class FakePhones(Phones):
    def phone(self, extension: str) -> Phone | None:
        agent = AGENTS.get(extension)
        return Phone(extension, f"secret-{extension}", agent.id, agent.name) if agent else None


class FakeCalls(Calls):
    """One call per agent: call-AGENT."""

    def __init__(self) -> None:
        """It has no store."""

    def find(self, query: CallQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        rows = [call_row(f"call-{agent}", agent) for agent in AGENTS if query.agent in ("", agent) and reach.has_agent(agent)]
        return {"items": rows, "total": len(rows), "page": query.page, "per_page": query.per_page}

    def export(self, query: CallQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        return self.find(query, reach)

    def detail(self, call_id: str) -> dict[str, Any] | None:
        agent = call_id.removeprefix("call-")
        if agent not in AGENTS:
            return None
        segments = [segment_row(call_id, "offer", "1002", "no-answer"), segment_row(call_id, "talk", agent, "")]
        recordings = [recording_row(agent, [agent], "bills")]
        path = {"node": "menu", "pressed": "2", "label": "repair"}
        told = {"hung_up_by": "customer", "ivr_path": [path], "data": {"account": HOSTILE}}
        call = {**call_row(call_id, agent), **told}
        return {"call": call, "segments": segments, "recordings": recordings, "dispositions": []}

    def within(self, call_ids: Collection[str], reach: Reach) -> set[str]:
        return {one for one in call_ids if (found := self.detail(one)) and is_within(found, reach)}


def recording_row(name: str, agents: list[str], queue: str) -> dict[str, Any]:
    figures = dict.fromkeys(("started_ms", "ended_ms", "length_ms", "talk_ms", "holds", "size"), 1)
    named = {"id": f"rec-{name}", "call_id": f"call-{name}", "agents": agents, "queue": queue, "path": f"{SWITCH_DIR}/{name}.wav"}
    return {**named, **figures, "recorded": "call", "node": "fs1", "problem": "", "sha256": "", "box": ""}


class FakeRecordings(Recordings):
    """A conversation of each agent, and voicemails: for a queue, vm-QUEUE, and in a box, vm-in-BOX."""

    def __init__(self) -> None:
        made = [recording_row(agent, [agent], "bills") for agent in AGENTS]
        made += [recording_row(f"vm-{queue}", [], queue) for queue in ("repair", "bills", "")]
        made += [{**recording_row(f"vm-in-{box}", [], ""), "box": box} for box in CONFIG.voicemail_boxes]
        self.rows = {row["id"]: row for row in made}

    def get(self, recording_id: str) -> dict[str, Any] | None:
        return self.rows.get(recording_id)


class FakeAudits(Audits):
    """A change of an agent, and a repair."""

    def __init__(self) -> None:
        """It has no ledger."""

    def find(self, query: AuditQuery) -> dict[str, Any]:
        change = {"login": "admin", "fields": ["name"], "before": {"name": "a"}, "after": {"name": HOSTILE}}
        who, repaired = {"issuer": "user:3", "subject": "agents:1001"}, {"issuer": "system:reconciler", "subject": "leg:l"}
        rows = [
            {"id": 2, "at_ms": 1_700_000_000_000, "action": "entity.changed", **who, "detail": change},
            {"id": 1, "at_ms": 1_690_000_000_000, "action": "repair-bridge", **repaired, "detail": {}},
        ]
        return {"items": rows, "total": 2, "page": query.page, "per_page": query.per_page}


class FakeReports(Reports):
    def __init__(self) -> None:
        """It has no ledger."""

    def queues(self, day: str, queue: str, formula: str, interval_min: int, until: str, reach: Reach = WHOLE) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys((column.id for column in QUEUE_COLUMNS), 0)
        row |= {"queue": '=HYPERLINK("http://x")', "start_ms": 1_700_000_000_000, "service_level": 0.5}
        row |= {"talk_ms": 65_000, "asa_s": 3725.9}
        row["formula"] = formula or "negative"
        total, other = {**row, "asa_s": None}, {**row, "queue": "repair", "formula": formula or "positive"}
        found = {"day": day or "2026-01-02", "until": until or day or "2026-01-02", "zone": "Asia/Shanghai", "formula": formula}
        everything = {**row, "queue": "", "formula": formula}
        return {**found, "rows": [row], "totals": {"bills": total, "repair": other}, "all": everything, "as_of_ms": 5}

    def agents(
        self,
        day: str,
        agent: str,
        team: str,
        running: Sequence[Mapping[str, Any]],
        until: str,
        interval_min: int,
        reach: Reach = WHOLE,
    ) -> dict[str, Any]:
        row = {**dict.fromkeys((column.id for column in AGENT_COLUMNS), 0), "agent": "+1001"}
        days = {"day": "2026-01-02", "until": "2026-01-02", "zone": "Asia/Shanghai"}
        return {**days, "rows": [row], "totals": {"+1001": row}, "all": {**row, "agent": ""}, "as_of_ms": 5}

    def calls(self, query: FigureQuery, reach: Reach = WHOLE) -> dict[str, Any]:
        return FakeCalls().find(CallQuery(agent=query.agent, page=query.page, per_page=query.per_page), reach)


class FakeDatabase:
    def __init__(self) -> None:
        self.up = True

    def __call__(self) -> None:
        if not self.up:
            raise DatabaseAway("the database does not answer")


@cache
def _small_centre() -> bytes:
    """The file of a SQLite in which it is."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/cti.db"
        migrate(url)
        engine = make_engine(url)
        with transaction(engine) as session:
            session.add_all(centre.Group(**asdict(group)) for group in CONFIG.groups.values())
            session.add_all(centre.Team(**asdict(team)) for team in CONFIG.teams.values())
            session.add_all(centre.Queue(**asdict(queue)) for queue in CONFIG.queues.values())
            session.flush()
            session.add_all(centre.Agent(**asdict(agent), phone_password=f"secret-{agent.id}") for agent in AGENTS.values())
            session.add_all(
                User(id=one.id, login=one.login, name=one.name, password_hash="", role=one.role, agent_id=one.agent_id,
                     team_id=one.team, locale=one.locale, disabled=one.disabled)
                for one in LOGINS.values()
            )  # fmt: skip
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return Path(folder, "cti.db").read_bytes()


class RealEntities(Entities):
    """The real ones on a small SQLite of their own, which is made when it is first asked."""

    def __init__(self) -> None:
        self.every, self._clock, self._sealer, self._pause = ENTITIES, SystemClock(), SEALER, lambda: None

    @cached_property
    def _engine(self) -> Engine:  # type: ignore[override]
        self._folder = TemporaryDirectory()
        Path(self._folder.name, "cti.db").write_bytes(_small_centre())
        return make_engine(f"sqlite:///{self._folder.name}/cti.db")


class RealTokens(Tokens):
    """Those that were made as entities; none while nobody asked for one, so that no database is made for it."""

    def __init__(self, entities: RealEntities, accounts: FakeAccounts) -> None:
        self._entities, self._accounts = entities, accounts

    def find(self, secret_hash: str) -> Token | None:
        if self._accounts.away:
            raise DatabaseAway("the database does not answer")
        return SqlTokens(self._entities._engine).find(secret_hash)

    def used(self, token_id: str, at_ms: int, address: str) -> None:
        SqlTokens(self._entities._engine).used(token_id, at_ms, address)


class RealPublications(Publications):
    """The real ones on the same database."""

    def __init__(self, entities: RealEntities) -> None:
        self._entities, self._clock, self._tenant = entities, SystemClock(), "test"
        self._every = published(ENTITIES)

    @cached_property
    def _engine(self) -> Engine:  # type: ignore[override]
        return self._entities._engine


class RealLinks(SqlLinks):
    """Beside the real entities."""

    def __init__(self, entities: RealEntities) -> None:
        self._entities, self._clock = entities, SystemClock()

    @property
    def _engine(self) -> Engine:  # type: ignore[override]
        return self._entities._engine


class RealFactors(SqlSecondFactors):
    """Beside the real entities."""

    def __init__(self, entities: RealEntities) -> None:
        self._entities, self._clock, self._sealer = entities, SystemClock(), SEALER

    @property
    def _engine(self) -> Engine:  # type: ignore[override]
        return self._entities._engine

    def of(self, user_id: int) -> SecondFactors:
        """Where no database was made yet nobody has one."""
        return super().of(user_id) if "_engine" in vars(self._entities) else SecondFactors(False, 0, ())


class RealStart(SqlStart):
    """Beside the real entities."""

    def __init__(self, entities: RealEntities, publications: RealPublications) -> None:
        self._entities, self._publications, self._demo, self._trunks = entities, publications, files.shipped, ()

    @property
    def _engine(self) -> Engine:  # type: ignore[override]
        return self._entities._engine


def make_ports() -> Ports:
    fakes = FakeAccounts(), FakeConfig(), FakePhones(), FakeCalls(), FakeRecordings(), FakeReports(), FakeDatabase()
    entities = RealEntities()
    content = Content.of(entities._engine, entities, SystemClock(), lambda port: port)
    programs = RealTokens(entities, fakes[0]), SqlWebhooks(entities._engine)
    publications = RealPublications(entities)
    people = SqlSignIn(entities._engine, entities, SystemClock(), SEALER), SqlPeople(entities._engine)
    ways = RealLinks(entities), RealFactors(entities), RealStart(entities, publications), *people
    return Ports(*fakes, entities, publications, FakeAudits(), content, *programs, *ways)


class FakeMail(Mail):
    """What was sent, as (to, subject, text)."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.away = False

    def send(self, to: str, subject: str, text: str) -> None:
        if self.away:
            raise MailAway("the mail server does not answer")
        self.sent.append((to, subject, text))


def real_people() -> Ports:
    """The users of the small centre as they are in its database, with PASSWORD; mails are kept."""
    ports = make_ports()
    engine = ports.links._engine
    with transaction(engine) as session:
        session.execute(update(User).values(password_hash=HASHER.hash(PASSWORD)))
    return replace(ports, accounts=SqlAccounts(engine), mail=FakeMail())


def quick_passwords() -> Passwords:
    return Passwords(HASHER)
