"""That notices have changed is a number in Redis: each web process looks at it every second and tells pages with the beat."""

from __future__ import annotations

from collections.abc import Callable

import redis
import structlog

from cti_server.adapters.keys import Keys
from cti_server.features.entities.contract import Outcome

log = structlog.get_logger(__name__)


def telling(client: redis.Redis, keys: Keys) -> Callable[[str], Callable[[Outcome], None]]:
    """Called with a notice's id before its change, it gives what is called after it. Where Redis is away pages hear of it
    within a minute, when they look by themselves."""

    def after(outcome: Outcome) -> None:
        try:
            client.incr(keys.notices)
        except redis.RedisError as error:
            log.warning("pages hear of a notice later: redis is away", error=str(error))

    return lambda key: after
