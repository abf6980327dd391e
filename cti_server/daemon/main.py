"""The daemon ``cti-daemon``: links the switches, adopts what runs, leads until SIGTERM.

Order at start: configuration, links, epoch, snapshot of switches and mirror, Adopt, then live inputs, then commands.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, cast  # noqa: E402

import gevent  # noqa: E402
import orjson  # noqa: E402
import redis  # noqa: E402
import structlog  # noqa: E402

from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.daemon.commands import CommandReader  # noqa: E402
from cti_server.daemon.configuration import ConfigSource, write_whole  # noqa: E402
from cti_server.daemon.inputlog import InputLog  # noqa: E402
from cti_server.daemon.journal import Journal  # noqa: E402
from cti_server.daemon.loop import EngineLoop  # noqa: E402
from cti_server.daemon.outbox import Outbox  # noqa: E402
from cti_server.daemon.switches import Switches  # noqa: E402
from cti_server.domain.config import CentreConfig  # noqa: E402
from cti_server.engine.core import Engine  # noqa: E402
from cti_server.engine.messages import Adopt, CommandInput, ConfigChanged, Input, Reply  # noqa: E402
from cti_server.engine.replay import continued, encode_input, hash_line, header  # noqa: E402
from cti_server.errors import CtiError  # noqa: E402
from cti_server.events.views import MIRRORS  # noqa: E402
from cti_server.settings import Settings, load  # noqa: E402

log = structlog.get_logger(__name__)

LINK_WAIT_S = 5.0
DEPOSED = 3
"""Exit status of a daemon that another has taken over from. Started again by itself it would depose that one in turn."""


class Daemon:
    """Owns every part; ``run`` blocks until ``stop``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.keys = Keys(settings.domain)
        self.data = Path(settings.data_dir)
        self.redis = connect(settings.redis_url)
        self.config = ConfigSource(self.redis, self.keys, self.data / "config.json")
        self.failure = ""
        self.switch_details: dict[str, dict[str, Any]] = {}
        self._early: list[Input] = []
        self._loop: EngineLoop | None = None
        self._outbox: Outbox | None = None
        addresses = settings.switch_addresses()
        if not addresses:
            raise CtiError("bad-setting", "CTI_SWITCHES is empty: name at least one switch, e.g. main=esl://127.0.0.1:8021")
        self.switches = Switches(addresses, self.clock, self._submit, self._fenced, self._described)

    def run(self) -> None:
        config = self.config.first()
        self.switches.start(LINK_WAIT_S)
        epoch = self.switches.take_over(self._last_epoch())
        self._keep_epoch(epoch)
        engine = Engine(config, epoch, seed=epoch)
        self.switches.legs_on = engine.legs_on
        mirror, last_seen_ms = self._read_mirror()
        channels, registered = self.switches.snapshot(_legs(mirror))
        now_ms = self.clock.now_ms()
        adopt = Adopt(now_ms, channels, mirror, registered, last_seen_ms or now_ms)
        outbox = Outbox(self.redis, self.keys, epoch, "daemon", Journal(self.data / "facts.journal"), self.clock)
        outbox.switch_details = self.switch_details
        self._outbox = outbox
        input_log = InputLog(self.data / "inputs", epoch, lambda: continued(engine))
        input_log.write(header(config, epoch, epoch))
        loop = EngineLoop(engine, self.clock, outbox, input_log, self.switches.execute, self.switches.beat, encode_input)
        loop.handle(adopt)
        for item in self._early:
            loop.submit(item)
        self._loop = loop
        reader = CommandReader(self.redis, self.keys, outbox, self.clock, self._command)
        helpers = [
            outbox.start(),
            reader.start(),
            gevent.spawn(self.config.watch, self._reconfigure),
            gevent.spawn(self.switches.reconcile_for_ever, engine.worth_a_look),
            gevent.spawn(self.switches.look_for_ever),
        ]
        for helper in helpers:
            helper.link_exception(self._defect)
        gc.collect()
        gc.freeze()  # what has been adopted lives long: no need to look through it again and again
        gc.set_threshold(100_000, 50, 50)
        log.info("leading", epoch=epoch, channels=len(channels), switches=sorted(registered), config=config.version)
        loop.run()
        input_log.write(hash_line(engine.state_hash()))
        input_log.close()
        reader.stop()
        self.switches.stop()
        outbox.stop()
        gevent.killall(helpers)

    def stop(self) -> None:
        if self._loop:
            self._loop.stop()
        else:
            sys.exit(0)

    # ------------------------------------------------------------ inputs

    def _submit(self, item: Input) -> None:
        if self._loop is None:
            self._early.append(item)
        else:
            self._loop.submit(item)

    def _command(self, command: CommandInput) -> None:
        if command.name != "ReloadConfig":
            self._submit(command)
            return
        self.config.check(self._reconfigure)
        assert self._loop is not None
        self._loop.answer(Reply(command.command_id, True, data={"version": self.config.version}))

    def _reconfigure(self, config: CentreConfig) -> None:
        log.info("configuration", version=config.version)
        self._submit(ConfigChanged(self.clock.now_ms(), config))

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
        """The highest epoch that Redis or this machine's file remembers."""
        file = self.data / "epoch"
        text = file.read_text().strip() if file.exists() else ""
        known = [int(text) if text.isdigit() else 0]
        try:
            known.append(int(self.redis.get(self.keys.epoch) or 0))
        except redis.RedisError as error:
            log.warning("redis is away at start", error=str(error))
        return max(known)

    def _keep_epoch(self, epoch: int) -> None:
        if not self.data.exists():
            self.data.mkdir(parents=True)
            self.data.chmod(0o711)  # the switch, perhaps another user, reaches the recordings below it
        write_whole(self.data / "epoch", str(epoch).encode())
        try:
            self.redis.set(self.keys.epoch, epoch)
        except redis.RedisError as error:
            log.warning("the epoch is kept in the local file only", error=str(error))

    def _read_mirror(self) -> tuple[Mapping[str, Mapping[str, Mapping[str, Any]]], int]:
        try:
            meta = cast(Any, self.redis.hgetall(self.keys.mirror_meta))
            rows: dict[str, dict[bytes, bytes]] = {k: cast(Any, self.redis.hgetall(self.keys.mirror(k))) for k in MIRRORS}
        except redis.RedisError as error:
            log.warning("no mirror: adopting from the switches alone", error=str(error))
            return {}, 0
        mirror = {kind: {k.decode(): orjson.loads(v) for k, v in table.items()} for kind, table in rows.items()}
        return mirror, int(meta.get(b"at_ms", 0))


def _legs(mirror: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """The legs of the mirror's calls."""
    return [leg for document in mirror.get("calls", {}).values() for leg in document.get("core", {}).get("legs", {})]


def main() -> None:
    os.umask(0o077)  # input log and journal hold what callers said and pressed
    try:
        settings = load()
        logs.set_up(settings.log_level)
        daemon = Daemon(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, daemon.stop)
        daemon.run()
    except CtiError as error:
        sys.stderr.write(f"cti-daemon: {error.message}\n")
        sys.exit(DEPOSED if error.error_id == "fenced" else 1)
    if daemon.failure:
        sys.stderr.write(f"cti-daemon: {daemon.failure}\n")
        sys.exit(DEPOSED if daemon.switches.deposed else 1)


if __name__ == "__main__":
    main()
