"""Errors of programs that no service knows."""

from __future__ import annotations

from cti_server.errors import Away, CtiError, Misuse


class BadUsage(Misuse, id="bad-usage"):
    """A command line that cannot be read."""


class Defect(CtiError, id="tool-defect"):
    """Of a command line."""


class Died(CtiError, id="process-died"):
    """A program ended by itself."""


class NotReady(CtiError, id="part-not-ready"):
    """A program did not come up in time."""


class BadSwitchSetting(CtiError, id="bad-switch-setting"):
    """What the switch's configuration is made from cannot be used."""


class NoMariadb(CtiError, id="no-mariadb"):
    """No MariaDB can be started."""


class NoPrompts(CtiError, id="no-prompts"):
    """The table of the prompts' texts cannot be read."""


class NoSpeech(CtiError, id="no-speech"):
    """No speech could be made."""


class BenchFailed(CtiError, id="bench-failed"):
    """A bench cannot go on."""


class NoSimulator(Away, id="no-simulator"):
    """No simulated switch of ``make run`` answers."""
