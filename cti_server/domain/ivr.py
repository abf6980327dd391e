"""IVR flows: YAML text in, a checked Flow out, and a pure walk through it.

The one rule: a flow that loads cannot get stuck. Every problem of a bad flow is reported at once, with file and node;
at run time a missing prompt, a missing digit or unknown hours never stop a call.

A document::

    name: main_menu            # required, equals the name used in service numbers
    version: 1                 # whole number, raised with every change
    language: zh               # zh or en, the prompts' folder; a set node changes it for the whole call (data: {language: en})
    start: greeting
    nodes:
      greeting: {type: play, prompt: welcome, next: menu}
      menu: {type: menu, prompt: main_menu, invalid: invalid_choice, tries: 3, timeout_s: 5, timeout: bye,
             choices: {1: {next: billing, label: billing}, 0: menu}}
      ...

Prompts are files ``PROMPTS_DIR/LANGUAGE/NAME.wav`` on the switch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from cti_server.domain.config import CalendarConfig, HoursConfig, VoicemailBox
from cti_server.domain.ivr_hours import serves
from cti_server.domain.ivr_nodes import (
    LANGUAGES,
    CollectNode,
    FlowNode,
    HangUpNode,
    HoursNode,
    MenuNode,
    Node,
    PlayNode,
    QueueNode,
    SetNode,
    VoicemailNode,
    node_type,
)
from cti_server.domain.ivr_parse import Flow
from cti_server.errors import CtiError

MAX_VISITS = 200  # a caller who hears this many prompts is a machine in a loop
MAX_PATH = 50
LONGEST_S = 120
"""Of a message, where neither the node nor its box says it."""
TONE = "tone_stream://%(500,0,800)"
"""Before a message for a box without a greeting."""
DOT = "•"
"""For a digit that nobody may see."""

# ---------------------------------------------------------------- actions


class WrongOutcome(CtiError, id="wrong-outcome"):
    """A defect: the flow's node does not wait for this."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play these files one after another; answer with Played. With ``barge_in`` a key ends them all at once."""

    files: tuple[str, ...]
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Collect:
    """Ask for digits; answer with Digits. Fits play_and_get_digits: the switch counts ``tries``.

    ``invalid_prompt`` '' = say nothing; ``terminators`` '' = no key ends the input; ``pattern`` is anchored and holds
    no space, backslash or ``${``.
    """

    prompt: str
    invalid_prompt: str
    min_digits: int
    max_digits: int
    tries: int
    timeout_ms: int
    terminators: str
    pattern: str


@dataclass(frozen=True, slots=True)
class RecordVoicemail:
    """Play ``prompt``, then record at most ``max_s`` seconds for ``box`` ('' none), ending after ``silence_s`` of silence; answer
    with Recorded."""

    prompt: str
    max_s: int
    silence_s: int
    box: str = ""


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """``also``: further queues in which the caller waits at the same time."""

    queue: str
    priority: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    cause: str


@dataclass(frozen=True, slots=True)
class RunFlow:
    flow: str


@dataclass(frozen=True, slots=True)
class SetData:
    key: str
    value: str


Action = Play | Collect | RecordVoicemail | EnterQueue | HangUp | RunFlow | SetData

# ---------------------------------------------------------------- outcomes


@dataclass(frozen=True, slots=True)
class Played:
    ok: bool


@dataclass(frozen=True, slots=True)
class Digits:
    """``text`` '' when the caller gave none, or none that fits, in all tries."""

    text: str


@dataclass(frozen=True, slots=True)
class Recorded:
    length_ms: int


Outcome = Played | Digits | Recorded

