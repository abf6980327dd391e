"""What may be done to people besides setting them up."""

from __future__ import annotations

from cti_server.rights import SCOPES, right

SIGN_IN = right(
    "users.sign_in", "See how people sign in: links, locks, sessions", "查看用户的登录方式、锁定和会话", SCOPES[1:],
    operator="tenant", auditor="tenant",
)  # fmt: skip
INVITE = right("users.invite", "Make links with which people set a password", "生成设置密码的链接", SCOPES[1:])
LOCK = right("users.lock", "Lock people out, and reset second factors", "锁定用户、重置第二因素", SCOPES[1:], operator="tenant")
END_SESSIONS = right("users.end_sessions", "Log people out of the page", "强制用户退出登录", SCOPES[1:], operator="tenant")
