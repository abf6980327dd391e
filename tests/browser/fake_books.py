"""Canned people, queues and finished calls of the fake server. Every number comes from a seed: pictures can be compared."""

from __future__ import annotations

import array
import io
import json
import math
import random
import time
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti_server.domain import kpi
from cti_server.features.centre import seed
from cti_server.features.users.service import Account, LinkOver
from webapp.samples import sample

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "developers" / "openapi.json").read_text("utf-8"))
HOSTILE = "<img src=x onerror=alert(1)>"
PEOPLE = [
    ("1001", "李伟", "day"),
    ("1002", "王芳", "day"),
    ("1003", "张敏", "day"),
    ("1004", "刘洋", "day"),
    ("1005", "Emma Clarke", "care"),
    ("1006", "Daniel Novak", "care"),
    ("1007", "陈静", "care"),
    ("1008", "Sofia Rossi", "care"),
]
QUEUES = [
    ("billing", "缴费咨询 Billing"),
    ("repair", "故障报修 Repair"),
    ("complaints", "投诉建议 Complaints"),
    ("sales", "业务办理 Sales"),
]
FORMULAS = {"sales": "of-answered"}
CALLERS = [
    ("13812345678", "王建国"),
    ("02161234567", "Anna Schmidt"),
    ("13900001111", HOSTILE),
    ("01062345678", ""),
    ("18677778888", "上海云帆信息技术有限公司"),
]
CENTRE: dict[str, Any] = {
    "version": 7,
    "tenant": "demo",
    "time_zone": "Asia/Shanghai",
    "teams": [{"id": "day", "name": "日班一组", "group": ""}, {"id": "care", "name": "Customer Care", "group": ""}],
    "queues": [{"id": i, "name": n, "service_level_s": 20, "wrap_up_s": 30} for i, n in QUEUES],
    "agents": [{"id": i, "name": n, "team": t, "extension": i} for i, n, t in PEOPLE],
    "not_ready_reasons": [
        {"code": "lunch", "texts": {"en": "Lunch", "zh-CN": "午餐"}},
        {"code": "meeting", "texts": {"en": "Meeting", "zh-CN": "会议"}},
        {"code": "break", "texts": {"en": "Short break", "zh-CN": "小休"}},
        {"code": "rejected", "texts": {"en": "Rejected a call", "zh-CN": "拒接来电"}},
    ],
    "dispositions": [
        {"code": code, "texts": {"en": english, "zh-CN": chinese}, "parent": parent, "queues": queues}
        for code, english, chinese, parent, queues in (
            ("resolved", "Resolved", "已解决", "", []),
            ("follow-up", "Follow-up needed", "需要跟进", "", []),
            ("wrong-number", "Wrong number", "误拨", "", []),
            ("complaint", "Complaint", "投诉", "", []),
            ("payment", "Payment", "缴费", "", ["billing"]),
            ("paid", "Paid", "已缴费", "payment", []),
            ("promised", "Promised to pay", "承诺缴费", "payment", []),
            ("disputed", "Disputes the bill", "对账单有异议", "payment", []),
        )
    ],
    "seats": ["1101", "1102"],
    "short_numbers": [{"code": "81", "name": "调度室 Control room", "number": "075526543210"}],
    "flows": {"main_menu": ["greeting", "menu"], "pin_check": ["ask", "thanks"], "sales": ["greeting"]},
    "labels": {
        "account": {"en": "Account number", "zh-CN": "户号"},
        "topic": {"en": "Topic", "zh-CN": "业务"},
        "repair": {"en": "Repair", "zh-CN": "故障报修"},
    },
    "phone": None,
    "sip": {"host": "pbx.example", "port": 5061, "transport": "tls", "realm": "pbx.example", "codecs": ["OPUS", "PCMU", "PCMA"]},
}


def told(name: str, **values: Any) -> dict[str, Any]:
    """What REST tells under this name, with these values."""
    return {**sample({"$ref": f"#/components/schemas/{name}"}, DOCUMENT["components"]["schemas"]), **values}


