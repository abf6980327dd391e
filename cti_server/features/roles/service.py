"""Who belongs where, and so how far a scope reaches: computed once for a configuration, so that each question is a look-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from cti_server.domain.config import CentreConfig
from cti_server.errors import NoConfiguration
from cti_server.rights import NOTHING, WHOLE, Reach, Scope


class Structure:
    """Of one configuration: 10,000 agents and groups however deep take some milliseconds, once."""

    def __init__(self, config: CentreConfig) -> None:
        self.config = config
        self._teams: defaultdict[str, list[str]] = defaultdict(list)
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        self._serves: defaultdict[str, set[str]] = defaultdict(set)
        for team in config.teams.values():
            self._teams[team.group].append(team.id)
        for group in config.groups.values():
            self._groups[group.parent].append(group.id)
        for agent in config.agents.values():
            self._serves[agent.team].update(agent.queues)
        self._below: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def team_of(self, agent: str) -> str:
        found = self.config.agents.get(agent)
        return found.team if found else ""

    def below(self, group: str) -> tuple[frozenset[str], frozenset[str]]:
        """The group with all groups in it, and their teams."""
        if group not in self._below:
            groups, left = set(), [group]
            while left:
                at = left.pop()
                if at not in groups:
                    groups.add(at)
                    left += self._groups.get(at, ())
            teams = frozenset(team for at in groups for team in self._teams.get(at, ()))
            self._below[group] = frozenset(groups), teams
        return self._below[group]

    def queues(self, teams: frozenset[str], agent: str) -> frozenset[str]:
        found = {queue for team in teams for queue in self._serves.get(team, ())}
        own = self.config.agents.get(agent)
        return frozenset(found | set(own.queues if own else ()))


class Scopes:
    """By the configuration in force. ``config`` raises NoConfiguration before there is one: then groups are empty."""

    def __init__(self, config: Callable[[], CentreConfig]) -> None:
        self._config = config
        self._now = Structure(CentreConfig(0, ""))

    def structure(self) -> Structure:
        try:
            config = self._config()
        except NoConfiguration:
            return self._now
        if config is not self._now.config:
            self._now = Structure(config)
        return self._now

    def reach(self, scope: Scope | None, agent: str, team: str, group: str) -> Reach:
        """Of somebody who is this agent, of this team, and leads this group ('' none)."""
        if scope is None:
            return NOTHING
        if scope == "tenant":
            return WHOLE
        now = self.structure()
        teams, groups = frozenset({team} - {""} if scope != "own" else ()), frozenset[str]()
        if scope == "group" and group:
            groups, below = now.below(group)
            teams |= below
        own = {"agent": agent, **({"team": team} if scope != "own" else {}), **({"group": group} if scope == "group" else {})}
        return Reach(False, own, teams, groups, lambda: now.queues(teams, agent), now.team_of)  # type: ignore[arg-type]
