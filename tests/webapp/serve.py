"""A real web process with the small centre of ``fakes`` behind it: ``python -m tests.webapp.serve REDIS_URL FOLDER [CERT KEY]``.

``CTI_SERVE``: JSON {"limits": {...}, "settings": {...}}, fields of Limits and Settings that differ. Prints its port, ends at
SIGTERM.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.settings import Settings  # noqa: E402
from tests.webapp import fakes  # noqa: E402
from webapp.app import create_app  # noqa: E402
from webapp.limits import Limits  # noqa: E402
from webapp.server import Server, prepare_process  # noqa: E402


def main() -> None:
    url, folder, *tls = sys.argv[1:]
    cert, key = tls or ("", "")
    wanted = json.loads(os.environ.get("CTI_SERVE", "{}"))
    settings = Settings(
        **{"redis_url": url, "data_dir": folder, "http_port": 0, "tls_cert": cert, "tls_key": key, **wanted.get("settings", {})}
    )
    limits = replace(Limits.of(1024), **wanted.get("limits", {}))
    app = create_app(
        settings,
        fakes.make_ports(),
        connect(url),
        SystemClock(),
        dist=Path(folder) / "dist",
        passwords=fakes.quick_passwords(),
        limits=limits,
    )
    logs.set_up("INFO")
    server = Server(app, settings)
    gevent.signal_handler(signal.SIGTERM, server.stop)
    server.start()
    prepare_process()
    print(f"PORT {server.port}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
