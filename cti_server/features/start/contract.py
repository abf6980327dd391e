"""The first run: its steps, what each lacks, and why the demo is not filled in or wiped."""

from __future__ import annotations

from typing import Literal, TypedDict

from cti_server.errors import CtiError, Misuse
from cti_server.features.entities.contract import Why
from cti_server.rights import right
from cti_server.words import family

START = right(
    "setup.start",
    "First steps: the check, people, a first queue, the demo filled in and wiped",
    "开始使用：检查、人员、首个队列、演示数据",
)

StepName = Literal["account", "switch", "trunk", "people", "queue", "number", "publish", "phones", "call"]
Lack = Literal[
    "password-documented",
    "password-none",
    "switch-none",
    "switch-unlinked",
    "trunk-none",
    "trunk-not-up",
    "people-none",
    "people-no-login",
    "people-not-in",
    "queue-none",
    "queue-no-agents",
    "number-none",
    "number-nowhere",
    "draft",
    "phone-none",
    "call-none",
]
LACKS = family(
    "start_lack",
    {
        "password-documented": ("Your password is the demo's, which everybody knows.", "您的密码仍是公开的演示密码。"),
        "password-none": ("You have no password of your own.", "您尚未设置自己的密码。"),
        "switch-none": ("No switch is set up (CTI_SWITCHES).", "未设置交换机（CTI_SWITCHES）。"),
        "switch-unlinked": ("A switch is not connected.", "有交换机未连接。"),
        "trunk-none": ("There is no trunk.", "尚无中继。"),
        "trunk-not-up": ("No trunk is up.", "没有可用的中继。"),
        "people-none": ("There is no agent.", "尚无坐席。"),
        "people-no-login": ("An agent has no login.", "有坐席没有登录账号。"),
        "people-not-in": ("Somebody has not set a password yet.", "有人员尚未设置密码。"),
        "queue-none": ("There is no queue.", "尚无队列。"),
        "queue-no-agents": ("A queue has no agent.", "有队列没有坐席。"),
        "number-none": ("There is no service number.", "尚无服务号码。"),
        "number-nowhere": ("A service number leads nowhere.", "有服务号码未指定去向。"),
        "draft": ("There are unpublished changes.", "存在未发布的更改。"),
        "phone-none": ("No agent's phone is registered.", "没有坐席话机注册。"),
        "call-none": ("No call from outside was answered yet.", "尚未接听过外部来电。"),
    },
    Lack,
)


class Step(TypedDict):
    """``done``: nothing is lacking that keeps people from going on; ``count``: how many there are of what it is about."""

    name: StepName
    done: bool
    lacks: list[Lack]
    count: int


class FirstCall(TypedDict):
    """A call from outside that an agent has answered; ``agent``: who."""

    call_id: str
    number: str
    service_number: str
    agent: str
    arrived_ms: int
    ended_ms: int


class DemoTraces(TypedDict):
    """Calls that only the demo had a part in, their recordings, and intervals of its agents."""

    calls: int
    recordings: int
    intervals: int


class Person(Why):
    """What became, or would become, of a line of text; ``problem`` '': nothing is wrong with it."""

    line: int
    name: str
    extension: str
    login: str
    problem: str


class CentreNotEmpty(
    CtiError,
    id="centre-not-empty",
    status=409,
    en="The centre is not empty: there is something already.",
    zh="呼叫中心已有配置，不能填入演示数据。",
):
    """The demo is filled into an empty centre only; details: there (entity -> how many)."""


class NoDemo(CtiError, id="no-demo", status=409, en="There is nothing of the demo here.", zh="此处没有演示数据。"):
    """Nothing of the demo is there to be wiped."""


class DemoInUse(
    CtiError,
    id="demo-in-use",
    status=409,
    en="Calls are running, or agents are logged in. Wait until they are done.",
    zh="有通话进行中或坐席已签入，请待其结束。",
):
    """The demo is not wiped under people's hands; details: calls, agents (how many)."""


class DraftFirst(
    CtiError,
    id="draft-first",
    status=409,
    en="There are unpublished changes. Publish or discard them first.",
    zh="存在未发布的更改，请先发布或放弃。",
):
    """What others have drafted would be published with it; details: changes."""


class BadLines(Misuse, id="bad-lines", status=422, en="These lines hold no people.", zh="未识别到人员。"):
    """The text has no line with a name, or too many."""


class DoctorFailed(
    CtiError,
    id="doctor-failed",
    status=503,
    en="The check could not be made. Run cti doctor on the server.",
    zh="检查未能完成，请在服务器上运行 cti doctor。",
):
    """`cti doctor` did not end in time, or said nothing that can be read."""
