"""Words on the terminal: headings in two languages, times, and outside text made harmless.

Caller names and the switch's words come from outside. ``safe`` shows every character that could move the cursor, change
colours, hide or reorder text as its escape, so that a name is seen and nothing happens.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from cti_server.errors import CtiError
from cti_server.reasons import said

LATEST_MS = 253_402_214_400_000
"""The last whole day of the year 9999: what comes after cannot be shown in every zone."""

HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
"""Unicode categories never sent to a terminal: controls, format (bidi, zero width), separators, lone surrogates."""

TEXTS: dict[str, tuple[str, str]] = {
    # key -> (en, zh-CN)
    "switch": ("switch", "交换机"),
    "link": ("link", "连接"),
    "sessions": ("sessions", "会话"),
    "reason": ("reason", "原因"),
    "trunk": ("trunk", "中继"),
    "gateway": ("gateway", "网关"),
    "group": ("group", "中继组"),
    "state": ("state", "状态"),
    "detail": ("detail", "说明"),
    "ping": ("ping", "探测"),
    "calls_in": ("in", "呼入"),
    "calls_out": ("out", "呼出"),
    "failures": ("failures", "失败"),
    "refused": ("refused", "拒接"),
    "max_calls": ("max calls", "并发上限"),
    "calls_per_s": ("calls/s", "每秒上限"),
    "call": ("call", "通话"),
    "phase": ("phase", "阶段"),
    "number": ("number", "号码"),
    "name": ("name", "名称"),
    "queue": ("queue", "队列"),
    "agent": ("agent", "坐席"),
    "phase_for": ("in phase", "本阶段"),
    "total": ("total", "总时长"),
    "extension": ("phone", "分机"),
    "team": ("team", "班组"),
    "status": ("status", "示忙示闲"),
    "for": ("for", "时长"),
    "waits_for": ("waits for", "等待对象"),
    "left": ("left", "剩余"),
    "phone": ("registered", "已注册"),
    "waiting": ("waiting", "等待"),
    "oldest": ("longest wait", "最长等待"),
    "ready": ("ready", "空闲"),
    "busy": ("busy", "忙碌"),
    "not_ready": ("not ready", "示忙"),
    "severity": ("severity", "级别"),
    "severity_ok": ("ok", "正常"),
    "severity_info": ("info", "提示"),
    "severity_unknown": ("unknown", "未知"),
    "severity_warning": ("warning", "警告"),
    "severity_critical": ("critical", "严重"),
    "component": ("component", "部件"),
    "finding": ("finding", "结果"),
    "hint": ("what to do", "处理办法"),
    "file": ("file", "文件"),
    "node": ("node", "节点"),
    "why": ("why", "原因"),
    "unlimited": ("no limit", "不限"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "up": ("up", "正常"),
    "down": ("DOWN", "中断"),
    "unknown": ("unknown", "未知"),
    "nothing": ("none", "无"),
    "daemon_alive": ("daemon alive, data as of {age}", "守护进程正常，数据截至 {age}"),
    "daemon_away": ("DAEMON AWAY ({seen}): old data, {age}", "守护进程不在（{seen}）：旧数据，{age}"),
    "never_seen": ("no heartbeat", "无心跳"),
    "last_seen": ("last heartbeat {age}", "最近心跳：{age}"),
    "ago": ("{age} ago", "{age}前"),
    "seconds": ("{n} s", "{n} 秒"),
    "no_data": ("no data yet", "尚无数据"),
    "unreadable": ("{count} unreadable mirror rows were left out", "略去 {count} 条无法读取的镜像记录"),
}


def text(lang: str, key: str, **values: object) -> str:
    """The word for ``key`` in 'en' or 'zh-CN'."""
    english, chinese = TEXTS[key]
    return (chinese if lang == "zh-CN" else english).format(**values)


def refusal(lang: str, error: CtiError) -> str:
    """One language: in English the message says more, in Chinese what is known besides the declared words is told as it is."""
    if error.words is None or lang != "zh-CN":
        return error.message
    if why := said(error.details, lang):
        return f"{error.words.zh}（{why}）"
    details = "，".join(f"{name}={value}" for name, value in error.details.items() if not isinstance(value, list | dict))
    return f"{error.words.zh}（{details}）" if details else error.words.zh


def safe(value: object, limit: int = 200) -> str:
    """Outside text for a terminal: hidden characters as escapes (``\\x1b``, ``\\u202e``), at most ``limit`` characters."""
    shown = "".join(
        character.encode("unicode_escape", "surrogatepass").decode() if unicodedata.category(character) in HIDDEN else character
        for character in str(value)[: limit + 1]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


_NOT_FOR_TERMINALS = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def safe_json(document: str) -> str:
    """JSON text whose hidden characters above ASCII are ``\\uXXXX``: the same document, harmless when a person looks at it."""
    return _NOT_FOR_TERMINALS.sub(lambda match: f"\\u{ord(match.group()):04x}", document)


def duration(ms: int) -> str:
    """Milliseconds -> '0:07', '12:05', '1:02:03', '3 d 04:05'."""
    seconds = max(0, ms) // 1000
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02}:{minutes:02}"
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def age(lang: str, ms: int | None) -> str:
    """'1.2 s ago' for short ages, '4:10 ago' for long ones."""
    if ms is None:
        return text(lang, "no_data")
    return text(lang, "ago", age=text(lang, "seconds", n=f"{max(0, ms) / 1000:.1f}") if ms < 60_000 else duration(ms))


def local_time(ms: int) -> str:
    """UTC ms -> local 'HH:MM:SS.mmm'; a time that no calendar has, as it came."""
    if not 0 <= ms <= LATEST_MS:
        return safe(ms)
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%H:%M:%S.") + f"{ms % 1000:03}"
