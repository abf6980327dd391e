"""The shapes of notices."""

from __future__ import annotations

from typing import TypedDict

from cti_server.domain.config import Positive
from cti_server.features.notices.contract import Notice, Reader
from webapp.declared import field, schema
from webapp.schemas import BodySchema


class Notices(TypedDict):
    items: list[Notice]


class Readers(TypedDict):
    items: list[Reader]


NoticesSchema, ReadersSchema = schema(Notices), schema(Readers)
ReceiptSchema = BodySchema.from_dict({"version": field(Positive, "of the notice that was read")}, name="Receipt")
