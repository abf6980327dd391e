"""What an engine of a tenant reads and changes is that tenant's: written into each statement as it is compiled, once for all its
executions, in subqueries, joins and CTEs too. So no query names its tenant. A statement whose tables cannot be told is refused.

Rows that are added get the tenant from the column's default (``base.py``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, TableClause, TextClause, and_, literal_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromGrouping, Join

from cti_server.adapters.sql.base import TENANT, Base


class Unconfined(Exception):
    """A statement that would read or change rows of all tenants."""


def confine(dialect: Dialect, tenant: str) -> None:
    """``tenant``: letters, digits, '_', '.' and '-'."""
    compiler: Any = dialect.statement_compiler
    dialect.statement_compiler = type("Confined", (_Confined, compiler), {TENANT: tenant})


class _Confined(SQLCompiler):
    tenant: str

    def _compose_select_body(self, text: str, select: Any, state: Any, columns: Any, froms: Any, *more: Any) -> Any:
        own = [said for source in froms for said in self._own(source)]
        return super()._compose_select_body(text, select.where(*own) if own else select, state, columns, froms, *more)  # type: ignore[no-untyped-call]

    def visit_join(self, join: Any, *args: Any, **options: Any) -> Any:
        if join.full:
            raise Unconfined("a full outer join shows rows of all tenants")
        own = self._own(join.right)
        confined = Join(join.left, join.right, and_(join.onclause, *own), isouter=join.isouter) if own else join
        return super().visit_join(confined, *args, **options)  # type: ignore[no-untyped-call]

    def visit_update(self, update_stmt: Any, *args: Any, **options: Any) -> Any:
        return super().visit_update(update_stmt.where(*self._own(update_stmt.table)), *args, **options)

    def visit_delete(self, delete_stmt: Any, *args: Any, **options: Any) -> Any:
        return super().visit_delete(delete_stmt.where(*self._own(delete_stmt.table)), *args, **options)  # type: ignore[no-untyped-call]

    def update_tables_clause(self, update_stmt: Any, from_table: Any, extra_froms: Any, **options: Any) -> Any:
        self._one_table(extra_froms)
        return super().update_tables_clause(update_stmt, from_table, extra_froms, **options)  # type: ignore[no-untyped-call]

    def delete_table_clause(self, delete_stmt: Any, from_table: Any, extra_froms: Any, **options: Any) -> Any:
        self._one_table(extra_froms)
        return super().delete_table_clause(delete_stmt, from_table, extra_froms, **options)  # type: ignore[no-untyped-call]

    def visit_textclause(self, textclause: TextClause, *args: Any, **options: Any) -> Any:
        if found := _names().search(textclause.text):
            raise Unconfined(f"a text about {found[1]} is of no tenant: write it with select(), insert(), update() or delete()")
        return super().visit_textclause(textclause, *args, **options)  # type: ignore[no-untyped-call]

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """SQLite has them, its dialect does not."""
        return text

    def _own(self, source: Any) -> list[Any]:
        """Of the first table of what a statement reads; those that are joined to it get theirs in the join."""
        inner = source
        while isinstance(inner, AliasedReturnsRows | FromGrouping | Join):
            source, inner = (inner.left, inner.left) if isinstance(inner, Join) else (source, inner.element)
        if isinstance(inner, Table) and inner.metadata is Base.metadata:
            return [source.c[TENANT] == literal_column(f"'{self.tenant}'")]
        if isinstance(inner, TableClause) and not isinstance(inner, Table) and inner.name in Base.metadata.tables:
            raise Unconfined(f"{inner.name} is named only: take the table itself")
        return []

    @staticmethod
    def _one_table(others: Any) -> None:
        if others:
            raise Unconfined("a change is of one table: look at others in a subquery")


@cache
def _names() -> re.Pattern[str]:
    names = "|".join(map(re.escape, Base.metadata.tables))
    return re.compile(rf"(?i)\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+[\"'`]?({names})\b")
