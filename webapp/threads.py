"""SQLite runs outside the hub: its library blocks the whole process while it reads, and every desk would wait.

A query of MariaDB needs none of this: its driver waits on a socket, which lets the others run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from gevent.threadpool import ThreadPool

QUICK_THREADS, LONG_THREADS = 4, 2
"""Of the small queries behind each request; of lists, files and reports, which never keep the small ones waiting."""

T = TypeVar("T")


def outside(port: T, pool: ThreadPool, before: Callable[[], object] = lambda: None) -> T:
    """``port`` whose methods run in ``pool``; the greenlet that calls waits, the others go on. Errors come back to it.

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

        def run(*args: Any, **kwargs: Any) -> Any:
            self._before()
            error, value = self._pool.apply(_tried, (method, args, kwargs))
            if error is not None:
                raise error
            return value

        setattr(self, name, run)
        return run


def _tried(method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Exception | None, Any]:
    """The pool would write an error of its own to stderr: errors travel as values."""
    try:
        return None, method(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - raised again where the result is waited for
        return error, None
