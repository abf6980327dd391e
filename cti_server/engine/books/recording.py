"""Recordings: one stereo file per call on the caller's leg, begun by the caller's own thread on the switch at the first bridge.

The engine names the file in ``cti_record`` with the offer, the connect script puts it into ``execute_on_pre_bridge``, and
RecordingStarted and RecordingStopped tell what became of it. A file that has ended is never begun again: what follows gets a new
one. A consultation is on none of them: with ``CentreConfig.record_consults`` it has its own, on the leg of the agent who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cti_server.domain.dialling import class_of
from cti_server.domain.localday import day_of
from cti_server.domain.recording import Problem, problem, recorded, shortest_ms
from cti_server.domain.switch import MaskRecording, RecordingStarted, RecordingStopped, SetVariable, StartRecording, StopRecording
from cti_server.engine.graph import caller
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, CallId, Leg, Recording
from cti_server.events.facts import RecordingFact
from cti_server.events.views import CALL, CALL_DATA_CHANGED, RECORDING_FINISHED, RecordingFinished

WRONG: Mapping[Problem, Alarm[CallId]] = {
    "missing": Alarm(
        "recording-missing",
        "major",
        "recording",
        CallId,
        en="The recording of call {subject} is missing",
        zh="通话 {subject} 的录音文件缺失",
    ),
    "empty": Alarm(
        "recording-empty",
        "major",
        "recording",
        CallId,
        en="The recording of call {subject} is empty",
        zh="通话 {subject} 的录音文件为空",
    ),
    "short": Alarm(
        "recording-short",
        "major",
        "recording",
        CallId,
        en="The recording of call {subject} is shorter than the talk time",
        zh="通话 {subject} 的录音短于通话时长",
    ),
}
"""By problem."""


def before_bridge(core: Core, call: Call, queue_id: str) -> None:
    """Name the file for the connect script, unless the caller's leg is recorded already or nobody wants it."""
    if call.recording is not None and call.recording.started_ms:
        if not call.recording.ended_ms:
            return
        _write(core, call, call.recording)
        call.recording = None
    agents = [offer.agent for offer in call.offers.values()]
    if not _wanted(core, call, queue_id, agents, core.queue_config(queue_id).record):
        call.recording = None
        caller.set_variable(core, call, "cti_record", "")
        return
    if call.recording is None:
        call.recording = Recording(*_file(core, call), talk_before_ms=call.talk_ms, holds_before=call.holds)
    call.recording.queue = queue_id
    caller.set_variable(core, call, "cti_record", call.recording.path)


def _wanted(core: Core, call: Call, queue_id: str, agents: Iterable[str], otherwise: bool) -> bool:
    """By the centre's rules. Which of the ``agents`` answers is not known yet: it is, when it is for one of them."""
    teams = {core.agents[agent].team for agent in agents if agent in core.agents} or {""}
    rules, about = core.config.recording_rules.values(), (call.direction, queue_id, call.service_number)
    return any(recorded(rules, call.id, (*about, team), otherwise) for team in teams)


def at_bridge(core: Core, call: Call) -> None:
    """The same without the connect script: the caller's own thread begins the named file."""
    file = call.recording
    if file is not None and not file.started_ms:
        for name, value in _begins(file.path).items():
            caller.set_variable(core, call, name, value)


def not_at_bridge(core: Core, call: Call) -> None:
    """There is no bridge, and the next one may be another's."""
    if call.recording is not None and not call.recording.started_ms:
        caller.set_variable(core, call, "execute_on_pre_bridge", "")


def _begins(path: str) -> dict[str, str]:
    return {"RECORD_STEREO": "true", "RECORD_MIN_SEC": "0", "execute_on_pre_bridge": f"record_session {path}"}


def of_dialled(core: Core, call: Call, agent_id: str) -> dict[str, str]:
    """Variables of a customer's leg that we are about to call for the agent: its own thread records from the first bridge on."""
    if not _wanted(core, call, "", [agent_id], class_of(core.config, agent_id).record):
        return {}
    call.recording = call.recording or Recording(*_file(core, call))
    return _begins(call.recording.path)


def voicemail(core: Core, call: Call, box: str) -> str:
    """The file of a message that the caller leaves, in a ``box`` or in none ('')."""
    if call.voicemail is not None and call.voicemail.started_ms:
        _write(core, call, call.voicemail)
    call.voicemail = Recording(*_file(core, call, "-message"), "voicemail", call.queue or call.last_queue, box=box)
    return call.voicemail.path


def not_recorded(core: Core, call: Call) -> None:
    """The message is over, and its file was never begun: there is none, and somebody has to know why."""
    if call.voicemail is not None and not call.voicemail.started_ms:
        _write(core, call, call.voicemail)
        call.voicemail = None


def _file(core: Core, call: Call, end: str = "") -> tuple[str, str]:
    """(id, path) of a new one, in a folder YYYY/MM/DD by UTC."""
    recording_id, folder = core.next_id(), day_of(core.now, "UTC").replace("-", "/")
    return recording_id, f"{core.config.recordings_dir}/{folder}/{call.id}_{recording_id}{end}.wav"


def _all(call: Call) -> list[Recording]:
    return [file for file in (call.recording, call.voicemail, *call.consults) if file is not None]


def _named(call: Call, path: str) -> Recording | None:
    return next((file for file in _all(call) if file.path == path), None)


def has(call: Call, path: str) -> bool:
    return _named(call, path) is not None


