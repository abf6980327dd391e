"""Messages in voicemail boxes, as far as one's right goes. Their sound: GET /api/recordings/{recording_id}/audio."""

from __future__ import annotations

from typing import Any

from cti_server.domain.clock import Clock
from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.calls.contract import SEE
from cti_server.features.calls.service import Calls
from cti_server.features.customers.sql import SqlCustomers
from cti_server.features.messages.contract import HANDLE, NoSuchMessage
from cti_server.features.messages.sql import SqlMessages, is_late
from webapp.audit import Audit
from webapp.auth.guard import current_user, needs, reach
from webapp.blueprint import Blueprint, answers
from webapp.features.messages.heard import reaches, within
from webapp.features.messages.schemas import BoxesSchema, MessagePageSchema, MessageQuery, MessageSchema, MessageWish
from webapp.ports import Config, Row


def routes(
    messages: SqlMessages, customers: SqlCustomers, calls: Calls, config: Config, audit: Audit, clock: Clock
) -> Blueprint:
    blueprint = Blueprint("messages", "/api", "Messages")

    @blueprint.get("/messages")
    @blueprint.arguments(MessageQuery, location="query")
    @blueprint.response(200, MessagePageSchema)
    @answers(NoConfiguration, DatabaseAway)
    @needs(HANDLE)
    def list_messages(query: dict[str, Any]) -> Row:
        """Messages in boxes that the user reaches, the newest first."""
        page, count, box = query["page"], query["per_page"], query["box"]
        among = within(config) if not box else [box] if reaches(config, box) else []
        total, found = messages.find(among, query["state"] or None, (page - 1) * count, count, query["message"])
        return {"items": told(found), "total": total, "page": page, "per_page": count}

    @blueprint.get("/message-boxes")
    @blueprint.response(200, BoxesSchema)
    @answers(NoConfiguration, DatabaseAway)
    @needs(HANDLE)
    def message_boxes() -> Row:
        """The boxes that the user reaches, with what waits in them."""
        boxes, among, now_ms = config().voicemail_boxes, within(config), clock.now_ms()
        waits = messages.waiting(among)
        found = []
        for box in boxes.values():
            if among is None or box.id in among:
                new, oldest_ms = waits.get(box.id, (0, now_ms))
                late = is_late(boxes, box.id, oldest_ms, now_ms)
                found.append({"id": box.id, "name": box.name, "team": box.team, "new": new, "late": late})
        return {"items": found}

    @blueprint.patch("/messages/<string(maxlength=96):message_id>")
    @blueprint.arguments(MessageWish)
    @blueprint.response(200, MessageSchema)
    @answers(NoSuchMessage, NoConfiguration, DatabaseAway)
    @needs(HANDLE)
    def settle_message(body: dict[str, Any], message_id: str) -> Row:
        """It is done, or waits again; what was done. An audit row."""
        before = messages.get(message_id)
        if not reaches(config, before["box"]):
            raise NoSuchMessage("no message in a box of yours has this id", {"message_id": message_id})
        messages.settle(message_id, current_user().name, clock.now_ms(), body["done"], body["note"])
        said = {name: value for name, value in body.items() if value is not None}
        audit.write("message.settled", message_id, {"call_id": before["call_id"], "box": before["box"], **said})
        return told([messages.get(message_id)])[0]

    def told(found: list[dict[str, Any]]) -> list[Row]:
        now_ms, boxes = clock.now_ms(), config().voicemail_boxes
        names = customers.names({one["number"] for one in found}, config())
        seen = calls.within({one["call_id"] for one in found}, reach(SEE))
        return [
            {
                **one,
                "name": names.get(one["number"], one["name"]),
                "detail": one["call_id"] in seen,
                "late": one["state"] != "done" and is_late(boxes, one["box"], one["at_ms"], now_ms),
            }
            for one in found
        ]

    return blueprint
