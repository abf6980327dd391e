"""Sounds, and what each switch has of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import ID, NAME, TABLE, Base
from cti_server.adapters.sql.types import Json, LongBytes
from cti_server.features.prompts.contract import Folder


class SoundFile(Base):
    """Of a prompt, and stays when that is removed: it may be in force still, and may come back."""

    __tablename__ = "sound_files"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(ID, primary_key=True)
    folder: Mapped[Folder] = mapped_column(String(8), primary_key=True)
    version: Mapped[int] = mapped_column()
    length_ms: Mapped[int] = mapped_column()
    size_8k: Mapped[int] = mapped_column()
    size_16k: Mapped[int] = mapped_column()
    sha256_8k: Mapped[str] = mapped_column(String(64))
    sha256_16k: Mapped[str] = mapped_column(String(64))
    at_ms: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(NAME)
    audio_8k: Mapped[bytes] = mapped_column(LongBytes, deferred=True)
    audio_16k: Mapped[bytes] = mapped_column(LongBytes, deferred=True)


class SoundPlace(Base):
    """What a switch has, as it said itself."""

    __tablename__ = "sound_places"
    __table_args__ = (TABLE,)
    node: Mapped[str] = mapped_column(ID, primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[Any] = mapped_column(Json)
