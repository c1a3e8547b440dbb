"""Which Java runs what: the one that is asked for, else any installed one that is new enough."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from localservers.settings import TroubleError

INSTALLED = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)


def find(what: str, oldest: int, variable: str) -> Path:
    """Return a Java home of at least version ``oldest``. A home that ``variable`` names must be one."""
    asked = os.environ.get(variable)
    if asked:
        return _asked(Path(asked), what, oldest, variable)
    seen: dict[Path, int] = {}
    for home in _candidates():
        if home not in seen:
            seen[home] = version(home)
            if seen[home] >= oldest:
                return home
    found = ", ".join(f"Java {number} in {home}" for home, number in seen.items() if number) or "none"
    raise TroubleError(
        f"{what} needs Java {oldest} or newer; found: {found}.\n"
        f"Install one (Debian, Ubuntu: apt-get install openjdk-{oldest}-jre-headless; "
        f"macOS: brew install openjdk; anywhere: https://adoptium.net) or set {variable} to its folder."
    )


def version(home: Path) -> int:
    """Return the major version of the Java in ``home``; 0 if there is none that runs."""
    program = home / "bin" / "java"
    if not os.access(program, os.X_OK):
        return 0
    try:
        text = (home / "release").read_text("utf-8", errors="replace")
    except OSError:
        text = _ask(program)
    found = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?([0-9]+)', text)
    return int(found[1]) if found else 0


def _asked(home: Path, what: str, oldest: int, variable: str) -> Path:
    number = version(home)
    if number >= oldest:
        return home
    has = f"has Java {number}" if number else "has no bin/java that runs"
    raise TroubleError(
        f"{variable}={home} {has}, and {what} needs {oldest} or newer; "
        f"set {variable} to another folder, or unset it to look among the installed ones"
    )


def _ask(program: Path) -> str:
    try:
        done = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr


def _candidates() -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"]).resolve()
    on_path = shutil.which("java")
    if on_path and sys.platform != "darwin":  # macOS has a stand-in there that only asks to install one
        yield Path(on_path).resolve().parent.parent
    if sys.platform == "darwin":
        yield from _macos()
    for pattern in INSTALLED:
        place = Path(pattern).expanduser()
        for home in sorted(Path(place.anchor).glob(str(place.relative_to(place.anchor)))):
            yield home.resolve()


def _macos() -> Iterator[Path]:
    try:
        done = subprocess.run(
            ["/usr/libexec/java_home"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if done.returncode == 0:
        yield Path(done.stdout.strip()).resolve()
