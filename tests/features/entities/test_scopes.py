"""Nobody sees or changes what their scope excludes, whatever they ask; and nobody gives more than they have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.errors import CtiError
from cti_server.features.centre.sql import tables_of
from cti_server.features.entities.contract import BadEntry, By, EntryInUse, NoSuchEntry, Wanted, Wish
from cti_server.features.roles.contract import shipped
from cti_server.features.roles.service import Scopes
from cti_server.rights import SCOPES, WHOLE, Reach, Rights, Scope, everything
from tests.features.entities.conftest import Kit

GROUPS = {"all": "", "north": "all", "south": "all", "deep": "north"}
TEAMS = {"t-north": "north", "t-deep": "deep", "t-south": "south", "t-free": ""}


@pytest.fixture(scope="module")
def centre(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """Groups, their teams, two agents with a user in each."""
    file = tmp_path_factory.mktemp("scopes") / "cti.db"
    shutil.copy(template, file)
    kit = Kit(make_engine(f"sqlite:///{file}"))
    for key, parent in GROUPS.items():
        kit.add("groups", key, name=key, parent=parent)
    for at, (key, group) in enumerate(TEAMS.items()):
        kit.add("teams", key, name=key, group=group)
        for n in range(2):
            agent = f"3{at}0{n}"
            kit.add("agents", agent, name=agent, extension=agent, team=key, queues={"repair": 1})
            kit.add("users", f"u{agent}", name=agent, role="agent", agent_id=agent, team_id=key)
    yield kit
    kit.engine.dispose()


def config_of(kit: Kit) -> Any:
    with transaction(kit.engine) as session:
        return tables_of(session, "main")


def who(kit: Kit, rights: Rights, agent: str = "", team: str = "", group: str = "") -> By:
    config = config_of(kit)
    scopes = Scopes(lambda: config)
    return By("user:9", "mallory", {}, rights, lambda right: scopes.reach(rights.get(right), agent, team, group))


def teams_of(scope: Scope, team: str, group: str) -> set[str]:
    """By hand: which teams somebody reaches."""
    if scope == "tenant":
        return {*TEAMS, "day", "care"}
    below = {"": set(), "all": {"t-north", "t-deep", "t-south"}, "north": {"t-north", "t-deep"}, "south": {"t-south"},
             "deep": {"t-deep"}}[group]  # fmt: skip
    return {"own": set(), "team": {team} - {""}, "group": {team, *below} - {""}}[scope]


ACTORS = st.tuples(st.sampled_from(SCOPES), st.sampled_from(["", *TEAMS]), st.sampled_from(["", *GROUPS]),
                   st.sampled_from(["", "3000", "3100"]))  # fmt: skip
AGENTS = [f"3{at}0{n}" for at in range(len(TEAMS)) for n in range(2)]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(ACTORS, st.sampled_from(AGENTS), st.sampled_from(["", *TEAMS, "day"]), st.sampled_from(["name", "team", "gone", "user"]))
def test_nobody_sees_or_changes_what_the_scope_excludes(
    centre: Kit, actor: tuple[Scope, str, str, str], victim: str, team: str, what: str
) -> None:
    scope, mine, group, own = actor
    rights: Rights = {f"setup.{name}.{do}": scope for name in ("agents", "users", "teams", "queues") for do in ("see", "change")}
    rights = {**rights, **shipped("agent"), "setup.roles.see": "tenant"}
    by = who(centre, rights, own, mine, group)
    may = teams_of(scope, mine, group)
    team_of = {agent: row.team for agent, row in config_of(centre).agents.items()}
    inside = {agent for agent, of in team_of.items() if of in may or agent == own}
    total, listed = centre.entities.search("agents", Wanted(per_page=500), by.reach("setup.agents.see"))
    assert ({one.key for one in listed}, total) == (inside, len(inside))
    found = centre.entities.search("agents", Wanted(search=victim), by.reach("setup.agents.see"))[1]
    assert {one.key for one in found} == inside & {victim}
    for look in (centre.entities.get, centre.entities.history):
        if victim in inside:
            assert look("agents", victim, by.reach("setup.agents.see"))
        else:
            with pytest.raises(NoSuchEntry):
                look("agents", victim, by.reach("setup.agents.see"))
    entity, key, values = {
        "name": ("agents", victim, {"name": "Mallory's"}),
        "team": ("agents", victim, {"team": team}),
        "gone": ("agents", victim, None),
        "user": ("users", f"u{victim}", {"name": "Mallory's", "team_id": team}),
    }[what]
    users_inside = team_of[victim] in may or victim == own
    in_use: list[str] = []
    try:
        outcome = centre.entities.change(entity, Wish(key, values), by, dry=True)
    except NoSuchEntry:
        assert victim not in inside if entity == "agents" else not users_inside
    except EntryInUse as error:
        in_use = [one["key"] for one in error.details["used_by"]]
        assert victim in inside
    except BadEntry:
        assert what in ("team", "user")
        assert team not in may
    else:
        assert victim in inside
        assert outcome.fate == "same" or what in ("name", "gone") or team in may or scope == "tenant" or team == team_of[victim]
    assert set(in_use) <= {f"u{agent}" for agent in inside}, "no other one is named"


def test_what_is_out_of_reach_is_neither_made_nor_had_again(centre: Kit) -> None:
    by = who(centre, {"setup.agents.change": "team", "setup.agents.see": "team", "setup.teams.see": "team"}, team="t-south")
    values = {"name": "x", "extension": "3999"}
    made = centre.entities.change("agents", Wish("3999", {**values, "team": "t-south"}, create=True), by, dry=True)
    assert made.fate == "created"
    with pytest.raises(BadEntry) as refused:
        centre.entities.change("agents", Wish("3999", {**values, "team": "t-north"}, create=True), by, dry=True)
    assert [(one["field"], one["problem"]) for one in refused.value.details["problems"]] == [("team", "no-such")]
    centre.add("agents", "3998", name="x", extension="3998", team="t-north")
    centre.set("agents", "3998", team="t-south")
    (row,) = centre.entities.history("agents", "3998", by.reach("setup.agents.see"))
    assert (row["before"], row["after"]["team"]) == (None, "t-south"), "of the other team's time there is nothing"
    with pytest.raises(NoSuchEntry):
        centre.entities.undo("agents", "3998", 2, 1, by)
    centre.remove("agents", "3998")


def test_a_queue_that_one_does_not_see_is_given_to_nobody(centre: Kit) -> None:
    by = who(centre, {"setup.agents.change": "team", "setup.queues.see": "team"}, team="t-south")
    with pytest.raises(BadEntry, match="queues has no billing"):
        centre.entities.change("agents", Wish("3200", {"queues": {"repair": 1, "billing": 1}}), by, dry=True)
    assert centre.entities.change("agents", Wish("3200", {"queues": {"repair": 2}}), by, dry=True).fate == "changed"


def test_a_phone_that_one_does_not_see_is_given_to_nobody(centre: Kit) -> None:
    rights: Rights = {"setup.agents.change": "team", "setup.agents.see": "team"}
    by = who(centre, rights, team="t-south")
    mine, other, anothers = "3200", "3201", "3000"
    for phones, hidden in (([mine, other], ""), ([other, anothers], anothers), (["1101"], "1101")):
        wrong = [("phones", "rights")] if hidden else []
        assert refused(centre, "agents", Wish(mine, {"phones": phones}), by) == wrong
    assert (
        refused(
            centre,
            "agents",
            Wish(mine, {"phones": ["1101"]}),
            who(centre, {**rights, "setup.free_seats.see": "tenant"}, team="t-south"),
        )
        == []
    )
    centre.set("agents", mine, phones=[anothers])
    assert refused(centre, "agents", Wish(mine, {"phones": [anothers, other]}), by) == [], "what it had it keeps"
    centre.set("agents", mine, phones=[])


# ---------------------------------------------------------------- nobody gives more than they have

NAMES = {"en": "x", "zh-CN": "某"}
LEADERS: Rights = {**shipped("leader"), "setup.users.change": "tenant", "setup.users.see": "tenant", "setup.roles.see": "tenant",
                   "setup.roles.change": "tenant", "setup.agents.see": "tenant", "setup.teams.see": "tenant"}  # fmt: skip


def refused(kit: Kit, entity: str, wish: Wish, by: By) -> list[tuple[str, str]]:
    try:
        kit.entities.change(entity, wish, by, dry=True)
    except BadEntry as error:
        return [(one["field"], one["problem"]) for one in error.details["problems"]]
    return []


@pytest.mark.parametrize(
    ("entity", "wish", "wrong"),
    [
        ("users", Wish("u3000", {"role": "leader", "team_id": "t-north"}), []),
        ("users", Wish("u3000", {"role": "quality"}), [("role", "rights")]),
        ("users", Wish("u3000", {"role": "admin"}), [("role", "rights")]),
        ("users", Wish("admin", {"name": "x"}), [("role", "rights")]),
        ("users", Wish("admin", {"password": "violet anchor 7 teapots"}), [("role", "rights")]),
        ("users", Wish("admin", None), [("role", "rights")]),
        ("users", Wish("new", {"name": "x", "role": "admin"}, create=True), [("role", "rights")]),
        ("roles", Wish("agent", {"rights": {"calls.see": "team"}}), []),
        ("roles", Wish("agent", {"rights": {"calls.see": "tenant", "recordings.listen": "tenant"}}), [("rights", "rights")]),
        ("roles", Wish("quality", {"rights": {}}), [("rights", "rights")]),
        ("roles", Wish("mine", {"texts": NAMES, "rights": {"panel.see": "tenant"}}, create=True), []),
        ("roles", Wish("mine", {"texts": NAMES, "rights": everything()}, create=True), [("rights", "rights")]),
        ("roles", Wish("auditor", None), [("rights", "rights")]),
    ],
)
def test_nobody_gives_more_than_they_have_or_touches_who_has(
    centre: Kit, entity: str, wish: Wish, wrong: list[tuple[str, str]]
) -> None:
    assert refused(centre, entity, wish, who(centre, LEADERS)) == wrong
    root = By("user:1", "root", {}, everything(), lambda right: WHOLE)
    assert (entity, wish.key) == ("users", "admin") or refused(centre, entity, wish, root) == []


def test_the_administrator_keeps_everything(centre: Kit) -> None:
    for wish in (Wish("admin", {"rights": {"calls.see": "own"}}), Wish("admin", {"rights": {}})):
        with pytest.raises(BadEntry, match="always has all rights"):
            centre.entities.change("roles", wish, By("x", "x"))
    with pytest.raises(CtiError, match="admin"):
        centre.entities.change("roles", Wish("admin", None), By("x", "x"))
    assert centre.values("roles", "admin")["rights"] == everything()


def test_a_right_that_there_is_not_is_refused_and_so_is_a_scope(centre: Kit) -> None:
    for rights, text in (({"calls.fly": "own"}, "no such right"), ({"audit.see": "own"}, "own is none of tenant")):
        with pytest.raises(BadEntry, match=text):
            centre.entities.change("roles", Wish("leader", {"rights": rights}), By("x", "x"), dry=True)


def test_without_a_right_nothing_is_reached(centre: Kit) -> None:
    assert centre.entities.search("teams", Wanted(), Reach())[0] == 0
    assert centre.entities.search("trunks", Wanted(), who(centre, {}).reach("setup.trunks.see"))[0] == 0
