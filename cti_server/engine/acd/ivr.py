"""Runs the flows of ``domain.ivr`` on a caller's leg: actions become applications, their ends become outcomes.

Every application has its own exec_id; only the one that the flow waits for moves it on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cti_server.domain import ivr
from cti_server.domain.config import ServiceNumberConfig
from cti_server.domain.ivr_parse import Flow
from cti_server.domain.message import message
from cti_server.domain.outcomes import CallOutcome
from cti_server.domain.switch import CollectionStarted, DigitReceived, Execute, PressDigits
from cti_server.engine.acd import queueing, services
from cti_server.engine.books import ledger, private, recording
from cti_server.engine.graph import caller, operations
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import MAIN, Call, CallId, Running
from cti_server.events.views import CALL_DATA_CHANGED, CALL_IVR_ENTERED, CALL_SURVEY_ENTERED

NO_FLOW = Alarm(
    "no-flow", "major", "configuration", str, en="There is no usable IVR flow {subject}", zh="没有可用的语音导航流程 {subject}"
)

MAX_CHAIN = 20
SILENCE = "silence_stream://50"
SILENCE_THRESHOLD = 200
DIGITS_VARIABLE = "cti_digits"
TERMINATORS = "playback_terminators"
MAX_TYPED = 64


def context(core: Core, call: Call) -> ivr.Context:
    sent = bool(call.ivr and call.ivr.back)
    config = core.config
    return ivr.Context(core.now, config.hours, call.data, config.prompts_dir, config.calendars, sent, config.voicemail_boxes)


def flow_of(core: Core, running: Running) -> Flow | None:
    """The version that the call started with; the newest where that one is gone (after a restart)."""
    newest = core.flows.get(running.flow)
    if newest is not None and newest.version == running.version:
        return newest
    return core.old_flows.get(f"{running.flow}:{running.version}", newest)


def begin(
    core: Core, call: Call, name: str, survey: bool = False, chain: int = 0, typed: str = "", back: str = "", node: str = ""
) -> None:
    """Start flow ``name``, at ``node`` where that is named; a flow that does not exist sends the caller to the number's queue, or
    ends the call. ``back``: the leg that waits for its end."""
    end_segment(core, call)
    flow = core.flows.get(name)
    if flow is None or chain > MAX_CHAIN:
        core.alarm(NO_FLOW, name, f"there is no usable flow {name!r}")
        _without_flow(core, call, survey)
        return
    call.activity = "survey" if survey else "ivr"
    call.groups[MAIN].sound = "flow"
    core.touch(call.id)
    call.ivr_earlier = len(call.ivr_path)
    ledger.open_segment(core, call, call.activity, call.queue, detail={"flow": flow.name, "version": flow.version})
    caller.answer(core, call)
    state, actions = ivr.start(flow, context(core, call), node)
    call.ivr = Running(flow.name, flow.version, state, survey, typed=typed, back=back)
    core.changed(CALL_SURVEY_ENTERED if survey else CALL_IVR_ENTERED, call.id)
    _apply(core, call, call.ivr, actions, chain)


def arrive(core: Core, call: Call, line: ServiceNumberConfig) -> None:
    """A caller has come by this number: the greeting, then on."""
    if line.language:
        call.data = {**call.data, "language": line.language}
    if line.greeting and services.is_open(core, line):
        _greet(core, call, line)
    else:
        go_on(core, call, line)


def go_on(core: Core, call: Call, line: ServiceNumberConfig, typed: str = "") -> None:
    """Where the number leads now. ``typed``: what was pressed before."""
    flow, queue = services.leads(core, line)
    if not services.is_open(core, line):
        begin(core, call, line.closed_flow)
    elif flow:
        begin(core, call, flow, typed=typed)
    else:
        end_segment(core, call)
        call.ivr = None
        queueing.enter(core, call, queue, line.priority)


def _greet(core: Core, call: Call, line: ServiceNumberConfig) -> None:
    """A prompt before there is a flow: a running flow without a name."""
    known = core.flows.get(services.leads(core, line)[0])
    language = line.language or (known.language if known else "zh")
    call.activity = "ivr"
    call.groups[MAIN].sound = "flow"
    core.touch(call.id)
    ledger.open_segment(core, call, "ivr", call.queue)
    caller.answer(core, call)
    call.ivr = Running("", 0, ivr.IvrState("", 0, ""))
    core.changed(CALL_IVR_ENTERED, call.id)
    play(core, call, call.ivr, [f"{core.config.prompts_dir}/{language}/{line.greeting}.wav"], barge_in=True)


def resume(core: Core, call: Call) -> None:
    """After a restart: the current node begins again. A greeting is not heard twice."""
    running = call.ivr
    if running is not None and not running.flow:
        _greeted(core, call, running)
        return
    flow = flow_of(core, running) if running else None
    if running is None or flow is None:
        _without_flow(core, call, call.activity == "survey")
        return
    running.state, actions = ivr.resume(flow, running.state, context(core, call))
    running.version = flow.version
    _apply(core, call, running, actions, 0)


def _without_flow(core: Core, call: Call, survey: bool) -> None:
    service = core.config.service_numbers.get(call.service_number)
    if come_back(core, call):
        return
    call.ivr = None
    queue = services.leads(core, service)[1] if service else ""
    if survey:
        caller.hang_up(core, call, "NORMAL_CLEARING", "answered")
    elif service is not None and queue in core.queues:
        queueing.enter(core, call, queue, service.priority)
    else:
        caller.hang_up(core, call, "NORMAL_TEMPORARY_FAILURE", "failed")


def come_back(core: Core, call: Call) -> bool:
    """The flow to which an agent has sent the customer is over, or taken back: to who waits. False: nobody does."""
    leg = call.legs.get(call.ivr.back) if call.ivr else None
    if leg is None or leg.gone:
        return False
    end_segment(core, call)
    call.ivr, call.activity = None, "talk"
    call.groups[MAIN].sound = "music"
    if call.groups[leg.group].purpose == "aside":  # else it asks somebody meanwhile, and goes back by itself
        operations.resume(call, leg)
    core.wanted(call.id)
    core.changed(CALL_DATA_CHANGED, call.id)
    return True


def end_segment(core: Core, call: Call) -> None:
    for kind in ("ivr", "survey", "voicemail"):
        ledger.close_segment(core, call, kind)


# ---------------------------------------------------------------- actions


def _apply(core: Core, call: Call, running: Running, actions: list[ivr.Action], chain: int) -> None:
    running.exec_id = running.waits = running.given = ""
    running.asking = False
    call.ivr_path = [*call.ivr_path[: call.ivr_earlier], *running.state.path]
    for action in actions:
        if isinstance(action, ivr.RunFlow):
            begin(core, call, action.flow, running.survey, chain + 1, running.typed, running.back)
            return
        if isinstance(action, ivr.EnterQueue | ivr.HangUp) and come_back(core, call):
            return
        _ACTIONS[type(action)](core, call, running, action)
    core.touch(call.id)
    core.changed(CALL_DATA_CHANGED, call.id)


def _set_data(core: Core, call: Call, running: Running, action: ivr.SetData) -> None:
    call.data = {**call.data, action.key: action.value}
    if action.key == private.KEY and (action.value == "yes") != call.private:
        private.mark(core, call, action.value == "yes")
        core.audit("system:flow", private.COMMAND, f"call:{call.id}", {"private": call.private, "flow": running.flow})


def _play(core: Core, call: Call, running: Running, action: ivr.Play) -> None:
    flow = flow_of(core, running)
    skipped = running.typed and flow is not None and ivr.may_be_skipped(flow, running.state, context(core, call))
    play(core, call, running, [SILENCE] if skipped else list(action.files), action.barge_in)


def play(core: Core, call: Call, running: Running, files: list[str], barge_in: bool) -> None:
    """One file after another."""
    running.waits, running.files = "Play", files
    caller.set_variable(core, call, TERMINATORS, "any" if barge_in else "none")
    _next_file(core, call, running)


def _greeted(core: Core, call: Call, running: Running) -> None:
    """What the number says before all else has been heard."""
    line = core.config.service_numbers.get(call.service_number)
    if line is None:
        _without_flow(core, call, survey=False)
    else:
        go_on(core, call, line, running.typed)


def _next_file(core: Core, call: Call, running: Running) -> None:
    _execute(core, call, running, "playback", running.files.pop(0))


def _collect(core: Core, call: Call, running: Running, action: ivr.Collect) -> None:
    running.waits = "Collect"
    call.variables[DIGITS_VARIABLE] = "?"  # set by the switch only on success: what is left of an earlier one must go
    caller.set_variable(core, call, DIGITS_VARIABLE, "")
    argument = (
        f"{action.min_digits} {action.max_digits} {action.tries} {action.timeout_ms} {action.terminators or 'none'} "
        f"{action.prompt} {action.invalid_prompt or SILENCE} {DIGITS_VARIABLE} {action.pattern}"
    )
    _execute(core, call, running, "play_and_get_digits", argument)
    _press(core, call, running)  # right behind it: the question takes them before what is pressed from now on


def _voicemail(core: Core, call: Call, running: Running, action: ivr.RecordVoicemail) -> None:
    running.waits, running.record, running.box = "RecordVoicemail", [action.max_s, action.silence_s], action.box
    ledger.close_segment(core, call, "ivr")
    ledger.open_segment(core, call, "voicemail", call.queue)
    caller.set_variable(core, call, TERMINATORS, "any")
    _execute(core, call, running, "playback", action.prompt)


def _enter_queue(core: Core, call: Call, running: Running, action: ivr.EnterQueue) -> None:
    end_segment(core, call)
    call.ivr = None
    service = core.config.service_numbers.get(call.service_number)
    if call.agents:
        call.queued_ms = 0  # it was served: this is another wait
    queueing.enter(core, call, action.queue, action.priority + (service.priority if service else 0), action.also)


def _hang_up(core: Core, call: Call, running: Running, action: ivr.HangUp) -> None:
    outcome: CallOutcome = "answered" if running.survey else "voicemail" if call.voicemail else "ivr"
    caller.hang_up(core, call, action.cause, outcome)


_ACTIONS: dict[type[Any], Callable[[Core, Call, Running, Any], None]] = {
    ivr.SetData: _set_data,
    ivr.Play: _play,
    ivr.Collect: _collect,
    ivr.RecordVoicemail: _voicemail,
    ivr.EnterQueue: _enter_queue,
    ivr.HangUp: _hang_up,
}


def _execute(core: Core, call: Call, running: Running, application: str, argument: str) -> None:
    running.exec_id = core.next_id()
    command = Execute(call.caller_leg, application, argument, running.exec_id)
    caller.send(core, call, command, ApplicationTaken(call.id, running.exec_id))


# ---------------------------------------------------------------- digits that come before the question


def digit(core: Core, call: Call, event: DigitReceived) -> None:
    """Pressed in a prompt, or between two applications: kept for the next question. The switch ends the prompt by itself."""
    running = call.ivr if event.leg == call.caller_leg else None
    if running is None or running.asking or running.waits == "RecordVoicemail" or call.caller_gone:
        return
    running.typed = (running.typed + event.digit)[-MAX_TYPED:]
    if running.waits == "Play" and call.variables.get(TERMINATORS) == "any":
        running.files.clear()


def asking(core: Core, call: Call, event: CollectionStarted) -> None:
    """The question has begun: what was pressed meanwhile is given to it, what is pressed from now on is its own."""
    running = call.ivr
    if running is None or running.exec_id != event.exec_id:
        return
    running.asking = True
    _press(core, call, running)


def _press(core: Core, call: Call, running: Running) -> None:
    """Give the question what it can use of the digits that were pressed before it, as if they were pressed now."""
    flow = flow_of(core, running)
    if flow is None or not running.typed:
        return
    takes, left = ivr.typed_ahead(flow, running.state, running.given + running.typed)
    more = takes[len(running.given) :]
    running.given, running.typed = takes, left
    if more:
        caller.send(core, call, PressDigits(call.caller_leg, more))


# ---------------------------------------------------------------- ends of applications


@message
class ApplicationTaken(Outcome):
    """One that the switch did not take: the flow goes on as if it had failed."""

    call_id: CallId
    exec_id: str

    def told(self, core: Core, ok: bool, text: str) -> None:
        call = core.calls.get(self.call_id)
        if not ok and call is not None and call.ivr is not None and call.ivr.exec_id == self.exec_id:
            application_done(core, call, False, "")


def message_left(core: Core, call: Call) -> bool:
    """After a gap: a message that had begun counts as left, and the flow goes on; asked for again it would replace the first."""
    running = call.ivr
    if running is None or running.waits != "RecordVoicemail" or running.record or call.voicemail is None:
        return False
    application_done(core, call, True, "")
    return True


def application_done(core: Core, call: Call, ok: bool, digits: str) -> None:
    """The application that the flow waits for has ended."""
    running = call.ivr
    if running is None or call.caller_gone or call.ending:
        return
    if running.waits == "Play" and running.files:
        _next_file(core, call, running)
    elif running.waits == "RecordVoicemail" and running.record:
        max_s, silence_s = running.record
        running.record = []
        caller.set_variable(core, call, TERMINATORS, "*#")
        path = recording.voicemail(core, call, running.box)
        _execute(core, call, running, "record", f"{path} {max_s} {SILENCE_THRESHOLD} {silence_s}")
    elif not running.flow:
        _greeted(core, call, running)
    else:
        flow = flow_of(core, running)
        if flow is None:
            _without_flow(core, call, running.survey)
            return
        outcome = _OUTCOMES[running.waits](call, ok, digits)
        if running.waits == "RecordVoicemail":
            recording.not_recorded(core, call)
        if running.given and not (digits and (running.given.startswith(digits) or digits.startswith(running.given))):
            running.typed = ""  # it was answered otherwise: what was pressed for later questions is stale
        if ledger.close_segment(core, call, "voicemail"):
            ledger.open_segment(core, call, "ivr", detail={"flow": running.flow, "version": running.version})
        running.state, actions = ivr.step(flow, running.state, outcome, context(core, call))
        _apply(core, call, running, actions, 0)


_OUTCOMES: dict[str, Callable[[Call, bool, str], ivr.Outcome]] = {
    "Play": lambda call, ok, digits: ivr.Played(ok),
    "Collect": lambda call, ok, digits: ivr.Digits(digits),
    "RecordVoicemail": lambda call, ok, digits: ivr.Recorded(max(call.voicemail.length_ms, 0) if call.voicemail else 0),
}
