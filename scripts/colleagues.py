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


def simulate(address: SwitchAddress, words: str) -> None:
    """Tells the simulated switch what its people do."""
    try:
        with SwitchConsole(address.host, address.port, address.password) as console:
            console.api(f"sim {words}")
    except OSError as error:
        print(f"sim {words}: {error}", file=sys.stderr)


def main() -> None:
    settings = load()
    client, keys = connect(settings.redis_url), Keys(settings.tenant)
    commands = CommandClient(client, keys, process_name("colleagues"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    (switch,) = settings.switch_addresses()

    def call() -> None:
        """Somebody who wants to talk at once."""
        simulate(switch, f"call SERVICE={DIRECT_LINE}")

    Colleagues(client, keys, commands, call, lambda on: simulate(switch, f"callers {'on' if on else 'off'}")).run()


if __name__ == "__main__":
    main()
