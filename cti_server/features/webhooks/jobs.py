"""What the worker does for webhooks: it makes deliveries, sends them, tells of those that it has switched off, and tidies up."""

from __future__ import annotations

import structlog

from cti_server.adapters.outside import Outside, networks
from cti_server.errors import CtiError
from cti_server.events.commands import ReportWebhook
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.job import Around, Job
from cti_server.features.webhooks.entities import WEBHOOKS
from cti_server.features.webhooks.intake import Intake
from cti_server.features.webhooks.sender import Sender
from cti_server.features.webhooks.sql import SqlWebhooks

log = structlog.get_logger(__name__)

TIDY_EVERY = 600
"""Rounds."""
TIDIED = 2_000
DAY_MS = 24 * 3_600_000


class WebhookEvents(Job):
    name, every_s = "webhook_events", 0.5

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._intake = Intake(SqlWebhooks(around.engine), around.redis, around.keys, around.clock.now_ms)

    def run(self) -> None:
        self._intake.events()

    def counts(self) -> dict[str, object]:
        return {"webhook_events": self._intake.made}


class WebhookDeliveries(Job):
    """One that it switches off is told of until the engine has heard it; when somebody switches it on again that is over."""

    name, every_s = "webhooks", 0.5

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._store = SqlWebhooks(around.engine)
        outside = Outside(networks(around.settings.webhook_networks))
        self._sender = Sender(self._store, outside, around.clock.now_ms, self._stop)
        self._entities = Entities(around.engine, {WEBHOOKS.name: WEBHOOKS}, around.clock)
        self._told: dict[str, str] = {}
        self._round = 0

    def run(self) -> None:
        self._sender.begin()
        if self._round % TIDY_EVERY == 0:
            days = self._around.settings.keep_deliveries_days
            self._store.tidy(self._around.clock.now_ms() - days * DAY_MS if days else 0, TIDIED)
        if self._round % 10 == 0:
            self._tell()
        self._round += 1

    def counts(self) -> dict[str, object]:
        return {f"webhooks_{name}": count for name, count in self._sender.count.items()}

    def _stop(self, webhook: str, why: str) -> None:
        log.error("a webhook failed too often and is switched off", webhook=webhook, why=why)
        wish = Wish(webhook, {"active": False})
        try:
            self._entities.change(WEBHOOKS.name, wish, By("system:worker", "system:worker", {"why": why}))
        except CtiError as error:  # somebody changes it in this moment: at its next failure
            log.warning("the webhook is not switched off yet", webhook=webhook, why=error.message)

    def _tell(self) -> None:
        """Those that stopped by themselves: off, and their last tries failed."""
        stopped = self._store.stopped()
        for webhook, why in [*stopped.items(), *((gone, "") for gone in self._told if gone not in stopped)]:
            if self._told.get(webhook, "") != why:
                self._around.commands.send(ReportWebhook(webhook_id=webhook, text=why), "system:worker")
                self._told[webhook] = why
                if not why:
                    del self._told[webhook]
