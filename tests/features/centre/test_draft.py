"""What the engine could take and nobody means is told of a draft; a version in force that has it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import AlarmRule, CentreConfig, ServiceNumberConfig
from cti_server.features.centre.document import decode_config, encode_config, problems_of
from cti_server.features.centre.draft import problems_of_draft, unmeant
from tests.features.centre.test_service import DEMO

NEVER = AlarmRule(id="r", name="x", figure_1="waiting", limit_1=5, figure_2="waiting", is_2="below", limit_2=2)


def within(table: str, key: str, **more: Any) -> CentreConfig:
    found = getattr(DEMO, table)
    return replace(DEMO, **{table: {**found, key: replace(found[key], **more)}})


def line(number: str) -> CentreConfig:
    return replace(DEMO, service_numbers={**DEMO.service_numbers, number: ServiceNumberConfig(number, "x", queue="repair")})


def test_the_demo_is_what_is_meant() -> None:
    assert [*unmeant(DEMO)] == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (line("110"), "service_numbers.110.number: 110 is an emergency number"),
        (line("1001"), "service_numbers.1001.number: 1001 is also agents.1001.extension"),
        (line("-1"), "service_numbers.-1.number: must begin with"),
        (line("*99"), "service_numbers.*99.number: must begin with"),
        (within("agents", "1003", extension="110"), "agents.1003.extension: 110 is an emergency number"),
        (within("agents", "1003", extension="-1"), "agents.1003.extension: '-1' must begin with"),
        (replace(DEMO, free_seating=("1002",)), "free_seats.1002.extension: 1002 is also agents.1002.extension"),
        (replace(DEMO, free_seating=("_1",)), "free_seats._1.extension: '_1' must begin with"),
        (replace(DEMO, forbidden_numbers=("110",)), "forbidden_numbers.110.number: 110 is an"),
        (
            within("hours", "counter", holiday=(("09:00", "12:00"), ("11:00", "13:00"))),
            "hours.counter.holiday: holiday: 09:00-12:00",
        ),
        (replace(DEMO, alarm_rules={"r": NEVER}), "alarm_rules.r.limit_2: waiting at least 5 and waiting below 2"),
        (within("queues", "repair", music="/etc/passwd"), "queues.repair.music: '/etc/passwd' is neither"),
        (within("queues", "repair", music="/usr/share/cti/prompts/zh/x.wav"), "queues.repair.music: "),
        (within("queues", "repair", whisper="/etc/passwd"), "queues.repair.whisper: '/etc/passwd' is neither"),
        (within("service_numbers", "95598", music="../x"), "service_numbers.95598.music: '../x' is neither"),
        (replace(DEMO, prompts_dir="/usr/share/../../etc"), "prompts_dir: '/usr/share/../../etc' must be"),
        (replace(DEMO, recordings_dir="/"), "recordings_dir: '/' must be"),
    ],
)
def test_what_nobody_means_is_told_of_a_draft_only(config: CentreConfig, said: str) -> None:
    (text, *more) = unmeant(config)
    assert text.startswith(said)
    assert more == []
    lines = {number: replace(one, flow="", service="", queue="repair") for number, one in config.service_numbers.items()}
    without_flows = replace(config, flows={}, services={}, service_numbers=lines)
    assert problems_of_draft(encode_config(without_flows)) == [text]
    assert problems_of(config) == []
    assert decode_config(encode_config(config)) == config


@pytest.mark.parametrize(
    "config",
    [
        within("queues", "repair", music="/usr/share/cti/prompts/music/waltz.wav"),
        within("queues", "repair", whisper="/usr/share/cti/prompts/zh/queue_repair.wav"),
        within("queues", "repair", whisper="tone_stream://%(300,0,600)"),
        line("+8675512345678"),
        line("hotline"),
        line("8621.6543-210"),
    ],
)
def test_what_is_meant(config: CentreConfig) -> None:
    assert [*unmeant(config)] == []
