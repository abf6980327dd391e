"""What the page has of the declarations is what they say now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from cti_server.events.commands import AgentId, Version
from cti_server.events.declare import Arguments, command
from scripts.contracts import commands, rest

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_files_are_those_of_the_declarations() -> None:
    """In a process of its own: tests declare things, too."""
    check = subprocess.run([sys.executable, "-m", "scripts.contracts", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_without_the_tool_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "TOOL", rest.TOOL.with_name("no-such-tool"))
    with pytest.raises(SystemExit, match="make page"):
        rest.page()


def test_a_command_in_typescript(monkeypatch: pytest.MonkeyPatch) -> None:
    @command("own", "team")
    class WaveHand(Arguments):
        """Waves."""

        agent_id: AgentId
        hand: Literal["left", "right"]
        times: Version = 1
        words: list[set[str]] | None = None

    with pytest.raises(TypeError, match="no word for set"):
        commands._arguments(WaveHand)
    monkeypatch.setitem(WaveHand.declared, "words", WaveHand.declared["agent_id"])
    monkeypatch.setattr(commands, "COMMANDS", {"WaveHand": WaveHand})
    text = commands.page()
    assert "  /** Waves. */\n  WaveHand: { agent_id: string; hand: 'left' | 'right'; times?: number; words: string }\n" in text
    assert "  WaveHand: ['own', 'team'],\n" in text
