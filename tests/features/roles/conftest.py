from tests.features.entities.conftest import both, kit, template  # noqa: F401 - fixtures
