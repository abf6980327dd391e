"""fsconf --srtp mandatory on a real switch: desk phones with plain audio are refused and never offered it; trunks stay plain."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.fixtures_switch import PrivateSwitch, freeswitch_binary
from tests.phones import Phone

pytestmark = [pytest.mark.switch, pytest.mark.long]


@pytest.fixture(scope="module")
def encrypted() -> Iterator[PrivateSwitch]:
    switch = PrivateSwitch(freeswitch_binary(), srtp="mandatory")
    yield switch
    switch.stop()
    shutil.rmtree(switch.folder, ignore_errors=True)


def test_audio_of_desk_phones_is_encrypted_or_there_is_none(encrypted: PrivateSwitch) -> None:
    def phone(extension: str, srtp: bool) -> Phone:
        return Phone(encrypted.internal_port, extension, f"phone-secret-{extension}", srtp=srtp)

    with phone("1001", True) as caller, phone("1002", True) as called, phone("1003", False) as plain:
        for one in (caller, called, plain):
            assert one.register() == 200
        assert caller.dial("1002") == 200
        assert "RTP/SAVP" in called.rung().body
        assert "a=crypto" in called.rung().body
        encrypted.api("hupall")
        assert plain.dial("1002") == 488
        with Phone(encrypted.external_port, "carrier", port=encrypted.trunk_port) as carrier:
            assert plain.dial("110") == 200, "an emergency call needs no more than a phone"
            assert "RTP/AVP" in carrier.rung().body
            assert "a=crypto" not in carrier.rung().body
