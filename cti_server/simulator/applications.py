"""Dialplan applications and how they run on a leg.

A leg has a stack of running applications; a message by sendmsg runs on top of what plays (nested), and what was below
goes on afterwards. One that was started with event-lock lets nothing run on top of it: the next waits. Each begins with
CHANNEL_EXECUTE and ends with CHANNEL_EXECUTE_COMPLETE of the same Application-UUID.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cti_server.simulator import media
from cti_server.simulator.channel import Channel
from cti_server.simulator.events import Value

if TYPE_CHECKING:
    from cti_server.simulator.core import Switch
    from cti_server.simulator.scheduler import Timer

LOOK_MS = 20
NONE = "_none_"


class Application:
    """One running application. Subclasses begin in ``begin`` and call ``complete`` when they are done."""

    name = ""

    def __init__(self, switch: Switch, channel: Channel, data: str, uuid: str, message: dict[str, str] | None) -> None:
        self.switch = switch
        self.channel = channel
        self.data = data
        self.uuid = uuid
        self.message = message
        self.locks = bool(message) and (message or {}).get("event-lock", "").lower() == "true"
        self.tells = message is not None and channel.answered  # a PRIVATE_COMMAND follows its end
        self.done = False
        self._timer: Timer | None = None
        self._rest_ms = 0.0

    # --- what subclasses do

    def begin(self) -> None:
        raise NotImplementedError

    def digit(self, digit: str) -> None:
        """A digit arrived while this one is on top."""

    def broken(self) -> None:
        """uuid_break: end what plays."""

    def interrupted(self, response: str) -> None:
        """The leg is taken away (hang-up, bridge, transfer): end what sounds, then complete."""
        self.complete(response)

    def paused(self) -> None:
        """Another application runs on top now."""

    def resumed(self) -> None:
        """On top again."""

    # --- helpers

    def later(self, ms: float, fn) -> None:  # type: ignore[no-untyped-def]
        self.cancel()
        self._timer = self.switch.after(ms, fn)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def headers(self) -> dict[str, Value]:
        out: dict[str, Value] = {"Application": self.name, "Application-UUID": self.uuid}
        if self.data:
            out["Application-Data"] = self.data
        return out

    def complete(self, response: str = NONE) -> None:
        if self.done:
            return
        self.done = True
        self.cancel()
        switch, channel = self.switch, self.channel
        channel.stack.remove(self)
        if response != NONE or self.message is not None:
            channel.set("current_application_response", "" if response == NONE else response)
        switch.fire("CHANNEL_EXECUTE_COMPLETE", channel, {**self.headers(), "Application-Response": response})
        if self.tells:
            switch.fire("PRIVATE_COMMAND", channel, {k: v for k, v in (self.message or {}).items() if k != "Content-Length"})
        if channel.alive and not channel.moving:
            self._go_on()

    def _go_on(self) -> None:
        channel = self.channel
        if self.message is None and not channel.stack:
            next_of_plan(self.switch, channel)
        elif channel.stack:
            channel.stack[-1].resumed()
        look_soon(self.switch, channel)


class Instant(Application):
    """An application that is done as soon as it begins; ``act`` is what it does."""

    def begin(self) -> None:
        self.act()
        self.complete()

    def act(self) -> None:
        """Nothing by default."""


class Answer(Instant):
    name = "answer"

    def act(self) -> None:
        self.switch.answer(self.channel)


class Set(Instant):
    name = "set"

    def act(self) -> None:
        variable, _, value = self.data.partition("=")
        self.channel.set(variable, value)


class Hangup(Instant):
    name = "hangup"

    def act(self) -> None:
        self.switch.hangup(self.channel, self.data or "NORMAL_CLEARING")


class Park(Application):
    """Holds the leg until something else takes it. Of all applications only this one is interrupted with CHANNEL_UNPARK."""

    name = "park"

    def begin(self) -> None:
        self.channel.parked = True
        self.switch.fire("CHANNEL_PARK", self.channel)
        if self.channel.party is not None:
            self.channel.party.parked(self.channel)

    def interrupted(self, response: str) -> None:
        unparked(self.switch, self.channel)
        self.complete(self.channel.get("current_application_response") or NONE)


class Playback(Application):
    name = "playback"

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
            self.later(self._rest_ms, self._played)

    def paused(self) -> None:
        if self._timer is not None:
            self._rest_ms = max(0.0, self._rest_ms - (self.switch.now_us - self._began_us) / 1000)
            self.cancel()

    def _played(self) -> None:
        self.interrupted("FILE PLAYED")

    def broken(self) -> None:
        self.interrupted("FILE PLAYED")

    def interrupted(self, response: str) -> None:
        fire_playback(self.switch, self.channel, self.data, False)
        self.complete(response)

    def digit(self, digit: str) -> None:
        terminators = self.channel.get("playback_terminators") or "*"
        if terminators != "none" and (digit in terminators or terminators == "any"):
            self.channel.set("playback_terminator_used", digit)
            self.broken()


class Timed(Application):
    """Lasts ``length_ms`` and says nothing."""

    def length_ms(self) -> float:
        raise NotImplementedError

    def begin(self) -> None:
        self.later(self.length_ms(), self.complete)

    def broken(self) -> None:
        self.complete()


class Sleep(Timed):
    name = "sleep"

    def length_ms(self) -> float:
        return float(self.data) if self.data.strip().isdigit() else 0.0


class Say(Timed):
    """say MODULE TYPE METHOD TEXT"""

    name = "say"

    def begin(self) -> None:
        ms = self.length_ms()
        if ms:
            self.later(ms, self.complete)
        else:
            self.complete()

    def length_ms(self) -> float:
        return len(self.data.split(maxsplit=3)[-1]) * self.switch.scenario.say_ms_per_character


class Speak(Timed):
    """speak ENGINE|VOICE|TEXT"""

    name = "speak"

    def length_ms(self) -> float:
        return media.speech_ms(self.data.rsplit("|", 1)[-1])


class PlayAndGetDigits(Application):
    """MIN MAX TRIES TIMEOUT TERMINATORS FILE INVALID_FILE [VARIABLE [REGEX [DIGIT_TIMEOUT]]]

    A try is: the prompt, then digits until MAX, a terminator or a timeout. The variable is set only on success; a
    try that fails plays INVALID_FILE.
    """

    name = "play_and_get_digits"

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
        if self.channel.party is not None and not self.done:
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

    name = "record"

    def begin(self) -> None:
        parts = self.data.split()
        numbers = [int(part) for part in parts[1:] if part.isdigit()]
        limit_s = numbers[0] if numbers and numbers[0] > 0 else 3600
        silence_s = numbers[2] if len(numbers) > 2 else 0
        self._path = parts[0] if parts else ""
        self._voice_ms = self.channel.party.voice_ms(self.channel) if self.channel.party is not None else 0
        self._began_us = self.switch.now_us
        self.switch.fire("RECORD_START", self.channel, {"Record-File-Path": self._path})
        ends_ms = min(limit_s * 1000, self._voice_ms + silence_s * 1000) if silence_s else limit_s * 1000
        self.later(ends_ms, self._stop)

    def _stop(self) -> None:
        from cti_server.simulator import recording

        switch, channel = self.switch, self.channel
        heard_ms = min((switch.now_us - self._began_us) // 1000, self._voice_ms)
        frames = heard_ms * recording.RATE // 1000
        ms, size = recording.write_wav(self._path, channel.true("RECORD_STEREO"), heard_ms, switch.scenario.recordings,
                                       [(frames, True, False)])  # fmt: skip
        for name, value in (("file_size", size), ("seconds", ms // 1000), ("ms", ms), ("samples", ms * 8)):
            channel.set(f"record_{name}", str(value))
        switch.fire("RECORD_STOP", channel, {"Record-File-Path": self._path})
        self.complete()

    def digit(self, digit: str) -> None:
        terminators = self.channel.get("playback_terminators") or "*"
        if terminators != "none" and (digit in terminators or terminators == "any"):
            self.channel.set("playback_terminator_used", digit)
            self._stop()

    def broken(self) -> None:
        self._stop()

    def interrupted(self, response: str) -> None:
        self._stop()


APPLICATIONS: dict[str, type[Application]] = {
    kind.name: kind for kind in (Answer, Set, Hangup, Park, Playback, Sleep, Say, Speak, PlayAndGetDigits, Record)
}
NOTHING = frozenset(("pre_answer", "ring_ready", "export", "log", "info", "unset"))  # understood, and nothing to simulate


class Ignored(Instant):
    """An application without effect here; its name is the one asked for."""


def start(switch: Switch, channel: Channel, name: str, data: str, uuid: str, message: dict[str, str] | None) -> None:
    """Begins one application on top of the leg's stack."""
    data = expand(channel, data)
    kind = APPLICATIONS.get(name)
    if kind is None and name not in NOTHING:
        channel.set("current_application_response", f"{name}: not supported by the simulator")
        switch.fire("FAILURE", channel, {"Application": name, "Failure-Message": "not supported by the simulator"})
        switch.hangup(channel, "DESTINATION_OUT_OF_ORDER")
        return
    application = (kind or Ignored)(switch, channel, data, uuid or switch.new_uuid(), message)
    application.name = name
    if channel.stack:
        channel.stack[-1].paused()
    channel.stack.append(application)
    channel.set("current_application", name)
    channel.set("current_application_data", data)
    channel.last_application = (name, data)
    switch.fire("CHANNEL_EXECUTE", channel, application.headers())
    application.begin()


