"""What people and programs may ask of the engine: each command is declared here once, with its arguments.

From a declaration come: the check of its arguments wherever one is read, who may send it (web), whether it is written into the
audit trail, whether its answer comes later, and the schemas of ``POST /api/commands``. The engine's handlers
(``engine/doors/commands.py``) take the declared type.

An agent id is always an argument: who may act for whom is the sender's business and is checked there, ``issuer`` says who did
it and goes into the audit fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from cti_server.domain.agent import AgentNotLoggedIn, AlreadyLoggedIn
from cti_server.domain.config import Destination
from cti_server.domain.dialling import EmergencyNumber, NotDialable, NumberNotAllowed, OwnNumber
from cti_server.domain.record import Text, Whole
from cti_server.domain.recording import Problem
from cti_server.domain.switch import ListenMode
from cti_server.errors import WrongState
from cti_server.events.declare import Arguments, command, declared, read
from cti_server.events.errors import (
    AgentBusy,
    CallPrivate,
    DataTooLarge,
    NobodyOnShift,
    NoSuchAgent,
    NoSuchCall,
    NoSuchCommand,
    NoSuchDestination,
    NoSuchFlow,
    NoSuchNode,
    NoSuchParty,
    NoSuchQueue,
    NoSuchReason,
    NoSuchService,
    NoSwitch,
    NoteChanged,
    NothingAsked,
    NothingThere,
    NoTrunk,
    NotYourPhone,
    OtherSwitch,
    PhoneInUse,
    PhoneNotThere,
    SlotTaken,
    TooManyDialled,
    TooManyPaused,
)

AgentId = Annotated[str, Text(1, 64)]
CallId = Annotated[str, Text(1, 100)]
QueueId = Annotated[str, Text(1, 64)]
ServiceId = Annotated[str, Text(1, 64)]
Extension = Annotated[str, Text(0, 64)]
Code = Annotated[str, Text(0, 64)]
Note = Annotated[str, Text(0, 4000)]
OtherAgent = Annotated[str, Text(0, 64)]
FlowName = Annotated[str, Text(1, 64)]
NodeName = Annotated[str, Text(0, 64)]
"""'': where the flow begins."""
Slot = Annotated[str, Text(1, 16)]
Party = Annotated[int, Whole(1, 10_000)]
"""``LegView.no``."""
Number = Annotated[str, Text(1, 64)]
"""Of a telephone, in any form."""
Phone = Annotated[str, Text(1, 64)]
"""An extension."""
Version = Annotated[int, Whole(0, 2**31)]
Data = Annotated[dict[str, str], Text(1, 200)]
"""Attached data; the limit is that of its keys."""


class Figures(TypedDict):
    """What the ledger has of today: {id: {part: value}}."""

    day_start_ms: int
    queues: dict[str, dict[str, int]]
    agents: dict[str, dict[str, int]]


ON_SHIFT = (NoSuchAgent, AgentNotLoggedIn, WrongState)
IN_CALL = (*ON_SHIFT, NoSwitch)
RINGS = (AgentBusy, OtherSwitch)
OUTSIDE = (*IN_CALL, NotDialable, NumberNotAllowed, OwnNumber, TooManyDialled, NoTrunk)


# ---------------------------------------------------------------- agents


@command("own", audited=True, errors=(NoSuchAgent, NotYourPhone, PhoneInUse, AlreadyLoggedIn))
class LoginAgent(Arguments):
    """Begins a shift, at the own phone or another one that the agent may use."""

    agent_id: AgentId
    extension: Extension = ""


@command("own", "team", audited=True, errors=ON_SHIFT)
class LogoutAgent(Arguments):
    """Ends the shift; a conversation goes on to its end."""

    agent_id: AgentId


@command("own", "team", audited=True, errors=ON_SHIFT)
class ReadyAgent(Arguments):
    """Calls may come."""

    agent_id: AgentId


@command("own", "team", audited=True, errors=(*ON_SHIFT, NoSuchReason, TooManyPaused))
class PauseAgent(Arguments):
    """No calls, for a reason of the configuration; where that wants an approval, an agent only asks for it (data: asked)."""

    agent_id: AgentId
    reason: Code


@command("team", audited=True, errors=(*ON_SHIFT, NothingAsked))
class AnswerPause(Arguments):
    """An agent who asks to be not ready is, or is not."""

    agent_id: AgentId
    granted: bool


@command("own", "team", audited=True, errors=ON_SHIFT)
class EndWrapUp(Arguments):
    """The next call may come before wrap-up runs out."""

    agent_id: AgentId


@command(errors=(NoSuchAgent,))
class AgentPageGone(Arguments):
    """The last socket of the agent's pages was seen to close, or its web process went."""

    agent_id: AgentId
    why: Literal["closed", "lost"] = "closed"


