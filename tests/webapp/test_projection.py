"""The projection: a snapshot and the events after it give what a later snapshot gives, for every role; gaps and epochs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain.config import ServiceConfig
from cti_server.domain.switch import GatewayChanged, LinkDown
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import Adopt, Publish
from cti_server.events.envelope import Envelope
from cti_server.events.live import Change, Kind, Removal
from cti_server.events.views import AGENT, ALARM, CALL, CALL_BACK, DRAFT, EVENTS, KINDS, LISTENER, QUEUE, SERVICE, SWITCH, TRUNK
from tests.engine.test_supervision import listening
from tests.engine.world import NODE, World
from tests.engine.world import centre as engine_centre
from tests.webapp.fakes import LOGINS
from webapp.auth.sessions import user_of
from webapp.realtime.projection import MirrorRow, Projection, Verdict
from webapp.realtime.rooms import IndexedManager, rooms_of_user

AGENTS = ("1001", "1002", "1003")
TEAM = {"1001": "a", "1002": "a", "1003": "b"}
QUEUES = {"1001": {"repair": 1}, "1002": {"repair": 1, "bills": 1}, "1003": {"bills": 1}}

change = st.one_of(
    st.tuples(st.just("agent"), st.sampled_from(AGENTS), st.sampled_from(["idle", "talking"])),
    st.tuples(st.just("call"), st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["", *AGENTS])),
    st.tuples(st.just("ended"), st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["", *AGENTS])),
    st.tuples(st.just("queue"), st.sampled_from(["repair", "bills"]), st.sampled_from(["1", "2"])),
    st.tuples(st.just("draft"), st.just("a1/c1"), st.sampled_from(["a1", "a2"])),
    st.tuples(st.just("removed"), st.sampled_from(["agents", "queues", "trunks"]), st.sampled_from(["a1", "repair", "t1"])),
    st.tuples(st.just("removed"), st.just("drafts"), st.just("a1/c1")),
    st.tuples(st.just("trunk"), st.just("t1"), st.sampled_from(["up", "down"])),
    st.tuples(st.just("alarm"), st.sampled_from(["x", "y"]), st.sampled_from(["raised", "cleared"])),
)


def event_of(seq: int, what: tuple[str, str, str]) -> Envelope:
    kind, thing, value = what
    data: dict[str, Any]
    name = f"{kind}.changed"
    if kind == "agent":
        name = "agent.state_changed"
        data = {"agent": {"id": thing, "team": TEAM[thing], "queues": QUEUES[thing], "state": value}}
    elif kind in ("call", "ended"):
        name = "call.ended" if kind == "ended" else "call.offered"
        data = {"call": {"id": thing, "agent": value, "legs": []}}
    elif kind == "alarm":
        name, data = f"alarm.{value}", {"alarm": {"id": thing}}
    elif kind == "draft":
        name = "call.note_saved"
        data = {"draft": {"id": thing, "agent": value}}
    elif kind == "removed":
        removed = KINDS[thing].removed
        name, data = removed.name, dict(removed.data(value))
    else:
        data = {kind: {"id": thing, "value": value}}
    return Envelope(1, seq, name, 0, "daemon", data)


class Client:
    """A screen that follows the rule of events/views.py; an agent's screen keeps the calls of its own agent only."""

    def __init__(self, snapshot: dict[str, Any], own: str) -> None:
        self.own = own
        self.tables = {kind: {view["id"]: view for view in snapshot[kind]} for kind in KINDS}
        self.seq = snapshot["seq"]

    def take(self, event: Envelope) -> None:
        if event.seq <= self.seq:
            return
        self.seq = event.seq
        declared = EVENTS[event.name]
        if isinstance(declared, Change):
            view = event.data[declared.kind.word]
            table = self.tables[declared.kind.table]
            table[view["id"]] = view
            if declared.last or (declared.kind in (CALL, DRAFT) and self.own and view["agent"] != self.own):
                del table[view["id"]]
        elif isinstance(declared, Removal):
            self.tables[event.data["removed"]["kind"]].pop(event.data["removed"]["id"], None)

    def state(self) -> dict[str, Any]:
        return {kind: [self.tables[kind][key] for key in sorted(self.tables[kind])] for kind in KINDS}


@pytest.mark.parametrize("login", ["zhang", "wang", "leader-a", "admin"])
@given(changes=st.lists(change, max_size=40), cut=st.integers(0, 40))
def test_snapshot_and_later_events_equal_a_later_snapshot(login: str, changes: list[tuple[str, str, str]], cut: int) -> None:
    user = user_of(LOGINS[login])
    own_view = {"team": user.team, "queues": QUEUES.get(user.agent_id, {})}
    rooms = rooms_of_user(user, own_view)
    projection = Projection(epoch=1)
    client = None
    for n, what in enumerate(changes):
        if n == cut:
            client = Client(projection.snapshot(rooms), user.agent_id)
        event = event_of(n + 1, what)
        applied = projection.apply(event)
        assert applied.verdict is Verdict.NEXT
        if client is not None and applied.rooms & rooms:
            client.take(event)
            client.take(event)  # a double changes nothing
    if client is not None:
        later = projection.snapshot(rooms)
        assert client.state() == {kind: later[kind] for kind in KINDS}


