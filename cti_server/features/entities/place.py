"""Records as rows of one table, one of whose columns is the key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

import orjson
from sqlalchemy import Select, String, Text, and_, false, func, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from cti_server.adapters.sql.types import Json
from cti_server.errors import BadArguments
from cti_server.features.entities.contract import Held, Wanted

ESCAPE = "\\"


def escaped(text: str) -> str:
    """For LIKE."""
    return "".join(f"{ESCAPE}{one}" if one in ("%", "_", ESCAPE) else one for one in text)


class Rows:
    """``model``: a mapped class with attributes called as the fields of ``record``. ``fixed``: what all rows have, others are not
    the entity's. ``keyed``: mappings in a table of their own: field -> its columns of their keys and of the row's key. ``seen``:
    attributes that are only shown."""

    def __init__(
        self,
        model: Any,
        record: type,
        key: str,
        fixed: Mapping[str, Any] | None = None,
        keyed: Mapping[str, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]] | None = None,
        seen: Collection[str] = (),
    ) -> None:
        self._model, self._key, self._names = model, getattr(model, key), [one.name for one in fields(record)]
        self._key_name, self._fixed, self._keyed, self._seen = key, fixed or {}, keyed or {}, seen
        self._texts = [getattr(model, name) for name in self._names if self.longest(name)]

    def row(self, session: Session, key: str) -> Any | None:
        return session.scalar(self._all().where(self._key == key))

    def rows(self, session: Session, keys: Collection[str]) -> Mapping[str, Any]:
        found = session.scalars(self._all().where(self._key.in_(keys))) if keys else ()
        return {getattr(row, self._key_name): row for row in found}

    def held(self, row: Any) -> Held:
        values = {name: self._plain(name, getattr(row, name)) for name in self._names}
        seen = {name: getattr(row, name) for name in self._seen}
        return Held(getattr(row, self._key_name), row.version, row.changed_ms, row.changed_by, values, seen)

    def search(self, session: Session, wanted: Wanted) -> tuple[int, list[Held]]:
        found = self._all()
        if wanted.search:
            found = found.where(self._matches(wanted.search.lower()))
        for name, value in wanted.filter.items():
            found = found.where(self._is(name, value))
        if wanted.within is not None:
            found = found.where(or_(false(), *(and_(*(self._among(*one) for one in some.items())) for some in wanted.within)))
        name, down = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
        if name in self._keyed:
            raise BadArguments(f"lists are not sorted by {name}", {"sort": name})
        column = getattr(self._model, name) if name else self._key
        order = [column.desc() if down else column, self._key]
        total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        page = found.order_by(*order).limit(wanted.per_page).offset((wanted.page - 1) * wanted.per_page)
        return total, [self.held(row) for row in session.scalars(page)]

    def write(self, session: Session, row: Any, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> Any:
        written = row or self._model(**self._fixed, **{self._key_name: key})
        for name, value in {**values, **stamp}.items():
            setattr(written, name, value)
        session.add(written)
        return written

    def remove(self, session: Session, row: Any) -> None:
        session.delete(row)

    def longest(self, name: str) -> int | None:
        if name in self._keyed:
            return None
        kind = getattr(self._model, name).type
        return kind.length if isinstance(kind, String) else None

    def who_have(self, session: Session, name: str, value: Any) -> list[str]:
        return list(session.scalars(self._all().where(self._is(name, value)).with_only_columns(self._key).order_by(self._key)))

    def owners(self, session: Session, name: str, values: Collection[str]) -> Mapping[str, str]:
        column = getattr(self._model, name)
        asked = self._all().where(column.in_(values)).with_only_columns(column, self._key)
        return {row[0]: row[1] for row in session.execute(asked)} if values else {}

    def unique(self) -> Collection[str]:
        return [name for name in self._names if name not in self._keyed and name != self._key_name and self._column(name).unique]

    def every(
        self, session: Session, secrets: Collection[str] = ()
    ) -> Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Without the cost of objects."""
        names = [name for name in self._names if name not in self._keyed]
        asked = select(*(getattr(self._model, name) for name in (*names, *secrets))).order_by(self._key)
        for name, value in self._fixed.items():
            asked = asked.where(getattr(self._model, name) == value)
        keyed: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in self._keyed}
        for name, (theirs, owner) in self._keyed.items():
            value = getattr(theirs.class_, getattr(self._model, name).value_attr)
            for whose, key, one in session.execute(select(owner, theirs, value).order_by(theirs)):
                keyed[name].setdefault(whose, {})[key] = one
        found = {}
        for row in session.execute(asked):
            plain = dict(zip(names, row, strict=False))
            key = plain[self._key_name]
            values = {name: keyed[name].get(key, {}) if name in keyed else plain[name] for name in self._names}
            found[key] = values, dict(zip(secrets, row[len(names) :], strict=True))
        return found

    def _all(self) -> Select[Any]:
        found = select(self._model)
        for name, value in self._fixed.items():
            found = found.where(getattr(self._model, name) == value)
        return found

    def _matches(self, said: str) -> Any:
        """What a search for ``said``, in small letters, finds."""
        return or_(*(func.lower(column).like(f"%{escaped(said)}%", escape=ESCAPE) for column in self._texts))

    def _among(self, name: str, values: Collection[str]) -> Any:
        return getattr(self._model, name).in_(values)

    def _column(self, name: str) -> Any:
        (column,) = getattr(self._model, name).property.columns
        return column

    def _is(self, name: str, value: Any) -> Any:
        if name in self._keyed:
            theirs, owner = self._keyed[name]
            return self._key.in_(select(owner).where(theirs == value))
        column = getattr(self._model, name)
        if isinstance(value, str) and isinstance(column.type, Json):  # a list that has it, a mapping that has this key
            return type_coerce(column, Text).like(f"%{escaped(orjson.dumps(value).decode())}%", escape=ESCAPE)
        return column == value

    def _plain(self, name: str, value: Any) -> Any:
        return dict(sorted(value.items())) if name in self._keyed else value
