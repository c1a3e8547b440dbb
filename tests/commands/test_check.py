"""``monitor check``: every mistake with its place, for people, programs and GitHub."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.commands.desk import SECRET, monitor, write

BROKEN = {
    "monitor.yaml": "version: 1\npolls: {interval: 15m}\n",
    "watchlist.yaml": "version: 1\ntopics:\n  - {id: t, query: 'a AND ('}\n  - {id: t, query: b}\n",
}


@pytest.fixture
def broken(folder: Path) -> Path:
    for name, text in BROKEN.items():
        (folder / name).write_text(text)
    return folder


def test_a_right_configuration_says_what_is_in_it(folder: Path) -> None:
    said = monitor("check", "--config", folder)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{folder}: right; 2 topics, 2 feeds, 2 receivers\n"


def test_the_folder_may_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CONFIG", str(folder))
    assert monitor("check").out.startswith(f"{folder}: right")


def test_every_mistake_has_its_place_and_exit_2(broken: Path) -> None:
    said = monitor("check", "--config", broken)
    assert said.code == 2
    places = [line.split(" ")[0] for line in said.out.splitlines() if ": " in line and ".yaml:" in line]
    assert places == [
        f"{broken}/monitor.yaml:2:1:",
        f"{broken}/watchlist.yaml:3:27:",
        f"{broken}/watchlist.yaml:4:10:",
    ]
    assert "`poll`" in said.out
    assert "right" not in said.out


def test_json_is_one_list_of_problems(broken: Path, folder: Path) -> None:
    said = monitor("check", "--config", broken, "--format", "json")
    assert said.code == 2
    first = json.loads(said.out)[0]
    assert (first["file"], first["line"], first["column"], first["warning"]) == (
        f"{broken}/monitor.yaml",
        2,
        1,
        False,
    )


def test_json_of_a_right_configuration_is_an_empty_list(folder: Path) -> None:
    said = monitor("check", "--config", folder, "--format", "json")
    assert (said.code, json.loads(said.out)) == (0, [])


def test_github_gets_annotations_that_text_cannot_break_out_of(broken: Path) -> None:
    (broken / "feeds.yaml").write_text('version: 1\nfeeds:\n  - {outlet: A, "100%\\r\\n::error::x": 1}\n')
    said = monitor("check", "--config", broken, "--format", "github")
    assert said.code == 2
    lines = said.out.splitlines()
    assert len(lines) > 3
    assert all(line.startswith(f"::error file={broken}/") for line in lines)
    assert any("100%25" in line for line in lines)


def test_a_warning_is_shown_and_no_failure(folder: Path) -> None:
    idle = {"name": "idle", "email": {"to": ["idle@example.org"]}}
    desk = {"name": "desk", "email": {"to": ["desk@example.org"]}}
    topic = {"id": "t", "query": "ships", "alert": ["desk"]}
    write(folder, watchlist={"version": 1, "topics": [topic], "receivers": [desk, idle]})
    said = monitor("check", "--config", folder)
    assert said.code == 0
    warning, last = said.out.splitlines()
    assert warning.startswith(f"warning: {folder}/watchlist.yaml:")
    assert last.endswith("right; 1 topic, 2 feeds, 2 receivers")
    assert "::warning file=" in monitor("check", "--config", folder, "--format", "github").out
    shown = monitor("check", "--config", folder, "--show")
    assert warning in shown.err
    assert "warning:" not in shown.out


def test_show_masks_secrets_and_is_yaml_that_can_be_read(folder: Path) -> None:
    said = monitor("check", "--config", folder, "--show")
    assert (said.code, said.err) == (0, "")
    assert SECRET not in said.out
    shown = YAML(typ="safe").load(said.out)
    assert shown["receivers"][1]["webhook"]["secret"] == "********"
    assert shown["monitor"]["email"]["port"] == 9


def test_show_and_a_format_of_problems_do_not_go_together(folder: Path) -> None:
    assert monitor("check", "--config", folder, "--show", "--format", "json").code == 2


def test_a_missing_secret_and_a_missing_folder_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    said = monitor("check", "--config", folder)
    assert said.code == 2
    assert "HOOK_SECRET" in said.out
    said = monitor("check", "--config", folder / "none")
    assert said.code == 2
    assert "monitor init" in said.out


def test_a_topic_that_nobody_is_told_of_is_a_warning_at_its_place(folder: Path) -> None:
    watched = json.loads((folder / "watchlist.yaml").read_text())
    watched["topics"][1].pop("alert")
    watched["receivers"].pop()
    write(folder, watchlist=watched)
    said = monitor("check", "--config", folder)
    assert said.code == 0
    (warning,) = [line for line in said.out.splitlines() if line.startswith("warning: ")]
    assert "nobody is told of the topic `quiet`: it has no receiver; add `alert`" in warning
    assert warning.startswith(f"warning: {folder}/watchlist.yaml:11:")


def test_without_receivers_it_says_once_that_nobody_is_told(folder: Path) -> None:
    write(folder, watchlist={"version": 1, "topics": [{"id": "a", "query": "x"}, {"id": "b", "query": "y"}]})
    said = monitor("check", "--config", folder)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{folder}: right; 2 topics, 2 feeds, no receivers: nobody is told of matches\n"


def test_places_are_named_from_where_the_folder_was(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(broken.parent.parent)
    given = Path(broken.parent.name, broken.name)
    out = monitor("check", "--config", given).out
    assert out.startswith(f"{given}/monitor.yaml:2:1: ")
    assert Path(out.partition(":")[0]).is_file(), "an editor finds it"
    monkeypatch.chdir(broken)
    assert monitor("check", "--config", ".").out.startswith("monitor.yaml:2:1: ")
