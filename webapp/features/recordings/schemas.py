"""Listening takes no input but the recording's id and a byte range."""

from __future__ import annotations

AUDIO_TYPE = "audio/wav"
LONGEST_ID = 100
