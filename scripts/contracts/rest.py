"""The REST interface: its OpenAPI document, the page's types of it by openapi-typescript, and the AsyncAPI document."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.redis_store import connect
from cti_server.settings import Settings
from scripts import bootstrap
from scripts.contracts.typescript import HEAD
from webapp.app import create_app
from webapp.features.stream import document as asyncapi
from webapp.wiring import make_ports

METHODS = {"get", "put", "post", "delete", "patch"}
TOOL = Path(bootstrap.PAGE) / "node_modules" / ".bin" / "openapi-typescript"


@cache
def document() -> str:
    """As JSON; nothing connects."""
    settings, clock = Settings(), SystemClock()
    client = connect(settings.redis_url)
    app = create_app(settings, make_ports(settings, client, clock), client, clock)
    (api,) = app.extensions["flask-smorest"]["apis"].values()
    return json.dumps(api["ext_obj"].spec.to_dict(), ensure_ascii=False, indent=1) + "\n"


def events() -> str:
    """The AsyncAPI document as JSON."""
    return json.dumps(asyncapi.document(), ensure_ascii=False, indent=1) + "\n"


def page() -> str:
    """Ends the process where openapi-typescript is missing."""
    if not TOOL.exists():
        sys.exit(f"{TOOL.name} is missing: make page, or npm ci in {bootstrap.PAGE}")
    environment, _ = bootstrap.node_environment()  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "openapi.json", Path(folder) / "api.ts"
        source.write_text(json.dumps(json.loads(document(), object_hook=_without_examples)), "utf-8")
        command: list[str | Path] = [TOOL, source, "-o", made, "--root-types", "--root-types-no-schema-prefix"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            sys.exit(f"{TOOL.name} failed:\n{ended.stdout}{ended.stderr}")
        text = made.read_text("utf-8").partition("*/\n\n")[2]
    return HEAD.format(source="webapp/features") + text


def _without_examples(found: dict[str, Any]) -> dict[str, Any]:
    """Types need none."""
    return {name: value for name, value in found.items() if name not in ("example", "examples")}


def docs() -> str:
    """A table of the routes for developers."""
    rows = []
    for path, item in json.loads(document())["paths"].items():
        for method in (name for name in item if name in METHODS):
            one = item[method]
            ways = [(scheme or {"–": []}).items() for scheme in one["security"] or [{}]]
            who = [", ".join(roles or [name]) for way in ways for name, roles in way if name not in ("csrf", "api_token")]
            rows.append(f"| `{method.upper()} {path}` | {' or '.join(who)} | {one['summary']} |")
    return "## REST\n\n" + "\n".join(["| call | who | what it does |\n|---|---|---|", *rows]) + "\n"
