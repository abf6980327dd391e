"""fsconf --tls-only on a real switch: a desk phone registers, calls and is rung over TLS; over UDP or TCP nobody hears it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator

import pytest

from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.switch import Originate
from cti_server.settings import SwitchAddress
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary
from tests.phones import Phone

pytestmark = [pytest.mark.switch, pytest.mark.long]


@pytest.fixture(scope="module")
def encrypted() -> Iterator[PrivateSwitch]:
    switch = PrivateSwitch(freeswitch_binary(), tls_only="true")
    yield switch
    switch.stop()
    shutil.rmtree(switch.folder, ignore_errors=True)


def test_desk_phones_are_heard_over_tls_alone(encrypted: PrivateSwitch) -> None:
    def phone(extension: str) -> Phone:
        return Phone(encrypted.tls_port, extension, f"phone-secret-{extension}", tls=True)

    with phone("1001") as caller, phone("1002") as called:
        assert caller.register() == called.register() == 200
        registered = encrypted.api("sofia xmlstatus profile internal reg")
        assert "Registered(TLS" in registered, registered
        assert caller.dial("1002") == 200
        assert "TLS" in called.rung().vias[0]
        encrypted.api("hupall")
        link = SwitchLink(SwitchAddress("main", "127.0.0.1", encrypted.esl_port, encrypted.password), lambda event: None)
        link.start()
        try:
            encrypted.wait(lambda: link.linked, what="the link")
            assert link.call(Originate("leg-tls", "ext:1002", 5, "13800138000", "", "job-tls")).ok
            assert "TLS" in called.rung(calls=2).vias[0]
        finally:
            link.stop()

    with Phone(encrypted.internal_port, "1003", "phone-secret-1003") as plain, pytest.raises(AssertionError, match="no answer"):
        plain.register()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", encrypted.internal_port), timeout=5)
    assert "1003" not in encrypted.api("sofia xmlstatus profile internal reg")
