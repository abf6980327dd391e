"""The routes for switches on a port, and the program that pulls from them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from gevent.pywsgi import WSGIServer

from cti_server.features.prompts.sql import SqlPrompts
from webapp import errors
from webapp.features.prompts.routes import routes

SECRET = "switch-secret"
PULL = Path(__file__).parents[3] / "freeswitch/prompts/cti_prompts.py"


@contextmanager
def serving(prompts: SqlPrompts) -> Iterator[str]:
    app = Flask("switches")
    app.register_blueprint(routes(prompts, None, None, SECRET))  # type: ignore[arg-type]
    errors.register(app)
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stop()


def pull(url: str, folder: Path, secret: str = SECRET, node: str = "fs1") -> subprocess.CompletedProcess[str]:
    token = folder.parent / "token"
    token.write_text(f"{secret}\n")
    asked = [sys.executable, str(PULL), "--url", url, "--token-file", str(token), "--folder", str(folder), "--node", node]
    return subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
