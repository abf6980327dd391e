"""What people set up of the centre, each declared once: people and phones, lines, what they are called in both languages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.agent import SYSTEM_REASONS
from cti_server.domain.config import (
    AgentConfig,
    Amount,
    CalendarConfig,
    DataLabel,
    GroupConfig,
    HoursConfig,
    Language,
    PromptLanguage,
    QueueConfig,
    QueueOrder,
    RecordingRule,
    RuleDirection,
    ServiceConfig,
    ServiceNumberConfig,
    SkillConfig,
    TeamConfig,
    Unstaffed,
    VoicemailBox,
)
from cti_server.domain.ivr_hours import check_calendar
from cti_server.domain.kpi import FORMULA_WORDS
from cti_server.domain.wrong import IS_NO_NUMBER, NO_LANGUAGE, NO_TEXT_FOR
from cti_server.errors import Misuse
from cti_server.features.centre import model
from cti_server.features.centre.document import SHOWN_NUMBER, SYSTEM_CODE
from cti_server.features.centre.entities_sound import MusicRules
from cti_server.features.centre.sql import problems_now
from cti_server.features.entities.contract import PHONES, By, Entity, Said, Secret, is_within, said
from cti_server.features.entities.fields import EMAIL
from cti_server.features.entities.place import Rows
from cti_server.reasons import reason
from cti_server.words import LANGUAGES, Words, family

PHONE_SECRET = reason(
    "phone-password", "must have {shortest} ASCII characters or more and no blanks", "至少 {shortest} 个英文字符，不能有空格"
)
WHOSE_AGENT = reason("whose-agent", "must say whose agent this is", "请填写所属班组")
OUT_OF_REACH = reason("phones-out-of-reach", "{phones}: not within your reach", "{phones} 不在您的管理范围内")
ADDRESSES = reason(
    "mail-addresses", "must be addresses such as {example}, at most {most}", "应为邮箱地址，例如 {example}，最多 {most} 个"
)
FLOW_NAME = reason("flow-name", "its name must be {name}, is {found}", "其中的 name 须为 {name}，当前为 {found}")
SHORTEST_PHONE_PASSWORD = 8
MOST_ADDRESSES = 10


class BadPhonePassword(Misuse, id="bad-phone-password"):
    """A password that no phone should have."""


def _check_phone_password(secret: str, record: Mapping[str, Any]) -> None:
    if not secret.isascii() or " " in secret or len(secret) < SHORTEST_PHONE_PASSWORD:
        raise BadPhonePassword(PHONE_SECRET(shortest=SHORTEST_PHONE_PASSWORD))


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
    fields={
        "id": ID,
        "name": NAME,
        "group": said("Group", "组", "That it belongs to; none: the centre.", "所属的组；无则直属中心。"),
    },
    place=Rows(model.Team, TeamConfig, "id"),
    references={"group": "groups"},
    whole=problems_now,
    drafted=True,
    whose={"group": "group"},
    own=("id", "team"),
)

GROUPS = Entity(
    name="groups",
    words=Words("Groups", "组"),
    record=GroupConfig,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "parent": said("Part of", "上级组", "The group above it; none: the centre.", "上级组；无则直属中心。"),
    },
    place=Rows(model.Group, GroupConfig, "id"),
    references={"parent": "groups"},
    whole=problems_now,
    drafted=True,
    whose={"parent": "group"},
    own=("id", "group"),
)


def _has_team(agent: AgentConfig) -> Iterator[tuple[str, str]]:
    if not agent.team:
        yield "team", WHOSE_AGENT()


def _phones_in_sight(
    session: Session, by: By, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """Nobody gives away a phone that they do not see."""
    if now is None or not (new := {*now["phones"]} - {*(before or {}).get("phones", ()), now["extension"]}):
        return
    seats, people = model.FreeSeat.extension, model.Agent
    hidden: set[str] = set()
    if not by.reach("setup.free_seats.see").whole:
        hidden |= {*session.scalars(select(seats).where(seats.in_(new)))}
    within = AGENTS.within(by.reach("setup.agents.see"))
    if within is not None:
        owned = session.execute(select(people.extension, people.id, people.team).where(people.extension.in_(new)))
        hidden |= {phone for phone, agent, team in owned if not is_within({"id": agent, "team": team}, within)}
    if hidden:
        yield "phones", OUT_OF_REACH(phones=", ".join(sorted(hidden)))


PROMPT_LANGUAGES = family("prompt_language", {"zh": ("Chinese", "中文"), "en": ("English", "英语")}, PromptLanguage)
TALKS = family("agent_language", {"zh": ("Chinese", "中文"), "en": ("English", "英语")}, Language)

KEYED = {
    "queues": (model.AgentQueue.queue_id, model.AgentQueue.agent_id),
    "skills": (model.AgentSkill.skill_id, model.AgentSkill.agent_id),
}
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
        "skills": said("Skills", "技能", "Skill and level: 1 to 10, 10 is the best.", "技能及级别：1 至 10，10 为最高。"),
        "languages": said(
            "Languages", "语言", "In which the agent talks with callers; none: in all.", "与来电者通话的语言；不选则不限。"
        ),
        "phones": said(
            "May log in at",
            "可签入话机",
            "Besides the own phone: free seats, or phones of other agents; none: all free seats. "
            "Name the own one alone, and there is no other.",
            "除本人分机外可签入的话机：自由座席或其他坐席的分机；不选则为全部自由座席。只选本人分机则不可使用其他话机。",
        ),
        "off_hook": said("Off hook", "长通模式", "The phone stays on the line for a shift.", "整个班次内话机保持通话状态。"),
        "phone_password": PHONE,
    },
    place=Rows(model.Agent, AgentConfig, "id", keyed=KEYED),
    choices={"languages": TALKS},
    references={
        "team": "teams",
        "queues": "queues",
        "skills": "skills",
        "class_of_service": "classes_of_service",
        "phones": PHONES,
    },
    secrets={"phone_password": PHONE_PASSWORD},
    check=_has_team,
    allowed=_phones_in_sight,
    whole=problems_now,
    drafted=True,
    whose={"team": "team"},
    own=("id", "agent"),
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
    drafted=True,
    changed_by=("operator",),
)

SKILLS = Entity(
    name="skills",
    words=Words("Skills", "技能"),
    record=SkillConfig,
    key="id",
    fields={"id": ID, "name": NAME},
    place=Rows(model.Skill, SkillConfig, "id"),
    whole=problems_now,
    drafted=True,
)

ORDERS = family(
    "queue_order",
    {
        "level": ("Best level in the queue, then longest idle", "队列级别优先，其次空闲最久"),
        "idle": ("Longest idle", "空闲最久优先"),
        "skill": ("Best at the skills, then longest idle", "技能级别优先，其次空闲最久"),
    },
    QueueOrder,
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
        "music": said("Music", "等待音乐", "The name of a music, or a sound of the switch.", "音乐名称，或交换机上的等待音。"),
        "whisper": said(
            "Whisper", "队列提示音", "A sound that agents off hook hear before the caller.", "长通坐席接通前听到的提示音。"
        ),
        "record": said(
            "Record", "录音", "Its conversations, where no recording rule says otherwise.", "无录音规则适用时，是否对通话录音。"
        ),
        "survey_flow": said("Survey", "满意度调查", "The flow that callers hear after the call.", "通话后播放的调查流程。"),
        "unstaffed": said(
            "Without agents", "无人值守时", "What becomes of callers while nobody is logged in.", "无坐席签入时如何处理来电。"
        ),
        "unstaffed_flow": said(
            "Flow without agents", "无人值守流程", "For 'flow' in the field before.", "上一项为“flow”时使用的流程。"
        ),
        "skills": said(
            "Skills wanted",
            "技能要求",
            "Only who has each at this level or better is rung.",
            "只有各项技能达到该级别的坐席才会振铃。",
        ),
        "widen_after_s": said(
            "Ask for less after",
            "放宽间隔",
            "For each so many seconds of waiting a level less is asked for; 0: never.",
            "每等待这么多秒，要求降低一级；0 为不放宽。",
        ),
        "language_wait_s": said(
            "Wait for the language",
            "语言优先等待",
            "So many seconds a call waits only for agents who speak its language; 0: it is not asked.",
            "来电在这么多秒内只分配给会其语言的坐席；0 为不按语言分配。",
        ),
        "order": said("Order of agents", "坐席次序", "Who of those who may is rung first.", "符合条件的坐席中谁先振铃。"),
        "offer_failed": said(
            "Missed calls", "未接处理", "By reason: not-ready, or next (stays ready).", "按原因：not-ready 置忙，next 保持空闲。"
        ),
    },
    place=Rows(model.Queue, QueueConfig, "id"),
    choices={"service_level_formula": FORMULA_WORDS, "unstaffed": UNSTAFFED, "order": ORDERS},
    references={"skills": "skills", "overflow_queue": "queues", "survey_flow": "flows", "unstaffed_flow": "flows"},
    rules=MusicRules,
    whole=problems_now,
    drafted=True,
    whose={"id": "queue"},
)


def _is_line(line: ServiceNumberConfig) -> Iterator[tuple[str, str]]:
    if not SHOWN_NUMBER.fullmatch(line.caller_id):
        yield "caller_id", IS_NO_NUMBER()


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
        "service": said(
            "Service",
            "业务",
            "It leads where this service leads, with its other numbers; flow and queue above are not used.",
            "与该业务的其他号码进入同一目的地，此时不使用上面的流程和队列。",
        ),
        "hours": said("Opening hours", "营业时间", "None: it is always open.", "无则全天服务。"),
        "closed_flow": said("Flow when closed", "非营业时间流程", "Outside the hours.", "营业时间以外进入的流程。"),
        "greeting": said("Greeting", "欢迎语", "A prompt before all else while it is open.", "营业时间内首先播放的语音文件名。"),
        "language": said(
            "Language", "语种", "Of greeting and flows; none: as each flow says.", "欢迎语和流程的语种；无则由流程决定。"
        ),
        "music": said(
            "Music or ring-back",
            "等待音或彩铃",
            "A sound of the switch for its callers as they wait; none: the queue's.",
            "该号码来电等待时的声音；无则用队列的等待音。",
        ),
        "caller_id": said("Caller id", "外显号码", "Shown to who is called for this line.", "为该号码外呼时的外显号码。"),
        "trunk_group": said(
            "Trunk group",
            "中继组",
            "By which its callers are brought to numbers outside; none: as the agent calls.",
            "将其来电转接至外线时使用的中继组；无则按坐席的呼叫权限。",
        ),
        "priority": said("Priority", "优先级", "Higher is served first.", "数值越大越先接听。"),
    },
    place=Rows(model.ServiceNumber, ServiceNumberConfig, "number"),
    choices={"language": PROMPT_LANGUAGES},
    references={
        "flow": "flows",
        "queue": "queues",
        "service": "services",
        "hours": "hours",
        "closed_flow": "flows",
        "trunk_group": "trunk_groups",
    },
    check=_is_line,
    rules=MusicRules,
    whole=problems_now,
    drafted=True,
    whose={"queue": "queue"},
)


DIRECTIONS = family("rule_direction", {"inbound": ("Inbound", "呼入"), "outbound": ("Outbound", "呼出")}, RuleDirection)

RECORDING_RULES = Entity(
    name="recording_rules",
    words=Words("Recording rules", "录音规则"),
    record=RecordingRule,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "position": said(
            "Position", "顺序", "Of all rules that are about a call the smallest holds.", "多条规则适用时，数值最小的生效。"
        ),
        "direction": said("Direction", "方向", "None: both.", "无则不限。"),
        "queue": said("Queue", "队列", "By which the call comes to an agent; none: any.", "来电进入坐席所经的队列；无则不限。"),
        "service_number": said("Service number", "服务号码", "That was dialled; none: any.", "客户拨打的号码；无则不限。"),
        "team": said("Team", "班组", "Of the agent; none: any.", "坐席所属班组；无则不限。"),
        "share": said(
            "Percent", "录音比例", "So many of a hundred are recorded: 100 all, 0 none.", "录音的百分比：100 为全部，0 为不录。"
        ),
    },
    place=Rows(model.RecordingRuleRow, RecordingRule, "id"),
    choices={"direction": DIRECTIONS},
    references={"queue": "queues", "service_number": "service_numbers", "team": "teams"},
    whole=problems_now,
    drafted=True,
)


def _check_box(box: VoicemailBox) -> Iterator[tuple[str, str]]:
    if len(box.mail) > MOST_ADDRESSES or not all(map(EMAIL.fullmatch, box.mail)):
        yield "mail", ADDRESSES(most=MOST_ADDRESSES, example="repair@centre.example")


VOICEMAIL_BOXES = Entity(
    name="voicemail_boxes",
    words=Words("Voicemail boxes", "留言信箱"),
    record=VoicemailBox,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "team": said("Team", "班组", "Whose people hear its messages and answer them.", "由该班组收听并处理留言。"),
        "greeting": said(
            "Greeting",
            "提示语",
            "A prompt before the message, where the flow has none of its own; none: a tone.",
            "流程未指定时，留言前播放的语音文件名；无则为提示音。",
        ),
        "max_s": said("Longest message", "最长留言", "Seconds, where the flow says nothing else.", "秒；流程未指定时适用。"),
        "mail": said(
            "Mail to",
            "通知邮箱",
            "Who is told of a new message: its number and time, no sound.",
            "收到新留言时通知的邮箱，只含号码和时间，不含录音。",
        ),
        "answer_days": said(
            "Days to answer",
            "处理期限",
            "Messages that wait for longer stand out; 0: never.",
            "超过天数未处理的留言突出显示；0 为不提示。",
        ),
    },
    place=Rows(model.VoicemailBoxRow, VoicemailBox, "id"),
    references={"team": "teams"},
    check=_check_box,
    whole=problems_now,
    drafted=True,
)


def _destination(no: int) -> Mapping[str, Said]:
    return {
        f"name_{no}": said(
            f"{no}. destination", f"目的地 {no}", "As leaders read it: normal, storm, ...", "班长看到的名称，如“正常”“抢险”。"
        ),
        f"flow_{no}": said(f"{no}. flow", f"流程 {no}", "What callers hear first.", "来电首先进入的流程。"),
        f"queue_{no}": said(
            f"{no}. queue", f"队列 {no}", "Where callers go whom no flow sends elsewhere.", "未由流程指定时进入的队列。"
        ),
    }


SERVICES = Entity(
    name="services",
    words=Words("Services", "业务"),
    record=ServiceConfig,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "team": said(
            "Team", "班组", "Whose leader may switch it; none: administrators only.", "由哪个班组的班长切换；无则仅管理员可切换。"
        ),
        **_destination(1),
        **_destination(2),
        **_destination(3),
    },
    place=Rows(model.Service, ServiceConfig, "id"),
    references={
        "team": "teams",
        **{f"flow_{no}": "flows" for no in (1, 2, 3)},
        **{f"queue_{no}": "queues" for no in (1, 2, 3)},
    },
    whole=problems_now,
    drafted=True,
    whose={"team": "team"},
)


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """``document``: with name, version, start and nodes, as in a file of flows."""

    name: str
    document: Mapping[str, Any]


def _is_flow(flow: FlowEntry) -> Iterator[tuple[str, str]]:
    if flow.document.get("name") != flow.name:
        yield "document", FLOW_NAME(name=flow.name, found=f"{flow.document.get('name')!r:.60}")


FLOWS = Entity(
    name="flows",
    words=Words("Flows", "流程"),
    record=FlowEntry,
    key="name",
    fields={
        "name": said("Name", "名称", "As in its document; it never changes.", "与文档中的名称一致，不可更改。"),
        "document": said(
            "Document", "流程文档", "As in a file of flows, but JSON: start, nodes.", "与流程文件内容相同的 JSON：start、nodes。"
        ),
    },
    place=Rows(model.FlowRow, FlowEntry, "name"),
    check=_is_flow,
    whole=problems_now,
    drafted=True,
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
            'From when to when it is open; in files seven lists from Monday on, e.g. [["09:00", "18:00"]].',
            '每天的营业时段；文件中为从周一起的七个列表，例如 [["09:00", "18:00"]]。',
        ),
        "closed_days": said("Closed days", "休息日", "2026-10-01, or each year 10-01.", "2026-10-01，或每年 10-01。"),
        "special_days": said("Special days", "特殊日", "Days with hours of their own.", "有单独营业时间的日期。"),
        "calendar": said(
            "Calendar", "日历", "Whose holidays and make-up working days apply.", "采用哪个日历的节假日和调休工作日。"
        ),
        "holiday": said("On holidays", "节假日", "None: closed on holidays.", "节假日的营业时间；无则不营业。"),
    },
    place=Rows(model.Hours, HoursConfig, "id"),
    references={"calendar": "calendars"},
    whole=problems_now,
    drafted=True,
)

CALENDARS = Entity(
    name="calendars",
    words=Words("Calendars", "日历"),
    record=CalendarConfig,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "holidays": said(
            "Holidays", "节假日", "Day and name: 2026-10-01, or each year 10-01.", "日期和名称：2026-10-01，或每年 10-01。"
        ),
        "workdays": said(
            "Make-up working days",
            "调休工作日",
            "Days of a weekend that are worked: open as a Monday.",
            "需上班的周末，按周一的营业时间。",
        ),
    },
    place=Rows(model.Calendar, CalendarConfig, "id"),
    check=check_calendar,
    whole=problems_now,
    drafted=True,
)


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """A reason in its place of the list."""

    code: str
    texts: Mapping[str, str]
    position: Amount = 0


@dataclass(frozen=True, slots=True)
class NotReadyEntry(ReasonEntry):
    """With its limits; 0: none."""

    longest_min: Amount = 0
    day_min: Amount = 0
    at_once: Amount = 0
    approval: bool = False


@dataclass(frozen=True, slots=True)
class DispositionEntry(ReasonEntry):
    """Also in its place of the tree."""

    parent: str = ""
    queues: tuple[str, ...] = ()


def _in_each_language(reason: ReasonEntry | DataLabel) -> Iterator[tuple[str, str]]:
    if unknown := sorted(reason.texts.keys() - set(LANGUAGES)):
        yield "texts", NO_LANGUAGE(unknown=", ".join(unknown), known=", ".join(LANGUAGES))
    if missing := [language for language in LANGUAGES if not reason.texts.get(language, "").strip()]:
        yield "texts", NO_TEXT_FOR(languages=", ".join(missing))


def _not_ready_reason(reason: ReasonEntry) -> Iterator[tuple[str, str]]:
    if reason.code in SYSTEM_REASONS:
        yield "code", SYSTEM_CODE(code=reason.code)
    yield from _in_each_language(reason)


def _reasons(
    name: str,
    kind: str,
    words: Words,
    record: type[ReasonEntry],
    check: Callable[[Any], Iterator[tuple[str, str]]],
    more: Mapping[str, Said],
    references: Mapping[str, str] | None = None,
) -> Entity:
    fields: Mapping[str, Said] = {
        "code": said("Code", "代码", "A short name that never changes; in reports.", "简短且不可更改的代码，用于报表。"),
        "texts": said("Texts", "文字", "In each language: en, zh-CN.", "各语言文字：en、zh-CN。"),
        "position": said("Position", "顺序", "The smallest stands first.", "数值小的排在前面。"),
        **more,
    }
    place = Rows(model.Reason, record, "code", fixed={"kind": kind, "system": False})
    return Entity(
        name=name,
        words=words,
        record=record,
        key="code",
        fields=fields,
        place=place,
        references=references or {},
        whole=problems_now,
        drafted=True,
        check=check,
    )


LIMITS = {
    "longest_min": said(
        "Minutes at a stretch",
        "单次分钟数",
        "Longer: the agent is told, and a leader by an alarm; 0: no limit.",
        "超出后提醒坐席并向班长告警；0 为不限。",
    ),
    "day_min": said("Minutes a day", "每日分钟数", "All stretches of a day together; 0: no limit.", "当日累计；0 为不限。"),
    "at_once": said(
        "At once in a team",
        "班组同时人数",
        "No more of a team may choose it at the same time; leaders may let more. 0: no limit.",
        "同一班组同时使用该原因的人数上限，班长可突破；0 为不限。",
    ),
    "approval": said("Approval", "需审批", "Agents ask for it, and a leader says whether.", "坐席申请，由班长批准。"),
}
REASONS = _reasons(
    "not_ready_reasons", "not-ready", Words("Not-ready reasons", "示忙原因"), NotReadyEntry, _not_ready_reason, LIMITS
)
TREE = {
    "parent": said(
        "Below",
        "上级",
        "The disposition that it stands below; that one is then a heading, no choice.",
        "所属的上级小结；上级只作分类，不可直接选择。",
    ),
    "queues": said("Queues", "队列", "For whose calls it is offered; none: for all.", "仅用于这些队列的通话；留空为全部。"),
}
DISPOSITIONS = _reasons(
    "dispositions",
    "disposition",
    Words("Dispositions", "话后小结"),
    DispositionEntry,
    _in_each_language,
    TREE,
    {"parent": "dispositions", "queues": "queues"},
)

DATA_LABELS = Entity(
    name="data_labels",
    words=Words("Data labels", "数据标签"),
    record=DataLabel,
    key="word",
    fields={
        "word": said(
            "Word", "数据项", "As it stands in the attached data: a name or a value.", "随路数据中的原文：数据项名或取值。"
        ),
        "texts": said("Texts", "文字", "What people read for it, in each language: en, zh-CN.", "各语言显示文字：en、zh-CN。"),
    },
    place=Rows(model.DataLabelRow, DataLabel, "word"),
    check=_in_each_language,
    whole=problems_now,
    drafted=True,
)
"""Above what flows call their words."""