@pytest.mark.parametrize("login", ["zhang", "wang", "leader-a", "admin"])
@given(changes=st.lists(change, max_size=30))
def test_the_mirror_gives_the_same_as_the_events(login: str, changes: list[tuple[str, str, str]]) -> None:
    user = user_of(LOGINS[login])
    lived = Projection(epoch=1)
    mirror: dict[tuple[str, str], MirrorRow] = {}
    for n, what in enumerate(changes):
        event = event_of(n + 1, what)
        lived.apply(event)
        declared = EVENTS[event.name]
        if isinstance(declared, Change):
            kind, view = declared.kind, event.data[declared.kind.word]
            mirror[kind.table, view["id"]] = MirrorRow(kind.table, view["id"], 1, n + 1, view)
            if declared.last:
                del mirror[kind.table, view["id"]]
        else:
            mirror.pop((event.data["removed"]["kind"], event.data["removed"]["id"]), None)
    built = Projection()
    built.rebuild(mirror.values(), (1, len(changes)))
    rooms = rooms_of_user(user, {"team": user.team, "queues": QUEUES.get(user.agent_id, {})})
    assert {k: built.snapshot(rooms)[k] for k in KINDS} == {k: lived.snapshot(rooms)[k] for k in KINDS}
    assert (built.epoch, built.seq) == (1, len(changes))


