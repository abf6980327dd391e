"""The web process ``cti-web``: settings, parts, server, signals."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402

from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.errors import CtiError  # noqa: E402
from cti_server.settings import load  # noqa: E402
from webapp.app import create_app  # noqa: E402
from webapp.server import Server, prepare_process  # noqa: E402
from webapp.wiring import make_ports  # noqa: E402

REDIS_CONNECTIONS = 64


def main() -> None:
    """Runs until SIGTERM or SIGINT. Exit 1 with one line when a setting or the port cannot be used."""
    os.umask(0o077)  # what this process writes is about callers
    try:
        settings = load()
        logs.set_up(settings.log_level)
        clock = SystemClock()
        client = connect(settings.redis_url, max_connections=REDIS_CONNECTIONS)
        app = create_app(settings, make_ports(settings, client, clock), client, clock)
        server = Server(app, settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, server.stop)
        server.start()
    except CtiError as error:
        print(f"cti-web: {error.message}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    prepare_process()
    server.run()


if __name__ == "__main__":
    main()
