"""What is told of the first run."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from cti_server.domain.record import Text
from cti_server.features.start.contract import DemoTraces, FirstCall, Person, Step
from webapp.declared import field, schema
from webapp.schemas import BodySchema

WIPE = "wipe the demo"


class AgentPhone(TypedDict):
    """Of an agent in force."""

    agent: str
    name: str
    extension: str
    registered: bool
    logged_in: bool


class FirstRun(TypedDict):
    """``demo``: how many entries of the demo are there; ``empty``: nothing is set up; ``call``: the last one from outside that an
    agent has answered; ``unqueued``: agents of the draft who are in no queue; ``realm``: of the phones."""

    steps: list[Step]
    demo: int
    empty: bool
    call: FirstCall | None
    phones: Annotated[list[AgentPhone], "at most 100"]
    unqueued: list[str]
    realm: str
    web_phone: bool


class Finding(TypedDict):
    """``component``: its name for programs; what people read is by language: ``components`` (its name), ``texts`` (what is so)
    and ``hints`` (what to do)."""

    component: str
    severity: Literal["ok", "info", "unknown", "warning", "critical"]
    components: dict[str, str]
    texts: dict[str, str]
    hints: Annotated[dict[str, str], "empty: nothing is to be done"]


class Findings(TypedDict):
    findings: list[Finding]


class People(TypedDict):
    """``made``: extension -> field -> phone password, told this once."""

    people: list[Person]
    made: dict[str, dict[str, str]]
    dry: bool


class NewQueue(TypedDict):
    id: str


class DemoThere(DemoTraces):
    """What wiping the demo removes, and what else on demand."""

    entries: int


class DemoWiped(DemoTraces):
    version: Annotated[int, "that was published"]


class DemoDone(TypedDict):
    version: Annotated[int, "that was published"]
    made: Annotated[dict[str, dict[str, dict[str, str]]], "passwords that the product made: told this once"]


FirstRunSchema, FindingsSchema = schema(FirstRun), schema(Findings)
PeopleSchema, NewQueueSchema, DemoDoneSchema = schema(People, "StartPeople"), schema(NewQueue), schema(DemoDone)
LinesSchema = BodySchema.from_dict(
    {
        "text": field(Annotated[str, Text(0, 65_536), "one person in each line: name, extension, login"]),
        "team": field(Annotated[str, Text(1, 128), "name of the team that is made where there is none"], load_default="Team"),
        "dry_run": field(Annotated[bool, "tells what would become of it and changes nothing"], load_default=False),
    },
    name="Lines",
)
QueueNameSchema = BodySchema.from_dict({"name": field(Annotated[str, Text(1, 128)])}, name="QueueName")
WipeSchema = BodySchema.from_dict(
    {
        "confirm": field(Annotated[str, Text(1, 64), f"must be: {WIPE}"]),
        "calls": field(
            Annotated[bool, "its calls and recordings, too, as `GET /api/start/demo` counts them"], load_default=False
        ),
    },
    name="WipeDemo",
)
DemoThereSchema, DemoWipedSchema = schema(DemoThere), schema(DemoWiped)
