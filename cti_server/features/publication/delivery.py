"""Brings a published document into Redis, where daemon and web read it, and tells the daemon; what was refused is beside it.

The document goes in only over an older one: two publishers may run at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import orjson
import redis
import structlog

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError
from cti_server.events.commands import ReloadConfig
from cti_server.features.centre.document import encode_config
from cti_server.features.centre.parts import parts_of

Apart = Callable[..., list[bytes]]
"""Called with a function and its arguments."""


def _here(function: Callable[..., list[bytes]], *given: Any) -> list[bytes]:
    return function(*given)


log = structlog.get_logger(__name__)

# KEYS[1] the document, KEYS[2] its parts; ARGV[1] the new document, ARGV[2] its version, ARGV[3...] its parts. Gives 1 when it
# was written. A document's version is the last: it need not be read as a whole for that.
_NEWER = """
local old = redis.call('GETRANGE', KEYS[1], -64, -1)
local version = string.match(old, '"version":(%d+)}$')
if version and tonumber(version) >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
for at = 3, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[at]) end
return 1
"""


def put_config(client: redis.Redis, keys: Keys, config: CentreConfig) -> bool:
    """True when Redis had an older document, a broken one or none. Raises redis.RedisError."""
    return put_document(client, keys, encode_config(config), config.version)


def put_document(client: redis.Redis, keys: Keys, document: bytes, version: int, apart: Apart = _here) -> bool:
    """The same of a document that is encoded; beside it what differs from the one that was there, for the daemon's loop."""
    parts = apart(_parts, client.get(keys.config), document)
    return bool(cast("Any", client).eval(_NEWER, 2, keys.config, keys.config_parts, document, version, *parts))


def _parts(old: Any, new: bytes) -> list[bytes]:
    return [orjson.dumps(part) for part in parts_of(_plain(old), orjson.loads(new))]


def _plain(raw: Any) -> dict[str, Any]:
    """What is there already; one that cannot be read is none."""
    try:
        found = orjson.loads(raw or b"{}")
        return found if type(found.get("version", 0)) is int else {}
    except (orjson.JSONDecodeError, AttributeError):
        return {}


def deliver(
    client: redis.Redis,
    keys: Keys,
    commands: CommandClient,
    document: bytes,
    version: int,
    issuer: str,
    apart: Apart = _here,
) -> bool:
    """To the daemon at once; ``apart`` compares, where others would have to wait for that. False: Redis does not answer; then the
    worker does it, as soon as it can."""
    try:
        if put_document(client, keys, document, version, apart):
            commands.post(ReloadConfig(), issuer)
    except (redis.RedisError, CtiError) as error:
        log.warning("a configuration is delivered later", version=version, error=str(error))
        return False
    return True


def put_problems(client: redis.Redis, keys: Keys, problems: Sequence[str], at_ms: int) -> None:
    """Keep what was refused for ``cti doctor``: JSON {at_ms, problems}; no key when all is well. It is no event."""
    if problems:
        client.set(keys.config_problems, orjson.dumps({"at_ms": at_ms, "problems": list(problems)}))
    else:
        client.delete(keys.config_problems)
