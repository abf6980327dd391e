"""Processes: heartbeats in Redis of daemon, worker and web, and the web's own /healthz."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import cti_server.engine.assembly  # noqa: F401 - with it all alarms are declared
from cti_server.domain import alarm_rules
from cti_server.errors import CtiError
from cti_server.events.views import ALARM
from cti_server.features.audit import state as states
from cti_server.features.audit.contract import PROBLEMS
from cti_server.features.centre.document import decode_config
from cti_server.words import FAMILIES
from scripts.cti.doctor.finding import Finding, Options, Said, age, declare, say
from scripts.cti.mirror import Heartbeat, read_heartbeats, read_rows
from scripts.cti.text import refusal, safe
from scripts.cti.world import World

declare(
    {
        "daemon": ("daemon", "守护进程"),
        "worker": ("worker", "后台进程"),
        "daemon-missed": ("no call is routed", "无法路由任何通话"),
        "worker-missed": (
            "facts do not reach the database, configuration is not published",
            "记录无法写入数据库，配置无法发布",
        ),
        "daemon-start": ("start cti-daemon and look at its log", "启动 cti-daemon 并查看其日志"),
        "worker-start": ("start cti-worker and look at its log", "启动 cti-worker 并查看其日志"),
        "process-away": ("away ({seen}): {missed}", "不在（{seen}）：{missed}"),
        "process-seen": ("last heartbeat {age}", "最近心跳：{age}"),
        "process-never-seen": ("no heartbeat", "无心跳"),
        "process-alive": ("alive ({processes})", "运行中（{processes}）"),
        "process-trouble": ("alive ({processes}), {troubles}", "运行中（{processes}），{troubles}"),
        "process": ("pid {pid}, {age}", "进程号 {pid}，{age}"),
        "process-errors": ("{n} internal errors since its start", "启动以来内部错误 {n} 次"),
        "process-fenced": (
            "{n} commands refused because another daemon led",
            "因另一守护进程为主，已拒绝命令 {n} 条",
        ),
        "process-says": ("{trouble}", "报告问题：{trouble}"),
        "process-log": ("read its log", "查看其日志"),
        "alarm": ("alarm {kind}", "告警 {kind}"),
        "alarm-raised": ("{said}", "{said}"),
        "alarm-and-more": ("{said} (and {n} more)", "{said}（另有 {n} 条）"),
        "alarm-look": (
            "the panel shows all; cti tail --name 'alarm.*' says when they come and go",
            "大屏显示全部告警；cti tail --name 'alarm.*' 显示其产生和恢复的时间",
        ),
        "alarms": ("alarms", "告警"),
        "alarms-none": ("none is raised", "当前无告警"),
        "audit": ("audit", "审计"),
        "audit-problem": ("{problem}: row {row}, link {link}", "{problem}：第 {row} 行，校验链第 {link} 环"),
        "audit-verify": (
            "cti audit verify looks again; ask who could write to the database",
            "用 cti audit verify 再次核对，并查明谁能写入数据库",
        ),
        "audit-whole": ("{n} rows are as they were written", "{n} 条记录未被改动"),
        "audit-whole-so-far": (
            "{n} rows are as they were written; {newer} newer ones are looked at next",
            "{n} 条记录未被改动；另有 {newer} 条较新的记录待核对",
        ),
        "configuration": ("configuration", "配置"),
        "configuration-none": ("no document in {key}", "{key} 中没有配置文档"),
        "configuration-publish": ("start the worker, which publishes it", "启动后台进程，由其发布配置"),
        "configuration-bad": ("{why}", "配置文档无法使用：{why}"),
        "configuration-check": ("run: cti config check", "执行：cti config check"),
        "configuration-version": ("version {version}: {counts}", "版本 {version}：{counts}"),
        "count-agents": ("{n} agents", "坐席 {n}"),
        "count-queues": ("{n} queues", "队列 {n}"),
        "count-service-numbers": ("{n} service numbers", "服务号码 {n}"),
        "count-trunks": ("{n} trunks", "中继 {n}"),
        "count-flows": ("{n} flows", "流程 {n}"),
        "name-agents": ("agents", "坐席"),
        "name-queues": ("queues", "队列"),
        "name-service-numbers": ("service numbers", "服务号码"),
        "configuration-add": ("add {names} before calls can be served", "添加{names}后才能接听来电"),
        "configuration-refused": (
            "{n} problems were refused when it was published last: {first}",
            "最近一次发布时有 {n} 个问题被拒绝：{first}",
        ),
        "configuration-refused-unreadable": (
            "the list of what was refused when it was published last cannot be read",
            "无法读取最近一次发布时被拒绝的问题列表",
        ),
        "configuration-correct": (
            "correct them (cti config check names files and nodes); what was good before stays in force",
            "更正这些问题（cti config check 会指出文件和节点）；此前有效的配置继续生效",
        ),
        "web": ("web page", "网页服务"),
        "web-away": ("{url} does not answer: {why}", "{url} 没有应答：{why}"),
        "web-start": ("start cti-web, or give --web-url", "启动 cti-web，或用 --web-url 指定地址"),
        "web-well": ("{url}/healthz says {status}", "{url}/healthz 返回 {status}"),
        "web-ill": ("{url}/healthz: HTTP {status} {parts}", "{url}/healthz 返回 HTTP {status} {parts}"),
        "web-see": ("see the findings of that component", "查看该部件的检查结果"),
    }
)
ROLES: dict[str, tuple[Said, Said, Said]] = {
    # process -> (its name, what its absence means, what to do); the web is asked itself, see check_web
    "daemon": (say("daemon"), say("daemon-missed"), say("daemon-start")),
    "worker": (say("worker"), say("worker-missed"), say("worker-start")),
}
NEEDED = {
    # without these no call can be served
    "agents": say("name-agents"),
    "queues": say("name-queues"),
    "service_numbers": say("name-service-numbers"),
}
WEB_TIMEOUT_S = 3.0


def check_processes(world: World, options: Options) -> Iterator[Finding]:
    """One finding per kind of process."""
    beats: dict[str, list[Heartbeat]] = {}
    for beat in read_heartbeats(world.client, world.keys):
        beats.setdefault(re.split("[-.:]", beat.process)[0], []).append(beat)
    for kind, (name, missed, start) in ROLES.items():
        found = beats.get(kind, [])
        details = {"processes": [beat.to_json() for beat in found]}
        alive = [beat for beat in found if beat.alive]
        if not alive:
            newest = min(found, key=lambda beat: beat.age_ms, default=None)
            seen = say("process-seen", age=age(newest.age_ms)) if newest else say("process-never-seen")
            yield Finding(name, "critical", say("process-away", seen=seen, missed=missed), start, details)
            continue
        processes = [say("process", pid=beat.pid, age=age(beat.age_ms)) for beat in alive]
        if troubles := _troubles(alive):
            text = say("process-trouble", processes=[*processes], troubles=(*troubles,))
            yield Finding(name, "warning", text, say("process-log"), details)
        else:
            yield Finding(name, "ok", say("process-alive", processes=[*processes]), details=details)


def _troubles(beats: list[Heartbeat]) -> list[Said]:
    """What processes say of themselves: defects since their start, and what keeps them from their work now."""
    errors = sum(beat.errors for beat in beats)
    fenced = sum(beat.fenced for beat in beats)
    said = [say("process-errors", n=errors)] * bool(errors) + [say("process-fenced", n=fenced)] * bool(fenced)
    return said + [say("process-says", trouble=safe(beat.trouble)) for beat in beats if beat.trouble]


def check_alarms(world: World, options: Options) -> Iterator[Finding]:
    """One finding per kind of alarm that the engine holds raised."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for view in read_rows(world.client, world.keys, ALARM).views.values():
        kinds.setdefault(str(view.get("kind", "")), []).append(view)
    for kind, views in sorted(kinds.items()):
        critical = [view for view in views if view.get("severity") == "critical"]
        said = partial(_said, (critical or views)[0])
        text = say("alarm-and-more", said=said, n=len(views) - 1) if len(views) > 1 else say("alarm-raised", said=said)
        component = say("alarm", kind=safe(kind))
        yield Finding(component, "critical" if critical else "warning", text, say("alarm-look"), {"alarms": views})
    if not kinds:
        yield Finding(say("alarms"), "ok", say("alarms-none"))


