"""compose.yaml is well formed, whole, open to this machine only, and knows no secret."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor import __version__
from monitor.store.elastic_errors import RIGHTS
from tests.deploy.files import COMPOSE, DRAIN, compose, ours, pairs, ran, tool

FOLDER = COMPOSE.parent
EXAMPLE = FOLDER / ".env.example"
DOCKER = shutil.which("docker")
SECRET = re.compile(r"PASSWORD|SECRET|KEY$")
SERVICES: dict[str, Any] = compose()["services"]


def uses() -> list[tuple[str, str]]:
    """Return each use of a variable: its name, and what follows it within the braces."""
    text = re.sub(r"^#.*$", "", COMPOSE.read_text("utf-8"), flags=re.MULTILINE)
    return re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", text)


def test_it_follows_the_compose_specification() -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    run = ran(*command)
    assert run.returncode == 0, run.stdout


if DOCKER and ran(DOCKER, "compose", "version").returncode == 0:  # where there is one, it is asked too

    @pytest.mark.parametrize("profile", ["full", "lite"])
    def test_docker_compose_takes_it(profile: str, tmp_path: Path) -> None:
        made = str(filled(tmp_path) / "compose.yaml")
        run = ran(str(DOCKER), "compose", "--profile", profile, "--file", made, "config", "--quiet")
        assert (run.returncode, run.stderr) == (0, "")


def test_the_example_names_every_variable_and_no_other() -> None:
    assert {name for name, _ in uses()} == {
        name for name in pairs(EXAMPLE) if not name.startswith("COMPOSE_")
    }


def test_defaults_are_the_same_in_both_files() -> None:
    given = {(name, rest[2:]) for name, rest in uses() if not SECRET.search(name)}
    assert given == {(name, pairs(EXAMPLE)[name]) for name, _ in given}


def test_no_secret_has_a_value_and_none_may_be_left_out() -> None:
    secrets = {name for name, _ in uses() if SECRET.search(name)}
    assert len(secrets) == 6
    assert {rest[:2] for name, rest in uses() if name in secrets} == {":?"}
    assert {pairs(EXAMPLE)[name] for name in secrets} == {""}
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            assert not SECRET.search(key) or str(value).startswith("${"), (name, key)


def test_make_env_gives_each_secret_a_value_of_its_own(tmp_path: Path) -> None:
    made = filled(tmp_path) / ".env"
    secrets = [value for name, value in pairs(made).items() if SECRET.search(name)]
    assert pairs(made).keys() == pairs(EXAMPLE).keys()
    assert len(set(secrets)) == len(secrets) == 6
    assert all(re.fullmatch("[0-9a-f]{48}", secret) for secret in secrets)
    assert made.stat().st_mode & 0o777 == 0o600


def test_make_env_leaves_secrets_that_are_in_use(tmp_path: Path) -> None:
    made = filled(tmp_path)
    before = (made / ".env").read_text()
    run = ran("sh", made / "make-env.sh")
    assert run.returncode == 1
    assert (made / ".env").read_text() == before


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not any(service.get("network_mode") for service in SERVICES.values())


def test_images_are_pinned() -> None:
    for name, service in SERVICES.items():
        wanted = rf"monitor:{re.escape(__version__)}" if name in ours() else r"[a-z/]+:\d+\.\d+\.\d+"
        assert re.fullmatch(wanted, service["image"]), name
    versions = {
        service["image"].split(":")[1] for service in SERVICES.values() if "elastic" in service["image"]
    }
    assert versions == {SERVICES["kibana"]["image"].split(":")[1]}


def test_what_a_service_waits_for_can_come_true() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            waited = SERVICES[other]
            assert waited["profiles"] == service["profiles"], (name, other)
            if how["condition"] == "service_healthy":
                assert "test" in waited["healthcheck"], (name, other)
            else:
                assert how["condition"] == "service_completed_successfully"
                assert waited["restart"].startswith("on-failure"), (name, other)


def test_every_role_has_a_service_and_setup_comes_first() -> None:
    roles = {
        service["command"][-1]: service
        for service in ours().values()
        if "--role" in service.get("command", [])
    }
    assert roles.keys() == {"poll", "match", "alert"}
    assert all("setup" in service["depends_on"] for service in roles.values())
    assert [name for name, one in ours().items() if one["profiles"] == ["lite"]] == ["monitor"]


def test_volumes_are_declared_and_used() -> None:
    mounted = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    sources = {re.sub(r"\$\{[^}]*\}", "./config", mount).split(":")[0] for mount in mounted}
    assert {one for one in sources if not one.startswith(".")} == compose()["volumes"].keys()
    assert all((FOLDER / one).exists() for one in sources if one.startswith("./") and one != "./config")


@pytest.mark.parametrize("name", ours())
def test_our_containers_are_shut_in(name: str) -> None:
    service = ours()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "user" not in service
    assert int(service["stop_grace_period"].removesuffix("s")) >= DRAIN + 5
    writable = [mount for mount in service["volumes"] if not mount.endswith(":ro")]
    assert writable == (["data:/var/lib/monitor"] if name == "monitor" else [])


def test_users_are_made_with_the_rights_that_monitor_says_it_needs(httpserver: HTTPServer) -> None:
    asked: list[tuple[str, str, Any, Any]] = []

    def answer(request: Request) -> Response:
        asked.append((request.method, request.path, request.authorization, request.get_json()))
        return Response("{}", content_type="application/json")

    httpserver.expect_request(re.compile("/_security/.*")).respond_with_handler(answer)
    run = users(httpserver.url_for(""))
    assert run.returncode == 0, run.stderr
    assert {(login.username, login.password) for _, _, login, _ in asked} == {("elastic", "admin-1")}
    bodies = {f"{method} {path}": body for method, path, _, body in asked}
    assert bodies["POST /_security/user/kibana_system/_password"] == {"password": "kibana-2"}
    assert bodies["PUT /_security/user/monitor"] == {"password": "monitor-3", "roles": ["monitor"]}
    role = bodies["PUT /_security/role/monitor"]
    (index,) = role["indices"]
    cluster, _, names = RIGHTS.format("monitor").partition("; index ")
    pattern, _, privileges = names.partition(": ")
    assert role["cluster"] == cluster.removeprefix("cluster: ").split(", ")
    assert (index["names"], index["privileges"]) == ([pattern], privileges.split(", "))


def test_users_tell_when_the_server_refuses(httpserver: HTTPServer) -> None:
    httpserver.expect_request(re.compile(".*")).respond_with_data('{"status": 401}', status=401)
    run = users(httpserver.url_for(""))
    assert run.returncode != 0
    assert '{"status": 401}' in run.stderr


@pytest.mark.parametrize("password", ["", 'a"b', "a b", "a\\b"])
def test_users_refuse_a_password_that_would_break_the_request(httpserver: HTTPServer, password: str) -> None:
    run = users(httpserver.url_for(""), ELASTIC_MONITOR_PASSWORD=password)
    assert run.returncode == 1
    assert "openssl" in run.stderr
    assert httpserver.log == []


def users(url: str, **changed: str) -> subprocess.CompletedProcess[str]:
    curl = Path(tool("curl", "curl"))
    environment = {
        "PATH": f"{curl.parent}:/usr/bin:/bin",
        "ELASTICSEARCH_URL": url.rstrip("/"),
        "ELASTIC_PASSWORD": "admin-1",
        "KIBANA_SYSTEM_PASSWORD": "kibana-2",
        "ELASTIC_MONITOR_PASSWORD": "monitor-3",
    } | changed
    return ran("sh", FOLDER / "users.sh", env=environment)


def filled(folder: Path) -> Path:
    """Return a copy of the folder with an .env that make-env.sh has made."""
    tool("openssl", "openssl")
    copy = folder / "compose"
    copy.mkdir()
    for name in ("compose.yaml", ".env.example", "make-env.sh", "users.sh"):
        shutil.copy(FOLDER / name, copy / name)
    made = ran("sh", copy / "make-env.sh")
    assert made.returncode == 0, made.stderr
    return copy
