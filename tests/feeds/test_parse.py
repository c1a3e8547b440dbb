"""Documents of all kinds: formats, encodings, mistakes, and what is no feed at all."""

import contextlib
import html
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.normalize import one_line
from monitor.errors import NotAFeed, ParseError
from monitor.feeds.document.parse import ParsedFeed, ParseLimits, parse
from monitor.feeds.document.rescue import entry_starts

URL = "https://news.example/feed"
LIMITS = ParseLimits(max_entries=100, max_field=1000)
ITEM = "<item><title>{}</title><link>/a</link></item>"


def read(body: bytes | str, kind: str = "application/xml") -> ParsedFeed:
    return parse(body.encode() if isinstance(body, str) else body, kind, URL, LIMITS)


def rss(items: str, version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel><title>T</title>{items}</channel></rss>'


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><title>T</title></channel>"
    '<item rdf:about="/a"><title>Hello</title><link>/a</link></item></rdf:RDF>'
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
    '<entry><title>Hello</title><link href="/a"/></entry></feed>'
)
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "Hello", "url": "/a"}]})


@pytest.mark.parametrize(
    "document",
    [
        rss(ITEM.format("Hello")),
        rss(ITEM.format("Hello"), "0.91"),
        RDF,
        ATOM,
        JSON,
        '<!DOCTYPE rss SYSTEM "http://dtd.invalid/rss.dtd">' + rss(ITEM.format("Hello")),
        "\n\n \ufeff" + rss(ITEM.format("Hello")),
        rss(ITEM.format("Hello")) + "junk after the end <br>",
    ],
)
def test_every_format_gives_its_entry(document: str) -> None:
    (entry,) = read(document).entries
    assert (entry.title, entry.link) == ("Hello", "https://news.example/a")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-16"])
@pytest.mark.parametrize("declared", ["own", "none", "wrong"])
def test_cyrillic_comes_out_right_whatever_is_declared(encoding: str, declared: str) -> None:
    title = "Северокорейские рабочие приехали в Донецк восстанавливать дома"
    said = {"own": f'<?xml version="1.0" encoding="{encoding}"?>', "none": "", "wrong": ""}[declared]
    kind = "text/xml; charset=iso-8859-1" if declared == "wrong" else "text/xml"
    (entry,) = read((said + rss(ITEM.format(title))).encode(encoding), kind).entries
    assert entry.title == title


@pytest.mark.parametrize("declared", ["euc-kr", "ks_c_5601-1987", ""])
def test_hangul_comes_out_right(declared: str) -> None:
    title = "북한 노동자들이 도네츠크에 도착했다고 매체가 보도했다"
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    (entry,) = read((said + rss(ITEM.format(title))).encode("cp949")).entries
    assert entry.title == title


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n\t ", "empty"),
        (b"<!DOCTYPE html><html><title>Are you human?</title>", 'HTML page "Are you human?"'),
        (b'{"a": 1}', "not a JSON Feed"),
        (b"[" * 200_000, "JSON"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 5}', "no list of items"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "plain text or binary"),
        (b"http://127.0.0.1:1/feed", "plain text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "XML of another kind"),
        (b"<s:Envelope xmlns:s='x'><s:Body><item>1</item></s:Body></s:Envelope>", "XML of another kind"),
        (b"<orders><item><price>9</price></item><item><id>7</id></item></orders>", "XML of another kind"),
    ],
)
def test_what_is_no_feed_is_said_plainly(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match="not a feed") as caught:
        read(body)
    assert reason in str(caught.value)


PAGE = "<!DOCTYPE html>\n<html><head><title>Wait</title>{}</head></html>"


@pytest.mark.parametrize(
    "shown",
    [
        "<script>var sample = '{}';</script>",
        "<script type='text/template'>{}",
        "<textarea rows=9>{}</textarea>",
        "<!-- {} -->",
        "<style>{}",
    ],
)
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?><!-- page -->\n"])
def test_a_page_that_shows_a_feed_is_none(shown: str, before: str) -> None:
    with pytest.raises(NotAFeed, match='HTML page "Wait"'):
        read(before + PAGE.format(shown.format(rss(ITEM.format("Hello")))))


