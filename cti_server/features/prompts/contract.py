"""What others see of prompts: where a sound lies on a switch, and which switch has it."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict, get_args

from cti_server.errors import CtiError, Misuse

Folder = Literal["zh", "en", "music"]
"""The language of a prompt; ``music``: it has none."""
FOLDERS: tuple[Folder, ...] = get_args(Folder)
RATES = (8000, 16000)


class BadSound(
    Misuse,
    id="bad-sound",
    status=422,
    en="This file cannot be used: a sound as wav, mp3, flac or ogg, not silent, 0.2 s to 4 min long.",
    zh="该文件不可用：须为 wav、mp3、flac 或 ogg 音频，非静音，时长 0.2 秒至 4 分钟。",
):
    """What was uploaded is no sound that can be played."""


class NoSuchSound(CtiError, id="no-such-sound", status=404, en="There is no such recording.", zh="没有该语音文件。"):
    """No file of this prompt in this language."""


class SoundUsed(
    CtiError,
    id="sound-used",
    status=409,
    en="It is the last file of a prompt that is in use.",
    zh="这是正在使用的语音的最后一个文件，不能删除。",
):
    """A flow or a queue would play nothing."""


class Sound(TypedDict):
    """A prompt in one language."""

    name: str
    folder: Folder
    version: Annotated[int, "counts the uploads"]
    length_ms: int
    size: Annotated[int, "bytes at 8 kHz"]
    sha256: Annotated[str, "of the file at 8 kHz"]
    at_ms: int
    who: str


class SwitchSounds(TypedDict):
    """What a switch said of itself last. ``missing``: files that it should have and has not, or has another one of."""

    node: str
    at_ms: int
    has: int
    missing: list[str]


class SwitchFile(TypedDict):
    """A file as it should lie, or lies, in a switch's folder of prompts."""

    path: str
    size: int
    sha256: str


def path_of(folder: str, rate: int, name: str) -> str:
    """In the folder of prompts. The switch looks in the folder of a call's rate before it takes ``FOLDER/NAME.wav``."""
    return f"{folder}/{rate}/{name}.wav"