# ---------------------------------------------------------------- state


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may look at. ``data`` is the call's attached data, ``hours`` the centre's opening hours by id, ``calendars``
    what these refer to; ``sent``: an agent has sent the caller here, and waits; ``boxes``: those for voicemail."""

    now_ms: int
    hours: Mapping[str, HoursConfig] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    prompts_dir: str = ""
    calendars: Mapping[str, CalendarConfig] = field(default_factory=dict)
    sent: bool = False
    boxes: Mapping[str, VoicemailBox] = field(default_factory=dict)


class IvrStep(TypedDict):
    """What a caller pressed in a menu, and what that means."""

    node: str
    pressed: str
    label: str


@dataclass(frozen=True, slots=True)
class IvrState:
    """Where a call is in its flow.

    ``attempts`` counts how often the current node has begun in a row (resumed nodes count again), ``visits`` all
    prompts of this run; ``path`` is CallView.ivr_path; ``data`` is what this flow has set.
    """

    flow: str
    version: int
    node: str
    attempts: int = 0
    path: tuple[IvrStep, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    visits: int = 0


# ---------------------------------------------------------------- the walk


def start(flow: Flow, context: Context, node: str = "") -> tuple[IvrState, list[Action]]:
    """Begin ``flow``, at ``node`` where it has that one. The last action waits or is final."""
    return _enter(flow, IvrState(flow.name, flow.version, ""), node if node in flow.nodes else flow.start, context, [])


def step(flow: Flow, state: IvrState, outcome: Outcome, context: Context) -> tuple[IvrState, list[Action]]:
    """The waiting action of ``state.node`` ended with ``outcome``. Raises WrongOutcome when it cannot have."""
    node = flow.nodes.get(state.node)
    actions: list[Action] = []
    if isinstance(node, PlayNode) and isinstance(outcome, Played):
        return _enter(flow, state, node.next, context, actions)
    if isinstance(node, MenuNode) and isinstance(outcome, Digits):
        choice = node.choices.get(outcome.text)
        state = _pressed(state, outcome.text if choice else "", choice.label if choice else "")
        return _enter(flow, state, choice.next if choice else node.timeout, context, actions)
    if isinstance(node, CollectNode) and isinstance(outcome, Digits):
        if not re.fullmatch(_digits_pattern(node), outcome.text):
            return _enter(flow, _pressed(state, "", node.store), node.none, context, actions)
        secret = context.sent if node.secret is None else node.secret
        typed = DOT * len(outcome.text) if secret else outcome.text
        state = _set(_pressed(state, typed, node.store), node.store, typed, actions)
        return _enter(flow, state, node.ok, context, actions)
    if isinstance(node, VoicemailNode) and isinstance(outcome, Recorded):
        if node.next:
            return _enter(flow, state, node.next, context, actions)
        return state, [HangUp("NORMAL_CLEARING")]
    raise WrongOutcome(
        f"flow {flow.name}: node {state.node or '?'} does not wait for {type(outcome).__name__}",
        {"flow": flow.name, "node": state.node},
    )


def resume(flow: Flow, state: IvrState, context: Context) -> tuple[IvrState, list[Action]]:
    """After a restart the current node begins again; where ``flow`` no longer has it, the flow does."""
    node = state.node if state.node in flow.nodes else flow.start
    return _enter(flow, replace(state, flow=flow.name, version=flow.version), node, context, [])


def typed_ahead(flow: Flow, state: IvrState, typed: str) -> tuple[str, str]:
    """(what the question that begins now takes of the digits that were pressed before it, what is left for the next one)."""
    node = flow.nodes.get(state.node)
    if isinstance(node, MenuNode):
        at = next((n for n, digit in enumerate(typed) if digit in node.choices), len(typed))
        return typed[at : at + 1], typed[at + 1 :]
    if isinstance(node, CollectNode):
        end = next((n + 1 for n, digit in enumerate(typed) if digit in node.terminators), len(typed))
        end = min(end, node.max_digits)
        return typed[:end], typed[end:]
    return "", typed


def may_be_skipped(flow: Flow, state: IvrState, context: Context) -> bool:
    """The prompt of ``state.node`` may be left out for a caller who has answered: only prompts lie before the question."""
    seen: set[str] = set()
    name = state.node
    while name not in seen:
        seen.add(name)
        node = flow.nodes[name]
        if isinstance(node, MenuNode | CollectNode):
            return True
        if isinstance(node, HoursNode):
            name = node.open if _is_open(node, context) else node.closed
        elif isinstance(node, SetNode) or (isinstance(node, PlayNode) and node.barge_in):
            name = node.next
    return False


def _enter(flow: Flow, state: IvrState, name: str, context: Context, actions: list[Action]) -> tuple[IvrState, list[Action]]:
    """Walk from node ``name`` to the first that waits or is final. Ends: a loaded flow has no loop without one."""
    while True:
        node = flow.nodes[name]
        state = replace(state, node=name, attempts=state.attempts + 1 if state.node == name else 1)
        if isinstance(node, SetNode):
            for key, value in node.data.items():
                state = _set(state, key, value, actions)
            name = node.next
        elif isinstance(node, HoursNode):
            name = node.open if _is_open(node, context) else node.closed
        else:
            break
    if node_type(node).waits and state.visits >= MAX_VISITS:
        return state, [*actions, HangUp("NORMAL_CLEARING")]
    state = replace(state, visits=state.visits + 1)
    folder = f"{context.prompts_dir}/{_language(flow, state, context)}"
    if isinstance(node, VoicemailNode) and (box := context.boxes.get(node.box)):
        node = replace(node, prompt=node.prompt or box.greeting, max_s=node.max_s or box.max_s)
    return state, [*actions, _ACTIONS[type(node)](node, lambda prompt: f"{folder}/{prompt}.wav")]


def _language(flow: Flow, state: IvrState, context: Context) -> str:
    """What this flow has set, else what was set before it (another flow, before a survey), else the flow's own."""
    said = (state.data.get("language", ""), context.data.get("language", ""))
    return next((language for language in said if language in LANGUAGES), flow.language)


