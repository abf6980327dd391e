"""Which passwords people may have: long enough, none that everybody tries first, none that names its owner."""

from __future__ import annotations

import re
import unicodedata

from cti_server.errors import Misuse
from cti_server.features.users.common import COMMON

SHORTEST, LONGEST = 10, 256
FEWEST_DIFFERENT = 4

LEET = str.maketrans("@4301!5$7", "aaeoiisst")
ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgb",
)


class WeakPassword(
    Misuse,
    id="weak-password",
    status=422,
    en="This password is too easy to guess. Take 10 characters or more, e.g. four words that do not belong together.",
    zh="密码过于简单，请使用 10 个以上字符，例如四个互不相关的词。",
):
    """A password that is easily guessed."""


def check_password(password: str, login: str, name: str = "") -> None:
    """Raises WeakPassword, which says why and never repeats it."""
    why = _weakness(password, login, name)
    if why:
        advice = f"take {SHORTEST} characters or more, e.g. four words that do not belong together"
        raise WeakPassword(f"this password {why}: {advice}")


def _weakness(password: str, login: str, name: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in password):
        return "holds control characters"
    if len(password) < SHORTEST:
        return f"has {len(password)} characters"
    if len(password) > LONGEST:
        return f"has more than {LONGEST} characters"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < FEWEST_DIFFERENT:
        return "repeats a few characters"
    if _is_run(plain):
        return "follows the keyboard or the alphabet"
    if not COMMON.isdisjoint(_cores(plain)):
        return "is one that everybody tries first"
    words = re.split(r"[\W_]+", f"{login} {name}".casefold())
    squeezed = re.sub(r"[\W_]+", "", plain)
    for word in (*words, re.sub(r"[\W_]+", "", login.casefold()), "".join(words)):
        if len(word) >= 3 and word in squeezed and len(squeezed.replace(word, "")) < SHORTEST - 2:
            return "names its owner"
    return ""


def _cores(text: str) -> set[str]:
    """Without the digits and signs that people put around a word, also once where a word comes twice, and with its letters."""
    core = ENDS.sub("", text)
    half = core[: len(core) // 2]
    plain = {core, half} if half and core == half * 2 else {core}
    return plain | {one.translate(LEET) for one in plain}


def _is_run(text: str) -> bool:
    """A piece of RUNS, forward, backward or again and again."""
    for run in RUNS:
        for way in (run * 4, run[::-1] * 4):
            if text in way:
                return True
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, 5))
