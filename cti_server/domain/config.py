"""The centre's configuration as one versioned, immutable document.

Built from SQL by ``features.centre.service``, carried as JSON through Redis and a local file, read by the engine.
Durations in seconds are ``_s`` ints. Ids are short strings ('1001', 'repair') that never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

from cti_server.domain.outcomes import FAILURE_RULES
from cti_server.domain.record import Whole

Number = Annotated[int, Whole(-(2**31) + 1, 2**31 - 1)]
"""What every part of the product, also SQL, can hold."""
NumberKind = Literal["emergency", "internal", "local", "national", "international", "premium"]
"""What a dialled number leads to; its words are those of domain.dialling."""
OutsideKind = Literal["emergency", "local", "national", "international", "premium"]
NumberForm = Literal["plus", "digits", "national"]
Unstaffed = Literal["wait", "overflow", "flow"]
Language = Literal["zh", "en"]
PromptLanguage = Literal["", "zh", "en"]
"""A folder of prompts; '': as the flow says."""
QueueOrder = Literal["level", "idle", "skill"]
SkillLevel = Annotated[int, Whole(1, 10)]
"""10 is the best."""
Percent = Annotated[int, Whole(0, 100)]
RuleDirection = Literal["", "inbound", "outbound"]
"""'': both."""
MessageLength = Annotated[int, Whole(5, 600)]
"""Seconds that a caller has for a message."""
Severity = Literal["critical", "major", "minor"]
AlarmAbout = Literal["queue", "team", "trunk"]
AlarmFigure = Literal[
    "waiting",
    "oldest_s",
    "agents_logged_in",
    "agents_ready",
    "agents_busy",
    "agents_not_ready",
    "service_level",
    "abandoned",
    "abandon_rate",
    "asa_s",
    "trunk_down",
    "trunk_calls",
    "trunk_load",
    "trunk_failed",
    "trunk_ping_ms",
]
"""A live figure; its words and limits are those of domain.alarm_rules."""
AlarmBound = Literal["at_least", "below"]
AlarmMatch = Literal["all", "any"]
AlarmLimit = Annotated[int, Whole(0, 1_000_000)]
AlarmSeconds = Annotated[int, Whole(0, 86_400)]
Destination = Annotated[int, Whole(1, 3)]
"""Which one of a service's."""
Amount = Annotated[int, Whole(0, 2**31 - 1)]
Positive = Annotated[int, Whole(1, 2**31 - 1)]


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """A person who takes calls. ``queues``: queue id -> level (1 is best: rung before all others of the queue).
    ``extension`` is the phone. ``class_of_service``: what the agent may dial; '' is nothing but emergency numbers. ``off_hook``:
    the phone is rung once in a shift and stays on the line, as with a headset; calls come to it without ringing. ``skills``:
    skill -> level, 10 is the best. ``languages``: in which the agent talks with callers; none named: in all. ``phones``:
    extensions at which the agent may log in besides the own one, free seats or other agents' phones; none named: every free seat,
    the own one alone: nowhere else."""

    id: str
    name: str
    extension: str
    team: str
    queues: Mapping[str, Positive] = field(default_factory=dict)
    class_of_service: str = ""
    off_hook: bool = False
    skills: Mapping[str, SkillLevel] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillConfig:
    """What agents can do, in levels, and queues ask for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TeamConfig:
    """``group``: that it belongs to, '' none."""

    id: str
    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """Teams and groups of a part of the centre. ``parent``: the group above it, '' none."""

    id: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One waiting line.

    ``offer_failed``: why -> 'not-ready' (agent goes not ready with that reason) or 'next' (stays ready, goes to the end).
    Keys: no-answer, rejected, busy, unreachable.
    ``whisper``: a sound of the switch, as ``music``; agents whose phones are off hook hear it behind the tone, the queue's name.
    ``ring_at_once``: so many agents are rung for a call at the same time, the longest idle ones; the first who answers has it.
    ``unstaffed``: what becomes of callers while nobody of the queue is logged in: 'wait', 'overflow' (to ``overflow_queue``) or
    'flow' (``unstaffed_flow`` announces, takes a message, takes leave or leads on). An alarm stands in any case.
    ``skills``: skill -> the least level that its agents must have; for each ``widen_after_s`` that a call has waited, one less
    (0: never). ``order``: of those who may, who is rung first: by level in the queue ('level'), the best at its skills ('skill'),
    of equal ones the longest idle; or just the longest idle ('idle'). ``language_wait_s``: so long a call waits only for agents
    who speak its ``language`` (attached data), then for all; 0: nobody is asked what he speaks.
    """

    id: str
    name: str
    priority: Number = 0
    ring_timeout_s: Positive = 15
    ring_at_once: Positive = 1
    wrap_up_s: Amount = 30
    service_level_s: Amount = 20
    short_abandon_s: Amount = 5
    service_level_formula: str = "answered-offered"
    max_wait_s: Amount = 0  # 0: for ever
    overflow_queue: str = ""
    max_length: Amount = 0  # 0: unlimited
    music: str = "local_stream://moh"
    whisper: str = ""
    record: bool = True
    survey_flow: str = ""
    unstaffed: Unstaffed = "wait"
    unstaffed_flow: str = ""
    offer_failed: Mapping[str, str] = field(default_factory=lambda: dict(FAILURE_RULES))
    skills: Mapping[str, SkillLevel] = field(default_factory=dict)
    widen_after_s: Amount = 0
    order: QueueOrder = "level"
    language_wait_s: Amount = 0


