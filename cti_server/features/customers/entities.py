"""Customers as people set them up, with their classes and the fields that the centre gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.dialling import Plan
from cti_server.domain.numbers import bare
from cti_server.domain.record import Text
from cti_server.domain.wrong import NO_NUMBER
from cti_server.features.centre.sql import number_plan
from cti_server.features.customers import model
from cti_server.features.entities.contract import Entity, said
from cti_server.features.entities.fields import Lines
from cti_server.features.entities.place import ESCAPE, Rows, escaped
from cti_server.reasons import reason
from cti_server.words import LANGUAGES, Words, family

EACH_LANGUAGE = reason("each-language", "must have a text for each of {languages}", "须填写各语言的文字：{languages}")
CHOICES = reason("choices-of-a-list", "must be filled in for one of a list, and only for it", "仅列表类型须填写，其他类型须留空")
MOST = reason("at-most", "must be at most {most}", "最多 {most} 个")
TAGS = reason("tags", "must be at most {most}, each of at most {longest} characters", "最多 {most} 个，每个最多 {longest} 个字符")
OWN_LENGTH = reason(
    "own-length", "{code}: must be at most {most} characters, is {found}", "{code}：最多 {most} 个字符，当前为 {found}"
)
OWN_NUMBER = reason("own-field-number", "{code}: must be a number, is {found}", "{code}：应为数字，当前为 {found}")
OWN_CHOICE = reason("own-choice", "{code}: must be one of {choices}, is {found}", "{code}：应为 {choices} 之一，当前为 {found}")
OWN_DATE = reason(
    "own-date", "{code}: must be a day, e.g. 2026-10-01, is {found}", "{code}：应为日期，例如 2026-10-01，当前为 {found}"
)
FieldKind = Literal["text", "number", "date", "choice"]
FIELD_KINDS = family(
    "customer_field_kind",
    {"text": ("Text", "文本"), "number": ("Number", "数字"), "date": ("Date", "日期"), "choice": ("One of a list", "列表选择")},
    FieldKind,
)
A_NUMBER = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,6})?")
A_LINE = re.compile(r"\+?[0-9*]{1,40}")
MOST_NUMBERS, MOST_TAGS, LONGEST_TAG, LONGEST_OWN = 20, 20, 40, 200
CODE = said("Code", "代码", "A short name that never changes.", "简短且不可更改的代码。")
TEXTS = said("Name", "名称", "In each language: en, zh-CN.", "各语言名称：en、zh-CN。")
POSITION = said("Position", "顺序", "The smallest stands first.", "数值小的排在前面。")


def in_both(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if set(texts) != set(LANGUAGES) or not all(text.strip() for text in texts.values()):
        yield "texts", EACH_LANGUAGE(languages=", ".join(LANGUAGES))


def nothing(session: Session) -> Iterable[str]:
    """No other thing depends on these."""
    return ()


@dataclass(frozen=True, slots=True)
class CustomerClass:
    """What a customer is to the centre: VIP, key account."""

    code: Annotated[str, Text(1, 32)]
    texts: Mapping[str, str]
    position: int = 0


CLASSES = Entity(
    name="customer_classes",
    words=Words("Customer classes", "客户等级"),
    record=CustomerClass,
    key="code",
    fields={"code": CODE, "texts": TEXTS, "position": POSITION},
    place=Rows(model.CustomerClass, CustomerClass, "code"),
    check=lambda one: in_both(one.texts),
    whole=nothing,
)


@dataclass(frozen=True, slots=True)
class CustomerField:
    """What the centre wants to know of its customers."""

    code: Annotated[str, Text(1, 32)]
    texts: Mapping[str, str]
    kind: FieldKind = "text"
    choices: tuple[str, ...] = ()
    position: int = 0


def _field(one: CustomerField) -> Iterator[tuple[str, str]]:
    yield from in_both(one.texts)
    if (one.kind == "choice") != bool(one.choices):
        yield "choices", CHOICES()


FIELDS = Entity(
    name="customer_fields",
    words=Words("Customer fields", "客户自定义字段"),
    record=CustomerField,
    key="code",
    fields={
        "code": CODE,
        "texts": TEXTS,
        "kind": said("Kind", "类型", "What may stand there: 2026-10-01 for a date.", "可填写的内容；日期如 2026-10-01。"),
        "choices": said("Choices", "可选值", "For one of a list.", "仅用于列表选择。"),
        "position": POSITION,
    },
    place=Rows(model.CustomerField, CustomerField, "code"),
    choices={"kind": FIELD_KINDS},
    check=_field,
    whole=nothing,
)


@dataclass(frozen=True, slots=True)
class Customer:
    """``own``: the centre's own fields, as texts."""

    id: Annotated[str, Text(1, 32)]
    name: str
    numbers: tuple[str, ...] = ()
    customer_class: str = ""
    tags: tuple[str, ...] = ()
    own_agent: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    notes: Annotated[str, Lines(0, 20_000)] = ""


