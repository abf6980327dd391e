"""Where service numbers lead: to a flow or queue of their own, or to the destination that is switched on in their service.

Who is in a flow or a line already stays there when it is switched.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.domain.config import ServiceNumberConfig
from cti_server.domain.ivr_hours import serves
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import ServiceId
from cti_server.events.errors import NoSuchDestination, NoSuchService
from cti_server.events.views import SERVICE, SERVICE_CHANGED, ServiceView

FIRST = 1


@dataclass(slots=True)
class Service:
    """``active``: the destination that is switched on. ``person``: who switched, as issuer; '' it is as it began."""

    id: ServiceId
    active: int = FIRST
    since_ms: int = 0
    person: str = ""


@shows(SERVICE, Service)
def view(core: Core, service: Service) -> ServiceView:
    config = core.config.services[service.id]
    return {
        "id": service.id,
        "name": config.name,
        "team": config.team,
        "active": service.active,
        "destinations": [
            {"no": no, "name": name, "flow": flow, "queue": queue} for no, (name, flow, queue) in config.destinations().items()
        ],
        "numbers": sorted(number for number, line in core.config.service_numbers.items() if line.service == service.id),
        "since_ms": service.since_ms,
        "person": service.person,
    }


def leads(core: Core, line: ServiceNumberConfig) -> tuple[str, str]:
    """Flow ('' none) and queue."""
    config, service = core.config.services.get(line.service), core.services.get(line.service)
    if config is None or service is None:
        return line.flow, line.queue
    _, flow, queue = config.destinations().get(service.active, ("", "", ""))
    return flow, queue


def is_open(core: Core, line: ServiceNumberConfig) -> bool:
    return not line.hours or serves(core.config.hours, core.config.calendars, line.hours, core.now)


def switch(core: Core, service_id: str, active: int, person: str) -> None:
    """From now on callers go there. Raises NoSuchService, NoSuchDestination."""
    service = core.services.get(service_id)
    if service is None:
        raise NoSuchService(f"there is no service {service_id!r}")
    known = core.config.services[service_id].destinations()
    if active not in known:
        raise NoSuchDestination(f"service {service_id} has the destinations {', '.join(map(str, known))}, not {active}")
    if active != service.active:
        service.active, service.since_ms, service.person = active, core.now, person
        core.changed(SERVICE_CHANGED, service.id)


def configured(core: Core) -> None:
    """The configuration is another one: services come and go; one whose destination is gone leads to its first."""
    for service_id, config in core.config.services.items():
        service = core.services.setdefault(service_id, Service(ServiceId(service_id)))
        if service.active not in config.destinations():
            service.active, service.since_ms, service.person = FIRST, core.now, ""
        core.changed(SERVICE_CHANGED, service.id)
    for service_id in [one for one in core.services if one not in core.config.services]:
        del core.services[service_id]
        core.removed(SERVICE, service_id)
