"""The daemon ``cti-daemon``: links the switches, adopts what runs, leads until SIGTERM.

Order at start: folder, configuration, links, epoch, snapshot of switches and mirror, Adopt, then live inputs, then commands.
What can fail is tried before the epoch is raised, for that deposes the daemon that leads. A disk that is full costs the input log
and the local copies, not the start: alarms say so.
"""

from gevent import monkey

monkey.patch_all()

import errno  # noqa: E402
import gc  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, cast  # noqa: E402

import gevent  # noqa: E402
import redis  # noqa: E402
import structlog  # noqa: E402

from cti_server import entry  # noqa: E402
from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.adapters.set_aside import SetAside  # noqa: E402
from cti_server.daemon.commands import CommandReader  # noqa: E402
from cti_server.daemon.configuration import ConfigSource, Kept, Part  # noqa: E402
from cti_server.daemon.inputlog import InputLog  # noqa: E402
from cti_server.daemon.journal import Journal  # noqa: E402
from cti_server.daemon.last_mirror import Documents, LastMirror  # noqa: E402
from cti_server.daemon.loop import EngineLoop  # noqa: E402
from cti_server.daemon.outbox import Outbox  # noqa: E402
from cti_server.daemon.switches import Fenced, Switches  # noqa: E402
from cti_server.daemon.tried import fits, tried  # noqa: E402
from cti_server.daemon.twin import Twin  # noqa: E402
from cti_server.domain.border import digits  # noqa: E402
from cti_server.engine.assembly import Engine  # noqa: E402
from cti_server.engine.calls import calls  # noqa: E402
from cti_server.engine.doors import noticed  # noqa: E402
from cti_server.engine.kernel.alarms import Alarm  # noqa: E402
from cti_server.engine.kernel.messages import Adopt, CommandInput, ConfigPart, Input, Noticed, Reply  # noqa: E402
from cti_server.engine.replay import continued, encode_input, hash_line, header  # noqa: E402
from cti_server.errors import BadSetting  # noqa: E402
from cti_server.events.commands import ReloadConfig  # noqa: E402
from cti_server.settings import Settings, load  # noqa: E402

log = structlog.get_logger(__name__)

LINK_WAIT_S = 5.0
DISK_LOOK_S = 1.0
BEAT_S = 1.0
MIRROR_FILE = "mirror.jsonl"
DEPOSED = 3
"""Exit status of a daemon that another has taken over from. Started again by itself it would depose that one in turn."""


