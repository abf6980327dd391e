"""What is in the audit, in words, and what is found wrong with its chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from cti_server.events import commands as wants
from cti_server.events.declare import Arguments
from cti_server.rights import right
from cti_server.words import Words, family

SEE = right("audit.see", "See who did what, and take it out as a file", "查看和导出操作审计", auditor="tenant")

_COMMANDS: Mapping[type[Arguments], tuple[str, str]] = {
    wants.LoginAgent: ("Shift begun", "签入"),
    wants.LogoutAgent: ("Shift ended", "签出"),
    wants.ReadyAgent: ("Set ready", "置闲"),
    wants.PauseAgent: ("Set not ready", "置忙"),
    wants.AnswerPause: ("Not ready allowed or refused", "审批示忙"),
    wants.SwitchService: ("Service switched", "切换业务"),
    wants.EndWrapUp: ("Wrap-up ended", "结束话后处理"),
    wants.AnswerCall: ("Call answered", "接听"),
    wants.RejectCall: ("Call rejected", "拒接"),
    wants.HoldCall: ("Put on hold", "保持"),
    wants.ResumeCall: ("Taken off hold", "取回"),
    wants.ConsultAgent: ("Colleague consulted", "咨询坐席"),
    wants.ConsultQueue: ("Queue consulted", "咨询队列"),
    wants.ConsultNumber: ("Outside number consulted", "咨询外线"),
    wants.SwapCalls: ("Swapped", "切换通话"),
    wants.CompleteTransfer: ("Transfer completed", "完成转接"),
    wants.ReturnToCaller: ("Returned to the customer", "返回客户"),
    wants.JoinCalls: ("All joined", "合并通话"),
    wants.AddAgent: ("Colleague added", "加入坐席"),
    wants.AddNumber: ("Outside number added", "加入外线"),
    wants.MuteParty: ("Party muted or unmuted", "静音或取消静音"),
    wants.DropParty: ("Party dropped", "移出一方"),
    wants.TransferToAgent: ("Transferred to a colleague", "转接坐席"),
    wants.TransferToNumber: ("Transferred outside", "转接外线"),
    wants.TransferToQueue: ("Transferred to a queue", "转接队列"),
    wants.TransferToFlow: ("Transferred to a flow", "转接流程"),
    wants.SendToFlow: ("Sent to a flow and back", "送入流程并返回"),
    wants.DialNumber: ("Number dialled", "外呼"),
    wants.CallAgent: ("Colleague called", "呼叫坐席"),
    wants.AskCallBack: ("Call back asked for", "请求回叫"),
    wants.CancelCallBack: ("Call back cancelled", "取消回叫"),
    wants.ParkCall: ("Parked", "驻留"),
    wants.RetrieveCall: ("Retrieved", "取回驻留"),
    wants.PickUpCall: ("Picked up", "代接"),
    wants.SetCallPrivate: ("Privacy changed", "更改隐私状态"),
    wants.HangupCall: ("Hung up", "挂断"),
    wants.ListenToCall: ("Listened to a call", "监听"),
    wants.SetListening: ("Way of listening changed", "切换监听方式"),
    wants.TakeOverCall: ("Call taken over", "接管通话"),
    wants.StopListening: ("Listening ended", "结束监听"),
    wants.SaveNote: ("Note saved", "保存备注"),
    wants.SetDisposition: ("Result set", "设置处理结果"),
}
"""Those that are audited."""
ACTIONS = family(
    "audit_action",
    {
        **{command.__name__: words for command, words in _COMMANDS.items()},
        "repair": ("Repaired by the product", "系统修复"),
        "entity.created": ("Set up: created", "配置：新建"),
        "entity.changed": ("Set up: changed", "配置：修改"),
        "entity.removed": ("Set up: removed", "配置：删除"),
        "entity.undone": ("Set up: undone", "配置：撤销"),
        "entity.exported": ("Set up: exported", "配置：导出"),
        "prompt.uploaded": ("Prompt uploaded", "上传语音"),
        "prompt.removed": ("Prompt's sound removed", "删除语音文件"),
        "user.invited": ("Invited", "邀请用户"),
        "user.reset_link": ("Link for a new password made", "创建重置密码链接"),
        "user.link_revoked": ("Link taken back", "撤销链接"),
        "configuration.published": ("Configuration published", "发布配置"),
        "configuration.planned": ("Publication planned", "定时发布"),
        "configuration.cancelled": ("Planned publication cancelled", "取消定时发布"),
        "configuration.refused": ("Planned publication refused", "定时发布被拒绝"),
        "configuration.imported": ("Whole centre imported", "导入整个中心"),
        "centre.demo_filled": ("Demo filled in", "填入演示数据"),
        "centre.demo_wiped": ("Demo wiped", "清除演示数据"),
        "configuration.exported": ("Whole centre exported", "导出整个中心"),
        "user.password_set": ("Password set", "设置密码"),
        "user.password_changed": ("Own password changed", "修改本人密码"),
        "user.second_factor_set": ("Second factor set up", "启用第二因素"),
        "user.second_factor_removed": ("Second factor removed", "停用第二因素"),
        "user.second_factor_reset": ("Second factors reset", "重置第二因素"),
        "user.recovery_codes_made": ("Recovery codes made", "生成恢复码"),
        "user.recovery_code_used": ("Recovery code used", "使用恢复码"),
        "user.passkey_added": ("Passkey added", "添加通行密钥"),
        "user.passkey_removed": ("Passkey removed", "删除通行密钥"),
        "user.locked": ("Locked", "锁定用户"),
        "user.unlocked": ("Unlocked", "解锁用户"),
        "user.signed_in": ("Signed in by a provider", "通过登录提供方登录"),
        "user.sign_in_refused": ("Sign-in by a provider refused", "登录提供方登录被拒绝"),
        "user.sessions_ended": ("Sessions ended", "结束会话"),
        "calls.exported": ("Calls exported", "导出通话"),
        "report.exported": ("Report exported", "导出报表"),
        "recording.listened": ("Recording listened to", "收听录音"),
        "recording.downloaded": ("Recording downloaded", "下载录音"),
        "message.settled": ("Message answered", "处理语音留言"),
        "audit.exported": ("Audit exported", "导出审计"),
        "webhook.replayed": ("Webhook sent again", "重新推送"),
        "audit.expired": ("Audit deleted by its age", "审计到期删除"),
    },
)
"""``repair``: every repair-..., whatever it was."""


def word_of(action: str) -> Words | None:
    """None: an action that nobody has declared."""
    return ACTIONS.get("repair" if action.startswith("repair-") else action)


ProblemId = Literal["removed", "changed", "broken", "cut", "unlinked"]
PROBLEMS = family(
    "audit_problem",
    {
        "removed": ("A row was removed", "有记录被删除"),
        "changed": ("A row was changed", "有记录被修改"),
        "broken": ("The chain does not go on here, or was made with another key", "校验链在此中断，或密钥不同"),
        "cut": ("The chain's end was cut off", "校验链末端被截断"),
        "unlinked": ("A row was put in beside the chain", "有未入链的记录"),
    },
    ProblemId,
)


class ChainProblem(TypedDict):
    """``n``: the link (0: none); ``row``: the audit row's number; ``at_ms``: of the row."""

    problem: ProblemId
    n: int
    row: int
    at_ms: int


class ChainState(TypedDict):
    """``links``: how many there are, ``end``: the newest one's hash; ``checked_ms``: when all were last gone through (0: never
    yet), ``checked``: how many these were; ``problems``: the first of what was found then or since."""

    links: int
    end: str
    checked_ms: int
    checked: int
    problems: list[ChainProblem]
