"""An agent's pages, counted over all web processes: the engine hears when the last one goes and when one comes back.

Each process holds a lease per agent (member 'AGENT PROCESS' of ``pages``, score = end by Redis's clock) and renews it. A lease
that ran out (the process was killed or ended) counts as lost, and whichever process notices says so; a process that merely was
late says that its pages are there. A process that ends says nothing: its pages come back to it or to another one by themselves.
Where Redis's clock was set back, no lease lasts longer than a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, cast

import redis
import structlog
from gevent.lock import BoundedSemaphore

from cti_server.adapters.keys import Keys
from cti_server.errors import CtiError
from cti_server.events.commands import AgentPageBack, AgentPageGone
from cti_server.events.declare import Arguments

log = structlog.get_logger(__name__)

LEASE_MS = 30_000
What = Literal["back", "closed", "lost"]
BACK: Final = "back"
CLOSED: Final = "closed"
LOST: Final = "lost"

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""
# KEYS[1] pages, KEYS[2] page_counts; ARGV[1] agent, ARGV[2] process, ARGV[3] lease in ms. 1: the agent's first page anywhere.
_TAKE = f"""{_NOW}
local new = redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1] .. ' ' .. ARGV[2])
if new == 1 then return redis.call('HINCRBY', KEYS[2], ARGV[1], 1) == 1 and 1 or 0 end
return 0
"""
# KEYS as above; ARGV[1] agent, ARGV[2] process. 1: that was the agent's last page anywhere.
_GIVE = """
if redis.call('ZREM', KEYS[1], ARGV[1] .. ' ' .. ARGV[2]) == 0 then return 0 end
if redis.call('HINCRBY', KEYS[2], ARGV[1], -1) > 0 then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
"""
# KEYS as above; ARGV[1] lease in ms. Returns the agents whose last lease ran out.
_SWEEP = f"""{_NOW}
local gone = {{}}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now + ARGV[1], '+inf', 'LIMIT', 0, 500)) do
  redis.call('ZADD', KEYS[1], now + ARGV[1], member)
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 500)) do
  redis.call('ZREM', KEYS[1], member)
  local agent = string.match(member, '^(.*) [^ ]*$')
  if redis.call('HINCRBY', KEYS[2], agent, -1) <= 0 then
    redis.call('HDEL', KEYS[2], agent)
    gone[#gone + 1] = agent
  end
end
return gone
"""


class Pages:
    """``post``: sends a command without waiting, e.g. CommandClient.post."""

    def __init__(self, client: redis.Redis, keys: Keys, process: str, post: Callable[[Arguments, str], object]) -> None:
        self._redis = client
        self._keys = (keys.pages, keys.page_counts)
        self._process = process
        self._post = post
        self._here: dict[str, int] = {}
        self._unsaid: dict[str, What] = {}  # that could not be said yet
        self._ended = False
        self._turn = BoundedSemaphore(1)  # openings and closings reach Redis in their order

    def opened(self, agent: str) -> None:
        with self._turn:
            self._here[agent] = self._here.get(agent, 0) + 1
            if self._here[agent] > 1:
                return
            try:
                first = self._call(_TAKE, agent, self._process, str(LEASE_MS))
            except redis.RedisError as error:
                log.warning("page opened while redis is away", agent=agent, error=str(error))
                self._unsaid[agent] = BACK
                return
            if first:
                self._say(BACK, agent)

    def closed(self, agent: str) -> None:
        with self._turn:
            if self._ended:
                return
            left = self._here.get(agent, 0) - 1
            if left > 0:
                self._here[agent] = left
                return
            self._here.pop(agent, None)
            try:
                if self._call(_GIVE, agent, self._process):
                    self._say_gone(CLOSED, agent)
            except redis.RedisError as error:
                log.warning("page closed while redis is away", agent=agent, error=str(error))
                self._unsaid[agent] = CLOSED

    def renew(self) -> None:
        """Every few seconds: renew own leases, sweep old ones, say what could not be said. Raises redis.RedisError."""
        with self._turn:
            for agent in list(self._here):
                if self._call(_TAKE, agent, self._process, str(LEASE_MS)):  # it had run out, and another process said so
                    self._unsaid[agent] = BACK
            for agent in self._call(_SWEEP, str(LEASE_MS)):
                self._unsaid[agent.decode()] = LOST
            for agent, what in list(self._unsaid.items()):
                gone = what != BACK and self._gone_everywhere(agent)
                del self._unsaid[agent]
                if gone:
                    self._say_gone(what, agent)
                elif what == BACK:
                    self._say(BACK, agent)

    def end(self) -> None:
        """This process ends and closes its sockets itself: nobody has left. The leases run out unless the pages come back."""
        self._ended = True

    def _gone_everywhere(self, agent: str) -> bool:
        if agent in self._here:
            return False
        self._call(_GIVE, agent, self._process)
        return not self._redis.hexists(self._keys[1], agent)

    def _say_gone(self, what: What, agent: str) -> None:
        """Another process may have got a page and been heard before us: who looks after speaking sees it and takes it back."""
        self._say(what, agent)
        if self._redis.hexists(self._keys[1], agent):
            self._say(BACK, agent)

    def _say(self, what: What, agent: str) -> None:
        try:
            self._post(AgentPageBack(agent_id=agent) if what == BACK else AgentPageGone(agent_id=agent, why=what), "system:web")
        except CtiError as error:
            log.warning("the engine could not be told", page=what, agent=agent, error=str(error))
            self._unsaid[agent] = what

    def _call(self, script: str, *arguments: str) -> Any:
        return cast(Any, self._redis.eval(script, 2, *self._keys, *arguments))
