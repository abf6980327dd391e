"""A whole simulated switch out of its parts: who else acts when a leg ends, which applications there are, who is there."""

from __future__ import annotations

from cti_server.simulator import applications, bridge, listening, rooms, scripts, sounds
from cti_server.simulator.core import Switch
from cti_server.simulator.people import People
from cti_server.simulator.scenario import Scenario

for _module in (sounds, rooms, listening, scripts):
    applications.APPLICATIONS.update(_module.APPLICATIONS)


def simulated_switch(scenario: Scenario, now_us: int) -> Switch:
    """``now_us``: microseconds UTC."""
    switch = Switch(scenario, now_us)
    switch.when_ended.append(bridge.part)
    if scenario.watchdog.scheduled:
        switch.plan(True, 1, "cti", "sched_api_function", lambda: scripts.watchdog(switch))
    People(switch)
    return switch
