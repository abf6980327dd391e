"""The scenario file: who has which phone, who calls, which trunks there are. YAML, checked as a whole before anything starts.

Every error names the file, the place in it and what is allowed there (error id ``bad-scenario``).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from cti_server.errors import CtiError

MODES = ("auto", "manual", "busy", "reject", "no_answer", "unavailable", "silent", "redirect")
CAUSES = ("NO_ANSWER", "USER_BUSY", "CALL_REJECTED", "NO_USER_RESPONSE", "UNALLOCATED_NUMBER", "NORMAL_TEMPORARY_FAILURE")
RECORDINGS = ("full", "sparse", "none")


class BadScenario(CtiError, id="bad-scenario"):
    """A scenario that cannot be played."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A length of time in seconds drawn at random: uniform in [low, high], or exponential with ``mean`` cut to it."""

    low: float
    high: float
    mean: float = 0.0

    def draw(self, rng: random.Random) -> float:
        if self.mean:
            return min(self.high, max(self.low, rng.expovariate(1 / self.mean)))
        return self.low if self.low == self.high else rng.uniform(self.low, self.high)


@dataclass(frozen=True, slots=True)
class PhoneGroup:
    """Phones that are alike. ``modes``: mode -> weight, drawn anew for each call."""

    extensions: tuple[str, ...]
    registered: bool = True
    modes: Mapping[str, float] = field(default_factory=lambda: {"auto": 1.0})
    answer_after_s: Spread = Spread(1, 4)
    contact: str = ""


