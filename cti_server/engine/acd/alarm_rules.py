"""Alarm rules of the centre: each is looked at when what it is about has changed, or when time alone may turn it; never all of
them at once.

Deadlines only say that it is time (``Core.ripe``): everything is judged at the end of the input, as it is then. What a rule
remembers is its deadline and the alarm that stands: an engine that starts takes over the alarms, and begins to wait anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cti_server.domain import alarm_rules
from cti_server.domain.alarm_rules import Condition, MetCondition
from cti_server.domain.config import AlarmAbout, AlarmFigure, AlarmRule, TeamConfig
from cti_server.domain.kpi import QueueRow, service_level
from cti_server.engine.books import figures
from cti_server.engine.kernel.alarms import Alarm, Raised, Watch, Watched
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import AlarmId, Queue, QueueId, TeamId, Trunk, TrunkId
from cti_server.events.views import AGENT, QUEUE, TRUNK

ALARMS: Mapping[AlarmAbout, Alarm[Any]] = {
    "queue": Alarm("rule-queue", None, "queue", QueueId, lasting=True, en="{rule}: queue {subject}", zh="{rule}：队列 {subject}"),
    "team": Alarm("rule-team", None, "team", TeamId, lasting=True, en="{rule}: team {subject}", zh="{rule}：班组 {subject}"),
    "trunk": Alarm("rule-trunk", None, "trunk", TrunkId, lasting=True, en="{rule}: trunk {subject}", zh="{rule}：中继 {subject}"),
}
A_RULE_MS = 20
"""Rules that are new begin so far apart: one may be about thousands."""
Reader = Callable[[Core, Any], float | None]


# ---------------------------------------------------------------- figures


def _count(*categories: str) -> Callable[[Mapping[str, int]], int]:
    return lambda counts: sum(counts.get(one, 0) for one in categories)


_AGENTS: Mapping[AlarmFigure, Callable[[Mapping[str, int]], int]] = {
    "agents_logged_in": _count("ready", "resting", "busy", "not_ready", "unreachable"),
    "agents_ready": _count("ready", "resting"),
    "agents_busy": _count("busy"),
    "agents_not_ready": _count("not_ready", "unreachable"),
}


def _of_queue(name: AlarmFigure) -> Reader:
    count = _AGENTS[name]
    return lambda core, queue: count(queue.counts)


def _of_team(name: AlarmFigure) -> Reader:
    count = _AGENTS[name]
    return lambda core, counts: count(counts)


def _oldest_s(core: Core, queue: Queue) -> float:
    oldest = queue.present.head()
    return (core.now - oldest[0]) / 1000 if oldest else 0


def _level(core: Core, queue: Queue) -> float | None:
    found = service_level(figures.queue_now(core, queue), core.queue_config(queue.id).service_level_formula)
    return None if found is None else 100 * found


def _abandon_rate(core: Core, queue: Queue) -> float | None:
    row = figures.queue_now(core, queue)
    gone = row.abandoned - row.short_abandoned
    return 100 * gone / (row.answered + gone) if row.answered + gone else None


def _asa_s(core: Core, queue: Queue) -> float | None:
    row: QueueRow = figures.queue_now(core, queue)
    return row.wait_ms / 1000 / row.answered if row.answered else None


def _load(core: Core, trunk: Trunk) -> float | None:
    config = core.config.trunks.get(trunk.name)
    return 100 * (trunk.calls_in + trunk.calls_out) / config.max_calls if config and config.max_calls else None


_READERS: Mapping[AlarmAbout, Mapping[AlarmFigure, Reader]] = {
    "queue": {
        "waiting": lambda core, queue: len(queue.present),
        "oldest_s": _oldest_s,
        **{name: _of_queue(name) for name in _AGENTS},
        "service_level": _level,
        "abandoned": lambda core, queue: figures.queue_now(core, queue).abandoned,
        "abandon_rate": _abandon_rate,
        "asa_s": _asa_s,
    },
    "team": {name: _of_team(name) for name in _AGENTS},
    "trunk": {
        "trunk_down": lambda core, trunk: int(trunk.state == "down"),
        "trunk_calls": lambda core, trunk: trunk.calls_in + trunk.calls_out,
        "trunk_load": _load,
        "trunk_failed": lambda core, trunk: trunk.failed,
        "trunk_ping_ms": lambda core, trunk: trunk.ping_ms or None,
    },
}
if any([*readers] != alarm_rules.of(about) for about, readers in _READERS.items()):
    raise TypeError("a figure of alarm rules that nobody reads, or one that is not declared")


def _turns_ms(core: Core, thing: Any, condition: Condition) -> int:
    """When time alone will turn it; 0: never. (Figures of today begin anew with ``acd.cuts``, which touches every queue.)"""
    oldest = thing.present.head() if condition.figure == "oldest_s" else None
    at: int = oldest[0] + 1000 * condition.limit if oldest else 0
    return at if at > core.now else 0


# ---------------------------------------------------------------- what a rule is about


def _watched(core: Core) -> Watched:
    """Made again after another configuration, and where a state was restored."""
    if core.watched is None:
        found = core.watched = Watched()
        for _, rule in sorted(core.config.alarm_rules.items()):
            readers = _READERS[rule.about]
            reads = tuple((readers[one.figure], one) for one in alarm_rules.conditions(rule) if one.figure in readers)
            if not reads:
                continue
            watch = found.rules[rule.id] = Watch(rule, _id(rule, ""), reads)
            key = alarm_rules.key(rule)
            of = found.one.setdefault((rule.about, key), []) if key else found.each.setdefault(rule.about, [])
            of.append(watch)
        found.counts = any(watch.rule.about == "team" for watch in found.rules.values())
        for agent_id in core.agents if found.counts else ():
            _recount(core, found, agent_id)
    return core.watched


def _recount(core: Core, watched: Watched, agent_id: str) -> tuple[str, ...]:
    """The teams whose counts have changed with this agent."""
    agent = core.agents.get(agent_id)
    was, now = watched.counted.get(agent_id), (agent.team, agent.category) if agent else None
    if was == now:
        return ()
    for one, change in ((was, -1), (now, 1)):
        if one is not None:
            counts = watched.teams.setdefault(one[0], {})
            counts[one[1]] = counts.get(one[1], 0) + change
    if now is None:
        del watched.counted[agent_id]
    else:
        watched.counted[agent_id] = now
    return tuple(dict.fromkeys(one[0] for one in (was, now) if one is not None))


def _thing(core: Core, about: AlarmAbout, subject: str) -> Any:
    """What readers read; None: it is not there."""
    if about == "queue":
        return core.queues.get(subject)
    if about == "trunk":
        return core.trunks.get(subject)
    return _watched(core).teams.get(subject, {}) if subject in core.config.teams else None


def _subjects(core: Core, rule: AlarmRule, teams: Mapping[str, TeamConfig]) -> Iterator[str]:
    """All that the rule is about now."""
    key = alarm_rules.key(rule)
    if rule.about == "trunk":
        yield from (trunk.id for trunk in core.trunks.values() if key in ("", trunk.name))
    elif key:
        yield key
    else:
        yield from core.queues if rule.about == "queue" else teams


def _id(rule: AlarmRule, subject: str) -> AlarmId:
    """No key has a slash."""
    return ALARMS[rule.about].of(f"{rule.id}/{subject}")


# ---------------------------------------------------------------- looking


@deadline("alarm_rule_turns")
def turns(core: Core, alarm_id: AlarmId) -> None:
    """It has been otherwise for long enough."""
    core.ripe[alarm_id] = True


@deadline("alarm_rule_looks")
def looks(core: Core, alarm_id: AlarmId) -> None:
    """A condition may have turned by time."""
    core.ripe.setdefault(alarm_id, False)


@deadline("alarm_rule_begins")
def begins(core: Core, rule_id: str) -> None:
    """A rule that is new is asked for the first time."""
    core.ripe[rule_id] = False


def look(core: Core) -> None:
    """At the end of an input: whatever has changed in it, or whose time has come."""
    watched = _watched(core)
    queues, ripe = core.shifted, core.ripe
    core.shifted, core.ripe = {}, {}
    teams: dict[str, None] = {}
    trunks: dict[str, None] = {}
    for kind, thing in core.work.dirty:
        if kind is QUEUE:
            queues[thing] = None
        elif kind is TRUNK:
            trunks[thing] = None
        elif kind is AGENT and watched.counts:
            teams |= dict.fromkeys(_recount(core, watched, thing))
    for one, due in ripe.items():
        _ripe(core, watched, one, due)
    for queue_id in queues:
        _each(core, "queue", queue_id, watched.about("queue", queue_id))
    for trunk_id in trunks:
        trunk = core.trunks.get(trunk_id)
        rules = (
            watched.about("trunk", trunk.name) if trunk else [one for one in watched.rules.values() if one.rule.about == "trunk"]
        )
        _each(core, "trunk", trunk_id, rules)
    for team in teams:
        _each(core, "team", team, watched.about("team", team))


def _ripe(core: Core, watched: Watched, one: str, due: bool) -> None:
    """An alarm's id, or that of a rule that begins."""
    rule_id, slash, subject = one.partition(":")[2].partition("/") if "/" in one else (one, "", "")
    watch = watched.rules.get(rule_id)
    if watch is None:
        return
    for each in (subject,) if slash else list(_subjects(core, watch.rule, core.config.teams)):
        _each(core, watch.rule.about, each, [watch], due)


