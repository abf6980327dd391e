"""The engine's inputs and effects: all that goes in and comes out of ``Engine.handle(input) -> list[Effect]``.

Every input carries ``now_ms`` (UTC, anchored to the monotonic clock by the shell). Effects with a ``SwitchCommand``
are executed FIFO per (node, leg) by the shell; their outcome comes back as EffectResult with the same ``effect_id``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from cti_server.domain.config import CentreConfig
from cti_server.domain.message import message
from cti_server.domain.record import Tagged
from cti_server.domain.switch import ChannelSnapshot, SwitchCommand, SwitchEvent

# ---------------------------------------------------------------- inputs


@message
class Input(Tagged):
    now_ms: int


@message
class SwitchInput(Input):
    """A switch said something."""

    event: SwitchEvent


@message
class CommandInput(Input):
    """A person or program wants something. ``name`` and ``args`` as in events/commands.py.

    ``issuer`` is 'user:ID' or 'system:NAME'. The shell has already deduplicated ``command_id``;
    a command whose ``deadline_ms`` has passed is refused with TooLate.
    """

    command_id: str
    name: str
    args: Mapping[str, Any]
    issuer: str
    deadline_ms: int


@message
class ConfigChanged(Input):
    """A new configuration document is in force from now on. Running IVR flows keep the version they started with."""

    config: CentreConfig


@message
class ConfigPart(Input):
    """A part of what differs in configuration ``version`` from ``base``, which must be in force: at most 100 things.
    ``things``: table -> key -> record, None: it is gone; ``rest``: other fields. It takes force with the ``last`` part, then
    queues and agents take it up a few at a time."""

    base: int
    version: int
    things: Mapping[str, Mapping[str, Any]]
    rest: Mapping[str, Any]
    last: bool


@message
class EffectResult(Input):
    """How a SwitchEffect ended. Exactly one per effect. ``ok`` False: ``text`` as in CommandOutcome."""

    effect_id: str
    ok: bool
    text: str


@message
class Tick(Input):
    """Time passed: due deadlines fire; dirty queue figures are published (at most every 500 ms per queue)."""


@message
class Adopt(Input):
    """First input after a start: what the switches and the mirror know. ``mirror``: kind -> id -> document as
    given in Mirror effects. ``registered``: linked node -> extensions that are registered.
    ``last_seen_ms``: newest mirror time; what happened after it is estimated. ``nodes``: the switches of the settings, () when
    nobody says; another one is none any more, and its calls are over."""

    channels: tuple[ChannelSnapshot, ...]
    mirror: Mapping[str, Mapping[str, Mapping[str, Any]]]
    registered: Mapping[str, tuple[str, ...]]
    last_seen_ms: int
    nodes: tuple[str, ...] = ()


@message
class Reconcile(Input):
    """What the shell found when it compared. The engine settles drift (two passes).

    ``channels``: what was looked at in full on ``node``: all of it, or a slice; ``alive``: the legs of every channel there,
    () when ``channels`` is all.
    """

    node: str
    channels: tuple[ChannelSnapshot, ...]
    alive: tuple[str, ...] = ()


@message
class Resync(Input):
    """The link to ``node`` is back and the switch is the same: all its channels as they are now. What was said in between was
    not heard, what was asked for may have been done. Until then the engine treats the switch as away."""

    node: str
    channels: tuple[ChannelSnapshot, ...]


@message
class Stalled(Input):
    """The shell's loop stood still until now: no switch is to blame for the time."""


@message
class Noticed(Input):
    """The shell has trouble that people must know of (a full disk, entries that cannot be read): an alarm that stands until it
    says with ``text`` '' that it is over. ``alarm``: the id of one of engine/doors/noticed.py."""

    alarm: str
    text: str


# ---------------------------------------------------------------- effects


@message
class Effect(Tagged):
    pass


@message
class SwitchEffect(Effect):
    """Do this on switch ``node``; FIFO per ``leg`` ('' for commands without one). ``effect_id`` '': nobody waits for what
    comes of it, and it is no input."""

    effect_id: str
    node: str
    leg: str
    command: SwitchCommand


@message
class Publish(Effect):
    """One event for the world, in the order of ``seq`` within the engine's epoch. See events/envelope.py."""

    seq: int
    name: str
    data: Mapping[str, Any]


@message
class Mirror(Effect):
    """The restorable document of one thing; ``document`` None: it is gone. ``seq`` orders it with Publish.

    document = {"view": what people see (the same dict as in events), "core": what a restarted engine needs}.
    """

    seq: int
    kind: str  # agents, calls, queues, trunks, switches, alarms
    id: str
    document: Mapping[str, Any] | None


@message
class Reply(Effect):
    """The one answer to a command. ``error_id`` '' when ok."""

    command_id: str
    ok: bool
    error_id: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@message
class RecordFact(Effect):
    """A line of the ledger. ``id`` is idempotent (the persister drops doubles). Kinds and shapes: events/facts.py."""

    id: str
    kind: str
    data: Mapping[str, Any]
