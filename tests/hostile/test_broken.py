"""Feeds that are broken, cut, too long, or no feeds at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.reader import Reader, reading
from tests.hostile.server import Server, http, item, rss

FIRST, LAST = item("First"), item("Last")
PROLOG = '<?xml version="1.0"?>'
BOM = "\ufeff"
JSON_FEED = "https://jsonfeed.org/version/1.1"


def put(site: Server, body: str | bytes) -> str:
    return site.put(http(body, "200 OK", "Content-Type: text/xml"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the document is empty"),
        (b" \n\t \n", "the document is empty"),
        (b"\xef\xbb\xbf", "the document is empty"),
        (b"\0" * 5000, "the document is empty"),
        ("<!DOCTYPE html><html><head><title>Are you\n a robot?</title>", 'HTML page "Are you a robot?"'),
        ("<html><head><title>a</title></head><body><form>", 'HTML page "a"'),
        ("<html><title>\x1b[31mred\u202e</title>", 'red"'),
        ("<html><title>" + "x" * 5000, 'HTML page "xxx'),
        ("<html><meta http-equiv=refresh content='0;url=http://127.0.0.1/'>", "an HTML page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "plain text or binary data"),
        (b"%PDF-1.7\n", "plain text or binary data"),
        (b"PK\x03\x04zip", "plain text or binary data"),
        ("Service temporarily unavailable", "plain text or binary data"),
        ("/dev/zero", "plain text or binary data"),
        ("https://127.0.0.1/feed", "plain text or binary data"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "XML of another kind"),
        ("<?xml version='1.0'?><urlset><url/></urlset>", "XML of another kind"),
        ("+ADw-rss+AD4APA-channel+AD4-", "plain text or binary data"),
        ('{"error": "no such feed"}', "JSON, but not a JSON Feed"),
        ("[]", "JSON, but not a JSON Feed"),
        ("[" * 200_000, "cannot be read as such"),
        ('{"a":' * 200_000, "cannot be read as such"),
        ('{"version": "' + JSON_FEED + '", "items": 5}', "no list of items"),
        ('{"version": "' + JSON_FEED + '", "items": null}', "no list of items"),
        ('{"version": 1, "items": []}', "its version is missing"),
        ('{"version": "' + JSON_FEED + '", "items": [}', "cannot be read as such"),
        ('{"n": ' + "9" * 5000 + "}", "JSON, but not a JSON Feed"),
    ],
)
def test_what_is_no_feed_is_named(site: Server, reader: Reader, body: Any, reason: str) -> None:
    said = reader.refusal(put(site, body))
    assert said.startswith("not a feed (")
    assert reason in said


def test_a_body_that_names_a_feed_opens_nothing(site: Server, reader: Reader, tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(item("secret")))
    other = site.put(http(rss(item("other"))), "/other")
    for body in (str(secret), f"file://{secret}", other):
        assert "not a feed" in reader.refusal(put(site, body))
    assert "/other" not in site.seen


@pytest.mark.parametrize(
    "body",
    [
        rss(FIRST + item("A & B") + LAST),
        rss(FIRST + "<item><media:x url='y'/><title>A</title></item>" + LAST),
        rss(FIRST + "<item><title a='1' a='2'>A</title><br></item>" + LAST),
        rss(FIRST + "<item><title>A &nbsp; &unknown; B</title></item>" + LAST),
        rss(FIRST + item("<![CDATA[<!h<!h]]>") + LAST),
        rss(FIRST + item("A<!h<!h") + LAST),
        rss(FIRST + item("A<?php echo 1?>") + LAST),
        rss(FIRST + "<!-- a -- b -->" + LAST),
        rss(FIRST + item("A&#x110000;&#99999999999999999999;&#xFFFFFFFFFF;B") + LAST),
        rss(FIRST + item("A&#xD800;B") + item("A&#55296;B") + LAST),
        rss(FIRST + item("A&#0;&#1;B") + LAST),
        rss(FIRST + "<item></item><item/>" + LAST),
        rss(FIRST, LAST) + "<!-- served in 3 ms --><script>x</script>",
        BOM + rss(FIRST, LAST),
        BOM + BOM + rss(FIRST, LAST),
        "\n\n " + PROLOG + rss(FIRST, LAST),
        "\n" + BOM + "\n" + PROLOG + rss(FIRST, LAST),
        "<b>Warning</b>: from PHP\n" + PROLOG + rss(FIRST, LAST),
    ],
)
def test_one_broken_entry_or_what_stands_around_loses_no_other(
    site: Server, reader: Reader, body: str
) -> None:
    found = reader.titles(put(site, body))
    assert (found[0], found[-1]) == ("First", "Last")
    "".join(found).encode()


@pytest.mark.parametrize(
    "raw",
    [
        "A\0B",
        "A\x01\x1b[31mB\x07",
        "A&#x1b;[2JB",
        "A&#xD800;B",
        "A\ufffe\uffffB",
        "A\x85\u2028\u2029B",
        "A\u202eB\u202c\u200b\u2060\u00ad",
    ],
)
def test_titles_come_out_printable(site: Server, reader: Reader, raw: str) -> None:
    (title,) = reader.titles(put(site, rss(item(raw))))
    assert title.isprintable()
    assert (title[0], title.strip("\ufffd ")[-1]) == ("A", "B")


@pytest.mark.parametrize("end", ["</channel></rss", "</chan", "<item><title>Sec", "<item x='", "<!-- "])
def test_what_came_before_the_cut_is_kept(site: Server, reader: Reader, end: str) -> None:
    read = reader.read(put(site, rss(FIRST, end=end)))
    assert read.entries[0].title == "First"
    assert read.complete == (end == "</channel></rss")


RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    "<channel rdf:about='http://r'><title>R</title></channel>"
    "<item rdf:about='http://r/1'><title>First</title></item>"
)


@pytest.mark.parametrize(
    ("body", "complete"),
    [
        (f"{RDF}</rdf:RDF>", True),
        (RDF, False),
        (f"{RDF}<item rdf:about='http://r/2'><title>Sec", False),
        (rss(FIRST, end="<!-- cut <item>2</item></channel></rss>"), False),
        (rss(item("First", "<description><![CDATA[</rss>]]></description>"), end="<item><title>Sec"), False),
        (rss(item("First", "<description><![CDATA[cut <!-- here]]></description>")), True),
        (rss(item("First", "<description>R&D <![CDATA[cut <!-- here]]></description>")), True),
        (f"{rss(FIRST)}<!-- {'served by cache ' * 20} -->", True),
    ],
)
def test_the_end_of_a_feed_is_behind_its_entries(
    site: Server, reader: Reader, body: str, *, complete: bool
) -> None:
    read = reader.read(put(site, body))
    assert read.entries[0].title == "First"
    assert read.complete == complete


def test_an_ampersand_that_begins_no_reference_stands_for_itself(site: Server, reader: Reader) -> None:
    link = "https://e.example/?a=1&lang=ru&copy=2&sect=3"
    text = "<description>Q&A with H&M &amp; more <![CDATA[a&b &amp; c]]></description>"
    (entry,) = reader.read(put(site, rss(item("AT&T troops R&D", f"<link>{link}</link>{text}")))).entries
    assert (entry.title, entry.url) == ("AT&T troops R&D", link)
    assert entry.summary == "Q&A with H&M & more a&b & c"


def test_a_reference_of_html_may_lack_its_end(site: Server, reader: Reader) -> None:
    text = "<description>caf&eacute ole &nbsp &lt b &amp c</description>"
    (entry,) = reader.read(put(site, rss(item("Cr&egrave;me &copy 2026", text)))).entries
    assert (entry.title, entry.summary) == ("Cr\xe8me \xa9 2026", "caf\xe9 ole < b & c")


def test_a_feed_without_entries_is_a_feed(site: Server, reader: Reader) -> None:
    for body in (rss(), "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title></feed>", "<rss/>"):
        assert reader.read(put(site, body)).entries == ()


def test_odd_items_of_a_json_feed_lose_no_other(site: Server, reader: Reader) -> None:
    odd: list[Any] = [None, 1, [], "x", {}, {"title": []}, {"title": {"a": 1}, "url": 5}, {"id": True}]
    odd += [{"title": "A\ud800B"}, {"title": "dated", "date_published": "0000-99-99T99:99:99Z"}]
    odd += [{"title": "by", "authors": [None, 1, {"name": ["x"]}]}, {"title": "nan", "id": float("nan")}]
    items = [{"title": "First"}, *odd, {"title": "Last"}]
    found = reader.titles(put(site, json.dumps({"version": JSON_FEED, "title": 5, "items": items})))
    assert (found[0], found[-1]) == ("First", "Last")
    assert {"A\ufffdB", "AB", "A?B"} & set(found)
    assert {"dated", "by", "nan"} <= set(found)


def test_of_very_many_entries_the_first_are_read_and_the_others_counted(site: Server) -> None:
    many = rss(*(item(f"t{n}", f"<link>https://e.example/{n}</link>") for n in range(50_000)))
    with reading(max_body="15MB", max_entries=1000) as reader:
        read = reader.read(put(site, many))
    assert [len(read.entries), read.entries[0].title, read.entries[-1].title] == [1000, "t0", "t999"]
    assert read.problems == ("49,000 entries beyond the first 1000 not taken",)
    assert read.complete


@pytest.mark.parametrize("text", ["word " * 1_000_000, "&lt;p>word&lt;/p>" * 200_000])
def test_a_very_long_entry_is_cut_with_a_mark(site: Server, text: str) -> None:
    with reading(max_body="15MB") as reader:
        first, last = reader.read(
            put(site, rss(item("Long", f"<description>{text}</description>"), LAST))
        ).entries
    assert first.cut == ("summary",)
    assert first.summary.endswith("…")
    assert len(first.summary.encode()) < 1_000_000
    assert last.title == "Last"


def test_very_long_marks_of_an_entry_are_bounded(site: Server) -> None:
    long = item("t" * 1_000_000, f"<guid>{'g' * 100_000}</guid><link>https://e.example/{'l' * 90_000}</link>")
    with reading(max_body="15MB") as reader:
        first, second, last = reader.read(
            put(site, rss(long, long.replace("</guid>", "x</guid>").replace("ttt", "uuu"), LAST))
        ).entries
    assert set(first.cut) == {"title", "guid", "link"}
    assert len(first.title) <= 1000
    assert len(first.id) == 32
    assert first.id != second.id
    assert len(first.guid or "") < 3000
    assert first.url is None
    assert last.title == "Last"
