"""Signatures of webhooks (Standard Webhooks): who has the secret has sent it, just now, and nobody has changed it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_S = 300


class BadSignature(Exception):
    """It is not from whom it says, was changed, or is too old."""


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None) -> dict[str, Any]:
    """The delivery. ``secret``: whsec_... as it was shown; ``body``: the bytes as they came. Raises BadSignature.

    The same ``id`` may come more than once: keep those that are done.
    """
    known = {name.lower(): value for name, value in headers.items()}
    try:
        delivery, at, given = known["webhook-id"], known["webhook-timestamp"], known["webhook-signature"]
        at_s = int(at)
    except (KeyError, ValueError):
        raise BadSignature("a header of the signature is missing") from None
    if abs((time.time() if now_s is None else now_s) - at_s) > TOLERANCE_S:
        raise BadSignature("it was signed too long ago, or the clocks differ")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, f"{delivery}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(f"v1,{right}".encode(), one.encode()) for one in given.split()):
        raise BadSignature("the signature is not of this body, or not with this secret")
    told: dict[str, Any] = json.loads(body)
    return told
