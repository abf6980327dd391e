"""Second factors: the second half of a login, and what people do to their own.

Whose password was right has ten minutes for the rest. What is half done is no session: it opens nothing but its other half, and
has a key of its own in Redis. Codes are looked at one at a time, so that many guesses sent at once do not slip through between
look and count.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, cast

import redis
import segno
import structlog
from gevent.lock import BoundedSemaphore

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.errors import BadSetting, CtiError, DatabaseAway
from cti_server.features.users.second import SECRET, new_secret, step_of, uri
from cti_server.features.users.service import Account, Accounts
from cti_server.features.users.sql_second import NoSecretsKey, NoSuchPasskey, SqlSecondFactors, TooManyPasskeys
from webapp.audit import Audit
from webapp.auth.guard import anybody, client_address, page_only
from webapp.auth.limits import LoginLimits, TooManyLogins
from webapp.auth.passkeys import BadPasskey, Passkeys
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import BadCredentials, mark_of, token_key
from webapp.blueprint import Blueprint, answers
from webapp.features.session.proof import WrongPassword, mine, prove
from webapp.features.session.schemas import (
    NewPasskeySchema,
    NewTotpSchema,
    PasskeyAskSchema,
    ProofSchema,
    RecoveryCodesSchema,
    TotpSchema,
)

log = structlog.get_logger(__name__)

PENDING_S = 600
ISSUER = "CTI"


class SecondFactorNeeded(
    CtiError,
    id="second-factor-needed",
    status=401,
    en="One more step: show the second factor.",
    zh="还需验证第二因素。",
):
    """The password was right; details: pending, with which a code finishes the login, totp, passkey: what this person has."""


class SecondFactorMissing(
    CtiError,
    id="second-factor-missing",
    status=401,
    en="People with your role need a second factor. Set it up now.",
    zh="您的角色必须启用第二因素，请立即设置。",
):
    """The password was right, but this role must have a second factor; details: pending, secret, uri, picture."""


class BadSecondFactor(
    CtiError,
    id="bad-second-factor",
    status=401,
    en="This code is wrong or was used already. Take the next one.",
    zh="验证码错误或已使用，请使用下一个验证码。",
):
    """A code that does not count."""


class SecondDemanded(
    CtiError,
    id="second-factor-demanded",
    status=409,
    en="Your role needs a second factor: set up another one first.",
    zh="您的角色必须启用第二因素，请先设置其他方式。",
):
    """The last second factor of somebody who must have one."""


def demanding(text: str, accounts: Accounts) -> frozenset[str]:
    """Raises BadSetting for a role that there is not; while the database is away all that are named are demanded."""
    found = frozenset(one.strip() for one in text.split(",") if one.strip())
    try:
        known = accounts.known_roles() if found else ()
    except DatabaseAway as error:
        log.warning("whether the roles that need a second factor exist cannot be looked up", error=str(error))
        return found
    if odd := found - set(known):
        raise BadSetting(f"CTI_SECOND_FACTOR_ROLES: no such role: {', '.join(sorted(odd))}; known are {', '.join(sorted(known))}")
    return found


class SecondStep:
    """``demanded``: roles that must have a second factor. Raises BadSetting where nobody could set one up."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        accounts: Accounts,
        factors: SqlSecondFactors,
        limits: LoginLimits,
        clock: Clock,
        demanded: frozenset[str],
    ) -> None:
        if demanded and not factors.has_codes:
            raise BadSetting("CTI_SECOND_FACTOR_ROLES needs CTI_SECRETS_KEY, which seals the secrets of people's apps")
        self._redis, self._keys, self._accounts, self._factors = client, keys, accounts, factors
        self._limits, self._clock, self._demanded = limits, clock, demanded
        self._turn = BoundedSemaphore(1)

    def ask(self, account: Account) -> None:
        """After a right password. Raises SecondFactorNeeded, SecondFactorMissing."""
        found = self._factors.of(account.id)
        if found.any:
            told = {"pending": self._wait(account), "totp": found.totp, "passkey": bool(found.passkeys)}
            raise SecondFactorNeeded("the password is right: now the second factor", told)
        if account.role in self._demanded:
            raise SecondFactorMissing(
                "this role needs a second factor: set it up", {"pending": self._wait(account), **enrolment(account)}
            )

    def check(self, pending: str, code: str, device: str) -> tuple[Account, str]:
        """Who it is, and how that was shown. Raises BadSecondFactor, TooManyLogins, BadCredentials, CannotOpen."""
        account = self._whose(pending)
        found = self._counted(account, device, code)
        self._done(pending)
        return account, found

    def first(self, pending: str, secret: str, code: str) -> tuple[Account, list[str]]:
        """Who it is, and the recovery codes. Raises BadSecondFactor, BadCredentials, NoSecretsKey."""
        account = self._whose(pending)
        if self._factors.of(account.id).any:
            raise BadSecondFactor("there is a second factor already")
        step = self.shown(secret, code)
        self._done(pending)
        return account, self._factors.set_totp(account.id, secret, step)

    def shown(self, secret: str, code: str) -> int:
        """The step of a code that shows that the app has the secret. Raises BadSecondFactor."""
        step = step_of(secret, code, self._clock.now_ms(), 0) if SECRET.fullmatch(secret) else 0
        if not step:
            raise BadSecondFactor("this is not the code that the app shows now")
        return step

    def may_lose(self, account: Account, *, totp: bool = False, passkey: int = 0) -> None:
        """Raises SecondDemanded."""
        found = self._factors.of(account.id)
        left = (found.totp and not totp) or any(one.id != passkey for one in found.passkeys)
        if account.role in self._demanded and not left:
            raise SecondDemanded("this role needs a second factor: set up another one first")

    def seen(self, account: Account) -> dict[str, Any]:
        found = self._factors.of(account.id)
        passkeys = [{name: getattr(one, name) for name in ("id", "name", "made_ms", "used_ms")} for one in found.passkeys]
        told = {"totp": found.totp, "recovery_left": found.recovery_left, "passkeys": passkeys}
        return {**told, "demanded": account.role in self._demanded, "codes": self._factors.has_codes}

    # ------------------------------------------------------------ inside

    def _wait(self, account: Account) -> str:
        pending = secrets.token_urlsafe(32)
        told = json.dumps([account.id, mark_of(account)])
        self._redis.set(self._keys.pending(token_key(pending)), told, ex=PENDING_S)
        return pending

    def _whose(self, pending: str) -> Account:
        """Raises BadCredentials when it took too long, or the account was locked, or got another password, meanwhile."""
        raw = cast("bytes | None", self._redis.get(self._keys.pending(token_key(pending))))
        user_id, mark = json.loads(raw) if raw else (0, "")
        account = self._accounts.by_id(user_id) if raw else None
        if account is None or account.barred or mark != mark_of(account):
            raise BadCredentials("this took too long: log in again")
        return account

    def _done(self, pending: str) -> None:
        """Of two at once one goes on. Raises BadCredentials."""
        if not self._redis.delete(self._keys.pending(token_key(pending))):
            raise BadCredentials("this was done already: log in again")

    def _counted(self, account: Account, device: str, code: str) -> str:
        address = client_address()
        self._limits.attempt(account.login, address, device, second=True)  # who must wait is told so without a turn
        with self._turn:
            self._limits.attempt(account.login, address, device, second=True)
            found = self._factors.take(account.id, code)
            if not found:
                self._limits.failed(account.login, address, device, second=True)
                log.warning("login refused: bad second factor", login=account.login, address=address)
                raise BadSecondFactor("this code is wrong or was used already: take the next one")
        return found


