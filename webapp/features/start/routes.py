"""The first run: steps by what is there, and the demo. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import gevent
import redis

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.errors import BadArguments, DatabaseAway, NoConfiguration
from cti_server.events.views import AGENT, CALL, SWITCH, TRUNK
from cti_server.features.entities.contract import EntriesRefused, EntryExists
from cti_server.features.publication.contract import PublishRefused
from cti_server.features.publication.delivery import deliver
from cti_server.features.publication.sql import Done, Publications
from cti_server.features.start import colleagues
from cti_server.features.start.contract import START, BadLines, CentreNotEmpty, DemoInUse, DoctorFailed, DraftFirst, NoDemo
from cti_server.features.start.service import Found, steps
from cti_server.features.start.sql import SqlStart, password_is
from cti_server.features.users.service import Accounts
from webapp.auth.guard import current_user, needs
from webapp.auth.sessions import Sessions
from webapp.blueprint import Blueprint, answers
from webapp.features.entities.routes import by
from webapp.features.start.doctor import Doctor
from webapp.features.start.schemas import (
    WIPE,
    DemoDoneSchema,
    DemoThere,
    DemoThereSchema,
    DemoWiped,
    DemoWipedSchema,
    FindingsSchema,
    FirstRunSchema,
    LinesSchema,
    NewQueueSchema,
    PeopleSchema,
    QueueNameSchema,
    WipeSchema,
)
from webapp.ports import Config
from webapp.realtime.projection import Projection
from webapp.realtime.sockets import Sockets
from webapp.threads import apart, tables

MOST_PHONES = 100
HOME_S, LOOK_S = 20.0, 0.2
"""How long the demo's virtual colleagues have to leave the floor."""
COUNTED = (
    "trunks", "agents", "agents_without_login", "outside", "queues", "queues_unstaffed", "numbers", "numbers_nowhere",
)  # fmt: skip
CHANGING = (EntriesRefused, EntryExists, DatabaseAway)


