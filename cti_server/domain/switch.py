"""What a switch tells us and what we ask of it, as plain values.

SwitchEvents are made by ``cti_server.esl.translate`` only; SwitchCommands become bytes in ``cti_server.esl.encode`` only.
The engine and the simulator speak in these values and never see a header.

Every event names its switch (``node``) and, where it is about one, its channel (``leg``: the channel's UUID).
``switch_ms`` is the switch's own clock (Event-Date-Timestamp / 1000) and is used at adoption only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from cti_server.domain.message import message
from cti_server.domain.record import Tagged

# ---------------------------------------------------------------- events


@message
class SwitchEvent(Tagged):
    """Base: ``node`` is the configured switch name, ``switch_ms`` UTC ms by the switch's clock (0: unknown)."""

    node: str
    switch_ms: int


@message
class LegEvent(SwitchEvent):
    """Something about one channel. ``leg`` is its Unique-ID."""

    leg: str


@message
class LegCreated(LegEvent):
    """CHANNEL_CREATE. ``direction`` 'inbound' or 'outbound' as the switch sees it. ``cti`` holds the cti_* variables."""

    direction: str
    caller_number: str
    caller_name: str
    destination: str
    context: str
    profile: str
    gateway: str
    cti: Mapping[str, str] = field(default_factory=dict)


@message
class LegRinging(LegEvent):
    """CHANNEL_PROGRESS or CHANNEL_PROGRESS_MEDIA: the far phone rings."""

    early_media: bool


@message
class LegAnswered(LegEvent):
    """CHANNEL_ANSWER."""


@message
class LegParked(LegEvent):
    """CHANNEL_PARK: nobody drives this leg now. Carries what a new inbound call needs (same fields as LegCreated)."""

    direction: str
    answered: bool
    caller_number: str
    caller_name: str
    destination: str
    context: str
    gateway: str
    cti: Mapping[str, str] = field(default_factory=dict)


@message
class LegUnparked(LegEvent):
    """CHANNEL_UNPARK."""


@message
class LegsBridged(LegEvent):
    """CHANNEL_BRIDGE. ``leg`` and ``other`` hear each other; the pair is unordered."""

    other: str


@message
class RoomJoined(LegEvent):
    """conference::maintenance add-member. ``member``: its number there, which it keeps as long as it lives."""

    room: str
    member: str


@message
class RoomLeft(LegEvent):
    """conference::maintenance del-member. Where the leg is now, a LegParked or LegsBridged says."""

    room: str


@message
class RoomMuted(LegEvent):
    """conference::maintenance mute-member, unmute-member."""

    room: str
    muted: bool


@message
class ListeningStarted(LegEvent):
    """CHANNEL_EXECUTE of eavesdrop: ``leg`` hears what ``target`` and its partners hear and say, in silence. Of one that still
    rings it waits for the answer. A LegParked, LegsBridged or the end says that it is over."""

    target: str


@message
class PhoneReinvited(LegEvent):
    """sofia::reinvite: the leg's phone has held or resumed by its own key, or changed its audio; AskMediaFlow says which."""


@message
class LegHungUp(LegEvent):
    """CHANNEL_HANGUP: the leg ends. ``cause`` is the switch's word, e.g. NORMAL_CLEARING."""

    cause: str
    answered: bool


@message
class LegEnded(LegEvent):
    """CHANNEL_HANGUP_COMPLETE: last word of a leg that existed. Nothing about this leg follows but RECORD_STOP at the latest.

    ``hangup_disposition`` is sip_hangup_disposition (send_bye, recv_bye, send_refuse, ...), '' if unknown.
    ``cti`` holds the cti_* variables at the end.
    """

    cause: str
    sip_status: int
    hangup_disposition: str
    answered: bool
    cti: Mapping[str, str] = field(default_factory=dict)


@message
class LegDestroyed(LegEvent):
    """CHANNEL_DESTROY. For a leg that was never created (gateway down) it is the only event."""


@message
class CollectionStarted(LegEvent):
    """CHANNEL_EXECUTE of play_and_get_digits: what is pressed from now on is its own. Of all applications only this one begins
    with an event."""

    exec_id: str


@message
class ApplicationDone(LegEvent):
    """CHANNEL_EXECUTE_COMPLETE of one application.

    ``response`` is Application-Response ('FILE PLAYED', 'FILE NOT FOUND', '_none_', ...).
    ``digits`` is the variable that the application was told to fill (play_and_get_digits: cti_digits), '' when unset.
    """

    application: str
    exec_id: str
    response: str
    digits: str


@message
class DigitReceived(LegEvent):
    """DTMF: something on the leg has taken this digit, also the park between two applications."""

    digit: str


