"""``monitor feeds import`` and ``monitor feeds export``: nothing is lost, nothing is half written."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from monitor.config import feedlist, yaml
from monitor.config.feedlist import HEAD, written
from monitor.config.load import feeds_of, load
from monitor.config.samples import sample
from monitor.config.settings import FeedSettings
from monitor.plural import number
from tests.commands.desk import Said, monitor
from tests.config.feeds import feed_lists

HEAD_OF_OPML = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="1.0"><head/><body>\n'
THREE = """<outline text="Wires">
<outline text="Wire One" title="Wire One" type="rss" xmlUrl="https://one.example/feed" language="en-US"/>
<outline text="Wire"><outline text="Вести" xmlUrl="https://two.example/feed" language="klingon"/></outline>
</outline>
<outline text="Wire One" xmlUrl="https://one.example/other"/>
"""

ENTRY = "  - outlet: Old\n    url: https://old.example/f\n"


def opml(path: Path, body: str = THREE, head: str = HEAD_OF_OPML) -> Path:
    file = path / "list.opml"
    file.write_text(f"{head}{body}</body></opml>", "utf-8")
    return file


def imported(*arguments: str | Path) -> Said:
    return monitor("feeds", "import", *arguments)


def read(text: str) -> tuple[FeedSettings, ...]:
    return feeds_of(yaml.parse(text, "feeds.yaml"), Path())


def refused(*arguments: str | Path, code: int = 1) -> str:
    """Return why nothing was taken: one line."""
    said = imported(*arguments)
    assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
    return said.err


def test_what_is_printed_is_a_list_of_feeds(tmp_path: Path) -> None:
    said = imported(opml(tmp_path))
    assert (said.code, said.err) == (0, "3 feeds added, 0 there already, 0 skipped\n")
    one, two, other = read(said.out)
    assert one == FeedSettings(
        id="wire-one",
        outlet="Wire One",
        url="https://one.example/feed",
        language="en",
        note="from the group Wires",
    )
    assert (two.id, two.outlet, two.language, two.kind) == ("two-example", "Вести", None, "wire")
    assert two.note == "from the group Wires / Wire"
    assert (other.id, other.note) == ("wire-one-2", None)


@pytest.mark.parametrize("url", ["feed://a.example/rss", "feed:http://a.example/rss", "http://a.example/rss"])
def test_the_scheme_of_feeds_is_that_of_the_web(tmp_path: Path, url: str) -> None:
    (one,) = read(imported(opml(tmp_path, f'<outline text="A" xmlUrl="{url}"/>')).out)
    assert one.url == "http://a.example/rss"


def test_importing_again_gives_the_same(tmp_path: Path) -> None:
    assert imported(opml(tmp_path)).out == imported(opml(tmp_path)).out


def test_feeds_are_added_to_the_list_which_stays_as_it_is(tmp_path: Path) -> None:
    into = tmp_path / "feeds.yaml"
    into.write_text(sample("feeds.yaml"), "utf-8")
    known = THREE + '<outline text="NK" xmlUrl="https://WWW.nknews.org:443/feed/"/>'
    said = imported(opml(tmp_path, known), "--into", into)
    assert (said.code, said.out) == (0, "")
    *lines, last = said.err.splitlines()
    assert lines == [f"{tmp_path}/list.opml:8: skipped: NK: its url is already that of `nk-news`"]
    assert last == "3 feeds added, 1 there already, 0 skipped"
    assert into.read_text("utf-8").startswith(sample("feeds.yaml"))
    assert [feed.id for feed in read(into.read_text("utf-8"))[-3:]] == [
        "wire-one",
        "two-example",
        "wire-one-2",
    ]


def test_one_feed_is_told_as_one(tmp_path: Path) -> None:
    file = tmp_path / "one.opml"
    file.write_text('<opml><body><outline text="A" xmlUrl="https://a.example/"/></body></opml>')
    assert imported(file).err == "1 feed added, 0 there already, 0 skipped\n"


def test_a_folder_to_import_into_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    for into in (Path(), Path("config")):
        words = f"{into}: this is a folder; name the feeds.yaml in it"
        assert words in refused(opml(tmp_path), "--into", into, code=2)


def test_names_of_others_are_one_line_in_its_order(tmp_path: Path) -> None:
    body = '<outline text="The&#10;\u200eWire \u202eeno" title=" &#10; \u200f" xmlUrl="https://one.example/feed"/>'
    (feed,) = read(imported(opml(tmp_path, f'<outline text="A&#13;&#x2067;B">{body}</outline>')).out)
    assert (feed.outlet, feed.note) == ("The Wire eno", "from the group A B")


def test_importing_into_the_list_again_changes_nothing(tmp_path: Path) -> None:
    into = tmp_path / "feeds.yaml"
    assert imported(opml(tmp_path), "--into", into).code == 0
    before, number = into.read_bytes(), into.stat().st_ino
    said = imported(opml(tmp_path), "--into", into)
    assert (said.code, said.err.splitlines()[-1]) == (0, "0 feeds added, 3 there already, 0 skipped")
    assert (into.read_bytes(), into.stat().st_ino) == (before, number)


@pytest.mark.parametrize(
    ("outline", "why"),
    [
        ('text="A"', "A: it has no xmlUrl"),
        ('text="A" xmlUrl=" "', "A: it has no xmlUrl"),
        ('text="A" xmlUrl="file:///etc/passwd"', "A: `url` must begin with https:// or http://"),
        ('text="A" xmlUrl="javascript:alert(1)"', "A: `url` must begin with https:// or http://"),
        ('text="A" xmlUrl="https://me:pw@a.example/"', "A: `url` must not hold a user or password"),
        ('text="A" xmlUrl="https://[a"', "A: `url` is not a usable address"),
        ('text="${HOME}" xmlUrl="https://a.example/"', "${HOME}: `outlet` has `${`"),
        ('text="A" xmlUrl="https://a.example/" isComment="true"', "A: it is commented out"),
        ('text="A" type="include" url="https://a.example/b.opml"', "A: it refers to another file"),
        ('text="A" xmlUrl="https://a.example/" type="HTML+XPath"', "A: it is no feed, but what FreshRSS"),
        ('text="A" xmlUrl="https://a.example/" type="JSON+DotNotation"', "A: it is no feed, but what Fresh"),
        ('text="A" xmlUrl="https://a.example/" monitor:kind="x"', "A: `kind` cannot be used"),
        ('xmlUrl="file://x"', "x: `url` must begin with"),
        ('text="&#x1b;"', ""),
    ],
)
def test_a_line_that_is_no_feed_is_skipped_with_the_reason(tmp_path: Path, outline: str, why: str) -> None:
    file = opml(tmp_path, f'<outline {outline}/>\n<outline text="B" xmlUrl="https://b.example/"/>')
    if not why:
        assert "not well-formed XML" in refused(file)
        return
    said = imported(file)
    assert [feed.outlet for feed in read(said.out)] == ["B"]
    assert said.err.startswith(f"{file}:3: skipped: {why}")
    assert "pw" not in said.err.replace("passwd", "").replace("password", "")


def test_a_feed_without_a_name_has_that_of_its_host(tmp_path: Path) -> None:
    feed = read(imported(opml(tmp_path, '<outline text="" xmlUrl="https://a.example/"/>')).out)[0]
    assert (feed.outlet, feed.id) == ("a.example", "a-example")


def test_hostile_files_are_refused_with_their_name_and_the_reason(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<opml><body>'
    outside = '<!DOCTYPE opml [<!ENTITY x SYSTEM "/etc/passwd">]><opml><body>&x;'
    for head in (bomb, outside):
        assert refused(opml(tmp_path, head=head)).startswith(
            f"monitor: {tmp_path}/list.opml: it declares entities"
        )
    file = opml(tmp_path, "", '<?xml version="1.0" encoding="utf-8"?><opml><body>')
    file.write_bytes(file.read_bytes().replace(b"<body>", "<body>Вести".encode("cp1251")))
    assert f"{file}: line 1 is not in utf-8" in refused(file)
    file.write_bytes(b"<opml>" + b" " * 10_000_000)
    assert f"{file}: it is larger than 5 MB" in refused(file)
    file.write_text("<opml><body><outline text='A'/></body></opml>")
    assert "there is no feed in it" in imported(file).err


def test_what_is_no_file_is_wrong_usage(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refused(tmp_path / "none.opml", code=2)
    assert "this is a folder" in refused(tmp_path, code=2)
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refused(tmp_path / "pipe", code=2)


@pytest.mark.parametrize(
    ("listed", "code", "why"),
    [
        ("version: 1\nfeeds: [{outlet: A, url: https://a.example/}]\n", 2, "leave --into out"),
        ("version: 1\nfeeds:\n  - outlet: A\n", 2, "feeds.yaml:3:5: "),
        ("version: 1\nfeeds:\n  - outlet: [\n", 2, "feeds.yaml:3:13: "),
        ("version: 1\nfeeds:\n  - outlet: A\n    url: https://a.example/\n...\n", 1, "cannot be added to"),
    ],
)
def test_a_list_that_cannot_be_added_to_stays_as_it_is(
    tmp_path: Path, listed: str, code: int, why: str
) -> None:
    into = tmp_path / "feeds.yaml"
    into.write_text(listed)
    assert why in refused(opml(tmp_path), "--into", into, code=code)
    assert into.read_text() == listed


def test_lists_that_are_imported_at_the_same_time_are_all_in_the_list(tmp_path: Path) -> None:
    into = tmp_path / "feeds.yaml"
    names = ("a", "b", "c")
    imports = []
    for name in names:
        (tmp_path / name).mkdir()
        body = "".join(f'<outline text="{name}{n}" xmlUrl="https://{name}.example/{n}"/>' for n in range(300))
        arguments = ("feeds", "import", opml(tmp_path / name, body), "--into", into)
        imports.append(subprocess.Popen([sys.executable, "-m", "monitor", *map(str, arguments)]))
    assert [one.wait(60) for one in imports] == [0, 0, 0]
    urls = {feed.url for feed in read(into.read_text("utf-8"))}
    assert urls == {f"https://{name}.example/{n}" for name in names for n in range(300)}


@pytest.mark.parametrize("listed", ["", "\ufeff" + HEAD + ENTRY])
def test_an_edit_that_is_saved_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    into = tmp_path / "feeds.yaml"
    if listed:
        into.write_text(listed, "utf-8")
    edits = iter([HEAD + ENTRY.replace("Old", "Edited  # by hand")])
    original = feedlist.written

    def written_while_somebody_saves(feeds: Iterable[FeedSettings], indent: int = 2) -> str:
        if edit := next(edits, ""):
            into.write_text(edit, "utf-8")
        return original(feeds, indent)

    monkeypatch.setattr(feedlist, "written", written_while_somebody_saves)
    said = imported(opml(tmp_path), "--into", into)
    assert (said.code, said.err.splitlines()) == (
        0,
        [f"{into}: it was changed just now: once more", "3 feeds added, 0 there already, 0 skipped"],
    )
    text = into.read_text("utf-8")
    assert "Edited  # by hand" in text
    assert len(read(text)) == 4


def test_a_list_that_is_saved_all_the_time_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "feeds.yaml"
    into.write_text(HEAD + ENTRY)
    original = feedlist.written

    def written_while_somebody_saves(feeds: Iterable[FeedSettings], indent: int = 2) -> str:
        into.write_text(into.read_text() + "# and more\n")
        return original(feeds, indent)

    monkeypatch.setattr(feedlist, "written", written_while_somebody_saves)
    said = imported(opml(tmp_path), "--into", into)
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("it changes all the time; nothing is added\n")
    assert [feed.outlet for feed in read(into.read_text())] == ["Old"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be written (No such file" in refused(
        opml(tmp_path), "--into", tmp_path / "no" / "feeds.yaml"
    )


def exported(folder: Path, *options: str) -> Said:
    said = monitor("feeds", "export", "--config", folder, *options)
    assert said.code == 0
    return said


def test_the_shipped_list_survives_both_ways(folder: Path, tmp_path: Path) -> None:
    (folder / "feeds.yaml").write_text(sample("feeds.yaml"), "utf-8")
    feeds = load(folder, {}, secrets=False).feeds
    file = tmp_path / "all.opml"
    file.write_text(exported(folder, "--opml").out, "utf-8")
    assert read(imported(file).out) == feeds
    assert read(exported(folder, "--yaml").out) == feeds


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(feeds=feed_lists())
def test_what_is_exported_is_imported_as_it_was_but_for_trust(
    folder: Path, feeds: list[FeedSettings]
) -> None:
    (folder / "feeds.yaml").write_text(HEAD + written(feeds), "utf-8", newline="")
    file = folder / "all.opml"
    file.write_text(exported(folder).out, "utf-8", newline="")
    said = imported(file)
    assert said.err == f"{number(len(feeds), 'feed')} added, 0 there already, 0 skipped\n"
    assert read(said.out) == tuple(feed.model_copy(update={"verify_tls": True}) for feed in feeds)


def test_secrets_stay_here(folder: Path) -> None:
    feeds = "- {outlet: A, url: 'https://a.example/', headers: {X-Key: '${FEED_KEY}'}}"
    (folder / "feeds.yaml").write_text(f"version: 1\nfeeds:\n  {feeds}\n")
    said = exported(folder)
    assert "FEED_KEY" not in said.out
    assert said.err == "warning: 1 feed with headers or a login, which are left out\n"
