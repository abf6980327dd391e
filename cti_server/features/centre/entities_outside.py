"""What people set up of calls to the outside, and the centre's settings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, make_dataclass
from dataclasses import fields as fields_of
from typing import Any, get_type_hints

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain.config import (
    CentreConfig,
    ClassOfService,
    NumberForm,
    NumberKind,
    NumberRule,
    ShortNumber,
    TrunkConfig,
    TrunkGroup,
)
from cti_server.domain.record import plain
from cti_server.features.centre import entities, entities_alarms, entities_sound, model
from cti_server.features.centre.entities import ID, NAME
from cti_server.features.centre.sql import SETTINGS, problems_now
from cti_server.features.entities.contract import Entity, Held, Wanted, said
from cti_server.features.entities.place import Rows
from cti_server.reasons import reason
from cti_server.words import Words, family

GATEWAY = reason(
    "gateway-name",
    "must be letters, digits, . _ or -, as the switch calls it",
    "只能有字母、数字、.、_ 或 -，与交换机上的名称一致",
)
KINDS = family(
    "number_kind",
    {
        "emergency": ("Emergency", "紧急号码"),
        "internal": ("Internal", "内部号码"),
        "local": ("Local", "市话"),
        "national": ("National", "国内长途"),
        "international": ("International", "国际长途"),
        "premium": ("Premium rate", "高资费号码"),
    },
    NumberKind,
)
FORMS = family(
    "number_form",
    {
        "plus": ("+8675512345678", "+8675512345678（带 +）"),
        "digits": ("8675512345678", "8675512345678（不带 +）"),
        "national": ("075512345678", "075512345678（国内拨法）"),
    },
    NumberForm,
)

A_GATEWAY = re.compile(r"[A-Za-z0-9._-]+")


def _has_gateway(trunk: TrunkConfig) -> Iterator[tuple[str, str]]:
    if not A_GATEWAY.fullmatch(trunk.gateway):
        yield "gateway", GATEWAY()


TRUNKS = Entity(
    name="trunks",
    words=Words("Trunks", "中继"),
    record=TrunkConfig,
    key="name",
    fields={
        "name": said("Name", "名称", "Of the trunk on screens; it never changes.", "屏幕上显示的中继名称，不可更改。"),
        "gateway": said("Gateway", "网关", "As the switch calls it.", "交换机上的网关名。"),
        "max_calls": said("Most calls", "最大并发", "In both directions at once; 0: no limit.", "双向同时通话数；0 为不限。"),
        "calls_per_s": said(
            "Calls a second", "每秒呼叫数", "That begin in each direction; 0: no limit.", "每方向每秒新呼叫数；0 为不限。"
        ),
        "kinds": said("Kinds of numbers", "号码类型", "What it carries to the outside.", "可承载的外呼号码类型。"),
        "group": said("Group", "中继组", "That it belongs to.", "所属的中继组。"),
        "position": said("Position", "顺序", "The smallest is tried first.", "数值小的优先使用。"),
        "weight": said("Weight", "权重", "Its share among those of one position.", "同一顺序内的分担比例。"),
        "number_form": said("Form of numbers", "号码格式", "How numbers of the country are sent.", "国内号码的发送格式。"),
        "prefix": said("Prefix", "前缀", "Stands before every number that is sent.", "加在所发送号码之前。"),
        "caller_id": said(
            "Caller id", "外显号码", "Shown to who is called; none: that of the line.", "被叫看到的号码；无则用服务号码的。"
        ),
    },
    place=Rows(model.Trunk, TrunkConfig, "name"),
    choices={"kinds": KINDS, "number_form": FORMS},
    references={"group": "trunk_groups"},
    check=_has_gateway,
    whole=problems_now,
    drafted=True,
    changed_by=("operator",),
)

TRUNK_GROUPS = Entity(
    name="trunk_groups",
    words=Words("Trunk groups", "中继组"),
    record=TrunkGroup,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "next_group": said(
            "Then", "后备中继组", "Takes the calls that no trunk of this group does.", "本组无可用中继时改用的中继组。"
        ),
    },
    place=Rows(model.TrunkGroupRow, TrunkGroup, "id"),
    references={"next_group": "trunk_groups"},
    whole=problems_now,
    drafted=True,
    changed_by=("operator",),
)

NUMBER_RULES = Entity(
    name="number_rules",
    words=Words("Number rules", "号码规则"),
    record=NumberRule,
    key="prefix",
    fields={
        "prefix": said("Prefix", "前缀", "How numbers begin: digits, or + and digits.", "号码开头：数字，或 + 加数字。"),
        "kind": said("Kind", "类型", "What such a number leads to.", "此类号码的类型。"),
        "shortest": said("Fewest digits", "最少位数", "Shorter numbers are refused.", "位数不足的号码将被拒绝。"),
        "longest": said("Most digits", "最多位数", "Longer numbers are refused.", "位数过多的号码将被拒绝。"),
        "full": said("Full form", "完整格式", "What makes it a number in full, e.g. +86.", "补全为完整号码的前缀，例如 +86。"),
        "trunk_group": said(
            "Trunk group", "中继组", "By which such numbers are called, whoever calls.", "呼叫此类号码所用的中继组，优先采用。"
        ),
    },
    place=Rows(model.NumberRuleRow, NumberRule, "prefix"),
    choices={"kind": KINDS},
    references={"trunk_group": "trunk_groups"},
    whole=problems_now,
    drafted=True,
    changed_by=("operator",),
)

SHORT_NUMBERS = Entity(
    name="short_numbers",
    words=Words("Short numbers", "缩位号码"),
    record=ShortNumber,
    key="code",
    fields={
        "code": said(
            "Code",
            "短号",
            "2 to 8 digits that are no number themselves, not of a phone or an emergency service either.",
            "2 至 8 位数字，不得与分机、紧急号码或其他号码相同。",
        ),
        "name": NAME,
        "number": said(
            "Number",
            "号码",
            "What is called for it, outside. Who may call it is judged by this number.",
            "实际拨打的外线号码，呼叫权限按此号码判断。",
        ),
    },
    place=Rows(model.ShortNumberRow, ShortNumber, "code"),
    whole=problems_now,
    drafted=True,
    changed_by=("operator",),
)

CLASSES_OF_SERVICE = Entity(
    name="classes_of_service",
    words=Words("Classes of service", "呼叫权限"),
    record=ClassOfService,
    key="id",
    fields={
        "id": ID,
        "name": NAME,
        "dial": said("Dial", "可拨打", "Kinds of numbers that agents may dial.", "坐席可直接拨打的号码类型。"),
        "transfer": said(
            "Transfer", "可转接", "Kinds of numbers that customers may be passed on to.", "可将客户转接到的号码类型。"
        ),
        "at_once": said("At once", "同时通话", "Outside calls of one agent that may run.", "一名坐席可同时进行的外线通话数。"),
        "per_minute": said(
            "A minute", "每分钟", "Outside calls of one agent that may begin.", "一名坐席每分钟可发起的外线通话数。"
        ),
        "record": said(
            "Record",
            "录音",
            "Calls that agents dial by themselves, where no recording rule says otherwise.",
            "无录音规则适用时，坐席主动拨打的通话是否录音。",
        ),
        "trunk_group": said(
            "Trunk group",
            "中继组",
            "By which its agents call, unless the number or the line says another; none: all trunks.",
            "坐席外呼使用的中继组，号码规则和服务号码另有指定时除外；无则使用全部中继。",
        ),
    },
    place=Rows(model.ClassOfServiceRow, ClassOfService, "id"),
    choices={"dial": KINDS, "transfer": KINDS},
    references={"trunk_group": "trunk_groups"},
    whole=problems_now,
    drafted=True,
    changed_by=("operator",),
)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A number, or how numbers begin, that nobody may call."""

    number: str
    why: str = ""


