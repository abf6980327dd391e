"""The configuration document as JSON: what goes out comes back equal, what is wrong is named by its place.

Unknown fields are ignored, so that an older daemon reads a newer document; missing, mistyped and dangling ones are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson

from cti_server.domain import alarm_rules, border, dialling, dispositions, feature_codes, record
from cti_server.domain.agent import SYSTEM_REASONS
from cti_server.domain.config import CentreConfig, QueueConfig, ServiceNumberConfig
from cti_server.domain.ivr_hours import check_calendar, check_hours
from cti_server.domain.ivr_nodes import NAME as PROMPT
from cti_server.domain.kpi import FORMULAS
from cti_server.domain.localday import zone_named
from cti_server.domain.numbers import bare, service_number
from cti_server.domain.outcomes import FAILURE_RULES
from cti_server.domain.wrong import NO_NUMBER, none
from cti_server.errors import BadConfig, CtiError
from cti_server.reasons import Reason, at, reason

OFFER_RULES = ("not-ready", "next")
MAX_PROBLEMS = 20
WITH_AN_ID = (
    "agents",
    "teams",
    "groups",
    "queues",
    "skills",
    "services",
    "hours",
    "calendars",
    "classes_of_service",
    "trunk_groups",
    "recording_rules",
    "voicemail_boxes",
    "alarm_rules",
)
NAMES_OF_TRUNK_GROUPS = {
    "trunks": "group",
    "number_rules": "trunk_group",
    "service_numbers": "trunk_group",
    "classes_of_service": "trunk_group",
}
EXTENSION = re.compile(r"[A-Za-z0-9_-]{1,32}")
NO_EXTENSION = reason(
    "no-extension",
    "{key} is no extension: 1 to 32 letters, digits, _ or -",
    "{key} 不是分机号：应为 1 到 32 个字母、数字、_ 或 -",
)
NO_PHONE = reason(
    "no-phone",
    "no phone {phone}: name the extension of a free seat or of an agent, or make it a free seat first",
    "没有话机 {phone}：请填写自由座席或坐席的分机，或先建为自由座席",
)
NO_PROMPT = reason("no-prompt-name", "{key} is no name of a prompt", "{key} 不是语音名称")
NO_COUNTRY = reason("no-country-code", "{key} is not 1 to 3 digits, e.g. 86", "{key} 不是 1 到 3 位数字，例如 86")
NO_PREFIX = reason("no-dialling-prefix", "{key} is not digits, at most 8, or empty", "{key} 应为最多 8 位数字，或留空")
NO_RULE_PREFIX = reason(
    "no-rule-prefix", "{key} is no prefix: digits, or + and digits", "{key} 不是号码前缀：应为数字，或 + 加数字"
)
SHORTEST = reason("shortest-longest", "shortest {shortest} is more than longest {longest}", "最短 {shortest} 大于最长 {longest}")
NOTHING_DIALLED = reason("no-number-beginning", "{key} is no number and no beginning of one", "{key} 不是号码，也不是号码的开头")
NO_TRUNK_PREFIX = reason("no-trunk-prefix", "{key} is not digits, *, # or +, at most 16", "{key} 应为数字、*、# 或 +，最多 16 个")
NO_SHORT_CODE = reason("no-short-code", "{key} is no code: 2 to 8 digits", "{key} 不是缩位码：应为 2 到 8 位数字")
NOT_IN_PLAN = reason(
    "not-in-number-plan",
    "{key} is no number of the number plan; write it with its area code",
    "{key} 不符合号码规则，请带区号填写",
)
NO_OTHER_QUEUE = reason("no-other-queue", "{key} is no other queue", "{key} 不是另一个队列")
NEEDS_OVERFLOW = reason("needs-overflow-queue", "overflow needs an overflow_queue", "选择溢出时须填写溢出队列")
NO_MUSIC = reason("no-music", "is empty; for silence: silence_stream://-1", "不能为空；静音请填 silence_stream://-1")
NO_CLOSED_FLOW = reason(
    "no-closed-flow",
    "no flow {key}; with hours it is what callers hear outside of them",
    "没有流程 {key}；设置营业时间后，非营业时间的来电由它接待",
)
LEADS_NOWHERE = reason("leads-nowhere", "needs a flow, a queue or a service", "须填写流程、队列或业务之一")
FIRST_NOWHERE = reason(
    "first-nowhere", "needs a flow or a queue: it is where callers go at first", "须填写流程或队列：来电首先转到那里"
)
GIVEN_TWICE = reason("given-twice", "{code} is given twice", "{code} 重复")
SYSTEM_CODE = reason(
    "system-code", "{code} is what the centre gives by itself; take another code", "{code} 由系统使用，请换一个编码"
)
NO_TRUNKS = reason(
    "no-trunks",
    "neither trunk group {group} nor one after it has a trunk: no call would go out",
    "中继组 {group} 及其后续中继组都没有中继：无法呼出",
)
GROUP_CIRCLE = reason("group-circle", "{way}: a group cannot be in itself", "{way}：组不能属于自身")
TRUNK_CIRCLE = reason("trunk-circle", "{way}: calls would go in a circle", "{way}：呼叫会循环")
FOLDER = re.compile(r"/[\w./@%+:=-]{0,900}")
COUNTRY_CODE = re.compile(r"[1-9][0-9]{0,2}")
DIGITS = re.compile(r"[0-9]{0,8}")
RULE_PREFIX = re.compile(r"\+[0-9]{0,14}|[0-9]{1,15}")
SHORT_CODE = re.compile(r"[0-9]{2,8}")
RULE_FULL = re.compile(r"(\+[1-9][0-9]{0,9})?")
TRUNK_PREFIX, SHOWN_NUMBER = re.compile(r"[0-9*#+]{0,16}"), re.compile(r"\+?[0-9]{0,20}")

T = TypeVar("T")


def encode_config(config: CentreConfig) -> bytes:
    """CentreConfig -> JSON bytes, keys sorted and the version at the end: equal documents are equal bytes."""
    return encoded(record.plain(config))


def encoded(document: Mapping[str, Any]) -> bytes:
    """A document's bytes. Its version is the last: whoever asks which of two is newer need not read them (``_NEWER``)."""
    rest = {name: value for name, value in document.items() if name != "version"}
    return b'%s,"version":%d}' % (orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)[:-1], document["version"])