def _customer(customer: Customer) -> Iterator[tuple[str, str]]:
    if bad := [number for number in customer.numbers if not A_LINE.fullmatch(number)]:
        yield "numbers", NO_NUMBER(key=bad[0][:64])
    if len(customer.numbers) > MOST_NUMBERS:
        yield "numbers", MOST(most=MOST_NUMBERS)
    if len(customer.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in customer.tags):
        yield "tags", TAGS(most=MOST_TAGS, longest=LONGEST_TAG)


def in_full(plan: Plan, number: str) -> str:
    """As the number plan writes it; what it does not know as it is."""
    found = plan.read(number)
    return found.number if found else bare(number)


class CustomerRules:
    """Numbers have one form, own fields hold what was declared of them."""

    def __init__(self, session: Session) -> None:
        self._plan = number_plan(session)
        self._fields = {row.code: row for row in session.scalars(select(model.CustomerField))}

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        numbers = given.get("numbers")
        if not isinstance(numbers, list | tuple) or not all(isinstance(one, str) for one in numbers):
            return given
        return {**given, "numbers": list(dict.fromkeys(in_full(self._plan, one) for one in numbers))}

    def problems(self, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for code, value in record["own"].items():
            declared = self._fields.get(code)
            if declared is not None and (wrong := _wrong(declared, code, value)):
                yield "own", wrong


def _wrong(declared: model.CustomerField, code: str, value: str) -> str | None:
    """None when it fits."""
    if len(value) > LONGEST_OWN:
        return OWN_LENGTH(code=code, most=LONGEST_OWN, found=value[:40])
    if declared.kind == "number" and not A_NUMBER.fullmatch(value):
        return OWN_NUMBER(code=code, found=value[:40])
    if declared.kind == "choice" and value not in declared.choices:
        return OWN_CHOICE(code=code, choices=", ".join(declared.choices), found=value[:40])
    if declared.kind == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return OWN_DATE(code=code, found=value[:40])
    return None


class CustomerRows(Rows):
    """``numbers`` is a table of its own, and one column has all that is searched."""

    def __init__(self) -> None:
        keyed = {"numbers": (model.CustomerNumber.number, model.CustomerNumber.customer_id)}
        super().__init__(model.Customer, Customer, "id", keyed=keyed)

    def write(self, session: Session, row: Any, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> Any:
        said = " ".join([key, values["name"], *values["numbers"], *values["tags"]])
        stored = {**values, "found": said.lower()[: model.FOUND]}
        if row is not None and list(row.numbers) == values["numbers"]:
            del stored["numbers"]
        elif row is not None:  # a row that stays is never written twice
            row.numbers = []
            session.flush()
        return super().write(session, row, key, stored, stamp)

    def _matches(self, said: str) -> Any:
        """A number is found however it is written."""
        number = bare(said) if re.fullmatch(r"[0-9+() ./-]+", said) else said
        text = number.removeprefix("00").removeprefix("0") or number
        return model.Customer.found.like(f"%{escaped(text)}%", escape=ESCAPE)

    def _plain(self, name: str, value: Any) -> Any:
        return list(value) if name == "numbers" else value


CUSTOMERS = Entity(
    name="customers",
    words=Words("Customers", "客户"),
    record=Customer,
    key="id",
    fields={
        "id": said("Customer number", "客户编号", "It never changes.", "不可更改。"),
        "name": said("Name", "姓名", "Of the person or the company.", "个人或单位名称。"),
        "numbers": said("Numbers", "电话号码", "In any form; the first is the main one.", "任意写法均可，第一个为主号码。"),
        "customer_class": said("Class", "等级", "What this customer is to the centre.", "客户的等级。"),
        "tags": said("Tags", "标签", "Short words by which customers are found.", "用于查找客户的短标签。"),
        "own_agent": said("Own agent", "专属坐席", "Who looks after this customer.", "负责该客户的坐席。"),
        "own": said("Own fields", "自定义字段", "As declared under customer fields.", "按“客户自定义字段”填写。"),
        "notes": said("Notes", "备注", "What the next one should know.", "供下一位接待者参考。"),
    },
    place=CustomerRows(),
    references={"customer_class": "customer_classes", "own_agent": "agents", "own": "customer_fields"},
    check=_customer,
    rules=CustomerRules,
    whole=nothing,
    seen_by=(),
    changed_by=("back_office",),
)
ENTITIES = (CUSTOMERS, CLASSES, FIELDS)
