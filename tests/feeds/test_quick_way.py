"""Reading well-formed feeds the quick way gives what feedparser gives; what is not ordinary is left to it."""

from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from monitor.demo import samples
from monitor.errors import ParseError
from monitor.feeds.document.lenient import borrowed
from monitor.feeds.document.parse import ParsedFeed, ParseLimits, parse
from monitor.feeds.document.values import date, resolved
from tests.benchmarks.corpus import document
from tests.benchmarks.news import news
from tests.feeds.shapes import SHAPES, Shape

LIMITS = ParseLimits(max_entries=50, max_field=500)
URL = "https://news.example/dir/feed.xml"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
    "dcterms": "http://purl.org/dc/terms/",
    "yandex": "http://news.yandex.ru",
    "thr": "http://purl.org/syndication/thread/1.0",
}
UNUSUAL = {"dc": "d", "content": "c-1", "media": "мм", "atom": "A", "yandex": "Y"}
PIECES = [
    "North Korean troops",
    "Северокорейские рабочие",
    "북한 노동자",
    "é",
    "Ã©",
    "\x85",
    "\x92",
    " ",
    "\n\t",
    "\xa0",
    "<p>one</p>",
    "<b>",
    "</div>",
    "<br/>",
    "&amp;",
    "&lt;i&gt;",
    "&nbsp;",
    "&#x41;",
    "&#55296;",
    "]]",
    "'",
    '"',
    "https://news.example/a?b=1&c=2",
    "/path",
    "tag:x,2026:1",
    "a@b.example (Name)",
    "Name <a@b.example>",
    "()",
    "😀",
    "\u200b",
    "x" * 600,
]
DATES = [
    "Sun, 01 Mar 2026 12:00:00 GMT",
    "Sun, 01 Mar 2026 21:00:00 +0900",
    "2026-03-01T12:00:00Z",
    "2026-03-01",
    "2026-03-01T12:00:00.123-05:30",
    "Sun, 1 Mar 2026 12:00 EST",
    "Fri, 2006/13/15 08:19:53 EDT",
    "yesterday",
    "Sun, 01 Mar 2026 24:00:00 GMT",
    "2026-13-01T12:00:00Z",
    "Mar, 01 03 2026 10:00:00 +0000",
    "",
    "20260301",
    "2026년 03월 01일 12:00:00",
    "Mon, 31 Feb 2026 10:00:00 GMT",
]
LINKS = [
    "https://news.example/a",
    "http://news.example/a?b=1&c=2#d",
    "a",
    "/a/../b",
    "//host/x",
    "",
    "?",
    "#",
    "https://",
    "HTTPS://News.Example/A",
    "https:///a",
    "https://h/a?",
    "https://h/a#",
    "https://h//a",
    "javascript:alert(1)",
    "https://h:80/a;b",
    "https://h/a%20b",
    "https://[::1",
    "http://дом.example/ü",
    " https://h/a ",
    "tag:x,2026:1",
    "https://h/?a=1&amp;b=2",
    "https://h/?a;b&c;d",
    "12345",
    "x.html",
    "-_-",
    "mailto:a@b",
    "https://h/a?b?c",
]

texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
languages = st.sampled_from(["", ' xml:lang="ru"', ' xml:lang="en_US"', ' xml:lang=""', ' lang="ko"'])
rarely = st.integers(0, 9).flatmap(lambda one: st.just("") if one else languages)
types = st.sampled_from(
    [
        "",
        "",
        ' type="html"',
        ' type="text"',
        ' type="TEXT/HTML"',
        ' type="plain"',
        ' type="image/png"',
        ' type=""',
    ]
)


relations = st.sampled_from(['rel="alternate"', 'rel="self"', 'REL="Alternate"', 'title="x"'])
link_types = st.sampled_from(
    ['type="text/html"', 'type="TEXT/HTML"', 'type="application/json"', 'thr:count="1"', 'hreflang="en"']
)


@st.composite
def words(draw: st.DrawFn, of: st.SearchStrategy[str] = texts) -> str:
    """Return a text as it stands in XML: escaped, as CDATA, or with a comment in it."""
    text = draw(of)
    form = draw(st.sampled_from(["escaped", "escaped", "cdata", "both", "comment", "broken"]))
    if form == "cdata":
        return f" <![CDATA[{text}]]>\n"
    if form == "both":
        return f"{escape(text)}<![CDATA[{text}]]>{escape(text)}"
    if form == "comment":
        return f"{escape(text)}<!-- <item> --><?x y?>{escape(text)}"
    if form == "broken" and draw(st.integers(0, 9)) == 0:
        return text
    return escape(text)


