"""Who may hear a recording, by how far their right goes: all; a team's whose agent talked, and voicemails, in which nobody
talked, of queues that the team serves; the own agent's. A message in a voicemail box besides: who answers for the box.

The ledger has the path on the switch; this machine sees the same folder as ``here``. Nothing outside it is ever opened
(``local_path``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti_server.errors import CtiError
from cti_server.features.recordings.contract import DOWNLOAD, LISTEN
from cti_server.features.recordings.service import NoRecordingFile, local_path
from cti_server.rights import Right
from cti_server.words import family
from webapp.auth.guard import reach
from webapp.errors import NotAllowed
from webapp.features.messages.heard import reaches
from webapp.ports import Config, Recordings, Row
from webapp.threads import apart, disk

LONGEST_ID = 100
WHY_NOT = family(
    "whyNot",
    {
        NotAllowed.error_id: (
            "Recorded, but you may not listen to it.",
            "有录音，但您没有收听权限。",
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

    def find(self, recording_id: str, right: Right = LISTEN) -> Row:
        """Raises NoSuchRecording, also for one that this user may not hear."""
        recording = self._recordings.get(recording_id) if len(recording_id) <= LONGEST_ID else None
        if recording is None or not self.may(recording, right):
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
        return {"listen": "", "download": self.may(recording, DOWNLOAD)}

    def with_rights(self, page: Row) -> Row:
        """A page of CallRows, each with whether this user may listen to a recording of it."""
        return {**page, "items": [{**row, "listen": any(map(self.may, row.get("recorded", ())))} for row in page["items"]]}

    def may(self, recording: Mapping[str, Any], right: Right = LISTEN) -> bool:
        if right is LISTEN and reaches(self._config, str(recording.get("box", ""))):
            return True
        agents, far = tuple(recording.get("agents") or ()), reach(right)
        if agents or far.whole or not far.teams:
            return far.whole or any(map(far.has_agent, agents))
        return recording.get("queue", "") in far.queues


def _file(on_switch: str, switch_dir: str, here: Path) -> Path | None:
    path = local_path(on_switch, switch_dir, here)
    return path if path is not None and path.is_file() else None
