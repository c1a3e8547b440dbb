"""The manifests are well formed, every name in them leads somewhere, and the pods are shut in."""

import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor import __version__
from tests.deploy.files import DRAIN, KUBERNETES, documents, manifests, missing, pairs, ran, workloads

KUBERNETES_VERSION = "1.33"
SECRETS = "/run/secrets/monitor"
DEPLOYMENTS = {name: one for name, one in workloads().items() if one["kind"] == "Deployment"}


def kustomization() -> Any:
    return documents(KUBERNETES / "kustomization.yaml")[0]


def pod(name: str) -> dict[str, Any]:
    found: dict[str, Any] = workloads()[name]["spec"]["template"]["spec"]
    return found


def container(name: str) -> dict[str, Any]:
    (found,) = pod(name)["containers"]
    assert isinstance(found, dict)
    return found


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for several in manifests().values() for one in several if one["kind"] == kind]


@pytest.mark.parametrize(
    "path", [*manifests(), KUBERNETES / "secret.example.yaml"], ids=lambda path: path.name
)
def test_every_field_is_one_that_kubernetes_knows(path: Path) -> None:
    try:
        kubernetes_validate = import_module("kubernetes_validate")
    except ImportError:
        missing("kubernetes_validate", "kubernetes-validate")
    for one in documents(path):
        kubernetes_validate.validate(one, KUBERNETES_VERSION, strict=True)


def test_every_manifest_is_applied_but_the_example_of_a_secret() -> None:
    there = {path.name for path in KUBERNETES.glob("*.yaml")} - {"secret.yaml"}
    assert there == {*kustomization()["resources"], "kustomization.yaml", "secret.example.yaml"}


def test_the_roles_are_all_there_twice() -> None:
    roles = {container(name)["args"][-1]: one["spec"]["replicas"] for name, one in DEPLOYMENTS.items()}
    assert roles == {"poll": 2, "match": 2, "alert": 2}


def test_a_setup_that_fails_is_tried_again() -> None:
    assert pod("setup")["restartPolicy"] == "OnFailure"
    assert workloads()["setup"]["spec"]["backoffLimit"] > 0


def test_no_matcher_stands_idle() -> None:
    partitions = int(pairs(KUBERNETES / "settings.env")["MONITOR_STREAM__PARTITIONS"])
    assert DEPLOYMENTS["matcher"]["spec"]["replicas"] <= partitions


def test_a_deployment_finds_its_own_pods_only() -> None:
    labels = {name: one["spec"]["template"]["metadata"]["labels"] for name, one in workloads().items()}
    for name, one in DEPLOYMENTS.items():
        assert found_by(one["spec"]["selector"], labels) == {name}


def test_each_role_has_a_disruption_budget() -> None:
    labels = {name: one["spec"]["template"]["metadata"]["labels"] for name, one in workloads().items()}
    budgets = {
        one["metadata"]["name"]: found_by(one["spec"]["selector"], labels)
        for one in of_kind("PodDisruptionBudget")
    }
    assert budgets == {name: {name} for name in DEPLOYMENTS}
    assert all(one["spec"]["maxUnavailable"] == 1 for one in of_kind("PodDisruptionBudget"))


def test_network_policies_speak_of_pods_that_are_there() -> None:
    labels = {name: one["spec"]["template"]["metadata"]["labels"] for name, one in workloads().items()}
    found = {
        one["metadata"]["name"]: found_by(one["spec"]["podSelector"], labels)
        for one in of_kind("NetworkPolicy")
    }
    everything = set(workloads())
    assert found == {
        "nothing-else": everything,
        "metrics": everything,
        "servers": everything,
        "the-web": {"poller", "alerter"},
        "mail": {"alerter"},
        "kibana": {"setup"},
    }


