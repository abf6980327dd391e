"""What others see of messages in voicemail boxes."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from cti_server.domain.record import Text
from cti_server.domain.recording import Problem
from cti_server.errors import CtiError
from cti_server.rights import SCOPES, right
from cti_server.words import family

HANDLE = right(
    "messages.handle", "Hear messages in voicemail boxes and answer them", "收听和处理语音留言", SCOPES[1:], agent="team",
    leader="team",
)  # fmt: skip
"""Of boxes of one's team, of the teams of one's group, or of all."""
State = Literal["new", "heard", "done"]
STATES = family("message_state", {"new": ("New", "新留言"), "heard": ("Heard", "已收听"), "done": ("Done", "已处理")}, State)
Note = Annotated[str, Text(0, 500)]


class NoSuchMessage(CtiError, id="no-such-message", status=404, en="This message does not exist.", zh="该留言不存在。"):
    """No message in a box that the user reaches has this id."""


class Message(TypedDict):
    """One that a caller has left."""

    id: Annotated[str, "of its recording"]
    call_id: str
    box: str
    number: Annotated[str, "the caller's; outside text"]
    name: Annotated[str, "of the customer with this number, else as the network has it; outside text"]
    at_ms: Annotated[int, "when it ended"]
    length_ms: int
    problem: Annotated[Literal[Problem, ""], "of its recording"]
    state: State
    heard_by: Annotated[str, "who heard it first, '' nobody did"]
    heard_ms: int
    done_by: Annotated[str, "'' it is not done"]
    done_ms: int
    note: str
    late: Annotated[bool, "it waits for longer than its box says"]
    detail: Annotated[bool, "whether the user may see its call"]


class Box(TypedDict):
    """A voicemail box and what waits in it."""

    id: str
    name: str
    team: str
    new: Annotated[int, "messages that nobody has heard"]
    late: Annotated[bool, "one that is not done waits for longer than the box says"]