FORBIDDEN_NUMBERS = Entity(
    name="forbidden_numbers",
    words=Words("Forbidden numbers", "禁拨号码"),
    record=Forbidden,
    key="number",
    fields={
        "number": said("Number", "号码", "A number, or how numbers begin, in any form.", "号码或号码开头，格式不限。"),
        "why": said("Why", "原因", "For people who wonder.", "供查看的说明。"),
    },
    place=Rows(model.ForbiddenNumber, Forbidden, "number"),
    whole=problems_now,
    drafted=True,
    changed_by=("operator", "campaign_manager"),
)

# ---------------------------------------------------------------- settings

THE_CENTRE = "centre"
_hints = get_type_hints(CentreConfig, include_extras=True)
Settings: Any = make_dataclass(
    "Settings",
    [(one.name, _hints[one.name], field(default=one.default)) for one in fields_of(CentreConfig) if one.name in SETTINGS],
    frozen=True,
)
"""The fields of CentreConfig that live in table ``settings``."""


class SettingRows:
    """One record, a row for each field that is not as the product has it."""

    def row(self, session: Session, key: str) -> dict[str, Any] | None:
        if key != THE_CENTRE:
            return None
        return {row.key: row for row in session.scalars(select(model.Setting))}

    def rows(self, session: Session, keys: Collection[str]) -> Mapping[str, dict[str, Any]]:
        return {key: row for key in keys if (row := self.row(session, key)) is not None}

    def held(self, row: dict[str, Any]) -> Held:
        values = plain(Settings()) | {name: one.value for name, one in row.items() if name in SETTINGS}
        newest = max(row.values(), key=lambda one: one.version, default=model.Setting(version=1, changed_ms=0, changed_by=""))
        return Held(THE_CENTRE, newest.version, newest.changed_ms, newest.changed_by, values)

    def search(self, session: Session, wanted: Wanted) -> tuple[int, list[Held]]:
        return 1, [self.held(self.row(session, THE_CENTRE) or {})]

    def write(self, session: Session, row: Any, key: str, values: Mapping[str, Any], stamp: Mapping[str, Any]) -> Any:
        default = plain(Settings())
        for name, value in values.items():
            one = row.get(name)
            if value != (one.value if one else default[name]):
                row[name] = session.merge(model.Setting(key=name, value=value, **stamp))
        return row

    def remove(self, session: Session, row: Any) -> None:
        """Nothing does."""

    def longest(self, name: str) -> int | None:
        return 1000

    def who_have(self, session: Session, name: str, value: Any) -> list[str]:
        return []

    def owners(self, session: Session, name: str, values: Collection[str]) -> Mapping[str, str]:
        return {}

    def unique(self) -> Collection[str]:
        return ()

    def every(self, session: Session, secrets: Collection[str] = ()) -> Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
        return {THE_CENTRE: (self.held(self.row(session, THE_CENTRE) or {}).values, {})}


