"""Views and mirrors: each changed thing is shown whole, built once per input.

Publish numbers are without gaps; a Mirror carries the number of the last Publish before it, so that a snapshot of mirrors
and the events that follow fit together.
"""

from __future__ import annotations

from typing import Any

from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Mirror, Publish
from cti_server.engine.kernel.shown import SHOWN
from cti_server.events.live import Change, Kind, View


def flush(core: Core) -> None:
    """Turn the marks of this input into Publish and Mirror effects."""
    work, tables, seq = core.work, core.tables, core.seq
    gone, effects = set(work.gone), work.effects
    shown: dict[tuple[Kind[Any], str], View] = {}
    for event, thing, data in work.events:
        if isinstance(event, Change) and event.kind.word not in data:
            kind = event.kind
            of = (kind, thing)
            view = shown.get(of)
            if view is None:
                record = tables[kind.table].get(thing)
                if record is None:
                    continue
                try:
                    view = shown[of] = SHOWN[kind].view(core, record)
                except Exception as error:  # noqa: BLE001 - the other things are shown all the same
                    core.failed(f"event {event.name}", thing, error)
                    if not event.last:
                        continue
                    view = {"id": thing}
            data = {kind.word: view, **data} if data else {kind.word: view}
        seq += 1
        effects.append(Publish(seq, event.name, data))
    core.seq = seq
    for of in work.dirty:
        kind, thing = of
        record = tables[kind.table].get(thing)
        if record is None or of in gone:
            effects.append(Mirror(seq, kind.table, thing, None))
            continue
        try:
            kept = SHOWN[kind]
            view = shown.get(of) or kept.view(core, record)
            effects.append(Mirror(seq, kind.table, thing, {"view": view, "core": kept.image(record)}))
        except Exception as error:  # noqa: BLE001 - as above
            core.failed(f"mirror of {kind.table}", thing, error)
    for kind, thing in work.gone:
        core.table(kind).pop(thing, None)


def build(core: Core, kind: Kind[Any], thing: str) -> View:
    """The view of one thing."""
    view: View = SHOWN[kind].view(core, core.tables[kind.table][thing])
    return view
