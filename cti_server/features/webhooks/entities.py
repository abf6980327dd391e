"""Webhooks, as an entity."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from cti_server.adapters.outside import Outside
from cti_server.domain.record import Text
from cti_server.errors import Misuse
from cti_server.features.entities.contract import Entity, Secret, Wrong, said
from cti_server.features.entities.place import Rows
from cti_server.features.webhooks.contract import WANTED
from cti_server.features.webhooks.model import Webhook
from cti_server.reasons import reason
from cti_server.settings import is_url
from cti_server.words import Words

HOOK_ID = reason("webhook-id", "must have letters, digits, '-', '_' and '.' only", "只能有字母、数字、'-'、'_' 和 '.'")
HOOK_URL = reason(
    "webhook-url",
    "must be an address such as https://crm.example/events, without a user and without #",
    "应为地址，例如 https://crm.example/events，不含用户名和 #",
)
NO_KIND = reason("no-such-kind", "there is no {kind}; there are {known}", "没有 {kind}；可用：{known}")
OWN_SECRET = reason(
    "reason-own-secret", "the secret is made here, of 256 random bits: leave it empty", "密钥由系统生成（256 位随机）：请留空"
)
PREFIX = "whsec_"


class OwnSecret(Misuse, id="own-secret"):
    """Somebody wants a secret of one's own."""


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """``kinds``: names of events, ``fact.KIND``, or topics; () everything."""

    id: Annotated[str, Text(1, 32)]
    name: str
    url: str
    kinds: tuple[str, ...] = ()
    active: bool = True


def _check(webhook: WebhookEntry) -> Iterator[tuple[str, str]]:
    if not re.fullmatch("[A-Za-z0-9_.-]+", webhook.id):
        yield "id", HOOK_ID()
    if not is_address(webhook.url):
        yield "url", HOOK_URL()
    for one in webhook.kinds:
        if one not in WANTED:
            yield "kinds", NO_KIND(kind=one[:60], known=", ".join(WANTED))


def reaching(outside: Outside) -> Entity:
    """Webhooks that are active only where they can be delivered; one that cannot any more may still be switched off."""

    def check(webhook: WebhookEntry) -> Iterator[Wrong]:
        found = [*_check(webhook)]
        yield from found
        if webhook.active and not found and (why := outside.never(webhook.url)):
            yield "url", why, "value"

    return replace(WEBHOOKS, check=check)


def is_address(url: str) -> bool:
    if not url.isascii() or not is_url(url, "https", "http"):
        return False
    parts = urlsplit(url)
    return parts.username is None and parts.password is None and "#" not in url


def _never(secret: str, record: Mapping[str, Any]) -> None:
    raise OwnSecret(OWN_SECRET())


WEBHOOKS = Entity(
    name="webhooks",
    words=Words("Webhooks", "Webhook 推送"),
    record=WebhookEntry,
    key="id",
    fields={
        "id": said("Id", "编号", "It never changes.", "创建后不可更改。"),
        "name": said("Name", "名称", "Which program hears it.", "接收推送的程序。"),
        "url": said(
            "Address",
            "地址",
            "https://...; http and private networks only where the settings allow them.",
            "https://…；http 及内网地址须在系统设置中放行。",
        ),
        "kinds": said(
            "What",
            "推送内容",
            "Events (call.ended), facts (fact.call), or topics (calls, agents, facts); none: everything.",
            "事件（call.ended）、话单（fact.call）或主题（calls、agents、facts）；留空为全部。",
        ),
        "active": said("Active", "启用", "One that fails too often in a row is switched off.", "连续失败过多时自动停用。"),
        "secret": said(
            "Secret", "签名密钥", "Shown once; the receiver checks signatures with it.", "仅显示一次，供接收方校验签名。"
        ),
    },
    seen={
        "sent_ms": said("Last delivered", "最近送达", "The last delivery that was taken.", "最近一次成功推送的时间。"),
        "failures": said("Failed in a row", "连续失败", "Tries since then that failed.", "此后连续失败的次数。"),
        "next_ms": said("Rests until", "暂停至", "After a failure nothing is sent until then.", "失败后在此之前不再发送。"),
        "trouble": said("Trouble", "故障原因", "Why the last try failed.", "最近一次失败的原因。"),
    },
    place=Rows(Webhook, WebhookEntry, "id", seen=("sent_ms", "failures", "next_ms", "trouble")),
    secrets={"secret": Secret(lambda: base64.b64encode(secrets.token_bytes(32)).decode(), _never, before=lambda key: PREFIX)},
    check=_check,
    whole=lambda session: (),
)
