"""The simulated switch in the test's own hands: a core on virtual time, and a connection that is two lists of bytes."""

from __future__ import annotations

from typing import Any

from cti_server.esl.framing import FrameParser
from cti_server.simulator import scenario as scenarios
from cti_server.simulator.assembly import simulated_switch
from cti_server.simulator.people import people
from cti_server.simulator.session import Session
from tests.conformance.link import Headers, parse_plain

START_US = 1_800_000_000_000_000
PASSWORD = "secret word"

DOCUMENT: dict[str, Any] = {
    "name": "test",
    "seed": 5,
    "phones": [
        {"extensions": "1001-1003", "answer_after_s": 1},
        {"extensions": "1004", "modes": "manual"},
        {"extensions": "1005", "registered": False},
    ],
    "trunks": [{"name": "telco", "answer_after_s": 2, "talk_s": 500}, {"name": "backup", "state": "down"}],
    "inbound_gateway": "telco",
    "callers": {"patience_s": 100, "talk_s": 30, "voice_s": 4, "hangup_by_caller": 1.0, "think_s": 0.5},
}


class Desk:
    """A switch and one authenticated connection that hears all events."""

    def __init__(self, listens: str = "plain ALL", **settings: Any) -> None:
        self.switch = simulated_switch(scenarios.parse({**DOCUMENT, **settings}), START_US)
        self.people = people(self.switch)
        self.session, self.frames = self.connect()
        assert self.say(f"auth {PASSWORD}") == "+OK accepted"
        if listens:
            assert self.say(f"event {listens}").startswith("+OK event listener enabled")

    def connect(self) -> tuple[Session, list[Any]]:
        frames: list[Any] = []
        parser = FrameParser()
        session = Session(self.switch, PASSWORD, lambda data: frames.extend(parser.feed(data)), lambda: None)
        return session, frames

    def say(self, text: str) -> str:
        """One message in; its answer out, '' when there is none yet."""
        before = len(self.frames)
        self.session.feed(text.encode() + b"\n\n")
        for frame in self.frames[before:]:
            if frame.content_type == "command/reply":
                return str(frame.headers["Reply-Text"])
            if frame.content_type == "api/response":
                return frame.body.decode().removesuffix("\n")
        return ""

    def api(self, text: str) -> str:
        return self.say("api " + text)

    def execute(self, leg: str, application: str, argument: str = "", exec_id: str = "x-1", more: str = "") -> str:
        lines = f"sendmsg {leg}\ncall-command: execute\nexecute-app-name: {application}\nEvent-UUID: {exec_id}{more}"
        return self.say(lines + (f"\nexecute-app-arg: {argument}" if argument else ""))

    def passes(self, seconds: float) -> None:
        self.switch.scheduler.run_until(self.switch.now_us + round(seconds * 1_000_000))

    @property
    def events(self) -> list[Headers]:
        return [parse_plain(frame.body) for frame in self.frames if frame.content_type == "text/event-plain"]

    def told(self, name: str, **match: str) -> list[Headers]:
        wanted = {key.replace("_", "-"): value for key, value in match.items()}
        return [e for e in self.events if e["Event-Name"] == name and all(e.get(k) == v for k, v in wanted.items())]

    def names(self, leg: str) -> list[str]:
        return [event["Event-Name"] for event in self.events if event.get("Unique-ID") == leg]

    def call(self, **given: str) -> str:
        """A caller arrives; returns the leg, parked and not answered."""
        words = " ".join(f"{name}={value}" for name, value in given.items())
        answer = self.api(f"sim call {words}".strip())
        assert answer.startswith("+OK "), answer
        return answer[4:]

    def waiting_call(self, **given: str) -> str:
        leg = self.call(**given)
        self.execute(leg, "answer", exec_id="answer-1")
        self.execute(leg, "playback", "local_stream://moh", "moh-1")
        self.api(f"uuid_setvar {leg} cti_phase waiting")
        self.passes(0.1)
        return leg

    def offer(self, caller: str, leg: str, extension: str = "1001", timeout_s: int = 20) -> None:
        contact = self.people.phones[extension].contact
        self.say(
            f"bgapi originate {{origination_uuid='{leg}',originate_timeout='{timeout_s}',cti_role='agent',"
            f"api_on_answer='lua cti_connect.lua {caller} {leg}'}}{contact} &park()\nJob-UUID: job-{leg}"
        )

    def talking_pair(self, **given: str) -> tuple[str, str]:
        caller = self.waiting_call(**given)
        self.api(f"uuid_setvar {caller} cti_offer leg-1")
        self.offer(caller, "leg-1")
        self.passes(1.3)
        assert self.told("CHANNEL_BRIDGE")
        return caller, "leg-1"

    def job(self, job_id: str) -> str:
        return self.told("BACKGROUND_JOB", Job_UUID=job_id)[-1]["_body"].strip()
