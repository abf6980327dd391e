"""What daemon, worker and web say goes to stderr, a JSON object a line: ``event``, ``level``, ``timestamp`` (UTC) and more.

Lines of libraries (the logging module), warnings and exceptions that nobody caught, in whatever thread or greenlet, look the
same. A log that cannot be written (a full disk, a closed pipe) costs its lines, never the program that has something to say.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any, TextIO

import structlog
from gevent.hub import Hub


class _Patient:
    """A stream that never raises."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            return 0

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return


def set_up(level: str) -> None:
    """``level``: the least that is written, one of settings.LOG_LEVELS."""
    common: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    line = structlog.processors.JSONRenderer()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        processors=[*common, line],
        logger_factory=structlog.PrintLoggerFactory(_Patient(sys.stderr)),  # type: ignore[arg-type]
    )
    handler = logging.StreamHandler(_Patient(sys.stderr))
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=line, foreign_pre_chain=common))
    logging.basicConfig(level=level, handlers=[handler])
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    Hub.print_exception = lambda hub, context, kind, error, trace: _uncaught(kind, error, trace, context)


def _uncaught(kind: Any, error: BaseException | None, trace: Any, where: object = None) -> None:
    """Instead of a traceback of many lines on stderr; ``where``: gevent's word for the greenlet or callback."""
    if kind is not None and issubclass(kind, KeyboardInterrupt):
        return
    told = {"where": str(where)[:200]} if where is not None else {}
    structlog.get_logger(__name__).error("uncaught exception", exc_info=(kind, error, trace), **told)
