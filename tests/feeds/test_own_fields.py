"""An entry is read as what stands right in it: not as the pictures, related articles and comments in it."""

import time

import pytest

from monitor.feeds.document.nesting import Nesting
from monitor.feeds.document.parse import ParseLimits, parse
from monitor.model import Entry

NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:yandex="http://news.yandex.ru" xmlns:rbc_news="https://www.rbc.ru" xmlns:turbo="http://turbo.yandex.ru"'
    ' xmlns:activity="http://activitystrea.ms/spec/1.0/" xmlns:x="https://x.example/"'
)
OWN = (
    "<title>Own</title><link>https://own.example/1</link><guid isPermaLink='false'>own</guid>"
    "<pubDate>Sun, 29 Nov 2026 12:16:00 +0300</pubDate><author>Own</author>"
    "<description>own words</description>"
)
OTHER = (
    "<title>Other</title><link>https://other.example/2</link><guid isPermaLink='false'>other</guid>"
    "<pubDate>Tue, 24 Nov 2020 12:16:00 +0300</pubDate><author>Other</author>"
    "<description>other words</description><content:encoded>many more other words</content:encoded>"
)
BOTH_WAYS = pytest.mark.parametrize("quick", [True, False], ids=["quick", "feedparser"])


def read(item: str, *, quick: bool) -> Entry:
    feed = f"<rss version='2.0' {NAMESPACES}><channel><title>F</title><item>{item}</item></channel></rss>"
    (entry,) = parse(feed.encode(), "text/xml", "https://f.example/", ParseLimits(), quick=quick).entries
    return entry


def read_atom(links: str, *, quick: bool) -> Entry:
    entry = f"<entry><title>T</title>{links}<id>urn:1</id></entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{entry}</feed>"
    (found,) = parse(feed.encode(), "text/xml", "https://f.example/", ParseLimits(), quick=quick).entries
    return found


@BOTH_WAYS
@pytest.mark.parametrize(
    "around", ["related", "yandex:related", "video", "image", "media:content", "post", "enclosure"]
)
def test_what_its_elements_tell_of_others_is_not_of_the_entry(around: str, quick: bool) -> None:
    own = read(OWN, quick=quick)
    assert read(f"{OWN}<{around}>{OTHER}</{around}>", quick=quick) == own
    assert read(f"<{around}>{OTHER}</{around}>{OWN}", quick=quick) == own
    assert read(f"<{around}><a>{OTHER}</a><a>{OTHER}</a></{around}>{OWN}", quick=quick) == own


@BOTH_WAYS
def test_the_description_of_a_picture_takes_no_words_from_the_entry(quick: bool) -> None:
    picture = "<media:content><media:description>A photo</media:description></media:content>"
    full = "<content:encoded>Read all of it on our site</content:encoded>"
    entry = read(f"{picture}<description>Troops in Kursk</description>{full}", quick=quick)
    assert (entry.summary, entry.body) == ("Troops in Kursk", "Read all of it on our site")
    assert read(f"<title>T</title>{picture}", quick=quick).summary == "A photo", "where there is nothing else"


@BOTH_WAYS
@pytest.mark.parametrize(
    "name", ["yandex:full-text", "rbc_news:full-text", "turbo:content", "fulltext", "full-text"]
)
def test_full_texts_of_other_namespaces_are_the_body(name: str, quick: bool) -> None:
    entry = read(f"{OWN}<{name}>Военные КНДР прибыли в Курскую область</{name}>", quick=quick)
    assert (entry.summary, entry.body) == ("own words", "Военные КНДР прибыли в Курскую область")


@BOTH_WAYS
def test_authors_may_be_listed(quick: bool) -> None:
    assert read("<title>T</title><authors><author>Kim</author></authors>", quick=quick).authors == ("Kim",)


