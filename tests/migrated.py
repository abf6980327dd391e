"""A database with the newest schema and nothing in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from cti_server.adapters.sql.database import migrate


@cache
def _file() -> bytes:
    with TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/cti.db")
        return (Path(folder) / "cti.db").read_bytes()


def migrated(url: str) -> None:
    """At ``url``: a SQLite is a copy of the one that was migrated first, for all migrations take a second."""
    found = make_url(url)
    if found.get_backend_name() == "sqlite":
        Path(found.database or "").write_bytes(_file())
    else:
        migrate(url)