@dataclass(frozen=True, slots=True)
class ServiceNumberConfig:
    """A dialled number: ``flow`` runs first; a call that enters a queue without a flow goes to ``queue``. Of a ``service`` it
    leads where that leads, with others.

    Outside ``hours`` callers hear ``closed_flow``. Before all else they hear the prompt ``greeting``, in ``language``, which is
    attached to the call. ``music``: what they hear as they wait, instead of the queue's. ``trunk_group``: by which its callers
    are brought to numbers outside.
    """

    number: str
    name: str
    flow: str = ""
    queue: str = ""
    caller_id: str = ""
    priority: Number = 0
    service: str = ""
    hours: str = ""
    closed_flow: str = ""
    greeting: str = ""
    language: PromptLanguage = ""
    music: str = ""
    trunk_group: str = ""


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """Where several service numbers lead: up to three destinations, a flow or a queue each, as a service number has one. Leaders
    of ``team`` switch between them while calls run; it begins with the first."""

    id: str
    name: str
    team: str = ""
    name_1: str = ""
    flow_1: str = ""
    queue_1: str = ""
    name_2: str = ""
    flow_2: str = ""
    queue_2: str = ""
    name_3: str = ""
    flow_3: str = ""
    queue_3: str = ""

    def destinations(self) -> dict[int, tuple[str, str, str]]:
        """Those that lead somewhere: number -> name, flow, queue."""
        every = {
            1: (self.name_1, self.flow_1, self.queue_1),
            2: (self.name_2, self.flow_2, self.queue_2),
            3: (self.name_3, self.flow_3, self.queue_3),
        }
        return {no: (name, flow, queue) for no, (name, flow, queue) in every.items() if flow or queue}