@BOTH_WAYS
@pytest.mark.parametrize(
    "link",
    [
        "rel='alternate' type='text/html; charset=utf-8' href='https://a.example/1'",
        "rel='http://www.iana.org/assignments/relation/alternate' href='https://a.example/1'",
        "rel=' Alternate ' href='https://a.example/1'",
        "rel='' href='https://a.example/1'",
        "rel='alternate' type='application/pdf' href='https://a.example/1'",
        "rel='alternate' type='text/plain' href='https://a.example/1'",
    ],
)
def test_links_to_the_article_are_known_however_they_are_written(link: str, quick: bool) -> None:
    assert read_atom(f"<link rel='replies' href='https://a.example/2'/><link {link}/>", quick=quick).link == (
        "https://a.example/1"
    )


@BOTH_WAYS
@pytest.mark.parametrize(
    "link",
    [
        "<guid isPermaLink='True'>https://a.example/1</guid>",
        "<guid isPermaLink='false'>https://a.example/1</guid>",
        "<link>#</link><guid>https://a.example/1</guid>",
        "<link>\ufeffhttps://a.example/1</link>",
        "<link>\u200bhttps://a.example/1\u200b</link>",
    ],
)
def test_an_article_has_a_link_where_its_entry_has_an_address(link: str, quick: bool) -> None:
    assert read(f"<title>T</title>{link}", quick=quick).link == "https://a.example/1"


def read_broken(item: str) -> Entry:
    return read(f"{item}<x>", quick=True)


@pytest.mark.parametrize("name", ["yandex:full-text", "fulltext", "z:full-text"])
def test_full_texts_are_the_body_in_broken_documents_too(name: str) -> None:
    assert read_broken(f"<title>T</title><{name}>whole article</{name}>").body == "whole article"


@pytest.mark.parametrize(
    "item",
    [
        "<description>own words</descripton>{picture}",
        "<description>own words{picture}",
        "<media:description>m</media:descriptio><description>own words</description>",
    ],
)
def test_a_text_that_does_not_end_keeps_its_words(item: str) -> None:
    picture = "<media:content><media:description>m</media:description></media:content>"
    entry = read(f"<title>T</title>{item.format(picture=picture)}", quick=True)
    assert "own words" in entry.summary + entry.body


@BOTH_WAYS
def test_all_pictures_tell_what_they_show_where_there_is_nothing_else(quick: bool) -> None:
    pictures = "".join(f"<media:description>photo {n}</media:description>" for n in range(2))
    entry = read(f"<title>T</title><media:group>{pictures}</media:group>", quick=quick)
    assert entry.summary.split() == ["photo", "0", "photo", "1"]


@BOTH_WAYS
def test_what_is_listed_is_of_the_entry(quick: bool) -> None:
    entry = read("<title>T</title><contents><content>words</content></contents>", quick=quick)
    assert entry.body == "words"


BROKEN = pytest.mark.parametrize(
    "broken",
    ["{}<item><title>a&nbsp;b</title></item>", "{}<item><title>a</title><z:b>c</z:b></item>", "<br>{}</b>"],
    ids=["entity", "prefix", "unclosed"],
)
OWN_LINK = "https://own.example/1"


def first(item: str, broken: str) -> Entry:
    feed = f"<rss version='2.0' {NAMESPACES}><channel><title>F</title>{broken.format(f'<item>{item}</item>')}"
    document = f"{feed}</channel></rss>"
    return parse(document.encode(), "text/xml", "https://f.example/", ParseLimits()).entries[0]


@BROKEN
@pytest.mark.parametrize(
    "around", ["related", "yandex:related", "image", "media:content", "x:post", "activity:object", "z:b"]
)
def test_what_elements_tell_of_others_is_not_of_the_entry_in_broken_documents_too(
    around: str, broken: str
) -> None:
    own = read(OWN, quick=True)
    assert first(f"{OWN}<{around}>{OTHER}</{around}>", broken) == own
    assert first(f"<{around} a='b'>{OTHER}</{around}>{OWN}", broken) == own
    assert first(f"<{around}><a>{OTHER}</a><a>{OTHER}</a></{around}>{OWN}", broken) == own


