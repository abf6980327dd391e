"""The daemon's configuration: in parts as they were written, from the whole document where they do not fit, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.daemon.configuration import ConfigSource
from cti_server.daemon.tried import fits, tried
from cti_server.domain.config import CentreConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import ConfigPart, Tick
from cti_server.errors import NoConfiguration
from cti_server.features.publication.delivery import put_config
from tests.engine.test_parts import large
from tests.engine.world import centre

KEYS = Keys("main")


class Rig:
    def __init__(self, url: str, folder: Path) -> None:
        self.redis = connect(url)
        self.file = folder / "config.json"
        self.source = self.again()
        self.parts: list[Any] = []

    def again(self) -> ConfigSource:
        return ConfigSource(self.redis, KEYS, self.file, tried, fits)

    def publish(self, config: CentreConfig) -> None:
        assert put_config(self.redis, KEYS, config)

    def check(self) -> int:
        """How many parts came."""
        before = len(self.parts)
        self.source.check(self.parts.append)
        return len(self.parts) - before


@pytest.fixture
def rig(redis_url: str, tmp_path: Path) -> Rig:
    return Rig(redis_url, tmp_path)


def engine_of(config: CentreConfig, parts: list[Any]) -> Engine:
    engine = Engine(config, 1, 1)
    for at, part in enumerate(parts, 1):
        engine.handle(ConfigPart(at, **part))
    for at in range(2000):
        engine.handle(Tick(1000 + at * 10))
    return engine


def test_what_differs_comes_in_parts_and_is_kept(rig: Rig) -> None:
    with pytest.raises(NoConfiguration):
        rig.source.first()
    rig.publish(centre())
    assert rig.source.first() == centre()
    assert rig.check() == 0
    rig.publish(replace(centre(), version=2, page_gone_s=77))
    assert (rig.check(), rig.source.version) == (1, 2)
    config = replace(large(350, 20), version=3)
    rig.publish(config)
    assert rig.check() == 4
    assert rig.check() == 0
    engine = engine_of(centre(), rig.parts)
    assert engine._core.config == config
    assert engine.config_version == 3
    rig.redis.flushdb()
    assert rig.check() == 0
    assert rig.again().first() == config, "from the file"


def test_a_version_that_was_missed_is_read_whole(rig: Rig) -> None:
    rig.publish(centre())
    rig.source.first()
    rig.publish(replace(centre(), version=2, page_gone_s=77))
    rig.publish(replace(centre(), version=3, page_gone_s=78))
    assert rig.check() == 1
    assert engine_of(centre(), rig.parts)._core.config == replace(centre(), version=3, page_gone_s=78)
    rig.redis.delete(KEYS.config_parts)
    newer = {**orjson.loads(rig.redis.get(KEYS.config)), "version": 4}
    rig.redis.set(KEYS.config, orjson.dumps(newer, option=orjson.OPT_SORT_KEYS))
    assert (rig.check(), rig.source.version) == (1, 4)


@pytest.mark.parametrize("kind", ["parts", "document"])
def test_what_is_wrong_is_refused_whole_and_the_last_good_one_stays(rig: Rig, kind: str) -> None:
    rig.publish(centre())
    rig.source.first()
    rig.publish(replace(large(250, 3), version=2))
    if kind == "parts":
        broken = orjson.loads(rig.redis.lindex(KEYS.config_parts, 2))
        broken["things"]["agents"]["2200"]["queues"] = "none"
        rig.redis.lset(KEYS.config_parts, 2, orjson.dumps(broken))
    else:
        rig.redis.delete(KEYS.config_parts)
        document = orjson.loads(rig.redis.get(KEYS.config))
        document["agents"]["2200"]["team"] = "moon"
        rig.redis.set(KEYS.config, orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    assert (rig.check(), rig.source.version) == (0, 1)
    assert rig.check() == 0, "it is not tried again and again"
    rig.publish(replace(centre(), version=3, page_gone_s=5))
    assert (rig.check(), rig.source.version) == (1, 3)
    assert engine_of(centre(), rig.parts)._core.config == replace(centre(), version=3, page_gone_s=5)


def test_nonsense_in_redis_is_no_configuration(rig: Rig) -> None:
    rig.publish(centre())
    rig.source.first()
    for raw in (b"{", b"[]", b'{"version":99}', b"\xff" * 200):
        rig.redis.set(KEYS.config, raw)
        assert (rig.check(), rig.source.version) == (0, 1)
