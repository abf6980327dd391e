"""The web process ``cti-web``: settings, parts, server, signals."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import signal  # noqa: E402

import gevent  # noqa: E402

from cti_server import entry, temporary  # noqa: E402
from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.settings import load  # noqa: E402
from webapp.app import create_app  # noqa: E402
from webapp.server import Server, prepare_process  # noqa: E402
from webapp.wiring import make_ports  # noqa: E402

REDIS_CONNECTIONS = 64


def main() -> None:
    """Runs until SIGTERM or SIGINT; what keeps it from that is one line (cti_server.entry)."""
    os.umask(0o077)  # what this process writes is about callers
    entry.run("cti-web", _run)


def _run() -> str:
    settings = load()
    temporary.ensure(settings.data_dir)
    logs.set_up(settings.log_level)
    clock = SystemClock()
    client = connect(settings.redis_url, max_connections=REDIS_CONNECTIONS)
    app = create_app(settings, make_ports(settings, client, clock), client, clock)
    server = Server(app, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop)
    server.start()
    prepare_process()
    server.run()
    return server.failure


if __name__ == "__main__":
    main()
