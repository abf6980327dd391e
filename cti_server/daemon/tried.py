"""What the engine can work with: a whole document is tried in one of its own, a part is read."""

from __future__ import annotations

from cti_server.daemon.configuration import Part
from cti_server.domain.border import BadInput
from cti_server.domain.config import CentreConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.configuration import read_part
from cti_server.engine.kernel.messages import Tick
from cti_server.engine.replay import continued, header
from cti_server.errors import BadConfig


def tried(config: CentreConfig) -> CentreConfig:
    """A document that an engine starts with and a log can hold. Raises BadConfig."""
    try:
        engine = Engine(config, 1, 1)
        engine.handle(Tick(1))
        header(config, 1, 1)
        continued(engine)
    except Exception as error:
        raise BadConfig(f"no engine can work with it: {type(error).__name__}: {error}") from error
    defects = engine.take_defects()
    if defects:
        raise BadConfig(f"no engine can work with it: {defects[0]!r}")
    return config


def fits(part: Part) -> None:
    """Raises BadInput."""
    try:
        read_part(part["things"], part["rest"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"it is no part of a configuration: {error!r}") from error
