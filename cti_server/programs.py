"""Programs of our own that run as a process of their own: decoders, the doctor. The one way to start them from any program.

It takes no part in who else waits for children: no watcher, no signal handler, no pipe. The program reads from a file and writes
to one; here it is looked every moment whether it has ended. So it works in the hub of gevent, where the others go on meanwhile,
as in a thread beside it, where what gevent puts in the place of ``os`` and ``subprocess`` raises: only the default loop watches
children.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gevent.monkey import get_original

LOOK_S = 0.01
LARGEST = 256 << 20
_spawn, _waitpid = get_original("os", ("posix_spawn", "waitpid"))


class Ended(NamedTuple):
    code: int
    """As of ``subprocess``: below 0 the signal that ended it. 0 also where its status is unknown: then what it said counts."""
    said: bytes
    """On stdout, at most LARGEST."""


def run(command: Sequence[str], given: bytes = b"", *, limit_s: float, environ: Mapping[str, str] | None = None) -> Ended:
    """Gives it ``given`` as stdin; what it says on stderr goes nowhere. Raises OSError when it cannot be started, TimeoutError
    after ``limit_s``: it is ended then."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout:
        stdin.write(given)
        stdin.seek(0)
        files = [
            (os.POSIX_SPAWN_DUP2, stdin.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, stdout.fileno(), 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        # no code of ours runs between fork and exec: a process with threads may not
        pid = _spawn(command[0], command, os.environ if environ is None else environ, file_actions=files)
        code = _wait(pid, time.monotonic() + limit_s)
        stdout.seek(0)
        return Ended(code, stdout.read(LARGEST))


def run_module(name: str, given: bytes, *arguments: str, limit_s: float) -> Ended:
    """``python -m name`` with this interpreter. As ``run``."""
    return run([sys.executable, "-m", name, *arguments], given, limit_s=limit_s)


def _wait(pid: int, until_s: float) -> int:
    ended = False
    try:
        while True:
            done, status = _waitpid(pid, os.WNOHANG)
            if done:
                ended = True
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() >= until_s:
                raise TimeoutError
            time.sleep(LOOK_S)
    except ChildProcessError:  # whoever waits for all children of this process was quicker
        ended = True
        return 0
    finally:
        if not ended:
            _end(pid)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        _waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # it has ended meanwhile
