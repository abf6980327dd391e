"""``make bench-conferences``: how many conferences of six a real FreeSWITCH carries on this machine, all of them speaking.

One after another a caller is answered by an agent, who adds four colleagues; the phones answer at once and send a tone. It ends
at ``--most`` conferences, or at the first that is not whole within five seconds, or when the daemon calls the switch slow. Then
all stay for ten seconds, and must still be whole by the switch's own list. The last line is one JSON object: ``conferences`` that
stood at once, ``whole`` of them at the end, ``add_p50_ms`` and ``add_p99_ms`` from the command to the view that has the colleague
in the conversation, and the cores that switch, daemon and the whole machine used while all stood.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.events import commands as do
from cti_server.events.views import CALL, SWITCH
from scripts.bench import switch
from scripts.bench.switch_listener import Listener
from scripts.bench.switch_server import HOST
from scripts.bench.switch_sipp import SCENARIOS
from scripts.errors import NotReady
from scripts.stack import centre

NUMBER = "9000"
SIX = 6
WHOLE_S = 5.0
STAY_S = 10.0
RATE = 8000


def speaking_phone(folder: Path) -> str:
    """The bench's phone, with a loud tone of 400 Hz in G.711 µ-law."""
    sound = folder / "tone.ulaw"
    sound.write_bytes(bytes(0x80 if math.sin(2 * math.pi * 400 * n / RATE) > 0 else 0x00 for n in range(RATE * 60)))
    text = (SCENARIOS / "phone.xml").read_text("utf-8")
    says = f'<recv request="ACK"/>\n  <nop><action><exec rtp_stream="{sound},-1,0,PCMU/8000"/></action></nop>'
    text = text.replace("[media_port]", "[rtpstream_audio_port]").replace('<recv request="ACK"/>', says)
    path = folder / "speaking_phone.xml"
    path.write_text(text, "utf-8")
    return str(path)


class Run(switch.Run):
    def prepare(self) -> None:
        stack, server, options = self.stack, self.switch, self.options
        server.configure()
        server.start()
        self.sipp.start_phones()
        stack.environ["CTI_ESL_PASSWORD"] = server.password
        stack.environ["CTI_SWITCHES"] = f"main=esl://{HOST}:{server.esl_port}"
        self.agents = [phone.extension for phone in server.phones]
        config = centre(self.agents, [NUMBER], str(server.recordings), wrap_up_s=0, record=options.record)
        stack.begin(replace(config, prompts_dir=str(server.prompts)))
        self.listener = Listener(HOST, server.esl_port, server.password)
        self.sipp.register()
        stack.spawn("worker")
        self._start_daemon()
        self.commands = CommandClient(stack.client, stack.keys, process_name("bench"))
        for agent in self.agents:
            if int(agent) % (SIX - 1):  # only the conveners take calls
                self.commands.send(do.PauseAgent(agent_id=agent, reason="lunch"), f"agent:{agent}")

    def play(self) -> dict[str, Any]:
        added: list[float] = []
        conveners = [agent for agent in self.agents if not int(agent) % (SIX - 1)]
        free = iter([agent for agent in self.agents if int(agent) % (SIX - 1)])
        standing, why = 0, "all that were wished stand"
        for _ in conveners:
            try:
                added += self._one(free)
            except NotReady as error:
                why = str(error)
                break
            standing += 1
            print(f"\r{standing} conferences", end="", file=sys.stderr)
            if self.stack.views(SWITCH.table)[0]["slow"]:
                why = "the switch is slow"
                break
        print(f"\n{why}", file=sys.stderr)
        before, began = self._cpu(), time.monotonic()
        self.stack.wait("all stay", lambda: time.monotonic() - began > STAY_S)
        after, took = self._cpu(), time.monotonic() - began
        used = {f"{who}_cores": round((after[who] - before[who]) / took, 2) for who in after}
        ordered = sorted(added)
        return {
            "conferences": standing, "whole": self._whole(), "add_p50_ms": switch.percentile(ordered, 0.5),
            "add_p99_ms": switch.percentile(ordered, 0.99), **used, "record": self.options.record,
        }  # fmt: skip

    def _one(self, free: Any) -> list[float]:
        """A whole one; the milliseconds of its additions. Raises NotReady."""
        known = {view["id"] for view in self.stack.views(CALL.table)}
        self.sipp.call(NUMBER, 1, 10.0, 3600.0)

        def talks() -> list[dict[str, Any]]:
            return [view for view in self.stack.views(CALL.table) if view["id"] not in known and view["phase"] == "connected"]

        self.stack.wait("the caller is answered", talks, WHOLE_S)
        call = talks()[0]
        times = []
        for legs in range(3, SIX + 1):
            began = time.monotonic()
            self.commands.send(do.AddAgent(agent_id=call["agent"], colleague_id=next(free)), "user:bench")
            self.stack.wait("the colleague is in", lambda: self._there(call["id"]) == legs, WHOLE_S)  # noqa: B023 - used at once
            times.append(round(1000 * (time.monotonic() - began), 1))
        return times

    def _there(self, call_id: str) -> int:
        views = [view for view in self.stack.views(CALL.table) if view["id"] == call_id]
        return sum(leg["hears"] == 1 for leg in views[0]["legs"]) if views else 0

    def _whole(self) -> int:
        with self.switch.console() as console:
            return console.api("conference list").count(f" ({SIX} members ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=60, help="conferences")
    parser.add_argument("--no-record", dest="record", action="store_false", help="the customers are not recorded")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    options = parser.parse_args()
    options.agents = options.most * (SIX - 1)
    with tempfile.TemporaryDirectory(prefix="cti-bench-sound-") as folder:
        switch.play("bench-conferences", Run, options, sessions_per_second=300, phone=speaking_phone(Path(folder)))


if __name__ == "__main__":
    main()
