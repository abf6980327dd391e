"""The whole centre as one YAML document, there and back: sorted, so that two of them compare line by line; without passwords;
what is as the product has it by itself is left out.

A document says all of the entities that it names: what is not in it is to be gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from cti_server.domain.border import BROKEN_TEXT, DEPTH, BadInput, is_broken
from cti_server.features.entities.contract import Entity
from cti_server.features.publication.contract import BadDocument, Records
from cti_server.reasons import reason

TOO_LARGE = reason("document-too-large", "the document is larger than {most} MiB", "文件超过 {most} MiB")
AT_LINE = reason("document-line", "line {line}: {why}", "第 {line} 行：{why}")
UNREADABLE = reason("document-unreadable", "it cannot be read: {why}", "无法读取：{why}")
BEGINNING = reason("document-beginning", "it must begin with format: {format}", "须以 format: {format} 开头")
NO_PART = reason("document-part", "{unknown}: no such part; known are {known}", "没有这些部分：{unknown}；可用：{known}")
MAPPING = reason("document-mapping", "{part}: must be a mapping", "{part}：应为映射（名称: 值）")
MAPPING_OF_FIELDS = reason(
    "document-mapping-of-fields", "{part}: must be a mapping of fields", "{part}：应为字段的映射（字段: 值）"
)
PASSWORD = reason("document-password", "{place}: passwords are in no document", "{place}：文件中不能有密码")
FORMAT = 1
MOST_BYTES = 32 << 20
_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_C = yaml.__with_libyaml__


# ---------------------------------------------------------------- out


class _Dumper(yaml.CSafeDumper if _C else yaml.SafeDumper):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(records: Records, every: Mapping[str, Entity]) -> str:
    document: dict[str, Any] = {"format": FORMAT}
    for name in sorted(records.keys() & every.keys()):
        entity = every[name]
        told = {key: _told(entity, values) for key, values in records[name].items()}
        document[name] = told.get(entity.single, {}) if entity.single else dict(sorted(told.items()))
    head = document.pop("format")
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": True, "width": 120, "default_flow_style": False}
    return f"format: {head}\n{yaml.dump(document, Dumper=_Dumper, **options) if document else ''}"


def _told(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: values[name]
        for name, one in entity.declared.items()
        if not one.secret and name in values and (one.required or values[name] != one.default) and (name != entity.key)
    }


# ---------------------------------------------------------------- in


def read(text: str, every: Mapping[str, Entity]) -> Records:
    """Raises BadDocument, whose message names the line."""
    if len(text) > MOST_BYTES:
        raise BadDocument(TOO_LARGE(most=MOST_BYTES >> 20))
    try:
        document = _Reader(yaml.parse(text, Loader=yaml.CSafeLoader if _C else yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        raise BadDocument(AT_LINE(line=mark.line + 1 if mark else "?", why=str(error.problem or error))) from error
    except (yaml.YAMLError, BadInput) as error:
        raise BadDocument(UNREADABLE(why=" ".join(str(error).split())[:300])) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument(BEGINNING(format=FORMAT))
    del document["format"]
    if unknown := sorted(document.keys() - every.keys()):
        raise BadDocument(NO_PART(unknown=", ".join(unknown)[:200], known=", ".join(every)))
    return {name: dict(_records(every[name], part)) for name, part in document.items()}


def _records(entity: Entity, part: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(part, dict | None):
        raise BadDocument(MAPPING(part=entity.name))
    for key, values in ({entity.single: part} if entity.single else part or {}).items():
        if not isinstance(values, dict | None):
            raise BadDocument(MAPPING_OF_FIELDS(part=f"{entity.name}.{key}"))
        given = values or {}
        if hidden := sorted(given.keys() & entity.secrets.keys()):
            raise BadDocument(PASSWORD(place=f"{entity.name}.{key}.{hidden[0]}"))
        rest = {name: one.default for name, one in entity.declared.items() if not one.secret and not one.required}
        needed = [name for name, one in entity.declared.items() if one.required and name != entity.key]
        yield key, {**({entity.key: key} if entity.key else {}), **rest, **dict.fromkeys(needed), **given}


class _Reader:
    """Plain data from events: no aliases (they can grow without end), no tags, no key twice. Quoted words are texts, others too,
    but whole numbers, true, false and nothing."""

    def __init__(self, events: Iterable[Any]) -> None:
        self._events = iter(events)

    def document(self) -> Any:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._node(next(self._events))
        return None

    def _node(self, event: Any, depth: int = 0) -> Any:
        if depth > DEPTH:
            raise _refused(f"is nested deeper than {DEPTH} levels", event)
        if isinstance(event, yaml.AliasEvent):
            raise _refused("aliases (*name) are not allowed", event)
        if event.tag is not None:
            raise _refused(f"tags ({event.tag}) are not allowed", event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(depth))
        found: dict[str, Any] = {}
        for one in self._events:
            if isinstance(one, yaml.MappingEndEvent):
                break
            if not isinstance(one, yaml.ScalarEvent):
                raise _refused("a key must be one word", one)
            key = self._text(one)
            if key in found:
                raise _refused(f"{key!r:.60} is given twice", one)
            found[key] = self._node(next(self._events), depth + 1)
        return found

    def _items(self, depth: int) -> Iterator[Any]:
        for one in self._events:
            if isinstance(one, yaml.SequenceEndEvent):
                return
            yield self._node(one, depth + 1)

    def _text(self, event: Any) -> str:
        value: str = event.value
        if is_broken(value):
            raise _refused(f"{value!r:.40} {BROKEN_TEXT}", event)
        return value

    def _scalar(self, event: Any) -> Any:
        value = self._text(event)
        if not event.implicit[0]:
            return value
        if value in _WORDS:
            return _WORDS[value]
        return int(value) if _WHOLE.match(value) else value


def _refused(what: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)
