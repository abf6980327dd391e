"""Listening to a recording, and taking its file away. Each listening and each download is audited."""

from __future__ import annotations

import redis
import structlog
from flask import Response, request, send_file

from cti_server.adapters.keys import Keys
from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.recordings.contract import DOWNLOAD, LISTEN
from cti_server.features.recordings.service import NoRecordingFile
from webapp.audit import Audit
from webapp.auth.guard import current_session, needs
from webapp.blueprint import Blueprint, answers
from webapp.features.messages.heard import Heard
from webapp.features.recordings.hearing import Hearing, NoSuchRecording
from webapp.ports import Row

log = structlog.get_logger(__name__)

AUDIO_TYPE = "audio/wav"
ONE_LISTENING_S = 600
"""Seeking within a player asks again for other ranges: within this time that is the same listening."""
ERRORS = (NoSuchRecording, NoRecordingFile, NoConfiguration, DatabaseAway)


def routes(hearing: Hearing, heard: Heard, client: redis.Redis, keys: Keys, audit: Audit) -> Blueprint:
    blueprint = Blueprint("recordings", "/api", "Recordings")

    @blueprint.get("/recordings/<string:recording_id>/audio")
    @blueprint.file(AUDIO_TYPE, parts=True)
    @answers(*ERRORS)
    @needs(LISTEN)
    def listen(recording_id: str) -> Response:
        """The sound of a recording, whole or in parts.

        For those whose right reaches an agent who talked (of a voicemail: a team that serves its queue, or the team of its box,
        of which it is heard then). Each listening is an audit row.
        """
        recording = hearing.find(recording_id)
        path = hearing.file_of(recording)
        note_listening(recording_id, recording)
        response = send_file(path, mimetype=AUDIO_TYPE, conditional=True, etag=True, max_age=0)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Accept-Ranges"] = "bytes"
        return response

    @blueprint.get("/recordings/<string:recording_id>/download")
    @blueprint.file(AUDIO_TYPE, parts=True)
    @answers(*ERRORS)
    @needs(DOWNLOAD)
    def download(recording_id: str) -> Response:
        """The file to take away, for those who have the right.

        Each is an audit row, written before the first byte.
        """
        recording = hearing.find(recording_id, DOWNLOAD)
        path = hearing.file_of(recording)
        audit.write("recording.downloaded", recording_id, {"call_id": recording["call_id"]})
        name = f"recording-{recording_id}.wav"
        response = send_file(path, mimetype=AUDIO_TYPE, as_attachment=True, download_name=name, max_age=0)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def note_listening(recording_id: str, recording: Row) -> None:
        """A line of the ledger per listening, before the first byte goes out. Raises redis.RedisError: then nobody listens.

        HEAD gives no sound, so it is no listening and does not begin one.
        """
        if request.method == "HEAD":
            return
        session = current_session()
        from_start = request.range is None or request.range.ranges[0][0] in (0, None)
        fresh = client.set(keys.listening(session.key, recording_id), b"1", ex=ONE_LISTENING_S, nx=not from_start)
        if not fresh:
            return
        audit.write("recording.listened", recording_id, {"call_id": recording["call_id"]})
        heard.note(recording)
        log.info("recording listened to", recording=recording_id, login=session.user.login)

    return blueprint
