"""Feeds as the usual programs write them: each shape as a function of its entries."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from monitor.model import Entry

Shape = Callable[[Sequence[Entry]], str]
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def wordpress(entries: Sequence[Entry]) -> str:
    """Return RSS 2.0 as WordPress writes it."""
    items = "".join(
        f"""
	<item>
		<title>{escape(one.title)}</title>
					<link>{escape(one.link or "")}</link>
					<comments>{escape(one.link or "")}#respond</comments>
		<dc:creator><![CDATA[Olena Kovalenko]]></dc:creator>
		<pubDate>{_mail_date(one, number)}</pubDate>
				<category><![CDATA[World]]></category>
		<category><![CDATA[Україна]]></category>
		<guid isPermaLink="false">https://news.example/?p={escape(one.guid or "")}</guid>
					<description><![CDATA[{one.summary[:100]} [&#8230;]]]></description>
										<content:encoded><![CDATA[{one.summary}]]></content:encoded>
					<wfw:commentRss>{escape(one.link or "")}/feed/</wfw:commentRss>
			<slash:comments>{number}</slash:comments>
		<media:content url="https://img.example/{number}.jpg" medium="image" width="1200"><media:title
 type="html">Picture {number}</media:title></media:content>
	</item>"""
        for number, one in enumerate(entries)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
	xmlns:media="http://search.yahoo.com/mrss/">
<channel>
	<title>News Example</title>
	<atom:link href="https://news.example/feed/" rel="self" type="application/rss+xml" />
	<link>https://news.example</link>
	<description>All the news</description>
	<lastBuildDate>Sun, 01 Mar 2026 12:00:00 +0000</lastBuildDate>
	<language>en-US</language>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
	<sy:updateFrequency>
	1	</sy:updateFrequency>
	<generator>https://wordpress.org/?v=6.9</generator>
<image>
	<url>https://img.example/icon.png</url>
	<title>News Example</title>
	<link>https://news.example</link>
	<width>32</width>
	<height>32</height>
</image>{items}
</channel>
</rss>
"""


def outlet(entries: Sequence[Entry]) -> str:
    """Return RSS 2.0 as large outlets write it: pictures, a source, addresses as guids."""
    items = "".join(
        f"<item><title><![CDATA[{one.title}]]></title><link>{escape(one.link or '')}</link>"
        f'<guid isPermaLink="true">{escape(one.link or "")}</guid>'
        f"<description><![CDATA[{one.summary}]]></description><author>desk@news.example (The Desk)</author>"
        f"<pubDate>{_mail_date(one, number)}</pubDate><dc:date>{_iso_date(one, number)}</dc:date>"
        f'<enclosure url="https://img.example/{number}.jpg" length="1" type="image/jpeg"/>'
        f'<media:thumbnail url="https://img.example/{number}.jpg" width="240" height="135"/>'
        f'<media:group><media:credit role="photographer">X</media:credit></media:group>'
        f'<source url="https://wire.example/rss">The Wire</source></item>'
        for number, one in enumerate(entries)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet type="text/xsl" href="/feed.xsl"?>'
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        "<channel><title>Outlet</title><link>https://news.example</link><description/><ttl>15</ttl>"
        "<skipHours><hour>1</hour></skipHours><copyright>© Outlet</copyright>"
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
        f"<itunes:explicit>no</itunes:explicit>{items}</channel></rss>"
    )


def atom(entries: Sequence[Entry]) -> str:
    """Return Atom 1.0 as blogs and YouTube write it."""
    items = "".join(
        f"<entry><id>tag:news.example,2026:{escape(one.guid or '')}</id>"
        f'<title type="html">{escape(one.title)}</title>'
        f'<link rel="alternate" type="text/html" href="{escape(one.link or "")}"/>'
        f'<link rel="replies" href="{escape(one.link or "")}#comments" thr:count="{number}"/>'
        f"<author><name>Olena Kovalenko</name><uri>https://news.example/o</uri></author>"
        f"<published>{_iso_date(one, number)}</published><updated>{_iso_date(one, number)}</updated>"
        f'<category term="world"/><summary type="html">{escape(one.summary)}</summary>'
        f'<content type="html" xml:base="https://news.example/" xml:lang="en">{escape(one.body)}</content>'
        f"<media:group><media:title>Video</media:title><media:description>Words</media:description>"
        f'<media:community><media:statistics views="1"/></media:community></media:group></entry>'
        for number, one in enumerate(entries)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:media="http://search.yahoo.com/mrss/">'
        "<title>Blog</title><subtitle>Words</subtitle><id>https://news.example/</id>"
        '<link rel="self" href="https://news.example/atom"/><generator uri="https://x.example">X</generator>'
        "<author><name>Olena</name></author><updated>2026-03-01T12:00:00Z</updated>"
        f"{items}</feed>"
    )


def rdf(entries: Sequence[Entry]) -> str:
    """Return RSS 1.0."""
    items = "".join(
        f'<item rdf:about="{escape(one.link or "")}"><title>{escape(one.title)}</title>'
        f"<link>{escape(one.link or '')}</link><description>{escape(one.summary)}</description>"
        f"<dc:creator>Olena</dc:creator><dc:date>{_iso_date(one, number)}</dc:date></item>"
        for number, one in enumerate(entries)
    )
    listed = "".join(f'<rdf:li rdf:resource="{escape(one.link or "")}"/>' for one in entries)
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/rdf">'
        f"<title>RDF</title><link>https://news.example</link><description>x</description>"
        f"<dc:language>ko</dc:language><items><rdf:Seq>{listed}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )


SHAPES: tuple[Shape, ...] = (wordpress, outlet, atom, rdf)


def _when(entry: Entry, number: int) -> datetime:
    return entry.published or WHEN - timedelta(minutes=number)


def _mail_date(entry: Entry, number: int) -> str:
    return format_datetime(_when(entry, number))


def _iso_date(entry: Entry, number: int) -> str:
    return _when(entry, number).isoformat()
