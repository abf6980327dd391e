"""Published configurations name their tenant: what was called the routing domain."""

from __future__ import annotations

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_VERSIONS = sa.table("config_versions", sa.column("version", sa.Integer), sa.column("document", sa.Text))


def upgrade() -> None:
    _rename("domain", "tenant")


def downgrade() -> None:
    _rename("tenant", "domain")


def _rename(old: str, new: str) -> None:
    """One that is no JSON object stays as it is: whoever reads it says so."""
    connection = op.get_bind()
    for version, text in connection.execute(sa.select(_VERSIONS.c.version, _VERSIONS.c.document)).all():
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        if isinstance(document, dict) and old in document:
            document[new] = document.pop(old)
            told = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
            connection.execute(sa.update(_VERSIONS).where(_VERSIONS.c.version == version).values(document=told))