def enrolment(account: Account) -> dict[str, str]:
    """A new secret, as a text and as a picture; it is kept when a code has shown that the app has it."""
    secret = new_secret()
    told = uri(secret, account.login, ISSUER)
    return {"secret": secret, "uri": told, "picture": segno.make(told, error="m").svg_data_uri(scale=4, border=2)}


def routes(
    accounts: Accounts,
    factors: SqlSecondFactors,
    passkeys: Passkeys,
    passwords: Passwords,
    limits: LoginLimits,
    second: SecondStep,
    audit: Audit,
) -> Blueprint:
    blueprint = Blueprint("second", "/api/session", "Own second factors")

    def told(account: Account, action: str, **detail: object) -> None:
        audit.write(f"user.{action}", f"user:{account.id}", {"user": account.login, **detail})
        log.info(f"own {action.replace('_', ' ')}", user=account.id)

    def proven(password: str) -> Account:
        """Raises WrongPassword, TooManyLogins."""
        account = mine(accounts)
        prove(account, password, passwords, limits)
        return account

    @blueprint.post("/totp")
    @blueprint.response(200, NewTotpSchema)
    @answers(NoSecretsKey, DatabaseAway)
    @anybody
    @page_only
    def begin_totp() -> dict[str, str]:
        """A new secret for an app that makes codes; nothing is kept yet."""
        if not factors.has_codes:
            raise NoSecretsKey("codes of an app need CTI_SECRETS_KEY, which seals their secrets")
        return enrolment(mine(accounts))

    @blueprint.put("/totp")
    @blueprint.arguments(TotpSchema)
    @blueprint.response(200, RecoveryCodesSchema)
    @answers(BadSecondFactor, WrongPassword, NoSecretsKey, TooManyLogins, DatabaseAway)
    @anybody
    @page_only
    def set_totp(body: dict[str, str]) -> dict[str, Any]:
        """The app is the second factor from now on; its recovery codes are told this once."""
        account = proven(body["password"])
        codes = factors.set_totp(account.id, body["secret"], second.shown(body["secret"], body["code"]))
        told(account, "second_factor_set")
        return {"recovery_codes": codes}

    @blueprint.post("/totp/removal")
    @blueprint.arguments(ProofSchema)
    @blueprint.response(204)
    @answers(WrongPassword, SecondDemanded, TooManyLogins, DatabaseAway)
    @anybody
    @page_only
    def remove_totp(body: dict[str, str]) -> None:
        """No codes of an app any more, and no recovery codes."""
        account = proven(body["password"])
        second.may_lose(account, totp=True)
        factors.remove_totp(account.id)
        told(account, "second_factor_removed")

    @blueprint.post("/recovery-codes")
    @blueprint.arguments(ProofSchema)
    @blueprint.response(200, RecoveryCodesSchema)
    @answers(WrongPassword, TooManyLogins, DatabaseAway)
    @anybody
    @page_only
    def make_recovery_codes(body: dict[str, str]) -> dict[str, Any]:
        """New recovery codes; the old ones do not count any more."""
        account = proven(body["password"])
        codes = factors.new_codes(account.id)
        told(account, "recovery_codes_made")
        return {"recovery_codes": codes}

    @blueprint.post("/passkeys/options")
    @blueprint.response(200, PasskeyAskSchema)
    @answers(DatabaseAway)
    @anybody
    @page_only
    def ask_for_new_passkey() -> dict[str, Any]:
        """What the browser asks for a new passkey; the handle counts once, within five minutes."""
        handle, options = passkeys.to_register(mine(accounts), ISSUER)
        return {"handle": handle, "options": options}

    @blueprint.post("/passkeys")
    @blueprint.arguments(NewPasskeySchema)
    @blueprint.response(204)
    @answers(BadPasskey, WrongPassword, TooManyPasskeys, NoSuchPasskey, TooManyLogins, DatabaseAway)
    @anybody
    @page_only
    def add_passkey(body: dict[str, Any]) -> None:
        """A new passkey, with which one logs in from now on."""
        account = proven(body["password"])
        passkeys.register(account, body["handle"], body["credential"], body["name"])
        told(account, "passkey_added", name=body["name"])

    @blueprint.post("/passkeys/<id:passkey_id>/removal")
    @blueprint.arguments(ProofSchema)
    @blueprint.response(204)
    @answers(WrongPassword, NoSuchPasskey, SecondDemanded, TooManyLogins, DatabaseAway)
    @anybody
    @page_only
    def remove_passkey(body: dict[str, str], passkey_id: int) -> None:
        """This passkey does not count any more."""
        account = proven(body["password"])
        second.may_lose(account, passkey=passkey_id)
        factors.remove_passkey(account.id, passkey_id)
        told(account, "passkey_removed")

    return blueprint
