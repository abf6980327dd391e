"""Prompts' sounds: for who sets them up, and for the switches, which pull them with the secret of their directory."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from flask import Response, request

from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.prompts.contract import FOLDERS, RATES, BadSound, NoSuchSound, SoundUsed
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.recordings.service import NoRecordingFile
from webapp.audit import Audit
from webapp.auth.guard import current_user, needs, public
from webapp.blueprint import NO_BODY, PART, Blueprint, answers
from webapp.errors import NotLoggedIn, TooLarge
from webapp.features.directory.routes import is_right
from webapp.features.prompts.schemas import HasSchema, HearQuery, LeftSchema, SoundSchema, SoundsSchema, SwitchFilesSchema
from webapp.features.recordings.hearing import Hearing, NoSuchRecording
from webapp.threads import apart, disk

WAV = "audio/wav"
LARGEST_SOUND = 64 << 20
RAW = {"required": True, "content": {"application/octet-stream": {"schema": PART}}}
SWITCH: Any = [{"switch": []}]


def routes(prompts: SqlPrompts, hearing: Hearing, audit: Audit, secret: str) -> Blueprint:
    """``secret``: of the switches; '' none may pull."""
    blueprint = Blueprint("prompts", "/", "Prompts and music")
    one = f"/api/prompts/<string(maxlength=64):name>/<any({','.join(FOLDERS)}):folder>"

    @blueprint.get("/api/prompts/<string(maxlength=64):name>")
    @blueprint.response(200, SoundsSchema)
    @answers(DatabaseAway)
    @needs("setup.prompts.see")
    def prompt_sounds(name: str) -> dict[str, Any]:
        """A prompt's sounds, and what the switches have of all prompts."""
        return {"items": prompts.sounds(name), "switches": prompts.switches()}

    @blueprint.put(one)
    @blueprint.doc(requestBody=RAW)
    @blueprint.response(200, SoundSchema)
    @answers(BadSound, NoSuchEntry, TooLarge, DatabaseAway)
    @needs("setup.prompts.change")
    def upload_sound(name: str, folder: str) -> Any:
        """Takes a sound as wav, mp3, flac or ogg, at most 4 min; it is made mono, 16 bits, at 8 and 16 kHz. An audit row."""
        request.max_content_length = LARGEST_SOUND
        return taken(name, folder, request.get_data())

    @blueprint.post(f"{one}/message")
    @blueprint.arguments(LeftSchema)
    @blueprint.response(200, SoundSchema)
    @answers(BadSound, NoSuchEntry, NoSuchRecording, NoRecordingFile, NoConfiguration, DatabaseAway)
    @needs("setup.prompts.change")
    def take_message(body: dict[str, Any], name: str, folder: str) -> Any:
        """Takes what somebody has spoken into a voicemail box by phone, as an upload. An audit row."""
        recording = hearing.find(body["message"])
        if not recording.get("box"):
            raise NoSuchRecording("this is no message of a voicemail box", {"recording_id": body["message"]})
        path = hearing.file_of(recording)
        return taken(name, folder, apart(disk(), path.read_bytes), message=body["message"])

    def taken(name: str, folder: str, sound: bytes, **more: str) -> Any:
        made = prompts.put(name, folder, sound, current_user().login)  # type: ignore[arg-type]
        detail = {"folder": folder, "version": made["version"], "sha256": made["sha256"], **more}
        audit.write("prompt.uploaded", f"prompts:{name}", detail)
        return made

    @blueprint.delete(one)
    @blueprint.response(204)
    @answers(NoSuchSound, SoundUsed, DatabaseAway)
    @needs("setup.prompts.change")
    def remove_sound(name: str, folder: str) -> None:
        """Removes a sound; the last one of a prompt that is in use stays. An audit row."""
        prompts.drop(name, folder)  # type: ignore[arg-type]
        audit.write("prompt.removed", f"prompts:{name}", {"folder": folder})

    @blueprint.get(f"{one}/audio")
    @blueprint.arguments(HearQuery, location="query")
    @blueprint.file(WAV)
    @answers(NoSuchSound, DatabaseAway)
    @needs("setup.prompts.see")
    def hear_sound(query: dict[str, Any], name: str, folder: str) -> Response:
        """The sound at 16 kHz."""
        return Response(prompts.audio(name, folder, RATES[1]), content_type=WAV)

    @blueprint.get("/switch/prompts")
    @blueprint.doc(security=SWITCH)
    @blueprint.response(200, SwitchFilesSchema, headers={"ETag": {"description": "of the list", "schema": {"type": "string"}}})
    @blueprint.alt_response(304, description=NO_BODY["description"])
    @answers(NotLoggedIn, DatabaseAway)
    @public
    def files_for_switches() -> Response:
        """Which files a switch should have in its folder of prompts, for the switch."""
        _check(secret)
        body = orjson.dumps({"files": prompts.files()})
        response = Response(body, content_type="application/json")
        response.set_etag(hashlib.sha256(body).hexdigest())
        response.make_conditional(request)
        return response

    @blueprint.post("/switch/prompts")
    @blueprint.doc(security=SWITCH)
    @blueprint.arguments(HasSchema)
    @blueprint.response(204)
    @answers(NotLoggedIn, DatabaseAway)
    @public
    def files_of_switch(body: dict[str, Any]) -> None:
        """Which of them a switch has, as it lies there."""
        _check(secret)
        prompts.has(body["node"], body["files"])

    file = f"/switch/prompts/<any({','.join(FOLDERS)}):folder>/<any({','.join(map(repr, map(str, RATES)))}):rate>"

    @blueprint.get(f"{file}/<string(maxlength=64):name>.wav")
    @blueprint.doc(security=SWITCH)
    @blueprint.file(WAV)
    @answers(NotLoggedIn, NoSuchSound, DatabaseAway)
    @public
    def file_for_switch(folder: str, rate: str, name: str) -> Response:
        """One of them."""
        _check(secret)
        return Response(prompts.audio(name, folder, int(rate)), content_type=WAV)

    return blueprint


def _check(secret: str) -> None:
    """Raises NotLoggedIn."""
    if not secret or not is_right(secret):
        raise NotLoggedIn("this is for switches: they know the secret of their directory (CTI_XML_CURL_SECRET)")
