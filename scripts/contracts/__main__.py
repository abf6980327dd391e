"""``make contracts``: what the page and the docs need of the Python declarations.

``--check`` writes nothing and ends with status 1 where a file is not what the declarations say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.contracts import alarms, commands, errors, facts, features, figures, live, rest, rights, words

ROOT = Path(__file__).resolve().parents[2]
PAGE = "webapp/frontend/src/generated"
DOCS = (commands.docs, live.docs, errors.docs, alarms.docs, facts.docs, figures.docs, rights.docs, rest.docs)


def _docs() -> str:
    head = "# What is declared\n\nMade by `make contracts` from the declarations: change them there.\n"
    return "\n".join([head, *(part() for part in DOCS)])


FILES: Mapping[str, Callable[[], str]] = {
    f"{PAGE}/commands.ts": commands.page,
    f"{PAGE}/errors.ts": errors.page,
    f"{PAGE}/features.ts": features.page,
    f"{PAGE}/rights.ts": rights.page,
    f"{PAGE}/words.ts": words.page,
    f"{PAGE}/live.ts": live.page,
    f"{PAGE}/figures.ts": figures.page,
    "docs/developers/declared.md": _docs,
    "docs/developers/openapi.json": rest.document,
    "docs/developers/asyncapi.json": rest.events,
    f"{PAGE}/api.ts": rest.page,  # the last: the others are made without it where its tool is missing
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check, different = parser.parse_args().check, []
    for name, make in FILES.items():
        file, text = ROOT / name, make()
        if file.is_file() and file.read_text("utf-8") == text:
            continue
        different.append(name)
        if check:
            print(f"{name} is not what the declarations say: make contracts", file=sys.stderr)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    if check:
        sys.exit(bool(different))
    print(json.dumps({"written": different}))


if __name__ == "__main__":
    main()
