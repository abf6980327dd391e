"""One-time links on their way to people: by mail where that is set up. A link is in no log."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import gevent
import redis
import structlog
from gevent.pool import Pool

from cti_server.adapters.mail import Mail, MailAway
from cti_server.errors import CtiError
from cti_server.features.users.letters import letter, link_url
from cti_server.features.users.service import Link
from webapp.auth.guard import own_origin

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 4


class Post:
    """``mail`` None: none is set up. ``page_url``: where the page is, as people have it; '': as the administrator's browser
    has it."""

    def __init__(self, mail: Mail | None, page_url: str) -> None:
        self.mail, self._page_url = mail, page_url
        self._aside = Pool(MOST_AT_ONCE)

    def url(self, token: str) -> str:
        return link_url(self._page_url or own_origin(), token)

    def send(self, token: str, link: Link) -> bool:
        """Whether the person has a mail on its way now."""
        if self.mail is None or not link.account.email:
            return False
        try:
            self.mail.send(link.account.email, *letter(link, link_url(self._page_url, token)))
        except (MailAway, ValueError) as error:  # ValueError: an address that is none
            log.error("mail was not sent", user=link.account.id, error=str(error))
            return False
        return True

    def send_all(self, made: Iterable[tuple[str, Link]]) -> int:
        """One after the other, meanwhile the caller goes on. -> how many will be sent."""
        wanted = [(token, link) for token, link in made if self.mail is not None and link.account.email]
        gevent.spawn(lambda: [self.send(token, link) for token, link in wanted])
        return len(wanted)

    def aside(self, work: Callable[[], object]) -> None:
        """Nobody sees how long ``work`` takes, nor whether it fails; when too much is under way it is left out."""

        def run() -> None:
            try:
                work()
            except (CtiError, redis.RedisError) as error:  # nobody waits for it: the log has it
                log.error("mail was not sent", error=f"{type(error).__name__}: {error}"[:300])

        if self._aside.full():
            log.error("mail was not sent: too many are under way")
        else:
            self._aside.spawn(run)
