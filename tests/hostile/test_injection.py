"""Words of strangers on their way through the program: in no output are they more than words."""

import csv
import email
import email.policy
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import pytest

from monitor.demo.receivers import Receivers
from tests.commands.desk import configure, open_receivers
from tests.hostile.server import http, rss, server
from tests.journeys.world import monitor

TITLES = [
    "troops <script>alert(1)</script>",
    "troops <img src=x onerror=alert(1)>",
    "troops <svg/onload=alert(1)>",
    "troops <math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "troops {{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "troops \"><a href='javascript:alert(1)'>x",
    "troops\r\nBcc: victim@evil.example",
    "troops\u2028Bcc: victim@evil.example\x85Cc: a@evil.example",
    "troops =?utf-8?q?=0D=0ABcc=3A_victim=40evil.example?=",
    "troops =?utf-8?b?DQpCY2M6IHZpY3RpbUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?q?=0D=0ABcc=3A_victim=40evil.example?= troops",
    "=cmd|' /C calc'!A0 troops",
    "+troops",
    "-troops+1",
    "@SUM(1+1) troops",
    "\t=1+1 troops",
    "troops \x1b[2J\x1b]0;owned\x07\x9b31m",
    'troops\n{"message":"service.stopped","level":"error"}',
    "troops \u202egnp.exe\u202c",
    "troops [red]rich[/red] [link=http://evil.example]x[/link]",
    "troops \ud83d".encode("utf-8", "replace").decode(),
]
LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "https://e.example/\"onmouseover='alert(1)'",
    "https://e.example/<script>",
    "https://e.example/\r\nX: y",
    "https://user:secret@e.example/page",
    "//evil.example/x",
    "file:///etc/passwd",
]


def feed() -> str:
    """Return a feed whose entries are hostile in their titles, or in their links."""
    items = [
        f"<item><title><![CDATA[{title}]]></title><guid>{n}</guid></item>" for n, title in enumerate(TITLES)
    ]
    items += [
        f"<item><title>troops by link {n}</title><guid>l{n}</guid><link><![CDATA[{link}]]></link></item>"
        for n, link in enumerate(LINKS)
    ]
    items.append(
        "<item><title>troops by an author</title>"
        "<author><![CDATA[a@b.example\r\nBcc: x@evil.example]]></author>"
        "<description><![CDATA[<script>alert(1)</script><a href='javascript:alert(1)'>here</a>"
        "<iframe src='http://evil.example/'></iframe>troops]]></description></item>"
    )
    return rss(*items)


class Outcome:
    """What came of the feed."""

    def __init__(self, folder: Path, receivers: Receivers, log: str) -> None:
        self.folder = folder
        self.mails = receivers.inbox.mails
        self.events = receivers.inbox.events
        self.bad_signatures = receivers.inbox.bad_signatures
        self.log = log

    def exported(self, *options: str) -> str:
        done = monitor("export", "--config", str(self.folder), *options)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("injection") / "config"
    with server() as site, open_receivers() as receivers:
        url = site.put(
            http(feed().encode("utf-8", "replace"), "200 OK", "Content-Type: text/xml; charset=utf-8")
        )
        configure(folder, feed=url, smtp_port=receivers.smtp_port, hook=receivers.hook_url)
        watchlist = json.loads((folder / "watchlist.yaml").read_text())
        watchlist["topics"] = [{"id": "troops", "query": "troops", "alert": ["desk", "hook"]}]
        (folder / "watchlist.yaml").write_text(json.dumps(watchlist))
        done = monitor("run", "--config", str(folder), "--once")
        assert done.returncode == 0, done.stderr
        yield Outcome(folder, receivers, done.stdout + done.stderr)


COUNT = len(TITLES) + len(LINKS) + 1


class Elements(HTMLParser):
    """The elements and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in {"href", "src"}}


def test_every_entry_went_out_once_by_mail_and_webhook(outcome: Outcome) -> None:
    assert (len(outcome.mails), len(outcome.events), outcome.bad_signatures) == (COUNT, COUNT, 0)


def test_no_title_makes_a_header_of_a_mail(outcome: Outcome) -> None:
    names = [sorted(name.lower() for name in mail) for mail in outcome.mails]
    assert all(one == names[0] for one in names), "all mails have the same headers"
    for mail in outcome.mails:
        assert not {"bcc", "cc"} & {name.lower() for name in mail}
        again = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
        assert sorted(again) == sorted(mail)
        assert str(again["Subject"]).isprintable()
        assert again.get_all("To") == ["desk@example.org"]


def test_the_html_of_a_mail_has_no_active_content(outcome: Outcome) -> None:
    for mail in outcome.mails:
        part = mail.get_body(("html",))
        assert part is not None
        page = Elements(part.get_content())
        assert not page.tags & {"script", "svg", "math", "img", "iframe", "object", "form", "base", "link"}
        assert not any(name.startswith("on") for name in page.attributes)
        assert all(address.startswith(("http://", "https://")) for address in page.addresses)
        assert not any("secret" in address for address in page.addresses)


def test_the_text_of_a_mail_commands_no_terminal(outcome: Outcome) -> None:
    for mail in outcome.mails:
        part = mail.get_body(("plain",))
        assert part is not None
        assert all(line.isprintable() for line in part.get_content().splitlines())


def test_addresses_in_webhooks_are_those_of_the_web(outcome: Outcome) -> None:
    articles = [event["data"]["article"] for event in outcome.events]
    urls = [one["url"] for one in articles if one["url"]]
    assert urls
    assert all(re.fullmatch(r"https?://[!-~]+", url) and not set(url) & set('<>"\\') for url in urls)
    assert not any("secret" in url for url in urls)
    assert all(one["title"].isprintable() for one in articles)


def test_no_template_is_rendered(outcome: Outcome) -> None:
    (title,) = [one["data"]["article"]["title"] for one in outcome.events if "7*7" in json.dumps(one)]
    assert "49" not in title
    assert "{{7*7}}" in title


@pytest.mark.parametrize("what", ["articles", "matches", "alerts"])
def test_no_cell_of_csv_is_a_formula(outcome: Outcome, what: str) -> None:
    rows = list(csv.reader(io.StringIO(outcome.exported("--what", what, "--format", "csv"))))
    assert len(rows) == COUNT + 1
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)


def test_rss_of_it_is_well_formed_and_its_titles_are_text(outcome: Outcome) -> None:
    read = feedparser.parse(io.BytesIO(outcome.exported("--format", "rss").encode()))
    assert not read.bozo
    assert len(read.entries) == COUNT
    assert all(entry.get("link", "http").startswith("http") for entry in read.entries)


def test_logs_and_tables_are_printable_and_no_line_is_forged(outcome: Outcome) -> None:
    listed = monitor("feeds", "list", "--config", str(outcome.folder)).stdout
    status = monitor("status", "--config", str(outcome.folder)).stdout
    fetched = outcome.exported("--what", "articles")
    for text in (outcome.log, listed, status, fetched):
        assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.startswith('{"message":"service.stopped"') for line in outcome.log.splitlines())


def test_the_words_stay_readable(outcome: Outcome) -> None:
    titles = [json.loads(line)["title"] for line in outcome.exported("--what", "articles").splitlines()]
    assert len(titles) == COUNT
    assert all("troops" in title for title in titles)