@st.composite
def parts(draw: st.DrawFn) -> str:
    """Return one element of an entry."""
    name = draw(
        st.sampled_from(
            """title title dc:title media:title description description summary content content:encoded
            content:encoded media:description dc:description itunes:summary atom:summary atom:content rights
            itunes:subtitle""".split()
            + """link link atom:link guid guid id pubDate pubDate dc:date published updated dcterms:modified
            created dcterms:issued author dc:creator itunes:author person category media:group media:content
            source enclosure comments yandex:full-text thr:total unknown date url xhtml image contributor
            dc:language itunes:owner TITLE Guid nested""".split()
        )
    )
    mood = draw(st.integers(0, 60))
    attributes = (
        draw(languages)
        if mood < 6
        else ' xml:base="/b/"'
        if mood == 7
        else ' mode="base64"'
        if mood == 8
        else ""
    )
    match name.rpartition(":")[2].lower():
        case "link":
            target = escape(draw(st.sampled_from(LINKS)))
            key = draw(st.sampled_from(["", "href", "href", "url", "HREF"]))
            if not key:
                return f"<{name}{attributes}>{target}</{name}>"
            more = draw(st.permutations([f'{key}="{target}"', draw(relations), draw(link_types)]))
            return f"<{name}{attributes} {' '.join(more)}/>"
        case "guid" | "id":
            permanent = draw(
                st.sampled_from(["", ' isPermaLink="true"', ' isPermaLink="false"', ' ispermalink="TRUE"'])
            )
            return f"<{name}{permanent}{attributes}>{draw(words(st.sampled_from(LINKS) | texts))}</{name}>"
        case "pubdate" | "date" | "published" | "updated" | "modified" | "created" | "issued":
            return f"<{name}{attributes}> {escape(draw(st.sampled_from(DATES)))}\n</{name}>"
        case "person" | "contributor":
            tag = "author" if name == "person" else name
            inner = draw(
                st.lists(
                    st.sampled_from(
                        [
                            "<name>A &lt;a@b.example&gt;</name>",
                            "<name> B\x85 </name>",
                            "<email>a@b.example</email>",
                            "<uri>/x</uri>",
                            "text",
                            "<name/>",
                            "<url>u</url>",
                            '<yandex:x a="1"/>',
                            "<x/>",
                        ]
                    ),
                    max_size=3,
                )
            )
            return f"<{tag}{attributes}>{''.join(inner)}</{tag}>"
        case "group" | "nested":
            tag = "yandex:box" if name == "nested" else name
            inside = st.sampled_from(
                [
                    "<media:title>M</media:title>",
                    "<media:description>&lt;b&gt;D</media:description>",
                    "<yandex:x/>",
                    '<media:content url="x" lang="ko"/>',
                    "<media:credit>C</media:credit>",
                    "<title>T</title>",
                    "<yandex:y><media:title>deep</media:title></yandex:y>",
                    "<pubDate>2026-03-01</pubDate>",
                ]
            )
            return f"<{tag}{attributes}>{''.join(draw(st.lists(inside, max_size=3)))}</{tag}>"
        case "xhtml":
            return '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x<b>y</b></div></content>'
        case "image":
            return "<image><url>u</url><title>I</title><link>l</link></image>"
        case "title" | "description" | "summary" | "content" | "encoded" | "rights" | "subtitle":
            return f"<{name}{draw(types)}{attributes}>{draw(words())}</{name}>"
    return f"<{name}{attributes}>{draw(words())}</{name}>"


