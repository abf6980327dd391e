"""The shapes of prompts' sounds."""

from __future__ import annotations

from typing import Annotated, TypedDict

from marshmallow import fields, validate

from cti_server.domain.record import Text, Whole
from cti_server.features.prompts.contract import Sound, SwitchFile, SwitchSounds
from webapp.declared import field, many, schema
from webapp.schemas import BodySchema, QuerySchema

MOST_FILES = 10_000


class Sounds(TypedDict):
    switches: Annotated[list[SwitchSounds], "what each switch has, as it said itself last"]


class SwitchFiles(TypedDict):
    files: list[SwitchFile]


SoundSchema, SwitchFilesSchema = schema(Sound), schema(SwitchFiles)
SoundsSchema = schema(Sounds, items=many(SoundSchema))
_File = BodySchema.from_dict(
    {
        "path": field(Annotated[str, Text(1, 255)]),
        "size": field(Annotated[int, Whole(0, 2**40)]),
        "sha256": field(Annotated[str, Text(64, 64)]),
    },
    name="FileOfSwitch",
)
HasSchema = BodySchema.from_dict(
    {
        "node": field(Annotated[str, Text(1, 32)], "the switch's name"),
        "files": fields.List(fields.Nested(_File), required=True, validate=validate.Length(0, MOST_FILES)),
    },
    name="FilesOfSwitch",
)


LeftSchema = BodySchema.from_dict({"message": field(Annotated[str, Text(1, 96)], "its id")}, name="MessageForPrompt")


class HearQuery(QuerySchema):
    version = fields.Integer(load_default=0, metadata={"description": "of the file: what was heard before is asked for again"})