def _said(alarm: Mapping[str, Any], lang: str) -> str:
    """Its declared words, and those of technicians where people need them or nobody declared it."""
    return safe(_words(alarm, lang), 300)


def _words(alarm: Mapping[str, Any], lang: str) -> str:
    told = str(alarm.get("text", ""))
    if alarm.get("alarm") not in FAMILIES["alarm"]:
        return told
    words = FAMILIES["alarm"][str(alarm["alarm"])].said(lang)
    said = words.format(subject=alarm.get("subject", ""), rule=alarm.get("rule", ""))
    if alarm.get("met"):
        return f"{said}: {alarm_rules.said(alarm['met'], lang)}"
    return f"{said}: {told}" if alarm.get("detail") else said


def check_audit(world: World, options: Options) -> Iterator[Finding]:
    """The audit's chain, as far as the worker has looked."""
    chain = states.read(world.client, world.keys)
    if chain["problems"]:
        first = chain["problems"][0]
        text = say("audit-problem", problem=PROBLEMS[first["problem"]].said, row=first["row"], link=first["n"])
        yield Finding(say("audit"), "critical", text, say("audit-verify"), dict(chain))
        return
    n, newer = int(chain["checked"]), int(chain["links"]) - int(chain["checked"])
    text = say("audit-whole-so-far", n=n, newer=newer) if newer > 0 else say("audit-whole", n=n)
    yield Finding(say("audit"), "ok", text, details=dict(chain))