@message
class RecordingStarted(LegEvent):
    """RECORD_START."""

    path: str


@message
class RecordingStopped(LegEvent):
    """RECORD_STOP. ``length_ms`` from record_ms, ``size`` bytes from record_file_size; -1 where the switch did not say."""

    path: str
    length_ms: int
    size: int


@message
class JobDone(SwitchEvent):
    """BACKGROUND_JOB: the outcome of a bgapi whose Job-UUID we chose. ``ok`` False for -ERR/-USAGE; ``text`` is the body."""

    job_id: str
    ok: bool
    text: str


@message
class GatewayChanged(SwitchEvent):
    """sofia::gateway_state. ``state`` REGED, NOREG, UNREGED, TRYING, FAILED, FAIL_WAIT, ...; ``ping`` UP, DOWN or ''.

    ``ping_ms``: how long its last ping took, where the switch was asked (``sofia xmlstatus gateway``); 0 when nobody knows.
    """

    gateway: str
    state: str
    ping: str
    ping_ms: float = 0.0


@message
class PhoneRegistered(SwitchEvent):
    """sofia::register. ``contact`` is the dialable contact, ``expires_s`` seconds.

    ``registration``: its Call-ID, the same for every renewal; a page that is loaded anew has another.
    """

    extension: str
    realm: str
    contact: str
    network_ip: str
    network_port: int
    user_agent: str
    expires_s: int
    registration: str = ""


@message
class PhoneUnregistered(SwitchEvent):
    """sofia::unregister and sofia::expire. ``contact``: the dialable contact that is gone ('' unknown).

    The link passes this on only when the extension's last contact went: a reloaded page registers anew before the old expires.
    """

    extension: str
    realm: str
    contact: str = ""


@message
class PhoneSocketClosed(SwitchEvent):
    """sofia::unregister with reason socket-disconnection: a web phone's page has gone, or its network has blinked.

    The phone may have registered anew already; when it has not, PhoneUnregistered follows.
    """

    extension: str
    realm: str
    registration: str


@message
class SwitchHeartbeat(SwitchEvent):
    """HEARTBEAT, every 20 s."""

    core_uuid: str
    sessions: int
    max_sessions: int
    sessions_per_second: int
    uptime_ms: int


@message
class SwitchDelay(SwitchEvent):
    """Made by the shell: the daemon's heartbeat took so long there and back. Told while it is long, and when it no longer is."""

    delay_ms: int


@message
class LinkUp(SwitchEvent):
    """Made by the link, not the switch: both connections are authenticated and subscribed. ``core_uuid`` tells a restart."""

    core_uuid: str


@message
class LinkDown(SwitchEvent):
    """Made by the link: the switch cannot be heard. ``reason`` for people."""

    reason: str


# ---------------------------------------------------------------- commands


@message
class SwitchCommand(Tagged):
    """Base of what we ask of one switch."""


@message
class Execute(SwitchCommand):
    """Run a dialplan application on a parked leg (sendmsg execute). Its end is ApplicationDone with the same ``exec_id``.

    ``argument`` must already be safe: text from outside is percent-encoded by the caller of this class; the encoder
    refuses CR, LF and ``${``. ``queued`` sets event-lock, so that it waits for what runs instead of nesting.
    """

    leg: str
    application: str
    argument: str
    exec_id: str
    queued: bool = False


@message
class Originate(SwitchCommand):
    """Ring a phone or a number as leg ``leg`` (bgapi; job id = ``job_id``); the leg parks when answered.

    With ``connect_to`` its application is the connect script instead of park, and the job says +OK as soon as the leg has
    answered: whether it was bridged or ended with LOSE_RACE is told by the leg's own events.

    ``contact``  'ext:1001' (the extension's registered contact, resolved by the link/adapter from registrations),
                 or 'gw:NAME/NUMBER' (a trunk)
    ``connect_to``  the caller's leg; when set: '&lua(cti_connect.lua CALLER LEG)' instead of '&park()'
    ``variables``  channel variables for the new leg (values are quoted by the encoder)
    """

    leg: str
    contact: str
    timeout_s: int
    caller_number: str
    caller_name: str
    job_id: str
    connect_to: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@message
class BridgeLegs(SwitchCommand):
    """uuid_bridge leg other."""

    leg: str
    other: str


@message
class ParkLeg(SwitchCommand):
    """This leg and the one bridged to it both park. By a transfer: uuid_park makes a leg that parks already deaf for ever."""

    leg: str


@message
class JoinRoom(SwitchCommand):
    """uuid_transfer leg [-both] conference:ROOM@cti,park inline: from wherever it is, and ``both``: with the one bridged to it.
    A room is made by its first member and ends with its last; a member who leaves parks."""

    leg: str
    room: str
    both: bool = False


