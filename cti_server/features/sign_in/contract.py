"""What may be done by programs that provision people, and what keeps somebody out who comes from a provider."""

from __future__ import annotations

from cti_server.errors import Away, CtiError
from cti_server.rights import right

PROVISION = right(
    "users.provision", "Make, change and end people by SCIM, with an API token", "通过 SCIM（API 令牌）增减和停用人员"
)


class NoSuchProvider(
    CtiError,
    id="no-such-provider",
    status=404,
    en="This way to log in does not exist (any more).",
    zh="该登录方式不存在或已停用。",
):
    """No provider is called so, or it is switched off."""


class ProviderAway(
    Away,
    id="provider-away",
    status=503,
    en="The sign-in service does not answer. Try again, or use your password.",
    zh="登录服务无响应，请重试或使用密码登录。",
):
    """A provider or directory cannot be reached, or answers nonsense."""


class SignInRefused(
    CtiError,
    id="sign-in-refused",
    status=401,
    en="The sign-in did not succeed. Please try again.",
    zh="登录未成功，请重试。",
):
    """What a provider or a browser brought back does not count: too old, of another browser, not for us, refused there."""


class NotKnownHere(
    CtiError,
    id="not-known-here",
    status=403,
    en="You are known there, but may not come in here. Ask your administrator.",
    zh="身份已确认，但您无权进入本系统，请联系管理员。",
):
    """Somebody has shown who they are, and has no account, no role, or is disabled or locked; the audit says which."""


class PasswordOff(
    CtiError,
    id="password-off",
    status=403,
    en="People with your role log in with their company's account: use the button below.",
    zh="您的角色须使用单位账号登录，请使用下方按钮。",
):
    """A provider is the only way in for this role; details: provider."""
