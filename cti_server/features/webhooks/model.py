"""Tables of webhooks, of what is sent to them, and of how far the events were read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json, LongText, RowId
from cti_server.features.webhooks.contract import State

URL = String(1000)
DELIVERY = String(160)
WHY = String(255)


class Webhook(Kept, Base):
    """``secret``: the key of its signatures. ``failures``: tries in a row that failed; ``sent_ms``: the last delivery;
    ``next_ms``: it rests until then; ``trouble``: why the last try failed, '' it did not."""

    __tablename__ = "webhooks"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    url: Mapped[str] = mapped_column(URL)
    kinds: Mapped[Any] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    secret: Mapped[str] = mapped_column(CODE)
    failures: Mapped[int] = mapped_column(default=0)
    sent_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    next_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    trouble: Mapped[str] = mapped_column(WHY, default="")


class Delivery(Base):
    """``delivery``: its id outside, the same at every try and replay. ``due_ms``: not before; of one that is being sent, when it
    counts as not sent. ``status``: HTTP's, 0 there was none."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index(None, "webhook", "state", "id"), Index(None, "webhook", "made_ms"), TABLE)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    delivery: Mapped[str] = mapped_column(DELIVERY, unique=True)
    webhook: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(NAME)
    body: Mapped[str] = mapped_column(LongText)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[State] = mapped_column(String(16))
    due_ms: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    status: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(WHY, default="")
    done_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class Cursor(Base):
    """``entry``: the last one of the events stream that was read; ``epoch``, ``seq``: of its event."""

    __tablename__ = "webhook_cursors"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    entry: Mapped[str] = mapped_column(CODE)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
