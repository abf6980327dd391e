"""Customers, contacts and what else is about content, for the fake server: the real routes over the database of its setup."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import CentreConfig
from cti_server.features.calls.service import Calls
from cti_server.features.centre import seed
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.messages.model import MessageRow
from cti_server.rights import Reach
from tests.features.ledger import ledger_facts as facts
from tests.features.prompts.sounds import tone
from webapp.audit import Audit
from webapp.blueprint import Blueprint
from webapp.features.books import routes as books
from webapp.features.customers import routes as customers
from webapp.features.customers.calling import Calling
from webapp.features.look import routes as look
from webapp.features.messages import routes as messages
from webapp.features.notices import routes as notices
from webapp.features.papers import routes as papers
from webapp.features.prompts import routes as prompts
from webapp.features.recordings.hearing import Hearing
from webapp.ports import Content

CONFIG = CentreConfig(version=1, tenant="demo", area_code="755", voicemail_boxes={one.id: one for one in seed.VOICEMAIL_BOXES})
THERE: dict[str, dict[str, dict[str, Any]]] = {
    "notices": {
        "outage": {"title": "8 月 3 日城南停电检修 Planned outage", "text": "06:00 – 18:00\n请告知客户提前安排。",
                   "importance": "important", "receipt": True},
        "prices": {"title": "New tariffs from October", "text": "See the shelf."},
    },
    "scripts": {
        "greeting": {"name": "开头语 Greeting", "queue": "repair",
                     "text": "您好，{agent} 号为您服务，请问有什么可以帮您？\nGood day, this is {agent_name}."},
        "angry": {"name": "客户情绪激动时", "text": "请您别着急，{customer}，我马上为您处理。", "position": 1},
    },
    "shelf_hosts": {"kb.example.com": {}},
    "shelf": {
        "tariffs": {"title": "Tariffs 电价表", "link": "https://kb.example.com/tariffs", "group": "Knowledge"},
        "map": {"title": "抢修网点分布图", "link": "https://kb.example.com/map", "group": "Maps"},
    },
    "prompts": {"welcome": {"about": "您好，欢迎致电"}, "waltz": {"kind": "music", "about": "Waltz no. 2"}},
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


MESSAGES: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("m1", "13812345678", 50, {}),
    ("m2", "13900000003", 3, {"heard_by": "王芳", "heard_ms": 1}),
    ("m3", "", 2, {}),
    (
        "m4",
        "01062345678",
        60,
        {"heard_by": "李伟", "heard_ms": 1, "done_by": "李伟", "done_ms": 2, "note": "已回电，次日上门 Called back"},
    ),
)
"""Recording, number, hours ago, what people did."""


def messages_left(engine: Engine) -> None:
    now_ms = SystemClock().now_ms()
    rows = []
    with transaction(engine) as session:
        for name, number, hours, done in MESSAGES:
            at_ms, call_id = now_ms - hours * 3_600_000, f"call-{name}"
            moved = {key: at_ms + value * 600_000 if key.endswith("_ms") else value for key, value in done.items()}
            session.add(MessageRow(recording_id=name, call_id=call_id, box="hotline", at_ms=at_ms, told_ms=1, **moved))
            same = {"call_id": call_id, "ended_ms": at_ms}
            rows += [
                read_fact(facts.raw(name, "recording", facts.recording(name, recorded="voicemail", length_ms=5_000, **same))),
                read_fact(facts.raw(call_id, "call", facts.call(number=number, name="", **same))),
            ]
    SqlLedger(engine).write(rows, 0)


class AnyCall(Calling):
    """Every call is everybody's here."""

    def __init__(self, number: Callable[[str], str]) -> None:
        self.number = number  # type: ignore[method-assign]


class EveryCall(Calls):
    """Every call may be seen."""

    def __init__(self) -> None:
        """It has no store."""

    def within(self, call_ids: Collection[str], reach: Reach) -> set[str]:
        return set(call_ids)


class SpokenByPhone(Hearing):
    """Whoever has left a message has left a tone."""

    def __init__(self) -> None:
        self.folder = TemporaryDirectory()

    def find(self, recording_id: str, right: Any = None) -> dict[str, Any]:
        return {"id": recording_id, "box": "hotline"}

    def file_of(self, recording: Any) -> Path:
        path = Path(self.folder.name) / "tone.wav"
        path.write_bytes(tone())
        return path


def content(engine: Engine, entities: Entities, number: Callable[[str], str], audit: Audit) -> Iterable[Blueprint]:
    for entity, records in THERE.items():
        for key, values in records.items():
            entities.change(entity, Wish(key, values, create=True), By("user:11", "admin"))
    parts = Content.of(engine, entities, SystemClock(), lambda port: port)
    yield customers.routes(parts.customers, AnyCall(number), lambda: CONFIG)
    yield books.routes(parts.books)
    messages_left(engine)
    yield messages.routes(parts.messages, parts.customers, EveryCall(), lambda: CONFIG, audit, SystemClock())
    yield notices.routes(parts.notices, lambda: CONFIG)
    yield papers.routes(parts.papers)
    yield look.routes(parts.look)
    yield prompts.routes(parts.prompts, SpokenByPhone(), audit, "")
