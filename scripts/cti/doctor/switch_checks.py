"""Switches, from mirror:switches: links, sessions, limits against the wanted load, settings and modules.

The daemon puts into a row's core what it found on the switch: {"modules": {name: bool}, "settings": {"max_sessions", "sps",
"clock_ahead_ms", "api_expansion", "one_ms_timer", "callid_as_uuid", "room_profile": bool or null, "open_trunks": names,
"certs_dir": path on the switch}, "zombies": ids of sessions that are listed and do not exist, "watchdog":
{"ran_age_s", "heartbeat_age_s": seconds or null}}. What it did not say is 'unknown', not fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cti_server.errors import CtiError
from cti_server.events.views import SWITCH, TRUNK
from scripts.cti.doctor.finding import Finding, Options, Said, Severity, Value, by_limit, declare, say
from scripts.cti.live import trunk_items
from scripts.cti.mirror import read_freshness, read_rows
from scripts.cti.text import safe
from scripts.cti.world import World

LEGS_PER_CALL = 2
WATCHDOG_OLD_S = 5
SWITCH_CONF = "autoload_configs/switch.conf.xml"
PROFILE_CONF = "sip_profiles/*.xml"
ROOM_CONF = "autoload_configs/conference.conf.xml"

declare(
    {
        "switch": ("switch {name}", "交换机 {name}"),
        "switch-limits": ("switch {name} limits", "交换机 {name} 容量"),
        "switch-settings": ("switch {name} settings", "交换机 {name} 设置"),
        "switch-modules": ("switch {name} modules", "交换机 {name} 模块"),
        "switch-watchdog": ("switch {name} watchdog", "交换机 {name} 看门狗"),
        "switch-sessions": ("switch {name} sessions", "交换机 {name} 会话"),
        "switch-accounts": ("switch {name} accounts", "交换机 {name} 中继账号"),
        "switch-web-phones": ("switch {name} web phones", "交换机 {name} 网页话机"),
        "switches": ("switches", "交换机"),
        "switches-none": ("no switch is configured", "未配置交换机"),
        "switches-set": (
            "set CTI_SWITCHES=main=esl://HOST:8021 for the daemon",
            "为守护进程设置 CTI_SWITCHES=main=esl://HOST:8021",
        ),
        "switch-never": (
            "configured, but the daemon has never said anything about it",
            "已配置，但守护进程从未报告过其状态",
        ),
        "switch-start-daemon": (
            "start the daemon with this CTI_SWITCHES; look for 'switch' in its log",
            "以此 CTI_SWITCHES 启动守护进程，并在其日志中查找 switch",
        ),
        "switch-unknown": ("the daemon is away, so nobody knows", "守护进程不在，状态未知"),
        "daemon-just-start": ("start the daemon", "启动守护进程"),
        "switch-no-link": ("no link: {why}", "未连接：{why}"),
        "switch-check-link": (
            "check that FreeSWITCH runs, that mod_event_socket listens there and that CTI_ESL_PASSWORD is right",
            "确认 FreeSWITCH 正在运行、mod_event_socket 在该地址监听，且 CTI_ESL_PASSWORD 正确",
        ),
        "switch-linked": ("linked, {sessions} of {limit} sessions", "已连接，会话 {sessions}/{limit}"),
        "switch-linked-unknown": ("linked, {sessions} of unknown sessions", "已连接，会话 {sessions}，上限未知"),
        "switch-raise": ("raise max-sessions in {file}, or add a switch", "在 {file} 中提高 max-sessions，或增加交换机"),
        "switch-overloaded": (
            "overloaded: {ms} ms to connect; callers wait in line until it has caught up",
            "过载：接通需 {ms} 毫秒；在其恢复之前来电者排队等待",
        ),
        "switch-relieve": (
            "look what else runs on its machine; give it more cores or another switch",
            "查看该机器上还运行了什么；增加处理器核心或增加交换机",
        ),
        "limit-unknown": (
            "{parameter} is not known; {calls} calls/s of {s} s need {needed}",
            "{parameter} 未知；每秒 {calls} 个通话、每个 {s} 秒，需要 {needed}",
        ),
        "limit-is": (
            "{parameter} {value}; {calls} calls/s of {s} s need {needed}",
            "{parameter} 为 {value}；每秒 {calls} 个通话、每个 {s} 秒，需要 {needed}",
        ),
        "limit-ask": ("run on the switch: fs_cli -x status", "在交换机上执行：fs_cli -x status"),
        "limit-set": (
            "set {parameter} to at least {needed} in {file} (until a restart: {command})",
            "在 {file} 中将 {parameter} 至少设为 {needed}（重启前可用：{command}）",
        ),
        "flag-unknown": ("{name} is not known", "{name} 未知"),
        "flag-is": ("{name} {value}", "{name} 为 {value}"),
        "flag-look": ("look into {files}", "查看 {files}"),
        "flag-expansion": (
            "set api-expansion=false in {file}: a caller's name could run commands",
            "在 {file} 中设置 api-expansion=false：否则来电者的姓名可能被当作命令执行",
        ),
        "flag-timer": (
            "set 1ms-timer=true in {file}: event times step by 20 ms",
            "在 {file} 中设置 1ms-timer=true：否则事件时间以 20 毫秒为步长",
        ),
        "flag-call-id": (
            "take inbound-use-callid-as-uuid out of {file}: a caller chooses its leg's id, and one used twice mixes calls",
            "从 {file} 中删除 inbound-use-callid-as-uuid：否则来电者可自选话路编号，重复使用会使通话相互混淆",
        ),
        "flag-rooms": (
            "run fsconf again, or put its profile 'cti' into {file}, then reloadxml: nobody can be joined as a third",
            "重新运行 fsconf，或将其 cti 配置加入 {file} 后执行 reloadxml：否则无法加入第三方",
        ),
        "modules-unknown": ("the daemon has not said which modules are loaded", "守护进程尚未报告已加载的模块"),
        "modules-missing": ("missing: {names}", "缺少：{names}"),
        "modules-load": (
            "load them ({commands}) and add them to modules.conf.xml",
            "加载（{commands}）并添加到 modules.conf.xml",
        ),
        "modules-there": ("all {n} needed modules are loaded", "所需的 {n} 个模块均已加载"),
        "watchdog-unknown": ("the daemon has not said whether it runs", "守护进程尚未报告其是否运行"),
        "watchdog-never": ("it has never run", "从未运行"),
        "watchdog-stands": ("it ran {s} s before the daemon asked", "守护进程询问时，距其上次运行已 {s} 秒"),
        "watchdog-start": (
            "on the switch 'show tasks' must have group cti ('sched_api @1 cti lua cti_watchdog.lua' makes it); "
            "without it waiting callers are lost when the daemon dies",
            "交换机上 show tasks 中须有 cti 组（用 sched_api @1 cti lua cti_watchdog.lua 建立）；"
            "没有它，守护进程故障时等待中的来电会丢失",
        ),
        "heartbeat-none": ("it has seen no heartbeat", "未见到心跳"),
        "heartbeat-stands": ("the heartbeat stood still for {s} s", "心跳已停止 {s} 秒"),
        "heartbeat-look": (
            "look at the daemon's log: new calls go to the fallback queue",
            "查看守护进程的日志：新来电正转入备用队列",
        ),
        "watchdog-well": ("it runs and sees the daemon's heartbeat", "正在运行，并能见到守护进程的心跳"),
        "zombies-unknown": (
            "the daemon has not said whether every listed session exists",
            "守护进程尚未报告列出的会话是否都存在",
        ),
        "zombies": ("{n} sessions are listed and do not exist: {ids}", "{n} 个会话被列出但并不存在：{ids}"),
        "zombies-restart": (
            "restart the switch when it is quiet: they hold a session each and never end",
            "在空闲时重启交换机：它们各占一个会话且不会结束",
        ),
        "accounts-none": ("trunks without an account: {names}", "没有账号的中继：{names}"),
        "accounts-ask": (
            "ask the carrier for an account (fsconf --trunk NAME=HOST,USER --trunk-passwords FILE)",
            "向运营商申请账号（fsconf --trunk NAME=HOST,USER --trunk-passwords FILE）",
        ),
        "web-phones-none": ("{file} is not there: no web phone can talk", "{file} 不存在：网页话机无法通话"),
        "web-phones-make": (
            "run fsconf again with --user, then OUT/start: the switch makes it where its user may write",
            "用 --user 重新运行 fsconf，再执行 OUT/start：交换机会在其用户可写的位置生成该文件",
        ),
        "trunk": ("trunk {name}", "中继 {name}"),
        "trunk-is-down": ("down: {detail}", "中断：{detail}"),
        "trunk-ask": (
            "ask the carrier; on the switch: sofia status gateway {gateway}",
            "联系运营商；在交换机上执行：sofia status gateway {gateway}",
        ),
        "trunk-unknown": ("its state is not known now", "当前状态未知"),
        "trunks": ("trunks", "中继"),
        "trunks-up": ("{n} up", "{n} 条正常"),
        "settings": ("settings", "设置"),
        "settings-bad": ("{why}", "设置有误：{why}"),
        "settings-correct": ("correct the variable, or the file {file}", "更正该变量，或配置文件 {file}"),
        "settings-well": ("tenant {tenant}, switches: {names}", "租户 {tenant}，交换机：{names}"),
        "settings-daemon-only": ("named to the daemon only", "仅在守护进程中指定"),
    }
)
FLAGS: tuple[tuple[str, bool, Severity, Said], ...] = (
    # setting, wanted, severity when it is not so, what to do
    ("api_expansion", False, "critical", say("flag-expansion", file=SWITCH_CONF)),
    ("one_ms_timer", True, "warning", say("flag-timer", file=SWITCH_CONF)),
    ("callid_as_uuid", False, "critical", say("flag-call-id", file=PROFILE_CONF)),
    ("room_profile", True, "critical", say("flag-rooms", file=ROOM_CONF)),
)


def check_switches(world: World, options: Options) -> Iterator[Finding]:
    """Every switch that is configured or mirrored."""
    fresh = read_freshness(world.client, world.keys, world.clock.now_ms())
    rows = read_rows(world.client, world.keys, SWITCH)
    for name in sorted({*rows.views, *_configured(world)}):
        view = rows.views.get(name)
        if view is None:
            yield Finding(say("switch", name=safe(name)), "critical", say("switch-never"), say("switch-start-daemon"))
            continue
        if not fresh.daemon_alive:
            yield Finding(say("switch", name=safe(name)), "unknown", say("switch-unknown"), say("daemon-just-start"))
            continue
        yield from _link(safe(name), view)
        if view.get("linked"):
            core = rows.cores.get(name, {})
            said = core.get("settings")
            settings = said if isinstance(said, dict) else {}
            yield from _limits(safe(name), view, settings, options)
            yield from _flags(safe(name), settings)
            yield from _modules(safe(name), core.get("modules"))
            yield _watchdog(safe(name), core.get("watchdog"))
            yield from _zombies(safe(name), core.get("zombies"))
            yield from _open_trunks(safe(name), settings.get("open_trunks"))
            yield from _web_phones(world, name, str(settings.get("certs_dir") or ""))
    if not rows.views and not _configured(world):
        yield Finding(say("switches"), "critical", say("switches-none"), say("switches-set"))


def _configured(world: World) -> set[str]:
    """Names in CTI_SWITCHES; passwords may be known to the daemon only, so entries are not checked here."""
    entries = filter(None, (entry.strip() for entry in world.settings.switches.split(",")))
    return {entry.rpartition("=")[0] or "main" for entry in entries}


def _link(name: str, view: Mapping[str, Any]) -> Iterator[Finding]:
    component = say("switch", name=name)
    if not view.get("linked"):
        text = say("switch-no-link", why=safe(view.get("reason", "")))
        yield Finding(component, "critical", text, say("switch-check-link"))
        return
    sessions, limit = int(view.get("sessions") or 0), int(view.get("max_sessions") or 0)
    severity = by_limit(sessions / limit, 0.8, 0.95) if limit else "ok"
    hint = None if severity == "ok" else say("switch-raise", file=SWITCH_CONF)
    details = {"sessions": sessions, "max_sessions": limit}
    known = say("switch-linked", sessions=sessions, limit=limit)
    yield Finding(component, severity, known if limit else say("switch-linked-unknown", sessions=sessions), hint, details)
    if view.get("slow"):
        text = say("switch-overloaded", ms=int(view.get("delay_ms") or 0))
        yield Finding(component, "warning", text, say("switch-relieve"))


def _limits(name: str, view: Mapping[str, Any], settings: Mapping[str, Any], options: Options) -> Iterator[Finding]:
    """Two legs a call: the caller's and the agent's."""
    component, legs_per_s = say("switch-limits", name=name), options.calls_per_s * LEGS_PER_CALL
    most = settings.get("max_sessions") or view.get("max_sessions")
    calls, s = f"{options.calls_per_s:g}", f"{options.call_s:g}"
    for parameter, command, needs, value in (
        ("sessions-per-second", "fsctl sps N", legs_per_s, settings.get("sps")),
        ("max-sessions", "fsctl max_sessions N", legs_per_s * options.call_s, most),
    ):
        needed = f"{needs:.0f}"
        if not isinstance(value, (int, float)) or not value:
            text = say("limit-unknown", parameter=parameter, calls=calls, s=s, needed=needed)
            yield Finding(component, "unknown", text, say("limit-ask"))
            continue
        enough = value >= needs
        hint = None if enough else say("limit-set", parameter=parameter, needed=needed, file=SWITCH_CONF, command=command)
        text = say("limit-is", parameter=parameter, value=f"{value:g}", calls=calls, s=s, needed=needed)
        details = {"parameter": parameter, "value": value, "needed": needs}
        yield Finding(component, "ok" if enough else "warning", text, hint, details)


def _flags(name: str, settings: Mapping[str, Any]) -> Iterator[Finding]:
    component = say("switch-settings", name=name)
    for flag, wanted, severity, hint in FLAGS:
        value = settings.get(flag)
        text = say("flag-is", name=flag, value=str(value).lower())
        if value is None:
            look = say("flag-look", files=[SWITCH_CONF, PROFILE_CONF, ROOM_CONF])
            yield Finding(component, "unknown", say("flag-unknown", name=flag), look)
        elif bool(value) == wanted:
            yield Finding(component, "ok", text)
        else:
            yield Finding(component, severity, text, hint)


def _modules(name: str, modules: Any) -> Iterator[Finding]:
    component = say("switch-modules", name=name)
    if not isinstance(modules, dict) or not modules:
        yield Finding(component, "unknown", say("modules-unknown"))
        return
    missing = sorted(str(module) for module, loaded in modules.items() if not loaded)
    if missing:
        hint = say("modules-load", commands=tuple(f"load {safe(module)}" for module in missing))
        text = say("modules-missing", names=[*map(safe, missing)])
        yield Finding(component, "critical", text, hint, {"missing": missing})
    else:
        yield Finding(component, "ok", say("modules-there", n=len(modules)), details={"missing": []})


def _watchdog(name: str, found: Any) -> Finding:
    """The watchdog looks every second, and the daemon's heartbeat changes every second."""
    component = say("switch-watchdog", name=name)
    if not isinstance(found, dict):
        return Finding(component, "unknown", say("watchdog-unknown"))
    ran, beat = found.get("ran_age_s"), found.get("heartbeat_age_s")
    details = {"ran_age_s": ran, "heartbeat_age_s": beat}
    if ran is None or ran > WATCHDOG_OLD_S:
        text = say("watchdog-never") if ran is None else say("watchdog-stands", s=f"{ran:.0f}")
        return Finding(component, "critical", text, say("watchdog-start"), details)
    if beat is None or beat > WATCHDOG_OLD_S:
        text = say("heartbeat-none") if beat is None else say("heartbeat-stands", s=f"{beat:.0f}")
        return Finding(component, "critical", text, say("heartbeat-look"), details)
    return Finding(component, "ok", say("watchdog-well"), details=details)


