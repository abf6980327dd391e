import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.esl.framing import Frame, FrameParser, FramingError


def frame(body: bytes, kind: str = "text/event-json") -> bytes:
    return f"Content-Length: {len(body)}\nContent-Type: {kind}\n\n".encode() + body


def test_a_json_event_is_followed_at_once_by_the_next_headers():
    frames = FrameParser().feed(frame(b'{"a":"1"}') + frame(b'{"b":"2"}') + b"Content-Type: command/reply\nReply-Text: +OK\n\n")
    assert [f.body for f in frames] == [b'{"a":"1"}', b'{"b":"2"}', b""]
    assert frames[2] == Frame("command/reply", {"Content-Type": "command/reply", "Reply-Text": "+OK"}, b"")


def test_content_length_counts_bytes():
    body = "张三".encode()
    assert [f.body for f in FrameParser().feed(frame(body) * 2)] == [body, body]


@pytest.mark.parametrize(
    ("block", "content_type"),
    [
        (b"HTTP/1.1 400 Bad Request\nServer: x\n\n", ""),
        (b"no colon here\n\n", ""),
        (b"Reply-Text: +OK\n\n", ""),
        (b"Content-Type: log/data\nX: \xff\xfe\n\n", "log/data"),
        (b"\n\n\nContent-Type: auth/request\n\n", "auth/request"),
    ],
)
def test_odd_blocks_are_frames_and_the_stream_goes_on(block, content_type):
    frames = FrameParser().feed(block + frame(b"{}"))
    assert [f.content_type for f in frames] == [content_type, "text/event-json"]


@pytest.mark.parametrize("length", [b"-1", b"abc", b"1e3", b"", "１２".encode(), b"99999999999999999999", b"67108865"])
def test_a_wrong_length_is_one_error_that_says_where(length):
    good = frame(b"{}")
    parser = FrameParser()
    assert len(parser.feed(good + b"Content-Length: " + length + b"\nContent-Type: text/event-json\n\n")) == 1
    assert parser.broken
    with pytest.raises(FramingError) as caught:
        parser.feed(b"")
    assert caught.value.details["offset"] == len(good)
    with pytest.raises(FramingError):
        parser.feed(good)


def test_a_header_block_without_an_end_is_limited():
    parser = FrameParser(header_limit=1000)
    for _ in range(62):
        parser.feed(b"X: aaaaaaaaaaaa\n")
    with pytest.raises(FramingError):
        parser.feed(b"X: aaaaaaaaaaaa\n")
    with pytest.raises(FramingError):
        FrameParser(header_limit=1000).feed(b"X: " + b"a" * 2000 + b"\n\n")


def test_a_body_is_limited():
    with pytest.raises(FramingError):
        FrameParser(body_limit=100).feed(frame(b"x" * 101))


@given(st.lists(st.binary(max_size=200), max_size=8), st.randoms(use_true_random=False))
def test_cutting_anywhere_changes_nothing(bodies: list[bytes], rng: random.Random):
    data = b"".join(frame(body) for body in bodies)
    parser, frames, at = FrameParser(), [], 0
    while at < len(data):
        size = rng.choice((1, 2, 3, 10, 100))
        frames += parser.feed(data[at : at + size])
        at += size
    assert [f.body for f in frames] == bodies
    assert frames == FrameParser().feed(data)


@given(st.binary(max_size=2000))
def test_noise_gives_frames_or_the_one_error(noise: bytes):
    parser = FrameParser(header_limit=500, body_limit=500)
    with suppress(FramingError):
        parser.feed(noise)
        parser.feed(b"\n\n")


def test_bytes_of_a_large_body_are_not_copied_again_and_again():
    body = b"x" * 3_000_000
    parser, frames = FrameParser(), []
    data = frame(body)
    for start in range(0, len(data), 1000):
        frames += parser.feed(data[start : start + 1000])
    assert [len(f.body) for f in frames] == [3_000_000]
