"""What the image installs is what was tested, whole, and named by hash."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT


def locked(path: Path) -> dict[str, tuple[str, int]]:
    """Return the version, and the number of hashes, of each package in a lock."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=\S)", path.read_text("utf-8")):
        if match := re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", block):
            found[match[1].replace(".", "-").lower()] = (match[2], block.count("--hash=sha256:"))
    return found


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ;]", one)[0].replace(".", "-").lower() for one in requirements}


@pytest.mark.parametrize(
    ("lock", "tested"),
    [("requirements.lock", "requirements-dev.lock"), ("build.lock", "requirements.lock")],
)
def test_a_lock_of_the_image_has_the_versions_that_were_tested(lock: str, tested: str) -> None:
    ours, theirs = locked(DEPLOY / lock), locked(ROOT / tested)
    assert {
        name: version for name, (version, _) in ours.items() if theirs.get(name, ("",))[0] != version
    } == {}
    assert {name for name, (_, hashes) in ours.items() if not hashes} == set()


def test_the_lock_of_the_image_has_all_that_the_cluster_and_full_texts_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = named(project["dependencies"]) | named(extras["cluster"]) | named(extras["full-text"])
    assert needed - locked(DEPLOY / "requirements.lock").keys() == set()


def test_the_lock_of_the_image_has_no_tools_of_development() -> None:
    assert locked(DEPLOY / "requirements.lock").keys() & {"aiosmtpd", "hatchling", "mypy", "pytest"} == set()


def test_the_lock_of_the_build_has_what_builds_the_project() -> None:
    system = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    assert named(system["requires"]) - locked(DEPLOY / "build.lock").keys() == set()