def routes(
    start: SqlStart,
    publications: Publications,
    accounts: Accounts,
    config: Config,
    projection: Projection,
    sessions: Sessions,
    sockets: Sockets,
    client: redis.Redis,
    keys: Keys,
    commands: CommandClient,
    doctor: Doctor,
    *,
    realm: str,
    web_phone: bool,
    documented: bool,
) -> Blueprint:
    """``documented``: people of the demo have the documented password."""
    blueprint = Blueprint("start", "/api/start", "From an empty centre to its first call")

    @blueprint.get("")
    @blueprint.response(200, FirstRunSchema)
    @answers(NoConfiguration, DatabaseAway)
    @needs(START)
    def read_first_run() -> dict[str, Any]:
        """Which steps are done, by what is there now, and what each lacks."""
        there, own = start.there(current_user().login), accounts.by_id(current_user().id)
        phones, trunks, call = phones_now(), projection.views(TRUNK), start.answered()
        found = Found(
            **{name: getattr(there, name) for name in COUNTED},
            password=apart(tables(), password_is, own.password_hash if own else ""),
            switches=tuple(one["linked"] for one in projection.views(SWITCH)),
            trunks_up=sum(1 for one in trunks if one["state"] == "up"),
            changes=publications.draft()["changes"],
            phones=sum(1 for one in phones if one["registered"]),
            answered=call is not None,
        )
        more = {"demo": there.demo, "empty": there.empty, "unqueued": there.unqueued, "call": call}
        return {**more, "steps": steps(found), "phones": phones[:MOST_PHONES], "realm": realm, "web_phone": web_phone}

    def phones_now() -> list[dict[str, Any]]:
        try:
            agents = config().agents
        except NoConfiguration:
            return []
        found = []
        for one in sorted(agents.values(), key=lambda agent: agent.id):
            view = projection.view(AGENT, one.id)
            told = {"agent": one.id, "name": one.name, "extension": one.extension}
            status = view["status"] if view else "logged_out"
            found.append({**told, "registered": bool(view and view["phone_registered"]), "logged_in": status != "logged_out"})
        return found

    @blueprint.get("/doctor")
    @blueprint.response(200, FindingsSchema)
    @answers(DoctorFailed)
    @needs(START)
    def ask_doctor() -> dict[str, Any]:
        """What `cti doctor` finds, with what to do; as the user of this process, who may not see everything.

        It takes some seconds; what it found counts for 5 s.
        """
        return {"findings": doctor.findings()}

    @blueprint.post("/people")
    @blueprint.arguments(LinesSchema)
    @blueprint.response(200, PeopleSchema)
    @answers(BadLines, *CHANGING)
    @needs(START)
    def take_people(body: dict[str, Any]) -> dict[str, Any]:
        """Lines of text as agents with logins, all or nothing.

        Agents take force when the draft is published; logins are there at once, without a password: invite them.
        """
        people, made = start.people(body["text"], body["team"], by(), body["dry_run"])
        return {"people": people, "made": made, "dry": body["dry_run"]}

    @blueprint.post("/queue")
    @blueprint.arguments(QueueNameSchema)
    @blueprint.response(200, NewQueueSchema)
    @answers(*CHANGING)
    @needs(START)
    def make_queue(body: dict[str, Any]) -> dict[str, Any]:
        """A queue with every agent who is in none."""
        return {"id": start.queue(body["name"], by())}

    @blueprint.post("/demo")
    @blueprint.response(200, DemoDoneSchema)
    @answers(CentreNotEmpty, DraftFirst, PublishRefused, *CHANGING)
    @needs(START)
    def fill_demo() -> dict[str, Any]:
        """Fills an empty centre with the demo and publishes it."""
        return told(start.fill(by(), documented))

    @blueprint.get("/demo")
    @blueprint.response(200, DemoThereSchema)
    @answers(DatabaseAway)
    @needs(START)
    def look_at_demo() -> DemoThere:
        """How many entries of the demo are here, and how many calls, recordings and intervals of agents are its own.

        Its own are calls that came to its numbers, waited in its queues and were rung at its agents, and at nothing else.
        """
        return DemoThere(**start.traces(), entries=start.there(current_user().login).demo)

    @blueprint.post("/demo/wipe")
    @blueprint.arguments(WipeSchema)
    @blueprint.response(200, DemoWipedSchema)
    @answers(BadArguments, NoDemo, DemoInUse, DraftFirst, PublishRefused, *CHANGING)
    @needs(START)
    def wipe_demo(body: dict[str, Any]) -> DemoWiped:
        """Removes all that the demo made but who asks for it, and publishes that, whole or not at all.

        Calls and recordings stay unless `calls` says that those of the demo go, too; reports are right in both cases. The worker
        deletes the files. Whoever is gone is logged out. The virtual colleagues of a demo machine are sent home before, and their
        callers with them, unless people are at work, too.
        """
        if body["confirm"] != WIPE:
            raise BadArguments(f"confirm must be: {WIPE}", {"field": "confirm"})
        known = {login: account.id for login in start.logins() if (account := accounts.by_login(login))}
        with floor_empty():
            done, gone, traces = start.wipe(by(), current_user().login, body["calls"])
        for login in gone:
            if login in known:
                sessions.end_all(known[login])
                sockets.end_user(known[login])
        return DemoWiped(**traces, version=told(done)["version"])

    @contextmanager
    def floor_empty() -> Iterator[None]:
        """Nobody is at work in it. Raises DemoInUse."""
        simulated = colleagues.playing(client, keys)
        if not simulated or at_work() - simulated:
            refuse_if_busy()
            yield
            return
        colleagues.send_home(client, keys)
        try:
            with gevent.Timeout(HOME_S, False):
                while projection.count(CALL) or at_work():
                    gevent.sleep(LOOK_S)
            refuse_if_busy()
            yield
        except BaseException:
            colleagues.call_back(client, keys)
            raise
        colleagues.send_home(client, keys, colleagues.LAST_MS)

    def at_work() -> set[str]:
        return {one["id"] for one in projection.views(AGENT) if one["status"] != "logged_out"}

    def refuse_if_busy() -> None:
        calls, agents = projection.count(CALL), at_work()
        if calls or agents:
            said = f"{calls} calls are running, {len(agents)} agents are logged in: {', '.join(sorted(agents)[:10])}"
            raise DemoInUse(said, {"calls": calls, "agents": len(agents)})

    def told(done: Done) -> dict[str, Any]:
        if done.version:
            deliver(client, keys, commands, done.document, done.version, f"user:{current_user().id}", partial(apart, tables()))
        return {"version": done.version, "made": done.made or {}}

    return blueprint
