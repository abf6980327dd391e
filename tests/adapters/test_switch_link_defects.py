"""Each known defect of stock greenswitch: the same scenario misbehaves there and is right on our EventSocket.

``expected`` says for each class what the scenario must show, so that a fixed greenswitch would be noticed too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event
from gevent.queue import Empty, Queue
from greenswitch import InboundESL
from greenswitch.esl import NotConnectedError

from cti_server.adapters.switch_link import SwitchLink
from cti_server.adapters.switch_probe import LinkTiming
from cti_server.adapters.switch_socket import CommandDeadline, EventSocket
from cti_server.errors import CtiError
from cti_server.settings import SwitchAddress
from tests.esl.server import PASSWORD, Switch, api_response, json_event, plain_event, stays_false
from tests.until import until

STOCK, OURS = InboundESL, EventSocket
BOTH = pytest.mark.parametrize("kind", [STOCK, OURS], ids=["stock", "ours"])


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch()
    yield server
    server.stop()


@pytest.fixture
def connect(switch: Switch) -> Iterator[Callable[[type], InboundESL]]:
    """Connected sockets that are dropped at the end, whatever state they are in."""
    made: list[InboundESL] = []

    def make(kind: type) -> InboundESL:
        socket = kind(switch.host, switch.port, PASSWORD)
        made.append(socket)
        socket.connect()
        return socket

    yield make
    for socket in made:
        socket._run = False
        gevent.killall([g for g in (socket._receive_events_greenlet, socket._process_events_greenlet) if g])
        socket.sock.close()


def heard(socket: InboundESL, name: str = "DTMF") -> list:
    events: list = []
    socket.register_handle(name, events.append)
    return events


# 1. the whole block is unquoted before it is split
@BOTH
@pytest.mark.parametrize("name", ["x%0AUnique-ID%3A%20forged", "x%E2%80%A8Unique-ID%3A%20forged"])
def test_1_a_callers_name_forges_a_header(kind, name, switch, connect):
    events = heard(connect(kind))
    switch.tell(plain_event(f"Event-Name: DTMF\nUnique-ID: real\nCaller-Caller-ID-Name: {name}\n\n".encode()))
    until(lambda: events)
    assert events[0].headers["Unique-ID"] == ("forged" if kind is STOCK else "real")


# 2. an event's body is merged into its headers; event json is unusable
@BOTH
def test_2_a_body_becomes_headers(kind, switch, connect):
    events = heard(connect(kind), "BACKGROUND_JOB")
    body = b"-ERR x\nJob-UUID: from-body\n"
    switch.tell(plain_event(b"Event-Name: BACKGROUND_JOB\nJob-UUID: j-1\nContent-Length: %d\n\n" % len(body) + body))
    until(lambda: events)
    assert events[0].headers["Job-UUID"] == ("from-body" if kind is STOCK else "j-1")
    if kind is OURS:
        assert events[0].data == body.decode()


@BOTH
def test_2_json_events(kind, switch, connect):
    events = heard(connect(kind))
    switch.tell(json_event(Event_Name="DTMF", Unique_ID="u", Caller_Caller_ID_Name="a: b") * 2)
    if kind is STOCK:
        assert stays_false(lambda: events)
    else:
        until(lambda: len(events) == 2)
        assert events[1].headers["Unique-ID"] == "u"


# 3. send instead of sendall; replies get swapped
@BOTH
def test_3_a_large_command_is_cut(kind, switch, connect):
    socket = connect(kind)
    switch.answer = lambda command: api_response(str(len(command)))
    command = "api echo " + "x" * 20_000_000
    if kind is STOCK:
        with pytest.raises(gevent.Timeout), gevent.Timeout(2):
            socket.send(command)
    else:
        assert socket.send(command, 30).data == str(len(command))


class FullOnce:
    """A socket whose first write waits for room until ``room`` is set, while other greenlets run."""

    def __init__(self, sock) -> None:
        self._sock = sock
        self.room = Event()
        self.waiting = False

    def __getattr__(self, name: str):
        return getattr(self._sock, name)

    def send(self, data: bytes) -> int:
        return self._when_there_is_room(self._sock.send, data)

    def sendall(self, data: bytes) -> None:
        return self._when_there_is_room(self._sock.sendall, data)

    def _when_there_is_room(self, write, data: bytes):
        if not self.waiting:
            self.waiting = True
            self.room.wait()
        return write(data)


@BOTH
def test_3_the_replies_of_two_greenlets_are_swapped(kind, switch, connect):
    socket = connect(kind)
    switch.answer = api_response
    full = socket.sock = FullOnce(socket.sock)
    first = gevent.spawn(socket.send, "api first")
    until(lambda: full.waiting)
    second = gevent.spawn(socket.send, "api second")
    until(lambda: switch.sent("api second") if kind is STOCK else len(socket._pending) == 2)
    full.room.set()
    gevent.joinall([first, second], timeout=30, raise_error=True)
    found = [first.get().data, second.get().data]
    assert found == (["api second", "api first"] if kind is STOCK else ["api first", "api second"])


def test_3_replies_reach_the_greenlet_that_asked(switch, connect):
    socket = connect(OURS)
    switch.answer = lambda command: api_response(command[:20])
    commands = [f"api n{i} ".ljust(20, "-") + "x" * 50_000 for i in range(100)]
    jobs = [gevent.spawn(socket.send, command) for command in commands]
    gevent.joinall(jobs, timeout=30)
    assert [job.get().data for job in jobs] == [command[:20] for command in commands]


# 4. no deadlines; pending commands are never woken; a truncated body freezes the process
@BOTH
def test_4_a_command_without_an_answer(kind, switch, connect):
    socket = connect(kind)
    switch.frozen = True
    job = gevent.spawn(catching, socket.send if kind is STOCK else lambda c: socket.send(c, 0.05), "api status")
    if kind is STOCK:
        assert stays_false(job.ready)
        job.kill()
    else:
        assert isinstance(job.get(timeout=30), CommandDeadline)


def test_4_a_late_answer_goes_to_nobody_else(switch, connect):
    socket = connect(OURS)
    switch.answer = lambda command: b"" if "first" in command else api_response("late") + api_response("second")
    with pytest.raises(CommandDeadline):
        socket.send("api first", 0.05)
    assert socket.send("api second").data == "second"


@BOTH
def test_4_pending_commands_at_the_end_of_the_connection(kind, switch, connect):
    socket = connect(kind)
    switch.frozen = True
    job = gevent.spawn(catching, socket.send, "api status")
    until(lambda: switch.sent("api"))
    switch.drop()
    if kind is STOCK:
        assert stays_false(job.ready)
        job.kill()
    else:
        assert isinstance(job.get(timeout=30), NotConnectedError)


@BOTH
@pytest.mark.parametrize("silent_at", ["greeting", "auth"])
def test_4_a_peer_that_never_lets_us_in(kind, silent_at):
    switch = Switch(greeting=b"" if silent_at == "greeting" else b"Content-Type: auth/request\n\n")
    switch.frozen = True
    socket = kind(switch.host, switch.port, PASSWORD, timeout=0.05)
    job = gevent.spawn(catching, socket.connect)
    if kind is STOCK:
        assert stays_false(job.ready)
        job.kill()
        gevent.killall([socket._receive_events_greenlet, socket._process_events_greenlet])
    else:
        assert isinstance(job.get(timeout=30), NotConnectedError)
        assert not socket.connected
    switch.stop()


TRUNCATED = """
import sys, gevent
from gevent.server import StreamServer
def serve(sock, _):
    sock.sendall(b"Content-Type: auth/request\\n\\n")
    sock.recv(100)
    sock.sendall(b"Content-Type: command/reply\\nReply-Text: +OK accepted\\n\\n")
    sock.sendall(b"Content-Length: 100\\nContent-Type: text/event-plain\\n\\nEvent")
    sock.close()
