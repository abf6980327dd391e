"""Refusals of commands, by the engine or on the way to it."""

from __future__ import annotations

from cti_server.errors import Away, BadArguments, CtiError


class NoSuchCommand(
    CtiError, id="no-such-command", status=404, en="The server does not know this command.", zh="服务器不支持该操作。"
):
    """The command's name is unknown."""


class EngineAway(
    Away, id="engine-away", status=503, en="Call control has failed. Try again in a moment.", zh="呼叫控制异常，请稍后重试。"
):
    """The engine does not run or cannot be reached; the command was not sent."""


class TooLate(
    CtiError,
    id="too-late",
    status=504,
    en="That took too long and was not done. Try again if it is still wanted.",
    zh="操作已超时，未执行；如仍需要请重试。",
):
    """The command's deadline has passed; send it again if it is still wanted."""


class OutcomeUnknown(
    Away,
    id="outcome-unknown",
    status=504,
    en="No answer in time. Look at the screen before you try again.",
    zh="未及时收到结果，请先查看屏幕再决定是否重试。",
):
    """No answer in time, or the engine restarted while the command ran; look at the screen before you send it again."""


class EngineError(
    CtiError,
    id="engine-error",
    status=500,
    en="Call control had an error. Look at the screen before you try again.",
    zh="呼叫控制内部错误，请先查看屏幕再决定是否重试。",
):
    """A defect: look at the screen before you send it again."""


class NoSuchAgent(CtiError, id="no-such-agent", status=404, en="This agent does not exist.", zh="该坐席不存在。"):
    """No agent has this id."""


class NoSuchCall(CtiError, id="no-such-call", status=404, en="This call has already ended.", zh="该通话已结束。"):
    """No call has this id, or it is over."""


class NoSuchQueue(CtiError, id="no-such-queue", status=404, en="This queue does not exist.", zh="该队列不存在。"):
    """No queue has this id."""


class TooManyPaused(
    CtiError,
    id="too-many-paused",
    status=409,
    en="So many of the team are away for this reason already: wait, or ask a leader.",
    zh="本班组以该原因示忙的人数已达上限，请稍候或联系班长。",
):
    """As many of the team as may be are not ready for the reason; details: reason, at_once, away."""


class NothingAsked(
    CtiError, id="nothing-asked", status=409, en="The agent asks for nothing (any more).", zh="该坐席没有待审批的示忙申请。"
):
    """The agent has not asked to be not ready, or does not any more."""


class NoSuchService(CtiError, id="no-such-service", status=404, en="This service does not exist.", zh="该业务不存在。"):
    """No service has this id."""


class NoSuchDestination(
    CtiError,
    id="no-such-destination",
    status=404,
    en="This service has no such destination.",
    zh="该业务没有此目的地。",
):
    """A service has other destinations than this."""


class NobodyOnShift(
    CtiError, id="nobody-on-shift", status=409, en="Nobody else of this queue is on shift.", zh="该队列没有其他坐席签入。"
):
    """No other agent of the queue is logged in: nobody would ever be free."""


class NoSuchFlow(CtiError, id="no-such-flow", status=404, en="This flow does not exist.", zh="该流程不存在。"):
    """No usable flow has this name."""


class NoSuchNode(CtiError, id="no-such-node", status=404, en="The flow has no such step.", zh="该流程没有此节点。"):
    """The flow has no node of this name; details: nodes."""


class SlotTaken(
    CtiError,
    id="slot-taken",
    status=409,
    en="Another call is parked there. Choose another slot.",
    zh="该驻留位已被占用，请另选。",
):
    """A call is parked in this slot."""


class NothingThere(CtiError, id="nothing-there", status=404, en="No call is there any more.", zh="该处已没有来电。"):
    """No call is parked in this slot, or rings there, any more."""


class CallPrivate(
    CtiError,
    id="call-private",
    status=403,
    en="This call is private: nobody listens to it or picks it up.",
    zh="该通话为私密通话，不能监听或代接。",
):
    """The call is marked as private, by its agent or its flow."""


class NoSuchParty(CtiError, id="no-such-party", status=404, en="This party has left the call.", zh="该参与方已离开通话。"):
    """The call has no party of this number; CallView.legs has them."""


class PhoneNotThere(CtiError, id="phone-not-there", status=409, en="This phone is not connected.", zh="该话机未连接。"):
    """No phone is registered for this extension."""


class OtherSwitch(
    CtiError,
    id="other-switch",
    status=409,
    en="The phone is connected to another switch than the call.",
    zh="话机与通话不在同一台交换机上。",
):
    """The phone that would be rung is registered, but not at the call's switch, and a call lives on one; details: node, there."""


class AgentBusy(CtiError, id="agent-busy", status=409, en="This colleague cannot be rung now.", zh="该同事现在无法接听。"):
    """The agent is off shift, in a call, or the phone is not there."""


class NoTrunk(
    CtiError,
    id="no-trunk",
    status=503,
    en="No line to the outside is free. Try again in a moment.",
    zh="没有可用的外线，请稍后重试。",
):
    """Every trunk for numbers of this kind is down, at its limit or in another group; details: kind, trunks {name: why}."""


class TooManyDialled(
    CtiError,
    id="too-many-dialled",
    status=429,
    en="You have too many calls outside. Try again in a moment.",
    zh="外呼次数过多，请稍后重试。",
):
    """The agent's class of service has a limit of outside calls, at once or a minute; details: limit."""


class NoSuchReason(CtiError, id="no-such-reason", status=404, en="This reason is not configured.", zh="该原因未配置。"):
    """The not-ready reason or disposition code is not configured."""


class NotYourPhone(
    CtiError,
    id="not-your-phone",
    status=409,
    en="You may not start a shift at this phone. Choose one of yours, or ask your administrator for this one.",
    zh="您不能在该话机签入，请选择可用的话机，或联系管理员开通。",
):
    """The extension is neither the agent's own nor one of ``phones`` (none named: of free seating); details: own, others."""


class PhoneInUse(
    CtiError,
    id="phone-in-use",
    status=409,
    en="Somebody is using this phone. Choose another one, or wait until their call is over.",
    zh="该话机正在使用中，请另选一部，或等待其通话结束。",
):
    """Somebody is logged in at this phone; one's own phone is free when the call there is over."""


class NoSwitch(
    CtiError,
    id="no-switch",
    status=503,
    en="No switch is connected. Try again in a moment.",
    zh="没有可用的交换机，请稍后重试。",
):
    """The call's switch is not linked."""


class SwitchRefused(CtiError, id="switch-refused", status=502, en="The switch refused.", zh="交换机拒绝执行。"):
    """The switch refused; the message has its words."""


class NoteChanged(
    CtiError,
    id="note-changed",
    status=409,
    en="Another window has saved another note. Look at it first.",
    zh="另一个窗口已保存了不同的备注，请先查看。",
):
    """Another window has saved another note meanwhile; details: note, version, code."""


class DataTooLarge(CtiError, id="data-too-large", status=422, en="The call data is too large.", zh="随路数据过大。"):
    """Attached data over its limit."""


OF_ALL: tuple[type[CtiError], ...] = (NoSuchCommand, BadArguments, TooLate, EngineError, EngineAway, OutcomeUnknown)
"""May answer every command."""
