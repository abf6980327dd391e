"""Pages counted over processes that come, go and are killed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from cti_server.adapters.keys import Keys
from cti_server.events.commands import AgentPageBack, AgentPageGone
from cti_server.events.errors import EngineAway
from webapp.realtime.pages import LEASE_MS, Pages

KEYS = Keys("main")


class Office:
    """Web processes that share a Redis; ``said`` is what the engine heard, ``meanwhile`` happens just before it hears that."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.redis = redis.Redis.from_url(url)
        self.said: list[tuple[str, str]] = []
        self.deaf = False
        self.meanwhile: dict[type, Callable[[], None]] = {}

    def process(self, name: str) -> Pages:
        return Pages(redis.Redis.from_url(self.url), KEYS, name, self.post)

    def pass_ms(self, ms: int) -> None:
        """Redis's clock goes on: every lease ends so much sooner."""
        for member in self.redis.zrange(KEYS.pages, 0, -1):
            self.redis.zincrby(KEYS.pages, -ms, member)

    def post(self, wish: AgentPageGone | AgentPageBack, issuer: str) -> None:
        if self.deaf:
            raise EngineAway("nobody hears")
        self.meanwhile.pop(type(wish), lambda: None)()
        self.said.append((wish.why if isinstance(wish, AgentPageGone) else "back", wish.agent_id))


@pytest.fixture
def office(redis_url: str) -> Office:
    return Office(redis_url)


BACK, GONE, LOST = ("back", "1001"), ("closed", "1001"), ("lost", "1001")


def test_only_the_first_and_the_last_page_count(office: Office) -> None:
    one, two = office.process("one"), office.process("two")
    for pages in (one, one, two):
        pages.opened("1001")
    assert office.said == [BACK]
    for pages in (one, two):
        pages.closed("1001")
    assert office.said == [BACK]
    one.closed("1001")
    assert office.said == [BACK, GONE]


def test_the_pages_of_a_killed_process_run_out(office: Office) -> None:
    killed, other = office.process("killed"), office.process("other")
    killed.opened("1001")
    other.opened("1002")
    office.pass_ms(LEASE_MS - 2000)
    other.renew()
    assert LOST not in office.said
    office.pass_ms(2001)
    other.renew()
    other.renew()
    assert office.said == [BACK, ("back", "1002"), LOST]


def test_a_lease_from_before_a_clock_was_set_back_lasts_no_longer_than_others(office: Office) -> None:
    killed, other = office.process("killed"), office.process("other")
    killed.opened("1001")
    office.pass_ms(-3_600_000)
    other.renew()
    office.pass_ms(LEASE_MS + 1)
    other.renew()
    other.renew()
    assert office.said == [BACK, LOST]


def test_a_reload_after_a_kill_is_not_gone(office: Office) -> None:
    killed, successor = office.process("killed"), office.process("successor")
    killed.opened("1001")
    successor.opened("1001")
    office.pass_ms(LEASE_MS // 2)
    successor.renew()
    office.pass_ms(LEASE_MS // 2 + 1)
    successor.renew()
    assert office.said == [BACK]


def test_a_process_that_missed_its_lease_says_that_its_pages_are_there(office: Office) -> None:
    late, other = office.process("late"), office.process("other")
    late.opened("1001")
    office.pass_ms(LEASE_MS + 1)
    other.renew()
    assert office.said == [BACK, LOST]
    late.renew()
    late.renew()
    assert office.said == [BACK, LOST, BACK]


def test_a_page_that_moves_to_another_process_is_there_whoever_is_heard_last(office: Office) -> None:
    one, two = office.process("one"), office.process("two")
    one.opened("1001")
    office.meanwhile[AgentPageGone] = lambda: two.opened("1001")
    one.closed("1001")
    assert office.said == [BACK, BACK, GONE, BACK]


def test_what_could_not_be_said_is_said_later(office: Office) -> None:
    pages = office.process("one")
    pages.opened("1001")
    office.deaf = True
    pages.closed("1001")
    office.deaf = False
    pages.renew()
    pages.renew()
    assert office.said == [BACK, GONE]


def test_a_page_that_came_back_meanwhile_is_not_gone(office: Office) -> None:
    pages = office.process("one")
    pages.opened("1001")
    office.deaf = True
    pages.closed("1001")
    pages.opened("1001")
    office.deaf = False
    pages.renew()
    assert office.said[-1] == BACK
    assert GONE not in office.said


def test_a_process_that_ends_has_not_seen_anybody_leave(office: Office) -> None:
    """It closes the sockets itself; who does not come back is lost when it, or another one, is there again."""
    pages, successor = office.process("one"), office.process("successor")
    for agent in ("1001", "1002"):
        pages.opened(agent)
    pages.end()
    for agent in ("1001", "1002"):
        pages.closed(agent)
    successor.opened("1002")
    office.pass_ms(10 * LEASE_MS)
    successor.renew()
    assert office.said == [BACK, ("back", "1002"), LOST]
