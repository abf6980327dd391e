"""What an IVR flow may say: node types and their fields, each with what its value must look like. No runtime.

A reading problem is a sentence for the person who wrote the flow: which file, which node, what is wrong, what to do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Annotated, Any, get_args, get_type_hints

from cti_server.domain.config import CentreConfig

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
DATA_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
CAUSE = re.compile(r"[A-Z][A-Z0-9_]{2,40}")
DIGITS = "0123456789*#"
LANGUAGES = ("zh", "en")
MAX_VALUE = 500
MOST_FURTHER = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a flow. ``node`` '' when it is about the whole file; a ``warning`` does not refuse the flow."""

    file: str
    node: str
    why: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}: node {self.node}" if self.node else self.file
        return f"{where}: {'warning: ' if self.warning else ''}{self.why}"


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that a flow may name; None: they are not checked."""

    queues: Collection[str] | None = ()
    hours: Collection[str] | None = ()
    flows: Collection[str] | None = ()
    prompts: Collection[str] | None = None
    boxes: Collection[str] | None = ()

    @classmethod
    def of(cls, config: CentreConfig, prompts: Collection[str] | None = None) -> Known:
        """What a configuration has."""
        return cls(config.queues.keys(), config.hours.keys(), config.flows.keys(), prompts, config.voicemail_boxes.keys())


ANYTHING = Known(None, None, None, None, None)
"""For a flow that was checked before."""


# ---------------------------------------------------------------- what a value must look like


class Bad(Exception):
    """Why one value is refused; becomes a Problem."""


Read = Callable[[Any, Known], Any]
"""Turns a YAML value into the node's value, or raises Bad."""


