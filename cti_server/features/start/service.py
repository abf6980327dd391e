"""Which steps of the first run are done, and people as they are typed or pasted. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cti_server.features.start.contract import BadLines, Lack, Step, StepName
from cti_server.reasons import reason

CAN_WAIT: frozenset[Lack] = frozenset({"people-not-in"})
"""What is said and keeps nobody from going on."""
MOST_LINES = 500
FIRST_EXTENSION = 1001
_CELLS = re.compile(r"[\t,;，；]")
_EXTENSION = re.compile(r"[0-9]{2,10}")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]*")
NEITHER = reason(
    "person-neither",
    "{cell} is neither an extension (2 to 10 digits) nor a login of letters and digits",
    "{cell} 既不是分机（2 到 10 位数字），也不是由字母和数字组成的登录名",
)
TOO_MUCH = reason(
    "person-too-much", "has more than a name, an extension and a login: {beyond}", "除姓名、分机和登录名外还有多余内容：{beyond}"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is there, of each step. ``password``: of who looks; ``switches``, ``trunks``: whether each is up; ``outside``: people
    who have set no password yet; ``phones``: agents whose phone is registered."""

    password: str = "own"  # noqa: S105 - a word for a state
    switches: tuple[bool, ...] = ()
    trunks: int = 0
    trunks_up: int = 0
    agents: int = 0
    agents_without_login: int = 0
    outside: int = 0
    queues: int = 0
    queues_unstaffed: int = 0
    numbers: int = 0
    numbers_nowhere: int = 0
    changes: int = 0
    phones: int = 0
    answered: bool = False


def steps(found: Found) -> list[Step]:
    """In their order."""
    told: dict[StepName, tuple[int, list[tuple[Lack, bool]]]] = {
        "account": (1, [("password-none", found.password == "none"), ("password-documented", found.password == "documented")]),  # noqa: S105
        "switch": (len(found.switches), [("switch-none", not found.switches), ("switch-unlinked", not all(found.switches))]),
        "trunk": (found.trunks, [("trunk-none", not found.trunks), ("trunk-not-up", bool(found.trunks) and not found.trunks_up)]),
        "people": (
            found.agents,
            [
                ("people-none", not found.agents),
                ("people-no-login", bool(found.agents_without_login)),
                ("people-not-in", bool(found.outside)),
            ],
        ),
        "queue": (found.queues, [("queue-none", not found.queues), ("queue-no-agents", bool(found.queues_unstaffed))]),
        "number": (found.numbers, [("number-none", not found.numbers), ("number-nowhere", bool(found.numbers_nowhere))]),
        "publish": (found.changes, [("draft", bool(found.changes))]),
        "phones": (found.phones, [("phone-none", not found.phones)]),
        "call": (int(found.answered), [("call-none", not found.answered)]),
    }
    return [
        Step(name=name, done=CAN_WAIT.issuperset(lacking), lacks=lacking, count=count)
        for name, (count, lacks) in told.items()
        for lacking in [[lack for lack, is_so in lacks if is_so]]
    ]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """``problem``: what of the line would be lost, '' nothing."""

    line: int
    name: str
    extension: str
    login: str
    problem: str = ""


def people_of(text: str, extensions: Collection[str], logins: Collection[str]) -> list[Newcomer]:
    """One in each line: a name, and where they are given an extension and a login, in cells or the extension behind the name.
    Who has none gets the next free one. A first line that says what the cells are is passed over. Raises BadLines."""
    lines = [(no, cells) for no, line in enumerate(text.splitlines(), 1) if any(cells := [one.strip() for one in _cells(line)])]
    if lines and not any(_EXTENSION.fullmatch(cell) for cell in lines[0][1]) and _is_head(lines[0][1]):
        del lines[0]
    if not lines or len(lines) > MOST_LINES:
        raise BadLines(f"{len(lines)} lines with people: between 1 and {MOST_LINES} are taken at once")
    said = [_said(cells) for _, cells in lines]
    taken, known, made = {*extensions, *(one[1] for one in said)}, {*logins, *(one[2] for one in said)}, []
    for (no, _), (name, given, login, problem) in zip(lines, said, strict=True):
        extension = given or next(one for one in map(str, range(FIRST_EXTENSION, 10**9)) if one not in taken)
        taken.add(extension)
        login = login or _login(name, extension, known)
        known.add(login)
        made.append(Newcomer(no, name or extension, extension, login, problem))
    return made


def _cells(line: str) -> list[str]:
    cells = _CELLS.split(line)
    behind = re.fullmatch(r"(.*\S)\s+([0-9]{2,10})\s*", line) if len(cells) == 1 else None
    return list(behind.groups()) if behind else cells


def _is_head(cells: Iterable[str]) -> bool:
    return any(cell.lower() in ("name", "姓名", "extension", "分机", "login", "登录名") for cell in cells)


def _said(cells: list[str]) -> tuple[str, str, str, str]:
    """Name, extension, login, and what cannot be read so; '' where it is not said."""
    extension = next((cell for cell in cells if _EXTENSION.fullmatch(cell)), "")
    rest = [cell for cell in cells if cell and cell != extension]
    name, login, beyond = rest[0] if rest else "", rest[1].lower() if len(rest) > 1 else "", rest[2:]
    if beyond:
        return name, extension, login, TOO_MUCH(beyond=", ".join(beyond)[:100])
    odd = login and (not _LOGIN.fullmatch(login) or (login.isdigit() and not _EXTENSION.fullmatch(login)))
    return (name, extension, "", NEITHER(cell=repr(rest[1][:40]))) if odd else (name, extension, login, "")


def _login(name: str, extension: str, known: Collection[str]) -> str:
    """Of a Latin name ('Li Wei': li.wei), else the extension."""
    made = ".".join(name.lower().split())
    return made if _LOGIN.fullmatch(made) and len(made) <= 64 and made not in known else extension


def id_of(name: str, taken: Collection[str], otherwise: str) -> str:
    """A short name that nobody has: of a Latin name its words, else ``otherwise`` with a number."""
    made = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:24] if name.isascii() else ""
    if made and made not in taken:
        return made
    return next(one for one in (f"{made or otherwise}-{no}" for no in range(1, 10**6)) if one not in taken)