HEADS = [
    "<title>Feed</title>",
    "<title>First</title><title>Second</title>",
    "<media:title>M</media:title>",
    "<title/>",
    "<language>ru</language>",
    "<dc:language>ko</dc:language>",
    "<description>d</description>",
    "<itunes:summary/>",
    "<image><url>u</url><title>Image</title><link>l</link></image>",
    "<ttl>5</ttl><skipHours><hour>1</hour></skipHours>",
    '<atom:link href="/self" rel="self"/>',
    '<link rel="hub" href="https://hub.example/"/>',
    '<atom:link REL="HUB self" href="hub?a=1&amp;b=2" type="text/plain"/>',
    '<link rel="hub" url="https://other.example/" href="/x"/>',
    '<link rel="hub" url="">https://hub.example/?a=1&amp;amp;b=2</link>',
    '<link rel="hub" href="">x</link>',
    '<link rel="self" xml:base="/b/" href="c"/>',
    '<link rel="hub">https://hub.example/</link><link>https://news.example/</link>',
    "<managingEditor>a@b.example (N)</managingEditor>",
    "<category>c</category>",
    "<author><name>A</name></author>",
    "<itunes:owner><itunes:name>O</itunes:name></itunes:owner>",
    "<unknown>x</unknown>",
    "<itunes:category text='a'><itunes:category text='b'/></itunes:category>",
    "<lastBuildDate>x</lastBuildDate>",
    "<textInput><title>x</title></textInput>",
    "<cloud domain='x'/>",
    "<generator>g</generator>",
    "<date>2026</date>",
]


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    """Return a feed: mostly well-formed, with everything that feeds have, in any order."""
    kind = draw(st.sampled_from(["rss", "rss", "atom", "rdf"]))
    entry = "entry" if kind == "atom" else "item"
    head = "".join(draw(st.lists(st.sampled_from(HEADS), max_size=4)))
    items = [
        f"<{entry}{draw(rarely)}>{''.join(draw(st.lists(parts(), max_size=7)))}</{entry}>\n"
        for _ in range(draw(st.integers(0, 3)))
    ]
    tail = draw(st.sampled_from(["", "", "<title>Last</title>", "<description>late</description>"]))
    language = draw(languages)
    declared = " ".join(
        f'xmlns:{prefix}="{uri}"' for prefix, uri in draw(st.permutations(list(NAMESPACES.items())))
    )
    match kind:
        case "rss":
            version = draw(st.sampled_from(["2.0", "0.91", "0.92", "3", "2.0.1"]))
            inside = f"<channel>{head}{''.join(items)}{tail}</channel>"
            text = f'<rss version="{version}" {declared}{language}>{inside}</rss>'
        case "atom":
            inside = head + "".join(items) + tail
            text = f'<feed xmlns="http://www.w3.org/2005/Atom" {declared}{language}>{inside}</feed>'
        case _:
            text = (
                '<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
                'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                f'{declared}><channel rdf:about="/c">{head}{tail}</channel>{"".join(items)}</rdf:RDF>'
            ).replace(f"<{entry}>", '<item rdf:about="/a b">')
    if draw(st.integers(0, 4)) == 0:
        for prefix, other in UNUSUAL.items():
            text = text.replace(f"{prefix}:", f"{other}:").replace(f"xmlns:{prefix}=", f"xmlns:{other}=")
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "windows-1251"]))
    said = draw(
        st.sampled_from(["", '<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{encoding}"?>\n'])
    )
    return (said + text).encode(encoding, "xmlcharrefreplace")


def read(body: bytes, *, quick: bool) -> ParsedFeed | str:
    try:
        return parse(body, "", URL, LIMITS, quick=quick)
    except ParseError as error:
        return str(error)


def went_quick(body: bytes) -> bool:
    found = read(body, quick=True)
    return isinstance(found, ParsedFeed) and found.quick


@settings(max_examples=300, deadline=None)
@given(feeds())
def test_made_up_feeds_come_out_as_feedparser_reads_them(body: bytes) -> None:
    found = read(body, quick=True)
    event(f"quick: {isinstance(found, ParsedFeed) and found.quick}")
    assert found == read(body, quick=False)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None)
@given(feeds())
def test_many_made_up_feeds_come_out_as_feedparser_reads_them(body: bytes) -> None:
    assert read(body, quick=True) == read(body, quick=False)


def test_a_long_author_before_one_in_parts_comes_out_as_feedparser_reads_them() -> None:
    authors = f"<author>{'x' * 600}</author><author><email>a@b.example</email></author>"
    body = f"<rss version='2.0'><channel><item>{authors}</item></channel></rss>".encode()
    assert went_quick(body)
    assert read(body, quick=True) == read(body, quick=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_usual_programs_write_goes_the_quick_way(shape: Shape, encoding: str) -> None:
    text = shape([news(number) for number in range(20)])
    body = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding, "xmlcharrefreplace")
    assert went_quick(body)
    assert read(body, quick=True) == read(body, quick=False)


