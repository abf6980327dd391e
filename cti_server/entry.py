"""How every program of the product begins and ends: one line on stderr and an exit status, never a traceback.

Exit status: 0 ended on purpose, 1 it cannot start or a part of it died (a supervisor starts it again), 3 another daemon leads.
The traceback of a defect is in the log, as JSON. SIGINT is as SIGTERM: while a program starts it ends it at once, as kill -9
would; afterwards the program's own handler ends it in order.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Mapping

import structlog

from cti_server.errors import CtiError

log = structlog.get_logger(__name__)

FAILED = 1


def run(program: str, work: Callable[[], str | None], statuses: Mapping[type[CtiError], int] | None = None) -> None:
    """Do ``work`` and exit. It gives why it ended against its will, '' or None when on purpose.

    ``statuses``: error -> exit status, where it is not 1.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a KeyboardInterrupt in a callback that ignores exceptions would be lost
    try:
        failure = work()
    except CtiError as error:
        _end(program, error.message, (statuses or {}).get(type(error), FAILED))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        log.critical("the program ends", program=program, exc_info=error)
        _end(program, f"{place}{error.strerror or error}", FAILED)
    except Exception as error:
        log.critical("the program ends by a defect", program=program, exc_info=error)
        words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        _end(program, f"a defect: {words}; the line before this one has the details, please report it", FAILED)
    if failure:
        _end(program, failure, FAILED)


def _end(program: str, message: str, status: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{program}: {' '.join(message.split())}\n")
        sys.stderr.flush()
    sys.exit(status)
