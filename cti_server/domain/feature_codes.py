"""Codes that agents dial at their phones: what each asks for, and which code it has (``CentreConfig.code_NAME``, '' none).

A dialled code is the longest one that it begins with; what follows are the digits of its argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from cti_server.domain.config import CentreConfig
from cti_server.reasons import at, reason

Feature = Literal["ready", "not_ready", "pick_up", "consult", "transfer", "complete", "return", "call_back"]
FEATURES: tuple[Feature, ...] = get_args(Feature)
NEEDS_DIGITS = frozenset({"consult", "transfer"})
MAY_HAVE_DIGITS = frozenset({*NEEDS_DIGITS, "not_ready", "pick_up", "call_back"})
CODE = re.compile(r"[*#][0-9*#]{1,7}")
ANY_CODE = re.compile(r"[*#][0-9*#]{1,40}")
"""What the dialplan gives to the daemon."""
OF_THE_SWITCH = ("*43", "*44")
"""An echo and the hold music: the dialplan has them, and they need no daemon."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """``digits``: a reason, an extension or a number; '' none."""

    feature: Feature
    digits: str


def code_of(config: CentreConfig, feature: Feature) -> str:
    code: str = getattr(config, f"code_{feature}")
    return code


def is_code(text: str) -> bool:
    """Known or not, it is the daemon's to say."""
    return ANY_CODE.fullmatch(text) is not None and text not in OF_THE_SWITCH


def dialled(config: CentreConfig, text: str) -> Dialled | None:
    """What ``text`` asks for; None when it is no code."""
    for feature in sorted(FEATURES, key=lambda one: -len(code_of(config, one))):
        code = code_of(config, feature)
        if code and text.startswith(code):
            digits = text[len(code) :]
            fits = digits == "" if feature not in MAY_HAVE_DIGITS else digits != "" or feature not in NEEDS_DIGITS
            return Dialled(feature, digits) if fits and digits.isascii() and (digits == "" or digits.isdigit()) else None
    return None


NO_CODE = reason(
    "no-feature-code",
    "{code} is no code: * or #, then 1 to 7 of 0-9 * #, e.g. *2",
    "{code} 不是功能码：应为 * 或 # 开头，再加 1 到 7 个 0-9 * #，例如 *2",
)


def problems(config: CentreConfig) -> list[str]:
    """Which codes are none, each by its place. Whether two are alike says domain.taken."""
    codes = {feature: code_of(config, feature) for feature in FEATURES}
    return [
        at(f"code_{feature}", NO_CODE(code=repr(code)))
        for feature, code in codes.items()
        if code and not CODE.fullmatch(code)
    ]