def test_the_feeds_of_the_benchmarks_go_the_quick_way() -> None:
    for body in (document(1, 20, news).encode(), document(2, 20).encode()):
        assert went_quick(body)
        assert read(body, quick=True) == read(body, quick=False)


@pytest.mark.parametrize("name", samples.names())
def test_sample_feeds_come_out_as_feedparser_reads_them(name: str) -> None:
    body = samples.render(name, datetime(2026, 3, 1, tzinfo=UTC)).body
    assert read(body, quick=True) == read(body, quick=False)
    # One is in JSON, and another has a tag that is not closed.
    assert went_quick(body) == (name not in {"orrery-institute", "crossroads-digest"})


RSS = "<rss version='2.0'{}><channel><title>T</title><item><title>one</title>{}</item></channel></rss>"
NOT_ORDINARY = {
    "entities that hold markup": '<!DOCTYPE rss [<!ENTITY x "<b>y</b>">]>'
    + RSS.format("", "<guid>&x;</guid>"),
    "an undefined entity": RSS.format("", "<guid>&nbsp;</guid>"),
    "what is not well-formed": RSS.format("", "<guid>a & b</guid><br>"),
    "a prefix without a namespace": RSS.format("", "<foo:bar>x</foo:bar>"),
    "a base": RSS.format(" xml:base='https://other.example/'", "<link>/a</link>"),
    "an empty link behind another": RSS.format("", "<link>/1</link><link>/2</link><link/>"),
    "XHTML": RSS.format(
        "", "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>x</div></content>"
    ),
    "markup that is not escaped": RSS.format("", "<description>a <b>b</b></description>"),
    "base64": RSS.format("", "<description mode='base64'>YQ==</description>"),
    "elements of no known namespace": RSS.format("", "<title xmlns='urn:x'>other</title>"),
    "a prefix that feedparser takes for another": RSS.format(
        " xmlns:dc='http://purl.org/rss/1.0/modules/content/' xmlns:d='http://purl.org/dc/elements/1.1/'",
        "<d:title>x</d:title><dc:encoded>y</dc:encoded>",
    ),
    "a prefix that stands for two namespaces": RSS.format(
        " xmlns:dc='urn:x' xmlns:d='http://purl.org/dc/elements/1.1/'", "<d:title>x</d:title><dc:y>z</dc:y>"
    ),
    "an entry in an entry": RSS.format("", "<item><title>two</title></item>"),
    "an image of an entry": RSS.format("", "<image><title>picture</title></image>"),
    "a name that feedparser knows under another": RSS.format("", "<date>2026-03-01</date>"),
    "a source with its own title": RSS.format("", "<source><title>x</title></source>"),
    "Atom 0.3": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>x</title></entry></feed>",
}


NAMES = " " + " ".join(f"xmlns:{prefix}='{uri}'" for prefix, uri in NAMESPACES.items())
QUIRKS = {
    "a second title": "<title>two</title>",
    "a title of a picture": "<media:group><media:title>two</media:title></media:group>",
    "a title after a source": "<source url='u'>wire</source><title>two</title>",
    "a second description": "<description>a</description><description>longer</description>",
    "a description of a picture": "<description>a</description><media:description>b</media:description>",
    "a description beside a content": "<description>a</description><content:encoded>b</content:encoded>",
    "a description after a content": "<content:encoded>bb</content:encoded><description>a</description>"
    "<itunes:summary>c</itunes:summary>",
    "a guid that is a link": "<guid>https://news.example/1</guid>",
    "a guid that is none": "<guid isPermaLink='false'>https://news.example/1</guid>",
    "a guid beside a link": "<link>https://news.example/2</link><guid>/1</guid>",
    "an empty link": "<link/><guid>/1</guid>",
    "a link with entities": "<link>https://news.example/?a=1&amp;amp;b=2&amp;c;</link>",
    "an address as an attribute": "<atom:link href='/a'/><atom:link rel='self' href='/b'/>",
    "an author with an address": "<author>a@b.example (Olena)</author>",
    "two kinds of authors": "<dc:creator>A</dc:creator><author><name>B</name><email>b@c</email></author>",
    "UTF-8 that was taken for Latin-1": "<description>CafÃ©</description>",
    "characters of Windows": "<description>one\x85 two\x92</description>",
    "several dates": "<dc:date>2026-03-02</dc:date><pubDate>Sun, 01 Mar 2026 12:00:00 -0300</pubDate>",
    "a language": "<media:title>x</media:title><dc:title xml:lang='ru_RU'>y</dc:title>",
}


