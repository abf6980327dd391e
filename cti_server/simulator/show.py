"""What the switch tells about itself: show ... as json, sofia status, gateways, registrations."""

from __future__ import annotations

import time
from xml.sax.saxutils import escape

import orjson

from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.parties import REGISTRATION_S, Gateway, Phone
from cti_server.simulator.people import people

_MODULES = (
    "mod_event_socket mod_sofia mod_commands mod_dptools mod_dialplan_xml mod_sndfile mod_tone_stream mod_local_stream "
    "mod_lua mod_hash mod_conference mod_callcenter mod_opus mod_console mod_logfile mod_xml_curl"
)
MODULES = frozenset(_MODULES.split())


def show(switch: Switch, argument: str) -> str:
    """show channels|calls|registrations|modules [count] [as json]."""
    words = argument.split()
    what = words[0] if words else ""
    if what not in _ROWS:
        usage = "-USAGE: channels|calls|registrations|modules [as json]\n"
        return f"-ERR show {what} not supported by the simulator\n" if what else usage
    rows = _ROWS[what](switch)
    if "count" in words:
        return f"\n{len(rows)} total.\n" if "json" not in words else f'{{"row_count":{len(rows)},"rows":[]}}\n'
    if words[-2:] == ["as", "json"]:
        return orjson.dumps({"row_count": len(rows), "rows": rows}).decode() + "\n" if rows else '{"row_count": 0}\n'
    lines = [",".join(rows[0]) if rows else ""] + [",".join(row.values()) for row in rows]
    return "\n".join(lines) + f"\n\n{len(rows)} total.\n"


def _channel_row(switch: Switch, channel: Channel) -> dict[str, str]:
    base = {key.removeprefix("Caller-"): str(value) for key, value in channel.base.items()}
    running, created_s = channel.last_application, channel.created_us // 1_000_000
    codec = "PCMU" if channel.answered or channel.direction == "inbound" else ""
    rate, bits = ("8000", "64000") if codec else ("", "")
    lead = channel.peer if channel.peer is not None and channel.peer.leads else channel
    number, name = base.get("Caller-ID-Number", ""), base.get("Caller-ID-Name", "")
    return {
        "uuid": channel.uuid, "direction": channel.direction, "name": channel.name,
        "created": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(created_s)), "created_epoch": str(created_s),
        "state": channel.state, "cid_name": name, "cid_num": number, "ip_addr": base.get("Network-Addr", ""),
        "dest": base.get("Destination-Number", ""), "application": running[0], "application_data": running[1],
        "dialplan": base.get("Dialplan", ""), "context": base.get("Context", ""), "read_codec": codec, "read_rate": rate,
        "read_bit_rate": bits, "write_codec": codec, "write_rate": rate, "write_bit_rate": bits, "secure": "",
        "hostname": switch.scenario.switchname, "presence_id": "", "presence_data": "", "accountcode": "",
        "callstate": channel.callstate, "callee_name": base.get("Callee-ID-Name", ""),
        "callee_num": base.get("Callee-ID-Number", ""), "callee_direction": "", "call_uuid": lead.uuid,
        "sent_callee_name": "", "sent_callee_num": "", "initial_cid_name": name, "initial_cid_num": number,
        "initial_ip_addr": base.get("Network-Addr", ""), "initial_dest": base.get("Destination-Number", ""),
        "initial_dialplan": base.get("Dialplan", ""), "initial_context": base.get("Context", ""),
    }  # fmt: skip


def _channels(switch: Switch) -> list[dict[str, str]]:
    return [_channel_row(switch, one) for one in (*switch.channels.values(), *(z for z in switch.zombies if z.ended))]


_CALL_FIELDS = (
    "uuid", "direction", "created", "created_epoch", "name", "state", "cid_name", "cid_num", "ip_addr", "dest",
    "presence_id", "presence_data", "accountcode", "callstate", "callee_name", "callee_num", "callee_direction",
)  # fmt: skip