class Daemon:
    """Owns every part; ``run`` blocks until ``stop``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.keys = Keys(settings.tenant)
        self.data = Path(settings.data_dir)
        self.redis = connect(settings.redis_url)
        self.aside = SetAside(self.redis, self.keys, "daemon")
        self.config = ConfigSource(self.redis, self.keys, self.data / "config.json", tried, fits)
        self.failure = ""
        self._epoch = Kept(self.data / "epoch")
        self.switch_details: dict[str, dict[str, Any]] = {}
        self.runner: gevent.Greenlet | None = None  # in which ``run`` runs
        self._stopped = False
        self._early: list[Input] = []
        self._loop: EngineLoop | None = None
        self._outbox: Outbox | None = None
        addresses = settings.switch_addresses()
        if not addresses:
            raise BadSetting("CTI_SWITCHES is empty: name at least one switch, e.g. main=esl://127.0.0.1:8021")
        self.switches = Switches(addresses, self.clock, self._submit, self._fenced, self._described, tenant=settings.tenant)

    def run(self) -> None:
        self._prepare_folder()
        config = self.config.first()
        last_epoch = self._last_epoch()
        journal = Journal(self.data / "facts.journal")
        self.switches.start(LINK_WAIT_S)
        led = self.switches.highest_epoch(last_epoch)
        last = LastMirror(self.redis, self.keys, self.data / MIRROR_FILE, self.aside)
        last.await_redis(led)
        epoch = self.switches.take_over(led)
        gevent.spawn(self._beat_until_the_loop_runs)
        self._keep_epoch(epoch)
        engine = Engine(config, epoch, seed=epoch)
        self.switches.legs_on = engine.legs_on
        mirror, last_seen_ms = self._read_mirror(last, led)
        self.clock.not_before(last_seen_ms)
        channels, registered = self.switches.snapshot(_legs(mirror))
        now_ms = self.clock.now_ms()
        adopt = Adopt(now_ms, channels, mirror, registered, last_seen_ms or now_ms, tuple(self.switches.nodes))
        twin = Twin(self.data / MIRROR_FILE)
        outbox = Outbox(self.redis, self.keys, epoch, "daemon", journal, self.clock, self._notice, twin)
        outbox.mirror_unread, outbox.switch_details = last.unread, self.switch_details
        outbox.aside = self.aside
        self._outbox = outbox
        input_log = InputLog(self.data / "inputs", epoch, lambda: continued(engine))
        input_log.write(header(config, epoch, epoch))
        shell = (self.switches.execute, self.switches.beat, encode_input, self.switches.counts)
        loop = EngineLoop(engine, self.clock, outbox, input_log, *shell)
        loop.handle(adopt)
        for item in self._early:
            loop.submit(item)
        self._loop = loop
        if self._stopped:
            loop.stop()
        reader = CommandReader(self.redis, self.keys, outbox, self.clock, self._command)
        helpers = [
            outbox.start(),
            reader.start(),
            gevent.spawn(self.config.watch, self._reconfigure),
            gevent.spawn(self.switches.reconcile_for_ever, engine.worth_a_look),
            gevent.spawn(self.switches.look_for_ever),
            gevent.spawn(self._watch_disk, input_log, twin),
        ]
        for helper in helpers:
            helper.link_exception(self._defect)
        gc.collect()
        gc.freeze()  # what has been adopted lives long: no need to look through it again and again
        gc.set_threshold(20_000, 50, 50)  # each look is a pause: 4 ms at most, where a large configuration comes
        log.info("leading", epoch=epoch, channels=len(channels), switches=sorted(registered), config=config.version)
        loop.run()
        input_log.end(lambda: hash_line(engine.state_hash()))
        reader.stop()
        self.switches.stop()
        outbox.stop()
        gevent.killall(helpers)

    def stop(self) -> None:
        """Also more than once, and before it leads."""
        self._stopped = True
        if self._loop:
            self._loop.stop()
        elif self.runner:
            self.runner.kill(block=False)

    # ------------------------------------------------------------ inputs

    def _submit(self, item: Input) -> None:
        if self._loop is None:
            self._early.append(item)
        else:
            self._loop.submit(item)

    def _command(self, command: CommandInput) -> None:
        if command.name != ReloadConfig.__name__:
            self._submit(command)
            return
        gevent.spawn(self._reload, command.command_id).link_exception(self._defect)

    def _reload(self, command_id: str) -> None:
        """Beside the commands that follow: it takes a while where much differs."""
        self.config.check(self._reconfigure)
        assert self._outbox is not None
        self._outbox.put(self.clock.now_ms(), [Reply(command_id, True, data={"version": self.config.version})])

    def _reconfigure(self, part: Part) -> None:
        if part["last"]:
            log.info("configuration", version=part["version"])
        self._submit(ConfigPart(self.clock.now_ms(), **part))

    def _described(self, switch: str, details: dict[str, Any]) -> None:
        self.switch_details[switch] = details
        if self._outbox:
            self._outbox.described(switch)

    def _fenced(self, why: str) -> None:
        log.critical("this daemon ends", why=why)
        self.failure = why
        self.stop()

    def _defect(self, greenlet: gevent.Greenlet) -> None:
        """A part of the daemon has died: end, so that the supervisor starts a whole one, which adopts the calls."""
        self._fenced(f"{greenlet.name} ended with {greenlet.exception!r}")

    # ------------------------------------------------------------ what earlier daemons left

    def _last_epoch(self) -> int:
        """The highest epoch that Redis or this machine's file remembers. What is none is set aside: the switches know it, too."""
        known = [0]
        try:
            known.append(self._epoch_of("the local file", (self.data / "epoch").read_bytes()))
        except FileNotFoundError:
            log.info("no epoch is kept here yet")
        except OSError as error:
            log.warning("the local copy of the epoch cannot be read", error=str(error))
        try:
            known.append(self._epoch_of("redis", cast("bytes", self.redis.get(self.keys.epoch) or b"0")))
        except redis.RedisError as error:
            log.warning("redis is away at start", error=str(error))
        return max(known)

    def _epoch_of(self, source: str, raw: bytes) -> int:
        found = digits(raw, -1)
        if found < 0:
            self.aside.tell("epoch", source, "it is no whole number", raw)
        return max(0, found)

    def _prepare_folder(self) -> None:
        """Raises BadSetting for a folder that is not ours to write; one on a full disk is good enough."""
        probe = self.data / ".probe"
        try:
            if not self.data.exists():
                self.data.mkdir(parents=True)
                self.data.chmod(0o711)  # the switch, perhaps another user, reaches the recordings below it
            probe.write_bytes(b"can this folder be written?")
            probe.unlink()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
                words = f"cannot be written ({error.strerror}): give it to the user of cti-daemon, or choose another"
                text = f"CTI_DATA_DIR={self.data} {words}"
                raise BadSetting(text) from error
            log.critical("the disk cannot be written", folder=str(self.data), error=str(error))

    def _keep_epoch(self, epoch: int) -> None:
        """It is on the switches already; these copies are for the day on which all of them start anew."""
        trouble = self._epoch.keep(str(epoch).encode())
        if trouble:
            log.critical("the epoch is kept in redis and on the switches only", error=trouble)
        try:
            self.redis.set(self.keys.epoch, epoch)
        except redis.RedisError as error:
            log.warning("the epoch is kept in the local file only", error=str(error))

    def _read_mirror(self, last: LastMirror, led: int) -> tuple[Documents, int]:
        """Rows that cannot be read are set aside; the engine adopts what can."""
        before = self.aside.total
        mirror, at_ms = last.read(led)
        if self.aside.total > before:
            text = f"what could not be read of the mirror is set aside ({self.aside.total - before}): cti doctor names it"
            self._notice(noticed.SET_ASIDE, text)
        return mirror, at_ms

    def _beat_until_the_loop_runs(self) -> None:
        """Taking over thousands of calls takes a while: the switches' watchdogs hear that somebody leads."""
        while self._loop is None:
            self.switches.beat()
            gevent.sleep(BEAT_S)

    def _notice(self, alarm: Alarm[str], text: str) -> None:
        self._submit(Noticed(self.clock.now_ms(), alarm.id, text))

    def _watch_disk(self, input_log: InputLog, twin: Twin) -> None:
        """Write what could not be kept as soon as there is room, and say what is so: once, and once that it is over."""
        said = {noticed.DISK: "", noticed.INPUT_LOG: ""}
        while True:
            trouble = self._epoch.keep() or self.config.kept.keep() or twin.trouble
            disk = f"the disk of {self.data} cannot be written, make room: {trouble}" if trouble else ""
            for alarm, text in ((noticed.DISK, disk), (noticed.INPUT_LOG, input_log.trouble)):
                if text != said[alarm]:
                    self._notice(alarm, text)
                    said[alarm] = text
            gevent.sleep(DISK_LOOK_S)


def _legs(mirror: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """The legs of the mirror's calls, as far as a switch could be asked for them."""
    tables = [document.get("core", {}).get("legs", {}) for document in mirror.get("calls", {}).values()]
    return [leg for legs in tables if isinstance(legs, dict) for leg in legs if calls.LEG.fullmatch(leg)]


def main() -> None:
    os.umask(0o077)  # input log and journal hold what callers said and pressed
    entry.run("cti-daemon", _run, {Fenced: DEPOSED})


def _run() -> str:
    settings = load()
    logs.set_up(settings.log_level)
    daemon = Daemon(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, daemon.stop)
    daemon.runner = gevent.spawn(_caught, daemon)
    error = daemon.runner.get()
    if isinstance(error, Exception):
        raise error
    if daemon.switches.deposed:
        raise Fenced(daemon.failure)
    return daemon.failure


def _caught(daemon: Daemon) -> Exception | None:
    """Not raised in the greenlet, whose hub would print it."""
    try:
        daemon.run()
    except Exception as error:  # noqa: BLE001 - raised again in the main greenlet
        return error
    return None


if __name__ == "__main__":
    main()
