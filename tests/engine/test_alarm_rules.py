"""Alarm rules: never on while a condition fails, always on when it has held for long enough, off as they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti_server.domain import alarm_rules
from cti_server.domain import switch as sw
from cti_server.domain.config import AlarmRule, CentreConfig, TeamConfig, TrunkConfig
from cti_server.engine.acd.alarm_rules import ALARMS
from cti_server.engine.assembly import Engine
from cti_server.words import FAMILIES
from tests.engine.test_alarms import standing
from tests.engine.test_parts import in_parts
from tests.engine.world import NODE, START_MS, World, centre, with_queue

WAITING = {"figure_1": "waiting", "limit_1": 2}
IDLE = {"figure_1": "agents_logged_in", "is_1": "below", "limit_1": 1}


def ruled(config: CentreConfig | None = None, **rules: dict[str, Any]) -> CentreConfig:
    return replace(
        config or centre(), alarm_rules={name: AlarmRule(id=name, name=f"The {name}", **more) for name, more in rules.items()}
    )


def raised(w: World) -> set[str]:
    """Rule and subject of what stands; the mirror, the events and the snapshot agree."""
    return {one.partition(":")[2] for one in standing(w) if one.startswith("rule-")}


def on_shift(w: World, *agents: str) -> None:
    """Somebody is there, so that callers wait and no other alarm stands."""
    for agent in agents or ("1001",):
        w.agent(agent, ready=False)


# ---------------------------------------------------------------- one condition, for how long, until when


def test_it_stands_as_soon_as_its_condition_holds_and_goes_with_it() -> None:
    w = World(ruled(long=WAITING))
    on_shift(w)
    first = w.call()
    assert raised(w) == set()
    w.call()
    assert raised(w) == {"long/sales"}
    view = w.view("alarms", "rule-queue:long/sales")
    assert (view["rule"], view["subject"], view["about"], view["severity"]) == ("The long", "sales", "queue", "major")
    assert view["met"] == [{"figure": "waiting", "bound": "at_least", "limit": 2, "value": 2}]
    assert "waiting" in view["text"].lower()
    w.wait(7200)
    assert raised(w) == {"long/sales"}, "it lasts"
    w.hang_up(first)
    assert raised(w) == set()


def test_it_must_hold_so_long_without_a_break() -> None:
    w = World(ruled(long={**WAITING, "for_s": 30}))
    on_shift(w)
    legs = [w.call(), w.call()]
    w.wait(29)
    w.hang_up(legs.pop())
    w.call()
    w.wait(29.9)
    assert raised(w) == set(), "it was less than two for a moment"
    w.wait(0.1)
    assert raised(w) == {"long/sales"}


def test_it_goes_when_it_has_been_over_for_so_long() -> None:
    w = World(ruled(long={**WAITING, "clear_s": 20}))
    on_shift(w)
    legs = [w.call(), w.call()]
    w.hang_up(legs.pop())
    w.wait(19)
    legs.append(w.call())
    w.hang_up(legs.pop())
    w.wait(19)
    assert raised(w) == {"long/sales"}, "it was so again meanwhile"
    w.wait(1)
    assert raised(w) == set()
    assert w.names().count("alarm.raised") == 1


def test_only_its_queue_or_each() -> None:
    w = World(ruled(one={**WAITING, "queue": "repair"}, every=WAITING))
    on_shift(w)
    for number in ("4000", "4001", "4000", "4001"):
        w.call(number)
    assert raised(w) == {"one/repair", "every/sales", "every/repair"}


def test_the_longest_wait_turns_by_time_alone() -> None:
    w = World(
        ruled(
            old={"figure_1": "oldest_s", "limit_1": 60, "for_s": 5},
            young={"figure_1": "oldest_s", "is_1": "below", "limit_1": 60},
        )
    )
    on_shift(w)
    w.wait(1)
    assert raised(w) == {"young/sales", "young/repair"}
    leg = w.call()
    w.wait(59)
    assert raised(w) == {"young/sales", "young/repair"}
    w.wait(1)
    assert raised(w) == {"young/repair"}
    w.wait(4.9)
    assert raised(w) == {"young/repair"}
    w.wait(0.1)
    assert raised(w) == {"young/repair", "old/sales"}
    w.hang_up(leg)
    assert raised(w) == {"young/sales", "young/repair"}


def test_all_conditions_or_any() -> None:
    both = {"figure_1": "waiting", "limit_1": 1, "figure_3": "agents_ready", "is_3": "below", "limit_3": 1}
    w = World(ruled(all=both, any={**both, "match": "any"}))
    w.agent("1001")
    w.wait(1)
    assert raised(w) == set()
    w.call()
    assert raised(w) == {"all/sales", "any/sales", "any/repair"}, "the only one who was ready is rung"
    w.agent("1002", ready=False)
    w.command("ReadyAgent", agent_id="1002")
    assert raised(w) == {"any/sales"}


def test_figures_of_today_begin_anew_at_midnight() -> None:
    w = World(
        ruled(
            many={"figure_1": "abandoned", "limit_1": 1},
            good={"figure_1": "service_level", "limit_1": 50},
            poor={"figure_1": "abandon_rate", "limit_1": 50},
        )
    )
    on_shift(w)
    leg = w.call()
    w.wait(10)
    w.hang_up(leg)
    assert raised(w) == {"many/sales", "poor/sales"}
    w.command("ReadyAgent", agent_id="1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(5)
    w.hang_up(leg)
    assert raised(w) == {"many/sales", "poor/sales", "good/sales"}
    w.wait((w.engine._core.day[2] - w.now) / 1000 - 1)
    assert raised(w) == {"many/sales", "poor/sales", "good/sales"}
    w.wait(1)
    assert raised(w) == set()


def test_what_is_not_known_is_not_so() -> None:
    w = World(
        ruled(
            low={"figure_1": "service_level", "is_1": "below", "limit_1": 80},
            full={"about": "trunk", "figure_1": "trunk_load", "limit_1": 1},
        )
    )
    on_shift(w)
    w.call()
    w.wait(1)
    assert raised(w) == set(), "no call of today is over, and the trunk has no limit"


# ---------------------------------------------------------------- teams and trunks


def test_a_teams_agents() -> None:
    teams = {"east": TeamConfig("east", "East"), "west": TeamConfig("west", "West")}
    config = replace(centre(), teams=teams)
    config = replace(config, agents={**config.agents, "1003": replace(config.agents["1003"], team="west")})
    w = World(
        ruled(
            config,
            away={"about": "team", "figure_1": "agents_not_ready", "limit_1": 2},
            none={"about": "team", "team": "west", "figure_1": "agents_logged_in", "is_1": "below", "limit_1": 1},
        )
    )
    w.wait(1)
    assert raised(w) == {"none/west"}
    on_shift(w, "1001", "1003")
    assert raised(w) == set()
    on_shift(w, "1002")
    assert raised(w) == {"away/east"}
    moved = replace(w.config, version=2, agents={**config.agents, "1002": replace(config.agents["1002"], team="west")})
    w.reconfigure(moved)
    assert raised(w) == {"away/west"}
    w.reconfigure(replace(moved, version=3, agents={name: one for name, one in moved.agents.items() if name != "1003"}))
    assert raised(w) == set()


def test_trunks() -> None:
    trunks = {"carrier": TrunkConfig("carrier", "carrier", max_calls=2), "other": TrunkConfig("other", "other")}
    w = World(
        ruled(
            replace(centre(), trunks=trunks),
            down={"about": "trunk", "figure_1": "trunk_down", "limit_1": 1, "severity": "critical"},
            slow={"about": "trunk", "trunk": "carrier", "figure_1": "trunk_ping_ms", "limit_1": 500},
        )
    )
    for name in trunks:
        w.tell(sw.GatewayChanged(NODE, 0, name, "REGED", "UP", 800.0))
    assert raised(w) == {f"slow/{NODE}:carrier"}
    w.tell(sw.GatewayChanged(NODE, 0, "other", "FAIL_WAIT", "DOWN"))
    assert raised(w) == {f"slow/{NODE}:carrier", f"down/{NODE}:other"}
    assert w.view("alarms", f"rule-trunk:down/{NODE}:other")["severity"] == "critical"
    w.reconfigure(replace(w.config, version=2, trunks={"carrier": trunks["carrier"]}))
    assert raised(w) == {f"slow/{NODE}:carrier"}


# ---------------------------------------------------------------- other rules


def test_a_rule_that_is_changed_or_removed_clears_what_it_raised() -> None:
    w = World(ruled(long=WAITING, other={**WAITING, "limit_1": 1}))
    on_shift(w)
    w.call(), w.call()
    assert raised(w) == {"long/sales", "other/sales"}
    w.reconfigure(replace(ruled(long={**WAITING, "severity": "minor"}), version=2))
    assert raised(w) == set()
    w.wait(0.1)
    assert raised(w) == {"long/sales"}, "it still holds: the changed rule raises it anew"
    assert w.view("alarms", "rule-queue:long/sales")["severity"] == "minor"
    w.reconfigure(replace(centre(), version=3))
    assert raised(w) == set()
    w.hang_up(w.call())
    assert w.engine._core.deadlines.of("rule-queue:long/sales") == []


def test_what_a_rule_waits_for_ends_with_it() -> None:
    w = World(ruled(long={**WAITING, "for_s": 30}))
    on_shift(w)
    w.call(), w.call()
    w.wait(29)
    w.reconfigure(replace(ruled(long={**WAITING, "for_s": 31}), version=2))
    w.wait(30)
    assert raised(w) == set(), "the changed rule has not waited yet"
    w.wait(2)
    assert raised(w) == {"long/sales"}


def test_a_rule_that_is_not_changed_goes_on() -> None:
    w = World(ruled(long={**WAITING, "for_s": 30}))
    on_shift(w)
    w.call(), w.call()
    w.wait(29)
    w.reconfigure(replace(ruled(long={**WAITING, "for_s": 30}, new=WAITING), version=2))
    w.wait(1)
    assert raised(w) == {"long/sales", "new/sales"}


def test_a_queue_or_team_that_is_removed_has_no_alarm() -> None:
    config = replace(centre(), teams={"east": TeamConfig("east", "East"), "west": TeamConfig("west", "West")})
    w = World(ruled(config, queue=IDLE, team={**IDLE, "about": "team"}))
    w.wait(1)
    assert raised(w) == {"queue/sales", "queue/repair", "team/east", "team/west"}
    fewer = {name: queue for name, queue in config.queues.items() if name != "repair"}
    w.reconfigure(replace(w.config, version=2, queues=fewer, teams={"east": config.teams["east"]}, service_numbers={}))
    assert raised(w) == {"queue/sales", "team/east"}
    w.reconfigure(replace(w.config, version=3, queues=config.queues, teams=config.teams))
    w.wait(1)
    assert raised(w) == {"queue/sales", "queue/repair", "team/east", "team/west"}


def test_an_agent_who_changes_queues_counts_where_he_is() -> None:
    w = World(ruled(none=IDLE))
    on_shift(w)
    assert raised(w) == set()
    away = replace(w.config.agents["1001"], queues={"sales": 1})
    w.reconfigure(replace(w.config, version=2, agents={**w.config.agents, "1001": away}))
    assert raised(w) == {"none/repair"}


# ---------------------------------------------------------------- another engine


def test_after_a_restart_what_stands_stands_and_what_waited_begins_to_wait_anew() -> None:
    w = World(ruled(long=WAITING, slow={**WAITING, "for_s": 30}))
    on_shift(w)
    legs = [w.call(), w.call()]
    w.wait(29)
    w.published.clear()
    w.restart(8)
    assert "alarm.cleared" not in w.names()
    assert [*w.mirror["alarms"]] == ["rule-queue:long/sales"]
    w.wait(29)
    assert [*w.mirror["alarms"]] == ["rule-queue:long/sales"]
    w.wait(1)
    assert [*w.mirror["alarms"]] == ["rule-queue:long/sales", "rule-queue:slow/sales"]
    w.hang_up(legs[0])
    assert w.mirror["alarms"] == {}


@pytest.mark.parametrize("config", [
    centre(), ruled(none={**IDLE, "queue": "repair"}), ruled(none={**IDLE, "limit_1": 2, "for_s": 9}),
    replace(ruled(none=IDLE), queues={}, service_numbers={}),
])  # fmt: skip
def test_what_was_changed_while_no_engine_ran_clears_what_was_raised(config: CentreConfig) -> None:
    w = World(with_queue(ruled(none=IDLE), "repair", name="R"))
    on_shift(w)
    w.reconfigure(replace(ruled(none=IDLE), agents={}))
    w.wait(1)
    assert raised(w) == {"none/sales", "none/repair"}
    w.config = config
    w.published.clear()
    w.restart(8)
    told = {event.data["alarm"]["id"] for event in w.published if event.name == "alarm.cleared"}
    assert {"rule-queue:none/sales", "rule-queue:none/repair"} == told


def test_a_state_that_is_restored_goes_on_the_same() -> None:
    w = World(ruled(long={**WAITING, "for_s": 30}, team={"about": "team", "figure_1": "agents_not_ready", "limit_1": 1}))
    on_shift(w)
    w.call(), w.call()
    w.wait(5)
    other = Engine.restored(w.engine.whole())
    assert other.state_hash() == w.engine.state_hash()
    w.inputs.clear()
    w.wait(25)
    on_shift(w, "1002")
    w.command("ReadyAgent", agent_id="1001")
    for item in w.inputs:
        other.handle(item)
    assert other.state_hash() == w.engine.state_hash()


# ---------------------------------------------------------------- whatever happens

FIGURE = st.sampled_from(alarm_rules.of("queue"))
SECONDS = st.sampled_from([0, 0, 3, 20])
A_RULE = st.fixed_dictionaries({
    "figure_1": FIGURE, "is_1": st.sampled_from(["at_least", "below"]), "limit_1": st.integers(1, 4),
    "figure_2": st.sampled_from(["", *alarm_rules.of("queue")]), "is_2": st.sampled_from(["at_least", "below"]),
    "limit_2": st.integers(1, 40), "match": st.sampled_from(["all", "any"]), "for_s": SECONDS, "clear_s": SECONDS,
})  # fmt: skip
A_STEP = st.one_of(
    st.tuples(st.sampled_from(["call", "hang up", "answer", "ready", "pause", "restart"]), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([0.2, 1, 3, 7, 25])),
)


def so(w: World, rule: AlarmRule) -> bool:
    """Whether its conditions hold now, from what people see."""
    view, found = w.view("queues", "sales"), []
    today, now = view["today"], {
        "waiting": view["waiting"],
        "oldest_s": (w.now - view["oldest_ms"]) / 1000 if view["oldest_ms"] else 0,
        "agents_ready": view["agents_ready"],
        "agents_busy": view["agents_busy"],
        "agents_not_ready": view["agents_not_ready"],
        "agents_logged_in": view["agents_ready"] + view["agents_busy"] + view["agents_not_ready"],
        "service_level": None if view["today"]["service_level"] is None else 100 * view["today"]["service_level"],
        "abandoned": view["today"]["abandoned"],
        "abandon_rate": None if view["today"]["abandon_rate"] is None else 100 * view["today"]["abandon_rate"],
        "asa_s": view["today"]["asa_s"],
    }  # fmt: skip
    assert today["start_ms"] <= w.now < today["end_ms"]
    for figure, bound, limit in alarm_rules.conditions(rule):
        value = now[figure]
        found.append(value is not None and (value >= limit if bound == "at_least" else value < limit))
    return all(found) if rule.match == "all" else any(found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(A_RULE, st.lists(A_STEP, min_size=5, max_size=40))
def test_it_stands_exactly_when_it_should(more: dict[str, Any], steps: list[tuple[str, float]]) -> None:
    """By a second book: since when the conditions hold, or do not, sampled each tenth of a second."""
    rule = AlarmRule(id="r", name="R", queue="sales", **more)
    w = World(with_queue(replace(centre(2), alarm_rules={"r": rule}), "sales", wrap_up_s=0))
    on_shift(w, "1001", "1002")
    w.wait(21)  # longer than any rule waits
    legs: list[str] = []
    epoch, held, since = 7, so(w, rule), START_MS
    stands = held

    def judged() -> None:
        nonlocal held, since, stands
        if so(w, rule) != held:
            held, since = not held, w.now
        long = w.now - since
        if held and long >= 1000 * rule.for_s:
            stands = True
        if not held and long >= 1000 * rule.clear_s:
            stands = False
        now = bool(w.engine.snapshot()["alarms"].get("rule-queue:r/sales"))
        assert now == stands, f"{rule} {held} since {long} ms"

    for act, seconds in steps:
        if act == "wait":
            for _ in range(round(seconds * 10)):
                w.wait(0.1)
                judged()
        elif act == "call":
            legs.append(w.call())
        elif act == "hang up" and legs:
            leg = legs.pop()
            if leg in w.channels:
                w.hang_up(leg)
        elif act == "answer":
            for leg in [
                one for one, channel in w.channels.items() if channel.direction == "outbound" and not channel.answered_ms
            ]:
                w.pick_up(leg)
        elif act == "ready":
            w.command("ReadyAgent", agent_id="1001")
        elif act == "pause":
            w.command("PauseAgent", agent_id="1001", reason="lunch")
        elif act == "restart":
            epoch += 1
            w.restart(epoch)
            since = w.now if held != stands else since
        judged()


# ---------------------------------------------------------------- checks and words


@pytest.mark.parametrize(("more", "fields"), [
    (WAITING, []),
    ({**WAITING, "limit_1": 0}, ["limit_1"]),
    ({"figure_1": "service_level", "limit_1": 101}, ["limit_1"]),
    ({**WAITING, "figure_2": "trunk_down", "limit_2": 1}, ["figure_2"]),
    ({**WAITING, "about": "team"}, ["figure_1"]),
    ({**WAITING, "team": "east"}, ["team"]),
    ({"about": "trunk", "figure_1": "trunk_down", "limit_1": 2, "queue": "sales"}, ["queue", "limit_1"]),
])  # fmt: skip
def test_what_makes_no_sense(more: dict[str, Any], fields: list[str]) -> None:
    assert [name for name, _ in alarm_rules.problems(AlarmRule(id="r", name="R", **more))] == fields


READY = {"about": "team", "figure_1": "agents_ready", "limit_1": 3, "figure_2": "agents_logged_in", "is_2": "below"}


@pytest.mark.parametrize(("more", "told"), [
    ({"limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 2}, "can never be"),
    ({"limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 5}, "can never be"),
    ({"limit_1": 2, "is_1": "below", "figure_3": "waiting", "limit_3": 5}, "can never be"),
    ({"limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 6}, ""),
    ({"limit_1": 5, "figure_2": "oldest_s", "is_2": "below", "limit_2": 2}, ""),
    ({"limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 2, "match": "any"}, ""),
    ({"limit_1": 2, "figure_2": "waiting", "is_2": "below", "limit_2": 5, "match": "any"}, "always"),
    ({"limit_1": 5, "figure_2": "waiting", "is_2": "below", "limit_2": 5, "match": "any"}, "always"),
    ({"limit_1": 5, "figure_2": "waiting", "limit_2": 7}, ""),
    ({**READY, "limit_2": 3}, "can never be"),
    ({**READY, "limit_2": 4}, ""),
    ({**READY, "limit_2": 3, "match": "any"}, ""),
])  # fmt: skip
def test_limits_that_no_value_keeps_or_every_one_are_told_at_the_last(more: dict[str, Any], told: str) -> None:
    rule = AlarmRule(id="r", name="R", **{**WAITING, **more})
    assert [*alarm_rules.problems(rule)] == []
    found = [*alarm_rules.contradictions(rule)]
    assert [name for name, _ in found] == [f"limit_{3 if rule.figure_3 else 2}"] * bool(told)
    assert all(told in text for _, text in found)


def test_a_rule_is_about_what_there_is() -> None:
    config = ruled(a={**WAITING, "queue": "gone"}, b={"about": "trunk", "trunk": "gone", "figure_1": "trunk_down", "limit_1": 1})
    assert [one.partition(":")[0] for one in alarm_rules.misplaced(config)] == ["alarm_rules.a.queue", "alarm_rules.b.trunk"]


def test_it_is_said_with_figure_and_limit_in_both_languages() -> None:
    met: list[alarm_rules.MetCondition] = [{"figure": "service_level", "bound": "below", "limit": 80, "value": 66.7}]
    assert alarm_rules.said(met, "en") == "Service level today (%) 66.7 (below 80)"
    assert alarm_rules.said(met, "zh-CN") == "今日服务水平（%） 66.7 (低于 80)"
    for alarm in ALARMS.values():
        for words in FAMILIES["alarm"][alarm.id]:
            assert "{rule}" in words
            assert "{subject}" in words


def test_rules_that_come_in_parts_begin_and_end_as_well() -> None:
    w = World(ruled(long=WAITING))
    on_shift(w)
    w.call(), w.call()
    in_parts(w, replace(ruled(other={**WAITING, "limit_1": 1}), version=2))
    w.wait(0.1)
    assert raised(w) == {"other/sales"}
