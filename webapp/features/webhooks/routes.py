"""The log of what was sent to webhooks, and what people do with it. Webhooks themselves are an entity."""

from __future__ import annotations

from typing import Any

from cti_server.domain.clock import Clock
from cti_server.errors import DatabaseAway
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.webhooks.contract import NoSuchDelivery
from cti_server.features.webhooks.service import trial
from cti_server.features.webhooks.sql import SqlWebhooks
from webapp.audit import Audit
from webapp.auth.guard import needs
from webapp.blueprint import Blueprint, answers
from webapp.features.webhooks.schemas import DeliveryPageSchema, DeliveryQuery, DeliverySchema
from webapp.ports import Row


def routes(webhooks: SqlWebhooks, audit: Audit, clock: Clock) -> Blueprint:
    blueprint = Blueprint("webhooks", "/api/webhooks", "What is sent to webhooks")
    one = "/<string(maxlength=32):webhook>"

    @blueprint.get(f"{one}/deliveries")
    @blueprint.arguments(DeliveryQuery, location="query")
    @blueprint.response(200, DeliveryPageSchema)
    @answers(NoSuchEntry, DatabaseAway)
    @needs("setup.webhooks.see")
    def list_deliveries(query: dict[str, Any], webhook: str) -> Row:
        """What was sent, is sent, and could not be sent, the newest first."""
        there(webhook)
        total, items = webhooks.log(webhook, query["state"], query["page"], query["per_page"])
        return {"items": items, "total": total, "page": query["page"], "per_page": query["per_page"]}

    @blueprint.post(f"{one}/deliveries/<id:row>/replay")
    @blueprint.response(200, DeliverySchema)
    @answers(NoSuchEntry, NoSuchDelivery, DatabaseAway)
    @needs("setup.webhooks.change")
    def replay_delivery(webhook: str, row: int) -> Row:
        """Sends one again, under the same id, so that a receiver that has it takes it for no other one. An audit row."""
        there(webhook)
        found = webhooks.replay(webhook, row, clock.now_ms())
        audit.write("webhook.replayed", f"webhooks:{webhook}", {"delivery": found["delivery"]})
        return found

    @blueprint.post(f"{one}/test")
    @blueprint.response(204)
    @answers(NoSuchEntry, DatabaseAway)
    @needs("setup.webhooks.change")
    def test_webhook(webhook: str) -> None:
        """Sends `webhook.test`, at once where it rests after a failure. Nothing is sent to one that is off."""
        there(webhook)
        now_ms = clock.now_ms()
        webhooks.add([trial(webhook, now_ms)], now_ms)
        webhooks.wake(webhook)

    def there(webhook: str) -> None:
        """Raises NoSuchEntry."""
        if not webhooks.has(webhook):
            raise NoSuchEntry(f"webhooks has no {webhook}", {"key": webhook})

    return blueprint
