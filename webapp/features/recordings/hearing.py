"""Who may hear a recording: admin, leader of the team of an agent who talked, the agent who talked. In a voicemail nobody
talked: leaders hear it whose team serves its queue.

The ledger has the path on the switch; this machine sees the same folder as ``here``. Nothing outside it is ever opened
(``local_path``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti_server.errors import CtiError
from cti_server.features.recordings.service import NoRecordingFile, local_path
from cti_server.words import family
from webapp.auth.guard import current_user
from webapp.errors import NotAllowed
from webapp.ports import Config, Recordings, Row
from webapp.threads import apart, disk

LONGEST_ID = 100
MAY_DOWNLOAD = ("leader", "admin")
WHY_NOT = family(
    "whyNot",
    {
        NotAllowed.error_id: (
            "Recorded. Only the agent who talked, the team leader and administrators may listen.",
            "有录音。仅通话坐席本人、所属班组的班长和管理员可以收听。",
        ),
        NoRecordingFile.error_id: ("Recorded, but the file is not there.", "有录音，但录音文件缺失。"),
    },
)


class NoSuchRecording(CtiError, id="no-such-recording", status=404, en="The recording does not exist.", zh="录音不存在。"):
    """No recording that the user may hear has this id."""


class Hearing:
    """By the user of this request. ``here``: where this machine sees the switch's folder."""

    def __init__(self, recordings: Recordings, config: Config, here: Path) -> None:
        self._recordings = recordings
        self._config = config
        self._here = here

    def find(self, recording_id: str) -> Row:
        """Raises NoSuchRecording, also for one that this user may not hear."""
        recording = self._recordings.get(recording_id) if len(recording_id) <= LONGEST_ID else None
        if recording is None or not self.may(recording):
            raise NoSuchRecording("no recording that you may hear has this id", {"recording_id": recording_id})
        return recording

    def file_of(self, recording: Row) -> Path:
        """Raises NoRecordingFile."""
        path = apart(disk(), _file, str(recording["path"]), self._config().recordings_dir, self._here)
        if path is None:
            raise NoRecordingFile("the recording's file is not there", {"recording_id": recording["id"]})
        return path

    def rights(self, recording: Row) -> dict[str, Any]:
        """What this user may do with a recording: ``listen`` '' or the reason why not (WHY_NOT), ``download``."""
        if not self.may(recording):
            return {"listen": NotAllowed.error_id, "download": False}
        try:
            self.file_of(recording)
        except NoRecordingFile as error:
            return {"listen": error.error_id, "download": False}
        return {"listen": "", "download": current_user().role in MAY_DOWNLOAD}

    def with_rights(self, page: Row) -> Row:
        """A page of CallRows, each with whether this user may listen to a recording of it."""
        return {**page, "items": [{**row, "listen": any(map(self.may, row.get("recorded", ())))} for row in page["items"]]}

    def may(self, recording: Mapping[str, Any]) -> bool:
        user, agents = current_user(), tuple(recording.get("agents") or ())
        if user.role == "admin":
            return True
        if user.role == "leader":
            team = [agent for agent in self._config().agents.values() if user.team and agent.team == user.team]
            queue = recording.get("queue", "")
            return any(agent.id in agents if agents else queue in agent.queues for agent in team)
        return bool(user.agent_id) and user.agent_id in agents


def _file(on_switch: str, switch_dir: str, here: Path) -> Path | None:
    path = local_path(on_switch, switch_dir, here)
    return path if path is not None and path.is_file() else None