def a_bad_day() -> World:
    """A real engine whose trunk fails, whose switch goes and whose configuration changes."""
    w = World()
    w.tell(GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN"))
    w.tell(LinkDown(NODE, 0, "reset"))
    w.reconfigure(replace(engine_centre(), version=2))
    return w


def reaches(event: Publish, projection: Projection) -> set[str]:
    applied = projection.apply(Envelope(1, event.seq, event.name, 0, "daemon", event.data))
    assert applied.verdict is Verdict.NEXT
    return {login for login, account in LOGINS.items() if applied.rooms & rooms_of_user(user_of(account), None)}


FLOOR = {"leader-a", "leader-b", "admin"}


# ---------------------------------------------------------------- what is removed leaves every screen


def hang_up(w: World) -> None:
    for call in w.engine.snapshot()["calls"].values():
        w.hang_up(call["legs"][0]["id"])


def notes(w: World, count: int) -> None:
    """So many calls of agent 1001, each with a note."""
    w.agent("1001")
    for _ in range(count):
        leg = w.call()
        w.pick_up(w.offered_leg())
        assert w.command("SaveNote", agent_id="1001", call_id=w.the_call(leg)["id"], note="later", version=0)
        w.hang_up(leg)
        w.command("EndWrapUp", agent_id="1001")


def another_switch(w: World) -> None:
    """The daemon starts again with other settings."""
    mirror = {kind: dict(table) for kind, table in w.mirror.items()}
    w.engine = Engine(w.config, w.engine.epoch + 1, 1)
    w.give(Adopt(w.now, (), mirror, {"new": ()}, w.now, ("new",)))


def call_back(w: World) -> None:
    w.agent("1001")
    w.command("AskCallBack", agent_id="1001", colleague_id="1002")


GOES: dict[Kind[Any], tuple[Callable[[World], Any], Callable[[World], Any]]] = {
    # kind -> what shows a thing of it, and what takes it away
    AGENT: (lambda w: w.agent("1001"), lambda w: w.reconfigure(replace(engine_centre(2), version=2))),
    QUEUE: (lambda w: w.agent("1001"), lambda w: w.reconfigure(replace(engine_centre(), version=2, queues=ONE_QUEUE))),
    TRUNK: (lambda w: w.agent("1001"), lambda w: w.reconfigure(replace(engine_centre(), version=2, trunks={}))),
    SWITCH: (lambda w: w.agent("1001"), another_switch),
    CALL: (lambda w: w.call(), hang_up),
    ALARM: (
        lambda w: w.tell(GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN")),
        lambda w: w.tell(GatewayChanged(NODE, 0, "carrier", "REGED", "UP")),
    ),
    DRAFT: (lambda w: notes(w, 1), lambda w: notes(w, 6)),
    LISTENER: (listening, hang_up),
    SERVICE: (lambda w: w.reconfigure(SERVED), lambda w: w.reconfigure(replace(engine_centre(), version=3))),
    CALL_BACK: (call_back, lambda w: w.command("CancelCallBack", agent_id="1001")),
}
SERVED = replace(engine_centre(), version=2, services={"line": ServiceConfig("line", "Line", queue_1="sales")})
ONE_QUEUE = {"sales": engine_centre().queues["sales"]}


class Screens:
    """Everybody's, as the web process keeps them: by events, and by a snapshot after a gap or when they see other things."""

    def __init__(self) -> None:
        self.projection = Projection()
        self.seen: dict[str, tuple[frozenset[str], Client]] = {}

    def place(self, *logins: str) -> None:
        for login in logins:
            user = user_of(LOGINS[login])
            rooms = rooms_of_user(user, self.projection.view(AGENT, user.agent_id))
            self.seen[login] = rooms, Client(self.projection.snapshot(rooms), user.agent_id)

    def take(self, w: World) -> None:
        for told in w.published:
            event = Envelope(w.engine.epoch, told.seq, told.name, 0, "daemon", told.data)
            applied = self.projection.apply(event)
            if applied.verdict is Verdict.GAP:
                mirror = [(kind, thing, row["view"]) for kind, table in w.mirror.items() for thing, row in table.items()]
                self.projection.rebuild(
                    [MirrorRow(kind, thing, 1, 1, view) for kind, thing, view in mirror], (w.engine.epoch, w.published[-1].seq)
                )
                self.place(*LOGINS)
            for rooms, client in self.seen.values():
                if applied.rooms & rooms:
                    client.take(event)
            self.place(*(login for login in self.seen if LOGINS[login].agent_id in applied.moved))
        w.published.clear()

    def show(self, kind: Kind[Any]) -> set[str]:
        return {thing for _, client in self.seen.values() for thing in client.tables[kind.table]}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_removed_leaves_every_screen(kind: Kind[Any]) -> None:
    appears, goes = GOES[kind]
    w, screens = World(), Screens()
    appears(w)
    screens.take(w)
    before = screens.show(kind)
    goes(w)
    screens.take(w)
    left = set(w.engine.snapshot()[kind.table])
    assert before - left, "something has gone"
    assert screens.show(kind) <= left
    assert set(w.mirror[kind.table]) == left


@pytest.mark.parametrize(
    ("name", "who"),
    [("trunk.changed", FLOOR), ("switch.unlinked", FLOOR), ("alarm.raised", FLOOR), ("config.applied", set(LOGINS))],
)
def test_the_floor_hears_of_the_network_and_everybody_of_a_configuration(name: str, who: set[str]) -> None:
    projection = Projection(epoch=1)
    heard = {event.name: reaches(event, projection) for event in a_bad_day().published}
    assert heard[name] == who


@pytest.mark.parametrize("login", sorted(LOGINS))
def test_a_screen_after_a_gap_has_what_it_had_before(login: str) -> None:
    w = a_bad_day()
    lived, built = Projection(epoch=1), Projection()
    for event in w.published:
        reaches(event, lived)
    mirror = [(kind, thing, row["view"]) for kind, table in w.mirror.items() for thing, row in table.items()]
    built.rebuild([MirrorRow(kind, thing, 1, lived.seq, view) for kind, thing, view in mirror], (1, lived.seq))
    rooms = rooms_of_user(user_of(LOGINS[login]), None)
    assert built.snapshot(rooms) == lived.snapshot(rooms)
    shown = {kind for kind in ("trunks", "switches", "alarms") if built.snapshot(rooms)[kind]}
    assert shown == ({"trunks", "switches", "alarms"} if login in FLOOR else set())


@pytest.mark.parametrize(
    ("epoch", "seq", "verdict"),
    [(2, 6, Verdict.NEXT), (2, 5, Verdict.OLD), (2, 7, Verdict.GAP), (3, 1, Verdict.GAP), (1, 9, Verdict.OLD)],
)
def test_order(epoch: int, seq: int, verdict: Verdict) -> None:
    projection = Projection(epoch=2, seq=5)
    before = projection.snapshot(frozenset({"floor"}))
    event = Envelope(epoch, seq, "queue.changed", 0, "daemon", {"queue": {"id": "q"}})
    assert projection.apply(event).verdict is verdict
    if verdict is not Verdict.NEXT:
        assert projection.snapshot(frozenset({"floor"})) == before


steps = st.tuples(st.sampled_from(["enter", "leave", "gone"]), st.sampled_from("abc"), st.sampled_from(["r1", "r2", "r3"]))


@given(st.lists(steps, max_size=50))
def test_the_rooms_index_agrees_with_the_rooms(steps: list[tuple[str, str, str]]) -> None:
    manager = IndexedManager()
    for what, sid, room in steps:
        if sid not in manager.rooms.get("/", {}).get(None, {}):
            manager.basic_enter_room(sid, "/", None, eio_sid=f"eio-{sid}")
        if what == "enter":
            manager.basic_enter_room(sid, "/", room)
        elif what == "leave":
            manager.basic_leave_room(sid, "/", room)
        else:
            manager.basic_disconnect(sid, "/")
        for one in "abc":
            scanned = {name for name, members in manager.rooms.get("/", {}).items() if name is not None and one in members}
            assert set(manager.get_rooms(one, "/")) == scanned
