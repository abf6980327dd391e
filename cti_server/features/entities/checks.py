"""What is wrong with one record, by its fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cti_server.domain import record
from cti_server.domain.border import BROKEN_TEXT, BadInput, check_depth, is_broken
from cti_server.errors import CtiError
from cti_server.features.entities.contract import Entity, Fault, Problem, ProblemId
from cti_server.features.entities.fields import TEXTS
from cti_server.reasons import at, facts_of, placed, reason

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
KEY = reason(
    "no-key", "must have no / and no blanks at its ends, and not be . or ..", "不能含 /，首尾不能有空格，也不能是 . 或 .."
)
FIXED = reason(
    "fixed", "is {key}, which does not change: make a copy and remove this one", "当前为 {key}，不可更改：请复制为新的再删除此项"
)
FILLED_IN = reason("filled-in", "must be filled in", "此项必填")
AT_MOST = reason(
    "length-at-most", "must have at most {longest} characters, has {found}", "最多 {longest} 个字符，当前有 {found} 个"
)
NO_CONTROLS = reason("no-control-characters", "must have no control characters", "不能含控制字符")
ONE_LINE = reason("one-line", "must be one line without control characters", "须为一行，不能含控制字符")
UNKNOWN = reason("no-such-field", "unknown; known: {known}", "没有此字段，已有：{known}")
BROKEN = reason("broken-text", BROKEN_TEXT.replace("{", "").replace("}", ""), "不是完整的文字（含半个字符或 NUL），请重新输入")
SECRET_TEXT = reason("secret-is-a-text", "must be a text", "应为文字")
SECRET_EMPTY = reason("secret-is-empty", "must not be empty: leave it out, or give one", "不能为空：请填写，或不提交此项")
SECRET_LINE = reason(
    "secret-is-one-line",
    "must be one line of at most 256 characters without control characters",
    "须为一行，最多 256 个字符，不能含控制字符",
)
Checked = tuple[dict[str, Any], dict[str, str], list[Problem]]


def checked(entity: Entity, key: str, given: Mapping[str, Any], before: Mapping[str, Any] | None) -> Checked:
    """The record as plain values, the secrets that were given, and what is wrong. What ``given`` does not say stays as it was
    ``before``; None: it has its default."""
    problems: list[Problem] = []
    secret = {name: value for name, value in given.items() if name in entity.secrets}
    said = {name: value for name, value in given.items() if name not in entity.secrets}
    for name in [name for name in said if name not in entity.declared]:
        problems.append(_problem(f"{name:.60}", "unknown", UNKNOWN(known=", ".join(entity.declared))))
        del said[name]
    if before is not None and not entity.single and entity.key in said and said[entity.key] != key:
        problems.append(_problem(entity.key, "fixed", FIXED(key=key)))
    bad = {name for name, value in said.items() if _is_unfit(value)}
    problems += [_problem(name, "characters", BROKEN()) for name in bad]
    if bad:
        return {**(before or {})}, {}, problems
    merged = {**(before or {}), **said, **({} if entity.single else {entity.key: key})}
    found: Any = None
    try:
        found = record.read(entity.record, merged)
    except record.Misfit as error:
        problems += [_misfit(place, text) for place, text in error.problems]
    plain: dict[str, Any] = record.plain(found) if found is not None else dict(merged)
    problems += _texts(entity, plain, {one["field"] for one in problems})
    if not entity.single and not _is_key(key):
        problems.append(_problem(entity.key, "key", KEY()))
    if found is not None and not problems:
        problems += [ruled(*one) for one in entity.check(found)]
    problems += _secrets(entity, secret, plain)
    return plain, {name: value for name, value in secret.items() if isinstance(value, str)}, problems


def misfits(entity: Entity, keys: Sequence[str], text: str) -> tuple[int, Problem]:
    """Whose problem of the whole this is, as its place in ``keys`` (0 where it cannot be told), and the problem by its field."""
    place, said = placed(text)
    place = place.removeprefix("config.")
    for no, key in enumerate(keys):
        begin = f"{entity.name}.{key}"
        if place == begin or place.startswith(begin + "."):
            name = re.split(r"[.\[]", place[len(begin) + 1 :])[0]
            return no, _problem(name if name in entity.declared else "", "rule", said)
    name = re.split(r"[.\[]", place)[0]
    if place and entity.single and name in entity.declared:
        return 0, _problem(name, "rule", said)
    for no, key in enumerate(keys):  # of two that do not go together this is the other one
        found = re.search(rf"\b{re.escape(f'{entity.name}.{key}.')}(\w+)", said) if f"{entity.name}.{key}." in said else None
        if found and found[1] in entity.declared:
            return no, _problem(found[1], "rule", text)
    return next((no for no, key in enumerate(keys) if key and key in text), 0), _problem("", "rule", text)


def located(text: str, every: Mapping[str, Entity], is_there: Callable[[str, str], bool]) -> Fault:
    """A problem of everything, which begins with its place (``NAME.KEY.FIELD: ...``), as one of an entity. ``is_there``: whether
    an entity has such a key."""
    place, said = placed(text)
    place = place.removeprefix("config.")
    name, _, rest = place.partition(".")
    if not place or name not in every:
        field = re.split(r"[.\[]", place)[0]
        of = next((one for one in every.values() if one.single and place and field in one.declared), None)
        if of is None:
            return {"entity": "", "key": "", **_problem("", "rule", text)}
        return {"entity": of.name, "key": of.single, **_problem(field, "rule", said)}
    key, beyond = rest, ""
    while key and not is_there(name, key):
        key, _, more = key.rpartition(".")
        beyond = f"{more}.{beyond}"
    field = re.split(r"[.\[]", beyond)[0]
    field = field if key and field in every[name].declared else ""
    return {"entity": name, "key": key, **_problem(field, "rule", said if key else text)}


def ruled(name: str, text: str, problem: ProblemId = "rule") -> Problem:
    """What a declaration says of a field."""
    return _problem(name, problem, text)


def _problem(name: str, problem: ProblemId, text: str) -> Problem:
    return {"field": name, "problem": problem, "text": str(text), **facts_of(text)}  # type: ignore[typeddict-item]


def _misfit(place: str, text: str) -> Problem:
    kind: ProblemId = "missing" if text == record.IS_MISSING else "length" if text.startswith("must have") else "value"
    return _problem(re.split(r"[.\[]", place)[0], kind, at(place, text) if "." in place or "[" in place else text)


def _is_unfit(value: Any) -> bool:
    try:
        check_depth([value])
    except BadInput:
        return True
    return is_broken(value)


def _is_key(key: str) -> bool:
    return bool(key.strip() == key and "/" not in key and key not in (".", ".."))


def _texts(entity: Entity, plain: Mapping[str, Any], known: set[str]) -> list[Problem]:
    """Lengths and characters: a text is one line, where it is not said otherwise."""
    found = []
    for name, one in entity.declared.items():
        value = plain.get(name)
        if name in known or one.secret or one.form not in TEXTS or not isinstance(value, str):
            continue
        if one.shortest and len(value.strip()) < one.shortest:
            found.append(_problem(name, "missing", FILLED_IN()))
        elif one.longest is not None and len(value) > one.longest:
            found.append(_problem(name, "length", AT_MOST(longest=one.longest, found=len(value))))
        elif one.form == "lines" and LINES.search(value):
            found.append(_problem(name, "characters", NO_CONTROLS()))
        elif one.form != "lines" and CONTROL.search(value):
            found.append(_problem(name, "characters", ONE_LINE()))
    return found


def _secrets(entity: Entity, given: Mapping[str, Any], plain: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name, value in given.items():
        if not isinstance(value, str):
            found.append(_problem(name, "value", SECRET_TEXT()))
        elif value == "" and entity.secrets[name].make is None:
            found.append(_problem(name, "missing", SECRET_EMPTY()))
        elif value != "" and (CONTROL.search(value) or len(value) > 256):
            found.append(_problem(name, "secret", SECRET_LINE()))
        elif value != "":
            try:
                entity.secrets[name].check(value, plain)
            except CtiError as error:
                found.append(_problem(name, "secret", error.message))
    return found
