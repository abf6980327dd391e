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

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
KEY = "no / and no blanks at its ends, and not . or .."
Checked = tuple[dict[str, Any], dict[str, str], list[Problem]]


def checked(entity: Entity, key: str, given: Mapping[str, Any], before: Mapping[str, Any] | None) -> Checked:
    """The record as plain values, the secrets that were given, and what is wrong. What ``given`` does not say stays as it was
    ``before``; None: it has its default."""
    problems: list[Problem] = []
    secret = {name: value for name, value in given.items() if name in entity.secrets}
    said = {name: value for name, value in given.items() if name not in entity.secrets}
    for name in [name for name in said if name not in entity.declared]:
        problems.append(_problem(f"{name:.60}", "unknown", f"unknown; known: {', '.join(entity.declared)}"))
        del said[name]
    if before is not None and not entity.single and entity.key in said and said[entity.key] != key:
        problems.append(_problem(entity.key, "fixed", f"is {key}, which does not change: make a copy and remove this one"))
    bad = {name for name, value in said.items() if _is_unfit(value)}
    problems += [_problem(name, "characters", BROKEN_TEXT) for name in bad]
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
        problems.append(_problem(entity.key, "key", f"must have {KEY}"))
    if found is not None and not problems:
        problems += [ruled(*one) for one in entity.check(found)]
    problems += _secrets(entity, secret, plain)
    return plain, {name: value for name, value in secret.items() if isinstance(value, str)}, problems


def misfits(entity: Entity, keys: Sequence[str], text: str) -> tuple[int, Problem]:
    """Whose problem of the whole this is, as its place in ``keys`` (0 where it cannot be told), and the problem by its field."""
    place, colon, said = text.partition(": ")
    place = place.removeprefix("config.")
    for at, key in enumerate(keys):
        begin = f"{entity.name}.{key}"
        if colon and (place == begin or place.startswith(begin + ".")):
            name = re.split(r"[.\[]", place[len(begin) + 1 :])[0]
            return at, _problem(name if name in entity.declared else "", "rule", said)
    name = re.split(r"[.\[]", place)[0]
    if colon and entity.single and name in entity.declared:
        return 0, _problem(name, "rule", said)
    for at, key in enumerate(keys):  # of two that do not go together this is the other one
        found = re.search(rf"\b{re.escape(f'{entity.name}.{key}.')}(\w+)", said) if f"{entity.name}.{key}." in said else None
        if found and found[1] in entity.declared:
            return at, _problem(found[1], "rule", text)
    return next((at for at, key in enumerate(keys) if key and key in text), 0), _problem("", "rule", text)


def located(text: str, every: Mapping[str, Entity], is_there: Callable[[str, str], bool]) -> Fault:
    """A problem of everything, which begins with its place (``NAME.KEY.FIELD: ...``), as one of an entity. ``is_there``: whether
    an entity has such a key."""
    place, colon, said = text.removeprefix("config.").partition(": ")
    name, _, rest = place.partition(".")
    if not colon or name not in every:
        field = re.split(r"[.\[]", place)[0]
        of = next((one for one in every.values() if one.single and colon and field in one.declared), None)
        if of is None:
            return {"entity": "", "key": "", "field": "", "problem": "rule", "text": text}
        return {"entity": of.name, "key": of.single, "field": field, "problem": "rule", "text": said}
    key, beyond = rest, ""
    while key and not is_there(name, key):
        key, _, more = key.rpartition(".")
        beyond = f"{more}.{beyond}"
    field = re.split(r"[.\[]", beyond)[0]
    field = field if key and field in every[name].declared else ""
    return {"entity": name, "key": key, "field": field, "problem": "rule", "text": said if key else text}


def ruled(name: str, text: str, problem: ProblemId = "rule") -> Problem:
    """What a declaration says of a field."""
    return _problem(name, problem, text)


def _problem(name: str, problem: ProblemId, text: str) -> Problem:
    return {"field": name, "problem": problem, "text": text}


def _misfit(place: str, text: str) -> Problem:
    kind: ProblemId = "missing" if text == record.IS_MISSING else "length" if text.startswith("must have") else "value"
    return _problem(re.split(r"[.\[]", place)[0], kind, f"{place}: {text}" if "." in place or "[" in place else text)


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
            found.append(_problem(name, "missing", "must be filled in"))
        elif one.longest is not None and len(value) > one.longest:
            found.append(_problem(name, "length", f"must have at most {one.longest} characters, has {len(value)}"))
        elif one.form == "lines" and LINES.search(value):
            found.append(_problem(name, "characters", "must have no control characters"))
        elif one.form != "lines" and CONTROL.search(value):
            found.append(_problem(name, "characters", "must be one line without control characters"))
    return found


def _secrets(entity: Entity, given: Mapping[str, Any], plain: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name, value in given.items():
        if not isinstance(value, str):
            found.append(_problem(name, "value", "must be a text"))
        elif value == "" and entity.secrets[name].make is None:
            found.append(_problem(name, "missing", "must not be empty: leave it out, or give one"))
        elif value != "" and (CONTROL.search(value) or len(value) > 256):
            found.append(_problem(name, "secret", "must be one line of at most 256 characters without control characters"))
        elif value != "":
            try:
                entity.secrets[name].check(value, plain)
            except CtiError as error:
                found.append(_problem(name, "secret", error.message))
    return found