@pytest.mark.parametrize(
    "around",
    [
        "<br />\n<b>Warning</b>: no file in <b>/a.php</b> on line <b>3</b><br />\n<?xml version='1.0'?>{}",
        PAGE.format("<script>'<rss>'</script>") + "<?xml version='1.0'?>{}",
        "<!DOCTYPE html><html><body><div id='source'>{}</div></body></html>",
        "<!DOCTYPE html>{}",
        "<html>{}</html>",
    ],
)
def test_a_feed_in_or_behind_a_page_is_one(around: str) -> None:
    (entry,) = read(around.format(rss(ITEM.format("Hello")))).entries
    assert entry.title == "Hello"


@pytest.mark.parametrize(
    "text",
    ["<script>", "<title/>", "<title>a</title >", "<!--", "<![CDATA[", "<", "<script ", "<?", "<!-- -->"],
)
def test_pages_without_a_feed_are_told_in_no_time(text: str) -> None:
    for body in (f"<html>{text * 200_000}", f"{text * 200_000}<html>"):
        with pytest.raises(NotAFeed):
            read(body)


def test_a_body_that_names_a_file_opens_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(ITEM.format("secret")))
    with pytest.raises(ParseError):
        read(str(secret))


def test_entities_reach_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOP SECRET")
    document = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>' + rss(ITEM.format("a &x; b"))
    assert "TOP SECRET" not in str(read(document))


DECLARED = (
    '<!DOCTYPE rss [<!ENTITY site "https://e.example"><!ENTITY nk "КНДР"><!ENTITY laquo "&#171;">'
    """<!ENTITY q '"a">'><!ENTITY both "a&amp;b&#38;#60;"><!ENTITY b "<b>x</b>"><!ENTITY amp "&#38;#38;">]>"""
)


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("rest", ["", "<br>", "<author>A & B</author>"])
def test_entities_that_a_document_declares_stand_for_their_short_texts(rest: str, quick: bool) -> None:
    fields = (
        "<title>&laquo;Войска &nk;&#187; &q; &both; &b; &amp; &none;</title><link>&site;/1</link>"
        f"<description><![CDATA[&nk;]]></description>{rest}"
    )
    found = parse((DECLARED + rss(f"<item>{fields}</item>")).encode(), "", URL, LIMITS, quick=quick)
    (entry,) = found.entries
    assert html.unescape(entry.title) == '«Войска КНДР» "a"> a&b< &b; & &none;'
    assert (entry.link, entry.summary) == ("https://e.example/1", "&nk;")


def test_entities_stand_for_their_texts_in_attributes_too() -> None:
    document = ATOM.replace('"/a"', '"&site;/&q;"')
    (entry,) = read(DECLARED + document).entries
    assert entry.link
    assert entry.link.startswith("https://e.example/")


@pytest.mark.parametrize("declared", ["", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'])
def test_what_html_calls_characters_makes_no_document_a_broken_one(declared: str) -> None:
    related = "<y:related><link url='https://o.example/'>old</link></y:related>"
    entry = (
        f"<item><title>&laquo;a&nbsp;b&raquo; &NotEqualTilde; &copy 1</title><link>/a</link>{related}</item>"
    )
    document = rss(f"<!-- &copy; --><![CDATA[&copy;]]>{entry}").replace("<rss", "<rss xmlns:y='urn:y'")
    (found,) = read(declared + document).entries
    assert (found.title, found.link) == ("«a\xa0b» ≂̸ © 1", "https://news.example/a")


@pytest.mark.parametrize(
    "text", ["&", "&a", "&a;", "&nk;", "&nbsp;", "<![CDATA[&nk;", "<!--&nk;", "&&#", "%nk;"]
)
def test_references_take_no_time(text: str) -> None:
    with contextlib.suppress(ParseError):
        read(DECLARED + rss(f"<item><title>a</title><description>{text * 100_000}</description></item>"))


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>A & B</title></item>",
        "<item><foo:bar>x</foo:bar><title>A</title></item>",
        "<item><title>A</title><br></item>",
        "<item><title>A\x00\x0b</title></item>",
        "<item><title>A &nbsp; &unknown; B</title></item>",
        "<item><title>&#xD800; half</title></item>",
    ],
)
def test_a_broken_entry_never_loses_the_rest(broken: str) -> None:
    parsed = read(rss(ITEM.format("First") + broken + ITEM.format("Last")))
    titles = [entry.title for entry in parsed.entries]
    assert titles[0] == "First"
    assert titles[-1] == "Last"
    str(parsed).encode("utf-8")


