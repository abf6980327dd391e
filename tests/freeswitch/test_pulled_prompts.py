"""A real switch plays what was uploaded on the page and pulled from there, in the place of what lay there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import make_engine
from cti_server.domain.ivr import Context, Play, start
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import parse_flow
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.registry import ENTITIES
from tests.features.prompts.pulling import pull, serving
from tests.features.prompts.sounds import tone
from tests.fixtures_switch import Esl, PrivateSwitch

pytestmark = pytest.mark.switch
pytest.importorskip("soundfile")
NODES = {"hello": {"type": "play", "prompt": "welcome", "next": "bye"}, "bye": {"type": "hang_up"}}
FLOW = {"name": "hello", "version": 1, "language": "zh", "start": "hello", "nodes": NODES}


def test_a_flow_plays_what_was_pulled(real_switch: PrivateSwitch, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/cti.db")
    Base.metadata.create_all(engine)
    Entities(engine, ENTITIES, SystemClock()).change("prompts", Wish("welcome", {}, create=True), By("user:1", "eve"))
    prompts = SqlPrompts(engine, SystemClock())
    prompts.put("welcome", "zh", tone(0.9, 44100), "eve")
    with serving(prompts) as url:
        done = pull(url, real_switch.prompts)
    assert (done.returncode, done.stderr) == (0, "")
    assert [one["missing"] for one in prompts.switches()] == [[]]
    flow = parse_flow(FLOW, "flow", Known())
    _, actions = start(flow, Context(0, {}, {}, str(real_switch.prompts)))
    (played,) = [file for action in actions if isinstance(action, Play) for file in action.files]
    real_switch.api("load mod_loopback")
    esl = Esl(real_switch.esl_port, real_switch.password)
    try:
        esl.subscribe("CHANNEL_HANGUP_COMPLETE")
        assert (real_switch.prompts / "zh/welcome.wav").is_file(), "the shipped one is there, too"
        esl.api(f"originate null/x &playback({played})")
        heard = esl.event("CHANNEL_HANGUP_COMPLETE")
        assert (heard["variable_playback_ms"], heard["variable_playback_samples"]) == ("900", "7200")
    finally:
        esl.close()
