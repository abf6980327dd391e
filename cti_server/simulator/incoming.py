"""Calls that arrive: on a trunk, or of a phone that dials a code."""

from __future__ import annotations

from cti_server.domain.tenant import SHIPPED, VARIABLE
from cti_server.simulator import applications
from cti_server.simulator.channel import Channel, FarEnd
from cti_server.simulator.core import Switch


def incoming(switch: Switch, name: str, number: str, service: str, party: FarEnd, headers: dict[str, str]) -> Channel | None:
    """An INVITE arrives on a trunk; the dialplan of context ``public`` takes it. None: refused by limits or a pause."""
    if "inbound" in switch.paused or switch.full():
        return None
    return _arrives(switch, name, number, service, party, headers, "external", "5070", switch.scenario.inbound_context)


def of_a_phone(switch: Switch, extension: str, port: int, code: str, party: FarEnd, tenant: str = SHIPPED) -> Channel:
    """A phone of context ``agents``, whose password has said who it is."""
    known = {VARIABLE: tenant, "cti_extension": extension, "accountcode": extension, "remote_audio_media_flow": "sendrecv"}
    return _arrives(switch, extension, extension, code, party, known, "internal", str(port), "agents")


def _arrives(
    switch: Switch,
    name: str,
    number: str,
    service: str,
    party: FarEnd,
    headers: dict[str, str],
    profile: str,
    port: str,
    context: str,
) -> Channel:
    address = f"{number}@127.0.0.1:{port}"
    channel = switch.new_channel(switch.new_uuid(), "inbound", f"sofia/{profile}/{address}", {
        "Username": number, "Dialplan": "XML", "Caller-ID-Name": name, "Caller-ID-Number": number,
        "Orig-Caller-ID-Name": name, "Orig-Caller-ID-Number": number, "Network-Addr": "127.0.0.1", "ANI": number,
        "Destination-Number": service, "Source": "mod_sofia", "Context": context,
    })  # fmt: skip
    channel.party = party
    for variable, value in {
        "sip_from_user": number, "sip_from_display": name, "sip_from_uri": address, "sip_from_host": "127.0.0.1",
        "sip_network_ip": "127.0.0.1", "sip_network_port": port, "sip_to_user": service, "sip_req_user": service,
        "sip_call_id": f"{channel.uuid}@127.0.0.1", "sofia_profile_name": profile, "channel_name": channel.name,
        "read_codec": "PCMU", "write_codec": "PCMU", "endpoint_disposition": "RECEIVED", **headers,
    }.items():  # fmt: skip
        channel.set(variable, value)
    switch.state(channel, "CS_NEW")
    switch.fire("CODEC", channel)
    switch.fire("CODEC", channel)
    switch.state(channel, "CS_INIT")
    switch.fire("CHANNEL_CREATE", channel)
    applications.route(switch, channel, service, context)
    return channel