@dataclass(frozen=True, slots=True)
class TrunkGroup:
    """Trunks by which some calls go out and no others, named by a number rule, a service number or a class of service.
    ``next_group``: that takes them when no trunk of this one does."""

    id: str
    name: str
    next_group: str = ""


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """A gateway of the switch with our limits on each switch that has it. 0 means no limit. A call that comes in beyond them is
    refused (503), one that goes out takes another trunk: ``max_calls`` in both directions at once, ``calls_per_s`` in each.

    Calls to numbers of ``kinds`` go out by it, first those of the smallest ``position``; trunks of the same share them by their
    ``weight``. ``number_form``: how it is sent a number of the country plan, +8675512345678 (*plus*), 8675512345678 (*digits*) or
    075512345678 (*national*), behind ``prefix``. ``caller_id``: the number that is shown to who is called; '': that of the line.
    ``group``: that it belongs to, '' none.
    """

    name: str
    gateway: str
    max_calls: Amount = 0
    calls_per_s: Amount = 0
    kinds: tuple[OutsideKind, ...] = get_args(OutsideKind)
    position: Amount = 1
    weight: Positive = 1
    number_form: NumberForm = "national"
    prefix: str = ""
    caller_id: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A line of the number plan. Of all with a ``prefix`` that a number begins with, the longest says what it is, and refuses it
    when it has fewer than ``shortest`` or more than ``longest`` digits. Prefixes with + are of numbers in full ('+86755'), others
    of numbers as they are dialled in this country without its leading 0 ('110', '13').

    ``full``: what makes a dialled number one in full ('+86', '+86755'); then the rule of that says what it is. '': a short
    number, sent as it is. ``trunk_group``: by which such numbers are called, whoever calls; '': any.
    """

    prefix: str
    kind: NumberKind
    shortest: Positive
    longest: Positive
    full: str = ""
    trunk_group: str = ""


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """``code`` is dialled for ``number``, which is outside: that is called, judged and booked. No number itself, not even of a
    phone or a line."""

    code: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class ClassOfService:
    """What its agents may call outside: kinds of numbers to ``dial`` by themselves, and to ``transfer`` a customer to (also to
    consult and to add). ``at_once``: outside calls of one agent that may run; ``per_minute``: that may be begun. Emergency
    numbers are always free. ``record``: calls that they dial by themselves. ``trunk_group``: by which they call, unless the
    number or the customer's line says another."""

    id: str
    name: str
    dial: tuple[OutsideKind, ...] = ()
    transfer: tuple[OutsideKind, ...] = ()
    at_once: Positive = 2
    per_minute: Positive = 10
    record: bool = True
    trunk_group: str = ""


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Which conversations are recorded: ``share`` percent of those of this ``direction``, ``queue``, ``service_number`` and
    agent's ``team`` ('': any). Of all rules that are about one the smallest ``position`` holds; without any ``record`` of the
    queue, or of the class of service."""

    id: str
    name: str
    position: Amount = 1
    direction: RuleDirection = ""
    queue: str = ""
    service_number: str = ""
    team: str = ""
    share: Percent = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """When somebody has to look: ``match`` of up to three conditions on live figures of the ``queue``, of the ``team``'s agents
    or of the ``trunk`` ('': of each one of what it is ``about``) have held for ``for_s`` without a break. It is over when they
    have not for ``clear_s``."""

    id: str
    name: str
    about: AlarmAbout = "queue"
    queue: str = ""
    team: str = ""
    trunk: str = ""
    figure_1: AlarmFigure
    is_1: AlarmBound = "at_least"
    limit_1: AlarmLimit
    figure_2: Literal[AlarmFigure, ""] = ""
    is_2: AlarmBound = "at_least"
    limit_2: AlarmLimit = 0
    figure_3: Literal[AlarmFigure, ""] = ""
    is_3: AlarmBound = "at_least"
    limit_3: AlarmLimit = 0
    match: AlarmMatch = "all"
    for_s: AlarmSeconds = 0
    clear_s: AlarmSeconds = 0
    severity: Severity = "major"


@dataclass(frozen=True, slots=True)
class VoicemailBox:
    """Where callers leave messages, for the people of ``team``. They hear the prompt ``greeting`` ('': only a tone) and have
    ``max_s``, where the flow says nothing else. ``mail``: addresses that are told of a new one. One that is not done after
    ``answer_days`` stands out (0: never)."""

    id: str
    name: str
    team: str
    greeting: str = ""
    max_s: MessageLength = 120
    mail: tuple[str, ...] = ()
    answer_days: Amount = 0


@dataclass(frozen=True, slots=True)
class HoursConfig:
    """Opening hours: ``zone`` IANA name; ``week``: seven lists (Monday first) of [start, end] 'HH:MM' pairs.

    A day of its own is a date ('2026-10-01', any ISO form) or a day of every year ('10-01'): ``closed_days`` are closed,
    ``special_days`` have their own openings instead of the week's. A date wins over a day of every year, both over ``calendar``:
    its holidays have the openings ``holiday``, its make-up working days those of a Monday.
    """

    id: str
    zone: str
    week: tuple[tuple[tuple[str, str], ...], ...]
    closed_days: tuple[str, ...] = ()
    special_days: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    calendar: str = ""
    holiday: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    """Days that do not follow the week, and what they are called: '2026-10-01', or '10-01' of every year. ``workdays``: days of a
    weekend on which people work, for a holiday."""

    id: str
    name: str
    holidays: Mapping[str, str] = field(default_factory=dict)
    workdays: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotReadyReason:
    """With its texts per language ('en', 'zh-CN'). ``longest_min``: so long at a stretch; ``day_min``: in a day; ``at_once``: so
    many of a team; 0: no limit. ``approval``: a leader is asked first."""

    code: str
    texts: Mapping[str, str]
    longest_min: Amount = 0
    day_min: Amount = 0
    at_once: Amount = 0
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Disposition:
    """What came of a call, with its texts per language ('en', 'zh-CN'). One that others name as their ``parent`` ('': at the
    top) only groups them and is not given itself. ``queues``: offered for their calls only; none: for all. What stands below
    one of some queues is offered for no others."""

    code: str
    texts: Mapping[str, str]
    parent: str = ""
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataLabel:
    """What people read for a word of attached data, its name or a value, per language ('en', 'zh-CN')."""

    word: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CentreConfig:
    """Everything that the engine needs to know that is not a call.

    ``flows``: flow name -> the flow document as parsed from YAML (validated by domain.ivr before it gets here), each with its
    'version' (int). ``recordings_dir`` and ``prompts_dir`` are folders *on the switch*. ``country_code``: digits, how numbers
    of this country begin behind + or 00 (domain.numbers). ``area_code``: of this place, without 0: local numbers are dialled
    without it. ``national_prefix`` and ``international_prefix`` are dialled before national and foreign numbers.
    ``number_rules``: the number plan, by prefix; none: the one of domain.dialling for the country. ``forbidden_numbers``:
    numbers, or how they begin, that nobody may call. ``short_numbers``: by code. ``free_seating``: extensions of phones that
    nobody owns; who names no ``phones`` may log in at each of them.
    An agent without a desk phone is not ready ``page_gone_s`` after the last page was closed, ``page_lost_s`` after it was lost
    with its web process.
    Who does not take ``failed_rings_max`` calls in a row is not ready; a caller on hold for ``hold_alarm_s`` raises an alarm
    (0: never, both). ``record_consults``: what agents and whom they ask say to each other has files of its own.
    An agent waits for a busy colleague for ``call_back_s`` at most.
    ``private_recorded``: private calls are recorded, too; else their recording has silence.
    ``publish_at_once``: the worker publishes every change by itself.
    ``code_...``: what agents dial at their phones (domain.feature_codes), '' none.
    """

    version: Number
    tenant: str
    agents: Mapping[str, AgentConfig] = field(default_factory=dict)
    teams: Mapping[str, TeamConfig] = field(default_factory=dict)
    queues: Mapping[str, QueueConfig] = field(default_factory=dict)
    service_numbers: Mapping[str, ServiceNumberConfig] = field(default_factory=dict)
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
    trunks: Mapping[str, TrunkConfig] = field(default_factory=dict)
    trunk_groups: Mapping[str, TrunkGroup] = field(default_factory=dict)
    free_seating: tuple[str, ...] = ()
    classes_of_service: Mapping[str, ClassOfService] = field(default_factory=dict)
    number_rules: Mapping[str, NumberRule] = field(default_factory=dict)
    forbidden_numbers: tuple[str, ...] = ()
    short_numbers: Mapping[str, ShortNumber] = field(default_factory=dict)
    recording_rules: Mapping[str, RecordingRule] = field(default_factory=dict)
    voicemail_boxes: Mapping[str, VoicemailBox] = field(default_factory=dict)
    alarm_rules: Mapping[str, AlarmRule] = field(default_factory=dict)
    hours: Mapping[str, HoursConfig] = field(default_factory=dict)
    calendars: Mapping[str, CalendarConfig] = field(default_factory=dict)
    skills: Mapping[str, SkillConfig] = field(default_factory=dict)
    flows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    not_ready_reasons: tuple[NotReadyReason, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    data_labels: Mapping[str, DataLabel] = field(default_factory=dict)
    recordings_dir: str = "/var/lib/cti/recordings"
    prompts_dir: str = "/usr/share/cti/prompts"
    phone_realm: str = "127.0.0.1"
    unreachable_after_s: Amount = 5
    page_gone_s: Amount = 10
    page_lost_s: Amount = 90
    failed_rings_max: Amount = 3
    hold_alarm_s: Amount = 300
    record_consults: bool = False
    call_back_s: Positive = 1800
    private_recorded: bool = False
    publish_at_once: bool = False
    time_zone: str = "Asia/Shanghai"
    country_code: str = "86"
    area_code: str = ""
    national_prefix: str = "0"
    international_prefix: str = "00"
    code_ready: str = "*10"
    code_not_ready: str = "*11"  # and a reason
    code_pick_up: str = "*8"  # and an extension
    code_consult: str = "*2"  # with a number, as the next
    code_transfer: str = "*3"
    code_complete: str = "*5"
    code_return: str = "*6"
    code_call_back: str = "*7"  # and an extension
    groups: Mapping[str, GroupConfig] = field(default_factory=dict)