def expand(channel: Channel, text: str) -> str:
    """${variable} becomes its value; a call inside is refused, as a switch with api-expansion=false does."""
    if "${" not in text:
        return text
    return re.sub(
        r"\$\{([^{}]*)\}",
        lambda m: "<API Execute Permission Denied>" if "(" in m.group(1) else channel.get(m.group(1)),
        text,
    )


def next_of_plan(switch: Switch, channel: Channel) -> None:
    """Runs the next application of the dialplan; at its end the leg hangs up."""
    if not channel.alive or channel.stack:
        return
    if channel.plan:
        name, data = channel.plan.popleft()
        start(switch, channel, name, data, "", None)
    elif channel.state == "CS_EXECUTE":
        switch.hangup(channel, "NORMAL_CLEARING")


def post(switch: Switch, channel: Channel, message: dict[str, str]) -> None:
    """A sendmsg for this leg: it runs at the leg's next look."""
    channel.inbox.append(message)
    look_soon(switch, channel)


def look_soon(switch: Switch, channel: Channel) -> None:
    if channel.inbox and channel.drain is None:
        channel.drain = switch.after(LOOK_MS, _look, switch, channel)


def _look(switch: Switch, channel: Channel) -> None:
    channel.drain = None
    while channel.inbox and channel.alive and not channel.moving:
        if channel.stack and channel.stack[-1].locks:
            return
        message = channel.inbox.popleft()
        if message.get("call-command") == "hangup":
            switch.hangup(channel, message.get("hangup-cause") or "NORMAL_CLEARING")
            return
        for _ in range(max(1, int(message.get("loops") or 1))):
            start(switch, channel, message.get("execute-app-name", ""), message.get("execute-app-arg", ""),
                  message.get("Event-UUID", ""), message)  # fmt: skip