def _zombies(name: str, found: Any) -> Iterator[Finding]:
    component = say("switch-sessions", name=name)
    if not isinstance(found, list):
        yield Finding(component, "unknown", say("zombies-unknown"))
    elif found:
        text = say("zombies", n=len(found), ids=[*map(safe, found[:3])])
        yield Finding(component, "warning", text, say("zombies-restart"), {"zombies": found})


def _open_trunks(name: str, found: Any) -> Iterator[Finding]:
    """A carrier that knows the switch by its address takes calls from whoever sends from there."""
    if isinstance(found, list) and found:
        text = say("accounts-none", names=[*map(safe, found)])
        yield Finding(say("switch-accounts", name=name), "warning", text, say("accounts-ask"), {"trunks": found})


def _web_phones(world: World, name: str, folder: str) -> Iterator[Finding]:
    """The switch makes a certificate for the audio of web phones when it starts, where its user may write."""
    if not world.settings.phone_ws_url or not folder or not _on_this_machine(name, world):
        return
    key = Path(folder) / "dtls-srtp.pem"
    try:
        there = key.is_file()
    except PermissionError:
        there = True  # a closed folder is as it should be
    if not there:
        component, text = say("switch-web-phones", name=safe(name)), say("web-phones-none", file=safe(key))
        yield Finding(component, "critical", text, say("web-phones-make"), {"path": str(key)})


