"""What others see of customers."""

from __future__ import annotations

from typing import Annotated, TypedDict

from cti_server.errors import CtiError, Misuse


class NoSuchCustomer(CtiError, id="no-such-customer", status=404, en="There is no such customer.", zh="没有该客户。"):
    """Nothing has this customer number, or the call has nothing to do with it."""


class NotMerged(
    Misuse,
    id="not-merged",
    status=409,
    en="They cannot be made one, or parted again: see there.",
    zh="无法合并或撤销合并，请查看说明。",
):
    """A customer cannot be merged with itself, or the merge was undone already or cannot be undone any more."""


class OwnValue(TypedDict):
    """One of the centre's own fields."""

    code: str
    texts: dict[str, str]
    value: str


class CustomerCard(TypedDict):
    """What an agent sees of who calls."""

    id: str
    name: str
    numbers: list[str]
    class_texts: Annotated[dict[str, str], "{} none"]
    tags: list[str]
    own_agent: Annotated[str, "the agent who looks after it, '' none"]
    own: list[OwnValue]
    notes: str
    version: int


class Merge(TypedDict):
    """``gone`` has become a part of ``kept``."""

    id: int
    kept: str
    gone: str
    at_ms: int
    who: str
    undone_ms: Annotated[int, "0: it still is"]
