"""What desks see of scripts and the shelf."""

from __future__ import annotations

from typing import Annotated, TypedDict


class Script(TypedDict):
    """What to say; the page fills in the variables."""

    id: str
    name: str
    queue: Annotated[str, "'' of all"]
    text: str


class Paper(TypedDict):
    """A link of the shelf."""

    id: str
    title: str
    link: str
    group: str
