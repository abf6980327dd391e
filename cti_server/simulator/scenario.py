"""The scenario file: who has which phone, who calls, which trunks there are. YAML, checked as a whole before anything starts.

Every error names the file, the places in it and what is allowed there (error id ``bad-scenario``).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml

from cti_server.domain import record
from cti_server.domain.border import LARGEST, BadInput, shown
from cti_server.errors import CtiError

MODES = ("auto", "manual", "busy", "reject", "no_answer", "unavailable", "silent", "redirect")
Cause = Literal[
    "", "NO_ANSWER", "USER_BUSY", "CALL_REJECTED", "NO_USER_RESPONSE", "UNALLOCATED_NUMBER", "NORMAL_TEMPORARY_FAILURE"
]


class BadScenario(CtiError, id="bad-scenario"):
    """A scenario that cannot be played."""


# ---------------------------------------------------------------- settings that are written in more than one way


def _text(raw: Any) -> str:
    """Of digits too, which YAML makes a number of."""
    return str(raw) if type(raw) is int else record.read(str, raw)


def _number(raw: Any) -> float:
    found = record.read(float, raw)
    if found >= 0:
        return float(found)
    raise BadInput(f"must be a number of 0 or more, is {raw}")


def _texts(raw: Any) -> tuple[str, ...]:
    if raw == []:
        raise BadInput("must not be empty")
    return record.read(tuple[Text, ...], raw)


def _weights(raw: Any) -> dict[str, float]:
    """Name -> weight, or one name."""
    found = record.read(dict[str, Number], {raw: 1} if type(raw) is str else raw)
    if not sum(found.values()):
        raise BadInput("at least one weight must be above 0")
    return found


def _modes(raw: Any) -> dict[str, float]:
    found = _weights(raw)
    for mode in found:
        if mode not in MODES:
            raise BadInput(f"unknown '{mode}'; known: {', '.join(MODES)}")
    return found


def _extensions(raw: Any) -> tuple[str, ...]:
    """Extensions and ranges, with commas between."""
    out: list[str] = []
    for part in _text(raw).replace(" ", "").split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not match:
            raise BadInput(f"'{part}' is neither an extension nor a range such as 1001-1008")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        if last < first or last - first > 20_000:
            raise BadInput(f"the range '{part}' is empty or has more than 20,000 extensions")
        out += [str(number).zfill(len(match.group(1))) for number in range(first, last + 1)]
    return tuple(out)


def _pattern(raw: Any) -> re.Pattern[str]:
    try:
        return re.compile(_text(raw))
    except re.error as error:
        raise BadInput(f"'{raw}' is no regular expression: {error}") from error


def _step(raw: Any) -> tuple[str, str]:
    if type(raw) is not list or not 1 <= len(raw) <= 2:
        raise BadInput(f"must be [application] or [application, data], is {shown(raw)}")
    return str(raw[0]), str(raw[1]) if len(raw) > 1 else ""


Text = Annotated[str, _text]
Number = Annotated[float, _number]
Whole = Annotated[int, record.Whole(0, LARGEST)]
Steps = tuple[Annotated[tuple[str, str], _step], ...]
"""(application, data) one after another."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A length of time in seconds drawn at random: uniform in [low, high], or exponential with ``mean`` cut to it."""

    low: float
    high: float
    mean: float = 0.0

    @classmethod
    def from_plain(cls, raw: Any) -> Spread:
        """Of a number, [low, high] or {mean, min, max}."""
        if type(raw) is dict:
            if not raw.keys() <= {"mean", "min", "max"} or "mean" not in raw:
                raise BadInput("must be a number, [low, high] or {mean, min, max} in seconds")
            given = record.read(dict[str, Number], raw)
            return cls(given.get("min", 0), given.get("max", given["mean"] * 10), given["mean"])
        low, high = record.read(tuple[Number, Number], raw) if type(raw) is list else [_number(raw)] * 2
        if low > high:
            raise BadInput(f"the first of [low, high] is larger: {raw!r}")
        return cls(low, high)

    def draw(self, rng: random.Random) -> float:
        if self.mean:
            return min(self.high, max(self.low, rng.expovariate(1 / self.mean)))
        return self.low if self.low == self.high else rng.uniform(self.low, self.high)


# ---------------------------------------------------------------- the scenario


@dataclass(frozen=True, slots=True)
class PhoneGroup(record.Closed):
    """Phones that are alike. ``modes``: mode -> weight, drawn anew for each call."""

    extensions: Annotated[tuple[str, ...], _extensions]
    registered: bool = True
    modes: Annotated[Mapping[str, float], _modes] = field(default_factory=lambda: {"auto": 1.0})
    answer_after_s: Spread = Spread(1, 4)
    contact: Text = ""
    realm: Text = ""  # another one than the scenario's domain: then they are called EXT@REALM


