"""Customers, contacts and what else is about content, for the fake server: the real routes over the database of its setup."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Engine

from cti_server.adapters.clock import SystemClock
from cti_server.domain.config import CentreConfig
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from webapp.blueprint import Blueprint
from webapp.features.books import routes as books
from webapp.features.customers import routes as customers
from webapp.features.customers.calling import Calling
from webapp.ports import Content

CONFIG = CentreConfig(version=1, tenant="demo", area_code="755")
THERE = {
    "customer_classes": {"vip": {"texts": {"en": "Key account", "zh-CN": "重要客户"}}},
    "customer_fields": {"meter": {"texts": {"en": "Meter", "zh-CN": "电表号"}}},
    "customers": {
        "k1024": {
            "name": "王建国", "numbers": ["13812345678", "010-62345678"], "customer_class": "vip",
            "tags": ["老用户", "dialysis at home"], "own_agent": "1001", "own": {"meter": "3100 1234"},
            "notes": "2026-05-30 16:10 李伟: 家中有医疗设备，停电须提前通知。\nHard of hearing: speak slowly.",
        },
        "k2048": {"name": "王小明", "numbers": ["13812345678"]},
    },
    "address_book": {
        "crew3": {"name": "抢修三班 刘强", "number": "13900000003", "kind": "emergency", "company": "城南抢修站"},
        "water": {"name": "Water works", "number": "02161239999", "kind": "authority"},
    },
}  # fmt: skip


class AnyCall(Calling):
    """Every call is everybody's here."""

    def __init__(self, number: Callable[[str], str]) -> None:
        self.number = number  # type: ignore[method-assign]


def content(engine: Engine, entities: Entities, number: Callable[[str], str]) -> Iterable[Blueprint]:
    for entity, records in THERE.items():
        for key, values in records.items():
            entities.change(entity, Wish(key, values, create=True), By("user:11", "admin"))
    parts = Content.of(engine, entities, SystemClock(), lambda port: port)
    yield customers.routes(parts.customers, AnyCall(number), lambda: CONFIG)
    yield books.routes(parts.books)
