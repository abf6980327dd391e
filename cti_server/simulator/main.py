"""Entry point ``cti-sim``: a simulated FreeSWITCH on a TCP port. Prints one JSON line when it listens; SIGTERM ends it."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

import click  # noqa: E402
import gevent  # noqa: E402
import orjson  # noqa: E402
from gevent.event import Event as Flag  # noqa: E402

from cti_server.errors import CtiError  # noqa: E402
from cti_server.simulator import scenario as scenarios  # noqa: E402
from cti_server.simulator.clock import RealClock, VirtualClock  # noqa: E402
from cti_server.simulator.server import SimulatorServer  # noqa: E402
from cti_server.simulator.truth import Truth  # noqa: E402

SHIPPED = Path(__file__).parent / "scenarios"


def find_scenario(name: str) -> Path:
    """A file, or the name of a shipped scenario (demo, load)."""
    path = Path(name)
    return path if path.suffix or path.exists() else SHIPPED / f"{name}.yaml"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8021, show_default=True, help="Port; 0 takes a free one.")
@click.option("--scenario", "scenario_name", default="demo", show_default=True, help="Scenario file, or demo or load.")
@click.option("--password-env", default="CTI_ESL_PASSWORD", show_default=True, help="Environment variable with the password.")
@click.option("--recordings-dir", default="", help="The switch's cti_recordings_dir: recordings are kept below it.")
@click.option("--truth", type=click.Path(path_type=Path), help="A file to which what happens to callers is appended.")
@click.option("--clock", type=click.Choice(["real", "virtual"]), help="Overrides the scenario's clock.")
@click.option("--seed", type=int, help="Overrides the scenario's seed.")
def main(
    host: str,
    port: int,
    scenario_name: str,
    password_env: str,
    recordings_dir: str,
    truth: Path | None,
    clock: str | None,
    seed: int | None,
) -> None:
    """Runs a simulated switch with virtual callers and phones."""
    os.umask(0o077)  # recordings are callers', also pretended ones
    password = os.environ.get(password_env, "")
    if not password:
        raise click.ClickException(f"set {password_env} to the event socket's password")
    try:
        scenario = scenarios.load(find_scenario(scenario_name))
    except CtiError as error:
        raise click.ClickException(error.message) from error
    if seed is not None:
        scenario = replace(scenario, seed=seed)
    if recordings_dir:
        Path(recordings_dir).mkdir(parents=True, exist_ok=True)
        scenario = replace(scenario, recordings_dir=str(Path(recordings_dir).resolve()))
    time_line = VirtualClock() if (clock or scenario.clock) == "virtual" else RealClock()
    server = SimulatorServer(scenario, time_line, password, host, port, Truth(truth) if truth else None)
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    ready = {"host": server.address[0], "port": server.address[1], "scenario": scenario.name, "pid": os.getpid()}
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()
    ends = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, ends.set)
    server.when_broken(ends.set)
    ends.wait()
    server.stop()
    if server.broken:
        sys.exit(1)


if __name__ == "__main__":
    main()
