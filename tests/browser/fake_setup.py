"""What people set up, for the fake server: the real routes and checks over a database of its own, which is gone afterwards."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import flask
import redis
from flask import g, request

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.config import CentreConfig
from cti_server.features.centre import seed
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.seed_sql import seed_demo
from cti_server.features.entities.contract import By
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.files import take_files
from cti_server.features.publication.sql import Publications, published
from cti_server.features.registry import ENTITIES
from cti_server.features.roles.service import Scopes
from cti_server.features.start.files import shipped
from cti_server.features.start.sql import SqlStart
from cti_server.features.tokens.model import ApiToken
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.webhooks.contract import State
from cti_server.features.webhooks.model import Delivery, Webhook
from cti_server.features.webhooks.sql import SqlWebhooks
from cti_server.settings import OWN_FLOWS
from scripts.cti.doctor import command  # noqa: F401 - with it all sayings are declared
from scripts.cti.doctor.finding import Finding, say
from tests.browser import fake_books as books
from tests.browser.fake_content import content
from webapp.audit import Audit
from webapp.auth.sessions import Session, User
from webapp.blueprint import Blueprint
from webapp.features.centre.opening import opening
from webapp.features.entities.imports import Imports
from webapp.features.entities.routes import routes
from webapp.features.publication import routes as publication
from webapp.features.start.doctor import Doctor
from webapp.features.start.routes import routes as start
from webapp.features.webhooks.routes import routes as webhooks
from webapp.realtime.projection import MirrorRow, Projection


class NoAudit(Audit):
    """Nobody asks the fake centre who exported what."""

    def __init__(self) -> None:
        """Without a Redis."""

    def write(self, action: str, subject: str, detail: Mapping[str, object]) -> None:
        return None


def programs() -> list[Any]:
    """A token, and a webhook with deliveries of each state."""
    at_ms = 1_780_279_200_000
    token = ApiToken(id="crm", name="CRM", user="admin", secret_hash="none", used_ms=at_ms, used_from="192.0.2.7")
    hook = Webhook(id="crm", name="CRM", url="https://crm.example/events", kinds=["calls", "fact.call"], secret="whsec_none",
                   failures=2, sent_ms=at_ms, next_ms=at_ms + 20_000, trouble="HTTP 503 Service Unavailable")  # fmt: skip
    states: list[tuple[State, int, str]] = [("sent", 204, ""), ("failed", 410, "HTTP 410 Gone"), ("waiting", 503, hook.trouble)]
    made = [
        Delivery(delivery=f"crm-3-{n}", webhook="crm", kind="call.ended", subject=f"call:c{n}", made_ms=at_ms + n, tries=n + 1,
                 state=state, due_ms=0, status=status, trouble=why, body=f'{{"id":"crm-3-{n}","kind":"call.ended"}}')
        for n, (state, status, why) in enumerate(states)
    ]  # fmt: skip
    return [token, hook, *made]


class NoDoctor(Doctor):
    """What it would say of a centre with a trouble of each kind."""

    def findings(self) -> list[dict[str, Any]]:
        told = [
            Finding(say("redis"), "ok", say("redis-version", name="redis 7.2", version="7.2")),
            Finding(
                say("trunk", name="backup"), "critical", say("trunk-is-down", detail="503"), say("trunk-ask", gateway="backup")
            ),
            Finding(say("tls"), "warning", say("tls-ends", day="2026-06-10", n=9), say("tls-renew")),
            Finding(say("trunk", name="main"), "unknown", say("trunk-unknown")),
        ]
        names = ("component", "severity", "components", "texts", "hints")
        return [{name: one.to_json("en")[name] for name in names} for one in told]


def live() -> Projection:
    """As the fake centre is when it begins."""
    found = Projection()
    rows = {"agents": books.agents(1_780_279_200_000), "trunks": books.trunks(), "switches": books.switches()}
    found.rebuild([MirrorRow(kind, one["id"], 1, 1, one) for kind, views in rows.items() for one in views], (1, 1))
    return found


def setup(number: Callable[[str], str]) -> list[Blueprint]:
    """``g.fake_user``: who is logged in; ``number``: of a call."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    url = f"sqlite:///{Path(folder.name) / 'setup.db'}"
    migrate(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        seed_demo(session, {user.login: "none" for user in seed.USERS}, {"area_code": "755"})
        session.add_all(programs())
    entities = Entities(engine, ENTITIES, SystemClock())
    publications = Publications(engine, entities, ENTITIES, SystemClock(), "main")
    take_files(engine, entities, read_flows(OWN_FLOWS))
    nobody: Any = redis.Redis(unix_socket_path=str(Path(folder.name) / "none"), retry=None)  # away: told at once
    keys = Keys("main")
    commands = CommandClient(nobody, keys, "fake")
    imports = Imports(nobody, keys, SystemClock())
    found = [routes(entities, ENTITIES, NoAudit(), {}, imports), *content(engine, entities, number, NoAudit())]
    publications.first(By("system:bootstrap", "system:bootstrap"))
    found.append(webhooks(SqlWebhooks(engine), NoAudit(), SystemClock()))
    hours: Any = flask.Blueprint("opening", __name__, url_prefix="/api")
    hours.post("/opening")(lambda: opening(entities, SystemClock(), request.get_json()["record"]))
    found.append(hours)
    found.append(publication.routes(publications, published(ENTITIES), nobody, keys, commands, NoAudit(), imports))

    scopes = Scopes(lambda: CentreConfig(0, "main"))
    nothing: Any = None  # nobody is logged out here
    guide = SqlStart(engine, entities, publications, shipped, ())
    config = CentreConfig(version=1, tenant="main", agents={one.id: one for one in seed.AGENTS})
    found.append(
        start(guide, publications, SqlAccounts(engine), lambda: config, live(), nothing, nothing, nobody, keys, commands,
              NoDoctor(), realm="pbx.example", web_phone=True, documented=False)
    )  # fmt: skip

    def who() -> None:
        if g.fake_user is None:
            return
        g.cti_session_row = Session("fake", User(**g.fake_user), "token", 0, 0, 0, "")
        g.cti_address, g.cti_scopes = "127.0.0.1", scopes

    for blueprint in found:
        blueprint.before_request(who)
    return found