@dataclass(frozen=True, slots=True)
class TrunkResult:
    """Numbers that match ``number`` (a regular expression) end with ``cause``; '' answers."""

    number: re.Pattern[str]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Trunk:
    name: str
    state: str = "up"
    answer_after_s: Spread = Spread(2, 6)
    talk_s: Spread = Spread(20, 60)
    results: tuple[TrunkResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Callers:
    """Who calls. ``profile``: (seconds since the start, factor on the rate), the last one reached counts."""

    enabled: bool = False
    rate_per_s: float = 0.05
    profile: tuple[tuple[float, float], ...] = ()
    services: Mapping[str, float] = field(default_factory=lambda: {"95598": 1.0})
    numbers: tuple[str, ...] = ("13800138###",)
    names: tuple[str, ...] = ("",)
    digits: tuple[tuple[str, ...], ...] = ((),)
    patience_s: Spread = Spread(60, 180)
    talk_s: Spread = Spread(20, 60)
    think_s: Spread = Spread(0.5, 2)
    voice_s: Spread = Spread(5, 10)
    linger_s: float = 15.0
    hangup_by_caller: float = 0.5
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watchdog:
    """What cti_watchdog.lua does: how long the heartbeat may stand still, and where callers go.

    ``scheduled``: it runs every second from the start. ``strict``: a heartbeat that was never set is stale, too, as on a
    real switch; else callers are parked for whoever comes.
    """

    stale_s: float = 5.0
    destination: str = "fallback"
    context: str = "cti_fallback"
    scheduled: bool = True
    strict: bool = False


Steps = tuple[tuple[str, str], ...]
# The shipped dialplan; the fallback queue is music without agents.
PUBLIC: Steps = (
    ("multiset", "^^;cti_phase=arriving;cti_role=caller;cti_dialled=$0;hangup_after_bridge=false;park_after_bridge=true"),
    ("lua", "cti_inbound.lua"),
    ("park", ""),
)
FALLBACK: Steps = (
    ("set", "cti_phase=fallback"), ("set", "park_after_bridge=false"), ("set", "hangup_after_bridge=true"), ("answer", ""),
    ("playback", "local_stream://moh"), ("hangup", "NORMAL_CLEARING"),
)  # fmt: skip
TAKE_BACK: Steps = (("set", "hangup_after_bridge=false"), ("set", "park_after_bridge=true"), ("park", ""))
NOWHERE: Steps = (("hangup", "NO_ROUTE_DESTINATION"),)
DIALPLAN: Mapping[str, Steps] = {"public": PUBLIC, "cti_fallback": FALLBACK, "cti_fallback/park": TAKE_BACK}


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str = "empty"
    seed: int = 1
    clock: str = "real"
    domain: str = "127.0.0.1"
    switchname: str = "sim1"
    version: str = "1.10.12-release+git~20240802T210227Z~simulated~64bit"
    max_sessions: int = 8000
    sessions_per_second: int = 500
    fat: bool = False
    recordings: str = "full"
    recordings_dir: str = ""
    sound_folder: str = ""
    hold_music: str = "local_stream://moh"
    say_ms_per_character: int = 350
    looks_per_s: float = 0  # 0: as many as there are; else what is asked of legs waits its turn, as on a machine that is full
    inbound_context: str = "public"
    inbound_gateway: str = ""
    dialplan: Mapping[str, Steps] = field(default_factory=lambda: DIALPLAN)
    watchdog: Watchdog = Watchdog()
    phones: tuple[PhoneGroup, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    callers: Callers = Callers()

    def dialplan_for(self, context: str, destination: str) -> list[tuple[str, str]]:
        """The applications for a destination: those of ``context/destination``, else of ``context``, else a hang-up.

        ``$0`` in their data is the destination.
        """
        steps = self.dialplan.get(f"{context}/{destination}") or self.dialplan.get(context) or NOWHERE
        return [(name, data.replace("$0", destination)) for name, data in steps]


# ---------------------------------------------------------------- reading


def load(path: Path) -> Scenario:
    """Reads and checks a scenario file; BadScenario says file, place and what is allowed."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadScenario(f"{path}: cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise BadScenario(f"{path}: is not YAML: {error}") from error
    return parse(document or {}, str(path))


def parse(document: Any, where: str = "scenario") -> Scenario:
    """Builds a Scenario from a parsed document."""
    scenario: Scenario = _build(Scenario, document, where, _SCENARIO)
    return scenario


def _bad(where: str, why: str) -> CtiError:
    return BadScenario(f"{where}: {why}")


def _build(kind: Any, document: Any, where: str, readers: Mapping[str, Any]) -> Any:
    if not isinstance(document, dict):
        raise _bad(where, f"must be a mapping of settings, not {document!r}")
    known = {item.name: item for item in fields(kind)}
    values = {}
    for key, value in document.items():
        if key not in known:
            raise _bad(where, f"unknown setting '{key}'; known: {', '.join(sorted(known))}")
        reader = readers.get(key) or _PLAIN[known[key].type]
        values[key] = reader(value, f"{where}: {key}")
    try:
        return kind(**values)
    except TypeError as error:
        raise _bad(where, f"a setting is missing ({error})") from error


def _text(value: Any, where: str) -> str:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise _bad(where, f"must be text, not {value!r}")


def _whole(value: Any, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _bad(where, f"must be a whole number of 0 or more, not {value!r}")


def _number(value: Any, where: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise _bad(where, f"must be a number of 0 or more, not {value!r}")


def _flag(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise _bad(where, f"must be true or false, not {value!r}")


_PLAIN: dict[Any, Any] = {"str": _text, "int": _whole, "float": _number, "bool": _flag}


def _choice(*allowed: str) -> Any:
    def read(value: Any, where: str) -> str:
        if value in allowed:
            return str(value)
        raise _bad(where, f"must be one of {', '.join(allowed)}, not {value!r}")

    return read


def _list(value: Any, where: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _bad(where, f"must be a list, not {value!r}")


def _spread(value: Any, where: str) -> Spread:
    if isinstance(value, list) and len(value) == 2:
        low, high = (_number(part, where) for part in value)
    elif isinstance(value, dict):
        if not set(value) <= {"mean", "min", "max"} or "mean" not in value:
            raise _bad(where, "must be a number, [low, high] or {mean, min, max} in seconds")
        mean = _number(value["mean"], where)
        return Spread(_number(value.get("min", 0), where), _number(value.get("max", mean * 10), where), mean)
    else:
        low = high = _number(value, where)
    if low > high:
        raise _bad(where, f"the first of [low, high] is larger: {value!r}")
    return Spread(low, high)


def _weights(allowed: tuple[str, ...] = ()) -> Any:
    def read(value: Any, where: str) -> dict[str, float]:
        if isinstance(value, str):
            value = {value: 1}
        if not isinstance(value, dict) or not value:
            raise _bad(where, f"must be a name or a mapping of name to weight, not {value!r}")
        out = {str(key): _number(weight, f"{where}: {key}") for key, weight in value.items()}
        for key in out:
            if allowed and key not in allowed:
                raise _bad(where, f"unknown '{key}'; known: {', '.join(allowed)}")
        if not sum(out.values()):
            raise _bad(where, "at least one weight must be above 0")
        return out

    return read


def _extensions(value: Any, where: str) -> tuple[str, ...]:
    out: list[str] = []
    for part in _text(value, where).replace(" ", "").split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not match:
            raise _bad(where, f"'{part}' is neither an extension nor a range such as 1001-1008")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        if last < first or last - first > 20_000:
            raise _bad(where, f"the range '{part}' is empty or has more than 20,000 extensions")
        out += [str(number).zfill(len(match.group(1))) for number in range(first, last + 1)]
    return tuple(out)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    items = tuple(_text(item, where) for item in _list(value, where))
    if not items:
        raise _bad(where, "must not be empty")
    return items


def _digit_lists(value: Any, where: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_text(digit, where) for digit in _list(one, where)) for one in _list(value, where)) or ((),)


def _profile(value: Any, where: str) -> tuple[tuple[float, float], ...]:
    points = []
    for point in _list(value, where):
        if not isinstance(point, list) or len(point) != 2:
            raise _bad(where, f"each point is [seconds since the start, factor], not {point!r}")
        points.append((_number(point[0], where), _number(point[1], where)))
    return tuple(sorted(points))


def _results(value: Any, where: str) -> tuple[TrunkResult, ...]:
    out = []
    for item in _list(value, where):
        cause = item.get("cause", "") if isinstance(item, dict) else ""
        if not isinstance(item, dict) or not set(item) <= {"number", "cause"} or (cause and cause not in CAUSES):
            raise _bad(where, f"each is {{number: PATTERN, cause: one of {', '.join(CAUSES)} or none}}, not {item!r}")
        try:
            out.append(TrunkResult(re.compile(_text(item.get("number", ""), where)), cause))
        except re.error as error:
            raise _bad(where, f"'{item['number']}' is no regular expression: {error}") from error
    return tuple(out)


def _dialplan(value: Any, where: str) -> dict[str, Steps]:
    if not isinstance(value, dict):
        raise _bad(where, "must be a mapping of context (or context/destination) to a list of [application, data]")
    out: dict[str, Steps] = dict(DIALPLAN)
    for context, steps in value.items():
        plan = []
        for step in _list(steps, f"{where}: {context}"):
            if not isinstance(step, list) or not 1 <= len(step) <= 2:
                raise _bad(f"{where}: {context}", f"each step is [application] or [application, data], not {step!r}")
            plan.append((str(step[0]), str(step[1]) if len(step) > 1 else ""))
        out[str(context)] = tuple(plan)
    return out


def _many(kind: Any, readers: Mapping[str, Any]) -> Any:
    def read(value: Any, where: str) -> tuple[Any, ...]:
        return tuple(_build(kind, item, f"{where}[{at}]", readers) for at, item in enumerate(_list(value, where)))

    return read


def _one(kind: Any, readers: Mapping[str, Any]) -> Any:
    return lambda value, where: _build(kind, value, where, readers)


def _headers(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _bad(where, f"must be a mapping of channel variable to text, not {value!r}")
    return {str(key): _text(text, where) for key, text in value.items()}


_CALLERS = {
    "profile": _profile, "services": _weights(), "numbers": _texts, "names": _texts, "digits": _digit_lists,
    "patience_s": _spread, "talk_s": _spread, "think_s": _spread, "voice_s": _spread, "headers": _headers,
}  # fmt: skip
_PHONES = {"extensions": _extensions, "modes": _weights(MODES), "answer_after_s": _spread}
_TRUNKS = {"state": _choice("up", "down"), "answer_after_s": _spread, "talk_s": _spread, "results": _results}
_SCENARIO = {
    "clock": _choice("real", "virtual"), "recordings": _choice(*RECORDINGS), "dialplan": _dialplan,
    "watchdog": _one(Watchdog, {}), "phones": _many(PhoneGroup, _PHONES), "trunks": _many(Trunk, _TRUNKS),
    "callers": _one(Callers, _CALLERS),
}  # fmt: skip
