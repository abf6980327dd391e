"""Contacts are found by name, number, company and position: everybody's, and those of the own team."""

from __future__ import annotations

import pytest

from cti_server.features.books.sql import MOST_FOUND, SqlBooks
from cti_server.features.entities.contract import BadEntry, EntryInUse
from tests.features.entities.conftest import Kit


def names(kit: Kit, said: str, team: str | None = "day") -> list[str]:
    return [one["id"] for one in SqlBooks(kit.engine).find(said, team)]


def test_contacts_are_found(both: Kit) -> None:
    both.add("address_book", "water", name="自来水公司", number="0755-8765 4321", kind="authority", company="Water Works")
    both.add("address_book", "crew", name="Crew 3", number="13900000003", kind="emergency", position="抢修班长")
    both.add("teams", "night", name="Night")
    both.add("address_book", "own", name="Night guard", number="8001", kind="colleague", team="night")
    assert names(both, "") == names(both, " ") == ["crew", "water"]
    assert names(both, "自来") == names(both, "WORKS") == names(both, "8765-43") == ["water"]
    assert names(both, "班长") == names(both, "00003") == ["crew"]
    assert names(both, "guard") == names(both, "%") == names(both, "_") == []
    assert names(both, "guard", "night") == names(both, "guard", None) == ["own"]
    with pytest.raises(EntryInUse):
        both.remove("teams", "night")
    with pytest.raises(BadEntry, match="no telephone number"):
        both.add("address_book", "x", name="x", number="abc")


def test_a_desk_gets_few_of_many(kit: Kit) -> None:
    for n in range(MOST_FOUND + 1):
        kit.add("address_book", f"n{n}", name=f"n{n:03}", number="110")
    assert len(names(kit, "")) == MOST_FOUND
