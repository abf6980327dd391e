"""The real ports while SQL is away: what the process knows stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import gevent
import pytest
from gevent.event import Event

from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.centre.service import Phone, Phones
from cti_server.features.centre.sql import SqlConfigurations
from cti_server.features.publication.delivery import put_config
from tests.engine.world import centre
from webapp import wiring
from webapp.wiring import ConfigInForce, RememberedPhones


class Book(Phones):
    def __init__(self, *phones: Phone) -> None:
        self.rows = {phone.extension: phone for phone in phones}
        self.away = False

    def phone(self, extension: str) -> Phone | None:
        if self.away:
            raise DatabaseAway("the database does not answer")
        return self.rows.get(extension)


def test_the_last_phones_are_remembered_while_the_database_is_away() -> None:
    old, new, gone = Phone("1001", "old", "1001", "A"), Phone("1001", "new", "1001", "A"), Phone("1002", "x", "1002", "B")
    book = Book(old, gone)
    phones = RememberedPhones(book)
    assert [phones.phone(extension) for extension in ("1001", "1002", "9999")] == [old, gone, None]
    book.rows = {"1001": new, "1003": gone}
    assert [phones.phone(extension) for extension in ("1001", "1002")] == [new, None]
    book.away = True
    assert phones.phone("1001") == new
    for extension in ("1002", "1003", "9999"):
        with pytest.raises(CtiError, match="database-away"):
            phones.phone(extension)


class Now:
    ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms


def test_while_a_large_configuration_is_read_the_others_go_on_with_the_last(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, keys, clock, nothing = connect(redis_url), Keys("main"), Now(), cast(SqlConfigurations, None)
    put_config(client, keys, replace(centre(), version=1))
    force = ConfigInForce(client, keys, nothing, clock)
    assert force.read().version == 1
    begun, may_go_on = Event(), Event()

    def slowly(pool: Any, function: Callable[..., Any], *given: Any) -> Any:
        begun.set()
        may_go_on.wait()
        return function(*given)

    monkeypatch.setattr(wiring, "apart", slowly)
    clock.ms += wiring.CONFIG_FOR_MS
    assert force.read().version == 1
    assert not begun.is_set(), "the same document is not read again"
    put_config(client, keys, replace(centre(), version=2))
    clock.ms += wiring.CONFIG_FOR_MS
    first = gevent.spawn(force.read)
    assert begun.wait(5)
    with gevent.Timeout(5):
        assert force.read().version == 1
    may_go_on.set()
    assert first.get(timeout=5).version == 2
    assert force.read().version == 2
