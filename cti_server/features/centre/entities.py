"""What people set up of the centre, each declared once: people and phones, lines, what they are called in both languages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cti_server.domain.agent import SYSTEM_REASONS
from cti_server.domain.config import AgentConfig, Amount, HoursConfig, QueueConfig, ServiceNumberConfig, TeamConfig, Unstaffed
from cti_server.domain.kpi import FORMULA_WORDS
from cti_server.errors import Misuse
from cti_server.features.centre import model
from cti_server.features.centre.document import SHOWN_NUMBER
from cti_server.features.centre.sql import problems_now
from cti_server.features.entities.contract import Entity, Said, Secret, said
from cti_server.features.entities.place import Rows
from cti_server.words import LANGUAGES, Words, family

SHORTEST_PHONE_PASSWORD = 8
A_LINE = re.compile(r"[0-9A-Za-z+*#._-]+")


class BadPhonePassword(Misuse, id="bad-phone-password"):
    """A password that no phone should have."""


def _check_phone_password(secret: str, record: Mapping[str, Any]) -> None:
    if not secret.isascii() or " " in secret or len(secret) < SHORTEST_PHONE_PASSWORD:
        raise BadPhonePassword(f"must have {SHORTEST_PHONE_PASSWORD} ASCII characters or more and no blanks")


PHONE_PASSWORD = Secret(lambda: secrets.token_urlsafe(12), _check_phone_password)
ID = said(
    "Id",
    "编号",
    "A short name that never changes; in addresses, files and reports.",
    "简短且不可更改的编号，用于地址、文件和报表。",
)
NAME = said("Name", "名称", "What people read on their screens.", "屏幕上显示的名称。")
PHONE = said(
    "Phone password",
    "话机密码",
    "With it the phone registers. It is never shown again; left empty, the product makes one.",
    "话机注册时使用，保存后不再显示；留空则由系统生成。",
)

TEAMS = Entity(
    name="teams",
    words=Words("Teams", "班组"),
    record=TeamConfig,
    key="id",
    fields={"id": ID, "name": NAME},
    place=Rows(model.Team, TeamConfig, "id"),
    whole=problems_now,
)


def _has_team(agent: AgentConfig) -> Iterator[tuple[str, str]]:
    if not agent.team:
        yield "team", "must say whose agent this is"


AGENTS = Entity(
    name="agents",
    words=Words("Agents", "坐席"),
    record=AgentConfig,
    key="id",
    fields={
        "id": said("Number", "工号", "Who it is in calls and reports; it never changes.", "通话与报表中的工号，不可更改。"),
        "name": NAME,
        "extension": said("Extension", "分机", "Of the phone: letters, digits, _ and -.", "话机分机号：字母、数字、_ 和 -。"),
        "team": said("Team", "班组", "Whose leader sees and helps the agent.", "所属班组，由其班长管理。"),
        "queues": said("Queues", "队列", "Queue and level: 1 is rung before 2.", "队列及级别：1 级先于 2 级振铃。"),
        "class_of_service": said(
            "Class of service",
            "呼叫权限",
            "What the agent may dial; none: emergency numbers only.",
            "允许拨打的号码类型；无则只能拨打紧急号码。",
        ),
        "off_hook": said("Off hook", "长通模式", "The phone stays on the line for a shift.", "整个班次内话机保持通话状态。"),
        "phone_password": PHONE,
    },
    place=Rows(model.Agent, AgentConfig, "id", keyed={"queues": (model.AgentQueue.queue_id, model.AgentQueue.agent_id)}),
    references={"team": "teams", "queues": "queues", "class_of_service": "classes_of_service"},
    secrets={"phone_password": PHONE_PASSWORD},
    check=_has_team,
    whole=problems_now,
)


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A phone that nobody owns."""

    extension: str


FREE_SEATS = Entity(
    name="free_seats",
    words=Words("Free seats", "自由座席"),
    record=FreeSeat,
    key="extension",
    fields={
        "extension": said(
            "Extension", "分机", "A phone that nobody owns: whoever sits there logs in.", "无固定使用者的话机，任何坐席均可签入。"
        ),
        "phone_password": PHONE,
    },
    place=Rows(model.FreeSeat, FreeSeat, "extension"),
    secrets={"phone_password": PHONE_PASSWORD},
    whole=problems_now,
)

UNSTAFFED = family(
    "unstaffed",
    {
        "wait": ("They wait", "继续等待"),
        "overflow": ("They go to the overflow queue", "转入溢出队列"),
        "flow": ("They hear the flow below", "进入下方的流程"),
    },
    Unstaffed,
)