@pytest.mark.parametrize("what", QUIRKS)
def test_quirks_of_feedparser_are_its_quirks_the_quick_way_too(what: str) -> None:
    for title in ("", "<title>one</title>"):
        rest = QUIRKS[what]
        body = RSS.format(NAMES, rest).replace("<title>one</title>", title).encode()
        assert went_quick(body)
        assert read(body, quick=True) == read(body, quick=False)


@pytest.mark.parametrize(
    "head",
    [
        "<title>one</title><title>two</title>",
        "<image><title>picture</title></image><title>two</title>",
        "<itunes:summary>s</itunes:summary><description>d</description>",
        "<language>ru</language><dc:language>ko</dc:language>",
    ],
)
def test_what_stands_before_the_entries_has_its_effect_on_them(head: str) -> None:
    entry = "<description>a</description><itunes:summary>b</itunes:summary>"
    body = RSS.format(NAMES, entry).replace("<title>T</title>", head).encode()
    assert went_quick(body)
    assert read(body, quick=True) == read(body, quick=False)


@pytest.mark.parametrize("quick", [True, False])
def test_how_an_entry_is_read_does_not_depend_on_its_place(quick: bool) -> None:
    """Else a feed whose new entry is the first makes an edit of the one that was."""
    entry = "<item><itunes:summary>a</itunes:summary><description>b</description></item>"
    head = "<itunes:summary>s</itunes:summary><description>d</description>"
    body = f"<rss version='2.0' {NAMES}><channel>{head}{entry * 3}</channel></rss>".encode()
    found = read(body, quick=quick)
    assert isinstance(found, ParsedFeed)
    assert len(found.entries) == 3
    assert len(set(found.entries)) == 1


@pytest.mark.parametrize("what", NOT_ORDINARY)
def test_what_is_not_ordinary_is_left_to_feedparser(what: str) -> None:
    body = NOT_ORDINARY[what].encode()
    assert not went_quick(body)
    found = read(body, quick=True)
    assert isinstance(found, ParsedFeed)
    assert found == read(body, quick=False)


def test_a_document_type_with_short_texts_goes_the_quick_way() -> None:
    declared = '<!DOCTYPE rss [<!ENTITY site "https://e.example"><!ENTITY nbsp "&#160;"><!ENTITY q "a>b\'">]>'
    rest = "<link>&site;/1?a=1&amp;b=2</link><description>&q;&nbsp;c</description><guid url='&q;'>1</guid>"
    body = (declared + RSS.format("", rest)).encode()
    assert went_quick(body)
    assert read(body, quick=True) == read(body, quick=False)


def test_a_date_that_feedparser_stumbles_over_loses_no_entry() -> None:
    bad = "<pubDate>Fri, 2006/13/15 08:19:53 EDT</pubDate>"
    for start in ("", "<!DOCTYPE rss>"):
        found = read((start + RSS.format("", bad)).encode(), quick=True)
        assert isinstance(found, ParsedFeed)
        assert [entry.title for entry in found.entries] == ["one"]


@given(
    st.sampled_from(LINKS) | st.text(st.sampled_from("ab/:?#;.&=-_%@ é"), max_size=12),
    st.sampled_from(["", "https://"]),
)
def test_addresses_are_resolved_as_feedparser_does_it(uri: str, start: str) -> None:
    assert resolved(URL, start + uri) == borrowed().resolve(URL, start + uri)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)),
    st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%A, %d-%b-%y %H:%M:%S"]
    ),
    st.sampled_from(["GMT", "Z", "+0300", "-05:30", "+9999", "EST", "", " GMT", " +0900", " -0430"]),
)
def test_dates_are_read_as_feedparser_does_it(moment: datetime, form: str, zone: str) -> None:
    value = moment.strftime(form) + zone
    found, expected = date(value), borrowed().date(value)
    if isinstance(found, datetime):
        assert found.replace(microsecond=0).utctimetuple()[:6] == expected[:6]
    else:
        assert found == expected
