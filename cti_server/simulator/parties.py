"""The people and machines at the far ends: desk phones, callers, and those whom a trunk reaches.

A Party is told what happens to its leg and acts on it after a while, drawn from the scenario's seed.
"""

from __future__ import annotations

from cti_server.domain.tenant import REALM, SHIPPED
from cti_server.simulator import applications, hearing, incoming, life, originate
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.scenario import Callers, PhoneGroup, Trunk
from cti_server.simulator.scheduler import NEVER

REFUSALS = {
    "USER_BUSY": 486, "NO_USER_RESPONSE": 480, "CALL_REJECTED": 603, "UNALLOCATED_NUMBER": 404,
    "NORMAL_TEMPORARY_FAILURE": 503,
}  # fmt: skip
REGISTRATION_S = 600
REDIRECT_MS = 1
SILENT_S = 32  # SIP gives up on a far end that answers nothing


class Party:
    """The far end of a leg. Every method may be called with any of its legs; by default nothing happens."""

    refusal_status = 0

    def __init__(self, switch: Switch) -> None:
        self.switch = switch

    def invited(self, channel: Channel) -> None: ...

    def parked(self, channel: Channel) -> None: ...

    def bridged(self, channel: Channel) -> None: ...

    def unbridged(self, channel: Channel) -> None: ...

    def prompted(self, channel: Channel, digits: int) -> None: ...

    def ended(self, channel: Channel) -> None: ...

    def voice_ms(self, channel: Channel) -> int:
        """How long it speaks after a beep."""
        return 0

    def hang_up(self, channel: Channel) -> bool:
        """False: the leg had ended."""
        return life.hangup(self.switch, channel, "NORMAL_CLEARING", by_far_end=True)


class Talk:
    """How much longer two will talk; the time runs only while they hear each other."""

    def __init__(self, switch: Switch, seconds: float) -> None:
        self._switch = switch
        self._left_ms = seconds * 1000
        self._since_us = 0
        self._timer = NEVER

    def go_on(self, channel: Channel, hang_up) -> None:  # type: ignore[no-untyped-def]
        self._since_us = self._switch.now_us
        self._timer = self._switch.after(self._left_ms, hang_up, channel)

    def pause(self) -> None:
        if self._timer is not NEVER:
            self._timer.cancel()
            self._timer = NEVER
            self._left_ms = max(0.0, self._left_ms - (self._switch.now_us - self._since_us) / 1000)


