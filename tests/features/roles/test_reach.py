"""How far a scope reaches: groups in groups however deep, by brute force; and what roles keep of their rights."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain.config import AgentConfig, CentreConfig, GroupConfig, TeamConfig
from cti_server.errors import NoConfiguration
from cti_server.features.centre.document import problems_of
from cti_server.features.registry import ENTITIES
from cti_server.features.roles.contract import ADMIN, SHIPPED, kept_of, rights_of, shipped
from cti_server.features.roles.service import Scopes, Structure
from cti_server.rights import GROUPS, RIGHTS, SCOPES, Rights, Scope, both, everything, wider


def centre(parents: list[int], teams: list[int]) -> CentreConfig:
    """Group n stands in group ``parents[n]`` (-1: in none), team n belongs to group ``teams[n]`` and has an agent and a queue."""
    groups = {f"g{n}": GroupConfig(f"g{n}", "x", f"g{at}" if at >= 0 else "") for n, at in enumerate(parents)}
    made = {f"t{n}": TeamConfig(f"t{n}", "x", f"g{at}" if at >= 0 else "") for n, at in enumerate(teams)}
    agents = {f"a{n}": AgentConfig(f"a{n}", "x", f"{n}", f"t{n}", {f"q{n}": 1}) for n in range(len(teams))}
    return CentreConfig(1, "main", agents=agents, teams=made, groups=groups)


FORESTS = st.integers(1, 8).flatmap(
    lambda size: st.tuples(
        st.tuples(*(st.integers(-1, n - 1) for n in range(size))).map(list),
        st.lists(st.integers(-1, size - 1), min_size=1, max_size=8),
        st.integers(0, size - 1),
    )
)


@given(FORESTS)
def test_a_group_reaches_itself_and_all_below(forest: tuple[list[int], list[int], int]) -> None:
    parents, teams, led = forest
    config = centre(parents, teams)

    def is_in(group: str) -> bool:
        return group == f"g{led}" or (group != "" and is_in(config.groups[group].parent))

    reach = Scopes(lambda: config).reach("group", "", "", f"g{led}")
    wanted = {team.id for team in config.teams.values() if is_in(team.group)}
    assert reach.teams == wanted
    assert reach.groups == {group for group in config.groups if is_in(group)}
    assert {agent for agent in config.agents if reach.has_agent(agent)} == {f"a{team[1:]}" for team in wanted}
    assert reach.queues == {f"q{team[1:]}" for team in wanted}


def test_each_scope_reaches_what_the_one_before_does_and_more() -> None:
    config = centre([-1, 0], [1, 0, -1])
    scopes = Scopes(lambda: config)
    seen = [{one for one in config.agents if scopes.reach(scope, "a0", "t0", "g0").has_agent(one)} for scope in SCOPES]
    assert seen == [{"a0"}, {"a0"}, {"a0", "a1"}, {"a0", "a1", "a2"}]
    assert not scopes.reach(None, "a0", "t0", "g0").has_agent("a0")
    assert not scopes.reach("own", "", "", "").has_agent("")
    assert not scopes.reach("team", "", "", "").has_agent("nobody"), "who has no team reaches none"


def test_before_there_is_a_configuration_a_team_is_a_team() -> None:
    def none() -> CentreConfig:
        raise NoConfiguration("none yet")

    reach = Scopes(none).reach("group", "a0", "t0", "g0")
    assert (reach.teams, reach.has_agent("a0"), reach.has_agent("a1"), reach.queues) == ({"t0"}, True, False, set())


def test_ten_thousand_agents_in_deep_groups_are_looked_up_in_no_time() -> None:
    depth = 2000
    config = centre(list(range(-1, depth - 1)), [n % depth for n in range(10_000)])
    scopes = Scopes(lambda: config)
    scopes.reach("group", "", "", "g0")
    started = time.process_time()
    for _ in range(100):
        assert scopes.reach("group", "", "", "g0").has_agent("a9999")
    assert time.process_time() - started < 1
    assert len(Structure(config).below("g0")[1]) == 10_000


def test_groups_stand_in_no_circle() -> None:
    config = CentreConfig(1, "main", groups={name: GroupConfig(name, "x", up) for name, up in ("ab", "bc", "ca", "da", "e?")})
    found = [text for text in problems_of(config) if text.startswith("groups.")]
    assert found == ["groups.a.parent: a in b in c in a: a group cannot be in itself", "groups.e.parent: no group '?'"]


# ---------------------------------------------------------------- rights


def test_every_right_has_its_words_and_its_place() -> None:
    for one in RIGHTS.values():
        assert one.name.partition(".")[0] in GROUPS
        assert one.words.en, one.name
        assert one.words.zh != one.words.en, one.name
        assert one.scopes == SCOPES[SCOPES.index(one.scopes[0]) :] or one.scopes == ("own", "tenant"), one.name
        assert set(one.to) <= set(SHIPPED), one.name
    assert {f"setup.{name}.{what}" for name in ENTITIES for what in ("see", "change")} < RIGHTS.keys()


GIVEN = st.dictionaries(st.sampled_from(sorted(RIGHTS)), st.sampled_from(SCOPES))


@given(st.sampled_from([*SHIPPED, "own"]), GIVEN)
def test_what_a_role_was_given_is_what_it_has(role: str, given: dict[str, Scope]) -> None:
    rights: Rights = {name: scope for name, scope in given.items() if scope in RIGHTS[name].scopes}
    has = rights_of(role, kept_of(role, rights))
    assert has == (everything() if role == ADMIN else rights)
    assert kept_of(role, shipped(role)) == {}, "as it is shipped: what comes with a new version is there"


@given(GIVEN, GIVEN)
def test_what_two_have_goes_no_further_than_either(one: dict[str, Scope], other: dict[str, Scope]) -> None:
    common = both(one, other)
    assert wider(common, one) == wider(common, other) == []
    assert common.keys() == one.keys() & other.keys()
    assert (wider(one, other) == []) == (both(one, other) == one)
