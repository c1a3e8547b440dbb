"""What the tests of the configuration share."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the folder is written, so that places are named from there."""
    monkeypatch.chdir(tmp_path)
