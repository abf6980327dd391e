"""Two tenants on a real switch, each with a realm of its own: the same extensions, and each reaches its own phones only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.switch import Originate
from cti_server.settings import SwitchAddress
from scripts import fsconf
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary
from tests.phones import Phone

pytestmark = pytest.mark.switch
REALM = "south.example"
THEIRS = tuple(fsconf.Phone(str(n), f"south-secret-{n}") for n in (1001, 1002))


@pytest.fixture(scope="module")
def shared() -> Iterator[PrivateSwitch]:
    switch = PrivateSwitch(freeswitch_binary(), tenants=(fsconf.Tenant("south", ("4002",), REALM, "", THEIRS),))
    yield switch
    switch.stop()
    shutil.rmtree(switch.folder, ignore_errors=True)


def test_the_same_extension_is_two_phones(shared: PrivateSwitch) -> None:
    def ours(extension: str) -> Phone:
        return Phone(shared.internal_port, extension, f"phone-secret-{extension}", answer=180)

    def theirs(extension: str, password: str = "") -> Phone:
        return Phone(shared.internal_port, extension, password or f"south-secret-{extension}", answer=180, realm=REALM)

    def link(tenant: str) -> SwitchLink:
        address = SwitchAddress("main", "127.0.0.1", shared.esl_port, shared.password)
        made = SwitchLink(address, lambda event: None, tenant=tenant)
        made.start()
        shared.wait(lambda: made.linked, what="the link")
        return made

    with ours("1001") as a, ours("1002") as b, theirs("1001") as c, theirs("1002") as d, theirs("1001", "phone-secret-1001") as e:
        assert [phone.register() for phone in (a, b, c, d)] == [200] * 4
        assert e.register() == 403, "a password of one tenant opens nothing at the other"
        links = {tenant: link(tenant) for tenant in ("main", "south")}
        try:
            for tenant, first, second in (("main", a, b), ("south", c, d)):
                phones = links[tenant].phones
                for phone in (first, second):
                    shared.wait(lambda: f":{phone.port}" in phones.contacts.get(phone.extension, ""), what="its contact")  # noqa: B023
            assert links["south"].call(Originate("leg-south", "ext:1001", 5, "13800138000", "", "job-south")).ok
            c.rung()
            assert a.invites() == []
            # a phone dials a colleague: its own one
            shared.wait(lambda: shared.api("hupall") and "0 total" in shared.api("show channels"), what="nobody on the phone")
            assert c.dial("1002", seconds=40) != 200
            d.rung()
            assert b.invites() == []
        finally:
            for one in links.values():
                one.stop()
        # without a daemon each has a queue of its own, with its own phones
        listed = "callcenter_config queue list agents cti_fallback"
        shared.wait(lambda: "1001_south" in shared.api(f"{listed}_south"), 30, "their queue")
        queue = shared.api(listed)
        assert "1001|" in queue
        assert "_south" not in queue