def decode_config(raw: bytes | str) -> CentreConfig:
    """JSON -> CentreConfig. Raises BadConfig with details {"problems": [text]}, each text naming its place."""
    try:
        document = border.document(raw, "config")
    except border.BadInput as error:
        raise refused([str(error)]) from error
    config = decode_record(CentreConfig, document, "config")
    problems = problems_of(config)
    if problems:
        raise refused(problems)
    return config


def decode_record(kind: type[T], raw: Any, place: str) -> T:
    """One dataclass of the document from plain data. Raises BadConfig."""
    try:
        return record.read(kind, raw, place)
    except record.Misfit as error:
        raise refused(error.texts) from error


def refused(problems: list[str]) -> CtiError:
    shown = problems[:MAX_PROBLEMS]
    more = f" (and {len(problems) - MAX_PROBLEMS} more)" if len(problems) > MAX_PROBLEMS else ""
    return BadConfig(f"configuration refused: {'; '.join(shown)}{more}", {"problems": problems})


# ---------------------------------------------------------------- rules between the parts


def problems_of(config: CentreConfig) -> list[str]:
    """All problems of a well-typed document as texts that name their place; [] when it can be used."""
    found: list[str] = []
    for table in WITH_AN_ID:
        found += [f"{table}.{key}: its id is {item.id!r}" for key, item in getattr(config, table).items() if item.id != key]
    there = {*(agent.extension for agent in config.agents.values()), *config.free_seating}
    for agent in config.agents.values():
        place = f"agents.{agent.id}"
        if agent.team not in config.teams:
            found.append(none(f"{place}.team", "team", agent.team))
        found += [none(f"{place}.queues", "queue", queue) for queue in agent.queues if queue not in config.queues]
        found += [none(f"{place}.skills", "skill", skill) for skill in agent.skills if skill not in config.skills]
        if not EXTENSION.fullmatch(agent.extension):
            found.append(at(f"{place}.extension", NO_EXTENSION(key=repr(agent.extension))))
        found += [at(f"{place}.phones", NO_PHONE(phone=repr(phone))) for phone in agent.phones if phone not in there]
    for extension in config.free_seating:
        if not EXTENSION.fullmatch(extension):
            found.append(at(f"free_seats.{extension}.extension", NO_EXTENSION(key=repr(extension))))
    for queue in config.queues.values():
        found += _queue_problems(queue, config)
    for number, line in config.service_numbers.items():
        found += _line_problems(f"service_numbers.{number}", line, config)
    found += _service_problems(config)
    for rule in config.recording_rules.values():
        place = f"recording_rules.{rule.id}"
        if rule.queue and rule.queue not in config.queues:
            found.append(none(f"{place}.queue", "queue", rule.queue))
        if rule.service_number and rule.service_number not in config.service_numbers:
            found.append(none(f"{place}.service_number", "service number", rule.service_number))
        if rule.team and rule.team not in config.teams:
            found.append(none(f"{place}.team", "team", rule.team))
    for box in config.voicemail_boxes.values():
        if box.team not in config.teams:
            found.append(none(f"voicemail_boxes.{box.id}.team", "team", box.team))
        if box.greeting and not PROMPT.fullmatch(box.greeting):
            found.append(at(f"voicemail_boxes.{box.id}.greeting", NO_PROMPT(key=repr(box.greeting))))
    found += alarm_rules.misplaced(config)
    found += _reason_problems(config)
    for hours in config.hours.values():
        found += [at(f"hours.{hours.id}", problem) for problem in check_hours(hours)]
        if hours.calendar and hours.calendar not in config.calendars:
            found.append(none(f"hours.{hours.id}.calendar", "calendar", hours.calendar))
    for calendar in config.calendars.values():
        found += [at(f"calendars.{calendar.id}.{name}", problem) for name, problem in check_calendar(calendar)]
    found += _zone_problems("time_zone", config.time_zone)
    for name in ("recordings_dir", "prompts_dir"):
        found += _folder_problems(name, getattr(config, name))
    if not COUNTRY_CODE.fullmatch(config.country_code):
        found.append(at("country_code", NO_COUNTRY(key=repr(config.country_code))))
    return found + _group_problems(config) + feature_codes.problems(config) + _outside_problems(config)


