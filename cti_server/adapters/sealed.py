"""Secrets of people in the database: AES-256-GCM with a key from the settings, bound to whose they are.

``CTI_SECRETS_KEY``: base64 of 32 bytes, as ``openssl rand -base64 32`` gives; several with commas: the first one seals, all open.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cti_server.errors import BadSetting, CtiError

NONCE = 12
KEY = 32


class CannotOpen(
    CtiError,
    id="cannot-open-secret",
    status=503,
    en="A stored secret cannot be read. Tell the operator.",
    zh="无法读取已保存的密钥，请联系运维人员。",
):
    """What was sealed with a key that is not in CTI_SECRETS_KEY (any more)."""


class Sealer:
    """Raises BadSetting."""

    def __init__(self, keys: str) -> None:
        try:
            found = [base64.b64decode(one.strip(), validate=True) for one in keys.split(",")]
        except ValueError:
            found = []
        if not found or any(len(one) != KEY for one in found):
            raise BadSetting("CTI_SECRETS_KEY is not base64 of 32 bytes: `openssl rand -base64 32` makes one")
        self._keys = [AESGCM(one) for one in found]

    def seal(self, text: str, whose: str) -> str:
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(nonce + self._keys[0].encrypt(nonce, text.encode(), whose.encode())).decode()

    def open(self, sealed: str, whose: str) -> str:
        """Raises CannotOpen."""
        raw = base64.b64decode(sealed)
        for key in self._keys:
            try:
                return key.decrypt(raw[:NONCE], raw[NONCE:], whose.encode()).decode()
            except InvalidTag:
                continue
        raise CannotOpen(
            "a secret in the database was sealed with another key: put the old one behind the new one in CTI_SECRETS_KEY"
        )
