"""Listening to a leg (the application ``eavesdrop``): in silence, into its ear, to those it talks with, or to all of them.

It hangs on the target's leg through all that happens to it. A target that still rings is waited for; when it ends, or is not
there, the listener goes on with its plan. The mode is a message (SEND_MESSAGE with ``eavesdrop-command``) or, unless
eavesdrop_enable_dtmf is false, a key of the listener; no event tells of it.
"""

from __future__ import annotations

from cti_server.simulator import hearing
from cti_server.simulator.applications import NONE, Application
from cti_server.simulator.channel import Channel
from cti_server.simulator.scheduler import LOOK_MS


class Eavesdrop(Application):
    """eavesdrop TARGET. ``began``: it hears; ``mode``: bits of ``hearing``."""

    target: Channel
    mode = 0
    began = False

    def begin(self) -> None:
        target = self.switch.channels.get(self.data)
        if target is None or not target.alive or target is self.channel:
            self.complete()
            return
        self.target = target
        self.channel.listening = self
        target.listeners.append(self)
        if self.channel.true("eavesdrop_whisper_bleg"):
            self.mode = hearing.TO_TARGET
        if target.answered:
            self._start()

    def target_answered(self) -> None:
        self.switch.after(LOOK_MS, self._start)

    def _start(self) -> None:
        if self.done or self.began or not self.target.alive:
            return
        self.began = True
        self._bug("MEDIA_BUG_START")
        hearing.changed(self.switch.now_us, self.channel, self.target)

    def _bug(self, name: str) -> None:
        about = {"Media-Bug-Function": "eavesdrop", "Media-Bug-Target": self.target.uuid}
        self.switch.fire(name, self.target, about)

    def interrupted(self, response: str) -> None:
        self.channel.listening = None
        self.target.listeners.remove(self)
        if self.began:
            self._bug("MEDIA_BUG_STOP")
            hearing.changed(self.switch.now_us, self.channel, self.target)
        self.complete(NONE)

    def target_ended(self) -> None:
        self.interrupted(NONE)

    def hears_digits(self) -> bool:
        return self.channel.get("eavesdrop_enable_dtmf") != "false"

    def digit(self, digit: str) -> None:
        self.command(digit)

    def command(self, text: str) -> None:
        """0 listens, 2 whispers, 1 tells the others, 3 all, * ends it."""
        if text == "*":
            self.interrupted(NONE)
        elif text in "0123" and text:
            self.mode = int(text)
            hearing.changed(self.switch.now_us, self.channel, self.target)


def send_message(leg: Channel, headers: dict[str, str]) -> None:
    """sendevent SEND_MESSAGE to a leg; to one that does not listen it says nothing."""
    command = headers.get("eavesdrop-command", "")
    if command and leg.listening is not None:
        leg.listening.command(command)


APPLICATIONS: dict[str, type[Application]] = {"eavesdrop": Eavesdrop}