def _group_problems(config: CentreConfig) -> list[str]:
    """Groups stand in each other without end, but in no circle."""
    lost = [one for one in config.teams.values() if one.group and one.group not in config.groups]
    found = [none(f"teams.{one.id}.group", "group", one.group) for one in lost]
    parents = {one.id: one.parent for one in config.groups.values()}
    return found + _chain_problems("groups", "parent", "group", " in ", GROUP_CIRCLE, parents)


def _chain_problems(table: str, name: str, kind: str, link: str, circle: Reason, nexts: Mapping[str, str]) -> list[str]:
    """Each leads to another that is there, or to none (''), and never back to itself."""
    found, fine = [], {""}
    for key in nexts:
        way, way_on = list[str](), key
        while way_on not in fine and way_on not in way and way_on in nexts:
            way.append(way_on)
            way_on = nexts[way_on]
        if way_on in way and way_on == key:
            found.append(at(f"{table}.{key}.{name}", circle(way=link.join([*way, way_on]))))
        elif way_on not in fine and way_on not in nexts and way:
            found.append(none(f"{table}.{way[-1]}.{name}", kind, way_on))
        fine.update(way)
    return found


def _outside_problems(config: CentreConfig) -> list[str]:
    """Of all that says who may call whom outside, and by which trunk."""
    found = [
        at(name, NO_PREFIX(key=repr(getattr(config, name))))
        for name in ("area_code", "national_prefix", "international_prefix")
        if not DIGITS.fullmatch(getattr(config, name))
    ]
    plan = dialling.Plan(config)
    for agent in config.agents.values():
        if agent.class_of_service and agent.class_of_service not in config.classes_of_service:
            found.append(none(f"agents.{agent.id}.class_of_service", "class of service", agent.class_of_service))
    for prefix, rule in config.number_rules.items():
        place = f"number_rules.{prefix}"
        if rule.prefix != prefix or not RULE_PREFIX.fullmatch(prefix):
            found.append(at(place, NO_RULE_PREFIX(key=repr(rule.prefix))))
        if rule.shortest > rule.longest:
            found.append(at(place, SHORTEST(shortest=rule.shortest, longest=rule.longest)))
        if not RULE_FULL.fullmatch(rule.full) or (rule.full and prefix.startswith("+")):
            found.append(f"{place}.full: {rule.full!r} is not what makes a number without + one with it, e.g. +86")
    for number in config.forbidden_numbers:
        if not dialling.DIGITS.fullmatch(bare(number)):
            found.append(at(f"forbidden_numbers.{number}.number", NOTHING_DIALLED(key=repr(number))))
    found += _short_problems(config, plan)
    nexts = {one.id: one.next_group for one in config.trunk_groups.values()}
    found += _chain_problems("trunk_groups", "next_group", "trunk group", " then ", TRUNK_CIRCLE, nexts)
    found += [
        none(f"{table}.{key}.{name}", "trunk group", getattr(one, name))
        for table, name in NAMES_OF_TRUNK_GROUPS.items()
        for key, one in getattr(config, table).items()
        if getattr(one, name) not in ("", *config.trunk_groups)
    ]
    found += [
        at(f"{table}.{key}.{name}", NO_TRUNKS(group=repr(group)))
        for table, name in NAMES_OF_TRUNK_GROUPS.items()
        for key, one in getattr(config, table).items()
        if (group := getattr(one, name)) in config.trunk_groups and not _has_trunk(config, group)
    ]
    for name, trunk in config.trunks.items():
        if not TRUNK_PREFIX.fullmatch(trunk.prefix):
            found.append(at(f"trunks.{name}.prefix", NO_TRUNK_PREFIX(key=repr(trunk.prefix))))
        if not SHOWN_NUMBER.fullmatch(trunk.caller_id):
            found.append(at(f"trunks.{name}.caller_id", NO_NUMBER(key=repr(trunk.caller_id))))
    return found