def agents(now_ms: int) -> list[dict[str, Any]]:
    dice = random.Random(5)
    found = []
    for number, (agent_id, name, team) in enumerate(PEOPLE):
        answered = dice.randint(9, 31)
        served = QUEUES[number % 2 : number % 2 + 3]
        found.append(
            {
                "id": agent_id,
                "name": name,
                "extension": agent_id,
                "team": team,
                "queues": {q: 1 for q, _ in served},
                "status": "logged_out",
                "reason": "",
                "pending": "",
                "pending_reason": "",
                "over_ms": 0,
                "asked_reason": "",
                "asked_ms": 0,
                "state": "idle",
                "phone_registered": True,
                "phone_withdrawn": False,
                "off_hook": False,
                "pick_up": False,
                "status_since_ms": now_ms,
                "state_since_ms": now_ms,
                "deadline_ms": 0,
                "call_id": "",
                "last_calls": [],
                "queue": "",
                "counted_ms": 0,
                "today": {
                    "answered": answered,
                    "rona": dice.randint(0, 2),
                    "first_in": answered - 2,
                    "last_in": answered - 3,
                    "passed_on": 3,
                    "talk_ms": answered * 174_000,
                    "hold_ms": answered * 12_000,
                    "wrap_up_ms": answered * 28_000,
                    "ring_ms": answered * 5_000,
                    "idle_ms": 3_100_000,
                    "logged_in_ms": 14_520_000,
                },
            }
        )
    return found


def services() -> list[dict[str, Any]]:
    leads = [("日常", "main_menu", "repair"), ("抢险", "", "repair"), ("停业", "sales", "")]
    destinations = [{"no": no, "name": name, "flow": flow, "queue": queue} for no, (name, flow, queue) in enumerate(leads, 1)]
    view = {"id": "hotline", "name": "供电服务热线", "team": "day", "active": 1, "destinations": destinations}
    return [{**view, "numbers": ["95598", "4008000002"], "since_ms": 0, "person": ""}]


def queues() -> list[dict[str, Any]]:
    dice = random.Random(8)
    found = []
    for queue_id, name in QUEUES:
        offered = dice.randint(60, 180)
        abandoned = offered // 14
        found.append(
            {
                "id": queue_id,
                "name": name,
                "waiting": 0,
                "oldest_ms": 0,
                "agents_ready": dice.randint(0, 3),
                "agents_busy": dice.randint(1, 4),
                "agents_not_ready": 1,
                "service_level_s": 20,
                "formula": "answered-offered",
                "today": kpi.figures(
                    kpi.QueueRow(
                        queue_id,
                        answered=offered - abandoned,
                        abandoned=abandoned,
                        answered_in_sl=int((offered - abandoned) * (0.84 + dice.random() / 6)),
                        wait_ms=(offered - abandoned) * dice.randint(8_000, 17_000),
                        talk_ms=(offered - abandoned) * 174_000,
                        hold_ms=(offered - abandoned) * 12_000,
                        wrap_up_ms=(offered - abandoned) * 28_000,
                        handled=offered - abandoned,
                    )
                ),
            }
        )
    return found


def trunks() -> list[dict[str, Any]]:
    base = {"node": "main", "group": "", "detail": "", "ping": "UP", "ping_ms": 11.6, "max_calls": 120, "calls_per_s": 30}
    base |= {"failures": 0, "refused": 0, "resting_until_ms": 0}
    return [
        {**base, "id": "telco", "gateway": "telco", "group": "市话", "state": "up", "calls_in": 6, "calls_out": 1},
        {
            **base,
            "id": "backup",
            "gateway": "backup",
            "state": "down",
            "calls_in": 0,
            "calls_out": 0,
            "failures": 3,
            "detail": "NOREG",
            "ping": "DOWN",
            "ping_ms": 0.0,
        },
    ]


