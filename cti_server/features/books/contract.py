"""What desks see of the address books."""

from __future__ import annotations

from typing import Literal, TypedDict

ContactKind = Literal["outside", "partner", "colleague", "authority", "emergency"]


class Contact(TypedDict):
    """Somebody who can be called."""

    id: str
    name: str
    number: str
    kind: ContactKind
    company: str
    position: str
