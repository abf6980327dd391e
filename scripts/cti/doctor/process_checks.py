"""Processes: heartbeats in Redis of daemon, worker and web, and the web's own /healthz."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import cti_server.engine.assembly  # noqa: F401 - with it all alarms are declared
from cti_server.domain import alarm_rules
from cti_server.errors import CtiError
from cti_server.events.views import ALARM
from cti_server.features.audit import state as states
from cti_server.features.audit.contract import PROBLEMS
from cti_server.features.centre.document import decode_config
from cti_server.words import FAMILIES
from scripts.cti.doctor.finding import Finding, Options
from scripts.cti.mirror import Heartbeat, read_heartbeats, read_rows
from scripts.cti.text import age, safe
from scripts.cti.world import World

ROLES: dict[str, tuple[str, str]] = {
    # process -> (what its absence means, what to do); the web is asked itself, see check_web
    "daemon": ("no call is routed", "start cti-daemon and look at its log"),
    "worker": ("facts do not reach the database, configuration is not published", "start cti-worker and look at its log"),
}
WEB_TIMEOUT_S = 3.0


def check_processes(world: World, options: Options) -> Iterator[Finding]:
    """One finding per kind of process."""
    beats: dict[str, list[Heartbeat]] = {}
    for beat in read_heartbeats(world.client, world.keys):
        beats.setdefault(re.split("[-.:]", beat.process)[0], []).append(beat)
    for kind, (meaning, hint) in ROLES.items():
        found = beats.get(kind, [])
        details = {"processes": [beat.to_json() for beat in found]}
        alive = [beat for beat in found if beat.alive]
        if not alive:
            newest = min(found, key=lambda beat: beat.age_ms, default=None)
            seen = f"last heartbeat {age('en', newest.age_ms)}" if newest else "no heartbeat"
            yield Finding(kind, "critical", f"away ({seen}): {meaning}", hint, details)
            continue
        names = ", ".join(f"pid {beat.pid}, {age('en', beat.age_ms)}" for beat in alive)
        trouble = "; ".join(_trouble(alive))
        if trouble:
            yield Finding(kind, "warning", f"alive ({names}), {trouble}", "read its log", details)
        else:
            yield Finding(kind, "ok", f"alive ({names})", details=details)


def _trouble(beats: list[Heartbeat]) -> list[str]:
    """What processes say of themselves: defects since their start, and what keeps them from their work now."""
    errors = sum(beat.errors for beat in beats)
    fenced = sum(beat.fenced for beat in beats)
    words = [f"{errors} internal errors since its start"] * bool(errors)
    words += [f"{fenced} commands refused because another daemon led"] * bool(fenced)
    return words + [safe(beat.trouble) for beat in beats if beat.trouble]


def check_alarms(world: World, options: Options) -> Iterator[Finding]:
    """One finding per kind of alarm that the engine holds raised."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for view in read_rows(world.client, world.keys, ALARM).views.values():
        kinds.setdefault(str(view.get("kind", "")), []).append(view)
    for kind, views in sorted(kinds.items()):
        critical = [view for view in views if view.get("severity") == "critical"]
        more = f" (and {len(views) - 1} more)" if len(views) > 1 else ""
        shown = safe(_said((critical or views)[0], world.lang), 300) + more
        hint = "the panel shows all; cti tail --name 'alarm.*' says when they come and go"
        yield Finding(f"alarm {safe(kind)}", "critical" if critical else "warning", shown, hint, {"alarms": views})
    if not kinds:
        yield Finding("alarms", "ok", "none is raised")


def _said(alarm: Mapping[str, Any], lang: str) -> str:
    """Its declared words, and those of technicians where people need them or nobody declared it."""
    told = str(alarm.get("text", ""))
    if alarm.get("alarm") not in FAMILIES["alarm"]:
        return told
    words = FAMILIES["alarm"][str(alarm["alarm"])].said(lang)
    said = words.format(subject=alarm.get("subject", ""), rule=alarm.get("rule", ""))
    if alarm.get("met"):
        return f"{said}: {alarm_rules.said(alarm['met'], lang)}"
    return f"{said}: {told}" if alarm.get("detail") else said


