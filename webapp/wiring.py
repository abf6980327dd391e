"""The real ports: services on SQL, and the configuration in force as the worker publishes it in Redis."""

from __future__ import annotations

import gevent
import redis
import structlog
from gevent.lock import BoundedSemaphore
from sqlalchemy import Engine, text

from cti_server.adapters.keys import Keys
from cti_server.adapters.sql.accounts import SqlAccounts, SqlPhones
from cti_server.adapters.sql.configurations import SqlConfigurations
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.adapters.sql.reading import SqlCalls, SqlLedgerReader
from cti_server.adapters.sql.recordings import SqlRecordings
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError
from cti_server.services.calls import Calls
from cti_server.services.configuration import decode_config
from cti_server.services.reports import Reports
from cti_server.services.users import Phone, Phones
from cti_server.settings import Settings
from webapp.ports import Ports

log = structlog.get_logger(__name__)

CONFIG_FOR_MS = 2000
DATABASE_PATIENCE_S = 3.0


class RememberedPhones(Phones):
    """While the database is away the last phone of an extension stands: a desk that is loaded anew goes on."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._known: dict[str, Phone] = {}

    def phone(self, extension: str) -> Phone | None:
        try:
            found = self._phones.phone(extension)
        except CtiError as error:
            if error.error_id != "database-away" or extension not in self._known:
                raise
            return self._known[extension]
        if found is None:
            self._known.pop(extension, None)
        else:
            self._known[extension] = found
        return found


class SqlCentre:
    """Implements ports.Centre. Read again after CONFIG_FOR_MS; while Redis and SQL are away the last document stands."""

    def __init__(self, client: redis.Redis, keys: Keys, engine: Engine, clock: Clock) -> None:
        self._redis = client
        self._keys = keys
        self._store = SqlConfigurations(engine)
        self._phones = RememberedPhones(SqlPhones(engine))
        self._clock = clock
        self._raw: bytes | None = None
        self._config: CentreConfig | None = None
        self._fresh_until_ms = 0
        self._turn = BoundedSemaphore(1)

    def config(self) -> CentreConfig:
        """Raises CtiError 'no-configuration' before the first was published."""
        with self._turn:
            if self._config is None or self._clock.now_ms() >= self._fresh_until_ms:
                self._look()
            if self._config is None:
                raise CtiError("no-configuration", "no configuration was published yet: start the worker, which publishes it")
            return self._config

    def phone(self, extension: str) -> Phone | None:
        """Raises CtiError 'database-away' for a phone that this process has not seen yet."""
        return self._phones.phone(extension)

    def _look(self) -> None:
        self._fresh_until_ms = self._clock.now_ms() + CONFIG_FOR_MS
        raw = self._newest()
        if raw is None or raw == self._raw:
            return
        try:
            self._config = decode_config(raw)
        except CtiError as error:
            log.error("the published configuration is refused, the last one stands", error=str(error))
        self._raw = raw

    def _newest(self) -> bytes | None:
        try:
            raw = self._redis.get(self._keys.config)
        except redis.RedisError as error:
            log.warning("configuration: redis is away", error=str(error))
            raw = None
        if isinstance(raw, bytes):
            return raw
        try:
            return self._raw or self._store.newest()
        except CtiError as error:
            if error.error_id != "database-away":
                raise
            return None


class SqlDatabase:
    """Implements ports.Database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def alive(self) -> bool:
        with gevent.Timeout(DATABASE_PATIENCE_S, False):
            try:
                with transaction(self._engine) as session:
                    session.execute(text("SELECT 1"))
                return True
            except CtiError as error:
                log.warning("the database is away", error=str(error))
        return False


def make_ports(settings: Settings, client: redis.Redis, clock: Clock) -> Ports:
    """Raises CtiError 'bad-database' for a URL that cannot be used; connects at the first use."""
    engine = make_engine(settings.database_url)
    centre = SqlCentre(client, Keys(settings.domain), engine, clock)
    calls = Calls(SqlCalls(engine), centre.config)
    return Ports(
        accounts=SqlAccounts(engine),
        centre=centre,
        calls=calls,
        recordings=SqlRecordings(engine),
        reports=Reports(SqlLedgerReader(engine, gevent.sleep), calls, centre.config, clock),
        database=SqlDatabase(engine),
    )