def _on_this_machine(name: str, world: World) -> bool:
    addresses = {address.name: address.host for address in world.settings.switch_addresses()}
    return addresses.get(name) in ("127.0.0.1", "::1", "localhost")


def check_trunks(world: World, options: Options) -> Iterator[Finding]:
    """One finding per trunk that is not up, one for all that are."""
    fresh = read_freshness(world.client, world.keys, world.clock.now_ms())
    switches = read_rows(world.client, world.keys, SWITCH)
    items = trunk_items(read_rows(world.client, world.keys, TRUNK), switches, fresh)
    up = [item["id"] for item in items if item["state"] == "up"]
    for item in items:
        if item["state"] == "down":
            text = say("trunk-is-down", detail=safe(item.get("detail", "")))
            hint = say("trunk-ask", gateway=safe(item.get("gateway", "")))
            yield Finding(say("trunk", name=safe(item["id"])), "critical", text, hint)
        elif item["state"] != "up":
            yield Finding(say("trunk", name=safe(item["id"])), "unknown", say("trunk-unknown"))
    if up:
        yield Finding(say("trunks"), "ok", say("trunks-up", n=len(up)), details={"up": up})


def check_settings(world: World) -> Iterator[Finding]:
    """The settings load and name switches with passwords."""
    file = world.environ.get("CTI_CONFIG", "/etc/cti/cti.toml")
    try:
        addresses = world.settings.switch_addresses()
    except CtiError as error:
        hint = say("settings-correct", file=safe(file))
        yield Finding(say("settings"), "critical", say("settings-bad", why=error.message), hint)
        return
    names: Value = [address.name for address in addresses] or say("settings-daemon-only")
    tenant = world.settings.tenant
    yield Finding(say("settings"), "ok", say("settings-well", tenant=tenant, names=names), details={"tenant": tenant})