def _each(core: Core, about: AlarmAbout, subject: str, rules: list[Watch], due: bool = False) -> None:
    if not rules:
        return
    thing = _thing(core, about, subject)
    for watch in rules:
        try:
            if thing is None:
                _forget(core, watch.rule, subject, f"{about} {subject} is no longer there")
            else:
                _judge(core, watch, subject, thing, due)
        except Exception as error:  # noqa: BLE001 - the other rules are looked at all the same
            core.failed("alarm rule", watch.rule.id, error)


def _judge(core: Core, watch: Watch, subject: str, thing: Any, due: bool) -> None:
    """``due``: it has been the other way round for as long as it must."""
    alarm_id, deadlines = AlarmId(watch.begin + subject), core.deadlines
    held, look_ms = _holds(core, watch, thing)
    if held == (alarm_id in core.alarms):
        deadlines.cancel(turns, alarm_id)
    else:
        wait_s = watch.rule.for_s if held else watch.rule.clear_s
        if due or not wait_s:
            deadlines.cancel(turns, alarm_id)
            _turn(core, watch, subject, thing, alarm_id, held)
        elif not deadlines.at(turns, alarm_id):
            deadlines.set(turns, alarm_id, core.now + 1000 * wait_s)
    if not look_ms:
        deadlines.cancel(looks, alarm_id)
    elif deadlines.at(looks, alarm_id) != look_ms:
        deadlines.set(looks, alarm_id, look_ms)


