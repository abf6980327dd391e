"""What an agent and whom the agent asks say to each other is on no recording of the customer, and has files of its own where the
centre wishes it."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.test_operations import consulting, do
from tests.engine.test_talk import talking
from tests.engine.world import World, centre


def world() -> World:
    return World(replace(centre(), record_consults=True))


def test_a_consult_has_files_of_its_own_where_that_is_wished() -> None:
    w = world()
    leg, offer, other = consulting(w)
    assert (leg in w._recordings, offer in w._recordings, other in w._recordings) == (True, True, False)
    w.wait(4)
    do(w, "SwapCalls")
    assert offer not in w._recordings, "with the customer it stops"
    w.wait(3)
    do(w, "SwapCalls")
    w.wait(6)
    do(w, "CompleteTransfer")
    w.wait(10)
    w.hang_up(leg)
    call, first, second = w.of_kind("recording")
    assert (call["agents"], call["problem"], call["talk_ms"]) == (["1001", "1002"], "", 23_000), (
        "the customer's, by the customer's talk"
    )
    for file, talk_ms in ((first, 4_000), (second, 6_000)):
        assert (file["talk_ms"], file["holds"], file["problem"], file["agents"]) == (talk_ms, 0, "", ["1001", "1002"])
        assert file["path"].rpartition("/")[2].startswith(call["call_id"])
        assert file["path"].endswith("-consult.wav")
    assert [file["recorded"] for file in (call, first, second)] == ["call", "consult", "consult"]
    assert len({call["recording_id"], first["recording_id"], second["recording_id"]}) == 3


def test_no_file_of_a_consult_without_the_wish_or_before_the_colleague_answers() -> None:
    w = World()
    _, offer, _ = consulting(w)
    assert offer not in w._recordings
    w = world()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "ConsultAgent", colleague_id="1002")
    assert offer not in w._recordings
    w.hang_up(leg)
    assert len(w.of_kind("recording")) <= 1


def test_a_file_of_a_consult_goes_on_after_a_restart_and_ends_with_the_agent() -> None:
    w = world()
    leg, offer, _ = consulting(w)
    w.wait(4)
    w.restart(8)
    w.wait(2)
    w.hang_up(offer)
    w.wait(5)
    w.hang_up(leg)
    files = [file for file in w.of_kind("recording") if file["path"].endswith("-consult.wav")]
    assert [(file["talk_ms"], file["problem"]) for file in files] == [(6_000, "")]
