"""The real ports: services on SQL, and the configuration in force as the worker publishes it in Redis."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, TypeVar

import gevent
import redis
import structlog
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool
from sqlalchemy import Engine, text

from cti_server.adapters.keys import Keys
from cti_server.adapters.mail import SmtpMail
from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.domain.numbers import NumberSearch
from cti_server.errors import CtiError, DatabaseAway, NoConfiguration
from cti_server.features.audit.service import Audits
from cti_server.features.audit.sql import SqlAudit
from cti_server.features.calls.service import CallParts, CallQuery, Calls, CallStore
from cti_server.features.calls.sql import SqlCalls
from cti_server.features.centre.document import decode_config
from cti_server.features.centre.service import Configurations, Phone, Phones
from cti_server.features.centre.sql import SqlConfigurations, SqlPhones
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.sql import Publications
from cti_server.features.recordings.sql import SqlRecordings
from cti_server.features.registry import ENTITIES, entities_within
from cti_server.features.reports.service import Reports
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows
from cti_server.features.sign_in.people import SqlPeople
from cti_server.features.sign_in.sql import SqlSignIn
from cti_server.features.start.files import shipped
from cti_server.features.start.sql import SqlStart
from cti_server.features.tokens.sql import SqlTokens
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.users.sql_links import SqlLinks
from cti_server.features.users.sql_second import SqlSecondFactors
from cti_server.features.webhooks.sql import SqlWebhooks
from cti_server.rights import Reach
from cti_server.settings import Settings
from webapp.ports import Content, Ports
from webapp.threads import LONG_THREADS, QUICK_THREADS, apart, outside, tables

log = structlog.get_logger(__name__)

CONFIG_FOR_MS = 2000
T = TypeVar("T")


class RememberedPhones(Phones):
    """While the database is away the last phone of an extension stands: a desk that is loaded anew goes on."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._known: dict[str, Phone] = {}

    def phone(self, extension: str) -> Phone | None:
        try:
            found = self._phones.phone(extension)
        except DatabaseAway:
            if extension not in self._known:
                raise
            return self._known[extension]
        if found is None:
            self._known.pop(extension, None)
        else:
            self._known[extension] = found
        return found


class ConfigInForce:
    """Read again after CONFIG_FOR_MS; while Redis and SQL are away the last document stands."""

    def __init__(self, client: redis.Redis, keys: Keys, store: Configurations, clock: Clock) -> None:
        self._redis = client
        self._keys = keys
        self._store = store
        self._clock = clock
        self._raw: bytes | None = None
        self._config: CentreConfig | None = None
        self._fresh_until_ms = 0
        self._turn = BoundedSemaphore(1)

    def read(self) -> CentreConfig:
        """Raises NoConfiguration before the first was published. While one greenlet looks the others go on with what is known."""
        if self._is_stale():
            with self._turn:
                if self._is_stale():
                    self._look()
        return self.known()

    def _is_stale(self) -> bool:
        return self._config is None or self._clock.now_ms() >= self._fresh_until_ms

    def known(self) -> CentreConfig:
        """What ``read`` gave last, from any thread. Raises NoConfiguration."""
        if self._config is None:
            raise NoConfiguration("no configuration was published yet: start the worker, which publishes it")
        return self._config

    def _look(self) -> None:
        self._fresh_until_ms = self._clock.now_ms() + CONFIG_FOR_MS
        raw = self._newest()
        if raw is None or raw == self._raw:
            return
        try:
            self._config = apart(tables(), decode_config, raw)
        except CtiError as error:
            log.error("the published configuration is refused, the last one stands", error=str(error))
        self._raw = raw

    def _newest(self) -> bytes | None:
        try:
            if self._raw and self._redis.getrange(self._keys.config, -64, -1) == self._raw[-64:]:  # its version is the last
                return self._raw
            raw = self._redis.get(self._keys.config)
        except redis.RedisError as error:
            log.warning("configuration: redis is away", error=str(error))
            raw = None
        if isinstance(raw, bytes):
            return raw
        try:
            return self._raw or self._store.newest()
        except DatabaseAway:
            return None


def make_ports(settings: Settings, client: redis.Redis, clock: Clock) -> Ports:
    """Raises BadDatabase for a URL that cannot be used; connects at the first use."""
    engine, keys = make_engine(settings.database_url, settings.tenant, threads=True), Keys(settings.tenant)
    lite = engine.dialect.name == "sqlite"
    quick, long = ThreadPool(QUICK_THREADS), ThreadPool(LONG_THREADS)

    def near(port: T, pool: ThreadPool = quick, **options: Any) -> T:
        return outside(port, pool, **options) if lite else port

    centre = ConfigInForce(client, keys, near(SqlConfigurations(engine)), clock)
    # outside the hub nothing touches Redis or a lock of the hub: there it is the configuration as the hub last read it
    config = centre.known if lite else centre.read
    sealer = Sealer(settings.secrets_key) if settings.secrets_key else None
    turns: dict[str, Any] = {} if lite else {"pause": gevent.sleep}
    entities = Entities(engine, entities_within(settings), clock, sealer, **turns)
    lists, reader, rolled = Calls(SqlCalls(engine), config), SqlLedgerReader(engine, **turns), SqlRolledRows(engine, **turns)
    reports = Reports(reader, lists, config, clock, rolled, **turns)
    publications = Publications(engine, entities, ENTITIES, clock, settings.tenant)
    return Ports(
        accounts=near(SqlAccounts(engine)),
        config=centre.read,
        phones=RememberedPhones(near(SqlPhones(engine))),
        calls=Calls(_ListsApart(near(SqlCalls(engine)), near(SqlCalls(engine), long)), centre.read),
        recordings=near(SqlRecordings(engine)),
        reports=near(reports, long, before=centre.read),
        ask_database=partial(apart, quick, _ask, engine) if lite else partial(_ask, engine),
        publications=near(publications, long),
        audits=Audits(near(SqlAudit(engine), long), centre.read),
        entities=near(entities, long),
        content=Content.of(engine, entities, clock, near),
        tokens=near(SqlTokens(engine)),
        webhooks=near(SqlWebhooks(engine)),
        links=near(SqlLinks(engine, clock)),
        factors=near(SqlSecondFactors(engine, clock, sealer)),
        start=near(SqlStart(engine, entities, publications, shipped, settings.trunks_of_the_switch), long),
        sign_in=near(SqlSignIn(engine, entities, clock, sealer)),
        people=near(SqlPeople(engine)),
        mail=SmtpMail(settings.smtp_url, settings.mail_from) if settings.mails else None,
    )


def _ask(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(text("SELECT 1"))


class _ListsApart(CallStore):
    """Searches take long and wait for each other, one call's parts do not wait for them."""

    def __init__(self, quick: CallStore, long: CallStore) -> None:
        self._quick, self._long = quick, long

    def search(
        self, query: CallQuery, from_ms: int, to_ms: int, number: NumberSearch | None, reach: Reach
    ) -> tuple[int, list[str]]:
        return self._long.search(query, from_ms, to_ms, number, reach)

    def parts(self, call_ids: Collection[str]) -> CallParts:
        return self._quick.parts(call_ids)

    def arrivals(self, call_ids: Collection[str]) -> dict[str, int]:
        return self._long.arrivals(call_ids)
