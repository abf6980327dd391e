"""What mails about passwords say. Pure."""

from __future__ import annotations

from cti_server.features.users.service import Link, LinkKind
from cti_server.words import Words

SUBJECTS: dict[LinkKind, Words] = {
    "invitation": Words("Your account at the contact centre", "您的呼叫中心账号"),
    "reset": Words("A new password for the contact centre", "重新设置呼叫中心密码"),
}
BODIES: dict[LinkKind, Words] = {
    "invitation": Words(
        "{name},\n\nan account was made for you. Your user name: {login}\n"
        "Choose your password here, within {hours} hours, once:\n\n{url}\n\n"
        "Who gives you this link to type or asks you for your password is not us.\n",
        "{name}：\n\n已为您开通账号，用户名：{login}\n请在 {hours} 小时内打开以下链接设置密码（仅可使用一次）：\n\n{url}\n\n"
        "请勿将此链接或密码告诉任何人。\n",
    ),
    "reset": Words(
        "{name},\n\na new password was asked for your account {login}. Choose it here, within {hours} hours, once:\n\n{url}\n\n"
        "If you did not ask for it, do nothing: your password stays as it is.\n",
        "{name}：\n\n账号 {login} 申请了重新设置密码。请在 {hours} 小时内打开以下链接设置新密码（仅可使用一次）：\n\n{url}\n\n"
        "如非本人操作，请忽略此邮件，密码保持不变。\n",
    ),
}
HOUR_MS = 3_600_000


def letter(link: Link, url: str) -> tuple[str, str]:
    """Subject and text, in the person's language."""
    account, hours = link.account, (link.expires_ms - link.made_ms) // HOUR_MS
    language = account.locale or "zh-CN"
    said = {"name": account.name, "login": account.login, "hours": hours, "url": url}
    return SUBJECTS[link.kind].said(language), BODIES[link.kind].said(language).format(**said)


def link_url(page_url: str, token: str) -> str:
    """The token stands behind '#', which no browser sends and no log of a server or a proxy has."""
    return f"{page_url.rstrip('/')}/#/login/{token}"
