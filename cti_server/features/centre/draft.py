"""Why a draft cannot be published: what the engine could not take, and what nobody means.

The engine goes on with a version in force that has something of the second kind (an earlier release may have published it): only
what is published from now on is without. Texts begin with their place, as those of ``document``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cti_server.domain import alarm_rules, dialling, ivr_hours, sounds, taken
from cti_server.domain.config import CentreConfig
from cti_server.errors import BadConfig
from cti_server.features.centre.document import decode_config
from cti_server.features.centre.service import problems_of_flows
from cti_server.reasons import at, reason

LINE = reason(
    "line-number",
    "must begin with a digit, a letter or +, then digits, letters, * # . _ or -",
    "应以数字、字母或 + 开头，其后只能有数字、字母、* # . _ 或 -",
)
PHONE = reason("phone-begins", "{extension} must begin with a letter or a digit", "{extension} 应以字母或数字开头")
OWN_FOLDER = reason(
    "own-folder",
    "{folder} must be a folder of its own, without . and .. in its path",
    "{folder} 应为单独的文件夹，路径中不能有 . 和 ..",
)
MUSIC = reason(
    "music-or-stream", "{music} is neither the name of a music nor {streams}", "{music} 既不是音乐名称，也不是 {streams}"
)
WHISPER = reason(
    "wav-or-stream",
    "{sound} is neither a wav below {folder} nor {streams}",
    "{sound} 既不是 {folder} 下的 wav 文件，也不是 {streams}",
)
A_LINE = re.compile(r"\+?[0-9A-Za-z][0-9A-Za-z*#._-]*")


def problems_of_draft(document: bytes | str) -> list[str]:
    """All problems of a document that is to be published; [] when it may be."""
    try:
        config = decode_config(document)
    except BadConfig as error:
        return list(error.details["problems"])
    return [*problems_of_flows(config), *unmeant(config)]


def unmeant(config: CentreConfig) -> Iterator[str]:
    """What the engine could take, and nobody means. ``config``: one without problems."""
    yield from taken.problems(config)
    for number in config.service_numbers:
        if not A_LINE.fullmatch(number):
            yield at(f"service_numbers.{number}.number", LINE())
    for number, place in taken.phones(config):
        if not number[:1].isalnum():
            yield at(place, PHONE(extension=repr(number)))
    yield from (at(f"forbidden_numbers.{number}.number", why) for number, why in dialling.pointless(config))
    for hours in config.hours.values():
        yield from (at(f"hours.{hours.id}.{name}", text) for name, text in ivr_hours.overlaps(hours))
    for rule in config.alarm_rules.values():
        yield from (at(f"alarm_rules.{rule.id}.{name}", text) for name, text in alarm_rules.contradictions(rule))
    yield from _sounds(config)


def _sounds(config: CentreConfig) -> Iterator[str]:
    """What becomes a path on the switch stays below its folders."""
    for name in ("recordings_dir", "prompts_dir"):
        folder = getattr(config, name)
        if {".", ".."} & {*folder.split("/")} or not folder.strip("/"):
            yield at(name, OWN_FOLDER(folder=repr(folder)))
    folder = config.prompts_dir
    musics = [(f"queues.{queue.id}", queue.music) for queue in config.queues.values()]
    musics += [(f"service_numbers.{line.number}", line.music) for line in config.service_numbers.values() if line.music]
    for place, music in musics:
        if not sounds.is_stream(music) and not sounds.is_below(f"{folder}/music", music):
            yield at(f"{place}.music", MUSIC(music=repr(music), streams=sounds.STREAMS))
    for queue in config.queues.values():
        if queue.whisper and not sounds.is_stream(queue.whisper) and not sounds.is_below(folder, queue.whisper):
            yield at(f"queues.{queue.id}.whisper", WHISPER(sound=repr(queue.whisper), folder=folder, streams=sounds.STREAMS))
