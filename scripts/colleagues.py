"""Entry point of the demo's virtual colleagues (``scripts.floor``)."""

from gevent import monkey

monkey.patch_all()

import signal  # noqa: E402
import sys  # noqa: E402

from cti_server.adapters.command_client import CommandClient, process_name  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.features.centre.seed import DIRECT_LINE  # noqa: E402
from cti_server.settings import SwitchAddress, load  # noqa: E402
from scripts.bench.wire import SwitchConsole  # noqa: E402
from scripts.floor import Colleagues  # noqa: E402


def direct_call(address: SwitchAddress) -> None:
    """A caller of the simulated switch who wants to talk at once."""
    try:
        with SwitchConsole(address.host, address.port, address.password) as console:
            console.api(f"sim call SERVICE={DIRECT_LINE}")
    except OSError as error:
        print(f"no caller: {error}", file=sys.stderr)


def main() -> None:
    settings = load()
    client, keys = connect(settings.redis_url), Keys(settings.tenant)
    commands = CommandClient(client, keys, process_name("colleagues"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    (switch,) = settings.switch_addresses()
    Colleagues(client, keys, commands, lambda: direct_call(switch)).run()


if __name__ == "__main__":
    main()
