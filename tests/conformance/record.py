"""Records scenarios on a real FreeSWITCH: ``python -m tests.conformance.record NAME...`` writes captures/ours/NAME.jsonl."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.conformance import together  # noqa: F401 - its scenarios
from tests.conformance.compare import KEPT, compared
from tests.conformance.real import RealPlace
from tests.conformance.scenarios import SCENARIOS

OURS = Path(__file__).parent.parent / "captures" / "ours"


def record(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        place = RealPlace(Path(folder))
        place.start()
        try:
            for name in names:
                _record(place, name)
        finally:
            place.stop()


def _record(place: RealPlace, name: str) -> None:
    link = place.link()
    SCENARIOS[name](place, link)
    link.pause(0.3)
    kept = [{key: event[key] for key in KEPT if key in event} for event in link.events if compared(event)]
    link.close()
    place.scenario_over()
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in kept)
    (OURS / f"{name}.jsonl").write_text(text.replace(str(place.recordings), "/recordings"), encoding="utf-8")


if __name__ == "__main__":
    record(sys.argv[1:])