def _is_open(node: HoursNode, context: Context) -> bool:
    return serves(context.hours, context.calendars, node.hours, context.now_ms)


def _pressed(state: IvrState, pressed: str, label: str) -> IvrState:
    entry: IvrStep = {"node": state.node, "pressed": pressed, "label": label}
    return replace(state, path=(*state.path, entry)[-MAX_PATH:])


def _set(state: IvrState, key: str, value: str, actions: list[Action]) -> IvrState:
    actions.append(SetData(key, value))
    return replace(state, data={**state.data, key: value})


def _digits_pattern(node: CollectNode) -> str:
    return f"^(?:{node.pattern})$" if node.pattern else f"^[0-9]{{{node.min_digits},{node.max_digits}}}$"


_File = Callable[[str], str]


def _menu(node: MenuNode, file: _File) -> Action:
    invalid = file(node.invalid) if node.invalid else ""
    pattern = f"^[{''.join(sorted(node.choices))}]$"
    return Collect(file(node.prompt), invalid, 1, 1, node.tries, node.timeout_s * 1000, "", pattern)


def _collect(node: CollectNode, file: _File) -> Action:
    invalid = file(node.invalid) if node.invalid else ""
    return Collect(
        file(node.prompt),
        invalid,
        node.min_digits,
        node.max_digits,
        node.tries,
        node.timeout_s * 1000,
        node.terminators,
        _digits_pattern(node),
    )


def _record(node: VoicemailNode, file: _File) -> Action:
    prompt = file(node.prompt) if node.prompt else TONE
    return RecordVoicemail(prompt, node.max_s or LONGEST_S, node.silence_s, node.box)


_ACTIONS: dict[type[Node], Callable[[Any, _File], Action]] = {
    PlayNode: lambda node, file: Play(tuple(map(file, node.prompt)), node.barge_in),
    MenuNode: _menu,
    CollectNode: _collect,
    VoicemailNode: _record,
    QueueNode: lambda node, file: EnterQueue(node.queue, node.priority, node.also),
    FlowNode: lambda node, file: RunFlow(node.flow),
    HangUpNode: lambda node, file: HangUp(node.cause),
}