def test_the_ports_of_the_settings_are_open() -> None:
    settings = pairs(KUBERNETES / "settings.env")
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    servers = {port["port"] for rule in policies["servers"]["egress"] for port in rule["ports"]}
    addresses = settings["MONITOR_KAFKA__SERVERS"].split(",") + settings["MONITOR_ELASTICSEARCH__URLS"].split(
        ","
    )
    assert {int(address.rsplit(":", 1)[1]) for address in addresses} | {53} == servers
    assert policies["mail"]["egress"] == [{"ports": [{"port": int(settings["MONITOR_EMAIL__PORT"])}]}]
    assert policies["metrics"]["ingress"][0]["ports"] == [{"port": "status"}]
    assert policies["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_probes_ask_the_port_that_monitor_listens_on(name: str) -> None:
    settings = pairs(KUBERNETES / "settings.env")
    (port,) = container(name)["ports"]
    assert port == {"name": "status", "containerPort": int(settings["MONITOR_WEB__PORT"])}
    asked = {
        probe: container(name)[probe]["httpGet"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert {probe: get["path"] for probe, get in asked.items()} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert {get["port"] for get in asked.values()} == {"status"}


@pytest.mark.parametrize("name", workloads())
def test_every_name_in_a_pod_leads_somewhere(name: str) -> None:
    made = {one["name"] for one in kustomization()["configMapGenerator"]}
    (secret,) = documents(KUBERNETES / "secret.example.yaml")
    volumes = {one["name"]: one for one in pod(name)["volumes"]}
    assert volumes["config"]["configMap"]["name"] in made
    assert volumes["secrets"]["secret"]["secretName"] == secret["metadata"]["name"]
    assert container(name)["envFrom"] == [{"configMapRef": {"name": "monitor-settings"}}]
    assert "monitor-settings" in made
    mounts = {one["name"]: one["mountPath"] for one in container(name)["volumeMounts"]}
    assert mounts.keys() == volumes.keys()
    assert mounts == {"config": "/etc/monitor", "secrets": SECRETS, "tmp": "/tmp"}
    assert container(name)["image"] in {one["name"] for one in kustomization()["images"]}


def test_the_secret_has_what_the_settings_read_and_nothing_else() -> None:
    (secret,) = documents(KUBERNETES / "secret.example.yaml")
    files = [KUBERNETES / "settings.env", *(KUBERNETES / "config").iterdir()]
    read = {name for path in files for name in re.findall(rf"{SECRETS}/([\w-]+)", path.read_text("utf-8"))}
    assert secret["stringData"].keys() == read
    assert set(secret["stringData"].values()) == {""}
    assert secret["metadata"]["namespace"] == kustomization()["namespace"]


@pytest.mark.parametrize("name", workloads())
def test_pods_are_shut_in(name: str) -> None:
    security = pod(name)["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod(name)["automountServiceAccountToken"] is False
    assert pod(name)["enableServiceLinks"] is False
    assert {"hostNetwork", "hostPID", "hostIPC"} & pod(name).keys() == set()
    resources = container(name)["resources"]
    assert resources["requests"].keys() == {"cpu", "memory"}
    assert "memory" in resources["limits"]


@pytest.mark.parametrize("name", workloads())
def test_a_pod_has_the_time_to_drain(name: str) -> None:
    assert pod(name)["terminationGracePeriodSeconds"] >= DRAIN + 5


def test_the_image_is_this_version() -> None:
    assert [one["newTag"] for one in kustomization()["images"]] == [__version__]


def test_kustomize_makes_one_whole_of_it() -> None:
    kubectl = shutil.which("kubectl")
    if not kubectl:
        pytest.skip("kubectl is not here")
    run = ran(kubectl, "kustomize", KUBERNETES)
    assert run.returncode == 0, run.stderr
    made = list(YAML(typ="safe", pure=True).load_all(run.stdout))
    maps = {one["metadata"]["name"]: one["data"] for one in made if one["kind"] == "ConfigMap"}
    assert {key for data in maps.values() for key in data} >= {"monitor.yaml", "feeds.yaml", "watchlist.yaml"}
    for one in made:
        if one["kind"] in ("Deployment", "Job"):
            spec = one["spec"]["template"]["spec"]
            (only,) = spec["containers"]
            assert only["image"] == f"monitor:{__version__}"
            assert only["envFrom"][0]["configMapRef"]["name"] in maps
            assert {
                volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume
            } <= maps.keys()
            assert one["metadata"]["namespace"] == "monitor"


def found_by(selector: dict[str, Any], labels: dict[str, dict[str, str]]) -> set[str]:
    """Return the names whose labels a selector finds."""
    wanted = selector.get("matchLabels", {}).items()
    among = selector.get("matchExpressions", [])
    assert all(one["operator"] == "In" for one in among)
    return {
        name
        for name, has in labels.items()
        if wanted <= has.items() and all(has.get(one["key"]) in one["values"] for one in among)
    }
