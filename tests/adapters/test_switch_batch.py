"""Variables of one leg that are set in one go travel as one message, in order with everything else."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest

from cti_server.adapters.switch_batch import MOST, Batch
from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.switch import CommandOutcome, KillLeg, SetVariable
from cti_server.settings import SwitchAddress
from tests.esl.server import PASSWORD, Switch
from tests.until import until


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch()
    yield server
    server.stop()


@pytest.fixture
def link(switch: Switch) -> Iterator[SwitchLink]:
    made = SwitchLink(SwitchAddress("main", switch.host, switch.port, PASSWORD), lambda _event: None)
    made.start()
    until(lambda: made.linked)
    yield made
    made.stop()


def _sent(switch: Switch) -> list[str]:
    return [command for command in switch.commands if "leg-" in command]


def test_neighbours_of_one_leg_are_one_message_and_each_has_its_outcome(switch: Switch, link: SwitchLink) -> None:
    outcomes: list[tuple[str, CommandOutcome]] = []
    for name, value in (("a", "1"), ("b", "x/y.wav"), ("c", "2")):
        link.send(SetVariable("leg-1", name, value), lambda outcome, name=name: outcomes.append((name, outcome)))
    link.send(KillLeg("leg-1"), lambda outcome: outcomes.append(("kill", outcome)))
    until(lambda: len(outcomes) == 4)
    assert _sent(switch) == ["api uuid_setvar_multi leg-1 a=1;b=x/y.wav;c=2", "api uuid_kill leg-1 NORMAL_CLEARING"]
    assert [name for name, _ in outcomes] == ["a", "b", "c", "kill"]
    assert all(outcome.ok for _, outcome in outcomes)


def test_another_leg_and_values_that_cannot_be_joined_travel_alone_in_their_place(switch: Switch, link: SwitchLink) -> None:
    done: list[CommandOutcome] = []
    given = (("leg-1", "a", "1"), ("leg-2", "a", "1"), ("leg-2", "b", ""), ("leg-2", "c", "1;d=2"), ("leg-2", "e", "3"))
    for leg, name, value in given:
        link.send(SetVariable(leg, name, value), done.append)
    until(lambda: len(done) == 5)
    assert _sent(switch) == [
        "api uuid_setvar leg-1 a 1",
        "api uuid_setvar leg-2 a 1",
        "api uuid_setvar leg-2 b",
        "api uuid_setvar leg-2 c 1;d=2",
        "api uuid_setvar leg-2 e 3",
    ]


def test_a_dead_leg_fails_every_one_of_them(switch: Switch, link: SwitchLink) -> None:
    switch.answers["api uuid_setvar_multi leg-1 a=1;b=2"] = "-ERR No such channel!\n"
    done: list[CommandOutcome] = []
    for name, value in (("a", "1"), ("b", "2")):
        link.send(SetVariable("leg-1", name, value), done.append)
    until(lambda: len(done) == 2)
    assert [outcome.ok for outcome in done] == [False, False]


def test_a_batch_ends_with_the_turn_and_never_grows_without_end() -> None:
    given: list[list[int]] = []
    batch: Batch[int] = Batch(given.append)
    for number in range(MOST + 1):
        batch.add("leg", number)
    gevent.sleep(0)
    batch.add("leg", 99)
    gevent.sleep(0)
    assert given == [list(range(MOST)), [MOST], [99]]