def test_a_truncated_document_keeps_its_entries_and_says_so() -> None:
    parsed = read(rss(ITEM.format("One") + ITEM.format("Two")).replace("Two</title>", "")[:110])
    assert parsed.entries[0].title == "One"
    assert not parsed.complete
    assert "its end is missing" in parsed.problems


@pytest.mark.parametrize(
    "document",
    [
        "<channel><item><title>A</title></item></channel>",
        "<channel><item><link>/a</link></item></channel>",
        "<x><entry><summary>A</summary></entry></x>",
        "<CHANNEL><ITEM LASTMOD='2026-11-24'/></CHANNEL>",
        "<x><item/><item><description>A</description></item></x>",
    ],
)
def test_what_has_entries_with_words_or_addresses_is_a_feed_under_any_name(document: str) -> None:
    assert read(document).entries


def test_a_feed_without_entries_is_fine() -> None:
    assert read(rss("")).entries == ()


def test_cuts_are_named() -> None:
    document = rss(f"<item><title>{'x' * 5000}</title></item>" + ITEM.format("y") * 150)
    parsed = read(document)
    assert (len(parsed.entries[0].title), parsed.entries[0].cut) == (1000, ("title",))
    assert len(parsed.entries) == 100
    assert "51 entries beyond the first 100 not taken" in parsed.problems


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Sun, 01 Mar 2026 12:00:00 GMT", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 21:00:00 +0900", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("Sun,01 Mar 2026 12:00:00 +0000", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("yesterday-ish", None),
    ],
)
def test_dates(raw: str, moment: datetime | None) -> None:
    (entry,) = read(rss(f"<item><title>x</title><pubDate>{raw}</pubDate></item>")).entries
    assert (entry.published, entry.published_raw) == (moment, raw)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://[::1"]
)
def test_links_that_nobody_should_follow_are_dropped(link: str) -> None:
    (entry,) = read(rss(f"<item><title>x</title><link>{link}</link></item>")).entries
    assert entry.link is None


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    "uri", ["http://www.w3.org/1999/xhtml", "http://search.yahoo.com/mrss/", "urn:x", ""]
)
@pytest.mark.parametrize("before", ["<?xml version='1.0'?>", "<!DOCTYPE rss [<!ENTITY x 'y'>]>"])
def test_rss_is_read_whatever_its_default_namespace(before: str, uri: str, quick: bool) -> None:
    document = before + rss(ITEM.format("Hello")).replace("<rss", f"<rss a='>xmlns=' xmlns = '{uri}'")
    found = parse(document.encode(), "", URL, LIMITS, quick=quick)
    assert (found.format, found.entries[0].title, found.entries[0].link) == (
        "rss20",
        "Hello",
        "https://news.example/a",
    )


@given(st.binary(max_size=300))
def test_any_bytes_give_a_feed_or_a_reason(body: bytes) -> None:
    for document in (
        body,
        b"<rss><channel><item><title>" + body,
        b'{"version":"https://jsonfeed.org/version/1"' + body,
    ):
        with contextlib.suppress(ParseError):
            str(read(document)).encode("utf-8")


HEAD = (
    "<rss version='2.0' xmlns:y='http://news.yandex.ru' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
)


def entries_of(items: str, tail: str = "</channel></rss>") -> ParsedFeed:
    return parse(f"{HEAD}{items}{tail}".encode(), "", "https://e.example/feed", ParseLimits())


def item(number: int, more: str = "") -> str:
    return f"<item><title>{number}</title>{more}<link>https://e.example/{number}</link></item>"


@pytest.mark.parametrize(
    "within",
    [
        "<y:related><link url='https://o.example/'>other</link></y:related>",
        "<y:related count='1'><link>https://o.example/</link></y:related>",
        "<y:a><y:b><link>https://o.example/</link></y:b></y:a>",
        "<content:encoded>text <link href='https://o.example/'/></content:encoded>",
    ],
)
def test_the_link_of_an_entry_is_its_own(within: str) -> None:
    (entry,) = entries_of(f"<item><link>https://e.example/1</link><title>a</title>{within}</item>").entries
    assert (entry.link, entry.title) == ("https://e.example/1", "a")


