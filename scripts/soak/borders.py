"""Every reader of outside bytes, in this process: what it may raise is agreed, anything else is a reader that can be broken."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from cti_server.daemon.journal import Journal
from cti_server.daemon.twin import read_twin
from cti_server.domain.border import BadInput, digits
from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, load_flows
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import Mirror, Tick
from cti_server.engine.kernel.shown import SHOWN
from cti_server.engine.replay import header, replay_log
from cti_server.errors import CtiError
from cti_server.esl import replies
from cti_server.esl.events import JSON, PLAIN, event_headers
from cti_server.esl.framing import Frame, FrameParser
from cti_server.esl.translate import translate
from cti_server.events.command_wire import decode_command, decode_reply
from cti_server.events.commands import SetCallData
from cti_server.events.envelope import decode
from cti_server.events.facts import encode_line
from cti_server.events.views import AGENT, CALL, CALL_OFFERED, KINDS, MIRROR_FORMAT, decode_row
from cti_server.features.centre.document import decode_config, encode_config
from cti_server.features.ledger.fallback import facts_of, read_line
from cti_server.features.ledger.service import read_fact
from cti_server.settings import load
from scripts.soak import odd

CONFIG = CentreConfig(
    1,
    "main",
    {"2001": AgentConfig("2001", "Agent", "2001", "east", {"repair": 1})},
    {"east": TeamConfig("east", "East")},
    {"repair": QueueConfig("repair", "Repair")},
    {"95598": ServiceNumberConfig("95598", "Line", "", "repair")},
)
FLOW = b"""name: hello
version: 1
language: en
start: menu
nodes:
  menu: {type: menu, prompt: hello, choices: {"1": bye}, timeout: bye, invalid: bye}
  bye: {type: hang_up}
"""
EVENT = {
    "Event-Name": "CHANNEL_PARK",
    "Event-Date-Timestamp": "1700000000000000",
    "Unique-ID": "leg",
    "Call-Direction": "inbound",
    "Answer-State": "ringing",
    "Caller-Caller-ID-Number": "138",
    "Caller-Context": "public",
    "variable_cti_call": "c",
    "_body": "x",
}
CHANNEL = {
    **EVENT,
    "Channel-State": "CS_PARK",
    "Caller-Channel-Created-Time": "1700000000000000",
    "variable_cti_enqueued_at": "1",
}
GATEWAYS = b"<gateways><gateway><name>carrier</name><state>NOREG</state><pingtime>12.5</pingtime></gateway></gateways>"
STATUS = (
    b"FreeSWITCH (Version 1.10.12 64bit) is ready\n5 session(s) since startup\n1 session(s) - peak 5, last 5min 5\n"
    b"0 session(s) per Sec out of max 30, peak 1, last 5min 1\n1000 session(s) max\n"
)
VIEW = {"id": "x", "name": "n", "team": "east", "queues": {"repair": 1}, "legs": [{"id": "l", "agent": "2001"}], "today": {}}
IMAGE = {
    "id": "x",
    "node": "main",
    "caller_leg": "l",
    "number": "1",
    "name": "",
    "service_number": "95598",
    "service_name": "",
    "order": 1,
    "arrived_ms": 1700000000000,
    "legs": {"l": {"id": "l", "node": "main", "party": "customer", "call_id": "x"}},
    "segments": [{"id": "1-1", "segment": "queue", "queue": "repair", "agent": "", "leg": "", "started_ms": 1}],
}
SEGMENT = {
    "call_id": "c",
    "segment": "talk",
    "queue": "repair",
    "agent": "2001",
    "team": "east",
    "leg": "l",
    "started_ms": 1,
    "ended_ms": 2,
    "outcome": "",
    "estimated": False,
    "detail": {"queued_ms": 1, "service_level_s": 20},
}
ARGUMENTS = {"call_id": "x", "data": {"a": "b"}}
COMMAND = {
    "format": 1,
    "id": "odd",
    "name": SetCallData.__name__,
    "args": ARGUMENTS,
    "issuer": "user:1",
    "deadline_ms": 0,
    "reply_to": "soak",
}
REPLY = {"format": 1, "command_id": "x", "ok": True, "error_id": "", "message": "", "data": {"a": 1}}
OFFERED = {"format": 1, "epoch": 1, "seq": 1, "name": CALL_OFFERED.name, "at_ms": 1, "data": {CALL.word: VIEW}}
ROW = {"format": MIRROR_FORMAT, "epoch": 1, "seq": 1, "view": {"id": "x"}, "core": {}}
LINE = {"uuid": "u", "cti_call": "", "number": "1", "start_us": "1700000000000000", "hangup_us": "1700000001000000", "queue": "q"}


@dataclass(slots=True)
class Found:
    """``broken``: what a reader raised that is not agreed, with the input's beginning."""

    inputs: int = 0
    set_aside: int = 0
    broken: list[str] = field(default_factory=list)


def _agent() -> bytes:
    """As the engine writes it."""
    adopted = [e for e in Engine(CONFIG, 1, 1).handle(Tick(1)) if isinstance(e, Mirror) and e.kind == AGENT.table]
    return orjson.dumps(dict(adopted[0].document or {})["core"])