@dataclass(frozen=True, slots=True)
class TrunkResult(record.Closed):
    """Numbers that match ``number`` (a regular expression) end with ``cause``; '' answers."""

    number: Annotated[re.Pattern[str], _pattern] = re.compile("")
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Trunk(record.Closed):
    name: Text
    state: Literal["up", "down"] = "up"
    answer_after_s: Spread = Spread(2, 6)
    talk_s: Spread = Spread(20, 60)
    results: tuple[TrunkResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Callers(record.Closed):
    """Who calls. ``profile``: (seconds since the start, factor on the rate), the latest one reached counts."""

    enabled: bool = False
    rate_per_s: Number = 0.05
    profile: tuple[tuple[Number, Number], ...] = ()
    services: Annotated[Mapping[str, float], _weights] = field(default_factory=lambda: {"95598": 1.0})
    numbers: Annotated[tuple[str, ...], _texts] = ("13800138###",)
    names: Annotated[tuple[str, ...], _texts] = ("",)
    digits: tuple[tuple[Text, ...], ...] = ((),)
    patience_s: Spread = Spread(60, 180)
    talk_s: Spread = Spread(20, 60)
    think_s: Spread = Spread(0.5, 2)
    voice_s: Spread = Spread(5, 10)
    linger_s: Number = 15.0
    hangup_by_caller: Number = 0.5
    headers: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watchdog(record.Closed):
    """What cti_watchdog.lua does: how long the heartbeat may stand still, and where callers go.

    ``scheduled``: it runs every second from the start. ``strict``: a heartbeat that was never set is stale, too, as on a
    real switch; else callers are parked for whoever comes.
    """

    stale_s: Number = 5.0
    destination: Text = "fallback"
    context: Text = "cti_fallback"
    scheduled: bool = True
    strict: bool = False


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
CODE: Steps = (
    ("multiset", "^^;cti_role=code;hangup_after_bridge=false;park_after_bridge=true;uuid_bridge_park_on_cancel=true"),
    ("answer", ""), ("lua", "cti_code.lua"), ("park", ""),
)  # fmt: skip
DONE: Steps = (
    ("playback", "silence_stream://200"), ("playback", "tone_stream://%(100,100,350,440);loops=3"), ("hangup", "NORMAL_CLEARING"),
)  # fmt: skip
REFUSED: Steps = (
    ("playback", "silence_stream://200"), ("playback", "tone_stream://%(250,250,480,620);loops=4"), ("hangup", "NORMAL_CLEARING"),
)  # fmt: skip
NOWHERE: Steps = (("hangup", "NO_ROUTE_DESTINATION"),)
DIALPLAN: Mapping[str, Steps] = {"public": PUBLIC, "cti_fallback": FALLBACK, "cti_fallback/park": TAKE_BACK,
    "agents": CODE, "cti_codes/done": DONE, "cti_codes/refused": REFUSED}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scenario(record.Closed):
    name: Text = "empty"
    seed: Whole = 1
    clock: Literal["real", "virtual"] = "real"
    domain: Text = "127.0.0.1"
    switchname: Text = "sim1"
    version: Text = "1.10.12-release+git~20240802T210227Z~simulated~64bit"
    max_sessions: Whole = 8000
    sessions_per_second: Whole = 500
    fat: bool = False
    recordings: Literal["full", "sparse", "none"] = "full"
    recordings_dir: Text = ""
    sound_folder: Text = ""
    hold_music: Text = "local_stream://moh"
    say_ms_per_character: Whole = 350
    looks_per_s: Number = 0  # 0: as many as there are; else what is asked of legs waits its turn, as on a machine that is full
    inbound_context: Text = "public"
    inbound_gateway: Text = ""
    dialplan: Mapping[str, Steps] = field(default_factory=dict)  # beside those of DIALPLAN, or instead of them
    watchdog: Watchdog = Watchdog()
    globals: Mapping[str, Text] = field(default_factory=dict)  # of the switch, as its vars.xml has them
    phones: tuple[PhoneGroup, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    callers: Callers = Callers()

    def dialplan_for(self, context: str, destination: str) -> list[tuple[str, str]]:
        """The applications for a destination: those of ``context/destination``, else of ``context``, else a hang-up.

        ``$0`` in their data is the destination.
        """
        plans = {**DIALPLAN, **self.dialplan}
        steps = plans.get(f"{context}/{destination}") or plans.get(context) or NOWHERE
        return [(name, data.replace("$0", destination)) for name, data in steps]


# ---------------------------------------------------------------- reading


def load(path: Path) -> Scenario:
    """Reads and checks a scenario file; BadScenario says file, places and what is allowed."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadScenario(f"{path}: cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise BadScenario(f"{path}: is not YAML: {error}") from error
    return parse(document or {}, str(path))


def parse(document: Any, where: str = "scenario") -> Scenario:
    """Builds a Scenario from a parsed document. Raises BadScenario."""
    try:
        return record.read(Scenario, _keyed(document))
    except record.Misfit as error:
        raise BadScenario(f"{where}: {error}") from error


def _keyed(value: Any) -> Any:
    """Keys are texts: YAML makes a number of a service's."""
    if isinstance(value, list):
        return [_keyed(item) for item in value]
    return {str(key): _keyed(item) for key, item in value.items()} if isinstance(value, dict) else value
