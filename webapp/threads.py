"""What blocks the whole process runs outside the hub, for every desk would wait: SQLite, files, big tables.

A query of MariaDB needs none of this: its driver waits on a socket, which lets the others run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import IO, Any, TypeVar, cast

from gevent.threadpool import ThreadPool
from werkzeug.wsgi import FileWrapper

QUICK_THREADS, LONG_THREADS = 4, 2
"""Of the small queries behind each request; of lists, files and reports, which never keep the small ones waiting."""
DISK_THREADS, TABLE_THREADS = 4, 2
"""For files that are read, where a disk may be away; for tables that are made."""
BLOCK = 256 * 1024

T = TypeVar("T")


@cache
def disk() -> ThreadPool:
    return ThreadPool(DISK_THREADS)


@cache
def tables() -> ThreadPool:
    return ThreadPool(TABLE_THREADS)


def apart(pool: ThreadPool, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """``method`` in ``pool``; the greenlet that calls waits, the others go on. Errors come back to it."""
    error, value = pool.apply(_tried, (method, args, kwargs))
    if error is not None:
        raise error
    return cast(T, value)


class FileReads(FileWrapper):
    """As ``wsgi.file_wrapper``: a file that is sent, read block by block outside the hub."""

    def __init__(self, file: IO[bytes], buffer_size: int = 0) -> None:
        super().__init__(file, max(buffer_size, BLOCK))

    def __next__(self) -> bytes:
        return apart(disk(), super().__next__)


def outside(port: T, pool: ThreadPool, before: Callable[[], object] = lambda: None) -> T:
    """``port`` whose methods run in ``pool``; the greenlet that calls waits, the others go on. Errors come back to it. What is no
    method is told as it is.

    ``before`` runs in the hub before each call.
    """
    return cast(T, _Outside(port, pool, before))


class _Outside:
    def __init__(self, port: object, pool: ThreadPool, before: Callable[[], object]) -> None:
        self._port = port
        self._pool = pool
        self._before = before

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not callable(method):
            return method

        def run(*args: Any, **kwargs: Any) -> Any:
            self._before()
            return apart(self._pool, method, *args, **kwargs)

        setattr(self, name, run)
        return run


def _tried(method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Exception | None, Any]:
    """The pool would write an error of its own to stderr: errors travel as values."""
    try:
        return None, method(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - raised again where the result is waited for
        return error, None
