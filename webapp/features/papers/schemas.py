"""The shapes of scripts and the shelf."""

from __future__ import annotations

from typing import TypedDict

from cti_server.features.papers.contract import Paper, Script
from webapp.declared import schema


class Papers(TypedDict):
    scripts: list[Script]
    shelf: list[Paper]


PapersSchema = schema(Papers)