def check_audit(world: World, options: Options) -> Iterator[Finding]:
    """The audit's chain, as far as the worker has looked."""
    chain = states.read(world.client, world.keys)
    if chain["problems"]:
        first = chain["problems"][0]
        shown = f"{PROBLEMS[first['problem']].said(world.lang)}: row {first['row']}, link {first['n']}"
        hint = "cti audit verify looks again; ask who could write to the database"
        yield Finding("audit", "critical", shown, hint, dict(chain))
    else:
        left = int(chain["links"]) - int(chain["checked"])
        newer = f"; {left} newer ones are looked at next" if left > 0 else ""
        yield Finding("audit", "ok", f"{chain['checked']} rows are as they were written{newer}", details=dict(chain))


def check_configuration(world: World, options: Options) -> Iterator[Finding]:
    """The published document can be read, and the last publication was not refused in part."""
    yield from _refused(world)
    raw = world.client.get(world.keys.config)
    if not isinstance(raw, bytes):
        yield Finding("configuration", "critical", f"no document in {world.keys.config}", "start the worker, which publishes it")
        return
    try:
        document = decode_config(raw)
    except CtiError as error:
        yield Finding("configuration", "critical", error.message, "run: cti config check", error.details)
        return
    counts = {name: len(getattr(document, name)) for name in ("agents", "queues", "service_numbers", "trunks", "flows")}
    shown = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    empty = [name for name in ("agents", "queues", "service_numbers") if not counts[name]]
    hint = f"add {', '.join(empty)} before calls can be served" if empty else ""
    yield Finding("configuration", "warning" if empty else "ok", f"version {document.version}: {shown}", hint, counts)


def _refused(world: World) -> Iterator[Finding]:
    raw = world.client.get(world.keys.config_problems)
    if not isinstance(raw, bytes):
        return
    try:
        problems = [str(problem) for problem in json.loads(raw).get("problems", ())]
    except (ValueError, AttributeError):
        problems = ["the list of problems cannot be read"]
    shown = f"{len(problems)} problems were refused when it was published last: {safe(problems[0]) if problems else ''}"
    hint = "correct them (cti config check names files and nodes); what was good before stays in force"
    yield Finding("configuration", "warning", shown, hint, {"problems": problems})


# ---------------------------------------------------------------- web


def check_web(world: World, options: Options) -> Iterator[Finding]:
    """GET /healthz."""
    url = options.web_url or world.settings.url
    try:
        status, body = _get(url, "/healthz", world.settings.tls_cert)
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        yield Finding("web page", "critical", f"{url} does not answer: {words}", "start cti-web, or give --web-url", {"url": url})
        return
    details = {"url": url, "status": status, "body": body[:500]}
    try:
        parts = json.loads(body)
    except ValueError:
        parts = {}
    if status == 200:
        said = safe(parts.get("status", "ok") if isinstance(parts, dict) else "ok")
        yield Finding("web page", "ok", f"{url}/healthz says {said}", details=details)
        return
    bad = [f"{key}={safe(value)}" for key, value in parts.items()] if isinstance(parts, dict) else []
    hint = "see the findings of that component"
    yield Finding("web page", "critical", f"{url}/healthz: HTTP {status} {' '.join(bad)}", hint, details)


def _get(url: str, path: str, certificate: str) -> tuple[int, str]:
    """(status, body up to 4 KiB). A self-signed certificate is trusted when the settings name it; its name is not compared."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no http or https address")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=WEB_TIMEOUT_S)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=certificate or None)
        context.check_hostname = not certificate
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=WEB_TIMEOUT_S, context=context)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return response.status, response.read(4096).decode("utf-8", "replace")
    except TimeoutError as error:
        raise OSError(f"no answer in {WEB_TIMEOUT_S:.0f} s") from error
    finally:
        connection.close()
