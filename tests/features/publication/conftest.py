"""The demo centre, as the entities' tests have it."""

from tests.features.entities.conftest import both, kit, template

__all__ = ["both", "kit", "template"]