def switches() -> list[dict[str, Any]]:
    return [
        {
            "id": "main",
            "linked": True,
            "reason": "",
            "sessions": 14,
            "max_sessions": 5000,
            "core_uuid": "u",
            "slow": False,
            "delay_ms": 0,
        }
    ]


_CALLS = random.Random(11)


def call(call_id: str, now_ms: int) -> dict[str, Any]:
    number, name = CALLERS[_CALLS.randrange(len(CALLERS))]
    return {
        "id": call_id,
        "phase": "queued",
        "direction": "inbound",
        "node": "main",
        "number": number,
        "name": name,
        "service_number": "95598",
        "service_name": "供电服务热线 Power service",
        "queue": "repair",
        "also": [],
        "priority": 0,
        "agent": "",
        "ivr_path": [
            {"node": "language", "pressed": "1", "label": "普通话"},
            {"node": "menu", "pressed": "2", "label": "故障报修 Repair"},
            {"node": "account", "pressed": "88231007", "label": "account"},
        ],
        "data": {
            "客户等级": "金卡 Gold",
            "account": "88231007",
            "topic": "repair",
            "区域": "浦东新区 Pudong",
            "last_call": "2026-11-03 已解决",
            "note": HOSTILE,
        },
        "arrived_ms": now_ms - 38_000,
        "queued_ms": now_ms - 21_000,
        "place_ms": 0,
        "place_order": 0,
        "offered_ms": 0,
        "connected_ms": 0,
        "held_ms": 0,
        "recording": "",
        "outcome": "",
        "slot": "",
        "waited_ms": 0,
        "passed_by": "",
        "back_from": "",
        "back_why": "",
        "private": False,
        "legs": [],
    }


def number_of(agent: str) -> int:
    """Of the agent's leg in any call; the customer's is 1."""
    return int(agent) - 999 if agent else 1


def leg(party: str, agent: str = "", hears: int = 0, state: str = "connected", **more: Any) -> dict[str, Any]:
    plain = {"no": number_of(agent), "node": "main", "number": "", "muted": False, "asks": "", "asked_by": 0, "connected_ms": 0}
    return {**plain, "party": party, "agent": agent, "state": state, "hears": hears, **more}


def agents_of(view: dict[str, Any]) -> set[str]:
    """Those who see this call: they talk, or are rung."""
    return {agent for agent in (view["agent"], *(leg["agent"] for leg in view["legs"] if leg["state"] != "ended")) if agent}


def _midnight_ms() -> int:
    """Today 00:00 in Shanghai (UTC+8, no summer time)."""
    day = 86_400_000
    return (int(time.time() * 1000) + 8 * 3_600_000) // day * day - 8 * 3_600_000


def call_rows(query: Mapping[str, str]) -> list[dict[str, Any]]:
    dice = random.Random(21)
    rows = []
    for number in range(34):
        caller = CALLERS[dice.randrange(len(CALLERS))]
        answered = dice.random() < 0.86
        at = _midnight_ms() + 8 * 3_600_000 + number * 610_000
        talk = dice.randint(40, 420) * 1000 if answered else 0
        agent = PEOPLE[dice.randrange(8)][0] if answered else ""
        rows.append(
            {
                "id": f"old{number}",
                "direction": "inbound",
                "number": caller[0],
                "name": caller[1],
                "service_number": "95598",
                "queue": QUEUES[dice.randrange(4)][0],
                "agent": query.get("agent") or agent if answered else "",
                "arrived_ms": at,
                "ended_ms": at + talk + 30_000,
                "outcome": "answered" if answered else "abandoned",
                "wait_ms": dice.randint(2, 60) * 1000,
                "talk_ms": talk,
                "talk_by_agent": {query.get("agent") or agent: talk} if answered else {},
                "hold_ms": dice.choice([0, 0, 9000]),
                "wrap_up_ms": 24_000 if answered else 0,
                "recording_id": f"rec{number}" if answered else None,
                "listen": bool(answered),
                "disposition": dice.choice(["resolved", "follow-up"]) if answered else None,
                "note": None,
            }
        )
    wanted = [r for r in rows if all(not query.get(k) or r[k] == query[k] for k in ("queue", "outcome"))]
    return [r for r in reversed(wanted) if query.get("number", "") in r["number"]]