@command(errors=(NoSuchAgent,))
class AgentPageBack(Arguments):
    """A page of the agent is connected again."""

    agent_id: AgentId


# ---------------------------------------------------------------- service numbers


@command("service", audited=True, errors=(NoSuchService, NoSuchDestination))
class SwitchService(Arguments):
    """The numbers of a service lead to another of its destinations, from the next caller on."""

    service_id: ServiceId
    active: Destination


# ---------------------------------------------------------------- calls


@command("own", audited=True, later=True, errors=IN_CALL)
class AnswerCall(Arguments):
    """The ringing phone is asked to answer."""

    agent_id: AgentId


@command("own", audited=True, errors=IN_CALL)
class RejectCall(Arguments):
    """The ringing call goes to somebody else."""

    agent_id: AgentId


@command("own", audited=True, later=True, errors=IN_CALL)
class HoldCall(Arguments):
    """The customer hears music."""

    agent_id: AgentId


@command("own", audited=True, later=True, errors=IN_CALL)
class ResumeCall(Arguments):
    """The customer is heard again."""

    agent_id: AgentId


@command("own", audited=True, later=True, errors=(*IN_CALL, *RINGS))
class ConsultAgent(Arguments):
    """A colleague is rung and talks with the agent; the customer hears music."""

    agent_id: AgentId
    colleague_id: AgentId


@command("own", audited=True, later=True, errors=(*IN_CALL, NoSuchQueue, NobodyOnShift))
class ConsultQueue(Arguments):
    """Whoever of the queue is free next is rung and talks with the agent, who waits in its line; the customer hears music."""

    agent_id: AgentId
    queue_id: QueueId


@command("own", audited=True, later=True, errors=IN_CALL)
class SwapCalls(Arguments):
    """From the colleague to the customer and back; the other one hears music."""

    agent_id: AgentId


@command("own", audited=True, errors=IN_CALL)
class CompleteTransfer(Arguments):
    """The colleague gets the customer, the agent leaves."""

    agent_id: AgentId


@command("own", audited=True, later=True, errors=IN_CALL)
class ReturnToCaller(Arguments):
    """The colleague leaves, the agent talks with the customer."""

    agent_id: AgentId


@command("own", audited=True, later=True, errors=IN_CALL)
class JoinCalls(Arguments):
    """Customer, agent and colleague talk, all three."""

    agent_id: AgentId


@command("own", audited=True, errors=(*IN_CALL, *RINGS))
class AddAgent(Arguments):
    """A colleague is rung and comes into the conversation; at most six are in it."""

    agent_id: AgentId
    colleague_id: AgentId


@command("own", audited=True, errors=(*IN_CALL, NoSuchParty))
class MuteParty(Arguments):
    """The others in the conference no longer hear this party, or hear it again."""

    agent_id: AgentId
    party: Party
    muted: bool


@command("own", audited=True, errors=(*IN_CALL, NoSuchParty))
class DropParty(Arguments):
    """This party leaves the conversation; also one who is still rung. The customer cannot be dropped."""

    agent_id: AgentId
    party: Party


