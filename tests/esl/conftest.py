"""Speed is the benches' business: a test case may take its time on a busy machine."""

from hypothesis import settings

settings.register_profile("esl", deadline=None)
settings.load_profile("esl")
