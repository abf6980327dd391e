"""Files that are imported: what of them cannot be read, and in which line."""

from __future__ import annotations

import pytest

from cti_server.features.entities.contract import BadTable
from cti_server.features.entities.tables import wishes
from cti_server.features.registry import ENTITIES
from cti_server.reasons import said


@pytest.mark.parametrize(
    ("raw", "zh"),
    [
        ("编号,名字,哈哈\nx,X,1\n", "没有这些列：名字, 哈哈；可用的列：version, id, 编号, name, 名称, group, 所属组, "),
        ("id,name,name\nx,X,Y\n", "有一列出现了两次"),
        ("id,,name\nx,,Y\n", "第 2 列在首行没有列名"),
        ("name\nX\n", "缺少 id 列"),
        ("", "文件为空"),
    ],
)
def test_why_a_table_is_unreadable_has_words(raw: str, zh: str) -> None:
    with pytest.raises(BadTable) as refused:
        wishes(ENTITIES["teams"], raw.encode(), "csv")
    assert said(refused.value.details, "zh-CN").startswith(zh[:12])
    assert said(refused.value.details, "en") == refused.value.message


def test_neither_encoding() -> None:
    with pytest.raises(BadTable, match="neither UTF-8 nor GB18030"):
        wishes(ENTITIES["teams"], b"id,name\nx,\xff\xff\n", "csv")


def test_a_row_with_more_cells_than_the_first_line_says_which() -> None:
    one, other = wishes(ENTITIES["teams"], b"id,name\nx,X\ny,Smith, John,8\n", "csv")
    assert not one.problems
    (problem,) = other.problems
    assert problem["text"].startswith("has 4 cells, the first line 2:  John, 8 is too much")
    assert (problem["problem"], problem["given"]["found"]) == ("file", 4)
