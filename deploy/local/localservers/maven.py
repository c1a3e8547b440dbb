"""Downloads, by the ordinary `mvn`: what it has once, it does not fetch again."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from localservers.process import say, tail
from localservers.settings import SOURCES, TroubleError

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
SECONDS = 1200


def install(name: str, goal: str, into: str, size: str, folder: Path) -> Path:
    """Return the folder that holds what ``name``'s pom lists, fetched if need be.

    It gets its final name only when it is complete, so an interrupted download is begun anew.
    """
    pom = SOURCES / name / "pom.xml"
    final = folder / f"{name}-{_version(pom)}"
    if final.is_dir():
        return final
    say(f"downloading {final.name} ({size}) from Maven Central ...")
    for left in folder.glob(f"{final.name}.partial-*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{final.name}.partial-", dir=folder))
    _run(
        [
            f"{PLUGIN}:{goal}",
            f"-DoutputDirectory={partial / into}",
            f"-DmarkersDirectory={partial / '.markers'}",
        ],
        pom,
    )
    partial.rename(final)
    return final


def _version(pom: Path) -> str:
    found = re.search(r"<version>([0-9.]+)</version>", pom.read_text("utf-8"))
    if not found:
        raise TroubleError(f"{pom} names no version; restore it: git checkout {pom}")
    return found[1]


def _run(arguments: list[str], pom: Path) -> None:
    mvn = shutil.which("mvn")
    if not mvn:
        raise TroubleError(
            "`mvn` is needed for the download. "
            "Debian, Ubuntu: apt-get install maven; macOS: brew install maven"
        )
    # -U: a failed look-up of last time is not believed. -q -ntp: no progress bars in the log.
    command = [mvn, "-B", "-q", "-ntp", "-U", "-f", str(pom), *arguments]
    log = SOURCES / ".servers" / "mvn.log"
    with log.open("wb") as output:
        try:
            code = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=SECONDS, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            raise TroubleError(f"the download took more than {SECONDS} s; start again to go on") from None
    if code:
        raise TroubleError(
            f"the download failed; {log} ends with\n{tail(log, 6)}\n"
            "Check the network, and the proxy or mirror in ~/.m2/settings.xml, then start again. "
            "If it says that a zip or jar is damaged, delete that file under ~/.m2/repository first."
        )