@message
class MuteMember(SwitchCommand):
    """conference ROOM mute|unmute MEMBER: the others no longer hear it."""

    room: str
    member: str
    muted: bool


@message
class Listen(SwitchCommand):
    """uuid_transfer leg eavesdrop:TARGET,park inline. It follows the target through all that happens to it; when the target ends
    the leg parks."""

    leg: str
    target: str


ListenMode = Literal["listen", "whisper", "barge"]
"""Who hears the listener: nobody, the target, the target and its partners."""


@message
class SetListenMode(SwitchCommand):
    """SEND_MESSAGE with eavesdrop-command, to a leg that listens. No event tells of it; the answer says only that it was sent."""

    leg: str
    mode: ListenMode


@message
class StartRecording(SwitchCommand):
    """uuid_record leg start path. One that runs already into this file goes on."""

    leg: str
    path: str


@message
class StopRecording(SwitchCommand):
    """uuid_record leg stop path."""

    leg: str
    path: str


@message
class MaskRecording(SwitchCommand):
    """uuid_record leg mask|unmask path: the file has silence in both channels as long."""

    leg: str
    path: str
    masked: bool


@message
class KillLeg(SwitchCommand):
    """uuid_kill leg cause."""

    leg: str
    cause: str = "NORMAL_CLEARING"


@message
class SetVariable(SwitchCommand):
    """uuid_setvar leg name value; ``value`` '' unsets."""

    leg: str
    name: str
    value: str


@message
class BreakPlayback(SwitchCommand):
    """uuid_break leg all."""

    leg: str


@message
class PressDigits(SwitchCommand):
    """uuid_recv_dtmf leg digits: as if the far end had pressed them now."""

    leg: str
    digits: str


@message
class TransferLeg(SwitchCommand):
    """uuid_transfer leg destination XML context."""

    leg: str
    destination: str
    context: str


@message
class AnswerPhone(SwitchCommand):
    """uuid_phone_event leg talk: asks a ringing phone to answer (desk phones that support it, and virtual phones)."""

    leg: str


@message
class LegExists(SwitchCommand):
    """uuid_exists: answered 'true' or 'false'."""

    leg: str


@message
class DescribeLeg(SwitchCommand):
    """uuid_dump: answered with the plain JSON of its ChannelSnapshot, '' when there is no such leg."""

    leg: str


@message
class AskMediaFlow(SwitchCommand):
    """uuid_getvar leg remote_audio_media_flow: answered 'sendonly' or 'inactive' while the leg's phone holds by its own key,
    'sendrecv' while it does not, '' when nobody knows."""

    leg: str


@message
class SetGlobal(SwitchCommand):
    """global_setvar name=value, or name=value=expected (compare-and-set: read back, +OK also when it did nothing)."""

    name: str
    value: str
    expected: str | None = None


@message
class GetGlobal(SwitchCommand):
    """global_getvar name."""

    name: str


@message
class ProbeExpansion(SwitchCommand):
    """A harmless ``eval`` that gives a number only where the switch runs api commands inside text (api-expansion is on)."""


@message
class Api(SwitchCommand):
    """Any other api command, for adapters, CLI and probes (never for the engine): ``name`` and one-line ``argument``."""

    name: str
    argument: str = ""


@message
class CommandOutcome:
    """Exactly one per command. ``ok`` False: ``text`` is the switch's -ERR text, or 'deadline', 'link-down', 'refused: ...'."""

    ok: bool
    text: str


# ---------------------------------------------------------------- reports


@message
class ChannelSnapshot:
    """One live channel as the switch reports it (show channels + uuid_dump), for adoption and reconciliation."""

    node: str
    leg: str
    direction: str
    state: str  # CS_*
    answered: bool
    bridged_to: str  # '' unless state is CS_EXCHANGE_MEDIA/CS_SOFT_EXECUTE and bridge_to is set
    caller_number: str
    caller_name: str
    destination: str
    context: str
    created_ms: int
    answered_ms: int  # 0: not answered
    cti: Mapping[str, str] = field(default_factory=dict)
    switch_ms: int = 0  # by the switch's clock; 0: unknown
    room: str = ""  # that it is in
    member: str = ""  # its number there
    listens_to: str = ""  # the leg
    runs: bool = True  # an application, other than waiting for one

    @property
    def gateway(self) -> str:
        """By which it came in; '': it did not, or nobody knows."""
        return self.cti.get("cti_trunk", "")


@message
class SwitchReport:
    """What one switch has now: its live channels, the registered phones and its gateways."""

    node: str
    channels: tuple[ChannelSnapshot, ...]
    registrations: tuple[PhoneRegistered, ...]
    gateways: tuple[GatewayChanged, ...]
