"""The shapes of customers at a call."""

from __future__ import annotations

from typing import Annotated, TypedDict

from cti_server.domain.config import Positive
from cti_server.domain.record import Text
from cti_server.features.customers.contract import CustomerCard, Merge
from webapp.declared import field, schema
from webapp.schemas import BodySchema


class Calling(TypedDict):
    customers: Annotated[list[CustomerCard], "who calls from this number, by customer number"]


class MadeCustomer(TypedDict):
    id: str


class Merges(TypedDict):
    items: list[Merge]


CallingSchema = schema(Calling)
MadeCustomerSchema = schema(MadeCustomer)
MergesSchema = schema(Merges)
NewCustomerSchema = BodySchema.from_dict({"name": field(Annotated[str, Text(1, 128)])}, name="NewCustomer")
NoteSchema = BodySchema.from_dict({"text": field(Annotated[str, Text(1, 1000)])}, name="CustomerNote")
MergeSchema = BodySchema.from_dict(
    {"gone": field(Annotated[str, Text(1, 32)], "the customer that becomes a part of this one")}, name="MergeWish"
)
PartSchema = BodySchema.from_dict({"merge_id": field(Positive)}, name="PartWish")