@pytest.mark.parametrize(
    "bad",
    [
        "<item><title>a</titel><link>https://e.example/0</link></item>",
        "<item><title>a<link>https://e.example/0</link></item>",
        "<item><description>a</desc><link>https://e.example/0</link></item>",
        "<item><title>a</title><description><![CDATA[a]] ></description></item>",
        "<item><title>a</title><description><![CDATA[a</description></item>",
        "<item><title>a</title><></></item>",
        "<item><title>a</title><description><![CDATA[<p>a <a hre",
        "<item><title>a</title><description><![CDATA[a]]></description><guid><![CDATA[a",
        "<item><title>a</title><description>a <!--more </description></item>",
        "<item><title>a</title><description>a <!--more ",
    ],
)
@pytest.mark.parametrize("place", range(3))
def test_what_one_entry_does_not_close_costs_no_other(bad: str, place: int) -> None:
    items = [item(1, "<description><![CDATA[one]]></description>"), item(2), item(3)]
    items.insert(place, bad)
    found = entries_of("".join(items))
    assert {f"https://e.example/{n}" for n in (1, 2, 3)} <= {entry.link for entry in found.entries}
    assert found.problems[0] == "an element was not closed: the entries were read each for itself"
    assert len(found.problems) == 1 or "<!--" in bad, "behind a comment without an end, there is no end"


CUT = "<item><title>cut</title><description><![CDATA[<p>words</description></item>"


@pytest.mark.parametrize(
    "others",
    [
        "",
        "<description>a &unknown; b &nbsp; c & d</description>",
        "<description>a <br> b</description>",
        "<description><![CDATA[a</description>",
    ],
)
@pytest.mark.parametrize("about", ["a" * 40_000, "<![CDATA[a]]>", "a <!-- more"])
def test_one_entry_that_is_cut_off_costs_none_of_very_many(about: str, others: str) -> None:
    head = f"<rss version='2.0' xml:lang='uk'><channel><description>{about}</description><language/>"
    items = "".join(item(number, others) for number in range(1, 1_200))
    document = f"{head}{CUT}{items}<title>T</title></channel></rss>"
    found = parse(document.encode(), "", "https://e.example/feed", ParseLimits())
    assert [entry.title for entry in found.entries] == ["cut", *map(str, range(1, 1_200))]
    assert {entry.link for entry in found.entries[1:]} == {f"https://e.example/{n}" for n in range(1, 1_200)}
    assert {entry.language for entry in found.entries} == {"uk"}


@pytest.mark.parametrize(("more", "told"), [("<item ", "1 entry"), ("<item " * 2, "2 entries")])
def test_entries_that_are_lost_are_told(more: str, told: str) -> None:
    found = entries_of(item(1) + CUT + item(2) + more + item(3))
    assert [entry.title for entry in found.entries] == ["1", "cut", "2", "3"]
    assert found.problems == (
        "an element was not closed: the entries were read each for itself",
        f"an element was not closed: {told} could not be read",
    )


def test_an_entry_that_only_begins_where_the_document_ends_is_not_lost() -> None:
    found = entries_of(item(1) + item(2) + "<item rdf:ab", "")
    assert [entry.title for entry in found.entries] == ["1", "2"]
    assert found.problems == ("its end is missing",)


def test_entries_that_are_cut_off_are_read_within_the_namespaces_of_their_feed() -> None:
    """What stands between those that are well-formed and those that are not changes neither."""
    words = "<z:encoded><![CDATA[the words]]></z:encoded>"
    head = "<rss xmlns:z='http://purl.org/rss/1.0/modules/content/'><channel><link>/</link>"
    entries = item(1, words), CUT, item(2, f"{words}<br>"), item(3, words)
    document = f"{head}{'<ttl>1</ttl>'.join(entries)}</channel></rss>"
    found = parse(document.encode(), "", "https://e.example/feed", ParseLimits()).entries
    assert [(entry.title, entry.summary or entry.body) for entry in found[::3]] == [
        ("1", "the words"),
        ("3", "the words"),
    ]
    assert [entry.title for entry in found] == ["1", "cut", "2", "3"]


