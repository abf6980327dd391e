"""Who may send commands: one right for each relation that a command is declared for (``events.declare.Right``), and one for those
that are for programs of the centre."""

from __future__ import annotations

from cti_server.rights import SCOPES, right

OWN = right(
    "commands.own",
    "Work at the desk: take, hold, transfer and end calls",
    "坐席操作：接听、保持、转接和结束通话",
    ("own", "tenant"),
    agent="own",
    back_office="own",
    quality="own",
    leader="own",
    campaign_manager="own",
)
TEAM = right("commands.team", "Set the status of agents", "更改坐席状态", SCOPES[1:], leader="team")
CALL = right(
    "commands.call",
    "Hang up calls and set what is attached to them",
    "挂断通话、修改随路数据",
    SCOPES,
    agent="own",
    back_office="own",
    quality="own",
    leader="team",
    campaign_manager="own",
)
LEAD = right("commands.lead", "Listen to running calls, whisper, take over", "监听、密语、接管通话", SCOPES[1:], leader="team")
SERVICE = right("commands.service", "Switch services to another destination", "切换业务目的地", SCOPES[1:], leader="team")
PROGRAM = right("commands.program", "Send the commands of programs", "发送程序专用命令")
