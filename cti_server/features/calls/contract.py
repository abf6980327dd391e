"""What lists of calls have in common, wherever they are shown."""

from __future__ import annotations

from cti_server.errors import CtiError

MOST_PER_PAGE = 500


class BadPage(CtiError, id="bad-page", status=422, en="There is no such page of the list.", zh="列表没有这一页。"):
    """A list has no such page."""


def check_page(page: int, per_page: int) -> None:
    """Raises BadPage."""
    if page < 1 or not 1 <= per_page <= MOST_PER_PAGE:
        raise BadPage(f"page {page} of {per_page}: pages start at 1 and hold 1 to {MOST_PER_PAGE}")
