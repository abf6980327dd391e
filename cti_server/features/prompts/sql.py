"""Sounds in the database, and what switches say of theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.features.centre.entities_sound import PLAYING, PROMPTS, missed
from cti_server.features.centre.model import Prompt
from cti_server.features.centre.sql import InForce
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.prompts import sound
from cti_server.features.prompts.contract import (
    FOLDERS,
    RATES,
    BadSound,
    Folder,
    NoSuchSound,
    Sound,
    SoundUsed,
    SwitchFile,
    SwitchSounds,
    path_of,
)
from cti_server.features.prompts.model import SoundFile, SoundPlace

MOST_SWITCHES = 200


class SqlPrompts:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock, self._in_force = engine, clock, InForce(*PLAYING)

    # ------------------------------------------------------------ for people

    def sounds(self, name: str) -> list[Sound]:
        """Of a prompt, in all languages. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            asked = select(SoundFile).where(SoundFile.name == name).order_by(SoundFile.folder)
            return [_sound(row) for row in session.scalars(asked)]

    def put(self, name: str, folder: Folder, raw: bytes, who: str) -> Sound:
        """Takes any sound, as a new version. Raises BadSound, NoSuchEntry, DatabaseAway."""
        with transaction(self._engine) as session:
            self._fits(session, name, folder)
        made = sound.convert(raw)
        with transaction(self._engine) as session:
            self._fits(session, name, folder)
            row = session.get(SoundFile, (name, folder), with_for_update=True) or SoundFile(name=name, folder=folder, version=0)
            row.version, row.length_ms, row.at_ms, row.who = row.version + 1, made.length_ms, self._clock.now_ms(), who[:128]
            row.audio_8k = row.audio_16k = b""
            for rate, audio in zip(RATES, made.files, strict=True):
                kilo = f"{rate // 1000}k"
                setattr(row, f"size_{kilo}", len(audio))
                setattr(row, f"sha256_{kilo}", hashlib.sha256(audio).hexdigest())
            session.add(row)
            session.flush()
            for column, audio in zip(("audio_8k", "audio_16k"), made.files, strict=True):  # a server takes no statement of 16 MiB
                setattr(row, column, audio)
                session.flush()
            return _sound(row)

    def drop(self, name: str, folder: Folder) -> None:
        """Raises NoSuchSound, SoundUsed, DatabaseAway."""
        with transaction(self._engine) as session:
            row = session.get(SoundFile, (name, folder))
            if row is None:
                raise NoSuchSound(f"{name} has no file for {folder}")
            others = session.scalar(select(SoundFile.name).where(SoundFile.name == name, SoundFile.folder != folder).limit(1))
            if others is None and (_is_used(session, name) or self._is_played(session, name)):
                raise SoundUsed(f"{name} is in use: put another file in the place of this one, or change what plays it")
            session.delete(row)

    def audio(self, name: str, folder: str, rate: int) -> bytes:
        """Raises NoSuchSound, DatabaseAway."""
        column = SoundFile.audio_16k if rate == RATES[1] else SoundFile.audio_8k
        with transaction(self._engine) as session:
            found = session.scalar(select(column).where(SoundFile.name == name, SoundFile.folder == folder))
        if found is None or rate not in RATES or folder not in FOLDERS:
            raise NoSuchSound(f"there is no {folder}/{rate}/{name}.wav")
        return found

    def switches(self) -> list[SwitchSounds]:
        """Raises DatabaseAway."""
        wanted = {one["path"]: one for one in self.files()}
        with transaction(self._engine) as session:
            rows = session.scalars(select(SoundPlace).order_by(SoundPlace.node).limit(MOST_SWITCHES)).all()
            return [_place(row, wanted) for row in rows]

    # ------------------------------------------------------------ for switches

    def files(self) -> list[SwitchFile]:
        """What every switch should have, by path: of the prompts that are in force, and of those that will be with the next
        publication. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            names = {*session.scalars(select(Prompt.name)), *self._in_force.records(session)["prompts"]}
            found = [
                SwitchFile(path=path_of(row.folder, rate, row.name), size=size, sha256=digest)
                for row in session.scalars(select(SoundFile))
                if row.name in names
                for rate, size, digest in zip(RATES, (row.size_8k, row.size_16k), (row.sha256_8k, row.sha256_16k), strict=True)
            ]
        return sorted(found, key=lambda one: one["path"])

    def has(self, node: str, files: Sequence[SwitchFile]) -> None:
        """A switch says what it has. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            told = {one["path"]: [one["size"], one["sha256"]] for one in files}
            session.merge(SoundPlace(node=node, at_ms=self._clock.now_ms(), files=told))
            over = select(SoundPlace.node).order_by(SoundPlace.at_ms.desc()).offset(MOST_SWITCHES)
            if gone := session.scalars(over).all():
                session.execute(delete(SoundPlace).where(SoundPlace.node.in_(gone)))

    def _is_played(self, session: Session, name: str) -> bool:
        """By what is in force."""
        records = self._in_force.records(session)
        without = {**records, "prompts": {key: one for key, one in records["prompts"].items() if key != name}}
        return bool(set(missed(without)) - set(missed(records)))

    def _fits(self, session: Session, name: str, folder: Folder) -> None:
        prompt = session.get(Prompt, name)
        if prompt is None:
            raise NoSuchEntry(f"prompts has no {name}", {"key": name})
        if (prompt.kind == "music") != (folder == "music"):
            raise BadSound(f"{name} is {prompt.kind}: its file is that of {'music' if prompt.kind == 'music' else 'a language'}")


def _is_used(session: Session, name: str) -> bool:
    """Whether more would be wrong without this prompt."""
    prompt = session.get_one(Prompt, name)
    with session.begin_nested() as tried:
        before = set(PROMPTS.whole(session))
        session.delete(prompt)
        session.flush()
        used = bool(set(PROMPTS.whole(session)) - before)
        tried.rollback()
    return used


def _sound(row: SoundFile) -> Sound:
    return Sound(
        name=row.name, folder=row.folder, version=row.version, length_ms=row.length_ms, size=row.size_8k,
        sha256=row.sha256_8k, at_ms=row.at_ms, who=row.who,
    )  # fmt: skip


def _place(row: SoundPlace, wanted: Mapping[str, SwitchFile]) -> SwitchSounds:
    has: Mapping[str, Any] = row.files
    missing = [path for path, one in wanted.items() if has.get(path) != [one["size"], one["sha256"]]]
    return SwitchSounds(node=row.node, at_ms=row.at_ms, has=len(wanted) - len(missing), missing=missing[:100])
