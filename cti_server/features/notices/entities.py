"""Notices as people set them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy.orm import Session

from cti_server.domain.record import Text
from cti_server.features.entities.contract import Entity, said
from cti_server.features.entities.fields import Lines
from cti_server.features.entities.place import Rows
from cti_server.features.notices import model
from cti_server.features.notices.contract import Importance
from cti_server.reasons import reason
from cti_server.words import Words, family

A_MOMENT = reason("notice-moment", "must be like 2026-10-01 09:00, or empty", "应写成 2026-10-01 09:00，或留空")
LATER = reason("later-than-begin", "must be later than it begins", "须晚于开始时间")
MOMENT = "%Y-%m-%d %H:%M"
IMPORTANCE = family(
    "notice_importance",
    {"info": ("For information", "一般"), "important": ("Important", "重要"), "urgent": ("Urgent", "紧急")},
    Importance,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """``teams`` and ``queues`` both empty: everybody; else who is in one of the teams or serves one of the queues."""

    id: Annotated[str, Text(1, 32)]
    title: str
    text: Annotated[str, Lines(0, 20_000)] = ""
    importance: Importance = "info"
    begins: str = ""
    ends: str = ""
    teams: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    receipt: bool = False


def _notice(notice: Notice) -> Iterator[tuple[str, str]]:
    for name in ("begins", "ends"):
        value = getattr(notice, name)
        try:
            whole = not value or datetime.strptime(value, MOMENT).strftime(MOMENT) == value  # noqa: DTZ007 - the centre's zone
        except ValueError:
            whole = False
        if not whole:
            yield name, A_MOMENT()
    if notice.ends and notice.ends <= notice.begins:
        yield "ends", LATER()


def _nothing(session: Session) -> Iterable[str]:
    return ()


NOTICES = Entity(
    name="notices",
    words=Words("Notices", "公告"),
    record=Notice,
    key="id",
    fields={
        "id": said("Id", "编号", "A short name that never changes.", "简短且不可更改的编号。"),
        "title": said("Title", "标题", "What is seen first.", "首先看到的内容。"),
        "text": said("Text", "正文", "As it is written here.", "按原样显示。"),
        "importance": said("Importance", "重要程度", "How it stands out.", "显示的醒目程度。"),
        "begins": said("From", "开始", "e.g. 2026-10-01 09:00; empty: at once.", "本地时间，如 2026-10-01 09:00；空为立即。"),
        "ends": said("Until", "结束", "The same; empty: until it is removed.", "同上；空为直至删除。"),
        "teams": said("Teams", "班组", "Who sees it; no team and no queue: everybody.", "可见班组；与队列均空则所有人可见。"),
        "queues": said("Queues", "队列", "Who serves one of them sees it, too.", "服务这些队列的坐席可见。"),
        "receipt": said("Receipt", "需确认", "Who reads it has to say so.", "阅读者须确认已读。"),
    },
    place=Rows(model.NoticeRow, Notice, "id"),
    choices={"importance": IMPORTANCE},
    references={"teams": "teams", "queues": "queues"},
    check=_notice,
    whole=_nothing,
)
ENTITIES = (NOTICES,)