@pytest.mark.parametrize("cut", ["<![CDATA[<p>text <a hre", "text <!--more "])
@pytest.mark.parametrize("first", ["title", "link", "guid", "description"])
@pytest.mark.parametrize("others", ["<![CDATA[text]]>", "<![CDATA[text]]><!--more-->", "text"])
def test_an_entry_that_is_cut_off_takes_nothing_of_the_next(cut: str, first: str, others: str) -> None:
    def entry(number: int) -> str:
        parts = {
            "title": f"<title>{number}</title>",
            "link": f"<link>https://e.example/{number}</link>",
            "guid": f"<guid isPermaLink='false'>{number}</guid>",
            "description": f"<description>{others}</description>",
        }
        return f"<item>{parts.pop(first)}\n{''.join(parts.values())}</item>\n"

    broken = f"<item><title>cut</title><description>{cut}\n"
    found = entries_of(entry(0) + broken + entry(2) + entry(3)).entries
    assert [entry.title for entry in found] == ["0", "cut", "2", "3"]
    assert [entry.guid for entry in found] == ["0", None, "2", "3"]
    assert [entry.link for entry in found[2:]] == ["https://e.example/2", "https://e.example/3"]
    assert [entry.summary for entry in found][2:] == ["text", "text"]


def test_entries_in_a_comment_between_others_stay_there() -> None:
    found = entries_of(item(1) + "<item><title>c & <b></item>" + f"<!-- {item(8)}{item(9)} -->")
    assert {entry.title for entry in found.entries}.isdisjoint({"8", "9"})


@pytest.mark.parametrize("before", ["", item(1), f"<!-- {item(8)} -->"])
@pytest.mark.parametrize("end", ["</channel></rss>", "</channel></rss>\n<script>x</script>\n", "</channel>"])
def test_a_comment_that_would_take_the_rest_of_the_document_takes_nothing(before: str, end: str) -> None:
    found = entries_of(f"{before}<!-- since last week {item(2)}{item(3)}", end)
    assert [entry.title for entry in found.entries if entry.title != "1"] == ["2", "3"]
    assert found.problems == (
        "an element was not closed: the entries were read each for itself",
        "its end is missing",
    )


SHOWN = "<item><title>shown</title><description><![CDATA[text]]]]><![CDATA[></description></item>"


@pytest.mark.parametrize("code", [SHOWN, SHOWN * 3, f"<item>{SHOWN}</item>", f"]]]]><![CDATA[> {SHOWN}"])
def test_a_text_that_shows_a_feed_is_one_entry(code: str) -> None:
    found = entries_of(item(1, f"<description><![CDATA[write {code}]]></description>") + item(2))
    assert [entry.title for entry in found.entries] == ["1", "2"]
    assert "shown" in found.entries[0].summary
    assert not found.problems


@pytest.mark.parametrize("end", ["</description></item>", ""])
@pytest.mark.parametrize("between", ["", item(7)])
@pytest.mark.parametrize("before", ["", "a]]]]><![CDATA[>b "])
@pytest.mark.parametrize("text", ["a]]]]><![CDATA[>b", "a]]]]><![CDATA[>b]]]]><![CDATA[>c", f"a {SHOWN} b"])
def test_a_text_with_the_end_of_a_section_in_it_is_not_put_into_a_cut_one(
    end: str, between: str, before: str, text: str
) -> None:
    cut = f"<item><title>cut</title><description><![CDATA[{before}<p>words {end}"
    whole = item(3, f"<description><![CDATA[{text}]]></description>")
    found = entries_of(item(1) + cut + between + whole + item(4))
    assert [entry.title for entry in found.entries] == ["1", "cut", *(["7"] if between else []), "3", "4"]
    assert found.problems == ("an element was not closed: the entries were read each for itself",)


@pytest.mark.parametrize("aside", ["<![CDATA[", "<!-- "])
def test_asides_without_an_end_of_their_own_take_no_time(aside: str) -> None:
    text = f"<item>{aside * 20_000}{'<item>  ' * 1_000_000}{aside}</item><item>]]>-->"
    assert len(entry_starts(text)) == 1_000_001


def test_splits_in_sections_without_an_end_take_no_time() -> None:
    text = f"<item>{'<![CDATA[' * 100_000}{'<item></item>]]><![CDATA[>' * 50_000}<item><title>]]>"
    assert entry_starts(text)[0] == 0


@pytest.mark.parametrize("end", ["</ITEM>", "</item >", "</item><item "])
def test_a_last_entry_that_is_whole_does_not_wait(end: str) -> None:
    found = entries_of(item(1) + item(2).removesuffix("</item>") + end, "")
    assert [entry.title for entry in found.entries][:2] == ["1", "2"]