@command("own", audited=True, errors=(*IN_CALL, *RINGS))
class TransferToAgent(Arguments):
    """The customer is passed on to a colleague, who is rung; when nobody answers, back to the agent, else to the line where the
    call was before."""

    agent_id: AgentId
    colleague_id: AgentId


@command("own", audited=True, later=True, errors=OUTSIDE)
class ConsultNumber(Arguments):
    """A number outside is called and talks with the agent; the customer hears music."""

    agent_id: AgentId
    number: Number


@command("own", audited=True, errors=OUTSIDE)
class AddNumber(Arguments):
    """A number outside is called and comes into the conversation; at most six are in it."""

    agent_id: AgentId
    number: Number


@command("own", audited=True, errors=(*OUTSIDE, EmergencyNumber))
class TransferToNumber(Arguments):
    """The customer is passed on to a number outside, which is called; when nobody answers, back to the agent, else to the line
    where the call was before."""

    agent_id: AgentId
    number: Number


@command("own", audited=True, errors=(*OUTSIDE, PhoneNotThere))
class DialNumber(Arguments):
    """The agent's phone is rung, then this number is called. The answer has the call's id: call_id."""

    agent_id: AgentId
    number: Number


@command("own", audited=True, errors=(*ON_SHIFT, *RINGS, NoSwitch, PhoneNotThere))
class CallAgent(Arguments):
    """The agent's phone is rung, then the colleague's: a call between the two. The answer has the call's id: call_id."""

    agent_id: AgentId
    colleague_id: AgentId


@command("own", audited=True, errors=(*ON_SHIFT, AgentBusy))
class AskCallBack(Arguments):
    """When the colleague has been busy and is free, the agent's phone is rung, then the colleague's. For a while, and once."""

    agent_id: AgentId
    colleague_id: AgentId


@command("own", audited=True, errors=(*ON_SHIFT, NothingThere))
class CancelCallBack(Arguments):
    """The agent waits no longer for this colleague, or for nobody."""

    agent_id: AgentId
    colleague_id: OtherAgent = ""


@command("own", audited=True, errors=(*IN_CALL, NoSuchQueue))
class TransferToQueue(Arguments):
    """The customer waits in this queue, as one who has come just now."""

    agent_id: AgentId
    queue_id: QueueId


@command("own", audited=True, errors=(*IN_CALL, NoSuchFlow, NoSuchNode))
class TransferToFlow(Arguments):
    """The customer is passed on to a flow, or to a certain node of it."""

    agent_id: AgentId
    flow: FlowName
    node: NodeName = ""


@command("own", audited=True, later=True, errors=(*IN_CALL, NoSuchFlow, NoSuchNode))
class SendToFlow(Arguments):
    """The customer goes through a flow, or from a certain node of it on, and comes back; the recording has silence meanwhile.
    ResumeCall fetches the customer earlier."""

    agent_id: AgentId
    flow: FlowName
    node: NodeName = ""


@command("own", audited=True, errors=(*IN_CALL, SlotTaken))
class ParkCall(Arguments):
    """The customer hears music in a slot until somebody takes the call out; after two minutes the agent is rung."""

    agent_id: AgentId
    slot: Slot


@command("own", audited=True, errors=(*ON_SHIFT, *RINGS, NoSwitch, NothingThere))
class RetrieveCall(Arguments):
    """The agent's phone rings, and gets the call that is parked in the slot."""

    agent_id: AgentId
    slot: Slot


@command("own", audited=True, errors=(*ON_SHIFT, *RINGS, NoSwitch, NothingThere, CallPrivate))
class PickUpCall(Arguments):
    """A queue's call that rings at this colleague, or the longest that rings in the own team, rings at the agent instead."""

    agent_id: AgentId
    colleague_id: OtherAgent = ""


@command("own", audited=True, errors=IN_CALL)
class SetCallPrivate(Arguments):
    """Nobody listens to the agent's call or picks it up, and its recording has silence, where the centre wants that; or that is
    over. It is always written down."""

    agent_id: AgentId
    private: bool


