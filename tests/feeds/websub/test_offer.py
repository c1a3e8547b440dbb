"""Where a feed names its hub, both ways of reading it find it."""

import asyncio
import json
import time

import pytest
from pytest_httpserver import HTTPServer

from monitor.feeds.document.parse import ParseLimits, parse
from monitor.feeds.fetching.fetch import Fetcher, Limits
from monitor.feeds.websub.offer import MOST, HubOffer, links_of, offer_of
from monitor.guard import guarded_session

URL = "https://news.example/dir/feed.xml"
HUB, SELF = "https://hub.example/", "https://news.example/feed"
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
LINKS = f'<atom:link rel="hub" href="{HUB}"/><atom:link href="{SELF}" rel="self" type="application/rss+xml"/>'
ITEM = "<item><title>One</title><link rel='hub' href='https://item.example/'/></item>"
DOCUMENTS = {
    "rss": f'<rss version="2.0" {ATOM}><channel><title>t</title>{LINKS}{ITEM}</channel></rss>',
    "rss, at the end": f'<rss version="2.0" {ATOM}><channel><title>t</title>{ITEM}{LINKS}</channel></rss>',
    "rss, links of its own": f'<rss version="2.0" {ATOM}><channel>{LINKS}{ITEM}</channel></rss>'.replace(
        "atom:link", "link"
    ),
    "rdf": f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {RDF} {ATOM}>'
    f'<channel rdf:about="/c"><title>t</title>{LINKS}</channel>{ITEM}</rdf:RDF>',
    "atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{LINKS}'.replace("atom:", "")
    + '<entry><title>One</title><link rel="hub" href="https://item.example/"/></entry></feed>',
}

FLOODS = [part * (60_000 // len(part)) for part in ("<a>,", "<", '<>"', "<a>;", "<a>;x=", "<a>; ", '<a>;"<')]
"""Each as long as a header may be."""


@pytest.mark.parametrize("quick", [True, False], ids=["quick", "feedparser"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_names_its_hub(name: str, *, quick: bool) -> None:
    found = parse(DOCUMENTS[name].encode(), "", URL, ParseLimits(), quick=quick)
    assert (found.offer, found.quick) == (HubOffer((HUB,), SELF), quick)


def test_a_json_feed_names_its_hub() -> None:
    hubs = [{"type": "rssCloud", "url": "https://x.example/"}, {"type": "WebSub", "url": HUB}, 1]
    feed = {"version": "https://jsonfeed.org/version/1.1", "feed_url": SELF, "items": [], "hubs": hubs}
    assert parse(json.dumps(feed).encode(), "", URL, ParseLimits()).offer == HubOffer((HUB,), SELF)


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "ftp://hub.example/", "https://", "https://h/a b", "https://[", "", None],
)
def test_what_is_no_address_is_no_hub(target: str | None) -> None:
    assert offer_of([("hub", target), ("self", target), ("hub", HUB)]) == HubOffer((HUB,))


def test_hubs_are_bounded_and_an_encrypted_one_goes_first() -> None:
    offer = offer_of([("hub", f"http://hub{n}.example/") for n in range(100)])
    assert (len(offer.hubs), offer.to_ask) == (MOST, offer.hubs)
    assert offer_of([("hub", "http://a.example/"), ("hub", HUB)]).to_ask == (HUB,)
    assert HubOffer().to_ask == ()


def fetched_offer(httpserver: HTTPServer, link: str) -> HubOffer:
    httpserver.expect_request("/feed").respond_with_data("x", headers={"Link": link})

    async def fetch() -> HubOffer:
        async with guarded_session(["localhost"], limit=1) as session:
            return (await Fetcher(session, Limits()).fetch(httpserver.url_for("/feed"))).offer

    return asyncio.run(fetch())


@pytest.mark.parametrize("link", [*FLOODS, *(f"<{HUB}>; rel=hub, {link}" for link in FLOODS)])
def test_a_flood_of_links_costs_no_time(link: str) -> None:
    before = time.process_time()
    found = offer_of(links_of([link] * 590, URL))
    assert time.process_time() - before < 1.0
    assert found.hubs in {(), (HUB,)}
    assert found.to_ask == ((HUB,) if "hub" in link else ())


def test_headers_name_the_hub(httpserver: HTTPServer) -> None:
    link = f'<{HUB}>; rel="hub", <{SELF}>; title="x"; rel=self, </next>; rel="next"'
    assert fetched_offer(httpserver, link) == HubOffer((HUB,), SELF)


@pytest.mark.parametrize(
    "link",
    [
        f"<http://[>; rel=hub, <{HUB}>; rel=hub",
        f'</feed,1>; title="a, <b>; rel=self"; REL=\'next\',<{HUB}> ; x; rel = "first hub" ; rel=self',
        f"<{HUB}>; title*=UTF-8''a,b; rel=hub, <other>; rel=search",
    ],
)
def test_a_hub_is_found_among_whatever_else_there_is(httpserver: HTTPServer, link: str) -> None:
    assert fetched_offer(httpserver, link) == HubOffer((HUB,))


@pytest.mark.parametrize("link", ["<http://[>; rel=hub", ";;;<", "<", '<>; rel="hub', "x" * 7000])
def test_a_broken_header_spoils_no_poll(httpserver: HTTPServer, link: str) -> None:
    assert fetched_offer(httpserver, link).topic is None


def test_headers_go_before_the_document() -> None:
    assert HubOffer((HUB,)).or_else(HubOffer(("https://other.example/",), SELF)) == HubOffer((HUB,), SELF)