class Phone(Party):
    """A desk phone with one line. ``mode`` overrides what the scenario draws for each call."""

    def __init__(self, switch: Switch, extension: str, group: PhoneGroup) -> None:
        super().__init__(switch)
        self.extension = extension
        self.group = group
        self.realm = group.realm or switch.scenario.domain
        self.mode = ""
        self.registered = group.registered
        self.call_id = switch.new_uuid()
        port = 20000 + int(extension) % 40000
        realm = f";realm={group.realm}" if group.realm else ""  # two of one extension are two addresses
        self.uri = group.contact.split("/", 2)[-1] if group.contact else f"sip:{extension}@127.0.0.1:{port}{realm}"
        self.profile = group.contact.split("/")[1] if group.contact else "internal"
        self.network_port = int(self.uri.rsplit(":", 1)[-1].split(";")[0]) if ":" in self.uri[4:] else 5060
        self.registered_us = switch.now_us
        self.lines: list[Channel] = []

    @property
    def contact(self) -> str:
        return f"sofia/{self.profile}/{self.uri}"

    def _mode(self) -> str:
        if self.mode:
            return self.mode
        modes = self.group.modes
        return next(iter(modes)) if len(modes) == 1 else self.switch.random.choices([*modes], [*modes.values()])[0]

    def invited(self, channel: Channel) -> None:
        if not channel.alive:
            return
        mode = "busy" if self.lines else self._mode() if self.registered else "silent"
        cause = {"busy": "USER_BUSY", "reject": "CALL_REJECTED", "unavailable": "NO_USER_RESPONSE"}.get(mode, "")
        self.lines.append(channel)
        switch = self.switch
        if cause:
            self.refusal_status = REFUSALS[cause]
            originate.refuse(switch, channel, cause)
        elif mode == "redirect":
            switch.after(REDIRECT_MS, self._redirect, channel)
        elif mode == "silent":
            switch.after(SILENT_S * 1000, originate.give_up, switch, channel, "RECOVERY_ON_TIMER_EXPIRE")
        else:
            originate.ring(switch, channel)
            if mode == "auto":
                switch.after(self.group.answer_after_s.draw(switch.random) * 1000, originate.picked_up, switch, channel)

    def _redirect(self, channel: Channel) -> None:
        """302 to itself: the switch follows again and again, unless the leg says that a redirection ends it."""
        if not channel.alive:
            return
        if channel.true("outbound_redirect_fatal"):
            channel.set("sip_redirected_to", f"<{self.uri}>")
            originate.refuse(self.switch, channel, "REQUESTED_CHAN_UNAVAIL")
        else:
            self.switch.after(REDIRECT_MS, self._redirect, channel)

    def answer(self) -> bool:
        """Picks up what rings. False: nothing rings."""
        for channel in self.lines:
            if channel.alive and not channel.answered and channel.callstate == "RINGING":
                originate.picked_up(self.switch, channel)
                return True
        return False

    def reject(self) -> bool:
        for channel in self.lines:
            if channel.alive and not channel.answered:
                self.refusal_status = REFUSALS["CALL_REJECTED"]
                originate.refuse(self.switch, channel, "CALL_REJECTED")
                return True
        return False

    def dial(self, code: str) -> bool:
        """By another line of it; what it talks on goes on, or is held by ``hold``. False: it dials codes only."""
        if not self.registered or code[:1] not in ("*", "#"):
            return False
        self.lines.append(incoming.of_a_phone(self.switch, self.extension, self.network_port, code, self, self._tenant()))
        return True

    def _tenant(self) -> str:
        """Whose realm it is."""
        realms = {value: name for name, value in self.switch.globals.items() if name.startswith(f"{REALM}_")}
        return realms.get(self.realm, "").removeprefix(f"{REALM}_") or SHIPPED

    def hold(self, holds: bool = True) -> bool:
        """By the phone's own key, a re-INVITE. False: it has no talk that it could."""
        lines = [line for line in self.lines if line.answered and line.alive and line.phone_holds != holds]
        for line in lines:
            line.phone_holds = holds
            line.set("remote_audio_media_flow", "sendonly" if holds else "sendrecv")
            self.switch.fire("CUSTOM", subclass="sofia::reinvite", extra={"Unique-ID": line.uuid})
            hearing.changed(self.switch.now_us, line)
        return bool(lines)

    def hang_up_all(self) -> bool:
        return sum(map(self.hang_up, list(self.lines))) > 0

    def ended(self, channel: Channel) -> None:
        self.lines = [line for line in self.lines if line is not channel]

    def registration(self, subclass: str, expires_s: int) -> None:
        self.switch.fire("CUSTOM", subclass=subclass, extra={
            "profile-name": self.profile, "from-user": self.extension, "from-host": self.realm,
            "presence-hosts": "n/a", "contact": f'"" <{self.uri}>', "call-id": self.call_id, "rpid": "unknown",
            "status": "Registered(UDP)", "expires": str(expires_s), "to-user": self.extension,
            "to-host": self.realm, "network-ip": "127.0.0.1", "network-port": str(self.network_port),
            "username": self.extension, "realm": self.realm, "user-agent": "Simulated phone",
            "sip_number_alias": self.extension, "sip_auth_username": self.extension,
            "sip_auth_realm": self.realm, "number_alias": self.extension, "user_name": self.extension,
            "domain_name": self.realm, "user": self.extension, "host": self.realm,
        })  # fmt: skip

    def register(self) -> None:
        self.registered = True
        self.registered_us = self.switch.now_us
        self.registration("sofia::register", REGISTRATION_S)

    def unregister(self, expired: bool = False) -> None:
        self.registered = False
        self.registration("sofia::expire" if expired else "sofia::unregister", 0)