def _calls(switch: Switch) -> list[dict[str, str]]:
    rows = []
    for channel in switch.channels.values():
        if channel.peer is not None and channel.leads:
            one, two = _channel_row(switch, channel), _channel_row(switch, channel.peer)
            row = {name: one[name] for name in _CALL_FIELDS}
            row.update({f"b_{name}": two[name] for name in _CALL_FIELDS})
            row.update({"call_uuid": channel.uuid, "hostname": switch.scenario.switchname})
            row["call_created_epoch"] = str(int(str(channel.base["Caller-Channel-Bridged-Time"])) // 1_000_000)
            rows.append(row)
    return rows


def _registered(switch: Switch) -> list[Phone]:
    return [phone for phone in people(switch).phones.values() if phone.registered]


def _registrations(switch: Switch) -> list[dict[str, str]]:
    return [
        {
            "reg_user": phone.extension, "realm": phone.realm, "token": phone.call_id, "url": phone.contact,
            "expires": str(phone.registered_us // 1_000_000 + REGISTRATION_S + 60), "network_ip": "127.0.0.1",
            "network_port": str(phone.network_port), "network_proto": "udp", "hostname": switch.scenario.switchname,
            "metadata": "",
        }
        for phone in _registered(switch)
    ]  # fmt: skip


def _modules(switch: Switch) -> list[dict[str, str]]:
    return [{"type": "generic", "name": name, "ikey": name, "filename": f"/simulated/{name}.so"} for name in sorted(MODULES)]


_ROWS = {"channels": _channels, "calls": _calls, "registrations": _registrations, "modules": _modules}


# ---------------------------------------------------------------- sofia


def sofia_contact(switch: Switch, argument: str) -> str:
    """[*/]EXT@DOMAIN -> the dial string of the registered contact, or error/user_not_registered."""
    phone = people(switch).at(argument.split("/")[-1])
    return phone.contact if phone is not None and phone.registered else "error/user_not_registered"


def sofia(switch: Switch, argument: str) -> str:
    """sofia status|xmlstatus [gateway NAME], sofia status profile NAME reg."""
    words = argument.split()
    gateways = people(switch).gateways
    if words[:2] in (["xmlstatus", "gateway"], ["status", "gateway"]) and len(words) > 2:
        gateway = gateways.get(words[2])
        if gateway is None:
            return "Invalid Gateway!\n"
        return _gateway_xml(switch, gateway) if words[0] == "xmlstatus" else _gateway_text(gateway)
    if words[:1] == ["xmlstatus"]:
        return _profiles_xml(gateways)
    if words[:2] == ["status", "profile"]:
        return _profile_text(switch)
    if words[:1] == ["status"]:
        lines = [f"{name:>25}\tprofile\t{_PROFILES[name]}\tRUNNING (0)" for name in _PROFILES]
        lines += [f"external::{name:>15}\tgateway\tsip:{name}@127.0.0.1\t{_state(gateways[name])}" for name in gateways]
        return "                     Name\t   Type\tData\tState\n" + "=" * 97 + "\n" + "\n".join(lines) + "\n"
    if words[:1] == ["profile"]:
        return "+OK\n"
    return "-USAGE: sofia status|xmlstatus [gateway NAME]\n"


_PROFILES = {"external": "sip:mod_sofia@127.0.0.1:5080", "internal": "sip:mod_sofia@127.0.0.1:5060"}


def _state(gateway: Gateway) -> str:
    return "REGED" if gateway.up else "FAIL_WAIT"


def _gateway_fields(gateway: Gateway, uptime_us: int) -> dict[str, str]:
    name = gateway.settings.name
    return {
        "name": name, "profile": "external", "scheme": "Digest", "realm": "127.0.0.1", "username": name, "password": "no",
        "from": f"<sip:{name}@127.0.0.1>", "contact": f"<sip:gw+{name}@127.0.0.1:5080;transport=udp;gw={name}>",
        "exten": name, "to": f"sip:{name}@127.0.0.1", "proxy": "sip:127.0.0.1", "context": "public", "expires": "3600",
        "freq": "3600", "ping": "0", "pingfreq": "0", "pingmin": "0", "pingcount": "0", "pingmax": "0",
        "pingtime": "1.50" if gateway.up else "0.00", "pinging": "0", "state": _state(gateway),
        "status": "UP" if gateway.up else "DOWN", "uptime-usec": str(uptime_us if gateway.up else 0),
        "calls-in": str(gateway.calls_in), "calls-out": str(gateway.calls_out),
        "failed-calls-in": str(gateway.failed_in), "failed-calls-out": str(gateway.failed_out),
    }  # fmt: skip


def _gateway_xml(switch: Switch, gateway: Gateway) -> str:
    fields = _gateway_fields(gateway, switch.now_us - switch.started_us)
    lines = "".join(f"    <{name}>{escape(value)}</{name}>\n" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n  <gateway>\n{lines}  </gateway>\n'


def _gateway_text(gateway: Gateway) -> str:
    line = "=" * 97
    rows = "".join(f"{name.title():<9}\t{value}\n" for name, value in _gateway_fields(gateway, 0).items())
    return f"{line}\n{rows}{line}\n"


def _profiles_xml(gateways: dict[str, Gateway]) -> str:
    def entry(tag: str, name: str, kind: str, data: str, state: str) -> str:
        return (f"<{tag}>\n<name>{escape(name)}</name>\n<type>{kind}</type>\n<data>{escape(data)}</data>\n"
                f"<state>{state}</state>\n</{tag}>\n")  # fmt: skip

    parts = [entry("profile", "external", "profile", _PROFILES["external"], "RUNNING (0)")]
    parts += [entry("gateway", name, "gateway", f"sip:{name}@127.0.0.1", _state(one)) for name, one in gateways.items()]
    parts.append(entry("profile", "internal", "profile", _PROFILES["internal"], "RUNNING (0)"))
    return '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profiles>\n' + "".join(parts) + "</profiles>\n"


def _profile_text(switch: Switch) -> str:
    line = "=" * 97
    rows = [
        f"Call-ID:    \t{phone.call_id}\nUser:       \t{phone.extension}@{phone.realm}\n"
        f'Contact:    \t"" <{phone.uri}>\nAgent:      \tSimulated phone\nStatus:     \tRegistered(UDP)(unknown)\n'
        for phone in _registered(switch)
    ]
    return f"\nRegistrations:\n{line}\n" + "\n".join(rows) + f"\nTotal items returned: {len(rows)}\n{line}\n"