@BROKEN
@pytest.mark.parametrize(
    "other",
    [
        "<yandex:related><link url='https://other.example/'>Other</link></yandex:related>",
        "<author><name>Own</name><link href='https://other.example/'/><title>Other</title></author>",
        "<x:a><a:link xmlns:a='http://www.w3.org/2005/Atom' href='https://other.example/'/></x:a>",
        "<x:a><d:title xmlns:d='http://purl.org/dc/elements/1.1/'>Other</d:title></x:a>",
        "<source url='https://other.example/'>Other</source>",
        "<source><title>Other</title><id>2</id><link href='https://other.example/'/></source>",
        "<description><div><b>own</b> <title>Other</title> <link>other</link> words</div></description>",
    ],
)
def test_a_broken_document_gives_what_it_gives_well_formed(other: str, broken: str) -> None:
    for item in (
        f"<title>T</title><link>{OWN_LINK}</link>{other}",
        f"{other}<title>T</title><link>{OWN_LINK}</link>",
    ):
        assert first(item, broken) == read(item, quick=False)
        assert (first(item, broken).title, first(item, broken).link) == ("T", OWN_LINK)


@pytest.mark.parametrize(
    "unclosed",
    [
        "<br>",
        "<enclosure url='https://other.example/'>",
        "<media:content url='https://other.example/'>",
        "<media:group>",
        "<atom:link rel='self' href='https://other.example/'>",
        "<source url='https://other.example/'>The Wire",
        "<image>",
        "<related>",
        "</related>",
        "</title>",
        "<related></author></related>",
        "<related><b></related>",
        "<x:a><related></x:a></related>",
    ],
)
def test_what_never_ends_takes_nothing_of_its_entry(unclosed: str) -> None:
    own = read(OWN, quick=True)
    for item in (f"{unclosed}{OWN}", f"{OWN}{unclosed}"):
        assert first(item, "{}" + f"<item>{OTHER}</related></item>") == own
        assert first(f"{item}<related>{OTHER}</related>", "{}<item>&nbsp;</item>") == own


@pytest.mark.parametrize(
    "link", [f"<link>{OWN_LINK}", f"<guid>{OWN_LINK}", f"<link href='{OWN_LINK}'>", f"<link>{OWN_LINK}<br>"]
)
def test_an_address_that_never_ends_ends_with_its_text(link: str) -> None:
    assert first(f"{link}<description>own</description>", "{}<item>&nbsp;</item>").link == OWN_LINK


@pytest.mark.parametrize("name", ["source", "image", "related", "category"])
def test_what_stands_behind_an_element_without_an_end_takes_the_place_of_nothing(name: str) -> None:
    others = "<title>Other</title><link>https://other.example/</link><guid>other</guid>"
    assert first(f"{OWN}<{name}>{others}", "{}<item>&nbsp;</item>") == read(OWN, quick=True)


@pytest.mark.parametrize(
    "end", ["<email>b@c.example</email><updated>2026-11-29T12:16:00Z</updated></entry>", ""]
)
def test_an_author_that_never_ends_has_its_name(end: str) -> None:
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><author><name>Bob</name>{end}"
    (entry,) = parse(feed.encode(), "text/xml", "https://f.example/", ParseLimits()).entries
    assert (entry.title, entry.authors) == ("T", ("Bob",))


@pytest.mark.parametrize("end", ["", "</a:entry>"])
def test_entries_of_any_prefix_need_no_end(end: str) -> None:
    entries = "".join(
        f"<a:entry><a:id>{n}</a:id><a:title>T{n}</a:title><a:link href='/{n}'/>{end}" for n in (1, 2)
    )
    feed = f"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>F&nbsp;</a:title>{entries}</a:feed>"
    found = parse(feed.encode(), "text/xml", "https://f.example/", ParseLimits()).entries
    assert [(one.guid, one.title, one.link) for one in found] == [
        (f"{n}", f"T{n}", f"https://f.example/{n}") for n in (1, 2)
    ]


def test_many_authors_of_a_feed_take_no_time() -> None:
    authors = "".join(f"<author><name>a {n}</name></author>" for n in range(8_000))
    entries = "<entry><title>T</title></entry>" * 10_000
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{authors}{entries}</feed>".encode()
    begun = time.process_time()
    assert len(parse(feed, "text/xml", "https://f.example/", ParseLimits()).entries[0].authors) == 50
    assert time.process_time() - begun < 6, "it was 14 s"


