"""Who hears recordings."""

from __future__ import annotations

from cti_server.rights import right

LISTEN = right(
    "recordings.listen", "Listen to recordings", "收听录音", ("own", "team", "group", "tenant"), agent="own", leader="team",
    quality="tenant", campaign_manager="tenant",
)  # fmt: skip
DOWNLOAD = right(
    "recordings.download", "Take recordings away as files", "下载录音文件", ("own", "team", "group", "tenant"), leader="team",
    quality="tenant",
)  # fmt: skip
