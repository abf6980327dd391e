"""Each feature's folder has the one vocabulary, and the registries of backend, web and page have each feature, table and job."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import webapp.features
from cti_server import features
from cti_server.adapters.sql.base import Base
from cti_server.features.job import Job
from cti_server.features.registry import FEATURES

FOLDER = Path(features.__file__).parent
WEB = Path(webapp.features.__file__).parent
PAGES = WEB.parent / "frontend" / "src" / "features"
VOCABULARY = {"contract.py", "service.py", "model.py", "sql.py", "entities.py", "jobs.py"}
FOLDERS = sorted(module.parent for module in FOLDER.glob("*/__init__.py"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_holds_the_vocabulary_and_what_its_readme_names(folder: Path) -> None:
    named = set(re.findall(r"`(\w+\.py)`", (folder / "README.md").read_text()))
    held = {file.name for file in folder.glob("*.py")} - {"__init__.py"}
    assert held - VOCABULARY == named - VOCABULARY


def test_each_feature_has_a_line_and_each_line_a_folder() -> None:
    pages = {folder.name for folder in PAGES.iterdir() if folder.is_dir()}
    of_web = {file.parent.name for file in WEB.glob("*/__init__.py")}
    assert set(FEATURES) == {folder.name for folder in FOLDERS} | of_web | pages
    assert set(re.findall(r"yield (\w+)\.routes\(", (WEB / "registry.py").read_text())) == of_web


def test_the_registry_has_every_table_and_job() -> None:
    models = {name: feature.model.__name__ for name, feature in FEATURES.items() if feature.model}
    assert models == {f.name: f"cti_server.features.{f.name}.model" for f in FOLDERS if (f / "model.py").exists()}
    assert Base.metadata.tables.keys() >= {"calls", "report_queues", "teams", "users"}
    jobs = {job for feature in FEATURES.values() for job in feature.jobs}
    declared = {job for job in Job.__subclasses__() if job.__module__.startswith("cti_server.features.")}
    assert jobs == declared
