"""From the centre's tables to the one document that is published, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import flows_of
from cti_server.features.centre.document import encode_config, refused


class Configurations(Protocol):
    """The port to the published versions."""

    def newest(self) -> bytes | None:
        """The newest published document, None before the first."""
        ...


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone account for the switch's directory and the web phone; a free seat belongs to no agent."""

    extension: str
    password: str = field(repr=False)
    agent_id: str
    name: str


class Phones(Protocol):
    def phone(self, extension: str) -> Phone | None:
        """Raises DatabaseAway."""
        ...


def encode_tables(config: CentreConfig) -> bytes:
    """A document before it is checked. Raises BadConfig for what no JSON can hold."""
    try:
        return encode_config(config)
    except (TypeError, ValueError, RecursionError) as error:
        raise refused([f"the tables or a flow hold what no document can: {error}"]) from error


def problems_of_flows(config: CentreConfig) -> list[str]:
    """What refuses a flow, as texts that begin with its place; [] when all can run."""
    known = Known.of(config)
    _, problems = flows_of({f"flows.{name}.document": flow for name, flow in config.flows.items()}, known)
    return [str(problem) for problem in problems if not problem.warning]


def as_version(tables: CentreConfig, version: int, flows: Mapping[str, Mapping[str, Any]]) -> CentreConfig:
    """The tables as this version. ``flows``: of the version before; one that is another now has a higher version than there."""
    changed = {name: _versioned(flow, flows.get(name)) for name, flow in tables.flows.items()}
    return replace(tables, version=version, flows=changed)


def _versioned(document: Mapping[str, Any], old: Mapping[str, Any] | None) -> Mapping[str, Any]:
    version = int(document.get("version", 1))
    if old is None:
        return {**document, "version": version}
    before = int(old.get("version", 0))
    same = {**document, "version": 0} == {**old, "version": 0}
    return old if same and version <= before else {**document, "version": max(version, before + 1)}
