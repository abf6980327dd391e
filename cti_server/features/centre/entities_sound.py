"""What people set up of prompts and music. Their files are those of feature ``prompts``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_server.domain import ivr_prompts, sounds
from cti_server.domain.record import Text
from cti_server.features.centre import model
from cti_server.features.centre.sql import A_SOUND, flows_now
from cti_server.features.entities.contract import Entity, said
from cti_server.features.entities.place import Rows
from cti_server.reasons import at, reason
from cti_server.words import Words, family

SOUND_NAME = reason(
    "sound-name", "must be letters, digits, _ and -, as flows may write it", "只能有字母、数字、_ 和 -，以便流程引用"
)
FLOW_PLAYS = reason("flow-plays", "flow {flow} plays it", "流程 {flow} 播放它")
GREETING = reason("greeting-of", "it is the greeting of {number}", "它是 {number} 的问候语")
MUSIC_OF = reason("music-of", "it is the music of {number}", "它是 {number} 的等待音乐")
GREETING_OF_BOX = reason("greeting-of-box", "it is the greeting of voicemail box {box}", "它是留言信箱 {box} 的问候语")
MUSIC_OF_QUEUE = reason("music-of-queue", "it is the music of queue {queue}", "它是队列 {queue} 的等待音乐")
MUSIC_GONE = reason(
    "no-such-music",
    "no music is called {music}: it is set up under prompts, or is {streams}",
    "没有名为 {music} 的音乐：请在语音中添加，或填写 {streams}",
)
PromptKind = Literal["prompt", "music"]
PROMPT_KINDS = family("prompt_kind", {"prompt": ("Prompt", "语音"), "music": ("Music", "音乐")}, PromptKind)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sound by its name."""

    name: Annotated[str, Text(1, 32)]
    kind: PromptKind = "prompt"
    about: str = ""


def _prompt(prompt: Prompt) -> Iterator[tuple[str, str]]:
    if not A_SOUND.fullmatch(prompt.name):
        yield "name", SOUND_NAME()


def _missed(session: Session) -> Iterator[str]:
    """What flows and queues play that is not there: no change makes that more."""
    flows = flows_now(session)
    numbers, queues, boxes = (one.__table__.c for one in (model.ServiceNumber, model.Queue, model.VoicemailBoxRow))
    records = {
        "prompts": {row.name: {"kind": row.kind} for row in session.execute(select(model.Prompt.name, model.Prompt.kind))},
        "flows": {name: {"document": document} for name, document in flows.items()},
        "service_numbers": {
            row.number: {"greeting": row.greeting, "music": row.music}
            for row in session.execute(select(numbers.number, numbers.greeting, numbers.music))
        },
        "voicemail_boxes": {row.id: {"greeting": row.greeting} for row in session.execute(select(boxes.id, boxes.greeting))},
        "queues": {row.id: {"music": row.music} for row in session.execute(select(queues.id, queues.music))},
    }
    return missed(records)


PLAYING = ("prompts", "flows", "service_numbers", "voicemail_boxes", "queues")


def missed(records: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """The same of records of ``PLAYING``."""
    kinds = {name: one["kind"] for name, one in records["prompts"].items()}
    for flow, names in ivr_prompts.by_flow({name: one["document"] for name, one in records["flows"].items()}).items():
        yield from (at(f"prompts.{name}", FLOW_PLAYS(flow=flow)) for name in sorted(names) if kinds.get(name) != "prompt")
    for number, one in records["service_numbers"].items():
        if one["greeting"] and kinds.get(one["greeting"]) != "prompt":
            yield at(f"prompts.{one['greeting']}", GREETING(number=number))
        if A_SOUND.fullmatch(one["music"]) and kinds.get(one["music"]) != "music":
            yield at(f"prompts.{one['music']}", MUSIC_OF(number=number))
    for box, one in records["voicemail_boxes"].items():
        if one["greeting"] and kinds.get(one["greeting"]) != "prompt":
            yield at(f"prompts.{one['greeting']}", GREETING_OF_BOX(box=box))
    for queue, one in records["queues"].items():
        if A_SOUND.fullmatch(one["music"]) and kinds.get(one["music"]) != "music":
            yield at(f"prompts.{one['music']}", MUSIC_OF_QUEUE(queue=queue))


class MusicRules:
    """What queues and lines play is a music that is set up, or a stream of the switch."""

    def __init__(self, session: Session) -> None:
        self._names = set(session.scalars(select(model.Prompt.name).where(model.Prompt.kind == "music")))

    def written(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return given

    def problems(self, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        music = record["music"]
        if music and music not in self._names and not sounds.is_stream(music):
            yield "music", MUSIC_GONE(music=music[:60], streams=sounds.STREAMS)


PROMPTS = Entity(
    name="prompts",
    words=Words("Prompts and music", "语音与音乐"),
    record=Prompt,
    key="name",
    fields={
        "name": said(
            "Name", "名称", "As flows and queues call it: letters, digits, _, -.", "流程和队列中使用的名称：字母、数字、_、-。"
        ),
        "kind": said("Kind", "类型", "Prompts are played by flows, music by queues.", "语音由流程播放，音乐由队列播放。"),
        "about": said("About", "说明", "What is said there, or what it is for.", "内容或用途。"),
    },
    place=Rows(model.Prompt, Prompt, "name"),
    choices={"kind": PROMPT_KINDS},
    check=_prompt,
    whole=_missed,
    drafted=True,
)