def started(core: Core, call: Call, event: RecordingStarted) -> None:
    found = _named(call, event.path)
    if found is not None and not found.started_ms:
        found.started_ms = core.now
        if found.kind == "call":
            call.variables["execute_on_pre_bridge"] = "?"  # set by the connect script; it would fire at every later bridge
            caller.set_variable(core, call, "execute_on_pre_bridge", "")
            caller.set_variable(core, call, "cti_record", "")
            call.masked = False
            mask(core, call, False)
        core.changed(CALL_DATA_CHANGED, call.id)


def stopped(core: Core, call: Call, event: RecordingStopped) -> None:
    found = _named(call, event.path)
    if found is not None:
        found.started_ms = found.started_ms or core.now - max(event.length_ms, 0)
        found.ended_ms, found.length_ms, found.size = core.now, event.length_ms, event.size
        core.changed(CALL, call.id)


def in_room(core: Core, call: Call) -> None:
    """The caller was taken into a room before the bridge, which begins the file, had come about; in a room nothing else does."""
    file = call.recording
    if file is not None and not file.started_ms:
        caller.send(core, call, StartRecording(call.caller_leg, file.path))


def consult(core: Core, call: Call, leg: Leg) -> None:
    """The agent and whom the agent asks hear each other from now on."""
    silent = call.private and not core.config.private_recorded
    if silent or not core.config.record_consults or any(file.leg == leg.id and file.talk_ms < 0 for file in call.consults):
        return
    file = Recording(*_file(core, call, "-consult"), "consult", call.queue or call.last_queue)
    file.leg, file.since_ms = leg.id, core.work.at_ms
    file.agents = [one.agent for one in call.legs.values() if one.group == leg.id and one.agent]
    call.consults.append(file)
    for name in ("RECORD_STEREO", "RECORD_MIN_SEC"):
        caller.send(core, call, SetVariable(leg.id, name, _begins("")[name]))
    caller.send(core, call, StartRecording(leg.id, file.path))


def consults_over(core: Core, call: Call) -> None:
    """Before the switch is asked to bring an agent elsewhere: nothing of that is on the file. With its leg it ends by itself."""
    for file in call.consults:
        leg = call.legs.get(file.leg)
        if file.talk_ms < 0 and (leg is None or leg.group != leg.id):
            file.talk_ms = core.work.at_ms - file.since_ms
            if leg is not None:
                caller.send(core, call, StopRecording(leg.id, file.path))


def mask(core: Core, call: Call, masked: bool) -> None:
    """What is said or pressed from now on is not on the file, or is on it again, unless the call is private."""
    file = call.recording
    masked = masked or (call.private and not core.config.private_recorded)
    if call.masked != masked and file is not None and file.started_ms and not file.ended_ms:
        call.masked = masked
        caller.send(core, call, MaskRecording(call.caller_leg, file.path, masked))


def mask_consults(core: Core, call: Call) -> None:
    """The same of the consultations that run: the call has become private, or is no more."""
    silent = call.private and not core.config.private_recorded
    for file in call.consults:
        if file.talk_ms < 0 and file.leg in call.legs:
            caller.send(core, call, MaskRecording(file.leg, file.path, silent))


def running(call: Call) -> bool:
    """True while the switch still owes us the end of a file."""
    return any(file.started_ms and not file.ended_ms for file in _all(call))


def close(core: Core, call: Call) -> None:
    """The call is over: write what became of its files, and raise an alarm for one that is missing or too short."""
    file = call.recording
    least = shortest_ms(call.talk_ms - file.talk_before_ms, call.holds - file.holds_before) if file else 0
    if file is not None and ((file.started_ms and file.length_ms) or least):
        _write(core, call, file)
    if call.voicemail is not None and call.voicemail.started_ms:
        _write(core, call, call.voicemail)
    for file in call.consults:
        if file.started_ms or shortest_ms(file.talk_ms, 0):
            _write(core, call, file)


def _write(core: Core, call: Call, file: Recording) -> None:
    talk_ms, holds = max(0, file.talk_ms), 0
    if file.kind == "call":
        talk_ms, holds = call.talk_ms - file.talk_before_ms, call.holds - file.holds_before
        file.agents = list(dict.fromkeys(call.agents))
    present = bool(file.started_ms)
    ended = file.ended_ms or core.work.at_ms
    length = file.length_ms if file.length_ms >= 0 else (ended - file.started_ms if present else 0)
    size = file.size if file.size >= 0 else None
    wrong = problem(present=present, size=size, length_ms=length, talk_ms=talk_ms, holds=holds)
    fact = RecordingFact(
        recording_id=file.id,
        call_id=call.id,
        node=call.node,
        recorded=file.kind,
        path=file.path,
        queue=file.queue,
        agents=file.agents,
        started_ms=file.started_ms or ended,
        ended_ms=ended,
        length_ms=length,
        talk_ms=talk_ms,
        holds=holds,
        size=max(file.size, 0),
        problem=wrong,
        box=file.box,
    )
    core.fact(file.id, fact)
    core.event(RECORDING_FINISHED, RecordingFinished(recording_id=file.id, call_id=call.id, length_ms=length, size=fact.size))
    if wrong:
        alarm(core, call.id, wrong, f"{length / 1000:.1f} s for {talk_ms / 1000:.1f} s of talk")


def alarm(core: Core, call_id: str, wrong: Problem, why: str) -> None:
    """Somebody has to look at this call's file."""
    core.alarm(WRONG[wrong], CallId(call_id), f"recording of call {call_id} is {wrong}: {why}")
