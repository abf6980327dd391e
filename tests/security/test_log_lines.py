"""Whatever goes wrong in a process, its log stays a JSON object a line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

BEGIN = "from gevent import monkey; monkey.patch_all(); import sys; from cti_server.adapters import logs; logs.set_up('INFO')\n"
FAULTS = {
    "main": "raise ValueError('a\\nb')",
    "thread": "import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "greenlet": "import gevent; gevent.spawn(lambda: [][1]).join()",
    "pool": "import gevent; g = gevent.get_hub().threadpool.spawn(lambda: 1 / 0); g.wait()",
    "callback": "import gevent; gevent.get_hub().loop.run_callback(lambda: 1 / 0); gevent.sleep(0.01)",
    "unraisable": "class A:\n def __del__(self): raise OSError('x\\ny')\nA(); import gc; gc.collect()",
    "warning": "import warnings; warnings.warn('old\\nthing')",
    "library": "import logging; logging.getLogger('werkzeug').error('two\\nlines')",
    "odd text": "import logging; logging.getLogger('x').error('\\ud800\\0\\u2028')",
    "recursion": "f = lambda: f()\nf()",
    "engine.io": "import flask; from flask_socketio import SocketIO; from webapp.realtime.sockets import _quiet as q\n"
    "s = SocketIO(flask.Flask('x'), async_mode='gevent', logger=q('socketio.server'), engineio_logger=q('engineio.server'))\n"
    "s.server.eio.on('message', lambda *a: 1 / 0)\ns.server.eio._trigger_event('message', 'sid', 'x')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_one_line(fault: str) -> None:
    done = subprocess.run([sys.executable, "-c", BEGIN + FAULTS[fault]], capture_output=True, text=True, timeout=60, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len([line for line in lines if line["level"] in ("error", "warning")]) == 1, done.stderr
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
