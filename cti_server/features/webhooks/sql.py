"""Webhooks and their deliveries in the database. Implements the port Store, and what the web shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Engine, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from cti_server.adapters.sql.database import transaction
from cti_server.errors import DatabaseAway
from cti_server.features.webhooks.contract import NoSuchDelivery
from cti_server.features.webhooks.model import Cursor, Delivery, Webhook
from cti_server.features.webhooks.service import LEASE_MS, MOST_FAILURES, Hook, New, Position, Store, Tried, Waiting, shown

EVENTS = "events"
SHOWN = ("id", "delivery", "kind", "subject", "made_ms", "state", "due_ms", "tries", "status", "trouble", "done_ms", "body")


class SqlWebhooks(Store):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------ of the worker

    def active(self) -> list[Hook]:
        with transaction(self._engine) as session:
            rows = session.scalars(select(Webhook).where(Webhook.active).order_by(Webhook.id)).all()
        return [Hook(row.id, row.url, tuple(row.kinds), row.secret, row.failures, row.next_ms) for row in rows]

    def position(self) -> Position | None:
        with transaction(self._engine) as session:
            row = session.get(Cursor, EVENTS)
            return None if row is None else Position(row.entry, row.epoch, row.seq)

    def forget(self) -> None:
        with transaction(self._engine) as session:
            session.execute(delete(Cursor))

    def add(self, new: Sequence[New], now_ms: int, position: Position | None = None) -> int:
        try:
            with transaction(self._engine) as session:
                asked = select(Delivery.delivery).where(Delivery.delivery.in_([one.delivery for one in new]))
                there = set(session.scalars(asked)) if new else set()
                made = {one.delivery: one for one in new if one.delivery not in there}
                rows = [
                    {"delivery": one.delivery, "webhook": one.webhook, "kind": one.kind, "subject": one.subject, "body": one.body,
                     "made_ms": now_ms, "state": "waiting", "due_ms": now_ms}
                    for one in made.values()
                ]  # fmt: skip
                if rows:
                    session.execute(insert(Delivery), rows)
                if position is not None:
                    session.merge(Cursor(name=EVENTS, entry=position.entry, epoch=position.epoch, seq=position.seq))
                return len(rows)
        except IntegrityError as error:  # another worker made them in this moment: the next round sees them
            raise DatabaseAway(f"deliveries were made by another worker: {str(error.orig)[:100]}") from error

    def waiting(self, webhook: str, count: int) -> list[Waiting]:
        found = (
            select(Delivery).where(Delivery.webhook == webhook, Delivery.state == "waiting").order_by(Delivery.id).limit(count)
        )
        with transaction(self._engine) as session:
            rows = session.scalars(found).all()
        return [Waiting(row.id, row.delivery, row.subject, row.body, row.tries, row.due_ms) for row in rows]

    def claim(self, row: int, now_ms: int) -> bool:
        mine = (Delivery.id == row, Delivery.state == "waiting", Delivery.due_ms <= now_ms)
        with transaction(self._engine) as session:
            return _count(session.execute(update(Delivery).where(*mine).values(due_ms=now_ms + LEASE_MS))) == 1

    def tried(self, hook: str, waiting: Waiting, outcome: Tried, now_ms: int, retry_ms: int, rest_ms: int) -> int:
        state = "waiting" if retry_ms else "failed" if outcome.trouble else "sent"
        told = {"tries": waiting.tries + 1, "status": outcome.status, "trouble": outcome.trouble[:255], "state": state}
        good: dict[str, Any] = {"failures": 0, "next_ms": 0, "trouble": "", "sent_ms": now_ms}
        more = case((Webhook.failures >= MOST_FAILURES, 1), else_=Webhook.failures + 1)  # somebody has switched it on again
        bad = {"failures": more, "next_ms": now_ms + rest_ms, "trouble": outcome.trouble[:255]}
        with transaction(self._engine) as session:
            values = {**told, "due_ms": retry_ms, "done_ms": 0 if retry_ms else now_ms}
            session.execute(update(Delivery).where(Delivery.id == waiting.row).values(values))
            session.execute(update(Webhook).where(Webhook.id == hook).values(bad if outcome.trouble else good))
            return int(session.scalar(select(Webhook.failures).where(Webhook.id == hook)) or 0)

    def stopped(self) -> dict[str, str]:
        with transaction(self._engine) as session:
            rows = session.scalars(select(Webhook).where(Webhook.active.is_(False), Webhook.failures > 0).order_by(Webhook.id))
            return {row.id: row.trouble or "it was gone" for row in rows}

    def wake(self, webhook: str) -> None:
        with transaction(self._engine) as session:
            session.execute(update(Webhook).where(Webhook.id == webhook).values(next_ms=0))

    def tidy(self, before_ms: int, count: int) -> int:
        with transaction(self._engine) as session:
            lost = (Delivery.state == "waiting", Delivery.webhook.not_in(select(Webhook.id)))
            session.execute(update(Delivery).where(*lost).values(state="failed", trouble="the webhook was removed"))
            old = session.scalars(
                select(Delivery.id).where(Delivery.made_ms < before_ms).order_by(Delivery.id).limit(count)
            ).all()
            return _count(session.execute(delete(Delivery).where(Delivery.id.in_(old)))) if old else 0

    # ------------------------------------------------------------ of people

    def log(self, webhook: str, state: str, page: int, per_page: int) -> tuple[int, list[Mapping[str, Any]]]:
        """How many deliveries there are, and those of the page, the newest first."""
        found = select(Delivery).where(Delivery.webhook == webhook, Delivery.state.in_(shown(cast(Any, state))))
        with transaction(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
            rows = session.scalars(found.order_by(Delivery.id.desc()).limit(per_page).offset((page - 1) * per_page)).all()
        return total, [{name: getattr(row, name) for name in SHOWN} for row in rows]

    def replay(self, webhook: str, row: int, now_ms: int) -> Mapping[str, Any]:
        """Sent again, under its id. One that waits is due at once. Raises NoSuchDelivery."""
        mine = (Delivery.id == row, Delivery.webhook == webhook)
        waits = case((Delivery.state == "waiting", Delivery.tries), else_=0)
        with transaction(self._engine) as session:
            session.execute(update(Delivery).where(*mine).values(tries=waits, state="waiting", due_ms=now_ms, done_ms=0))
            session.execute(update(Webhook).where(Webhook.id == webhook).values(next_ms=0))
            found = session.scalar(select(Delivery).where(*mine))
            if found is None:
                raise NoSuchDelivery(f"webhook {webhook} has no delivery {row} (any more)", {"delivery": row})
            return {name: getattr(found, name) for name in SHOWN}

    def has(self, webhook: str) -> bool:
        with transaction(self._engine) as session:
            return session.get(Webhook, webhook) is not None


def _count(result: Any) -> int:
    return int(result.rowcount)
