"""Phones with a tone each around one real switch: who hears whom, by what comes to each ear. No daemon: the test gives the
orders, in the product's own words on the product's own configuration."""

from __future__ import annotations

import array
import re
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

import orjson

from cti_server.domain import switch as s
from cti_server.domain.record import read
from cti_server.esl.encode import encode
from cti_server.esl.replies import outcome
from cti_server.esl.translate import subscription, translate
from tests.e2e.voice import PACKET, Voice, tones
from tests.fixtures_switch import Esl, PrivateSwitch, to_ulaw
from tests.sip_phone import Phone

E = TypeVar("E", bound=s.SwitchEvent)
TONES = {"C": 400, "A": 550, "B": 750, "S": 1050}
WINDOW_S = 0.2
KEPT = {"park_after_bridge": "true", "uuid_bridge_park_on_cancel": "true", "eavesdrop_enable_dtmf": "false"}


class Talker(Phone):
    """Speaks from the moment of its answer, whoever sends it sound."""

    def __init__(self, hz: int, port: int = 0) -> None:
        self.voice = Voice(hz)
        super().__init__(port=port)

    def _sdp(self) -> str:
        return re.sub(r"m=audio \d+", f"m=audio {self.voice.port}", super()._sdp())

    def _invited(self, text: str) -> None:
        self._speak(text)
        super()._invited(text)

    def _response(self, status: int, text: str) -> None:
        self._speak(text)
        super()._response(status, text)

    def _speak(self, text: str) -> None:
        if found := re.search(r"m=audio (\d+)", text):
            self.voice.peer = ("127.0.0.1", int(found[1]))

    def close(self) -> None:
        self.voice.stop()
        super().close()


class Table:
    """Use as a context. ``legs``: name -> leg; all of them are parked at first, C is one who called in."""

    def __init__(self, switch: PrivateSwitch, names: str) -> None:
        self.switch = switch
        self.esl = Esl(switch.esl_port, switch.password)
        for command in subscription(self.esl.api("global_getvar core_uuid")):
            assert self.esl._command(command).startswith("+OK")
        self.phones = {name: Talker(TONES[name]) for name in names}
        for phone in self.phones.values():
            phone.voice.start()
        self.legs = {name: f"leg-{name}-{time.monotonic_ns()}" for name in names if name != "C"}

    def __enter__(self) -> Self:
        self.switch.beat()
        self.phones["C"].start("95598", self.switch.external_port)
        parked = self.switch.wait(lambda: [e for e in self.events(s.LegParked) if e.direction == "inbound"], what="the caller")
        self.legs["C"] = parked[0].leg
        for name, value in KEPT.items():
            self.order(s.SetVariable(self.legs["C"], name, value))
        self.order(s.Execute(self.legs["C"], "answer", "", "answer-1"))
        for name, leg in self.legs.items():
            if name != "C":
                contact = {name: f"sofia/internal/sip:{name}@127.0.0.1:{self.phones[name].port}"}
                self.order(s.Originate(leg, f"ext:{name}", 10, "138", "", f"job-{leg}", variables=KEPT), contact)
        self.soon("all are there", lambda: len({e.leg for e in self.events(s.LegAnswered)}) == len(self.legs))
        self.soon("all are parked", lambda: {e.leg for e in self.events(s.LegParked)} >= set(self.legs.values()))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for leg in self.legs.values():
            self.esl.api(f"uuid_kill {leg}")
        for phone in self.phones.values():
            phone.close()
        self.esl.close()

    # ------------------------------------------------------------ orders and what is told

    def order(self, command: s.SwitchCommand, contacts: dict[str, str] | None = None) -> str:
        answers = [self.esl._command(message.decode().strip()).strip() for message in encode(command, contacts)]
        done = outcome(command, answers)
        assert done.ok, (command, done.text)
        return done.text

    def events(self, kind: type[E]) -> list[E]:
        self.esl.api("echo x")  # what was told until now has been read
        typed = (translate("main", event) for event in self.esl.events)
        return [event for event in typed if isinstance(event, kind)]

    def told(self, kind: type[E], times: int) -> list[E]:
        """All of that kind, when so many have come: sound may be quicker than its event."""
        self.soon(f"{times} of {kind.__name__}", lambda: len(self.events(kind)) >= times)
        return self.events(kind)

    def snapshot(self, name: str) -> s.ChannelSnapshot:
        return read(s.ChannelSnapshot, orjson.loads(self.order(s.DescribeLeg(self.legs[name]))))

    def soon(self, what: str, condition) -> None:  # type: ignore[no-untyped-def]
        self.switch.wait(condition, 5, what)

    @contextmanager
    def recorded(self, name: str) -> Iterator[dict[str, str]]:
        """What is on the two sides of a recording of that leg meanwhile, as ``said`` and ``heard``; filled in at its end."""
        path, found = self.switch.recordings / f"{self.legs[name]}.wav", {"said": "", "heard": ""}
        self.order(s.SetVariable(self.legs[name], "RECORD_STEREO", "true"))
        self.order(s.SetVariable(self.legs[name], "RECORD_MIN_SEC", "0"))  # else the switch throws away what is shorter than 3 s
        self.order(s.Api("uuid_record", f"{self.legs[name]} start {path}"))
        yield found
        until = time.monotonic() + 1  # the file begins a little later
        self.soon("a second has passed", lambda: time.monotonic() > until)
        self.order(s.Api("uuid_record", f"{self.legs[name]} stop {path}"))
        self.told(s.RecordingStopped, 1)
        with wave.open(str(path)) as sound:
            samples = array.array("h", sound.readframes(sound.getnframes()))
        for side, channel in (("said", samples[0::2]), ("heard", samples[1::2])):
            coded = bytes(map(to_ulaw, channel))
            packets = [coded[at : at + PACKET] for at in range(0, len(coded) - PACKET + 1, PACKET)]
            found[side] = "".join(sorted(tones(packets, TONES)))

    # ------------------------------------------------------------ ears

    def ears(self, since: float = 0.0) -> dict[str, str]:
        """name -> whom it heard, since then or in the last 200 ms."""
        now = time.time()
        return {
            name: "".join(sorted(phone.voice.tones(since or now - WINDOW_S, now, TONES))) for name, phone in self.phones.items()
        }

    def hear(self, **wanted: str) -> float:
        """Until each hears exactly those, in all of the last 200 ms; gives the moment from which on."""
        wanted = {name: "".join(sorted(heard)) for name, heard in wanted.items()}
        last: dict[str, str] = {}

        def so() -> bool:
            last.update(self.ears())
            return last == wanted

        try:
            self.soon("ears", so)
        except AssertionError:
            raise AssertionError(f"wanted {wanted}, heard {last}") from None
        return time.time() - WINDOW_S

    def gap_s(self, name: str, since: float) -> float:
        return self.phones[name].voice.longest_silence_s(since, time.time())
