"""Whose messages the user of a request reaches, and that listening to one marks it heard."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from cti_server.domain.clock import Clock
from cti_server.errors import DatabaseAway
from cti_server.features.messages.contract import HANDLE
from cti_server.features.messages.sql import SqlMessages
from webapp.auth.guard import current_user, reach
from webapp.ports import Config, Row

log = structlog.get_logger(__name__)


def within(config: Config) -> Collection[str] | None:
    """The boxes that the user reaches; None: all, also those that are gone. Raises NoConfiguration."""
    far = reach(HANDLE)
    return None if far.whole else [box.id for box in config().voicemail_boxes.values() if box.team in far.teams]


def reaches(config: Config, box: str) -> bool:
    """Raises NoConfiguration."""
    among = within(config) if box else ()
    return among is None or box in among


class Heard:
    def __init__(self, messages: SqlMessages, config: Config, clock: Clock) -> None:
        self._messages, self._config, self._clock = messages, config, clock

    def note(self, recording: Row) -> None:
        """Somebody listens to it: one who answers for its box has heard it. Without the database it stays new."""
        if not reaches(self._config, str(recording.get("box", ""))):
            return
        try:
            self._messages.heard(str(recording["id"]), current_user().name, self._clock.now_ms())
        except DatabaseAway as error:
            log.warning("a message that was listened to stays new", recording=recording["id"], error=str(error))
