"""Names in UTF-8 or in an older Chinese encoding, and what is neither."""

from __future__ import annotations

import pytest

from cti_server.domain.foreign_text import readable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"Zhang", "Zhang"),
        ("张三".encode(), "张三"),
        ("张三".encode("gbk"), "张三"),
        ("浣".encode("gbk"), "浣"),  # the bytes are the beginning of a character in UTF-8 too
        ("Mr. 浣".encode("gbk"), "Mr. 浣"),
        ("张三".encode()[:-1], "张"),  # cut inside its last character
        (b"Zhang\xff", "Zhang\ufffd"),
        (b"", ""),
    ],
)
def test_readable(raw: bytes, shown: str) -> None:
    assert readable(raw) == shown
