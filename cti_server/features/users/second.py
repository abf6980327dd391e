"""Second factors: codes of an app (TOTP, RFC 6238: 6 digits, 30 s, SHA-1 as all apps have it) and recovery codes. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

import pyotp

STEP_S = 30
DRIFT = (0, -1, 1)
"""Steps by which a telephone's clock may be wrong."""
SECRET = re.compile(r"[A-Z2-7]{32}")
CODES, CODE_LETTERS = 10, 16
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those that nobody mixes up; 16 of them are 80 bits, so that a plain hash keeps them."""


def new_secret() -> str:
    return pyotp.random_base32()


def uri(secret: str, login: str, issuer: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, now_ms: int, after: int) -> int:
    """The step whose code this is, if it is later than the step ``after``, whose code was used; 0: it is none."""
    digits = code.replace(" ", "")
    totp, now = pyotp.TOTP(secret), now_ms // 1000 // STEP_S
    right = [now + drift for drift in DRIFT if hmac.compare_digest(totp.generate_otp(now + drift).encode(), digits.encode())]
    return max((step for step in right if step > after), default=0)


def new_codes() -> list[str]:
    """As people read them: XXXX-XXXX-XXXX-XXXX."""
    plain = ("".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)) for _ in range(CODES))
    return ["-".join(code[at : at + 4] for at in range(0, CODE_LETTERS, 4)) for code in plain]


def hash_of(user_id: int, code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(f"{user_id}:{plain}".encode("utf-8", "replace")).hexdigest()


def hashes_of(user_id: int, codes: Iterable[str]) -> list[str]:
    return [hash_of(user_id, code) for code in codes]