def test_entries_that_a_text_shows_are_none() -> None:
    code = "<description><![CDATA[<item>1</item> <!-- <item> -->]]></description>"
    found = entries_of(item(1, code) + "<!-- <item> -->" + item(2) + "<item><title>c & <b></item>")
    assert len(found.entries) == 3


def test_the_last_entry_of_a_cut_document_waits() -> None:
    whole = item(1) + item(2)
    for at in range(len(item(1)) + 7, len(whole) - len("</item>")):
        found = entries_of(whole[:at], "")
        assert [entry.title for entry in found.entries] == ["1"]
        assert not found.complete
    assert [entry.title for entry in entries_of(item(1)[:40], "").entries] == ["1"], "it is all there is"


@pytest.mark.parametrize("link", ["<link/>", "<link> </link>", "<link></link>"])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_empty_link_gives_way_to_a_guid_that_is_an_address(link: str, is_first: bool) -> None:
    guid = "<guid>https://e.example/1</guid>"
    (entry,) = entries_of(f"<item><title>a</title>{link + guid if is_first else guid + link}</item>").entries
    assert entry.link == "https://e.example/1"


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ('"date_published": "2026-10-24T12:16:00z"', "2026-10-24 12:16"),
        ('"date_published": "Sat, 24 Oct 2026 12:16:00 GMT"', "2026-10-24 12:16"),
        ('"date_published": " 2026-10-24T12:16:00+03:00 "', "2026-10-24 09:16"),
        ('"date_published": "24.10.2026 12:16"', "2026-10-24 12:16"),
        ('"date_published": 1792844160', "2026-10-24 12:16"),
        ('"date_published": "soon", "date_modified": "2026-10-24T12:16:00Z"', "2026-10-24 12:16"),
        ('"date_published": "soon"', None),
    ],
)
def test_dates_in_json_are_read_as_those_in_xml(fields: str, meant: str | None) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"title": "a", {fields}}}]}}'
    (entry,) = parse(body.encode(), "", "https://e.example/feed", ParseLimits()).entries
    assert entry.published == (datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None)


@pytest.mark.parametrize(
    "version", ["http://jsonfeed.org/version/1", "https://www.jsonfeed.org/version/1.1", "1.1"]
)
def test_json_feeds_name_their_version_in_several_ways(version: str) -> None:
    body = json.dumps({"version": version, "items": [{"title": "a"}]})
    assert len(parse(body.encode(), "", "https://e.example/feed", ParseLimits()).entries) == 1


@pytest.mark.parametrize(
    "odd", ['"id": "a\tb"', '"title": "a\nb"', f'"id": {"9" * 5000}', f'"x": {"9" * 5000}']
)
def test_what_json_does_not_allow_in_one_item_loses_no_other(odd: str) -> None:
    items = f'[{{"title": "one"}}, {{"url": "/2", {odd}}}, {{"title": "three"}}]'
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}'.encode()
    found = parse(body, "application/feed+json", "https://e.example/feed", ParseLimits())
    assert [entry.title for entry in found.entries][::2] == ["one", "three"]
    assert len(found.entries) == 3


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"authors": [], "author": {"name": "Kim"}}, ("Kim",)),
        ({"authors": [{"url": "/kim"}], "author": {"name": "Kim"}}, ("Kim",)),
        ({"authors": [{"name": "Kim"}, {"name": "Li"}], "author": {"name": "Kim"}}, ("Kim", "Li")),
        ({"author": {"name": "Kim"}}, ("Kim",)),
        ({"authors": []}, ()),
    ],
)
def test_authors_in_json_stand_under_either_name(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "a"} | fields]})
    (entry,) = read(body).entries
    assert entry.authors == names


@pytest.mark.parametrize(
    ("of_feed", "of_item", "names"),
    [
        ({"authors": [{"name": "Kim"}]}, {}, ("Kim",)),
        ({"author": {"name": "Kim"}}, {"authors": []}, ("Kim",)),
        ({"authors": [{"name": "Kim"}]}, {"author": {"name": "Li"}}, ("Li",)),
        ({"authors": "Kim"}, {}, ()),
    ],
)
def test_items_in_json_without_authors_have_those_of_their_feed(
    of_feed: dict[str, Any], of_item: dict[str, Any], names: tuple[str, ...]
) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "a"} | of_item]}
    (entry,) = read(json.dumps(feed | of_feed)).entries
    assert entry.authors == names


