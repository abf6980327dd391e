"""Brings the newest configuration document into Redis, where the daemon reads it; what was refused is beside it.

The document goes in only over an older one: two publishers may run at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import orjson
import redis

from cti_server.adapters.keys import Keys
from cti_server.domain.config import CentreConfig
from cti_server.features.centre.document import encode_config

# KEYS[1] the document; ARGV[1] the new document, ARGV[2] its version. Gives 1 when it was written.
_NEWER = """
local old = redis.call('GET', KEYS[1])
if old then
  local ok, document = pcall(cjson.decode, old)
  if ok and type(document) == 'table' and tonumber(document.version) and tonumber(document.version) >= tonumber(ARGV[2]) then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""


def put_config(client: redis.Redis, keys: Keys, config: CentreConfig) -> bool:
    """True when Redis had an older document, a broken one or none. Raises redis.RedisError."""
    return bool(cast("Any", client).eval(_NEWER, 1, keys.config, encode_config(config), config.version))


def put_problems(client: redis.Redis, keys: Keys, problems: Sequence[str], at_ms: int) -> None:
    """Keep what was refused for ``cti doctor``: JSON {at_ms, problems}; no key when all is well. It is no event."""
    if problems:
        client.set(keys.config_problems, orjson.dumps({"at_ms": at_ms, "problems": list(problems)}))
    else:
        client.delete(keys.config_problems)
