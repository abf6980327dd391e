"""The folder of the flows: beside the code, or where the settings say; a missing one says what to set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import load_flows
from cti_server.errors import CtiError
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.flow_files import MAX_BYTES, read_flows
from cti_server.settings import Settings, load


def test_the_products_own_and_those_of_the_settings(tmp_path: Path) -> None:
    assert "main_menu.yaml" in read_flows(load({}).flows_path)
    assert load({"CTI_FLOWS_DIR": str(tmp_path)}).flows_path == tmp_path
    (tmp_path / "a.yaml").write_text("x: 1", "utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    (tmp_path / "c.yaml").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "d.txt").write_text("no flow", "utf-8")
    (tmp_path / "E.YML").write_text("x: 2", "utf-8")
    (tmp_path / "f.yaml").mkdir()
    (tmp_path / "g.yaml").symlink_to("/nowhere/g.yaml")
    os.mkfifo(tmp_path / "h.yaml")
    (tmp_path / "._a.yaml").write_bytes(b"what another system keeps beside its files")
    assert read_flows(tmp_path) == {
        "a.yaml": "x: 1",
        "b.yaml": "the file is not UTF-8 (byte 0)",
        "c.yaml": "the file is over 1 MiB",
        "E.YML": "x: 2",
        "f.yaml": "this is no file",
        "g.yaml": "the file cannot be read (No such file or directory)",
        "h.yaml": "this is no file",
    }
    _, problems = load_flows(read_flows(tmp_path), Known())
    assert "h.yaml: must be a mapping with name, version, start and nodes, not 'this is no file'" in map(str, problems)


def test_without_the_folder_a_centre_does_not_start_and_says_what_to_set(tmp_path: Path, redis_url: str) -> None:
    settings = Settings(
        redis_url=redis_url,
        database_url=f"sqlite:///{tmp_path}/cti.db",
        data_dir=str(tmp_path),
        flows_dir=str(tmp_path / "none"),
    )
    with pytest.raises(CtiError, match=r"none with IVR flows: set CTI_FLOWS_DIR") as caught:
        bootstrap(settings)
    assert caught.value.error_id == "no-flows"