server = StreamServer(("127.0.0.1", 0), serve); server.start()
if sys.argv[1] == "stock":
    from greenswitch import InboundESL as Kind
else:
    from cti_server.adapters.switch_socket import EventSocket as Kind
socket = Kind("127.0.0.1", server.server_port, "x"); socket.connect()
with gevent.Timeout(20):
    while socket.connected: gevent.sleep(0.01)
gevent.sleep(0.05)
print("alive")
"""


@BOTH
def test_4_a_truncated_body_freezes_the_process(kind):
    command = [sys.executable, "-c", TRUNCATED, "stock" if kind is STOCK else "ours"]
    if kind is STOCK:
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(command, timeout=6, capture_output=True)
    else:
        assert subprocess.run(command, timeout=30, capture_output=True).stdout == b"alive\n"


# 5. one odd frame kills the receiver while connected stays true
@BOTH
@pytest.mark.parametrize(
    "bad",
    [
        plain_event(b"Event-Name: X\nCaller-Caller-ID-Name: \xd5\xc5\n\n"),
        b"Reply-Text: +OK\n\n",
        b"an odd first line\nContent-Type: log/data\nContent-Length: 0\n\n",
    ],
    ids=["utf8", "no-content-type", "odd-line"],
)
def test_5_one_bad_frame(kind, bad, switch, connect):
    socket = connect(kind)
    events = heard(socket)
    switch.tell(bad + plain_event(b"Event-Name: DTMF\nUnique-ID: u\n\n"))
    if kind is STOCK:
        assert stays_false(lambda: events)
        assert socket.connected
    else:
        until(lambda: events)


@BOTH
def test_5_a_stream_that_cannot_be_followed_is_a_disconnect(kind, switch, connect):
    socket = connect(kind)
    gone = heard(socket, "DISCONNECT")
    switch.tell(b"Content-Length: nonsense\n\n")
    if kind is STOCK:
        until(socket._receive_events_greenlet.ready)
        assert stays_false(lambda: gone)
        assert socket.connected, "it says so, and nobody reads any more"
    else:
        until(lambda: gone)
        assert not socket.connected
        assert "Content-Length" in gone[0].data


# 6. one command becomes two
@BOTH
@pytest.mark.parametrize(
    "command", ["api echo a\n\napi hupall", "api echo a\r\n\r\napi hupall", "sendmsg a\nx\n\napi hupall", "\napi hupall"]
)
def test_6_newlines_in_arguments(kind, command, switch, connect):
    socket = connect(kind)
    caught = []
    job = gevent.spawn(lambda: caught.append(catching(socket.send, command)))
    if kind is STOCK:
        until(lambda: any("hupall" in c for c in switch.commands))
        job.kill()
    else:
        until(lambda: caught)
        assert isinstance(caught[0], CtiError)
        assert not switch.sent("api") + switch.sent("sendmsg")


# 7. one slow handler stalls all; at a disconnect queued events are dropped and DISCONNECT is not told
@BOTH
def test_7_a_slow_handler(kind, switch, connect):
    socket = connect(kind)
    go, done = Event(), []

    def handle(event) -> None:
        if event.headers["Unique-ID"] == "slow":
            go.wait()
        done.append(event.headers["Unique-ID"] + event.headers["DTMF-Digit"])

    socket.register_handle("DTMF", handle)
    for leg, digit in [("slow", 1), ("slow", 2), ("quick", 3), ("quick", 4)]:
        switch.tell(plain_event(f"Event-Name: DTMF\nUnique-ID: {leg}\nDTMF-Digit: {digit}\n\n".encode()))
    if kind is STOCK:
        assert stays_false(lambda: done)
    else:
        until(lambda: done == ["quick3", "quick4"])
    go.set()
    until(lambda: len(done) == 4)
    assert [d for d in done if d.startswith("slow")] == ["slow1", "slow2"]


@BOTH
def test_7_what_was_queued_at_a_disconnect(kind, switch, connect):
    socket = connect(kind)
    go, done = Event(), []

    def handle(event) -> None:
        go.wait()
        done.append(event.headers["DTMF-Digit"])

    socket.register_handle("DTMF", handle)
    socket.register_handle("DISCONNECT", lambda event: done.append("gone"))
    switch.tell(b"".join(plain_event(f"Event-Name: DTMF\nUnique-ID: u\nDTMF-Digit: {n}\n\n".encode()) for n in range(3)))
    switch.drop()
    until(lambda: not socket.connected)
    go.set()
    if kind is STOCK:
        assert stays_false(lambda: len(done) > 1)
    else:
        until(lambda: len(done) == 4)
        assert done == ["0", "1", "2", "gone"]


def test_7_a_handler_that_raises_takes_nothing_with_it(switch, connect, capfd):
    socket = connect(OURS)
    done = []

    def handle(event) -> None:
        done.append(event.headers["DTMF-Digit"])
        raise RuntimeError("a fault of the handler")

    socket.register_handle("DTMF", handle)
    for n in range(3):
        switch.tell(plain_event(f"Event-Name: DTMF\nUnique-ID: u\nDTMF-Digit: {n}\n\n".encode()))
    until(lambda: len(done) == 3)
    assert socket.connected


# 8. 1 s polls in stop(); no reconnect, no keepalive; IPv4 only
class StandingTime(Queue):
    """Who waits with a timeout waits until ``second_passes``; ``polls`` counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.polls = 0
        self.second_passes = Event()

    def get(self, block: bool = True, timeout: float | None = None):
        if timeout is None:
            return super().get(block)
        self.polls += 1
        self.second_passes.wait()
        raise Empty