def did_you_mean(word: object, known: Collection[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def as_text(value: Any) -> Any:
    """A whole number where a text is meant, as it was written; anything else as it is (YAML words are texts already)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _named(what: str, pick: Callable[[Known], Collection[str] | None]) -> Callable[[Any, Known], str]:
    def read(value: Any, known: Known) -> str:
        value = as_text(value)
        if not isinstance(value, str) or not NAME.fullmatch(value):
            raise Bad(f"{value!r} is not the name of a {what}")
        ids = pick(known)
        if ids is not None and value not in ids:
            raise Bad(f"there is no {what} {value!r}{did_you_mean(value, ids)}")
        return value

    return read


_queue = _named("queue", lambda known: known.queues)
_prompt = _named("prompt", lambda known: known.prompts)
_node = _named("node", lambda known: None)  # nodes are looked up when all are known


def _prompts(value: Any, known: Known) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise Bad("the list of prompts is empty")
    return tuple(_prompt(v, known) for v in values)


def _further(value: Any, known: Known) -> tuple[str, ...]:
    queues = tuple(_queue(v, known) for v in (value if isinstance(value, list) else [value]))
    if len(queues) > MOST_FURTHER or len(set(queues)) < len(queues):
        raise Bad(f"may name at most {MOST_FURTHER} further queues, each once")
    return queues


def _whole(low: int, high: int) -> Callable[[Any, Known], int]:
    def read(value: Any, known: Known) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Bad(f"{value!r} is not a whole number (decimal digits, no quotes, no leading zeros)")
        if not low <= value <= high:
            raise Bad(f"{value} is not between {low} and {high}")
        return value

    return read


def _matches(pattern: re.Pattern[str], what: str) -> Callable[[Any, Known], str]:
    def read(value: Any, known: Known) -> str:
        value = as_text(value)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Bad(f"{value!r} is not {what}")
        return value

    return read


def _digit_pattern(value: Any, known: Known) -> str:
    """A regular expression that both the switch and Python read alike: no backslash, no space, no ``${``."""
    value = as_text(value)
    if not isinstance(value, str) or not re.fullmatch(r"[0-9*#\[\]()^$|?+.,{}:-]{1,100}", value) or "${" in value:
        raise Bad(f"{value!r} may only use digits and [ ] ( ) ^ $ | ? + * . , {{ }} - (write [0-9], not \\d)")
    try:
        re.compile(value)
    except re.error as error:
        raise Bad(f"{value!r} is not a regular expression: {error}") from error
    if _takes_for_ever(value):
        why = "could be tried in too many ways: repeat no group that has * + ? { or | in it, and at most 5 parts"
        raise Bad(f"{value!r} {why}")
    return value


def _takes_for_ever(pattern: str) -> bool:
    """Whether one wrong digit could keep the matcher busy: repeats inside repeats, or many in a row."""
    text = re.sub(r"\[\^?\]?[^]]*\]", "0", pattern)
    while (inner := re.search(r"\(([^()]*)\)([*+{]?)", text)) is not None:
        if inner[2] and re.search(r"[*+?{|]", inner[1]):
            return True
        text = text[: inner.start()] + inner[1].replace("|", "") + inner[2] + text[inner.end() :]
    return len(re.findall(r"[*+?]|\{[0-9]*,[0-9]*\}", text)) > 5


def _terminators(value: Any, known: Known) -> str:
    value = as_text(value)
    if not isinstance(value, str) or any(c not in DIGITS for c in value):
        raise Bad(f"{value!r} may only hold telephone keys ({DIGITS})")
    return value


def _choices(value: Any, known: Known) -> dict[str, Choice]:
    if not isinstance(value, Mapping) or not value:
        raise Bad("must map telephone keys to nodes, e.g. 1: {next: billing, label: billing}")
    choices = {}
    for raw, choice in value.items():
        key = str(raw)
        if len(key) != 1 or key not in DIGITS:
            raise Bad(f"{raw!r} is not one telephone key (one of {DIGITS})")
        choice = as_text(choice)
        if isinstance(choice, str):
            choice = {"next": choice}
        if not isinstance(choice, Mapping) or "next" not in choice:
            raise Bad(f"key {key}: needs a node, e.g. {key}: {{next: billing, label: billing}}")
        for extra in set(choice) - {"next", "label"}:
            raise Bad(f"key {key}: unknown key {extra!r}{did_you_mean(extra, ('next', 'label'))}")
        label = as_text(choice.get("label", choice["next"]))
        if not isinstance(label, str) or len(label) > 64:
            raise Bad(f"key {key}: label must be a text of at most 64 characters")
        choices[key] = Choice(_node(choice["next"], known), label)
    return choices


def _data(value: Any, known: Known) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value:
        raise Bad("must map data keys to texts, e.g. reason: billing")
    data = {}
    for key, raw in value.items():
        text = as_text(raw)
        if not isinstance(key, str) or not DATA_KEY.fullmatch(key):
            raise Bad(f"{key!r} is not a data key (letters, digits, _; at most 32)")
        if not isinstance(text, str) or len(text) > MAX_VALUE:
            raise Bad(f"{key}: {text!r} is not a text of at most {MAX_VALUE} characters (put it in quotes)")
        if key == "language" and text not in LANGUAGES:
            raise Bad(f"language: {text!r} is not one of {', '.join(LANGUAGES)}")
        data[key] = text
    return data


def _yes_or_no(value: Any, known: Known) -> bool:
    text = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    if text is None:
        raise Bad(f"{value!r} is neither true nor false")
    return text


# ---------------------------------------------------------------- nodes

Prompt = Annotated[str, _prompt]
Next = Annotated[str, _node]
Tries = Annotated[int, _whole(1, 9)]
Timeout = Annotated[int, _whole(1, 60)]


@dataclass(frozen=True, slots=True)
class Choice:
    next: str
    label: str


@dataclass(frozen=True, slots=True)
class PlayNode:
    """``barge_in``: any key ends it; false for what everybody has to hear."""

    prompt: Annotated[tuple[str, ...], _prompts]
    next: Next
    barge_in: Annotated[bool, _yes_or_no] = True


@dataclass(frozen=True, slots=True)
class MenuNode:
    """``timeout`` is the node taken when ``tries`` are spent without a valid choice."""

    prompt: Prompt
    choices: Annotated[Mapping[str, Choice], _choices]
    timeout: Next
    invalid: Prompt = ""
    tries: Tries = 3
    timeout_s: Timeout = 5


@dataclass(frozen=True, slots=True)
class CollectNode:
    """Digits into the data key ``store``; ``ok`` when they match, ``none`` when ``tries`` are spent. ``secret``: nobody sees
    which they were; unless said otherwise those of a caller whom an agent has sent to the flow are."""

    prompt: Prompt
    store: Annotated[str, _matches(DATA_KEY, "a data key (letters, digits, _; at most 32)")]
    ok: Next
    none: Next
    min_digits: Annotated[int, _whole(1, 32)]
    max_digits: Annotated[int, _whole(1, 32)]
    invalid: Prompt = ""
    pattern: Annotated[str, _digit_pattern] = ""
    terminators: Annotated[str, _terminators] = "#"
    tries: Tries = 3
    timeout_s: Timeout = 5
    secret: Annotated[bool | None, _yes_or_no] = None


@dataclass(frozen=True, slots=True)
class SetNode:
    data: Annotated[Mapping[str, str], _data]
    next: Next


@dataclass(frozen=True, slots=True)
class HoursNode:
    hours: Annotated[str, _named("opening hours", lambda known: known.hours)]
    open: Next
    closed: Next


@dataclass(frozen=True, slots=True)
class QueueNode:
    """``also``: further queues in which the caller waits at the same time, at the same place."""

    queue: Annotated[str, _queue]
    priority: Annotated[int, _whole(-100, 100)] = 0
    also: Annotated[tuple[str, ...], _further] = ()


@dataclass(frozen=True, slots=True)
class VoicemailNode:
    """``box``: whose people see the message; it says ``prompt`` and ``max_s`` where the node does not."""

    prompt: Prompt = ""
    next: Next = ""
    box: Annotated[str, _named("voicemail box", lambda known: known.boxes)] = ""
    max_s: Annotated[int, _whole(5, 600)] = 0
    silence_s: Annotated[int, _whole(1, 30)] = 5


@dataclass(frozen=True, slots=True)
class FlowNode:
    flow: Annotated[str, _named("flow", lambda known: known.flows)]


@dataclass(frozen=True, slots=True)
class HangUpNode:
    cause: Annotated[str, _matches(CAUSE, "a hang-up cause, e.g. NORMAL_CLEARING")] = "NORMAL_CLEARING"


Node = PlayNode | MenuNode | CollectNode | SetNode | HoursNode | QueueNode | VoicemailNode | FlowNode | HangUpNode


@dataclass(slots=True)
class NodeType:
    """``keys``: those of a document, with how each value is read; ``needed``: those that must be there.

    ``waits``: the caller's time passes here, so a loop through it is no dead loop.
    """

    make: type[Any]
    waits: bool = False
    final: bool = False
    keys: Mapping[str, Read] = field(init=False)
    needed: Collection[str] = field(init=False)

    def __post_init__(self) -> None:
        hints = get_type_hints(self.make, include_extras=True)
        self.keys = {name: get_args(hint)[1] for name, hint in hints.items()}
        self.needed = {f.name for f in fields(self.make) if f.default is MISSING}


NODE_TYPES: dict[str, NodeType] = {
    "play": NodeType(PlayNode, waits=True),
    "menu": NodeType(MenuNode, waits=True),
    "collect": NodeType(CollectNode, waits=True),
    "set": NodeType(SetNode),
    "hours": NodeType(HoursNode),
    "queue": NodeType(QueueNode, final=True),
    "voicemail": NodeType(VoicemailNode, waits=True),
    "flow": NodeType(FlowNode, final=True),
    "hang_up": NodeType(HangUpNode, final=True),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one node; collects every problem instead of stopping at the first."""

    file: str
    known: Known
    problems: list[Problem] = field(default_factory=list)

    def bad(self, node: str, why: str, *, warning: bool = False) -> None:
        self.problems.append(Problem(self.file, node, why, warning))

    def node(self, name: str, raw: Any) -> Node | None:
        """The node, or None with problems noted."""
        if not isinstance(raw, Mapping):
            self.bad(name, f"must be a mapping with a type, not {type(raw).__name__}")
            return None
        kind = raw.get("type")
        node_type = NODE_TYPES.get(kind) if isinstance(kind, str) else None
        if node_type is None:
            said = "has no type" if kind is None else f"unknown type {kind!r}{did_you_mean(kind, NODE_TYPES)}"
            self.bad(name, f"{said}; types: {', '.join(NODE_TYPES)}")
            return None
        before = len(self.problems)
        for key in sorted(set(map(str, raw)) - set(node_type.keys) - {"type"}):
            self.bad(name, f"unknown key {key!r} in a {kind} node{did_you_mean(key, node_type.keys)}")
        values = {}
        for key, read in node_type.keys.items():
            if key not in raw:
                if key in node_type.needed:
                    self.bad(name, f"a {kind} node needs {key!r}")
                continue
            try:
                values[key] = read(raw[key], self.known)
            except Bad as why:
                self.bad(name, f"{key}: {why}")
        if len(self.problems) > before:
            return None
        node: Node = node_type.make(**values)
        if isinstance(node, CollectNode) and node.min_digits > node.max_digits:
            self.bad(name, f"min_digits {node.min_digits} is more than max_digits {node.max_digits}")
            return None
        if isinstance(node, VoicemailNode) and not node.prompt and not node.box:
            self.bad(name, "a voicemail node needs 'prompt', or a 'box', which has a greeting")
            return None
        if isinstance(node, QueueNode) and node.queue in node.also:
            self.bad(name, f"also: {node.queue!r} is the queue itself")
            return None
        return node


def node_type(node: Node) -> NodeType:
    return _BY_CLASS[type(node)]


_BY_CLASS: dict[Any, NodeType] = {t.make: t for t in NODE_TYPES.values()}


def exits(node: Node) -> tuple[str, ...]:
    """The names of the nodes that may come after ``node``."""
    found: list[str] = []
    for key, read in node_type(node).keys.items():
        if read in (_node, _choices):
            value = getattr(node, key)
            found += [c.next for c in value.values()] if isinstance(value, Mapping) else [value] if value else []
    return tuple(found)