def call_detail(call_id: str) -> dict[str, Any]:
    row = next((r for r in call_rows({}) if r["id"] == call_id), call_rows({})[0])
    at, talk = row["arrived_ms"], row["talk_ms"]
    del row["talk_by_agent"]  # the segments say it
    base = told("SegmentRow", call_id=row["id"], queue=row["queue"], agent=row["agent"], detail={})
    segments = [
        {**base, "segment": "ivr", "agent": "", "started_ms": at, "ended_ms": at + 14_000},
        {**base, "segment": "queue", "agent": "", "started_ms": at + 14_000, "ended_ms": at + 38_000, "outcome": row["outcome"]},
    ]
    if talk:
        segments += [
            {
                **base,
                "segment": "offer",
                "agent": "1004",
                "started_ms": at + 15_000,
                "ended_ms": at + 30_000,
                "outcome": "no-answer",
            },
            {**base, "segment": "offer", "started_ms": at + 31_000, "ended_ms": at + 38_000, "outcome": "answered"},
            {**base, "segment": "talk", "started_ms": at + 38_000, "ended_ms": at + 38_000 + talk},
            {**base, "segment": "hold", "started_ms": at + 38_000 + talk // 2, "ended_ms": at + 47_000 + talk // 2},
            {**base, "segment": "wrap_up", "started_ms": at + 38_000 + talk, "ended_ms": at + 62_000 + talk},
        ]
    times = {"started_ms": at + 38_000, "ended_ms": at + 43_000, "length_ms": 5_000, "size": 80_000}
    same = {"call_id": row["id"], "queue": row["queue"], **times}
    recordings = [
        told("RecordingRow", id="rec1", agents=[row["agent"]], **same),
        told("RecordingRow", id="rec2", agents=[row["agent"], "1004"], recorded="consult", **same),
    ]
    note = {"agent": row["agent"], "code": row["disposition"], "note": f"户号已核实 {HOSTILE}", "at_ms": at + 60_000 + talk}
    notes = [told("DispositionRow", call_id=row["id"], **note)]
    live = call(call_id, at)
    del row["listen"]
    row = {**row, "hung_up_by": "customer", "ivr_path": live["ivr_path"], "data": live["data"]}
    box = {"box": "hotline", "box_name": seed.VOICEMAIL_BOXES[0].name, "message": True}
    left = told("RecordingRow", id="m1", agents=[], recorded="voicemail", **{**same, "queue": ""}, **box)
    heard = recordings if talk else [left]
    return {"call": row, "segments": segments, "recordings": heard, "dispositions": notes if talk else []}


def audit_rows(query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Somebody renamed an agent, somebody listened in, the product repaired, somebody took calls out."""
    now_ms = 1_795_000_000_000
    change: dict[str, Any] = {"login": "admin", "address": "10.0.0.7", "version": 4, "fields": ["name", "queues"]}
    change["before"] = {"name": "李伟", "queues": {"repair": 1}}
    change["after"] = {"name": HOSTILE, "queues": {"repair": 1, "billing": 2}}
    rows = [
        ("entity.changed", "user:9", "agents:1001", change),
        ("ListenToCall", "user:3", "call:c17", {"login": "chen.jing", "extension": "2001", "mode": "whisper"}),
        ("repair-bridge", "system:reconciler", "leg:0b8f", {"node": "main", "cause": "bridge"}),
        ("calls.exported", "user:9", "csv", {"login": "admin", "day": "2026-11-18", "calls": 1284}),
        ("HangupCall", "agent:1001", "call:c16", {"call_id": "c16"}),
    ]
    told_rows = [
        told("AuditRow", id=90 - n, at_ms=now_ms - n * 97_000, issuer=issuer, who=str(detail.get("login", "")), action=action,
             subject=subject, detail=detail)
        for n, (action, issuer, subject, detail) in enumerate(rows)
    ]  # fmt: skip
    return [row for row in told_rows if row["action"].startswith(query.get("action", ""))]


def audit_chain() -> dict[str, Any]:
    return told("ChainState", links=4312, checked=4312, problems=[])


def _queue_row(queue: str, start: int, end: int, dice: random.Random, n: int) -> dict[str, Any]:
    abandoned = dice.randint(0, max(1, n // 6))
    answered = n - abandoned
    timely = max(0, answered - dice.randint(0, max(1, n // 4)))
    return {
        "queue": queue,
        "start_ms": start,
        "end_ms": end,
        "offered": n,
        "answered": answered,
        "abandoned": abandoned,
        "short_abandoned": 0,
        "overflowed": 0,
        "failed": 0,
        "answered_in_sl": timely,
        "abandoned_in_sl": 0,
        "wait_ms": answered * 9_000,
        "talk_ms": answered * 171_000,
        "hold_ms": 9_000,
        "wrap_up_ms": answered * 26_000,
        "handled": answered,
        "service_level": timely / n if n else None,
        "formula": FORMULAS.get(queue, "answered-offered"),
        "asa_s": 9.1 if answered else None,
        "aht_s": 201.3 if answered else None,
        "abandon_rate": abandoned / n if n else None,
    }


def _sum(totals: dict[str, Any], rates: dict[str, Any]) -> dict[str, Any]:
    rows = list(totals.values())
    counts = [key for key, value in rows[0].items() if isinstance(value, int) and key not in ("start_ms", "end_ms")]
    return {**rows[0], **{key: sum(row[key] for row in rows) for key in counts}, **rates}


def queue_report() -> dict[str, Any]:
    start, step = _midnight_ms(), 900_000
    rows, totals = [], {}
    for queue, _ in QUEUES:
        dice = random.Random(queue)
        for slot in range(32, 66):
            load = int(7 * math.exp(-(((slot - 42) / 9) ** 2)) + 5 * math.exp(-(((slot - 58) / 6) ** 2)) + dice.random() * 3)
            rows.append(_queue_row(queue, start + slot * step, start + (slot + 1) * step, dice, load))
        mine = [r for r in rows if r["queue"] == queue]
        total = {k: sum(r[k] or 0 for r in mine) for k in mine[0] if k not in ("queue", "formula")}
        rates = {
            "formula": mine[0]["formula"],
            "service_level": total["answered_in_sl"] / total["offered"],
            "abandon_rate": total["abandoned"] / total["offered"],
        }
        totals[queue] = {
            **total,
            **rates,
            "queue": queue,
            "start_ms": start,
            "end_ms": start + 86_400_000,
            "asa_s": 9.1,
            "aht_s": 201.3,
        }
    everything = _sum(totals, {"queue": "", "formula": "", "service_level": 0.83, "aht_s": 201.3, "abandon_rate": 0.05})
    return told("QueueReport", rows=rows, totals=totals, all=everything, as_of_ms=int(time.time() * 1000))


def agent_report() -> dict[str, Any]:
    start, step = _midnight_ms(), 900_000
    rows, totals = [], {}
    for agent, _, _ in PEOPLE:
        dice = random.Random(agent)
        for slot in range(34, 62):
            n = dice.randint(0, 4)
            rows.append(
                {
                    "agent": agent,
                    "start_ms": start + slot * step,
                    "end_ms": start + (slot + 1) * step,
                    "answered": n,
                    "rona": dice.randint(0, 9) // 9,
                    "first_in": n,
                    "last_in": n - n // 3,
                    "passed_on": n // 3,
                    "ring_ms": n * 5_000,
                    "talk_ms": n * 160_000,
                    "hold_ms": n * 8_000,
                    "consult_ms": 0,
                    "wrap_up_ms": n * 24_000,
                    "idle_ms": 900_000 - n * 197_000,
                    "not_ready_ms": 0,
                    "logged_in_ms": 900_000,
                    "aht_s": 192.0 if n else None,
                    "first_resolution": (n - n // 3) / n if n else None,
                    "occupancy": n * 197 / 900,
                }
            )
        mine = [r for r in rows if r["agent"] == agent]
        total = {k: sum(r[k] or 0 for r in mine) for k in mine[0] if k != "agent"}
        totals[agent] = {
            **total,
            "agent": agent,
            "start_ms": start,
            "end_ms": start + 86_400_000,
            "aht_s": 192.0,
            "first_resolution": 0.86,
            "occupancy": 0.61,
        }
    everything = _sum(totals, {"agent": "", "aht_s": 192.0, "first_resolution": 0.86, "occupancy": 0.61})
    return told("AgentReport", rows=rows, totals=totals, all=everything, as_of_ms=int(time.time() * 1000))


def tone() -> bytes:
    """Five seconds of two soft tones, one on each side."""
    samples = array.array("h")
    for n in range(8000 * 5):
        samples += array.array("h", [int(6000 * math.sin(n * 0.35)), int(6000 * math.sin(n * 0.21))])
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return out.getvalue()


# ---------------------------------------------------------------- people's sign-in

HOUR_MS = 3_600_000
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


def link_for(token: str, now_ms: int) -> dict[str, Any]:
    """Tokens that begin with 'x' are over."""
    if token.startswith("x"):
        raise LinkOver("this link does not count (any more)")
    return {"login": "sun.li", "name": "孙丽", "kind": "invitation", "expires_ms": now_ms + 7 * 24 * HOUR_MS}


def web_sessions(now_ms: int) -> list[dict[str, Any]]:
    now = {"created_ms": now_ms - HOUR_MS, "seen_ms": now_ms}
    own = {"id": "0" * 16, "address": "192.0.2.17", "browser": LINUX, **now, "own": True}
    times = {"created_ms": now_ms - 30 * HOUR_MS, "seen_ms": now_ms - 5 * HOUR_MS}
    other = {"id": "1" * 16, "address": "2001:db8:85a3::8a2e:370:7334", "browser": PHONE, **times, "own": False}
    return [own, other]


PROVIDERS = [
    {"id": "sso", "kind": "oidc", "texts": {"en": "Company account", "zh-CN": "单位统一账号"}},
    {"id": "dir", "kind": "ldap", "texts": {"en": "the directory", "zh-CN": "目录账号"}},
]
"""Ways in besides a password."""
SOMEBODY = Account(11, "admin", "Admin", "", "admin", "", "", "en")
SECOND = {
    "totp": False, "recovery_left": 0, "demanded": True, "codes": True,
    "passkeys": [{"id": 4, "name": "Laptop", "made_ms": 1_780_279_200_000, "used_ms": 1_780_279_200_000}],
}  # fmt: skip


def sign_in(login: str, now_ms: int) -> dict[str, Any]:
    sessions = [one | {"own": False} for one in web_sessions(now_ms)]
    link = {"kind": "reset", "made_ms": now_ms - HOUR_MS, "expires_ms": now_ms + 23 * HOUR_MS, "made_by": "admin"}
    lock = {"at_ms": now_ms - HOUR_MS, "by": "admin", "reason": "Laptop lost in the train"}
    waits = [
        {"kind": "pair", "address": "198.51.100.7", "failures": 6, "wait_s": 30},
        {"kind": "account", "address": "", "failures": 6, "wait_s": 0},
    ]
    names = {"login": login, "name": login, "has_password": True, "disabled": False, "mail": True}
    second = {"totp": True, "recovery_left": 9, "passkeys": 1}
    return {**names, "link": link, "lock": lock, "second": second, "waits": waits, "sessions": sessions}


def made_link(login: str, now_ms: int) -> dict[str, Any]:
    token = "kTq0m3v9yVf2cXr7sLw1Zb8nHd5gJp4a"
    link = f"https://desk.example/#/login/{token}"
    return {"login": login, "kind": "invitation", "link": link, "expires_ms": now_ms + 7 * 24 * HOUR_MS, "mailed": True}
