"""Customers at a call, and two that are made one. A change goes the way of all entities: checked, booked, told."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.domain.dialling import Plan
from cti_server.features.customers.contract import CustomerCard, Merge, NoSuchCustomer, NotMerged, OwnValue
from cti_server.features.customers.entities import CUSTOMERS, MOST_NUMBERS, MOST_TAGS, in_full
from cti_server.features.customers.model import Customer, CustomerClass, CustomerField, CustomerMerge, CustomerNumber
from cti_server.features.entities.contract import By, Held, Wish
from cti_server.features.entities.sql import Entities

MOST_AT_A_CALL = 5
MOST_MERGES = 50
CUSTOMER_NUMBERS = 8
"""Characters of a customer number that the product makes."""


class SqlCustomers:
    def __init__(self, engine: Engine, entities: Entities, clock: Clock) -> None:
        self._engine, self._entities, self._clock = engine, entities, clock

    # ------------------------------------------------------------ at a call

    def of_number(self, number: str, config: CentreConfig) -> list[CustomerCard]:
        """Who calls from this number, at most MOST_AT_A_CALL. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            found = select(Customer).where(Customer.id.in_(_with(number, config))).order_by(Customer.id).limit(MOST_AT_A_CALL)
            rows = list(session.scalars(found))
            fields = list(session.scalars(select(CustomerField).order_by(CustomerField.position, CustomerField.code)))
            wanted = {row.customer_class for row in rows}
            classes = {row.code: row.texts for row in session.scalars(select(CustomerClass)) if row.code in wanted}
            return [_card(row, classes, fields) for row in rows]

    def names(self, numbers: Collection[str], config: CentreConfig) -> dict[str, str]:
        """Of who calls from each of these numbers; of several the first by customer number. Raises DatabaseAway."""
        plan = Plan(config)
        forms = {number: in_full(plan, number) for number in numbers if number}
        found = (
            select(CustomerNumber.number, Customer.name)
            .join(Customer, Customer.id == CustomerNumber.customer_id)
            .where(CustomerNumber.number.in_(forms.values()))
            .order_by(Customer.id.desc())
        )
        with transaction(self._engine) as session:
            by_form = {row.number: row.name for row in session.execute(found)} if forms else {}
        return {number: by_form[form] for number, form in forms.items() if form in by_form}

    def note(self, customer_id: str, number: str, text: str, config: CentreConfig, by: By) -> None:
        """Puts a line before the notes of a customer who has this number. Raises NoSuchCustomer, BadEntry, DatabaseAway."""
        self._of(customer_id, number, config)
        at = datetime.fromtimestamp(self._clock.now_ms() / 1000, ZoneInfo(config.time_zone))
        notes = self._entities.get(CUSTOMERS.name, customer_id).values["notes"]
        said = f"{at:%Y-%m-%d %H:%M} {by.name}: {text}"
        self._entities.change(CUSTOMERS.name, Wish(customer_id, {"notes": f"{said}\n{notes}".strip()}), by)

    def make(self, name: str, number: str, by: By) -> str:
        """A customer for who calls; gives its customer number. Raises BadEntry, DatabaseAway."""
        key = f"k{secrets.token_hex(CUSTOMER_NUMBERS // 2)}"
        self._entities.change(CUSTOMERS.name, Wish(key, {"name": name, "numbers": [number]}, create=True), by)
        return key

    def _of(self, customer_id: str, number: str, config: CentreConfig) -> None:
        with transaction(self._engine) as session:
            if not session.scalar(_with(number, config).where(CustomerNumber.customer_id == customer_id)):
                raise NoSuchCustomer("no customer with this customer number calls from this number")

    # ------------------------------------------------------------ two that are one

    def merge(self, kept: str, gone: str, by: By) -> int:
        """Numbers, tags, own fields and notes of ``gone`` become those of ``kept``, where it has none of its own; the history of
        both stays. Raises NotMerged, NoSuchEntry, ImportRefused, DatabaseAway."""
        if kept == gone:
            raise NotMerged("a customer cannot be merged with itself")
        one, other = self._entities.get(CUSTOMERS.name, kept), self._entities.get(CUSTOMERS.name, gone)
        values = _together(one, other)
        self._entities.take(CUSTOMERS.name, [Wish(kept, values, one.version), Wish(gone, None, other.version)], by)
        with transaction(self._engine) as session:
            row = CustomerMerge(
                kept=kept, gone=gone, kept_version=one.version, gone_version=other.version, at_ms=self._clock.now_ms(),
                who=by.name[:128], undone_ms=0,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def merges(self, kept: str) -> list[Merge]:
        """The newest first. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            newest = select(CustomerMerge).where(CustomerMerge.kept == kept).order_by(CustomerMerge.id.desc()).limit(MOST_MERGES)
            return [
                Merge(id=row.id, kept=row.kept, gone=row.gone, at_ms=row.at_ms, who=row.who, undone_ms=row.undone_ms)
                for row in session.scalars(newest)
            ]

    def part(self, kept: str, merge_id: int, by: By) -> None:
        """Both are as they were before the merge; what was changed of ``kept`` since stays in its history. Raises NotMerged,
        NoSuchEntry, ImportRefused, DatabaseAway."""
        with transaction(self._engine) as session:
            row = _merge(session, kept, merge_id)
            before = {
                key: _record(self._entities.history(CUSTOMERS.name, key), version)
                for key, version in ((row.kept, row.kept_version), (row.gone, row.gone_version))
            }
        wishes = [Wish(kept, before[kept], undo=True), Wish(row.gone, before[row.gone], create=True, undo=True)]
        self._entities.take(CUSTOMERS.name, wishes, by)
        with transaction(self._engine) as session:
            _merge(session, kept, merge_id).undone_ms = self._clock.now_ms()


def _with(number: str, config: CentreConfig) -> Any:
    return select(CustomerNumber.customer_id).where(CustomerNumber.number == in_full(Plan(config), number))


def _card(row: Customer, classes: Mapping[str, Any], fields: list[CustomerField]) -> CustomerCard:
    own = [OwnValue(code=one.code, texts=one.texts, value=row.own[one.code]) for one in fields if row.own.get(one.code)]
    return CustomerCard(
        id=row.id, name=row.name, numbers=list(row.numbers), class_texts=classes.get(row.customer_class, {}), tags=row.tags,
        own_agent=row.own_agent, own=own, notes=row.notes, version=row.version,
    )  # fmt: skip


def _together(one: Held, other: Held) -> dict[str, Any]:
    mine, theirs = one.values, other.values
    notes = "\n".join(filter(None, [mine["notes"], f"[{other.key}] {theirs['name']}", theirs["notes"]]))
    return {
        "numbers": list(dict.fromkeys([*mine["numbers"], *theirs["numbers"]]))[:MOST_NUMBERS],
        "tags": list(dict.fromkeys([*mine["tags"], *theirs["tags"]]))[:MOST_TAGS],
        "own": {**theirs["own"], **mine["own"]},
        "customer_class": mine["customer_class"] or theirs["customer_class"],
        "own_agent": mine["own_agent"] or theirs["own_agent"],
        "notes": notes[:20_000],
    }


def _merge(session: Session, kept: str, merge_id: int) -> CustomerMerge:
    row = session.get(CustomerMerge, merge_id)
    if row is None or row.kept != kept:
        raise NotMerged("there is no such merge of this customer")
    if row.undone_ms:
        raise NotMerged("it was undone already")
    return row


def _record(history: list[Mapping[str, Any]], version: int) -> Mapping[str, Any]:
    """As it was in that version."""
    for row in history:
        found = row["after"] if row["version"] == version else row["before"] if row["version"] == version + 1 else None
        if found is not None:
            return dict(found)
    raise NotMerged("its history does not reach back so far")