def test_an_entry_begins_afresh_whatever_did_not_end_before_it() -> None:
    before = "<item><title>T</title><related><source>a<image><author></item>"
    feed = f"<rss version='2.0' {NAMESPACES}><channel>{before}<item>{OWN}</item></channel></rss>"
    entries = parse(feed.encode(), "text/xml", "https://f.example/", ParseLimits()).entries
    assert entries[1] == read(OWN, quick=True)


def closing(tags: str) -> str:
    """Return of tags like ``+a +b -a`` those starts that have an end."""
    nesting, names = Nesting(), list[str]()
    for tag in tags.split():
        (nesting.start if tag[0] == "+" else nesting.end)(tag[1:])
        names += [tag[1:]] if tag[0] == "+" else []
    return " ".join(name for name, closes in zip(names, nesting.closes, strict=True) if closes)


@pytest.mark.parametrize(
    ("tags", "meant"),
    [
        ("+a +b -b -a", "a b"),
        ("+a +b -a", "a"),
        ("+a +b -a -b", "a"),
        ("-a +a -a -a", "a"),
        ("+a +a -a", "a"),
        ("+item +a -item +item -a -item", "item item"),
        ("+item +a +item -a -item -a", "a item"),
        ("+channel +item -channel", ""),
        ("+channel +item +entry -item -channel", "channel item"),
    ],
)
def test_an_end_closes_what_is_open_in_its_entry(tags: str, meant: str) -> None:
    assert closing(tags) == meant


def atom(entry: str, way: str) -> Entry:
    more = "<entry><title>a&nbsp;b</title></entry>" if way == "broken" else ""
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry>{entry}</entry>{more}</feed>"
    return parse(feed.encode(), "", "https://f.example/", ParseLimits(), quick=way == "quick").entries[0]


ALL_WAYS = pytest.mark.parametrize("way", ["quick", "feedparser", "broken"])


@ALL_WAYS
@pytest.mark.parametrize(
    "kind", ["text/xml", "application/xml", "application/xml; charset=utf-8", "a/b.c+xml"]
)
@pytest.mark.parametrize(
    "text",
    [
        "<doc xmlns='urn:news'><p>own words</p><link>https://other.example/</link><id>2</id></doc>",
        "<n:doc xmlns:n='urn:news'><n:title>Other</n:title><n:p>own words</n:p><n:link>2</n:link></n:doc>",
        "<feed><title>Other</title><link>2</link><content>own words</content></feed>",
        "<nitf><body><body.content><block><p>own words</p></block></body.content></body></nitf>",
    ],
)
def test_what_an_xml_text_says_are_its_words_and_no_fields_of_the_entry(
    kind: str, text: str, way: str
) -> None:
    own = f"<title>Own</title><link href='{OWN_LINK}'/><id>urn:1</id>"
    content = f"<content type='{kind}'>{text}</content>"
    for entry in (atom(f"{own}{content}", way), atom(f"{content}{own}", way)):
        assert (entry.title, entry.link, entry.guid) == ("Own", OWN_LINK, "urn:1")
        assert "own words" in entry.body
        assert "body.content" not in entry.body, "there is no such element in HTML"


@BOTH_WAYS
def test_an_entry_in_the_text_of_another_is_none(quick: bool) -> None:
    text = "<entry><title>Other</title><id>2</id><content>own words</content></entry>"
    content = f"<content type='application/atom+xml'>{text}</content>"
    entry = atom(f"<title>Own</title>{content}<id>1</id>", "quick" if quick else "feedparser")
    assert (entry.title, entry.guid, "own words" in entry.body) == ("Own", "1", True)


@ALL_WAYS
def test_xml_in_name_only_stays_the_text_it_is(way: str) -> None:
    text = "<content type='text/xml'>&lt;p>own words&lt;/p></content>"
    assert atom(f"<title>Own</title>{text}", way).body == "<p>own words</p>"


