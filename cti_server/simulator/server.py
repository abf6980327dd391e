"""The simulated switch on TCP: accepts event-socket connections and drives the core's time.

The core is entered by one greenlet at a time and never yields, so a command and its consequences are one step. What a
slow reader does not take piles up for it alone; beyond ``MAX_QUEUED`` frames it is cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import gevent
from gevent import socket
from gevent.event import Event as Flag
from gevent.server import StreamServer

from cti_server.simulator.assembly import simulated_switch
from cti_server.simulator.clock import RealClock, VirtualClock
from cti_server.simulator.core import Switch
from cti_server.simulator.scenario import Scenario
from cti_server.simulator.session import Session
from cti_server.simulator.truth import Truth

MAX_QUEUED = 100_000
IDLE_S = 60.0


class Connection:
    """One accepted socket: a reader (the server's greenlet) and a writer, joined by a queue of frames."""

    def __init__(self, server: SimulatorServer, sock: socket.socket) -> None:
        self._server = server
        self._sock = sock
        self._out: list[bytes] = []
        self._flag = Flag()
        self._closing = False
        self.session = Session(server.switch, server.password, self._send, self._finish)

    def _send(self, data: bytes) -> None:
        self._out.append(data)
        if len(self._out) > MAX_QUEUED:
            self.drop()
        self._flag.set()

    def _finish(self) -> None:
        self._closing = True
        self._flag.set()

    def run(self) -> None:
        writer = gevent.spawn(self._write)
        try:
            while not self._closing:
                data = self._sock.recv(65536)
                if not data:
                    break
                self._server.thaw()
                if not self.session.closed:
                    self._server.catch_up()
                    self.session.feed(data)
                    self._server.wake()
        except OSError:
            pass
        finally:
            self._server.switch.unlisten(self.session)
            self._finish()
            writer.join(timeout=2)
            writer.kill()
            self._sock.close()

    def _write(self) -> None:
        try:
            while True:
                self._flag.wait()
                self._flag.clear()
                self._server.thaw()
                if self._out:
                    data = b"".join(self._out)
                    self._out.clear()
                    self._sock.sendall(data)
                elif self._closing:
                    self._sock.shutdown(socket.SHUT_RDWR)
                    return
                if self._out or self._closing:
                    self._flag.set()
        except OSError:
            self._closing = True

    def drop(self) -> None:
        """Ends the connection at once, without a word."""
        self._closing = True
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class SimulatorServer:
    """Serves one scenario. ``address`` after ``start`` is (host, port); port 0 takes a free one."""

    def __init__(
        self,
        scenario: Scenario,
        clock: RealClock | VirtualClock,
        password: str,
        host: str = "127.0.0.1",
        port: int = 0,
        truth: Truth | None = None,
    ) -> None:
        self.scenario = scenario
        self.clock = clock
        self.truth = truth
        self.password = password
        self.switch = self._new_switch()
        self._connections: set[Connection] = set()
        self._server = StreamServer((host, port), self._accept, backlog=128)
        self._flag = Flag()
        self._thawed = Flag()
        self._thawed.set()
        self._pacer: gevent.Greenlet | None = None
        self.broken = False

    def _new_switch(self) -> Switch:
        switch = simulated_switch(self.scenario, self.clock.now_us())
        switch.server = self
        switch.truth = self.truth
        return switch

    @property
    def address(self) -> tuple[str, int]:
        return self._server.address[0], self._server.address[1]

    def start(self) -> None:
        self._server.start()
        if isinstance(self.clock, RealClock):
            self._pacer = gevent.spawn(self._pace)

    def when_broken(self, act: Callable[[], None]) -> None:
        """Calls ``act`` when the core failed on its own time line: time would stand still from then on."""

        def failed(_greenlet: gevent.Greenlet) -> None:
            self.broken = True
            act()

        if self._pacer is not None:
            self._pacer.link_exception(failed)

    def stop(self) -> None:
        self._server.stop(timeout=1)
        self._drop_all()
        if self._pacer is not None:
            self._pacer.kill()

    def _accept(self, sock: socket.socket, _address: object) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self, sock)
        self._connections.add(connection)
        try:
            connection.run()
        finally:
            self._connections.discard(connection)

    # ------------------------------------------------------------ time

    def catch_up(self) -> None:
        """Runs what is due, so that the core's now is the clock's."""
        self.switch.scheduler.run_until(self.clock.now_us())

    def wake(self) -> None:
        """A command may have planned something earlier than what the pacer sleeps for."""
        self._flag.set()

    def _pace(self) -> None:
        while True:
            self.catch_up()
            due_us = self.switch.scheduler.next_due_us()
            wait_s = IDLE_S if due_us is None else (due_us - self.clock.now_us()) / 1_000_000
            self._flag.wait(max(0.0005, min(wait_s, IDLE_S)))
            self._flag.clear()

    # ------------------------------------------------------------ faults

    def thaw(self) -> None:
        """Waits while the switch is frozen."""
        self._thawed.wait()

    def freeze(self, seconds: float) -> None:
        """After this command's answer nothing is read or written for so long; connections stay open."""
        gevent.spawn_later(0.02, self._thawed.clear)
        gevent.spawn_later(0.02 + seconds, self._thawed.set)

    def drop(self) -> None:
        gevent.spawn_later(0.02, self._drop_all)

    def _drop_all(self) -> None:
        for connection in list(self._connections):
            connection.drop()

    def restart(self) -> None:
        """The switch dies and is back: no channel is left and none says goodbye; a new Core-UUID."""
        gevent.spawn_later(0.02, self._restart)

    def _restart(self) -> None:
        self._drop_all()
        seed = self.switch.random.getrandbits(32)
        self.switch = self._new_switch()
        self.switch.random.seed(seed)
        self.switch.head.core_uuid = self.switch.new_uuid()
        self.wake()

    def advance(self, ms: float) -> None:
        if not isinstance(self.clock, VirtualClock):
            raise ValueError("sim advance: this simulator runs on real time")
        self.switch.scheduler.run_until(self.clock.advance(ms))
