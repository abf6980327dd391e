"""Which number a call is with, for who may know: who sees the call now, or has talked in it."""

from __future__ import annotations

from cti_server.events.errors import NoSuchCall
from cti_server.events.views import AGENT, CALL
from cti_server.features.calls.service import Calls
from webapp.auth.guard import current_user
from webapp.features.calls.routes import may_see
from webapp.realtime.projection import Projection
from webapp.realtime.rooms import rooms_of_user


class Calling:
    def __init__(self, projection: Projection, calls: Calls) -> None:
        self._projection, self._calls = projection, calls

    def number(self, call_id: str) -> str:
        """Of the other side. Raises NoSuchCall, DatabaseAway."""
        user, view = current_user(), self._projection.view(CALL, call_id)
        agent = self._projection.view(AGENT, user.agent_id) if user.agent_id else None
        if view is not None and rooms_of_user(user, agent) & set(CALL.rooms(view)):
            return str(view["number"])
        detail = self._calls.detail(call_id)
        if detail is None or not may_see(detail):
            raise NoSuchCall("no call has this id", {"call_id": call_id})
        return str(detail["call"]["number"])