@BOTH
def test_8_stopping_waits_for_a_poll(kind, switch):
    socket = kind(switch.host, switch.port, PASSWORD)
    queue = socket._esl_event_queue = StandingTime()
    socket.connect()
    job = gevent.spawn(socket.stop)
    until(lambda: switch.sent("exit"))
    switch.drop()
    until(socket._receive_events_greenlet.ready)
    if kind is STOCK:
        assert stays_false(job.ready)
        queue.second_passes.set()
    until(job.ready)
    assert queue.polls == (1 if kind is STOCK else 0)


class OurLink:
    """What the daemon uses: EventSocket alone does not come back."""

    def __init__(self, host: str, port: int, password: str) -> None:
        timing = LinkTiming(probe_interval_s=0.02, probe_deadline_s=0.5, tick_s=0.01, retry_first_s=0.01, retry_most_s=0.02)
        self.events: list = []
        self._link = SwitchLink(SwitchAddress("main", host, port, password), self.events.append, timing=timing)

    @property
    def connected(self) -> bool:
        return self._link.linked

    def connect(self) -> None:
        self._link.start()
        until(lambda: self.connected)

    def stop(self) -> None:
        self._link.stop()


@pytest.fixture(params=[STOCK, OurLink], ids=["stock", "ours"])
def line(request, switch) -> Iterator[InboundESL | OurLink]:
    """Connected, by what keeps a daemon in touch with its switch."""
    found = request.param(switch.host, switch.port, PASSWORD)
    found.connect()
    yield found
    switch.refusing = True
    switch.drop()
    if isinstance(found, OurLink):
        found.stop()
    else:
        gevent.killall([found._receive_events_greenlet, found._process_events_greenlet])


