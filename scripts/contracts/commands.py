"""Names, arguments and rights of the commands."""

from __future__ import annotations

from typing import get_args

from cti_server.events.commands import COMMANDS
from cti_server.events.declare import Arguments, Right
from cti_server.events.errors import OF_ALL
from scripts.contracts.typescript import HEAD, type_of


def page() -> str:
    rights = " | ".join(f"'{right}'" for right in get_args(Right))
    parts = [
        HEAD.format(source="cti_server/events/commands.py"),
        f"export type Right = {rights}\n",
        "export interface Commands {",
        *(f"  /** {kind.__doc__} */\n  {name}: {_arguments(kind)}" for name, kind in COMMANDS.items()),
        "}\n",
        "export type CommandName = keyof Commands\n",
        "/** What who sends it has to do with whom it is about; [] programs of the centre only. */",
        "export const MAY: Record<CommandName, readonly Right[]> = {",
        *(f"  {name}: [{', '.join(repr(right) for right in kind.may)}]," for name, kind in COMMANDS.items()),
        "}",
    ]
    return "\n".join(parts) + "\n"


def docs() -> str:
    """A table for developers."""
    rows = [
        f"| `{name}` | {kind.__doc__} | {_usage(kind)} | {_rights(kind)} | {'yes' if kind.audited else ''} "
        f"| {'the switch' if kind.later else 'at once'} | {_own(kind)} |"
        for name, kind in COMMANDS.items()
    ]
    columns = ("command", "what it does", "arguments", "by right", "audited", "answered by", "its own errors")
    head = f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"
    all_ = ", ".join(f"`{error.error_id}`" for error in OF_ALL)
    return "## Commands\n\n" + "\n".join([head, *rows]) + f"\n\nEvery command may be answered with {all_}, too.\n"


def _rights(kind: type[Arguments]) -> str:
    return ", ".join(f"`commands.{one}`" for one in kind.may or ("program",))


def _own(kind: type[Arguments]) -> str:
    return ", ".join(f"`{error.error_id}`" for error in kind.errors if error not in OF_ALL)


def _usage(kind: type[Arguments]) -> str:
    return ", ".join(f"`{name}`" if a.required else f"`[{name}]`" for name, a in kind.declared.items())


def _arguments(kind: type[Arguments]) -> str:
    fields = [f"{name}{'' if a.required else '?'}: {type_of(a.type)}" for name, a in kind.declared.items()]
    return f"{{ {'; '.join(fields)} }}" if fields else "Record<string, never>"
