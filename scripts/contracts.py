"""``make contracts``: what the page needs of the Python declarations, as TypeScript in webapp/frontend/src/generated/.

``--check`` writes nothing and ends with status 1 where a file is not what the declarations say.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from cti_server.events.commands import COMMANDS
from cti_server.events.declare import Arguments, Right

FOLDER = Path(__file__).resolve().parents[1] / "webapp/frontend/src/generated"
HEAD = "/** Made by `make contracts` from {source}: change it there. */\n"


def commands() -> str:
    """Names, arguments and rights of the commands."""
    rights = " | ".join(f"'{right}'" for right in get_args(Right))
    parts = [
        HEAD.format(source="cti_server/events/commands.py"),
        f"export type Right = {rights}\n",
        "export interface Commands {",
        *(f"  /** {kind.__doc__} */\n  {name}: {_arguments(kind)}" for name, kind in COMMANDS.items()),
        "}\n",
        "export type CommandName = keyof Commands\n",
        "/** Who may send it besides admins; [] programs of the centre only. */",
        "export const MAY: Record<CommandName, readonly Right[]> = {",
        *(f"  {name}: [{', '.join(repr(right) for right in kind.may)}]," for name, kind in COMMANDS.items()),
        "}",
    ]
    return "\n".join(parts) + "\n"


def _arguments(kind: type[Arguments]) -> str:
    fields = [f"{name}{'' if a.required else '?'}: {_type(a.type)}" for name, a in kind.declared.items()]
    return f"{{ {'; '.join(fields)} }}" if fields else "Record<string, never>"


def _type(hint: Any) -> str:
    """A JSON value's type in TypeScript. Raises TypeError for what it has no word for."""
    if hint is str:
        return "string"
    if hint in (int, float):
        return "number"
    if get_origin(hint) is Literal:
        return " | ".join(f"'{value}'" for value in get_args(hint))
    if get_origin(hint) is dict:
        return f"Record<string, {_type(get_args(hint)[1])}>"
    if is_typeddict(hint):
        return f"{{ {'; '.join(f'{name}: {_type(one)}' for name, one in get_type_hints(hint).items())} }}"
    raise TypeError(f"no word for {hint}")


FILES = {"commands.ts": commands}


def differing() -> list[str]:
    """Files that are not what the declarations say."""
    return [name for name, make in FILES.items() if not (FOLDER / name).is_file() or (FOLDER / name).read_text("utf-8") != make()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    wrong = differing()
    if parser.parse_args().check:
        for name in wrong:
            print(f"{FOLDER / name} is not what the declarations say: make contracts", file=sys.stderr)
        sys.exit(bool(wrong))
    FOLDER.mkdir(exist_ok=True)
    for name in wrong:
        (FOLDER / name).write_text(FILES[name](), "utf-8")
    print(json.dumps({"written": wrong}))


if __name__ == "__main__":
    main()