def test_8_a_lost_connection_does_not_come_back(line, switch):
    before = switch.accepted
    switch.drop()
    if isinstance(line, OurLink):
        until(lambda: switch.accepted >= before + 2 and line.connected)
        assert [type(e).__name__ for e in line.events] == ["LinkUp", "LinkDown", "LinkUp"]
    else:
        until(lambda: not line.connected)
        assert stays_false(lambda: switch.accepted > before)


@BOTH
def test_8_not_even_when_it_is_asked_to(kind, switch, connect):
    socket = connect(kind)
    switch.drop()
    until(lambda: not socket.connected)
    job = gevent.spawn(socket.connect)
    if kind is STOCK:
        until(lambda: len(switch.sent("auth")) == 2)
        assert stays_false(job.ready), "the answer is there, and nobody reads it"
        job.kill()
    else:
        job.get(timeout=30)
        assert socket.send("api status").data == "+OK\n"


def test_8_silence_is_not_noticed(line, switch):
    asked = len(switch.commands)
    if isinstance(line, OurLink):
        until(lambda: len(switch.commands) > asked + 4)
    switch.frozen = True
    if isinstance(line, OurLink):
        until(lambda: not line.connected)
        assert "no answer to a probe" in line.events[-1].reason
    else:
        assert stays_false(lambda: len(switch.commands) > asked or not line.connected)


