"""Reasons that several rules give: something named that is not there, formats that many fields have."""

from __future__ import annotations

from collections.abc import Mapping

from cti_server.reasons import Reason, at, reason

_NONE: Mapping[str, Reason] = {
    en: reason(f"{en.replace(' ', '-')}-is-not-there", f"no {en} {{key}}", f"没有{zh} {{key}}")
    for en, zh in {
        "team": "班组", "queue": "队列", "trunk": "中继", "skill": "技能", "flow": "流程", "hours": "营业时间",
        "calendar": "日历", "service": "业务", "service number": "服务号码", "group": "组", "trunk group": "中继组",
        "class of service": "呼叫权限", "disposition": "话后小结",
    }.items()
}  # fmt: skip
NO_NUMBER = reason("no-telephone-number", "{key} is no telephone number", "{key} 不是电话号码")
IS_NO_NUMBER = reason("is-no-telephone-number", "is no telephone number", "不是电话号码")
NO_TEXT_FOR = reason("no-text-for", "has no text for {languages}", "缺少以下语言的文字：{languages}")
NO_LANGUAGE = reason(
    "no-language", "{unknown}: is no language of the product, which has {known}", "{unknown} 不是产品支持的语言，支持的有 {known}"
)
NOT_EMPTY_FOR = reason("must-be-empty-for", "must be empty: the rule is about {about}", "须为空：该规则针对 {about}")
TOO_FAR = reason("too-far", "this goes further than what you may yourself: {rights}", "超出您自己的权限：{rights}")
ROLE_TOO_FAR = reason(
    "role-too-far", "the role {role} goes further than what you may yourself: {rights}", "角色 {role} 超出您自己的权限：{rights}"
)


def none(place: str, kind: str, key: str) -> str:
    """What a field names is not there."""
    return at(place, _NONE[kind](key=repr(key)))