def _has_trunk(config: CentreConfig, group: str) -> bool:
    """In it, or in one that takes its calls after it."""
    full = {trunk.group for trunk in config.trunks.values()}
    return any(one in full for one in dialling.after(config, group))


def _short_problems(config: CentreConfig, plan: dialling.Plan) -> list[str]:
    """A short number leads outside. Whether it hides something else says domain.taken."""
    phones = {*(agent.extension for agent in config.agents.values()), *config.free_seating}
    found = []
    for code, short in config.short_numbers.items():
        place = f"short_numbers.{code}"
        meant, target = bare(short.number), plan.read(short.number)
        if short.code != code or not SHORT_CODE.fullmatch(code):
            found.append(at(place, NO_SHORT_CODE(key=repr(short.code))))
        if target is None:
            found.append(at(f"{place}.number", NOT_IN_PLAN(key=repr(short.number))))
        elif meant in phones or service_number(config.service_numbers, target.number, config.country_code) is not None:
            found.append(f"{place}.number: {short.number!r} is inside: the colleague or the queue is chosen instead")
    return found


def _queue_problems(queue: QueueConfig, config: CentreConfig) -> list[str]:
    place = f"queues.{queue.id}"
    found = []
    if queue.overflow_queue and (queue.overflow_queue not in config.queues or queue.overflow_queue == queue.id):
        found.append(at(f"{place}.overflow_queue", NO_OTHER_QUEUE(key=repr(queue.overflow_queue))))
    found += [none(f"{place}.skills", "skill", skill) for skill in queue.skills if skill not in config.skills]
    if queue.service_level_formula not in FORMULAS:
        found.append(f"{place}.service_level_formula: {queue.service_level_formula!r} is none of {', '.join(FORMULAS)}")
    if queue.survey_flow and queue.survey_flow not in config.flows:
        found.append(none(f"{place}.survey_flow", "flow", queue.survey_flow))
    if queue.unstaffed == "overflow" and not queue.overflow_queue:
        found.append(at(f"{place}.unstaffed", NEEDS_OVERFLOW()))
    if (queue.unstaffed == "flow" or queue.unstaffed_flow) and queue.unstaffed_flow not in config.flows:
        found.append(none(f"{place}.unstaffed_flow", "flow", queue.unstaffed_flow))
    if not queue.music.strip():
        found.append(at(f"{place}.music", NO_MUSIC()))
    found += _music_problems(place, queue.music)
    if not queue.whisper.isprintable() or "${" in queue.whisper or "!" in queue.whisper:
        found.append(f"{place}.whisper: {queue.whisper!r} holds a control character, ${{...}} or !: it would not be played")
    for why, rule in queue.offer_failed.items():
        if why not in FAILURE_RULES or rule not in OFFER_RULES:
            found.append(f"{place}.offer_failed: {why}={rule} is none of {tuple(FAILURE_RULES)} = {OFFER_RULES}")
    return found