@ALL_WAYS
@pytest.mark.parametrize("name", ["description", "summary", "content"])
def test_a_text_that_is_declared_to_be_xhtml_itself_is_read(name: str, way: str) -> None:
    text = f"<{name} xmlns='http://www.w3.org/1999/xhtml'><p>own <b>words</b></p></{name}>"
    own = f"<title>Own</title><link href='{OWN_LINK}'/>{text}"
    entry = atom(f"{own}<x>{text.replace('own', 'other')}</x>", way)
    assert "<p>own <b>words</b></p>" in entry.summary + entry.body
    assert "other" not in entry.summary + entry.body


@ALL_WAYS
@pytest.mark.parametrize(
    ("kind", "text", "body"),
    [
        ("image/jpeg", "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMC\nAgMDAwME", ""),
        ("application/octet-stream", "/9j/4AAQSkZJRgABAQ==", ""),
        ("application/json", "eyJhIjogIm93biB3b3JkcyJ9", '{"a": "own words"}'),
        ("application/x-news", "own words, as they are", "own words, as they are"),
        ("text/plain", "words", "words"),
    ],
)
def test_a_picture_in_place_of_a_text_is_no_text(kind: str, text: str, body: str, way: str) -> None:
    assert atom(f"<title>Own</title><content type='{kind}'>{text}</content>", way).body == body


@ALL_WAYS
@pytest.mark.parametrize(
    "lists",
    [
        "<authors/>",
        "<authors>Other</authors>",
        "<authors a='b'>Other</authors>",
        "<links></links>",
        "<links>https://other.example/</links>",
        "<tags a='b'/>",
        "<author_detail>Other</author_detail>",
        "<related><authors/><links/></related>",
    ],
)
def test_elements_named_as_lists_cost_no_feed(lists: str, way: str) -> None:
    own = f"<title>Own</title><link>{OWN_LINK}</link><category>a</category><author><name>Kim</name></author>"
    for item in (f"{lists}{own}", f"{own}{lists}"):
        entry = atom(item, way)
        assert (entry.title, entry.link, entry.authors) == ("Own", OWN_LINK, ("Kim",))


@BOTH_WAYS
def test_lists_of_a_feed_cost_it_no_entries(quick: bool) -> None:
    feed = "<rss version='2.0'><channel><links/><link>/</link><authors/><managingEditor>a</managingEditor>"
    document = f"{feed}<item>{OWN}</item></channel></rss>".encode()
    (entry,) = parse(document, "", "https://f.example/", ParseLimits(), quick=quick).entries
    assert entry.title == "Own"


@ALL_WAYS
@pytest.mark.parametrize(
    ("of_entry", "meant"),
    [
        ("", ("Kim", "Li")),
        ("<author><name>Own</name></author>", ("Own",)),
        ("<source><author><name>Other</name></author></source>", ("Other",)),
        ("<source><title>Other</title></source>", ("Kim", "Li")),
        ("<managingEditor>Own</managingEditor>", ("Own",)),
    ],
)
def test_an_entry_of_atom_has_the_authors_of_its_feed_where_it_has_none(
    of_entry: str, meant: tuple[str, ...], way: str
) -> None:
    of_feed = (
        "<i:owner xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'><i:name>Other</i:name></i:owner>"
        "<author><name>Kim</name></author><author><name>Li</name><email>li@f.example</email></author>"
    )
    entry = f"<entry><title>T</title>{of_entry}</entry>"
    more = "<entry><title>a&nbsp;b</title></entry>" if way == "broken" else ""
    for items in (f"{of_feed}{entry}{more}", f"{entry}{more}{of_feed}"):
        feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{items}</feed>"
        found = parse(feed.encode(), "", "https://f.example/", ParseLimits(), quick=way == "quick")
        assert found.entries[0].authors == meant


@BOTH_WAYS
def test_who_answers_for_a_channel_has_not_written_what_is_in_it(quick: bool) -> None:
    feed = f"<rss version='2.0' {NAMESPACES}><channel><title>F</title><managingEditor>Kim</managingEditor>"
    document = f"{feed}<item><title>T</title></item></channel></rss>".encode()
    (entry,) = parse(document, "", "https://f.example/", ParseLimits(), quick=quick).entries
    assert entry.authors == ()