def _holds(core: Core, watch: Watch, thing: Any) -> tuple[bool, int]:
    """Whether it does, and when time alone may turn that (0: never). The first condition that decides it is enough: until that
    one turns it stays so."""
    every, look_ms = watch.rule.match == "all", 0
    for read, condition in watch.conditions:
        holds = condition.holds(read(core, thing))
        at = _turns_ms(core, thing, condition)
        if holds != every:
            return holds, at
        look_ms = min(look_ms or at, at or look_ms)
    return every, look_ms


def _turn(core: Core, watch: Watch, subject: str, thing: Any, alarm_id: AlarmId, held: bool) -> None:
    """Raise it, or clear it."""
    rule = watch.rule
    about = f"rule {rule.id}: {rule.about} {subject}"
    if not held:
        core.cleared(alarm_id, f"{about}: no longer so")
        return
    met: list[MetCondition] = []
    for read, one in watch.conditions:
        value = read(core, thing)
        if value is not None and one.holds(value):
            met.append({"figure": one.figure, "bound": one.bound, "limit": one.limit, "value": round(value, 1)})
    text = f"{about}: {alarm_rules.said(met, 'en')}"
    core.arise(Raised(alarm_id, ALARMS[rule.about].id, subject, text, core.now, rule=rule, met=met))


def _forget(core: Core, rule: AlarmRule, subject: str, why: str) -> None:
    alarm_id = _id(rule, subject)
    core.deadlines.cancel(turns, alarm_id)
    core.deadlines.cancel(looks, alarm_id)
    core.cleared(alarm_id, why)


# ---------------------------------------------------------------- other rules, another engine


def configured(core: Core, old: Mapping[str, AlarmRule], teams: Mapping[str, TeamConfig]) -> None:
    """Another configuration is in force; ``old``, ``teams``: what the one before had. A rule that is not as it was clears what it
    raised and begins anew."""
    core.watched = None
    core.shifted.clear()
    core.ripe.clear()
    rules = core.config.alarm_rules
    for rule in old.values():
        if rules.get(rule.id) != rule:
            for subject in _subjects(core, rule, teams):
                _forget(core, rule, subject, f"rule {rule.id} was changed or removed")
    other_teams = teams.keys() != core.config.teams.keys()
    new = [one for one in rules.values() if old.get(one.id) != one or (other_teams and one.about == "team")]
    for place, rule in enumerate(sorted(new, key=lambda one: one.id), 1):
        core.deadlines.set(begins, rule.id, core.now + A_RULE_MS * place)
    outlived(core)


def outlived(core: Core) -> None:
    """Alarms whose rule, or whose subject, is no longer what it was are over."""
    rules = core.config.alarm_rules
    for alarm, rule in [(one, one.rule) for one in core.alarms.values() if one.rule is not None]:
        if rules.get(rule.id) != rule or _thing(core, rule.about, alarm.subject) is None:
            core.cleared(alarm.id, "its rule, or what it is about, is not configured any more")
