"""Address books as people set them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy.orm import Session

from cti_server.domain.dialling import DIGITS
from cti_server.domain.numbers import bare
from cti_server.domain.record import Text
from cti_server.domain.wrong import IS_NO_NUMBER
from cti_server.features.books import model
from cti_server.features.books.contract import ContactKind
from cti_server.features.entities.contract import Entity, said
from cti_server.features.entities.place import Rows
from cti_server.words import Words, family

CONTACT_KINDS = family(
    "contact_kind",
    {
        "outside": ("Outside number", "外部号码"),
        "partner": ("Partner", "合作单位"),
        "colleague": ("Colleague", "内部同事"),
        "authority": ("Authority", "政府机关"),
        "emergency": ("Crew on duty", "值班抢修"),
    },
    ContactKind,
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be called; ``team`` '': everybody's contact."""

    id: Annotated[str, Text(1, 32)]
    name: str
    number: str
    kind: ContactKind = "outside"
    company: str = ""
    position: str = ""
    team: str = ""


def _contact(contact: Contact) -> Iterator[tuple[str, str]]:
    if not DIGITS.fullmatch(contact.number):
        yield "number", IS_NO_NUMBER()


class ContactRules:
    """Numbers stand there as they are dialled."""

    def __init__(self, session: Session) -> None:
        """It looks at no table."""

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        number = given.get("number")
        return {**given, "number": bare(number)} if isinstance(number, str) else given

    def problems(self, record: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return ()


def _nothing(session: Session) -> Iterable[str]:
    return ()


ADDRESS_BOOK = Entity(
    name="address_book",
    words=Words("Address book", "通讯录"),
    record=Contact,
    key="id",
    fields={
        "id": said("Id", "编号", "A short name that never changes.", "简短且不可更改的编号。"),
        "name": said("Name", "姓名", "Who answers there.", "接听方的姓名。"),
        "number": said("Number", "号码", "As it is dialled.", "拨打时的号码。"),
        "kind": said("Book", "分类", "In which book it stands.", "所属的通讯录分类。"),
        "company": said("Company", "单位", "Or department.", "单位或部门。"),
        "position": said("Position", "职务", "What the person does there.", "担任的职务。"),
        "team": said("Team", "班组", "Whose contact it is; none: everybody's.", "所属班组；无则所有人可见。"),
    },
    place=Rows(model.Contact, Contact, "id"),
    choices={"kind": CONTACT_KINDS},
    references={"team": "teams"},
    check=_contact,
    rules=ContactRules,
    whole=_nothing,
    changed_by=("back_office",),
)
ENTITIES = (ADDRESS_BOOK,)
