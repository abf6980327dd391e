"""Errors that a page can be told."""

from __future__ import annotations

import webapp.app
import webapp.wiring  # noqa: F401 - with what they import, all errors that can reach a page are declared
from cti_server.errors import ERRORS
from scripts.contracts.typescript import HEAD

TOLD = {error_id: kind for error_id, kind in sorted(ERRORS.items()) if kind.status}


def page() -> str:
    lines = [f"  '{error_id}': {kind.status}," for error_id, kind in TOLD.items()]
    head = HEAD.format(source="the declared errors (cti_server/errors.py)")
    status = ["/** Each with its HTTP status. */", "export const STATUS = {", *lines, "} as const\n"]
    return "\n".join([head, *status, "export type ErrorId = keyof typeof STATUS"]) + "\n"


def docs() -> str:
    """A table for developers and programs."""
    rows = [f"| `{error_id}` | {kind.status} | {kind.__doc__} |" for error_id, kind in TOLD.items()]
    return "## Errors\n\n" + "\n".join(["| error | status | when |\n|---|---|---|", *rows]) + "\n"