SETTING = Entity(
    name="settings",
    words=Words("Settings", "参数"),
    record=Settings,
    key="",
    single=THE_CENTRE,
    fields={
        "recordings_dir": said("Folder of recordings", "录音目录", "On the switch.", "交换机上的录音目录。"),
        "prompts_dir": said("Folder of prompts", "语音文件目录", "On the switch.", "交换机上的语音文件目录。"),
        "phone_realm": said("Realm of phones", "话机域", "With which phones register.", "话机注册所用的域。"),
        "unreachable_after_s": said(
            "Unreachable after", "不可达判定", "Seconds without an answer of the phone.", "话机无响应的秒数。"
        ),
        "page_gone_s": said(
            "Page closed",
            "页面关闭",
            "Seconds until an agent without a desk phone is not ready.",
            "无话机坐席关闭页面后多少秒置忙。",
        ),
        "page_lost_s": said("Page lost", "页面断开", "The same when its web process is lost.", "网页进程失联后多少秒置忙。"),
        "failed_rings_max": said(
            "Missed in a row", "连续未接", "After so many an agent is not ready; 0: never.", "连续未接多少次后置忙；0 为从不。"
        ),
        "hold_alarm_s": said(
            "Long hold", "保持过久", "Seconds on hold until an alarm; 0: never.", "保持多少秒后告警；0 为从不。"
        ),
        "record_consults": said("Record consults", "咨询录音", "What agents say to whom they ask.", "是否录制坐席咨询的内容。"),
        "call_back_s": said(
            "Call back", "回叫等待", "Seconds that an agent waits for a busy colleague.", "等待忙碌同事的最长秒数。"
        ),
        "private_recorded": said(
            "Record private calls", "私密通话录音", "Else their recording has silence.", "否则录音中为静音。"
        ),
        "publish_at_once": said(
            "Publish at once",
            "自动发布",
            "Every change takes force by itself, without draft and reason.",
            "每次更改自动生效，无需草稿与发布。",
        ),
        "time_zone": said("Time zone", "时区", "Of days and reports, e.g. Asia/Shanghai.", "日期与报表所用时区。"),
        "country_code": said("Country code", "国家代码", "Digits, e.g. 86.", "数字，例如 86。"),
        "area_code": said("Area code", "区号", "Of this place, without 0.", "本地区号，不含 0。"),
        "national_prefix": said(
            "National prefix", "国内冠字", "Dialled before numbers of the country.", "拨打国内长途时的冠字。"
        ),
        "international_prefix": said(
            "International prefix", "国际冠字", "Dialled before foreign numbers.", "拨打国际号码时的冠字。"
        ),
        "code_ready": said("Code: ready", "示闲码", "Dialled at the phone; none: not offered.", "在话机上拨打；空为不提供。"),
        "code_not_ready": said("Code: not ready", "示忙码", "And a reason.", "后接原因。"),
        "code_pick_up": said("Code: pick up", "代接码", "And an extension.", "后接分机。"),
        "code_consult": said("Code: consult", "咨询码", "And a number.", "后接号码。"),
        "code_transfer": said("Code: transfer", "转接码", "And a number.", "后接号码。"),
        "code_complete": said("Code: complete", "完成转接码", "Completes a transfer.", "完成转接。"),
        "code_return": said("Code: return", "返回码", "Back to the customer.", "返回客户。"),
        "code_call_back": said("Code: call back", "回叫码", "And an extension.", "后接分机。"),
    },
    place=SettingRows(),
    whole=problems_now,
    drafted=True,
)

ENTITIES = (
    entities.TEAMS,
    entities.GROUPS,
    entities.AGENTS,
    entities.FREE_SEATS,
    entities.SKILLS,
    entities.QUEUES,
    entities.SERVICES,
    entities.SERVICE_NUMBERS,
    entities.RECORDING_RULES,
    entities.VOICEMAIL_BOXES,
    entities_alarms.ALARM_RULES,
    entities.HOURS,
    entities.CALENDARS,
    entities.FLOWS,
    entities.REASONS,
    entities.DISPOSITIONS,
    entities.DATA_LABELS,
    TRUNKS,
    TRUNK_GROUPS,
    NUMBER_RULES,
    SHORT_NUMBERS,
    CLASSES_OF_SERVICE,
    FORBIDDEN_NUMBERS,
    entities_sound.PROMPTS,
    SETTING,
)
