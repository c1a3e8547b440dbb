"""What holds for all tests: which may run side by side (``pytest -n``), and that none is about time."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file together, and all that needs the servers: some of these tests stop them."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            needs_servers = item.get_closest_marker("servers") is not None
            item.add_marker(pytest.mark.xdist_group("servers" if needs_servers else str(item.path)))
