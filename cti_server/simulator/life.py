"""The life of one leg: it is answered, recorded, taken from what it does, and ends."""

from __future__ import annotations

from cti_server.simulator import hearing, recording
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.scheduler import LOOK_MS

Q850 = {
    "NORMAL_CLEARING": "16", "USER_BUSY": "17", "NO_USER_RESPONSE": "18", "NO_ANSWER": "19", "CALL_REJECTED": "21",
    "UNALLOCATED_NUMBER": "1", "NORMAL_TEMPORARY_FAILURE": "41", "RECOVERY_ON_TIMER_EXPIRE": "102",
}  # fmt: skip


def answer(switch: Switch, channel: Channel) -> None:
    """The leg is answered, by the far phone (outbound) or by us (inbound). Twice is once."""
    if channel.answered or not channel.alive:
        return
    channel.answered = True
    channel.stamp("Answered", switch.now_us)
    channel.set("endpoint_disposition", "ANSWER")
    channel.set("remote_audio_media_flow", "sendrecv")
    switch.fire("CHANNEL_ANSWER", channel)
    for listener in channel.listeners:
        listener.target_answered()
    if channel.direction == "inbound":
        switch.callstate(channel, "ACTIVE")


def unwind(switch: Switch, channel: Channel, response: str) -> None:
    """Ends everything that runs on the leg, the innermost first, and leaves the park. What waits stays for the next look.

    The caller of this sets ``moving`` back to False when the leg stands in its new place.
    """
    channel.moving = True
    channel.plan.clear()
    while channel.stack:
        channel.stack[-1].interrupted(response)
    unparked(switch, channel)


def leave_for_bridge(switch: Switch, leg: Channel, hibernates: bool = True) -> None:
    """A leg that has left what it did, or was just answered, goes to its bridge without parking. Who led a bridge does not
    hibernate in between."""
    leg.moving = True
    if hibernates:
        switch.state(leg, "CS_HIBERNATE")
    switch.state(leg, "CS_RESET")


def unparked(switch: Switch, channel: Channel) -> None:
    if channel.parked:
        channel.parked = False
        switch.fire("CHANNEL_UNPARK", channel)


# ---------------------------------------------------------------- its end


def hangup(switch: Switch, channel: Channel, cause: str, by_far_end: bool = False, now: bool = False) -> bool:
    """CHANNEL_HANGUP at once, the rest of the leg's end at the next look (``now``: at once). False: it had ended."""
    if not channel.alive:
        return False
    channel.cause = cause
    _hangup_variables(switch, channel, by_far_end)
    channel.stamp("Hangup", switch.now_us)
    switch.fire("CHANNEL_HANGUP", channel)
    if now:
        finish(switch, channel)
    else:
        switch.after(0.5 if by_far_end else LOOK_MS, finish, switch, channel)
    return True


def _hangup_variables(switch: Switch, channel: Channel, by_far_end: bool) -> None:
    status = channel.party.refusal_status if by_far_end and not channel.answered else 200 * by_far_end
    refused = by_far_end == (channel.direction == "outbound")  # who is called refuses, who calls cancels
    word = "bye" if channel.answered else "refuse" if refused else "cancel"
    disposition = f"{'recv' if by_far_end else 'send'}_{word}"
    channel.set("sip_hangup_disposition", disposition)
    if disposition == "recv_cancel":
        status = 487
    if disposition in ("send_cancel", "recv_refuse"):
        channel.set("sip_invite_failure_status", str(status or 487))
    if status:
        channel.set("sip_term_status", str(status))
        channel.set("proto_specific_hangup_cause", f"sip:{status}")
    channel.set("hangup_cause_q850", Q850.get(channel.cause, "16"))


def finish(switch: Switch, channel: Channel) -> None:
    """What follows CHANNEL_HANGUP, down to CHANNEL_DESTROY."""
    if channel.ended:
        return
    channel.ended = True
    channel.inbox.clear()
    far_end = channel.get("sip_hangup_disposition") == "recv_bye"
    unwind(switch, channel, "PLAYBACK ERROR" if far_end else "FILE PLAYED")
    for act in switch.when_ended:
        act(switch, channel)
    switch.state(channel, "CS_HANGUP")
    for path in list(channel.recorders):
        stop_recording(switch, channel, path)
    switch.callstate(channel, "HANGUP")
    switch.state(channel, "CS_REPORTING")
    channel.set("hangup_cause", channel.cause)
    _cdr_variables(switch, channel)
    switch.fire("CHANNEL_HANGUP_COMPLETE", channel)
    if channel.job is not None:
        channel.job.tell(f"-ERR {channel.cause}")
    for listener in list(channel.listeners):
        listener.target_ended()
    switch.fire("CHANNEL_DESTROY", channel)
    switch.state(channel, "CS_DESTROY")
    switch.channels.pop(channel.uuid, None)
    channel.party.ended(channel)
    channel.other = None


def _cdr_variables(switch: Switch, channel: Channel) -> None:
    end_us = switch.now_us
    answered_us = int(str(channel.base["Caller-Channel-Answered-Time"]))
    for name, at_us in (("start", channel.created_us), ("answer", answered_us), ("end", end_us)):
        channel.set(f"{name}_epoch", str(at_us // 1_000_000))
        channel.set(f"{name}_uepoch", str(at_us))
    channel.set("duration", str((end_us - channel.created_us) // 1_000_000))
    channel.set("billsec", str((end_us - answered_us) // 1_000_000 if answered_us else 0))
    channel.set("last_app", channel.last_application[0])


# ---------------------------------------------------------------- recordings


def start_recording(switch: Switch, channel: Channel, path: str) -> None:
    stereo = channel.true("RECORD_STEREO")
    recorder = recording.Recorder(path, stereo, switch.now_us, switch.scenario.recordings)
    recorder.partner(bool(hearing.hears(channel)), switch.now_us)
    channel.recorders[path] = recorder
    switch.fire("RECORD_START", channel, {"Record-File-Path": path})
    switch.fire("MEDIA_BUG_START", channel, {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})


def stop_recording(switch: Switch, channel: Channel, path: str) -> None:
    channel.recorded(*channel.recorders.pop(path).stop(switch.now_us))
    switch.fire("RECORD_STOP", channel, {"Record-File-Path": path, "Record-Completion-Cause": "success-silence"})
    switch.fire("MEDIA_BUG_STOP", channel, {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})
