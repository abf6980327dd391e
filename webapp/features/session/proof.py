"""That whoever has a session knows the password: asked before one changes one's own sign-in."""

from __future__ import annotations

import structlog
from flask import request

from cti_server.errors import CtiError
from cti_server.features.users.service import Account, Accounts
from webapp.auth.guard import client_address, current_session, device_cookie
from webapp.auth.limits import LoginLimits
from webapp.auth.passwords import Passwords
from webapp.errors import NotLoggedIn

log = structlog.get_logger(__name__)


class WrongPassword(CtiError, id="wrong-password", status=403, en="The present password is wrong.", zh="当前密码错误。"):
    """The present password, which a change asks for, is another one."""


def prove(account: Account, password: str, passwords: Passwords, limits: LoginLimits) -> None:
    """That whoever has this session knows the password, with the limits of a login. Raises WrongPassword, TooManyLogins."""
    login, address, device = account.login, client_address(), request.cookies.get(device_cookie(), "")

    def may_try() -> None:
        limits.attempt(login, address, device)

    may_try()
    if not passwords.verify(account.password_hash, password, may_try, lambda: limits.failed(login, address, device)):
        log.warning("password change refused: wrong password", login=login, address=address)
        raise WrongPassword("the present password is wrong")


def mine(accounts: Accounts) -> Account:
    """The account of this request's session. Raises NotLoggedIn."""
    account = accounts.by_id(current_session().user.id)
    if account is None:
        raise NotLoggedIn("log in first")
    return account
