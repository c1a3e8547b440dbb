"""The demo writes its configuration, but not over what somebody has changed."""

from pathlib import Path

import pytest

from monitor.config.samples import sample, standing_alone
from monitor.config.yaml import load as load_yaml
from monitor.demo.keeping import keep
from monitor.demo.setting import watchlist_for
from monitor.errors import UsageError

FIRST, THEN = {"hook": 1001, "feeds": 1002}, {"hook": 1002, "feeds": 1003}


def files(ports: dict[str, int]) -> dict[str, str]:
    return {
        "feeds.yaml": f"url: http://127.0.0.1:{ports['feeds']}/a\n",
        "watchlist.yaml": f"url: http://127.0.0.1:{ports['hook']}/hook\nport: {ports['feeds']}\n",
    }


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")}


def test_what_nobody_changed_is_written_anew(tmp_path: Path) -> None:
    assert keep(tmp_path, files(FIRST), FIRST) == ()
    assert keep(tmp_path, files(THEN), THEN) == ()
    assert texts(tmp_path) == files(THEN)


def test_what_was_changed_is_kept_at_every_run_but_for_the_ports(tmp_path: Path) -> None:
    keep(tmp_path, files(FIRST), FIRST)
    mine = tmp_path / "watchlist.yaml"
    mine.write_text(files(FIRST)["watchlist.yaml"] + "# mine, since 1001\n", "utf-8")
    for ports in (THEN, FIRST, THEN):
        assert keep(tmp_path, files(ports), ports) == ("watchlist.yaml",)
        expected = files(ports)
        assert texts(tmp_path) == expected | {
            "watchlist.yaml": expected["watchlist.yaml"] + "# mine, since 1001\n"
        }


def test_what_the_demo_has_not_written_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"has watchlist\.yaml that the demo has not written: name another"):
        keep(tmp_path, files(FIRST), FIRST)
    assert texts(tmp_path) == {"watchlist.yaml": "mine"}


def test_the_watchlist_is_the_shipped_text_with_receivers_for_every_topic(tmp_path: Path) -> None:
    shipped = standing_alone(sample("watchlist.yaml"))
    path = tmp_path / "watchlist.yaml"
    path.write_text(watchlist_for("http://127.0.0.1:9/hook", shipped), "utf-8")
    text, found = path.read_text("utf-8"), load_yaml(path, "watchlist.yaml").value
    assert isinstance(found, dict)
    assert [topic["alert"] for topic in found["topics"]] == [["desk", "ops-hook"]] * 3
    assert found["receivers"][1]["webhook"]["url"] == "http://127.0.0.1:9/hook"
    assert "yaml-language-server" not in text
    assert "As shipped nobody is told" not in text
    queries = (
        shipped.partition("\nentities:")[2]
        .replace("    # alert: [desk, ops-hook]", "")
        .replace("    # alert: [desk]", "")
    )
    assert text.partition("\nentities:")[2].replace("    alert: [desk, ops-hook]", "") == queries
