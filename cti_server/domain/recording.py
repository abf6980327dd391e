"""Which conversations are recorded, and when is a recording complete? One rule for the engine (at the call's end) and the worker
(at the file).

A file may lack the start of the bridge (the switch begins it 0.2 s into it; 2 s) and half a second around each hold; anything
more is a lost conversation. A talk that is shorter than that may have no file at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

from cti_server.domain.config import RecordingRule
from cti_server.words import family

SLACK_MS = 2_000
SLACK_PER_HOLD_MS = 500
WAV_HEADER_BYTES = 44

RecordingKind = Literal["call", "voicemail", "consult"]
"""Of customer and agents; of a caller alone; of an agent and whom the agent asked, which no customer heard."""
family(
    "recordingKind",
    {"call": ("Conversation", "通话"), "voicemail": ("Voicemail", "语音留言"), "consult": ("Consultation", "咨询")},
    RecordingKind,
)

Problem = Literal["missing", "empty", "short"]
family(
    "recordingProblem",
    {
        "missing": ("The file is missing", "录音文件缺失"),
        "empty": ("The file is empty", "录音文件为空"),
        "short": ("Shorter than the talk time", "短于通话时长"),
    },
    Problem,
)


def recorded(rules: Iterable[RecordingRule], call_id: str, about: tuple[str, str, str, str], otherwise: bool) -> bool:
    """By the first rule for a conversation ``about`` (direction, queue, service number, the agent's team); ``otherwise`` without
    one. Whether a call is among the share says its id: the same every time."""
    direction, queue, line, team = about
    fit = (
        rule
        for rule in rules
        if rule.queue in ("", queue)
        and rule.service_number in ("", line)
        and rule.team in ("", team)
        and rule.direction in ("", direction)
    )
    first = min(fit, key=lambda rule: (rule.position, rule.id), default=None)
    return otherwise if first is None else int.from_bytes(sha256(call_id.encode()).digest()[:4], "big") % 100 < first.share


def shortest_ms(talk_ms: int, holds: int) -> int:
    """The least length that a complete recording of so much talk may have."""
    return max(0, talk_ms - SLACK_MS - SLACK_PER_HOLD_MS * holds)


def problem(*, present: bool, size: int | None, length_ms: int, talk_ms: int, holds: int) -> Problem | Literal[""]:
    """'' when complete, else 'missing', 'empty' or 'short'. ``size`` None: not known (the file is on another machine)."""
    if talk_ms and not shortest_ms(talk_ms, holds):
        return ""
    if not present:
        return "missing"
    if size is not None and size <= WAV_HEADER_BYTES and talk_ms > 0:
        return "empty"
    return "short" if length_ms < shortest_ms(talk_ms, holds) else ""
