"""A short run of what ``make soak-esl`` does a million times."""

import itertools

from scripts.soak.esl import Soak, cuts
from tests.esl import captures


def test_damaged_streams_give_frames_or_the_one_error():
    soak = Soak(seed=20)
    for piece in itertools.islice(cuts([captures.data(name) for name in captures.ALL], soak.rng), 150):
        soak.feed(piece)
    assert soak.frames > 1000
    assert soak.typed > 200
    assert soak.faults == 0