def unwind(switch: Switch, channel: Channel, response: str) -> None:
    """Ends everything that runs on the leg, the innermost first, and leaves the park. What waits stays for the next look.

    The caller of this sets ``moving`` back to False when the leg stands in its new place.
    """
    channel.moving = True
    channel.plan.clear()
    while channel.stack:
        channel.stack[-1].interrupted(response)
    unparked(switch, channel)


def unparked(switch: Switch, channel: Channel) -> None:
    if channel.parked:
        channel.parked = False
        switch.fire("CHANNEL_UNPARK", channel)


def fire_playback(switch: Switch, channel: Channel, path: str, starts: bool) -> None:
    kind, _, rest = path.partition("://")
    extra: dict[str, Value] = {"Playback-File-Type": kind if rest else "file", "Playback-File-Path": path}
    if not starts:
        extra["Playback-Status"] = "done"
    switch.fire("PLAYBACK_START" if starts else "PLAYBACK_STOP", channel, extra)


def digit(switch: Switch, channel: Channel, one: str) -> None:
    """A digit was pressed: DTMF, and whatever listens on the leg gets it."""
    if not channel.alive:
        return
    switch.fire("DTMF", channel, {"DTMF-Digit": one, "DTMF-Duration": "2000", "DTMF-Source": "APP"})
    if channel.stack:
        channel.stack[-1].digit(one)
