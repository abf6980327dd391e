"""The engine of one tenant: ``handle(input) -> [effect]``, pure and deterministic.

No clock, no I/O: time is the input's ``now_ms``, ids come from (epoch, counter), chance from the seed in the state. The
same inputs give the same effects and the same ``state_hash``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cti_server.domain.config import CentreConfig
from cti_server.engine import configuration
from cti_server.engine.acd import alarm_rules, cuts, offers
from cti_server.engine.books import figures
from cti_server.engine.calls import call_backs, listeners, settled
from cti_server.engine.doors import commands, noticed, switch_events
from cti_server.engine.kernel import messages, state_document, views
from cti_server.engine.kernel.core import Core, Work
from cti_server.engine.kernel.shown import require_views
from cti_server.engine.network import admission
from cti_server.engine.recovery import adoption, defects, reconcile
from cti_server.events.errors import EngineError
from cti_server.events.views import ENGINE_STARTED, KINDS, EngineStarted

MAX_DEADLINES_A_TICK = 10_000
UNKNOWN = "link-down"
require_views(KINDS.values())


def _tick(core: Core, item: messages.Tick) -> None:
    """Everything that is due now; what a handler sets for now waits for the next tick, so that a tick always ends."""
    for _ in range(min(len(core.deadlines), MAX_DEADLINES_A_TICK)):
        due = core.deadlines.due(core.now)
        if due is None:
            return
        deadline, subject = due
        try:
            deadline(core, subject)
        except Exception as error:  # noqa: BLE001 - the other deadlines are due all the same
            core.failed(f"deadline {deadline.name}", subject or "", error)


def _switch(core: Core, item: messages.SwitchInput) -> None:
    handler = switch_events.HANDLERS.get(type(item.event))
    if handler is not None:
        handler(core, item.event)


def _result(core: Core, item: messages.EffectResult) -> None:
    found = core.pending.get(item.effect_id)
    if found is None:
        return
    if item.text == UNKNOWN:
        found.wants.unknown(core)
    else:
        admission.answered(core, found.node, found.sent_ms)
        found.wants.told(core, item.ok, item.text)
    del core.pending[item.effect_id]


def _stalled(core: Core, item: messages.Stalled) -> None:
    core.stalled_until_ms = core.now


def _let_go(core: Core) -> None:
    """Agents and queues that the configuration no longer has, and whose last call is over."""
    leaving, closing = list(core.leaving), list(core.closing)
    core.leaving.clear()
    core.closing.clear()
    try:
        for agent_id in leaving:
            configuration.remove(core, core.agents[agent_id])
        for queue_id in closing:
            configuration.forget_queue(core, queue_id)
    except Exception as error:  # noqa: BLE001 - see engine.recovery.defects
        core.failed("letting go", "", error)


_INPUTS: dict[type[messages.Input], Callable[[Core, Any], None]] = {
    messages.SwitchInput: _switch,
    messages.CommandInput: commands.command,
    messages.ConfigChanged: lambda core, item: configuration.apply(core, item.config),
    messages.ConfigPart: configuration.part,
    messages.EffectResult: _result,
    messages.Tick: _tick,
    messages.Adopt: adoption.adopt,
    messages.Reconcile: reconcile.compare,
    messages.Resync: adoption.resync,
    messages.Noticed: noticed.noticed,
    messages.Stalled: _stalled,
}


def _failed(core: Core, item: messages.Input, error: Exception) -> None:
    """An input could not be applied to its end. Who sent a command is told so."""
    subject = ""
    if isinstance(item, messages.SwitchInput):
        leg = core.legs.get(getattr(item.event, "leg", ""))
        subject = leg.call_id if leg else ""
    elif isinstance(item, messages.CommandInput):
        subject = str(item.args.get("call_id") or "")
        if not any(isinstance(effect, messages.Reply) and effect.command_id == item.command_id for effect in core.work.effects):
            core.refuse(item.command_id, EngineError("a defect: look at the screen before you send it again"))
    elif isinstance(item, messages.EffectResult) and item.effect_id in core.pending:
        subject = getattr(core.pending.pop(item.effect_id).wants, "call_id", "")
    core.failed(type(item).__name__, subject, error)


class Engine:
    """``config``: what is in force at the start; ``epoch``: higher than any before; ``seed``: any whole number."""

    def __init__(self, config: CentreConfig, epoch: int, seed: int) -> None:
        self._core = Core(config, epoch, seed)
        self._core.event(ENGINE_STARTED, EngineStarted(epoch=epoch))
        configuration.begin(self._core)
        cuts.arm(self._core)

    def handle(self, item: messages.Input) -> list[messages.Effect]:
        """Apply one input; time never goes back. Gives the effects in the order in which they are to be executed.

        Never raises: what a handler had done before it failed is kept (``recovery.defects``), and ``take_defects`` tells of it.
        """
        core, work = self._core, self._core.work
        if item.now_ms > core.now:
            core.now = item.now_ms
        work.at_ms = core.now
        try:
            _INPUTS[type(item)](core, item)
        except Exception as error:  # noqa: BLE001 - see engine.recovery.defects
            _failed(core, item, error)
        if core.leaving or core.closing:
            _let_go(core)
        if work.touched:
            settled.settle(core)
            settled.order(core)
        if core.call_backs:
            call_backs.look(core)
        if core.freed or core.unserved:
            offers.settle(core)
        if work.touched:
            settled.order(core)
        if core.failures:
            defects.settle(core)
        if core.listeners:
            listeners.look(core)
        if core.config.alarm_rules:
            alarm_rules.look(core)
            if core.failures:
                defects.settle(core)
        if work.dirty or work.events:
            views.flush(core)
        core.work = Work()
        return work.effects

    def take_defects(self) -> list[Exception]:
        """What handlers raised since the last call; each is an alarm, too."""
        found, self._core.raised = self._core.raised, []
        return found

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Engine:
        """The engine whose ``whole`` this is. Raises ValueError for anything else."""
        engine = cls.__new__(cls)
        engine._core = state_document.restore(state)
        return engine

    def whole(self) -> dict[str, Any]:
        """The state as a JSON-able document, between two inputs."""
        return state_document.document(self._core)

    def next_deadline(self) -> int | None:
        """UTC ms at which a Tick is due, None when nothing waits for time."""
        return self._core.deadlines.next()

    def state_hash(self) -> str:
        """SHA-256 of the whole state in canonical form."""
        return state_document.state_hash(self._core)

    def snapshot(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """kind -> id -> view of everything, as screens see it."""
        return {
            kind.table: {thing: views.build(self._core, kind, thing) for thing in self._core.table(kind)}
            for kind in KINDS.values()
        }

    def legs_on(self, node: str) -> list[str]:
        """The legs that it believes in."""
        return [leg.id for leg in self._core.legs.values() if leg.node == node]

    def worth_a_look(self, node: str, alive: Iterable[str]) -> list[str]:
        """Which of the living legs of a switch the next Reconcile must hold in full; the rest may come in slices."""
        return reconcile.worth_a_look(self._core, node, alive)

    @property
    def epoch(self) -> int:
        return self._core.epoch

    @property
    def figures_before_ms(self) -> int:
        """Until when today's figures lack what the ledger has (it started without a mirror); 0: nothing is lacking."""
        return figures.lacking_before_ms(self._core)

    @property
    def config_version(self) -> int:
        """The number of the configuration that everything has taken up; 0: that is under way."""
        core = self._core
        return 0 if core.unsettled_queues or core.unsettled_agents else core.config.version

    @property
    def repairs(self) -> int:
        """How often the reconciler has put something right."""
        return self._core.repairs
