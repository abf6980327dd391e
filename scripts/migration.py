"""``make migration ARGS="why it is new"``: what the declared tables have that the migrations do not make yet, as the next one."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

import cti_server.features.registry  # noqa: F401 - it declares the tables
from cti_server.adapters.sql import types
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import MIGRATIONS, bare_engine, migrate

OWN = types.__name__
FILE = '''"""{why}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


def skeleton(why: str, folder: Path) -> str:
    """The text of the next migration; '' where the tables are as the migrations make them."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/new.sqlite"
        migrate(url)
        with bare_engine(url).connect() as connection:
            options = {"render_as_batch": True}
            context = MigrationContext.configure(connection, opts=options)
            found = produce_migrations(context, Base.metadata)
    if found.upgrade_ops is None or found.downgrade_ops is None or found.upgrade_ops.is_empty():
        return ""
    last = newest(folder)
    upgrade, downgrade = (
        re.sub(r"(?m)^ *# ###.*\n?", "", "    " + render_python_code(ops, render_as_batch=True, migration_context=context))
        for ops in (found.upgrade_ops, found.downgrade_ops)
    )
    own = sorted(set(re.findall(rf"{re.escape(OWN)}\.(\w+)", upgrade + downgrade)))
    return FILE.format(
        why=f"{why[:1].upper()}{why[1:].rstrip('.')}.",
        imports=f"\nfrom {OWN} import {', '.join(own)}\n" if own else "",
        number=f"{last + 1:04}",
        before=f"{last:04}",
        upgrade=upgrade.rstrip().replace(f"{OWN}.", ""),
        downgrade=downgrade.rstrip().replace(f"{OWN}.", ""),
    )


def newest(folder: Path) -> int:
    return max(int(file.name[1:5]) for file in folder.glob("m[0-9][0-9][0-9][0-9]_*.py"))


def main() -> None:
    parser = argparse.ArgumentParser(prog='make migration ARGS="why it is new"', description=__doc__)
    parser.add_argument("why", nargs="+", help="a few words; they name the file")
    why = " ".join(parser.parse_args().why)
    folder = MIGRATIONS / "versions"
    text = skeleton(why, folder)
    if not text:
        sys.exit("the tables are as the migrations make them: there is nothing new")
    file = folder / f"m{newest(folder) + 1:04}_{re.sub(r'[^a-z0-9]+', '_', why.lower()).strip('_')}.py"
    file.write_text(text, "utf-8")
    print(f"{file}: read it, and give old rows their values")


if __name__ == "__main__":
    main()