@command("own", "team", "call", audited=True, errors=(*IN_CALL, NoSuchCall))
class HangupCall(Arguments):
    """The agent's conversation ends; with a call's id alone that call ends, wherever it is."""

    agent_id: AgentId = ""
    call_id: CallId = ""


LISTENING = (NoSuchAgent, NoSuchCall, NoSwitch, WrongState)


@command("lead", audited=True, errors=(*LISTENING, PhoneInUse, PhoneNotThere, OtherSwitch, CallPrivate))
class ListenToCall(Arguments):
    """The phone is rung and hears the agent and all with the agent; or, by a call's id, its customer, also one who waits."""

    agent_id: AgentId = ""
    call_id: CallId = ""
    extension: Phone
    mode: ListenMode = "listen"


@command("lead", audited=True, errors=LISTENING)
class SetListening(Arguments):
    """Who hears the one who listens: nobody, the agent alone (whisper), or all (barge)."""

    agent_id: AgentId = ""
    call_id: CallId = ""
    extension: Phone
    mode: ListenMode


@command("lead", audited=True, errors=LISTENING)
class TakeOverCall(Arguments):
    """Who listens talks with the customer; the agent leaves."""

    agent_id: AgentId = ""
    call_id: CallId = ""
    extension: Phone


@command("lead", audited=True, errors=LISTENING)
class StopListening(Arguments):
    """Who listens, or has taken the call over, leaves it."""

    agent_id: AgentId = ""
    call_id: CallId = ""
    extension: Phone


@command("lead", errors=(NoSuchCall,))
class DescribeCall(Arguments):
    """The graph of a running call as the engine has it, and why it stands where it stands."""

    call_id: CallId


@command("call", errors=(NoSuchCall, DataTooLarge))
class SetCallData(Arguments):
    """Merges attached data into the call's; '' removes a key."""

    call_id: CallId
    data: Data


@command("own", audited=True, errors=(NoSuchAgent, NoSuchCall, NoteChanged))
class SaveNote(Arguments):
    """A draft without a disposition, of the running call or one of the last ones."""

    agent_id: AgentId
    call_id: CallId
    note: Note
    version: Version
    """that it was written over"""


@command("own", audited=True, errors=(NoSuchAgent, NoSuchCall, NoSuchReason, NoteChanged))
class SetDisposition(Arguments):
    """The verdict about the running call or one of the last ones; without a note the draft's stays."""

    agent_id: AgentId
    call_id: CallId
    code: Code
    note: Note | None = None
    version: Version | None = None


@command()
class ReportRecording(Arguments):
    """The worker: a call's file is not as it should be."""

    call_id: CallId
    problem: Problem


# ---------------------------------------------------------------- the centre


@command()
class ReportWebhook(Arguments):
    """The worker: a webhook was switched off, for it failed too often; '' that is over."""

    webhook_id: Annotated[str, Text(1, 32)]
    text: Annotated[str, Text(0, 300)]


@command(errors=(WrongState,))
class RestoreFigures(Arguments):
    """The worker: what the ledger has of today from before the daemon's start."""

    data: Figures


@command()
class ReloadConfig(Arguments):
    """The daemon's shell reads the newest configuration."""


@command()
class ReportPublication(Arguments):
    """The worker: a planned publication was refused; an alarm until the next configuration is in force."""

    problem: Note


@command()
class Ping(Arguments):
    """Proves that the engine's loop runs."""


# ---------------------------------------------------------------- reading one

COMMANDS = {kind.__name__: kind for kind in declared(Arguments, vars())}
"""All, by name."""


def read_arguments(name: str, args: Mapping[str, Any]) -> Arguments:
    """Raises NoSuchCommand or BadArguments (details: missing, unknown, wrong: {name: why})."""
    kind = COMMANDS.get(name)
    if kind is None:
        raise NoSuchCommand(f"{name!r} is not a command; known: {', '.join(sorted(COMMANDS))}")
    return read(kind, args)
