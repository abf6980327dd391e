"""Live kinds, their views, and the events: what comes over Socket.IO."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Literal, get_origin, get_type_hints, is_typeddict

from cti_server.events import views
from cti_server.events.live import HIDDEN, Change, Declared, Event, Removal
from cti_server.events.views import EVENTS, KINDS
from scripts.contracts.typescript import HEAD, type_of
from webapp.realtime.health import Health

_WORDS = {value: name for name, value in vars(views).items() if get_origin(value) is Literal}
_SHAPES = {value: name for name, value in vars(views).items() if is_typeddict(value)}
_NAMES = {**_WORDS, **_SHAPES}


def page() -> str:
    parts = [
        HEAD.format(source="cti_server/events/views.py"),
        "/** Times are UTC ms, 0 = not yet; ids are strings, '' = none; texts from outside are untrusted. */\n",
        *(f"export type {name} = {type_of(value)}" for value, name in _WORDS.items()),
        *("\n" + "\n".join(_interface(shape, name)) for shape, name in _SHAPES.items()),
        "\n/** Table -> its views. */",
        "export interface Kinds {",
        *(f"  {kind.table}: {_SHAPES[kind.shape]}" for kind in KINDS.values()),
        "}",
        "export type Kind = keyof Kinds",
        "export type Tables = { [K in Kind]: Kinds[K][] }",
        f"export const KINDS: readonly Kind[] = [{', '.join(repr(table) for table in KINDS)}]",
        "/** Word in an event's data -> its table. */",
        f"export const WORDS = {{ {', '.join(f'{kind.word}: {kind.table!r}' for kind in KINDS.values())} }} as const",
        "\n/** Event -> its data. */",
        "export interface Events {",
        *(f"{_doc(_says(event), '  ')}  '{name}': {_data(event)}" for name, event in EVENTS.items()),
        "}",
        "export type EventName = keyof Events",
        "/** After these the thing of their view is gone. */",
        f"export const LAST: readonly EventName[] = [{', '.join(repr(event.name) for event in _last())}]",
        "\nexport type ServerEvent = {",
        "  [N in EventName]: { epoch: number; seq: number; name: N; at_ms: number; data: Events[N] }",
        "}[EventName]",
        "\nexport interface Health {",
        *(f"  {f.name}: {type_of(get_type_hints(Health)[f.name])}" for f in fields(Health)),
        "}",
        "\nexport interface Snapshot extends Tables {",
        *(f"  {name}: {kind}" for name, kind in (("epoch", "number"), ("seq", "number"), ("server_ms", "number"))),
        *(f"  {name}: boolean" for name in ("engine", "redis")),
        "}",
    ]
    return "\n".join(parts) + "\n"


def docs() -> str:
    """Two tables for developers."""
    kinds = [
        f"| `{kind.table}` | `{kind.word}` | {', '.join(f'`{name}`' for name in kind.shape.__annotations__)} | {_end(kind)} |"
        for kind in KINDS.values()
    ]
    events = [f"| `{name}` | {_says(event)} | {_parts(event)} |" for name, event in EVENTS.items()]
    return "\n".join(
        [
            "## Live kinds\n",
            "| table | word | fields of a view | how a thing goes |\n|---|---|---|---|",
            *kinds,
            "\n## Events\n",
            "| event | what it says | data |\n|---|---|---|",
            *events,
            "",
        ]
    )


def _last() -> list[Change[Any]]:
    return [event for event in EVENTS.values() if isinstance(event, Change) and event.last]


def _end(kind: Any) -> str:
    return next((f"`{event.name}`" for event in _last() if event.kind is kind), f"`{kind.removed.name}`")


def _says(event: Declared) -> str:
    return f"The centre no longer has this {event.kind.word}." if isinstance(event, Removal) else event.says


def _parts(event: Declared) -> str:
    if isinstance(event, Removal):
        return "`removed`: `{kind, id}`"
    if isinstance(event, Event):
        return ", ".join(f"`{name}`" for name in event.data.__annotations__)
    return ", ".join(f"`{name}`" for name in (event.kind.word, *event.more.__annotations__))


def _data(event: Declared) -> str:
    if isinstance(event, Removal):
        return f"{{ removed: {{ kind: '{event.kind.table}'; id: string }} }}"
    if isinstance(event, Event):
        return _SHAPES[event.data]
    view = f"{{ {event.kind.word}: {_SHAPES[event.kind.shape]} }}"
    return f"{view} & {_SHAPES[event.more]}" if event.more in _SHAPES else view


def _interface(shape: Any, name: str) -> Iterator[str]:
    if shape.__doc__ and not shape.__doc__.startswith("dict("):
        yield f"/** {' '.join(shape.__doc__.split())} */"
    yield f"export interface {name} {{"
    notes = _notes(shape)
    for field, hint in get_type_hints(shape, include_extras=True).items():
        if HIDDEN in getattr(hint, "__metadata__", ()):
            continue
        mark = "" if field in shape.__required_keys__ else "?"
        yield f"{_doc(notes.get(field, ''), '  ')}  {field}{mark}: {type_of(hint, _NAMES)}"
    yield "}"


def _doc(text: str, indent: str) -> str:
    return f"{indent}/** {text} */\n" if text else ""


def _notes(shape: Any) -> dict[str, str]:
    """Field -> the comment behind it."""
    try:
        source = inspect.getsource(shape)
    except OSError:  # made of figures
        return {}
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        line.target.id: comments[line.lineno]
        for line in body.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.lineno in comments
    }
