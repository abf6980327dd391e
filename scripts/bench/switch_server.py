"""A private FreeSWITCH for the bench, configured by scripts.fsconf like any of the product's, plus one queue of mod_callcenter.

The peer's queue ``bench`` is longest-idle-agent like ours; its service number answers and enters the queue at once. Everything
lives in the given folder, on loopback, on ports that were free; it is ended by its process id.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from lxml import etree

from scripts import fsconf, prompts
from scripts.bench.wire import SwitchConsole
from scripts.errors import BenchFailed, Died
from scripts.fsrender import ROOT
from scripts.stack import free_ports

HOST = "127.0.0.1"
MEMORY = "/dev/shm"
PEER_QUEUE = "bench"
PEER_NUMBER = "7000"
_QUEUE = """
<queue name="bench">
  <param name="strategy" value="longest-idle-agent"/>
  <param name="moh-sound" value="local_stream://moh"/>
  <param name="time-base-score" value="system"/>
  <param name="max-wait-time" value="0"/>
  <param name="tier-rules-apply" value="false"/>
  <param name="discard-abandoned-after" value="60"/>
  <param name="abandoned-resume-allowed" value="false"/>
</queue>"""
_RECORDED = '<param name="record-template" value="{folder}/peer-${{uuid}}.wav"/>'
_ENTRY = f"""
<extension name="bench_peer">
  <condition field="destination_number" expression="^{PEER_NUMBER}$">
    <action application="answer"/>
    <action application="set" data="hangup_after_bridge=true"/>
    <action application="set" data="RECORD_STEREO=true"/>
    <action application="callcenter" data="{PEER_QUEUE}"/>
  </condition>
</extension>"""
SILENT_MS = 3_600_000  # callers and phones send no audio


class BenchSwitch:
    """``record``: whether the peer records its calls as our queue does. ``start`` returns when it takes calls."""

    def __init__(
        self, binary: str, folder: Path, phones: tuple[fsconf.Phone, ...], record: bool, sessions_per_second: int = 300
    ) -> None:
        self.binary, self.folder, self.phones, self.record = binary, folder, phones, record
        self.sessions_per_second = sessions_per_second
        self.esl_port, self.internal_port, self.external_port, ws_port = free_ports(4)
        self.recordings, self.prompts = folder / "recordings", folder / "prompts"
        self.password = fsconf.read_secrets(folder)["CTI_ESL_PASSWORD"]
        self._ws = f"{HOST}:{ws_port}"
        self._memory = Path(tempfile.mkdtemp(prefix="cti-bench-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
        self._process: subprocess.Popen[bytes] | None = None

    # ------------------------------------------------------------ configuration

    def _once_for_all(self) -> None:
        """SIPp's phones register once, and answer no INVITE that refreshes a session."""
        (profile,) = self.folder.rglob("sip_profiles/internal.xml")
        words = profile.read_text("utf-8")
        for name, was, wanted in (("sip-force-expires", "120", "3600"), ("enable-timer", "true", "false")):
            told = f'<param name="{name}" value="{was}"/>'
            if told not in words:
                raise BenchFailed(f"{profile} has no {told}")
            words = words.replace(told, told.replace(was, wanted))
        profile.write_text(words, "utf-8")

    def configure(self) -> None:
        values = fsconf.Values(
            esl_port=str(self.esl_port),
            esl_password=self.password,
            internal_port=str(self.internal_port),
            external_port=str(self.external_port),
            ws_binding=self._ws,
            recordings=str(self.recordings),
            prompts=str(self.prompts),
            directory_url="",
            sessions_per_second=str(self.sessions_per_second),
            media_timeout_ms=str(SILENT_MS),
            directory_secret=fsconf.read_secrets(self.folder)["CTI_XML_CURL_SECRET"],
        )
        trunk = fsconf.Trunk("callers", HOST, free_ports(1)[0], ping=0)
        fsconf.render(fsconf.Plan(values, self.phones, (trunk,)), self.folder)
        self._once_for_all()
        queue = etree.fromstring(_QUEUE)
        if self.record:
            queue.append(etree.fromstring(_RECORDED.format(folder=self.recordings)))
        self._insert("autoload_configs/callcenter.conf.xml", ".//queues", queue)
        self._insert("dialplan/public.xml", ".//context[@name='public']", etree.fromstring(_ENTRY))
        (self.recordings / "fallback").mkdir(parents=True)
        prompts.build(prompts.read_table(ROOT / "prompts/prompts.yaml"), self.prompts, None)

    def _insert(self, name: str, into: str, element: etree._Element) -> None:
        path = self.folder / "conf" / name
        tree = etree.parse(path)
        tree.find(into).insert(0, element)
        tree.write(path, encoding="utf-8", xml_declaration=True)

    # ------------------------------------------------------------ process

    def start(self) -> None:
        command = [self.binary, "-nf", "-nc", "-rp", "-nonat"]  # real-time priority, as its usual service unit has
        for name in ("conf", "scripts", "log", "db", "run", "certs", "temp", "storage"):
            path = (self._memory if name == "db" else self.folder) / name
            path.mkdir(exist_ok=True)
            command += [f"-{name}", str(path)]
        with (self.folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-recordings", str(self.recordings)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = (self.folder / "out.log").read_text(errors="replace")[-1000:]
                raise Died(f"FreeSWITCH did not come up: {tail}")
            time.sleep(0.2)

    def _ready(self) -> bool:
        try:
            with self.console() as console:
                return (
                    "is ready" in console.api("status")
                    and console.api("sofia status").count("RUNNING") >= 2
                    and "cti" in console.api("show tasks")
                    and PEER_QUEUE in console.api("callcenter_config queue list")
                )
        except OSError:
            return False

    def console(self) -> SwitchConsole:
        return SwitchConsole(HOST, self.esl_port, self.password, 30.0)

    def hire(self, wrap_up_s: int) -> None:
        """The phones as agents of the peer's queue, with the same wrap-up as ours."""
        with self.console() as console:
            for phone in self.phones:
                console.api(f"callcenter_config agent add {phone.extension} callback")  # where it has not followed the phone yet
                console.api(f"callcenter_config agent set wrap_up_time {phone.extension} {wrap_up_s}")
                console.api(f"callcenter_config tier del cti_fallback {phone.extension}")
                console.api(f"callcenter_config tier add {PEER_QUEUE} {phone.extension} 1 1")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._memory, ignore_errors=True)
