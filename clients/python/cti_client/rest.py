"""REST: any call by its address, what people set up by name, and commands."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PER_PAGE = 200
LONGEST_WAIT_S = 60


class Refused(Exception):
    """An answer that is no success. ``error_id`` never changes, ``details`` are for programs."""

    def __init__(self, status: int, error_id: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(f"{error_id} ({status}): {message}")
        self.status, self.error_id, self.message, self.details = status, error_id, message, details


class Changed(Refused):
    """Somebody else has changed it meanwhile: details tell who, when, which fields, and the record as it is now."""


@dataclass(frozen=True)
class Entry:
    """What somebody set up. ``version``: a change says on which it was made. ``made``: secrets, told this once."""

    key: str
    version: int
    record: Mapping[str, Any]
    changed_by: str = ""
    changed_ms: int = 0
    seen: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict, repr=False)


class Client:
    """``token``: cti_ID_SECRET. Where the token has had its requests of a minute, it waits as it is told and asks again, once."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 15.0,
        context: ssl.SSLContext | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.url, self.token = url.rstrip("/"), token
        self._timeout_s, self._sleep = timeout_s, sleep
        self.context = context

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer's JSON; None where there is none. Raises Refused, Changed; OSError when nobody answers."""
        try:
            return self._call(method, path, body, query or {}, headers or {})
        except Refused as refused:
            wait_s = refused.details.get("retry_after_s")
            if refused.status != 429 or not isinstance(wait_s, int) or wait_s > LONGEST_WAIT_S:
                raise
            self._sleep(wait_s)
        return self._call(method, path, body, query or {}, headers or {})

    def _call(self, method: str, path: str, body: object, query: Mapping[str, object], headers: Mapping[str, str]) -> Any:
        address = self.url + path + (f"?{urllib.parse.urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        told = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        if data is not None:
            told["Content-Type"] = "application/json"
        request = urllib.request.Request(address, data, told, method=method)  # noqa: S310 - the address is the caller's
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s, context=self.context) as answer:  # noqa: S310
                raw = answer.read()
        except urllib.error.HTTPError as error:
            raise _refused(error.code, error.read()) from None
        return json.loads(raw) if raw else None

    # ------------------------------------------------------------ what people set up

    def entries(self, entity: str, **query: object) -> Iterator[Entry]:
        """All of a list: ``search``, ``filter`` (a JSON object), ``sort``."""
        page = 1
        while True:
            found = self.call("GET", f"/api/centre/{entity}", query={**query, "page": page, "per_page": PER_PAGE})
            yield from (_entry(one) for one in found["items"])
            if page * PER_PAGE >= found["total"]:
                return
            page += 1

    def entry(self, entity: str, key: str) -> Entry:
        return _entry(self.call("GET", _at(entity, key)))

    def create(self, entity: str, **record: object) -> Entry:
        return _entry(self.call("POST", f"/api/centre/{entity}", {"record": record}))

    def change(self, entity: str, seen: Entry, **fields: object) -> Entry:
        """On the version that was seen. Raises Changed where it is not the present one."""
        return _entry(self.call("PATCH", _at(entity, seen.key), {"record": fields}, headers=_on(seen)))

    def remove(self, entity: str, seen: Entry) -> None:
        self.call("DELETE", _at(entity, seen.key), headers=_on(seen))

    # ------------------------------------------------------------ calls and agents

    def send(self, name: str, **args: object) -> Mapping[str, Any]:
        """A command to the engine; what it answers with."""
        data: Mapping[str, Any] = self.call("POST", "/api/commands", {"name": name, "args": args})["data"]
        return data


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(**{name: told[name] for name in Entry.__dataclass_fields__ if name in told})


def _at(entity: str, key: str) -> str:
    return f"/api/centre/{entity}/{urllib.parse.quote(key, safe='')}"


def _on(seen: Entry) -> Mapping[str, str]:
    return {"If-Match": f'"{seen.version}"'}


def _refused(status: int, raw: bytes) -> Refused:
    try:
        told = json.loads(raw)
        known = str(told["error_id"]), str(told["message"]), dict(told["details"])
    except (ValueError, KeyError, TypeError):
        known = "http-error", raw[:200].decode("utf-8", "replace"), {}
    return (Changed if known[0] == "entry-changed" else Refused)(status, *known)
