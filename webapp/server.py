"""Serves one application with gevent until it is told to stop: plain or TLS, websocket included."""

from __future__ import annotations

import errno
import gc
import resource
import ssl

import structlog
from flask import Flask
from gevent import socket
from gevent.event import Event

from cti_server.errors import BadSetting, PortInUse
from cti_server.settings import Settings
from webapp.connections import Connections
from webapp.parts import EXTENSION, Parts

log = structlog.get_logger(__name__)

LAST_REQUESTS_S = 3
GC_THRESHOLDS = (100_000, 50, 50)


class Server:
    """``start`` listens (port 0: a free one, see ``port``); ``run`` blocks until ``stop``, which a signal handler may call."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._parts: Parts = app.extensions[EXTENSION]
        self._settings = settings
        self._stopping = Event()
        self.failure = ""  # why it ended against its will
        self._parts.on_defect = self._fail
        tls = {"ssl_context": _tls(settings)} if settings.tls_cert else {}
        listener = socket.socket(fileno=settings.http_fd) if settings.http_fd else (settings.http_host, settings.http_port)
        self._wsgi = Connections(listener, app, self._parts.limits, log=None, error_log=_Log(), **tls)

    def start(self) -> None:
        """Raises PortInUse, BadSetting."""
        host, port = self._settings.http_host, self._settings.http_port
        try:
            self._wsgi.start()
        except PermissionError as error:
            raise BadSetting(f"{host}:{port} may not be opened: choose a CTI_HTTP_PORT above 1023") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = f"port {port} on {host} is in use: stop the other program or set CTI_HTTP_PORT"
                raise PortInUse(message) from error
            raise BadSetting(f"CTI_HTTP_HOST={host} CTI_HTTP_PORT={port}: {error}") from error
        self._parts.start()
        scheme = "https" if self._settings.tls_cert else "http"
        log.info("the web listens", address=f"{scheme}://{host}:{self.port}", process=self._parts.process)

    @property
    def port(self) -> int:
        return int(self._wsgi.server_port)

    def run(self) -> None:
        self._stopping.wait()
        self._wsgi.stop(timeout=LAST_REQUESTS_S)
        self._parts.stop()
        log.info("the web has stopped")

    def stop(self) -> None:
        self._stopping.set()

    def _fail(self, why: str) -> None:
        log.critical("this process ends, so that a whole one is started", why=why)
        self.failure = why
        self.stop()


def _tls(settings: Settings) -> ssl.SSLContext:
    """Raises BadSetting for a certificate or key that cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key or None)
    except OSError as error:  # ssl.SSLError too
        message = f"CTI_TLS_CERT={settings.tls_cert} with CTI_TLS_KEY={settings.tls_key} cannot be used: {error}"
        raise BadSetting(message) from error
    return context


class _Log:
    """pywsgi's errors as log lines."""

    def write(self, text: str) -> None:
        if text.strip():
            log.error("http server", text=text.rstrip())

    def flush(self) -> None:
        """Nothing is kept back."""


def prepare_process() -> None:
    """As many files as allowed (a socket takes two) and rare collections: thousands of sockets live long."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