def check_configuration(world: World, options: Options) -> Iterator[Finding]:
    """The published document can be read, and the last publication was not refused in part."""
    yield from _refused(world)
    raw = world.client.get(world.keys.config)
    if not isinstance(raw, bytes):
        text = say("configuration-none", key=world.keys.config)
        yield Finding(say("configuration"), "critical", text, say("configuration-publish"))
        return
    try:
        document = decode_config(raw)
    except CtiError as error:
        text = say("configuration-bad", why=partial(refusal, error=error))
        yield Finding(say("configuration"), "critical", text, say("configuration-check"), error.details)
        return
    counts = {name: len(getattr(document, name)) for name in ("agents", "queues", "service_numbers", "trunks", "flows")}
    told = [
        say("count-agents", n=counts["agents"]),
        say("count-queues", n=counts["queues"]),
        say("count-service-numbers", n=counts["service_numbers"]),
        say("count-trunks", n=counts["trunks"]),
        say("count-flows", n=counts["flows"]),
    ]
    empty = [said for name, said in NEEDED.items() if not counts[name]]
    hint = say("configuration-add", names=[*empty]) if empty else None
    text = say("configuration-version", version=document.version, counts=[*told])
    yield Finding(say("configuration"), "warning" if empty else "ok", text, hint, counts)


def _refused(world: World) -> Iterator[Finding]:
    raw = world.client.get(world.keys.config_problems)
    if not isinstance(raw, bytes):
        return
    try:
        problems = [str(problem) for problem in json.loads(raw).get("problems", ())]
        text = say("configuration-refused", n=len(problems), first=safe(problems[0]) if problems else "")
    except (ValueError, AttributeError):
        problems, text = [], say("configuration-refused-unreadable")
    yield Finding(say("configuration"), "warning", text, say("configuration-correct"), {"problems": problems})


# ---------------------------------------------------------------- web


def check_web(world: World, options: Options) -> Iterator[Finding]:
    """GET /healthz."""
    url = options.web_url or world.settings.url
    try:
        status, body = _get(url, "/healthz", world.settings.tls_cert)
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        yield Finding(say("web"), "critical", say("web-away", url=url, why=words), say("web-start"), {"url": url})
        return
    details = {"url": url, "status": status, "body": body[:500]}
    try:
        parts = json.loads(body)
    except ValueError:
        parts = {}
    if status == 200:
        said = safe(parts.get("status", "ok") if isinstance(parts, dict) else "ok")
        yield Finding(say("web"), "ok", say("web-well", url=url, status=said), details=details)
        return
    bad = [f"{key}={safe(value)}" for key, value in parts.items()] if isinstance(parts, dict) else []
    text = say("web-ill", url=url, status=status, parts=" ".join(bad))
    yield Finding(say("web"), "critical", text, say("web-see"), details)


def _get(url: str, path: str, certificate: str) -> tuple[int, str]:
    """(status, body up to 4 KiB). A self-signed certificate is trusted when the settings name it; its name is not compared."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no http or https address")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=WEB_TIMEOUT_S)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=certificate or None)
        context.check_hostname = not certificate
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=WEB_TIMEOUT_S, context=context)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return response.status, response.read(4096).decode("utf-8", "replace")
    except TimeoutError as error:
        raise OSError(f"no answer in {WEB_TIMEOUT_S:.0f} s") from error
    finally:
        connection.close()
