"""Flow files of a folder into the draft: a file that is saved changes its flow there, one that is bad changes nothing.

A file counts when its text is another one than when it was last taken; what people change of its flow in other
ways stays until then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.ivr_nodes import Known, as_text
from cti_server.domain.ivr_parse import documents_of, flows_of
from cti_server.features.centre.model import FlowFile
from cti_server.features.entities.contract import By, EntriesRefused, Wish
from cti_server.features.entities.sql import Entities

FILES = By("system:files", "flow files")


def take_files(engine: Engine, entities: Entities, files: Mapping[str, str]) -> list[str]:
    """File name -> YAML text. Gives what is wrong with those that changed and are not taken: looked at again each time.

    Raises DatabaseAway."""
    with transaction(engine) as session:
        seen = {row.file: (row.flow, row.checksum) for row in session.scalars(select(FlowFile))}
        sums = {file: _checksum(text) for file, text in files.items()}
        changed = {file for file in files if file not in seen or seen[file][1] != sums[file]}
        gone = {file: flow for file, (flow, _) in seen.items() if file not in files}
        if not changed and not gone:
            return []
        queues, hours, there, boxes = (_keys(session, entities, name) for name in ("queues", "hours", "flows", "voicemail_boxes"))
        known = Known(queues, hours, there, boxes=boxes)
    documents, found = documents_of(files)
    flows, more = flows_of(documents, known)
    bad = {one.file for one in (*found, *more) if not one.warning}
    problems = [str(one) for one in (*found, *more) if one.file in changed]
    origins = {name: file for file, document in documents.items() if file not in bad and (name := _name(document)) in flows}
    wishes = [Wish(name, {"document": flows[name].document}, create=None) for name in sorted(origins) if origins[name] in changed]
    rows = [FlowFile(file=origins[one.key], flow=one.key, checksum=sums[origins[one.key]]) for one in wishes]
    if wishes:
        problems += _taken(entities, wishes, lambda session: [session.merge(row) for row in rows])
    for file, flow in gone.items():
        kept = flow in origins or any(other == flow for name, (other, _) in seen.items() if name in files)
        forget = delete(FlowFile).where(FlowFile.file == file)
        trouble = _taken(entities, [] if kept else [Wish(flow, None)], lambda session, forget=forget: session.execute(forget))  # type: ignore[misc]
        problems += [f"{file} is gone, its flow {flow} stays: {one}" for one in trouble]
    return problems


def note_files(session: Session, files: Mapping[str, str]) -> None:
    """These have been seen, and are taken when they change from now on: an empty centre has none of the product's flows."""
    for file, document in documents_of(files)[0].items():
        session.merge(FlowFile(file=file, flow=_name(document), checksum=_checksum(files[file])))


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _keys(session: Session, entities: Entities, name: str) -> set[str]:
    return set(entities.every[name].place.every(session))


def _name(document: Any) -> str:
    return str(as_text(document.get("name"))) if isinstance(document, Mapping) else ""


def _taken(entities: Entities, wishes: list[Wish], then: Callable[[Session], object]) -> list[str]:
    """All of them with what is noted of their files, or none and why."""
    try:
        with entities.turn() as (session, now_ms):
            known = _keys(session, entities, "flows")
            there = [wish for wish in wishes if wish.values is not None or wish.key in known]
            entities.arrange(session, now_ms, {"flows": there} if there else {}, FILES)
            then(session)
    except EntriesRefused as error:
        return [f"{one['key']}: {one['text']}" for one in error.details["problems"]]
    return []
