"""The engine and the simulated switch together on virtual time: no process, no socket, the bytes are the real ones."""

from __future__ import annotations

from typing import Any

from cti_server.domain import switch as s
from cti_server.domain.config import CentreConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import (
    CommandInput,
    EffectResult,
    Input,
    Publish,
    RecordFact,
    SwitchEffect,
    SwitchInput,
    Tick,
)
from cti_server.errors import CtiError
from cti_server.esl import replies
from cti_server.esl.encode import encode
from cti_server.esl.events import event_headers
from cti_server.esl.translate import subscription, translate
from tests.simulator.desk import Desk

STEP_US = 10_000
NODE = "main"


class Centre:
    """``facts`` and ``published`` collect what the engine says."""

    def __init__(self, config: CentreConfig, **settings: Any) -> None:
        self.desk = Desk(listens="", **settings)
        self.switch = self.desk.switch
        self.engine = Engine(config, 7, 1)
        self.facts: list[RecordFact] = []
        self.published: list[Publish] = []
        self._read = 0
        self._commands = 0
        self.contacts = {extension: phone.contact for extension, phone in self.desk.people.phones.items()}
        for command in subscription(self.switch.head.core_uuid):
            assert self.desk.say(command).startswith("+OK")
        self.give(SwitchInput(self.now_ms, s.LinkUp(NODE, 0, "core")))
        for extension, contact in self.contacts.items():
            self.give(SwitchInput(self.now_ms, s.PhoneRegistered(NODE, 0, extension, "r", contact, "127.0.0.1", 5060, "p", 60)))

    @property
    def now_ms(self) -> int:
        return self.switch.now_us // 1000

    def give(self, item: Input) -> None:
        for effect in self.engine.handle(item):
            if isinstance(effect, SwitchEffect):
                outcome = self._execute(effect.command)
                if effect.effect_id:
                    self.give(EffectResult(self.now_ms, effect.effect_id, outcome.ok, outcome.text))
            elif isinstance(effect, RecordFact):
                self.facts.append(effect)
            elif isinstance(effect, Publish):
                self.published.append(effect)

    def _execute(self, command: s.SwitchCommand) -> s.CommandOutcome:
        try:
            messages = encode(command, self.contacts)
        except CtiError as error:
            return s.CommandOutcome(False, error.message)
        texts = []
        for message in messages:
            before = len(self.desk.frames)
            self.desk.session.feed(message)
            answers = [f for f in self.desk.frames[before:] if f.content_type in ("command/reply", "api/response")]
            texts += [replies.reply_text(frame) for frame in answers]
        return replies.outcome(command, texts)

    def passes(self, seconds: float) -> None:
        ends = self.switch.now_us + round(seconds * 1_000_000)
        while self.switch.now_us < ends:
            self.switch.scheduler.run_until(min(ends, self.switch.now_us + STEP_US))
            self._hear()
            self.give(Tick(self.now_ms))

    def _hear(self) -> None:
        while self._read < len(self.desk.frames):
            frame = self.desk.frames[self._read]
            self._read += 1
            headers = event_headers(frame)
            event = translate(NODE, headers) if headers is not None else None
            if event is not None:
                self.give(SwitchInput(self.now_ms, event))
        self.desk.frames.clear()
        self._read = 0

    def command(self, name: str, **args: Any) -> None:
        self._commands += 1
        self.give(CommandInput(self.now_ms, f"c{self._commands}", name, args, f"agent:{args['agent_id']}", self.now_ms + 5000))

    def ready(self, agent: str) -> None:
        self.command("LoginAgent", agent_id=agent)
        self.command("ReadyAgent", agent_id=agent)

    def of_kind(self, kind: str) -> list[Any]:
        return [fact.data for fact in self.facts if fact.kind == kind]
