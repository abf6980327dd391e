"""From the centre's tables and flow files to the one published configuration document.

A document is published only when it is whole and differs from the newest one. A flow file that is bad keeps its previous
good version; tables that are bad keep the previous document; a stored document that no longer fits counts as none, but its
version stays taken. What is wrong is returned, never raised past ``publish``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import load_flows
from cti_server.errors import BadConfig, CtiError
from cti_server.features.centre.document import decode_config, encode_config, refused


class Configurations(Protocol):
    """The port to the tables and the published versions."""

    def read_tables(self, tenant: str) -> CentreConfig:
        """The tables as a document without flows, version 0. Raises BadConfig for an unknown setting."""
        ...

    def newest(self) -> bytes | None:
        """The newest published document, None before the first."""
        ...

    def newest_version(self) -> int:
        """The number of that document, 0 before the first."""
        ...

    def add_version(self, version: int, at_ms: int, author: str, document: bytes) -> None:
        """Raises ConfigRace when the version exists already (another process was faster)."""
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


@dataclass(frozen=True, slots=True)
class Published:
    """``config`` is what is in force afterwards; None: there never was a usable one. ``problems`` say what was refused."""

    config: CentreConfig | None
    changed: bool
    problems: tuple[str, ...] = ()


def publish(store: Configurations, flow_files: Mapping[str, str], tenant: str, now_ms: int, author: str) -> Published:
    """Publish tables and flow files (name -> YAML text) as a new version if they are good and new.

    Raises ConfigRace (try again), and what the store raises when the database is away.
    """
    previous, version, unfit = _previous(store)
    try:
        config, problems = assemble(store.read_tables(tenant), flow_files, previous)
        decode_config(encode_tables(config))  # as every reader of it will: a column may hold any type
    except BadConfig as error:
        return Published(previous, False, (*unfit, *error.details.get("problems", (str(error),))))
    if previous is not None and replace(config, version=version) == previous:
        return Published(previous, False, tuple(problems))
    config = replace(config, version=version + 1)
    store.add_version(config.version, now_ms, author, encode_config(config))
    return Published(config, True, (*unfit, *problems))


def encode_tables(config: CentreConfig) -> bytes:
    """A document before it is checked. Raises BadConfig for what no JSON can hold."""
    try:
        return encode_config(config)
    except (TypeError, ValueError, RecursionError) as error:
        raise refused([f"the tables or a flow hold what no document can: {error}"]) from error


def _previous(store: Configurations) -> tuple[CentreConfig | None, int, tuple[str, ...]]:
    """The newest document (None: there is none that fits), its version, and why it does not fit."""
    raw = store.newest()
    if raw is None:
        return None, 0, ()
    try:
        previous = decode_config(raw)
    except CtiError as error:
        version = store.newest_version()
        return None, version, (f"the published version {version} cannot be used: {error.message}",)
    return previous, previous.version, ()


def assemble(
    tables: CentreConfig, flow_files: Mapping[str, str], previous: CentreConfig | None
) -> tuple[CentreConfig, list[str]]:
    """The tables with their flows, and the flows' problems. A flow that changed gets a version above the previous one's.

    A flow whose file is gone is gone too, unless a service number or survey still names it: then it stays.
    """
    old = dict(previous.flows) if previous else {}
    known = Known(queues=tables.queues.keys(), hours=tables.hours.keys(), flows=old.keys())
    parsed, found = load_flows(flow_files, known)
    flows: dict[str, Mapping[str, Any]] = {
        name: _versioned(dict(flow.document), flow.version, old.get(name)) for name, flow in parsed.items()
    }
    problems = [str(problem) for problem in found]
    for name in sorted(_named_flows(tables, flows) - flows.keys()):
        if name in old:
            flows[name] = old[name]
            problems.append(f"flow {name}: its previous version {old[name].get('version', 1)} stays in force")
    return replace(tables, flows=flows), problems


def _versioned(document: dict[str, Any], version: int, old: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if old is None:
        return {**document, "version": version}
    before = int(old.get("version", 0))
    same = {**document, "version": 0} == {**old, "version": 0}
    return old if same and version <= before else {**document, "version": max(version, before + 1)}


def _named_flows(tables: CentreConfig, flows: Mapping[str, Mapping[str, Any]]) -> set[str]:
    named = {flow for line in tables.service_numbers.values() for flow in (line.flow, line.closed_flow)}
    named |= {flow for service in tables.services.values() for _, flow, _ in service.destinations().values()}
    named |= {flow for queue in tables.queues.values() for flow in (queue.survey_flow, queue.unstaffed_flow)}
    for document in flows.values():
        named |= {
            str(node["flow"]) for node in document.get("nodes", {}).values() if isinstance(node, Mapping) and "flow" in node
        }
    return named - {""}
