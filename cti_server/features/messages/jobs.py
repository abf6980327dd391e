"""What the worker does for messages: it takes in new ones, and mails those who are to know of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from cti_server.adapters.mail import Mail, MailAway, SmtpMail
from cti_server.domain.config import CentreConfig, VoicemailBox
from cti_server.features.job import Around, Job
from cti_server.features.messages.sql import DAY_MS, SqlMessages
from cti_server.words import Words

log = structlog.get_logger(__name__)

AGAIN_MS = 60_000
"""After the mail server was away."""
BOOKED_MS = 60_000
"""So long a mail waits for the call, which has the number."""
SUBJECT = Words("New message: {box}", "新留言：{box}")
BODY = Words("A caller has left a message.\n\nBox: {box}\nNumber: {number}\nTime: {time}\n\n{url}\n",
             "客户留下了新的语音留言。\n\n信箱：{box}\n号码：{number}\n时间：{time}\n\n{url}\n")  # fmt: skip


class Messages(Job):
    """A mail is sent once the message stands in the books; when it cannot be sent for a day it is given up."""

    name, every_s = "messages", 2.0

    def __init__(self, around: Around, mail: Mail | None = None) -> None:
        super().__init__(around)
        said = around.settings
        self._store, self._taken, self._mailed, self._rests_until = SqlMessages(around.engine), 0, 0, 0
        self._mail = mail or (SmtpMail(said.smtp_url, said.mail_from) if said.mails else None)

    def run(self) -> None:
        config, now_ms = self._around.config, self._around.clock.now_ms()
        if config is None:
            return
        mailed = [box.id for box in config.voicemail_boxes.values() if box.mail] if self._mail else []
        self._taken += self._store.take_in(now_ms, mailed)
        if now_ms >= self._rests_until:
            for row in self._store.untold():
                self._tell(config, row, now_ms)

    def counts(self) -> dict[str, object]:
        return {"messages": self._taken, "messages_mailed": self._mailed}

    def _tell(self, config: CentreConfig, row: dict[str, Any], now_ms: int) -> None:
        """Raises MailAway."""
        box, age = config.voicemail_boxes.get(row["box"]), now_ms - row["at_ms"]
        if box is not None and box.mail and self._mail is not None and age < DAY_MS:
            if row["number"] is None and age < BOOKED_MS:
                return
            try:
                self._mail.send(", ".join(box.mail), *letter(box, row, config.time_zone, self._around.settings.page_url))
                self._mailed += 1
            except MailAway:
                self._rests_until = now_ms + AGAIN_MS
                raise
            except ValueError as error:  # an address that is none
                log.error("mail was not sent", box=box.id, error=str(error))
        self._store.told(row["recording_id"], now_ms)


def letter(box: VoicemailBox, row: dict[str, Any], zone: str, page_url: str) -> tuple[str, str]:
    """Subject and text, in both languages: who reads a box's mail is not known."""
    said = {
        "box": box.name,
        "number": row["number"] or "-",
        "time": datetime.fromtimestamp(row["at_ms"] / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M"),
        "url": f"{page_url.rstrip('/')}/#/messages",
    }
    return f"{SUBJECT.zh} / {SUBJECT.en}".format(**said), f"{BODY.zh}\n{BODY.en}".format(**said)