class Nobody(Party):
    """An address where nothing answers."""

    def invited(self, channel: Channel) -> None:
        self.switch.after(SILENT_S * 1000, originate.give_up, self.switch, channel, "RECOVERY_ON_TIMER_EXPIRE")


class TrunkCallee(Party):
    """Somebody reached through a trunk."""

    def __init__(self, switch: Switch, trunk: Gateway, number: str) -> None:
        super().__init__(switch)
        self.trunk, self.number = trunk, number
        self._talk = Talk(switch, trunk.settings.talk_s.draw(switch.random))

    def invited(self, channel: Channel) -> None:
        switch, settings = self.switch, self.trunk.settings
        if not channel.alive:
            return
        cause = next((result.cause for result in settings.results if result.number.search(self.number)), "")
        self.trunk.calls_out += 1
        if cause and cause != "NO_ANSWER":
            self.trunk.failed_out += 1
            self.refusal_status = REFUSALS[cause]
            originate.refuse(switch, channel, cause)
            return
        originate.ring(switch, channel)
        if not cause:
            switch.after(settings.answer_after_s.draw(switch.random) * 1000, originate.picked_up, switch, channel)

    def bridged(self, channel: Channel) -> None:
        self._talk.go_on(channel, self.hang_up)

    def unbridged(self, channel: Channel) -> None:
        self._talk.pause()


class Gateway:
    """A trunk as the switch sees it."""

    def __init__(self, settings: Trunk) -> None:
        self.settings = settings
        self.up = settings.state == "up"
        self.calls_in = self.calls_out = self.failed_in = self.failed_out = 0


class Caller(Party):
    """A person who calls in: presses digits, waits so long, talks so long, and goes."""

    def __init__(self, switch: Switch, plan: Callers, digits: list[str], patience_s: float, talk_s: float) -> None:
        super().__init__(switch)
        self.plan = plan
        self.digits = digits
        self.patience_s = patience_s
        self._talk = Talk(switch, talk_s)
        self._waiting = NEVER
        self._talked = False
        self.voice_s = 0.0

    def _tell(self, what: str, channel: Channel) -> None:
        if self.switch.truth is not None:
            partners = (getattr(one.party, "extension", "") for one in hearing.together(channel))
            self.switch.truth.write(what, self.switch.now_us, channel, channel.number, ",".join(filter(None, partners)))

    def arrive(self, channel: Channel) -> None:
        self._tell("arrived", channel)
        self._wait(channel, self.patience_s)

    def _wait(self, channel: Channel, seconds: float) -> None:
        self._waiting.cancel()
        if seconds:
            self._waiting = self.switch.after(seconds * 1000, self.hang_up, channel)

    def bridged(self, channel: Channel) -> None:
        self._tell("bridged", channel)
        self._waiting.cancel()
        self._talked = True
        self._talk.go_on(channel, self._end_of_talk)

    def unbridged(self, channel: Channel) -> None:
        self._tell("unbridged", channel)
        self._talk.pause()

    def parked(self, channel: Channel) -> None:
        if self._talked:
            self._wait(channel, self.plan.linger_s)

    def _end_of_talk(self, channel: Channel) -> None:
        partner = channel.peer
        by_partner = partner is not None and self.switch.random.random() >= self.plan.hangup_by_caller
        self.hang_up(partner if partner is not None and by_partner else channel)

    def prompted(self, channel: Channel, digits: int) -> None:
        if not self.digits:
            return
        ms = self.plan.think_s.draw(self.switch.random) * 1000
        for at, one in enumerate(self.digits.pop(0)):
            self.switch.after(ms + 200 * at, applications.digit, self.switch, channel, one)

    def voice_ms(self, channel: Channel) -> int:
        return round(self.voice_s * 1000)

    def ended(self, channel: Channel) -> None:
        self._tell("ended", channel)
        self._waiting.cancel()
        self._talk.pause()
