"""The real ports while SQL is away: what the process knows stands."""

from __future__ import annotations

import pytest

from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.centre.service import Phone, Phones
from webapp.wiring import RememberedPhones


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