def _music_problems(place: str, music: str) -> list[str]:
    if music.isprintable() and "${" not in music:
        return []
    return [f"{place}.music: {music!r} holds a control character or ${{...}}, which the switch would run"]


def _line_problems(place: str, line: ServiceNumberConfig, config: CentreConfig) -> list[str]:
    found = _leads_problems(place, "", line.flow, line.queue, config)
    if not line.flow and not line.queue and not line.service:
        found.append(at(place, LEADS_NOWHERE()))
    if line.service and line.service not in config.services:
        found.append(none(f"{place}.service", "service", line.service))
    if line.hours and line.hours not in config.hours:
        found.append(none(f"{place}.hours", "hours", line.hours))
    if (line.hours or line.closed_flow) and line.closed_flow not in config.flows:
        found.append(at(f"{place}.closed_flow", NO_CLOSED_FLOW(key=repr(line.closed_flow))))
    if line.greeting and not PROMPT.fullmatch(line.greeting):
        found.append(at(f"{place}.greeting", NO_PROMPT(key=repr(line.greeting))))
    return found + _music_problems(place, line.music)


def _leads_problems(place: str, ending: str, flow: str, queue: str, config: CentreConfig) -> list[str]:
    found = []
    if queue and queue not in config.queues:
        found.append(none(f"{place}.queue{ending}", "queue", queue))
    if flow and flow not in config.flows:
        found.append(none(f"{place}.flow{ending}", "flow", flow))
    return found


def _service_problems(config: CentreConfig) -> list[str]:
    found = []
    for service in config.services.values():
        place = f"services.{service.id}"
        if service.team and service.team not in config.teams:
            found.append(none(f"{place}.team", "team", service.team))
        if 1 not in service.destinations():
            found.append(at(f"{place}.queue_1", FIRST_NOWHERE()))
        for no, (_, flow, queue) in service.destinations().items():
            found += _leads_problems(place, f"_{no}", flow, queue, config)
    return found


def _reason_problems(config: CentreConfig) -> list[str]:
    """Reports and screens tell reasons apart by their codes."""
    found = []
    for table, taken in (("not_ready_reasons", SYSTEM_REASONS), ("dispositions", ())):
        codes = [reason.code for reason in getattr(config, table)]
        found += [at(table, GIVEN_TWICE(code=repr(code))) for code in {code for code in codes if codes.count(code) > 1}]
        found += [at(table, SYSTEM_CODE(code=repr(code))) for code in codes if code in taken]
        if "" in codes:
            found.append(f"{table}: a reason has no code")
    return found + dispositions.problems(config.dispositions, config.queues)


def _folder_problems(place: str, folder: str) -> list[str]:
    """Folders stand in arguments that the switch splits at blanks, and quotes and ``${`` mean something to it."""
    if FOLDER.fullmatch(folder):
        return []
    odd = sorted(set(re.sub(r"[\w./@%+:=-]", "", folder)))
    why = f"has {' '.join(map(repr, odd))}" if odd else "does not begin with /" if folder else "is empty"
    return [
        f"{place}: {folder!r} {why}; the switch takes only whole paths of letters, digits and . / @ % + : = - _ "
        f"(rename the folder, or move the data folder: CTI_DATA_DIR)"
    ]


def _zone_problems(place: str, zone: str) -> list[str]:
    try:
        zone_named(zone)
    except CtiError as error:
        return [at(place, error.message)]
    return []
