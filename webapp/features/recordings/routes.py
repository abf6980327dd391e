"""Listening to a recording, and taking its file away: admin, leader of the team of an agent who talked, the agent who talked.

Each listening and each download is audited; agents only listen.

In a voicemail nobody talked: leaders hear it whose team serves its queue.

The ledger has the path on the switch; this machine sees the same folder as ``settings.recordings_path``. Nothing outside it
is ever opened (``features.recordings.service.local_path``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from flask import Response, request, send_file

from cti_server.errors import CtiError
from cti_server.features.recordings.service import NoRecordingFile, local_path
from webapp import audit
from webapp.auth.guard import current_session, roles
from webapp.auth.sessions import Session, User
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.errors import NotAllowed
from webapp.features.recordings.schemas import AUDIO_TYPE, LONGEST_ID
from webapp.features.session.schemas import ErrorSchema
from webapp.threads import apart, disk

log = structlog.get_logger(__name__)
blueprint = Blueprint("recordings", __name__, url_prefix="/api", description="Recordings")

MAY_DOWNLOAD = ("leader", "admin")

ONE_LISTENING_S = 600
"""Seeking within a player asks again for other ranges: within this time that is the same listening."""


class NoSuchRecording(CtiError, id="no-such-recording", status=404, en="The recording does not exist.", zh="录音不存在。"):
    """No recording that the user may hear has this id."""


@blueprint.get("/recordings/<string:recording_id>/audio")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=AUDIO_TYPE)
@blueprint.alt_response(404, schema=ErrorSchema, description="no-such-recording, no-recording-file")
@roles()
def listen(recording_id: str) -> Response:
    recording = _recording(recording_id)
    path = file_of(recording)
    note_listening(current_session(), recording_id, recording)
    response = send_file(path, mimetype=AUDIO_TYPE, conditional=True, etag=True, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Accept-Ranges"] = "bytes"
    return response


@blueprint.get("/recordings/<string:recording_id>/download")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=AUDIO_TYPE)
@blueprint.alt_response(404, schema=ErrorSchema, description="no-such-recording, no-recording-file")
@roles(*MAY_DOWNLOAD)
def download(recording_id: str) -> Response:
    """The file to take away, for those who may hear it and lead. Each is an audit row, written before the first byte."""
    recording = _recording(recording_id)
    path = file_of(recording)
    audit.write("recording.downloaded", recording_id, {"call_id": recording.get("call_id", "")})
    response = send_file(path, mimetype=AUDIO_TYPE, as_attachment=True, download_name=f"recording-{recording_id}.wav", max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _recording(recording_id: str) -> Mapping[str, Any]:
    """Raises NoSuchRecording, also for one that this user may not hear."""
    recording = parts().ports.recordings.get(recording_id) if len(recording_id) <= LONGEST_ID else None
    if recording is None or not may_listen(current_session().user, recording):
        raise NoSuchRecording("no recording that you may hear has this id", {"recording_id": recording_id})
    return recording


def file_of(recording: Mapping[str, Any]) -> Path:
    """Raises NoRecordingFile."""
    switch_dir, here = parts().ports.centre.config().recordings_dir, parts().settings.recordings_path
    path = apart(disk(), _file, str(recording["path"]), switch_dir, here)
    if path is None:
        raise NoRecordingFile("the recording's file is not there", {"recording_id": recording.get("id", "")})
    return path


def _file(on_switch: str, switch_dir: str, here: Path) -> Path | None:
    path = local_path(on_switch, switch_dir, here)
    return path if path is not None and path.is_file() else None


def rights(user: User, recording_id: str) -> dict[str, Any]:
    """What this user may do with a recording: ``listen`` '' or the reason why not, ``download``."""
    recording = parts().ports.recordings.get(recording_id)
    if recording is None or not may_listen(user, recording):
        return {"listen": NotAllowed.error_id, "download": False}
    try:
        file_of(recording)
    except NoRecordingFile as error:
        return {"listen": error.error_id, "download": False}
    return {"listen": "", "download": user.role in MAY_DOWNLOAD}


def with_rights(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """A page of CallRows, each with whether this user may listen to a recording of it."""
    user = current_session().user
    items = [{**row, "listen": any(may_listen(user, file) for file in row.get("recorded", ()))} for row in page["items"]]
    return {**page, "items": items}


def may_listen(user: User, recording: Mapping[str, Any]) -> bool:
    agents = tuple(recording.get("agents") or ())
    if user.role == "admin":
        return True
    if user.role == "leader":
        team = [agent for agent in parts().ports.centre.config().agents.values() if user.team and agent.team == user.team]
        queue = recording.get("queue", "")
        return any(agent.id in agents if agents else queue in agent.queues for agent in team)
    return bool(user.agent_id) and user.agent_id in agents


def note_listening(session: Session, recording_id: str, recording: Mapping[str, Any]) -> None:
    """A line of the ledger per listening, before the first byte goes out. Raises redis.RedisError: then nobody listens.

    HEAD gives no sound, so it is no listening and does not begin one.
    """
    if request.method == "HEAD":
        return
    p = parts()
    key = p.keys.listening(session.key, recording_id)
    from_start = request.range is None or request.range.ranges[0][0] in (0, None)
    fresh = p.redis.set(key, b"1", ex=ONE_LISTENING_S, nx=not from_start)
    if not fresh:
        return
    audit.write("recording.listened", recording_id, {"call_id": recording.get("call_id", "")})
    log.info("recording listened to", recording=recording_id, login=session.user.login)
