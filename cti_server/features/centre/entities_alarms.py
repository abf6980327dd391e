"""When somebody has to look: alarm rules."""

from __future__ import annotations

from collections.abc import Mapping

from cti_server.domain import alarm_rules
from cti_server.domain.config import AlarmRule
from cti_server.features.centre import model
from cti_server.features.centre.entities import ID
from cti_server.features.centre.sql import problems_now
from cti_server.features.entities.contract import Entity, Said, said
from cti_server.features.entities.place import Rows
from cti_server.words import Words


def _condition(no: int) -> Mapping[str, Said]:
    return {
        f"figure_{no}": said(
            f"{no}. figure",
            f"指标 {no}",
            "What is looked at: one of queues, of agents or of trunks, as the rule is about.",
            "所监视的指标，须与规则对象（队列、坐席、中继）相符。",
        ),
        f"is_{no}": said(f"{no}. is", f"比较 {no}", "At which side of the limit it holds.", "在限值的哪一侧时成立。"),
        f"limit_{no}": said(
            f"{no}. limit", f"限值 {no}", "A whole number from 1 on; shares in percent.", "不小于 1 的整数；比率以百分数计。"
        ),
    }


ALARM_RULES = Entity(
    name="alarm_rules",
    words=Words("Alarm rules", "告警规则"),
    record=AlarmRule,
    key="id",
    fields={
        "id": ID,
        "name": said("Name", "名称", "What people read when it is raised.", "告警时显示的名称。"),
        "about": said("About", "对象", "Whose figures it looks at.", "监视哪类对象的指标。"),
        "queue": said("Queue", "队列", "Only this one; none: each.", "仅此队列；无则每个队列。"),
        "team": said("Team", "班组", "Only this one; none: each.", "仅此班组；无则每个班组。"),
        "trunk": said("Trunk", "中继", "Only this one; none: each.", "仅此中继；无则每个中继。"),
        **_condition(1),
        **_condition(2),
        **_condition(3),
        "match": said("Conditions", "条件关系", "Whether all must hold or one is enough.", "须全部满足，或满足其一即可。"),
        "for_s": said(
            "For (s)", "持续（秒）", "So long without a break before it is raised; 0: at once.", "连续成立多久后告警；0 为立即。"
        ),
        "clear_s": said(
            "Clear after (s)",
            "恢复（秒）",
            "So long without a break it must be over before the alarm goes; 0: at once.",
            "连续不成立多久后解除告警；0 为立即。",
        ),
        "severity": said("Severity", "级别", "How it is shown and sorted.", "显示和排序的级别。"),
    },
    place=Rows(model.AlarmRuleRow, AlarmRule, "id"),
    choices={
        "about": alarm_rules.ABOUT,
        "match": alarm_rules.MATCHES,
        "severity": alarm_rules.SEVERITIES,
        **{f"figure_{no}": alarm_rules.FIGURE_WORDS for no in alarm_rules.CONDITIONS},
        **{f"is_{no}": alarm_rules.BOUNDS for no in alarm_rules.CONDITIONS},
    },
    references={"queue": "queues", "team": "teams", "trunk": "trunks"},
    check=alarm_rules.problems,
    whole=problems_now,
    drafted=True,
)
