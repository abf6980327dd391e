"""What may be done to people besides setting them up."""

from __future__ import annotations

from cti_server.rights import right

END_SESSIONS = right("users.end_sessions", "Log people out of the page", "强制用户退出登录", operator="tenant")
