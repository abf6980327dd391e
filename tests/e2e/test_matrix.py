"""Every operation on a real switch: who hears whom before, on the way and after, by each one's own tone and by the customer's
recording; and whoever hangs up at whichever step, or in the very moment of it, nobody is left in silence and no leg is left over.

A row's own steps are its cells, one for each who may hang up there: ``after`` says what is left then (the customer's end is the
end of all). A moment's cells: who hangs up, and how many ms after the command (below 0: before it), by chance with a seed; what
is left depends on who was first, but is in order. All desks are at it at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.queue import Queue

from cti_server.events import commands as do
from tests.e2e.desks import Desk, Gap, Hall, hall

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("matrix")]
DESKS = 7
"""There are tones for so many."""
Act = Callable[[Desk], object]


@dataclass(frozen=True)
class Step:
    """``act`` leads to ``state``; ``after``: who hangs up then -> what is left."""

    name: str
    act: Act
    state: str
    after: dict[str, str]


@dataclass(frozen=True)
class Row:
    name: str
    way: tuple[Step, ...]
    steps: tuple[Step, ...]
    recorded: bool = True


def step(name: str, act: Act, state: str, **after: str) -> Step:
    return Step(name, act, state, {"C": "", **after} if "C" in state else after)


WAITS = step("waits", lambda d: d.call(), "C♪ A?", A="C♪")
TALK = step("talk", lambda d: d.phones["A"].take(), "CA", A="")
HOLD = step("hold", lambda d: d.a(do.HoldCall), "C♪ A", A="")
ASK = step("ask", lambda d: d.a(do.ConsultAgent, colleague_id=d.B), "C♪ A♫ B?", A="C♫ B?", B="CA")
CONSULT = step("consult", lambda d: d.phones["B"].take(), "C♪ AB", A="CB", B="CA")
JOIN = step("join", lambda d: d.a(do.JoinCalls), "CAB", A="CB", B="CA")
LISTEN = step("listen", lambda d: d.lead(do.ListenToCall), "CA S>A", A="", S="CA")
PARK = step("park", lambda d: d.a(do.ParkCall, slot=str(d.n + 1)), "C♪")
B_READY = step("ready", lambda d: d.b(do.ReadyAgent), "CA")
TAKES = {name: (lambda d, name=name: d.phones[name].take()) for name in "ABSX"}
TALKING = (WAITS, TALK)
CONSULTING = (*TALKING, ASK, CONSULT)


def added(who: str, to: str) -> tuple[Step, Step]:
    """Somebody outside comes into the conference."""
    return (
        Step(f"add {who}", lambda d: d.a(do.AddNumber, number=getattr(d, who)), f"{to} {who}?", {}),
        Step(f"{who} is there", lambda d: d.phones[who].take(), to + who, {}),
    )


def left(who: str, rest: str) -> Step:
    return Step(f"{who} leaves", lambda d: d.hangs_up(who), rest, {})


SIX = (*CONSULTING, JOIN, *added("X", "CAB"), *added("Y", "CABX"), *added("Z", "CABXY"))

ROWS = (
    Row("offer", (), TALKING),
    Row("hold", TALKING, (HOLD, step("resume", lambda d: d.a(do.ResumeCall), "CA", A=""))),
    Row("consult", TALKING, (ASK, CONSULT)),
    Row("consult from hold", (*TALKING, HOLD), (ASK, CONSULT)),
    Row("swap", CONSULTING, (
        step("swap", lambda d: d.a(do.SwapCalls), "CA B♪", A="CB", B="CA"),
        step("swap back", lambda d: d.a(do.SwapCalls), "C♪ AB", A="CB", B="CA"),
    )),
    Row("complete", CONSULTING, (step("complete", lambda d: d.a(do.CompleteTransfer), "CB", B=""),)),
    Row("complete while it rings", (*TALKING, ASK), (
        step("complete", lambda d: d.a(do.CompleteTransfer), "C♫ B?", B="CA"),
        step("taken", TAKES["B"], "CB", B=""),
    )),
    Row("return", CONSULTING, (step("return", lambda d: d.a(do.ReturnToCaller), "CA", A=""),)),
    Row("join", CONSULTING, (JOIN,)),
    Row("to an agent", TALKING, (
        step("transfer", lambda d: d.a(do.TransferToAgent, colleague_id=d.B), "C♫ B?", B="CA"),
        step("taken", TAKES["B"], "CB", B=""),
    )),
    Row("to a queue", (*TALKING, B_READY), (
        step("transfer", lambda d: d.a(do.TransferToQueue, queue_id=d.other), "C♪ B?", B="C♪"),
        step("taken", TAKES["B"], "CB", B=""),
    )),
    Row("to a flow", TALKING, (step("transfer", lambda d: d.a(do.TransferToFlow, flow="ask"), "C♪"),)),
    Row("to a number", TALKING, (
        step("transfer", lambda d: d.a(do.TransferToNumber, number=d.X), "C♫ X?", X="CA"),
        step("taken", TAKES["X"], "CX", X=""),
    )),
    Row("consult a number", TALKING, (
        step("ask", lambda d: d.a(do.ConsultNumber, number=d.X), "C♪ A♫ X?", A="C♫ X?", X="CA"),
        step("taken", TAKES["X"], "C♪ AX", A="CX", X="CA"),
        step("complete", lambda d: d.a(do.CompleteTransfer), "CX", X=""),
    )),
    Row("consult a queue", (*TALKING, B_READY), (
        step("ask", lambda d: d.a(do.ConsultQueue, queue_id=d.other), "C♪ A♪ B?", A="C♫ B?", B="C♪ A♪"),
        step("taken", TAKES["B"], "C♪ AB", A="CB", B="CA"),
        step("complete", lambda d: d.a(do.CompleteTransfer), "CB", B=""),
    )),
    Row("flow and back", TALKING, (
        step("send", lambda d: d.a(do.SendToFlow, flow="ask"), "C♪ A♪", A="C♪"),
        step("back", lambda d: d.phones["C"].voice.press(1), "CA", A=""),
    )),
    Row("fetched from a flow", TALKING, (
        step("send", lambda d: d.a(do.SendToFlow, flow="ask"), "C♪ A♪", A="C♪"),
        step("resume", lambda d: d.a(do.ResumeCall), "CA", A=""),
    )),
    Row("add an agent", TALKING, (
        step("add", lambda d: d.a(do.AddAgent, colleague_id=d.B), "CA B?", A="C♫ B?", B="CA"),
        step("taken", TAKES["B"], "CAB", A="CB", B="CA"),
    )),
    Row("add a number to three", (*CONSULTING, JOIN), (
        step("add", lambda d: d.a(do.AddNumber, number=d.X), "CAB X?", A="CB X?", B="CA X?", X="CAB"),
        step("taken", TAKES["X"], "CABX", A="CBX", B="CAX", X="CAB"),
    )),
    Row("mute", (*CONSULTING, JOIN), (
        step("mute", lambda d: d.a(do.MuteParty, party=d.party("B"), muted=True), "CAb", A="CB", B="CA"),
        step("unmute", lambda d: d.a(do.MuteParty, party=d.party("B"), muted=False), "CAB", A="CB", B="CA"),
    )),
    Row("six", SIX[:-2], (
        step("add", lambda d: d.a(do.AddNumber, number=d.Z), "CABXY Z?", A="CBXY Z?", Z="CABXY"),
        step("taken", lambda d: d.phones["Z"].take(), "CABXYZ", A="CBXYZ", B="CAXYZ", X="CABYZ", Z="CABXY"),
    )),
    Row("six, mute", SIX, (
        step("mute", lambda d: d.a(do.MuteParty, party=d.party("B"), muted=True), "CAbXYZ", A="CbXYZ", B="CAXYZ"),
        step("unmute", lambda d: d.a(do.MuteParty, party=d.party("B"), muted=False), "CABXYZ", A="CBXYZ", B="CAXYZ"),
    )),
    Row("six, the convener leaves", SIX, (step("leave", lambda d: d.a(do.HangupCall), "CBXYZ", B="CXYZ", Y="CBXZ"),)),
    Row("six, one after another leaves", (*SIX, left("Y", "CABXZ"), left("B", "CAXZ"), left("Z", "CAX")), (
        step("the convener leaves", lambda d: d.a(do.HangupCall), "CX", X=""),
    )),
    Row("drop", (*CONSULTING, JOIN), (step("drop", lambda d: d.a(do.DropParty, party=d.party("B")), "CA", A=""),)),
    Row("leave", (*CONSULTING, JOIN), (step("leave", lambda d: d.a(do.HangupCall), "CB", B=""),)),
    Row("end", (*CONSULTING, JOIN), (step("end", lambda d: d.do(do.HangupCall(call_id=d.id), "user:9"), ""),)),
    Row("hold in a conference", (*CONSULTING, JOIN), (
        step("hold", lambda d: d.a(do.HoldCall), "CB A", A="CB", B="C♪ A"),
        step("resume", lambda d: d.a(do.ResumeCall), "CAB", A="CB", B="CA"),
    )),
    Row("park", TALKING, (
        PARK,
        step("retrieve", lambda d: d.b(do.RetrieveCall, slot=str(d.n + 1)), "C♪ B?", B="C♪"),
        step("taken", TAKES["B"], "CB", B=""),
    )),
    Row("pick up", (WAITS,), (
        step("pick up", lambda d: d.b(do.PickUpCall, colleague_id=d.A), "C♪ B?", B="C♪ A?"),
        step("taken", TAKES["B"], "CB", B=""),
    )),
    Row("listen", TALKING, (
        LISTEN,
        step("whisper", lambda d: d.lead(do.SetListening, mode="whisper"), "CA S>>A", A="", S="CA"),
        step("barge", lambda d: d.lead(do.SetListening, mode="barge"), "CA S>>>A", A="", S="CA"),
        step("listen again", lambda d: d.lead(do.SetListening, mode="listen"), "CA S>A", A="", S="CA"),
        step("stop", lambda d: d.lead(do.StopListening), "CA", A=""),
    )),
    Row("whisper in a consult", (*TALKING, LISTEN), (
        step("whisper", lambda d: d.lead(do.SetListening, mode="whisper"), "CA S>>A", A="", S="CA"),
        step("ask", lambda d: d.a(do.ConsultAgent, colleague_id=d.B), "C♪ A♫ B? S>>A", B="CA S>>A", S="C♪ A♫ B?"),
        step("consult", TAKES["B"], "C♪ AB S>>A", A="CB", B="CA S>>A", S="C♪ AB"),
        step("join", lambda d: d.a(do.JoinCalls), "CAB S>>A", A="CB", B="CA S>>A", S="CAB"),
    )),
    Row("take over", (*TALKING, LISTEN), (step("take over", lambda d: d.lead(do.TakeOverCall), "CS", S=""),)),
    Row("take one who waits", (WAITS,), (
        step("listen", lambda d: d.lead(do.ListenToCall, waits=True), "C♪ A? S>C", S="C♪ A?"),
        step("take over", lambda d: d.lead(do.TakeOverCall, waits=True), "CS", S=""),
    )),
    Row("dial", (), (
        step("ring", lambda d: d.dial(), "A?", A=""),
        step("dial", TAKES["A"], "A♫ X?", A="", X=""),
        step("talk", TAKES["X"], "AX", A="", X=""),
    ), recorded=False),
    Row("call a colleague", (), (
        step("ring", lambda d: d.call_colleague(), "A?", A=""),
        step("call", TAKES["A"], "A♫ B?", A="", B=""),
        step("talk", TAKES["B"], "AB", A="", B=""),
    ), recorded=False),
    Row("the phone's own hold", TALKING, (
        step("hold", lambda d: d.phones["A"].reinvite("sendonly"), "C♪ A", A=""),
        step("resume", lambda d: d.phones["A"].reinvite("sendrecv"), "CA", A=""),
    )),
)  # fmt: skip

CELLS = {
    f"{row.name}/{step.name}/{who}": (row, n, who)
    for row in ROWS
    for n, step in enumerate(row.steps)
    for who in (step.after or {"-": ""})
}


@dataclass(frozen=True)
class Moment:
    """``who``: who of those who are there after ``way`` may hang up in the moment of ``act``."""

    name: str
    way: tuple[Step, ...]
    act: Act
    who: str


HEARS = (*TALKING, LISTEN)
MOMENTS = (
    Moment("hold", TALKING, lambda d: d.a(do.HoldCall), "CA"),
    Moment("ask", TALKING, lambda d: d.a(do.ConsultAgent, colleague_id=d.B), "CA"),
    Moment("consult", (*TALKING, ASK), lambda d: d.phones["B"].rings and d.phones["B"].take(), "CAB"),
    Moment("complete", CONSULTING, lambda d: d.a(do.CompleteTransfer), "CAB"),
    Moment("join", CONSULTING, lambda d: d.a(do.JoinCalls), "CAB"),
    Moment("transfer", TALKING, lambda d: d.a(do.TransferToAgent, colleague_id=d.B), "CA"),
    Moment("listen", TALKING, lambda d: d.lead(do.ListenToCall), "CA"),
    Moment("barge", HEARS, lambda d: d.lead(do.SetListening, mode="barge"), "CAS"),
    Moment("park", TALKING, lambda d: d.a(do.ParkCall, slot=str(d.n + 1)), "CA"),
)
SEED, OFTEN, MOMENT_MS = 1, 4, (-50, 60)
"""So many moments for each who hangs up; one in each equal part of the time around the command."""


def moments(moment: Moment, who: str) -> list[int]:
    """ms after the command."""
    chance, first, part = random.Random(f"{SEED} {moment.name} {who}"), MOMENT_MS[0], (MOMENT_MS[1] - MOMENT_MS[0]) / OFTEN
    return [round(first + part * (n + chance.random())) for n in range(OFTEN)]


AT_THAT_MOMENT = {
    f"in the moment of {moment.name}/{who}/{ms:+d} ms": (moment, who, ms)
    for moment in MOMENTS
    for who in moment.who
    for ms in moments(moment, who)
}
IN_CI = ("consult/consult/A", "listen/whisper/S", "add a number to three/taken/C", "take over/take over/S")


def play(desk: Desk, row: Row, n: int, who: str) -> None:
    desk.fresh()
    state = ""
    for one in (*row.way, *row.steps[: n + 1]):
        desk.turn(one.act, state, one.state)
        state = one.state
    if who != "-":
        desk.turn(lambda d: d.hangs_up(who), state, row.steps[n].after[who])
    desk.home()
    if row.recorded:
        desk.check_recording()


def play_moment(desk: Desk, moment: Moment, who: str, ms: int) -> None:
    desk.fresh()
    state = ""
    for one in moment.way:
        desk.turn(one.act, state, one.state)
        state = one.state
    desk.at_that_moment(moment.act, who, ms / 1000)
    desk.home()
    desk.books()


def _play_all(place: Hall, cells: list[str]) -> dict[str, BaseException | None]:
    waiting: Queue[str] = Queue(items=cells)
    found: dict[str, BaseException | None] = {}
    again: list[str] = []

    def work(desk: Desk) -> None:
        while not waiting.empty():
            cell = waiting.get()
            try:
                play(desk, *CELLS[cell]) if cell in CELLS else play_moment(desk, *AT_THAT_MOMENT[cell])
                found[cell] = None
            except Exception as error:  # told by the cell's own test
                if isinstance(error, Gap) and cell not in again:  # once: the machine may have been busy with something else
                    again.append(cell)
                    waiting.put(cell)
                found[cell] = error
                desk.clear()

    gevent.joinall([gevent.spawn(work, desk) for desk in place.desks], raise_error=True)
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, BaseException | None]]:
    """All cells that are asked for, at once."""
    mine = [item for item in request.session.items if item.fspath == request.fspath and not item.get_closest_marker("skip")]
    cells = [item.callspec.params["cell"] for item in mine if hasattr(item, "callspec")]
    with hall(Path(tmp_path_factory.mktemp("matrix")), min(DESKS, len(cells))) as place:
        found = _play_all(place, cells)
        place.stack.wait("no call is left", lambda: not place.views("calls") and not place.switch.channels())
        of_moments = sum(cell in AT_THAT_MOMENT for cell in found)
        steps = len(found) - of_moments
        print(f"\n{len(ROWS)} operations, {len(CELLS)} cells (operation, step, who hangs up), of them {steps} played")
        print(f"{len(AT_THAT_MOMENT)} more in the moment of {len(MOMENTS)} commands, of them {of_moments} played")
        yield found


@pytest.mark.parametrize(
    "cell", [c if c in IN_CI else pytest.param(c, marks=pytest.mark.long) for c in (*CELLS, *AT_THAT_MOMENT)]
)
def test_who_hears_whom_and_who_is_left(cell: str, played: dict[str, Any]) -> None:
    if played[cell] is not None:
        raise played[cell]
