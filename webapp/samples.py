"""Examples of the OpenAPI document, made from its schemas: each field as it is in the demo centre.

``OF`` has what the fields of one schema are, ``NAMED`` what a field of that name is in any; others have the first word of their
enumeration or the plainest value of their type. An optional field without a sample is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cti_server.domain.kpi import AgentRow, QueueRow, figures
from cti_server.events.commands import HangupCall
from cti_server.events.views import CALL_ENDED
from cti_server.features.centre import seed
from cti_server.features.roles.contract import SHIPPED, shipped

ARRIVED_MS, HOUR_MS = 1_780_279_200_000, 3_600_000  # 2026-06-01 10:00 in Shanghai
DAY = (ARRIVED_MS - 10 * HOUR_MS, ARRIVED_MS + 14 * HOUR_MS)
REASON = next(one for one in seed.REASONS if one.get("parent"))
QUEUE = QueueRow(
    seed.QUEUES[0].id, *DAY, answered=117, abandoned=9, short_abandoned=2, answered_in_sl=101, abandoned_in_sl=6, handled=117,
    wait_ms=1_404_000, talk_ms=20_358_000, hold_ms=1_755_000, wrap_up_ms=3_276_000,
)  # fmt: skip
AGENT = AgentRow(
    seed.AGENTS[0].id, *DAY, answered=31, rona=1, first_in=28, last_in=27, passed_on=4, ring_ms=155_000, talk_ms=5_394_000,
    hold_ms=465_000, wrap_up_ms=868_000, idle_ms=3_100_000, not_ready_ms=1_800_000, logged_in_ms=11_782_000,
)  # fmt: skip
QUEUE_FIGURES: dict[str, Any] = figures(QUEUE, seed.QUEUES[0].service_level_formula)
AGENT_FIGURES = figures(AGENT)
ENTRY = {
    "key": "day", "version": 2, "changed_ms": ARRIVED_MS, "changed_by": "admin", "record": asdict(seed.TEAMS[0]),
    "fate": "changed", "fields": ["name"], "made": {},
}  # fmt: skip
A_FILE = {"path": "zh/8000/welcome.wav", "size": 67_244, "sha256": "9f" * 32}
TOTP = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/CTI:li.wei?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=CTI",
    "picture": "data:image/svg+xml;charset=utf-8,%3Csvg/%3E",
}
SESSION = {
    "id": "5f0c6b1e1f6e4f0a", "address": "192.0.2.17", "browser": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "created_ms": ARRIVED_MS, "seen_ms": ARRIVED_MS + HOUR_MS, "own": False,
}  # fmt: skip
ROLE = {"role_texts": SHIPPED["agent"].texts(), "group": "", "rights": dict(shipped("agent"))}
CALL_ID, RECORDING_ID = "5f0c6b1e-1f6e-4f0a-9d53-6d1c5a7e2b10", "main-5f0c6b1e-1780279226000"

OF: Mapping[str, Mapping[str, Any]] = {
    "User": {"id": 1, **asdict(seed.USERS[0]), **ROLE},
    "Team": asdict(seed.TEAMS[0]),
    "Queue": asdict(seed.QUEUES[0]),
    "Agent": asdict(seed.AGENTS[0]),
    "Centre": {"not_ready_reasons": [{"code": "lunch", "texts": {"en": "Lunch", "zh-CN": "午餐"}}]},
    "Session": {"teams": ["day"]},
    "WayProvider": {"id": "sso", "texts": {"en": "Company account", "zh-CN": "单位账号"}, "kind": "oidc"},
    "Away": {"url": "https://sso.centre.example/authorize?response_type=code"},
    "Left": {"url": ""},
    "Brought": {"state": "xyz", "code": "SplxlOBeZQQYbYS6WxSbIA", "iss": "", "error": ""},
    "Texts": REASON["texts"],
    "Login": {"login": seed.USERS[0].login, "password": "correct horse"},
    "PauseAgentArguments": {"agent_id": AGENT.agent, "reason": seed.REASONS[0]["code"]},
    HangupCall.__name__: {"args": {"agent_id": AGENT.agent}},
    "Reply": {"data": {}},
    "Figures": {"queues": {QUEUE.queue: {"answered": QUEUE.answered}}, "agents": {AGENT.agent: {"answered": AGENT.answered}}},
    "SegmentRow": {"segment": "talk", "outcome": "", "detail": {"queued_ms": ARRIVED_MS + 14_000}},
    "RecordingRow": {"id": RECORDING_ID, "agents": [AGENT.agent], "problem": "", "listen": ""},
    "QueueFigures": QUEUE_FIGURES,
    "AgentFigures": AGENT_FIGURES,
    "QueueReport": {"formula": "", "totals": {QUEUE.queue: QUEUE_FIGURES}, "all": {**QUEUE_FIGURES, "queue": "", "formula": ""}},
    "AgentReport": {"totals": {AGENT.agent: AGENT_FIGURES}, "all": {**AGENT_FIGURES, "agent": ""}},
    "Lookup": {"section": "directory", "key_name": "id", "key_value": seed.AGENTS[0].extension, "user": seed.AGENTS[0].extension},
    "Health": {"status": "ok"},
    "Choice": {"value": "local", "label": {"en": "Local", "zh-CN": "市话"}},
    "EntityKind": {"name": "teams", "label": {"en": "Teams", "zh-CN": "班组"}, "key": "id", "single": "",
                   "changes": True, "adds": True},
    "EntityField": {
        "name": "name", "label": {"en": "Name", "zh-CN": "名称"}, "help": {"en": "What people read.", "zh-CN": "显示的名称。"},
        "form": "text", "required": True, "default": None, "longest": 128, "reference": "", "choices": [],
    },
    "EntitySeen": {
        "name": "used_ms", "label": {"en": "Last used", "zh-CN": "最近使用"},
        "help": {"en": "To a minute.", "zh-CN": "精确到分钟。"},
    },
    **dict.fromkeys(("Entry", "MadeEntry"), ENTRY),
    "Delivery": {
        "id": 7, "delivery": "crm-3-1042", "kind": CALL_ENDED.name, "subject": f"call:{CALL_ID}", "state": "sent", "tries": 1,
        "status": 204, "body": f'{{"id":"crm-3-1042","kind":"{CALL_ENDED.name}"}}', "due_ms": 0, "trouble": "",
    },
    "Given": {"record": ENTRY["record"]},
    "EntryVersion": {"version": 2, "who": "admin", "what": "changed", "fields": ["name"], "before": {"id": "day", "name": "Day"},
                     "after": ENTRY["record"]},
    "ImportedRow": {"line": 2, "key": "day", "fate": "changed", "fields": ["name"], "made": {}, "problems": []},
    "Imported": {"counts": {"changed": 1}, "dry": True},
    "ImportNow": {"what": "agents", "state": "running", "step": "rows", "done": 3400, "total": 10_000, "begun_ms": ARRIVED_MS,
                  "counts": {}, "error": ""},
    "EntryProblem": {"field": "name", "problem": "missing", "text": "must be filled in"},
    "Undo": {"version": 1},
    "AuditRow": {"id": 812, "at_ms": ARRIVED_MS, "issuer": "user:3", "who": "admin", "action": "entity.changed",
                 "subject": "teams:day", "detail": {"login": "admin", "fields": ["name"]}},
    "ChainProblem": {"problem": "removed", "n": 640, "row": 655, "at_ms": ARRIVED_MS},
    "ChainState": {"links": 812, "end": "5f2b" * 16, "checked_ms": ARRIVED_MS, "checked": 812, "problems": []},
    "AuditQuery": {"who": "admin"},
    "Sound": {"name": "welcome", "folder": "zh", "version": 2, "length_ms": 4200, "sha256": "9f" * 32, "who": "admin"},
    "SwitchSounds": {"node": "fs1", "has": 2, "missing": []},
    "SwitchFile": A_FILE,
    "FileOfSwitch": A_FILE,
    "FilesOfSwitch": {"node": "fs1"},
    "MessageForPrompt": {"message": "01JD-vm"},
    "Notice": {"id": "outage", "version": 1, "title": "Planned outage", "text": "6:00 to 18:00", "ends": ""},
    "Reader": {"login": "li.wei", "name": "李伟", "read_ms": ARRIVED_MS},
    "Receipt": {"version": 1},
    "FirstRun": {"demo": 0, "empty": False, "unqueued": [], "realm": "pbx.example", "web_phone": True},
    "Step": {"name": "queue", "done": False, "lacks": ["queue-none"], "count": 0},
    "FirstCall": {"call_id": CALL_ID, "number": "13800138000", "agent": AGENT.agent, "ended_ms": ARRIVED_MS + 95_000},
    "AgentPhone": {"agent": AGENT.agent, "extension": AGENT.agent, "registered": True, "logged_in": False},
    "Finding": {"component": "tls", "severity": "warning", "text": "the certificate ends in 9 days", "hint": "renew it"},
    "Lines": {"text": "Li Wei, 1001", "team": "Day"},
    "Person": {"line": 1, "name": "Li Wei", "extension": "1001", "login": "li.wei", "problem": ""},
    "StartPeople": {"made": {"1001": {"phone_password": "k3Yw-phone-4Rt"}}, "dry": False},
    "QueueName": {"name": "Service"},
    "NewQueue": {"id": "service"},
    "WipeDemo": {"confirm": "wipe the demo", "calls": True},
    "DemoThere": {"entries": 61, "calls": 128, "recordings": 97, "intervals": 412},
    "DemoWiped": {"version": 3, "calls": 128, "recordings": 97, "intervals": 412},
    "DemoDone": {"version": 2, "made": {}},
    "Script": {"id": "hello", "name": "Greeting", "text": "{agent} speaking"},
    "Paper": {"id": "tariffs", "title": "Tariffs", "link": "https://kb.example.com/tariffs", "group": ""},
    "CustomerCard": {
        "id": "k1024", "name": "王建国", "numbers": ["+8613812345678"], "class_texts": {"en": "VIP", "zh-CN": "贵宾"},
        "tags": ["长者"], "own_agent": AGENT.agent,
        "own": [{"code": "meter", "texts": {"en": "Meter", "zh-CN": "电表号"}, "value": "31001234"}],
        "notes": "Calls back at noon", "version": 3,
    },
    "CustomerNote": {"text": "Calls back at noon"},
    "Merge": {"id": 1, "kept": "k1024", "gone": "k2048", "who": "admin", "undone_ms": 0},
    "MergeWish": {"gone": "k2048"},
    "MadeCustomer": {"id": "k3f9a01c2"},
    "PartWish": {"merge_id": 1},
    "Contact": {"id": "water", "name": "Water works", "number": "12345", "kind": "authority"},
    "SeenSession": SESSION,
    "Account": {"has_password": True},
    "SignIn": {"login": "li.wei", "name": "李伟", "has_password": True, "mail": True, "disabled": False, "waits": []},
    "OpenLink": {"kind": "reset", "made_ms": ARRIVED_MS, "expires_ms": ARRIVED_MS + 24 * HOUR_MS, "made_by": "admin"},
    "SeenLock": {"at_ms": ARRIVED_MS, "by": "admin", "reason": "lost laptop"},
    "SeenWait": {"kind": "account", "address": "", "failures": 20, "wait_s": 15},
    "MadeLink": {"login": "li.wei", "kind": "invitation", "link": "https://desk.example/#/login/b1J9sQ2mZx",
                 "expires_ms": ARRIVED_MS + 168 * HOUR_MS, "mailed": True},
    "Invited": {"mailed": 1},
    "Lock": {"reason": "lost laptop"},
    "LinkFor": {"login": "li.wei", "name": "李伟", "kind": "invitation", "expires_ms": ARRIVED_MS + 168 * HOUR_MS},
    "LinkLook": {"token": "b1J9sQ2mZx"},
    "LinkUse": {"token": "b1J9sQ2mZx", "password": "violet anchor 7 teapots"},
    "PasswordChange": {"old": "correct horse", "new": "violet anchor 7 teapots"},
    "Forgotten": {"login": "li.wei"},
    "Ways": {"forgotten": True},
    "SeenSecond": {"totp": True, "recovery_left": 9, "demanded": False, "codes": True},
    "SeenPasskey": {"id": 4, "name": "Laptop", "made_ms": ARRIVED_MS, "used_ms": ARRIVED_MS + HOUR_MS},
    "HasSecond": {"totp": True, "recovery_left": 9, "passkeys": 1},
    "NewTotp": TOTP,
    "Second": {"pending": "b1J9sQ2mZx", "code": "492039"},
    "FirstSecond": {"pending": "b1J9sQ2mZx", "secret": TOTP["secret"], "code": "492039"},
    "Totp": {"password": "correct horse", "secret": TOTP["secret"], "code": "492039"},
    "FirstSession": {"recovery_codes": ["7KQM-2XWD-9RTA-HC4P"]},
    "RecoveryCodes": {"recovery_codes": ["7KQM-2XWD-9RTA-HC4P"]},
    "PasskeyAsk": {"handle": "b1J9sQ2mZx", "options": {"challenge": "c2FtcGxl", "rpId": "desk.example"}},
    "Passkey": {"handle": "b1J9sQ2mZx", "credential": {"id": "c2FtcGxl", "type": "public-key"}},
    "NewPasskey": {"name": "Laptop", "handle": "b1J9sQ2mZx", "credential": {"id": "c2FtcGxl", "type": "public-key"}},
    "Proof": {"password": "correct horse"},
    "ConfigurationDraft": {"mark": "3-41", "changes": 1, "since_ms": ARRIVED_MS, "waiting": 1},
    "Author": {"who": "admin", "changes": 1, "last_ms": ARRIVED_MS},
    "EngineVersion": {"process": "daemon", "version": 3, "age_ms": 400},
    "Fault": {"entity": "teams", "key": "day", "field": "name", "problem": "missing", "text": "must be filled in"},
    "Difference": {"entity": "teams", "key": "day", "name": "日班", "change": "changed"},
    "FieldDifference": {"field": "name", "before": "Day", "after": "日班"},
    "Version": {"author": "admin", "reason": "A second shift", "changes": 1, "restorable": True},
    "Planned": {"id": 1, "author": "admin", "reason": "A second shift", "state": "waiting", "base": 3, "version": 0, "changes": 1,
                "made_ms": ARRIVED_MS, "problems": []},
    "PublicationDone": {"version": 4, "plan": None, "made": {}},
    "Publish": {"reason": "A second shift", "mark": "3-41"},
    "RollBack": {"reason": "The second shift comes later", "mark": "4-41", "discard": False},
    "Discard": {"mark": "3-41", "entity": "teams", "key": "day"},
    "Discarded": {"changes": 1},
    "Taken": {"total": 1, "dry": True, "made": {}},
}
NAMED: Mapping[str, Any] = {
    "id": CALL_ID,
    "call_id": CALL_ID,
    "recording_id": RECORDING_ID,
    "leg": "0b8f2c1c-53c1-4c3e-8a35-3c1f4d7f9e21",
    "agent": AGENT.agent,
    "agent_id": AGENT.agent,
    "colleague_id": seed.AGENTS[1].extension,
    "flow": "main_menu",
    "service_id": seed.SERVICES[0].id,
    "slot": "7",
    "webhook_id": "crm",
    "queue": QUEUE.queue,
    "queue_id": QUEUE.queue,
    "team": seed.AGENTS[0].team,
    "extension": seed.AGENTS[0].extension,
    "number": "13812345678",
    "name": "王建国",
    "service_number": seed.SERVICE_NUMBERS[0].number,
    "arrived_ms": ARRIVED_MS,
    "started_ms": ARRIVED_MS + 26_000,
    "ended_ms": ARRIVED_MS + 215_000,
    "at_ms": ARRIVED_MS + 230_000,
    "as_of_ms": ARRIVED_MS + HOUR_MS,
    "day_start_ms": DAY[0],
    "wait_ms": 12_000,
    "talk_ms": 174_000,
    "hold_ms": 15_000,
    "wrap_up_ms": 28_000,
    "length_ms": 189_000,
    "holds": 1,
    "size": 3_024_044,
    "listen": True,
    "download": True,
    "disposition": REASON["code"],
    "code": REASON["code"],
    "note": "Asked for a copy of the May bill",
    "hung_up_by": "customer",
    "node": "main_menu",
    "pressed": "1",
    "label": QUEUE.queue,
    "data": {"account": "31001234"},
    "labels": {"account": {"en": "Account number", "zh-CN": "户号"}},
    "total": 1,
    "page": 1,
    "per_page": 50,
    "version": 3,
    "ended": 2,
    "tenant": "main",
    "zone": seed.HOURS[0].zone,
    "time_zone": seed.HOURS[0].zone,
    "seats": list(seed.FREE_SEATS),
    "flows": {"main_menu": ["greeting", "menu"]},
    "codecs": ["OPUS", "PCMU", "PCMA"],
    "ws_url": "wss://127.0.0.1:7443",
    "realm": "127.0.0.1",
    "password": "k3Yw-phone",
    "csrf": "Jm3rT8dVq0",
    "ticket": "b1J9sQ2mZx",
    "day": "2026-06-01",
    "until": "2026-06-01",
    "locale": "en",
    "figure": ["offered", "answered"],
}
_PLAIN: Mapping[str, Any] = {"string": "", "number": 0.0, "boolean": False}


def fill(document: dict[str, Any]) -> None:
    """Gives every request and every answer of the OpenAPI document an example, where it has none of its own."""
    schemas = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in (one for one in item.values() if isinstance(one, dict)):
            for told in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in told.get("content", {}).values() if isinstance(told, dict) else ():
                    _fill(content, schemas)


def _fill(content: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    shape = content["schema"]
    if "oneOf" in shape:
        names = [one["$ref"].rpartition("/")[2] for one in shape["oneOf"]]
        content["examples"] = {name: {"value": sample(one, schemas)} for name, one in zip(names, shape["oneOf"], strict=True)}
    elif shape.get("format") != "binary":
        content.setdefault("example", sample(shape, schemas))


def sample(shape: Mapping[str, Any], schemas: Mapping[str, Any], of: Mapping[str, Any] = {}, name: str = "") -> Any:
    """One value of a schema; ``of``: the samples of the object of which it is the field ``name``."""
    if name in of:
        return of[name]
    if "anyOf" in shape:
        return sample(shape["anyOf"][0], schemas, of, name)
    if "$ref" in shape:
        component = shape["$ref"].rpartition("/")[2]
        return _object(schemas[component], schemas, OF.get(component, {}))
    if "enum" in shape:
        return NAMED[name] if NAMED.get(name) in shape["enum"] else next(one for one in shape["enum"] if one)
    if name in NAMED:
        return NAMED[name]
    kind = shape["type"][0] if isinstance(shape["type"], list) else shape["type"]
    if kind == "array":
        return [sample(shape["items"], schemas)]
    return {} if kind == "object" else shape.get("minimum", 0) if kind == "integer" else _PLAIN[kind]


def _object(shape: Mapping[str, Any], schemas: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    told = {*shape.get("required", ()), *(of or NAMED)}
    return {name: sample(one, schemas, of, name) for name, one in shape["properties"].items() if name in told}