QUEUES = Entity(
    name="queues",
    words=Words("Queues", "队列"),
    record=QueueConfig,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "priority": said("Priority", "优先级", "Higher is served first.", "数值越大越先接听。"),
        "ring_timeout_s": said("Ringing", "振铃时长", "Seconds until the next agent is tried.", "振铃多少秒后转下一坐席。"),
        "ring_at_once": said(
            "Rung at once", "同时振铃数", "How many agents are rung for one call.", "一通来电同时振铃的坐席数。"
        ),
        "wrap_up_s": said("Wrap-up", "话后处理", "Seconds after a call until the next.", "通话后到下一通来电前的秒数。"),
        "service_level_s": said(
            "Service level", "服务水平阈值", "Answered within so many seconds is in time.", "在多少秒内接听算达标。"
        ),
        "short_abandon_s": said(
            "Short abandon", "短时放弃", "Who hangs up sooner does not count as lost.", "早于该秒数挂断不计为放弃。"
        ),
        "service_level_formula": said("Formula", "服务水平公式", "How the service level is computed.", "服务水平的计算方式。"),
        "max_wait_s": said(
            "Longest wait", "最长等待", "Seconds until the overflow queue; 0: for ever.", "超过该秒数进入溢出队列；0 为不限。"
        ),
        "overflow_queue": said(
            "Overflow queue", "溢出队列", "Where callers go who waited too long.", "等待过久的来电转入的队列。"
        ),
        "max_length": said(
            "Most callers", "最大排队数", "More are sent on at once; 0: no limit.", "超出的来电立即溢出；0 为不限。"
        ),
        "music": said("Music", "等待音乐", "A sound of the switch for those who wait.", "交换机上的等待音。"),
        "whisper": said(
            "Whisper", "队列提示音", "A sound that agents off hook hear before the caller.", "长通坐席接通前听到的提示音。"
        ),
        "record": said("Record", "录音", "Whether its conversations are recorded.", "是否对通话录音。"),
        "survey_flow": said("Survey", "满意度调查", "The flow that callers hear after the call.", "通话后播放的调查流程。"),
        "unstaffed": said(
            "Without agents", "无人值守时", "What becomes of callers while nobody is logged in.", "无坐席签入时如何处理来电。"
        ),
        "unstaffed_flow": said(
            "Flow without agents", "无人值守流程", "For 'flow' in the field before.", "上一项为“flow”时使用的流程。"
        ),
        "offer_failed": said(
            "Missed calls", "未接处理", "By reason: not-ready, or next (stays ready).", "按原因：not-ready 置忙，next 保持空闲。"
        ),
    },
    place=Rows(model.Queue, QueueConfig, "id"),
    choices={"service_level_formula": FORMULA_WORDS, "unstaffed": UNSTAFFED},
    references={"overflow_queue": "queues", "survey_flow": "flows", "unstaffed_flow": "flows"},
    whole=problems_now,
)


def _is_line(line: ServiceNumberConfig) -> Iterator[tuple[str, str]]:
    if not A_LINE.fullmatch(line.number):
        yield "number", "must be digits, letters, + * # . _ or -"
    if not SHOWN_NUMBER.fullmatch(line.caller_id):
        yield "caller_id", "is no telephone number"


SERVICE_NUMBERS = Entity(
    name="service_numbers",
    words=Words("Service numbers", "服务号码"),
    record=ServiceNumberConfig,
    key="number",
    fields={
        "number": said("Number", "号码", "As the trunk brings it.", "中继送入的被叫号码。"),
        "name": NAME,
        "flow": said(
            "Flow", "流程", "What callers hear first; none: they go to the queue.", "来电首先进入的流程；无则直接排队。"
        ),
        "queue": said("Queue", "队列", "Where callers go whom no flow sends elsewhere.", "未由流程指定时进入的队列。"),
        "caller_id": said("Caller id", "外显号码", "Shown to who is called for this line.", "为该号码外呼时的外显号码。"),
        "priority": said("Priority", "优先级", "Higher is served first.", "数值越大越先接听。"),
    },
    place=Rows(model.ServiceNumber, ServiceNumberConfig, "number"),
    references={"flow": "flows", "queue": "queues"},
    check=_is_line,
    whole=problems_now,
)

HOURS = Entity(
    name="hours",
    words=Words("Opening hours", "营业时间"),
    record=HoursConfig,
    key="id",
    fields={
        "id": ID,
        "zone": said("Time zone", "时区", "Of the times, e.g. Asia/Shanghai.", "时间所用时区，例如 Asia/Shanghai。"),
        "week": said(
            "Week",
            "每周",
            'Seven lists from Monday on of [begin, end], e.g. ["09:00", "18:00"].',
            "从周一起七个列表，元素为 [开始, 结束]。",
        ),
        "closed_days": said("Closed days", "休息日", "2026-10-01, or each year 10-01.", "2026-10-01，或每年 10-01。"),
        "special_days": said("Special days", "特殊日", "Days with hours of their own.", "有单独营业时间的日期。"),
    },
    place=Rows(model.Hours, HoursConfig, "id"),
    whole=problems_now,
)


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """A reason or a disposition in its place of the list."""

    code: str
    texts: Mapping[str, str]
    position: Amount = 0


def _reason(reason: ReasonEntry) -> Iterator[tuple[str, str]]:
    if unknown := sorted(reason.texts.keys() - set(LANGUAGES)):
        yield "texts", f"{', '.join(unknown)}: is no language of the product, which has {', '.join(LANGUAGES)}"
    if missing := [language for language in LANGUAGES if not reason.texts.get(language, "").strip()]:
        yield "texts", f"has no text for {', '.join(missing)}"


def _not_ready_reason(reason: ReasonEntry) -> Iterator[tuple[str, str]]:
    if reason.code in SYSTEM_REASONS:
        yield "code", f"{reason.code} is what the centre gives by itself: take another code"
    yield from _reason(reason)


def _reasons(name: str, kind: str, words: Words, check: Callable[[ReasonEntry], Iterator[tuple[str, str]]]) -> Entity:
    fields: Mapping[str, Said] = {
        "code": said("Code", "代码", "A short name that never changes; in reports.", "简短且不可更改的代码，用于报表。"),
        "texts": said("Texts", "文字", "In each language: en, zh-CN.", "各语言文字：en、zh-CN。"),
        "position": said("Position", "顺序", "The smallest stands first.", "数值小的排在前面。"),
    }
    place = Rows(model.Reason, ReasonEntry, "code", fixed={"kind": kind, "system": False})
    return Entity(
        name=name, words=words, record=ReasonEntry, key="code", fields=fields, place=place, whole=problems_now, check=check
    )


REASONS = _reasons("not_ready_reasons", "not-ready", Words("Not-ready reasons", "示忙原因"), _not_ready_reason)
DISPOSITIONS = _reasons("dispositions", "disposition", Words("Dispositions", "话后小结"), _reason)
