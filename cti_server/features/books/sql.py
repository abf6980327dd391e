"""The address books, looked at by desks."""

from __future__ import annotations

from sqlalchemy import Engine, func, or_, select

from cti_server.adapters.sql.database import transaction
from cti_server.domain.numbers import bare
from cti_server.features.books import model
from cti_server.features.books.contract import Contact
from cti_server.features.entities.place import ESCAPE, escaped

MOST_FOUND = 50


class SqlBooks:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, said: str, team: str | None) -> list[Contact]:
        """By name, number, company or position, at most MOST_FOUND; ``team``: its contacts and everybody's, None: all. Raises
        DatabaseAway."""
        table = model.Contact
        found = select(table).order_by(table.name, table.id).limit(MOST_FOUND)
        if team is not None:
            found = found.where(table.team.in_(("", team)))
        if said.strip():
            text = f"%{escaped(said.strip().lower())}%"
            number = escaped(bare(said))
            names = (func.lower(column).like(text, escape=ESCAPE) for column in (table.name, table.company, table.position))
            found = found.where(or_(*names, *([table.number.like(f"%{number}%", escape=ESCAPE)] if number else [])))
        with transaction(self._engine) as session:
            return [
                Contact(id=row.id, name=row.name, number=row.number, kind=row.kind, company=row.company, position=row.position)
                for row in session.scalars(found)
            ]
