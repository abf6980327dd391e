"""Which passwords people may have: long enough, none that everybody tries first, none that names its owner."""

from __future__ import annotations

import re
import unicodedata

from cti_server.errors import Misuse

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
COMMON = frozenset(
    """
    password passwort passwd pass passw0rd passphrase secret letmein welcome changeme change default admin administrator root
    superuser user username login guest test testing tester demo sample example system server service support manager operator
    master access account agent leader callcenter callcentre telephone phone office company business internet computer network
    qwerty qwertz azerty asdf asdfgh zxcv zxcvbn qazwsx abc abcd abcdef iloveyou love lovely loveyou sunshine princess prince
    dragon monkey shadow michael jordan charlie daniel thomas jessica ashley jennifer football baseball basketball soccer hockey
    superman batman spiderman starwars pokemon naruto killer hunter ranger tiger panda eagle lion wolf bailey buster pepper ginger
    cookie chocolate banana orange apple cheese coffee summer winter spring autumn monday friday january december flower
    butterfly rainbow diamond silver golden purple yellow black white freedom forever nothing whatever trustno hello helloworld
    goodmorning hola bonjour welcomehome mypassword newpassword yourpassword thepassword nopassword ihatepasswords
    woaini woaiwojia woaizhongguo wodemima mima zhongguo beijing shanghai guangzhou shenzhen wangyi taobao alibaba tencent weixin
    freeswitch asterisk sipphone cti ctiadmin adminadmin rootroot passwordpassword testtest useruser qweasd qweasdzxc asdfasdf
    """.split()  # noqa: SIM905
)
"""Their letters, as ``_core`` leaves them; our own compilation of what lists of broken passwords begin with."""


class WeakPassword(Misuse, id="weak-password"):
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
    if _core(plain) in COMMON or _core(plain).translate(LEET) in COMMON:
        return "is one that everybody tries first"
    words = re.split(r"[\W_]+", f"{login} {name}".casefold())
    squeezed = re.sub(r"[\W_]+", "", plain)
    for word in (*words, re.sub(r"[\W_]+", "", login.casefold()), "".join(words)):
        if len(word) >= 3 and word in squeezed and len(squeezed.replace(word, "")) < SHORTEST - 2:
            return "names its owner"
    return ""


def _core(text: str) -> str:
    """Without the digits and signs that people put around a word, and once where a word comes twice."""
    core = ENDS.sub("", text)
    half = core[: len(core) // 2]
    return half if half and core == half * 2 else core


def _is_run(text: str) -> bool:
    """A piece of RUNS, forward, backward or again and again."""
    for run in RUNS:
        for way in (run * 4, run[::-1] * 4):
            if text in way:
                return True
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, 5))
