"""API tokens from SQL. Implements the port Tokens."""

from __future__ import annotations

from sqlalchemy import Engine, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.features.roles.contract import rights_of
from cti_server.features.roles.model import Role
from cti_server.features.tokens.model import ApiToken
from cti_server.features.tokens.service import USED_EVERY_MS, Token, Tokens


class SqlTokens(Tokens):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, secret_hash: str) -> Token | None:
        with transaction(self._engine) as session:
            row = session.scalar(select(ApiToken).where(ApiToken.secret_hash == secret_hash))
            if row is None:
                return None
            role = session.get(Role, row.role) if row.role else None
            rights = rights_of(row.role, role.rights if role else {}) if row.role else None
            return Token(row.id, row.user, rights, row.read_only, row.until, row.per_minute, row.used_ms)

    def used(self, token_id: str, at_ms: int, address: str) -> None:
        late = (ApiToken.id == token_id, ApiToken.used_ms <= at_ms - USED_EVERY_MS)
        with transaction(self._engine) as session:
            session.execute(update(ApiToken).where(*late).values(used_ms=at_ms, used_from=address[:64]))
