"""Passkeys (WebAuthn): challenges live five minutes in Redis and count once; who uses one must be verified by the device (its
fingerprint, face or PIN), so that a passkey is both factors."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any, cast

import redis
import webauthn
from flask import request
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cti_server.adapters.keys import Keys
from cti_server.errors import CtiError
from cti_server.features.users.service import Account
from cti_server.features.users.sql_second import KnownPasskey, SqlSecondFactors
from webapp.auth.guard import own_origin
from webapp.auth.sessions import token_key

CHALLENGE_S = 300
MADE_UP = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, OverflowError)
"""What the library raises for a credential that is none."""


class BadPasskey(CtiError, id="bad-passkey", status=401, en="This passkey does not count here.", zh="该通行密钥无效。"):
    """A passkey that is unknown, of another site, or too late."""


class Passkeys:
    def __init__(self, client: redis.Redis, keys: Keys, factors: SqlSecondFactors) -> None:
        self._redis, self._keys, self._factors = client, keys, factors

    def to_register(self, account: Account, name: str) -> tuple[str, dict[str, Any]]:
        """The handle of the challenge, and what the browser is asked."""
        known = [PublicKeyCredentialDescriptor(id=_raw(one.credential_id)) for one in self._factors.of(account.id).passkeys]
        options = webauthn.generate_registration_options(
            rp_id=_site(),
            rp_name=name,
            user_id=f"user:{account.id}".encode(),
            user_name=account.login,
            user_display_name=account.name,
            exclude_credentials=known,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return self._remember(options.challenge, account.id), json.loads(webauthn.options_to_json(options))

    def register(self, account: Account, handle: str, credential: Mapping[str, Any], name: str) -> None:
        """Raises BadPasskey, TooManyPasskeys, NoSuchPasskey."""
        challenge = self._take(handle, account.id)
        try:
            made = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=_site(),
                expected_origin=own_origin(),
                require_user_verification=True,
            )
        except MADE_UP as error:
            raise BadPasskey("the passkey was not accepted: try it again") from error
        public = _text(made.credential_public_key)
        self._factors.add_passkey(account.id, _text(made.credential_id), public, made.sign_count, name)

    def to_use(self) -> tuple[str, dict[str, Any]]:
        """Of whoever has one for this site: nothing is told of anybody."""
        options = webauthn.generate_authentication_options(rp_id=_site(), user_verification=UserVerificationRequirement.REQUIRED)
        return self._remember(options.challenge, 0), json.loads(webauthn.options_to_json(options))

    def use(self, handle: str, credential: Mapping[str, Any]) -> KnownPasskey:
        """Whose it is. Raises BadPasskey."""
        challenge, told = self._take(handle, 0), credential.get("id")
        known = self._factors.passkey(told) if isinstance(told, str) else None
        if known is None:
            raise BadPasskey("this passkey is not known here")
        try:
            verified = webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=_site(),
                expected_origin=own_origin(),
                credential_public_key=_raw(known.public_key),
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        except MADE_UP as error:
            raise BadPasskey("this passkey does not count here") from error
        if not self._factors.used_passkey(known, verified.new_sign_count):
            raise BadPasskey("this passkey was just used")
        return known

    def _remember(self, challenge: bytes, user_id: int) -> str:
        handle = secrets.token_urlsafe(24)
        told = json.dumps([_text(challenge), user_id])
        self._redis.set(self._keys.challenge(token_key(handle)), told, ex=CHALLENGE_S)
        return handle

    def _take(self, handle: str, user_id: int) -> bytes:
        found = cast("bytes | None", self._redis.getdel(self._keys.challenge(token_key(handle))))
        challenge, whose = json.loads(found) if found else ("", -1)
        if whose != user_id:
            raise BadPasskey("this took too long: try it again")
        return _raw(challenge)


def _site() -> str:
    """The guard has looked at it."""
    return request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdecimal() else request.host


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
