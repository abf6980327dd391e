"""A program that changes the centre and is killed at one of its statements, or whose database is, by ``test_killed``.

    python -m tests.faults.killed URL WORK [PID]

Each attempt is a process of its own: the first ends just before its commit and tells how many statements there are, the others
end at one of them, the last is left alone. PID: the database's, which is killed instead, once. Prints JSON: how many statements
there are, what is in the database after each attempt (``states``), and how each ended (``ends``, as of waitpid).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, func, select

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.features.centre.model import ConfigVersion, FreeSeat
from cti_server.features.entities.contract import Wish
from cti_server.features.entities.model import EntityVersion
from tests.features.entities.conftest import EVE, NOW_MS, Kit

ROWS = 120
SEATS = [Wish(str(5000 + at), {}, create=True) for at in range(ROWS)]


def import_(kit: Kit) -> None:
    kit.entities.take("free_seats", SEATS, EVE)


def publish(kit: Kit) -> None:
    kit.publications.publish(EVE, "seats")


def planned(kit: Kit) -> None:
    """As the worker does at its time."""
    kit.clock.ms = NOW_MS + 10_000
    kit.publications.due()


WORKS: dict[str, Callable[[Kit], None]] = {"import": import_, "publish": publish, "planned": planned}


def state(url: str) -> list[int]:
    """Seats of the import, what their history and the audit tell of them, the newest version, changes in the draft, plans."""
    kit = Kit(make_engine(url))
    history = select(func.count()).where(EntityVersion.entity == "free_seats", EntityVersion.what == "created")
    seats = select(func.count()).select_from(FreeSeat).where(FreeSeat.extension.between("5000", "5999"))
    with transaction(kit.engine) as session:
        found = [session.scalar(one) or 0 for one in (seats, history, select(func.max(ConfigVersion.version)))]
    audits = sum(one["subject"].startswith("free_seats:") for one in kit.audits())
    draft = kit.publications.draft()
    kit.engine.dispose()
    return [*found, audits, draft["changes"], sum(one["state"] == "waiting" for one in kit.publications.plans())]


def attempt(url: str, work: Callable[[Kit], None], dies_at: int, victim: int = 0) -> tuple[int, int]:
    """-> (how the process ended, the statements that it had come to). ``dies_at``: 0 before the commit, -1 never."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as said:
            told = said.read().split()
        return os.waitpid(child, 0)[1], int(told[-1]) if told else 0
    os.close(read)
    kit, seen = Kit(make_engine(url)), 0

    def die() -> None:
        os.write(write, f"{seen}\n".encode())
        os.kill(victim or os.getpid(), signal.SIGKILL)

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at:
            die()

    event.listen(kit.engine, "before_cursor_execute", count)
    if dies_at == 0:
        event.listen(kit.engine, "commit", lambda connection: die())
    try:
        work(kit)
    except Exception as error:  # the database has gone, and the program lives
        print(type(error).__name__, error, file=sys.stderr)
        os._exit(3)
    os._exit(0)


def main(url: str, name: str, victim: int = 0) -> None:
    work = WORKS[name]
    if victim:
        ended, _ = attempt(url, work, 4, victim)
        print(json.dumps({"ended": os.waitstatus_to_exitcode(ended)}))
        return
    ended, statements = attempt(url, work, 0)
    ends, states = [ended], [state(url)]
    for at in sorted({1, 2, statements // 3, 2 * statements // 3, statements} - {0}):
        ends.append(attempt(url, work, at)[0])
        states.append(state(url))
    ends.append(attempt(url, work, -1)[0])
    states.append(state(url))
    print(json.dumps({"statements": statements, "states": states, "ends": ends}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