@BOTH
def test_8_ipv6(kind):
    try:
        switch = Switch(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    socket = kind("::1", switch.port, PASSWORD)
    if kind is STOCK:
        with pytest.raises(OSError):
            socket.connect()
    else:
        socket.connect()
        assert socket.send("api status").data == "+OK\n"
        socket.stop()
    switch.stop()


# the public API that stays
def test_handlers_as_before(switch, connect):
    socket = connect(OURS)
    order: list[str] = []
    every, custom, log = heard(socket, "*"), heard(socket, "sofia::register"), heard(socket, "log")
    socket.before_handle = lambda event: order.append("before")
    socket.after_handle = lambda event: order.append("after")
    first = heard(socket)
    socket.register_handle("DTMF", fail)
    socket.unregister_handle("DTMF", fail)
    switch.tell(json_event(Event_Name="DTMF", Unique_ID="u"))
    switch.tell(json_event(Event_Subclass="sofia::register", Event_Name="CUSTOM"))
    switch.tell(json_event(Event_Name="HEARTBEAT"))
    switch.tell(b"Content-Type: log/data\nContent-Length: 5\nLog-Level: 3\n\nhello")
    until(lambda: len(order) == 8)
    assert [len(x) for x in (first, custom, every, log)] == [1, 1, 1, 1]
    assert order == ["before", "after"] * 4
    assert log[0].data == "hello"
    with pytest.raises(ValueError, match="No handlers"):
        socket.unregister_handle("NOPE", print)


def test_wrong_password_and_refused_address(switch):
    with pytest.raises(ValueError, match="Invalid password"):
        EventSocket(switch.host, switch.port, "wrong").connect()
    rude = Switch(greeting=b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
    with pytest.raises(NotConnectedError, match="Access Denied"):
        EventSocket(rude.host, rude.port, PASSWORD).connect()
    rude.stop()


def test_stop_says_goodbye_and_may_be_called_twice(switch, connect):
    socket = connect(OURS)
    gone = heard(socket, "DISCONNECT")
    socket.stop()
    socket.stop()
    assert switch.commands[-1] == "exit"
    until(lambda: gone)
    assert len(gone) == 1
    with pytest.raises(NotConnectedError):
        socket.send("api status")


def test_it_connects_again_after_stop(switch, connect):
    socket = connect(OURS)
    socket.stop()
    socket.connect()
    assert socket.send("api status").data == "+OK\n"


def test_context_manager(switch):
    with EventSocket(switch.host, switch.port, PASSWORD) as socket:
        assert socket.send("api status").data == "+OK\n"
    assert not socket.connected


def fail(event) -> None:
    pytest.fail(f"not registered any more: {event}")


def catching(function: Callable, *arguments):
    """What was raised, or returned."""
    try:
        return function(*arguments)
    except Exception as error:
        return error


def test_lingering_is_no_disconnect(switch, connect):
    socket = connect(OURS)
    events = heard(socket)
    switch.tell(b"Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 3\n\nbye")
    switch.tell(json_event(Event_Name="DTMF", Unique_ID="u"))
    until(lambda: events)
    assert socket.connected
    assert socket._lingering