@pytest.mark.parametrize("name", ["title", "summary", "content_text"])
@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("if a<b and b>c: use <b> tag", "if a< b and b>c: use < b> tag"),
        ("1 < 2 <!-- and --> <3", "1 < 2 < !-- and --> <3"),
        ("see <https://o.example/>", "see <https://o.example/>"),
        ("a List<String> of C<T>", "a List<String> of C<T>"),
        ("AT&amp;T", "AT&T"),
        ("<p>marked <b>up</b></p>", "marked up"),
        ("marked<br>up", "marked up"),
    ],
)
def test_texts_in_json_that_are_plain_lose_no_words_as_tags(name: str, raw: str, shown: str) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{name: raw}]})
    (entry,) = read(body).entries
    assert one_line(entry.title or entry.summary, 1000)[0] == shown


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"id": "http://e.example/1"}, "http://e.example/1"),
        ({"id": "https://e.example/новини/1", "url": ""}, "https://e.example/новини/1"),
        ({"id": "https://e.example/1", "url": "/2"}, "https://news.example/2"),
        ({"id": "https://e.example/1", "external_url": "https://o.example/"}, "https://o.example/"),
        ({"id": "1"}, None),
        ({"id": "tag:e.example,1"}, None),
        ({"id": "https://"}, None),
    ],
)
def test_an_id_in_json_that_is_an_address_is_the_link_where_there_is_none(
    fields: dict[str, str], link: str | None
) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"title": "a"} | fields]})
    (entry,) = read(body).entries
    assert (entry.guid, entry.link) == (fields["id"], link)


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("write", ["{}", "<![CDATA[{}]]>"])
@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("&#55357;&#56832; КНДР", "😀 КНДР"),
        ("&#xD83D;&#xde00;", "😀"),
        ("&#0055357;&#xDE00;&#55356;&#57088;", "😀🌀"),
        ("&#55357; &#56832;", "\ufffd \ufffd"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55357;&#55357;&#56832;", "\ufffd😀"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_two_numbers_that_stand_for_one_character_are_that(
    raw: str, meant: str, write: str, quick: bool
) -> None:
    body = rss(f"<item><title>{write.format(raw)}</title></item>").encode()
    (entry,) = parse(body, "", URL, LIMITS, quick=quick).entries
    assert entry.title == meant


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>news@example.org (Иван Петров)</author>", ("Иван Петров",)),
        ("<author>Jo (noreply@example.org)</author>", ("Jo",)),
        ("<author>news@example.org</author>", ("news@example.org",)),
        ("<dc:creator>A</dc:creator><author>b@example.org (B)</author>", ("A", "B")),
    ],
)
def test_an_author_stands_once(author: str, names: tuple[str, ...]) -> None:
    item = f"<item><title>t</title>{author}</item>"
    body = f"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{item}</channel></rss>"
    for quick in (True, False):
        (entry,) = parse(body.encode(), "", "https://e.example/f", ParseLimits(), quick=quick).entries
        assert set(entry.authors) == set(names)


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("<!-- this was <!DOCTYPE rss -->", "one"),
        ("", "<![CDATA[<!DOCTYPE]]>"),
        ("", "<![CDATA[begin with <!DOCTYPE html in a page]]>"),
        ("", "<![CDATA[<!DOCTYPE html []]>"),
    ],
)
def test_who_only_speaks_of_document_types_loses_no_entries(before: str, text: str, quick: bool) -> None:
    entry = "<item><title>{}</title><description>{}</description></item>"
    items = [
        entry.format("One", text),
        entry.format("Two", "<![CDATA[two]]>"),
        entry.format("Three", "three"),
    ]
    document = f"<rss version='2.0'><channel><title>T</title>{before}{''.join(items)}</channel></rss>"
    found = parse(document.encode(), "", URL, ParseLimits(), quick=quick).entries
    assert [one.title for one in found] == ["One", "Two", "Three"]
    assert found[1].summary == "two"


@pytest.mark.parametrize("blank", ["&nbsp;", "&#160;", "&#x2003;", " ", "\u00a0"])
def test_a_blank_in_the_address_of_a_namespace_costs_nothing(blank: str) -> None:
    feed = rss("<item><title>Hello</title><x:y>z</x:y></item>")
    (entry,) = read(feed.replace("<rss", f"<rss xmlns:x='urn:my{blank}ns'")).entries
    assert entry.title == "Hello"
