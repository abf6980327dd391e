"""What others see of notices."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from cti_server.errors import CtiError
from cti_server.rights import SCOPES, right

Importance = Literal["info", "important", "urgent"]


READERS = right("notices.readers", "See who has read a notice", "查看公告阅读情况", SCOPES[1:], leader="team")


class NoSuchNotice(CtiError, id="no-such-notice", status=404, en="This notice is not there any more.", zh="该公告已不存在。"):
    """There is none for this user now, or it has another version."""


class Notice(TypedDict):
    """For who reads it."""

    id: str
    version: int
    title: str
    text: str
    importance: Importance
    receipt: Annotated[bool, "who reads it has to say so"]
    begins: Annotated[str, "in the centre's time zone, e.g. 2026-10-01 09:00; '' at once"]
    ends: Annotated[str, "'' never"]
    read_ms: Annotated[int, "when this user said so, 0: not yet"]


class Reader(TypedDict):
    """Somebody in a notice's audience."""

    login: str
    name: str
    read_ms: Annotated[int, "0: not yet"]
