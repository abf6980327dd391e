"""Names of features."""

from __future__ import annotations

from cti_server.features.registry import FEATURES
from scripts.contracts.typescript import HEAD


def page() -> str:
    names = " | ".join(f"'{name}'" for name in sorted(FEATURES))
    return HEAD.format(source="cti_server/features/registry.py") + f"export type FeatureName = {names}\n"
