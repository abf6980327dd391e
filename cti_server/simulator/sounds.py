"""The applications that sound or listen: playback, say, speak, sleep, play_and_get_digits, record. Nothing is played."""

from __future__ import annotations

import re
from collections.abc import Callable

from cti_server.simulator import media, recording
from cti_server.simulator.applications import Application
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.events import Value
from cti_server.simulator.scenario import Scenario
from cti_server.simulator.scheduler import NEVER


def fire_playback(switch: Switch, channel: Channel, path: str, starts: bool) -> None:
    kind, _, rest = path.partition("://")
    extra: dict[str, Value] = {"Playback-File-Type": kind if rest else "file", "Playback-File-Path": path}
    if not starts:
        extra["Playback-Status"] = "done"
    switch.fire("PLAYBACK_START" if starts else "PLAYBACK_STOP", channel, extra)


class Playback(Application):
    def begin(self) -> None:
        ms = media.sound_ms(self.data, self.switch.scenario.sound_folder)
        if ms == media.MISSING:
            self.complete("FILE NOT FOUND")
            return
        self._rest_ms = ms
        fire_playback(self.switch, self.channel, self.data, True)
        self.resumed()

    def resumed(self) -> None:
        if self._rest_ms != media.ENDLESS:
            self._began_us = self.switch.now_us
            self.later(self._rest_ms, self.broken)

    def paused(self) -> None:
        if self._timer is not NEVER:
            self._rest_ms = max(0.0, self._rest_ms - (self.switch.now_us - self._began_us) / 1000)
            self.cancel()

    def broken(self) -> None:
        self.interrupted("FILE PLAYED")

    def interrupted(self, response: str) -> None:
        fire_playback(self.switch, self.channel, self.data, False)
        self.complete(response)

    def digit(self, digit: str) -> None:
        if self.heard_terminator(digit):
            self.broken()


class Timed(Application):
    """Lasts a while and says nothing."""

    def begin(self) -> None:
        length_ms = LENGTHS_MS[self.name](self.data, self.switch.scenario)
        if length_ms:
            self.later(length_ms, self.complete)
        else:
            self.complete()

    def broken(self) -> None:
        self.complete()


LENGTHS_MS: dict[str, Callable[[str, Scenario], float]] = {
    "sleep": lambda data, scenario: float(data) if data.strip().isdigit() else 0.0,
    "say": lambda data, scenario: len(data.split(maxsplit=3)[-1]) * scenario.say_ms_per_character,  # MODULE TYPE METHOD TEXT
    "speak": lambda data, scenario: media.speech_ms(data.rsplit("|", 1)[-1]),  # ENGINE|VOICE|TEXT
}


class PlayAndGetDigits(Application):
    """MIN MAX TRIES TIMEOUT TERMINATORS FILE INVALID_FILE [VARIABLE [REGEX [DIGIT_TIMEOUT]]]

    A try is: the prompt, then digits until MAX, a terminator or a timeout. The variable is set only on success; a
    try that fails plays INVALID_FILE.
    """

    def begin(self) -> None:
        parts = self.data.split()
        if len(parts) < 7 or not all(part.isdigit() for part in parts[:4]):
            self.complete("-ERR syntax error")
            return
        self._min, self._max, self._tries, self._timeout_ms = (int(part) for part in parts[:4])
        self._terminators = "" if parts[4].lower() == "none" else parts[4]
        self._prompt, self._invalid = parts[5], parts[6]
        self._variable = parts[7] if len(parts) > 7 else ""
        self._regex = parts[8] if len(parts) > 8 else ""
        self._digit_timeout_ms = int(parts[9]) if len(parts) > 9 and parts[9].isdigit() else self._timeout_ms
        self._playing = ""
        self._try()

    def _try(self) -> None:
        self._tries -= 1
        self._digits = ""
        self._play(self._prompt, self._listen)
        if not self.done:
            self.channel.party.prompted(self.channel, self._max)

    def _play(self, path: str, then) -> None:  # type: ignore[no-untyped-def]
        ms = media.sound_ms(path, self.switch.scenario.sound_folder)
        if ms == media.MISSING:
            then()
            return
        self._playing, self._then = path, then
        fire_playback(self.switch, self.channel, path, True)
        if ms != media.ENDLESS:
            self.later(ms, self._sound_over)

    def _sound_over(self) -> None:
        self._silence()
        self._then()

    def _silence(self) -> None:
        if self._playing:
            path, self._playing = self._playing, ""
            self.cancel()
            fire_playback(self.switch, self.channel, path, False)

    def _listen(self) -> None:
        self.later(self._timeout_ms, self._judge)

    def digit(self, digit: str) -> None:
        if self._playing == self._invalid and self._playing:
            return
        self._silence()
        if digit in self._terminators:
            self._judge(digit)
            return
        self._digits += digit
        if len(self._digits) >= self._max:
            self._judge()
        else:
            self.later(self._digit_timeout_ms, self._judge)

    def _judge(self, terminator: str = "") -> None:
        self.cancel()
        self.channel.set("read_terminator_used", terminator)
        if len(self._digits) >= self._min and (not self._regex or re.search(self._regex, self._digits)):
            if self._variable:
                self.channel.set(self._variable, self._digits)
            self.channel.set("read_result", "success")
            self.complete()
            return
        if self._variable and self._digits:
            self.channel.set(f"{self._variable}_invalid", self._digits)
        self.channel.set("read_result", "timeout" if not self._digits else "failure")
        self._play(self._invalid, self._after_failure)

    def _after_failure(self) -> None:
        if self._tries > 0:
            self._try()
        else:
            self.complete()

    def broken(self) -> None:
        if self._playing:
            self._sound_over()

    def interrupted(self, response: str) -> None:
        self._silence()
        self.complete()


class Record(Application):
    """record PATH [LIMIT_S [THRESHOLD [SILENCE_S]]]: ends at a terminator, at the limit or when the far end fell silent."""

    def begin(self) -> None:
        parts = self.data.split()
        numbers = [int(part) for part in parts[1:] if part.isdigit()]
        limit_s = numbers[0] if numbers and numbers[0] > 0 else 3600
        silence_s = numbers[2] if len(numbers) > 2 else 0
        self._path = parts[0] if parts else ""
        self._voice_ms = self.channel.party.voice_ms(self.channel)
        self._began_us = self.switch.now_us
        self.switch.fire("RECORD_START", self.channel, {"Record-File-Path": self._path})
        ends_ms = min(limit_s * 1000, self._voice_ms + silence_s * 1000) if silence_s else limit_s * 1000
        self.later(ends_ms, self.broken)

    def broken(self) -> None:
        switch, channel = self.switch, self.channel
        heard_ms = min((switch.now_us - self._began_us) // 1000, self._voice_ms)
        frames = heard_ms * recording.RATE // 1000
        channel.recorded(*recording.write_wav(
            self._path, channel.true("RECORD_STEREO"), heard_ms, switch.scenario.recordings, [(frames, True, False)]
        ))  # fmt: skip
        switch.fire("RECORD_STOP", channel, {"Record-File-Path": self._path})
        self.complete()

    def digit(self, digit: str) -> None:
        if self.heard_terminator(digit):
            self.broken()

    def interrupted(self, response: str) -> None:
        self.broken()


APPLICATIONS: dict[str, type[Application]] = {
    "playback": Playback,
    "play_and_get_digits": PlayAndGetDigits,
    "record": Record,
    **dict.fromkeys(LENGTHS_MS, Timed),
}
