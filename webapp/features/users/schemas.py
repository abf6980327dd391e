"""What is told of sessions that were ended."""

from __future__ import annotations

from typing import Annotated, TypedDict

from webapp.declared import schema


class Ended(TypedDict):
    ended: Annotated[int, "how many sessions there were"]


EndedSchema = schema(Ended)