def _event(content_type: str, raw: bytes) -> None:
    headers = event_headers(Frame(content_type, {}, raw))
    if headers is not None:
        translate("main", headers)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _flow(raw: bytes) -> None:
    flows, _ = load_flows({"hello.yaml": _text(raw)}, Known({"repair"}, set(), {"hello"}))
    for flow in flows.values():
        orjson.dumps(flow.document)


def _row(kind: str, raw: bytes) -> None:
    _, row = decode_row(kind, b"x", raw)
    orjson.dumps(row)


def _fallback(raw: bytes) -> None:
    facts_of(read_line(raw), CONFIG, "main", None)


class _Files:
    """Readers of files: in a folder that goes with the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def journal(self, raw: bytes) -> None:
        path = self.folder / "facts.journal"
        path.write_bytes(raw)
        path.with_name("facts.journal.at").write_bytes(raw[:20])
        found = Journal(path)
        found.add([b"{}"])
        assert found.head(10_000)[-1] == b"{}"

    def twin(self, raw: bytes) -> None:
        path = self.folder / "mirror.jsonl"
        path.write_bytes(raw)
        read_twin(path)

    def settings(self, raw: bytes) -> None:
        path = self.folder / "cti.toml"
        path.write_bytes(raw)
        load({"CTI_CONFIG": str(path)}).switch_addresses()


def readers(folder: Path) -> list[tuple[str, Callable[[bytes], Any], bytes]]:
    """(name, reader, a good input)."""
    files = _Files(folder)
    log = header(CONFIG, 4096, 1) + b'\n{"now_ms":1,"t":"Tick"}\n{"hash":"x"}\n'
    found: list[tuple[str, Callable[[bytes], Any], bytes]] = [
        ("command", decode_command, orjson.dumps(COMMAND)),
        ("reply", decode_reply, orjson.dumps(REPLY)),
        ("event", decode, orjson.dumps(OFFERED)),
        ("fact", read_fact, encode_line("f", "segment", SEGMENT)),
        ("configuration", decode_config, encode_config(CONFIG)),
        ("fallback line", _fallback, orjson.dumps(LINE)),
        ("flow", _flow, FLOW),
        ("switch event", partial(_event, JSON), orjson.dumps(EVENT)),
        ("plain event", partial(_event, PLAIN), "\n".join(f"{k}: {v}" for k, v in EVENT.items()).encode()),
        ("frames", lambda raw: FrameParser().feed(raw), b"Content-Length: 2\nContent-Type: text/event-json\n\n{}" * 3),
        ("channel", lambda raw: replies.channel_report("main", replies.channel_dump(_text(raw))), orjson.dumps(CHANNEL)),
        ("channels", lambda raw: replies.channel_ids(_text(raw)), b'{"row_count":1,"rows":[{"uuid":"a"}]}'),
        ("registrations", lambda raw: replies.registrations("main", _text(raw), 1), b'{"rows":[{"reg_user":"1","expires":"9"}]}'),
        ("gateways", lambda raw: replies.gateways(_text(raw)), GATEWAYS),
        ("status", lambda raw: replies.status(_text(raw)), STATUS),
        ("digits", digits, b"4096"),
        ("image of an agent", lambda raw: SHOWN[AGENT].read(orjson.loads(raw)), _agent()),
        ("image of a call", lambda raw: SHOWN[CALL].read(orjson.loads(raw)), orjson.dumps(IMAGE)),
        ("replay", lambda raw: replay_log(raw.split(b"\n")), log),
        ("twin", files.twin, b'["agents","x",{"epoch":1}]\n["calls","y",null]\n{"epoch":1,"seq":2,"at_ms":3}\n'),
        ("journal", files.journal, b'{"id":"1"}\n{"id":"2"}\n'),
        (
            "settings",
            files.settings,
            b'tenant = "main"\nhttp_port = 8080\nswitches = "main=esl://127.0.0.1:8021"\nesl_password = "x"\n',
        ),
    ]
    found += [(f"row of {kind}", partial(_row, kind), orjson.dumps({**ROW, "view": VIEW})) for kind in KINDS]
    return found


AGREED = (BadInput, CtiError, FlowError, ValueError)


def fuzz(rng: random.Random, count: int) -> Found:
    """``count`` odd inputs, each reader in turn."""
    found = Found()
    with tempfile.TemporaryDirectory(prefix="cti-borders-") as folder:
        table = readers(Path(folder))
        for _, reader, good in table:
            reader(good)  # what is good must be read
        while found.inputs < count:
            name, reader, good = table[found.inputs % len(table)]
            found.inputs += 1
            raw = odd.raw(orjson.loads(good), rng) if good.startswith(b"{") and b"\n" not in good else odd.damaged(good, rng)
            try:
                reader(raw)
            except AGREED:
                found.set_aside += 1
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                found.broken.append(f"{name}: {error!r:.200} of {raw[:300]!r}")
                if len(found.broken) >= 50:
                    break
    return found
