"""Addresses of articles: one to show, and one form of it to compare. Pure."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

_TRACKING = frozenset(
    """_ga _gl _hsenc _hsmi _openstat at_campaign at_campaign_type at_custom1 at_custom2 at_custom3
    at_custom4 at_link_id at_link_origin at_link_type at_medium at_ptr_name cmp cmpid dclid fb_action_ids
    fb_source fbclid ftag gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig icid igsh igshid ito
    mc_cid mc_eid mibextid mkt_tok msclkid ncid ns_campaign ns_linkname ns_mchannel ns_source oc partner rcid
    reflink s_cid smid smtyp spm sr_share srnd sref taid traffic_source ttclid twclid vero_id wbraid wt_mc
    wt_zmc xtor yclid ymclid ysclid""".split()
)
_TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "matomo_", "piwik_")
_SESSIONS = frozenset({"cfid", "cftoken", "jsessionid", "phpsessid"})
"""Names of what tells one visitor from others. Those of old ASP have letters of their own behind."""
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_WRAPPERS = re.compile(r"(?:www\.)?(?:google(?:\.[a-z]{2,3}){1,2}/url|bing\.com/news/apiclick\.aspx)")
"""Where links of Google Alerts and of Bing's news lead first."""
_SAYS_RSS = frozenset(
    {"channel", "emc", "feed", "from", "mod", "origin", "partner", "ref", "source", "src", "via"}
)
"""Names that only track where the value speaks of the feed: ``from=rss``."""
_ORDINARY = re.compile(r"https?(://[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?((?:/[A-Za-z0-9._~-]+)*))/?", re.ASCII)
"""Addresses in which there is nothing to set right."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_IP6 = re.compile(r"[0-9a-f:.]{2,45}")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SLASHES = re.compile("//+")
_BREAKS = re.compile(
    r"[\x00-\x20\x7f-\xa0\u2028\u2029\u3000]+\Z|^[\x00-\x20\x7f-\xa0\u2028\u2029\u3000]+|[\t\n\r]"
)
_KEPT = "%/:@!$&'()*+,;=?~|"
"""What ``quote`` leaves alone; | because half of all browsers do."""
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{5,20}(?![0-9A-Za-z])")
_ARTICLE = re.compile(r"/articles?[-_]([0-9]{5,20})(?![0-9A-Za-z])", re.IGNORECASE)
_AT_BEGIN = re.compile(r"\A[0-9]{5,20}(?![0-9A-Za-z])")
_AT_END = re.compile(r"(?<![0-9A-Za-z])[0-9]{5,20}(?=(?:\.[A-Za-z]{2,5})?\Z)")
_ID_NAMES = frozenset(
    """aid article article_id articleid doc_id docid element_id id idx idxno ncd newsid news_id nid no num p
    seq story_id storyid u""".split()
)
_MOMENT = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-3][0-9](?:[0-9]{4}(?:[0-9]{2})?)?)?")
"""A month, a day, or that with a time."""
LONGEST_HOST = 253


def web_url(url: str) -> str | None:
    """Return an address as a link may have it: http or https, a host, no login, ASCII; else ``None``.

    What it points at is unchanged. It is fit for an href, but still to be escaped there.
    """
    return url if _ordinary(url) else _web_url(url)


def _web_url(url: str) -> str | None:
    parts = _split(url)
    if parts is None:
        return None
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return _joined(parts.scheme, parts.netloc.removesuffix(usual), parts)


def canonical_url(url: str) -> str | None:
    """Return the form of an address that all its spellings share, or ``None`` if it is no article's.

    http counts as https, and the ports of both as none. Gone are the login, tracking parameters, the ids of
    sessions, doubled and closing slashes, and the fragment unless it leads to a page (``#!``, ``#/``).
    Parameters are sorted by name, percent-encoding is made the same. Of a link by way of a search engine it
    is the address it leads to. www., mobile and AMP addresses remain their own. A host with neither path nor
    query is an outlet, not an article. The form is for comparing, not for clicking.
    """
    found = _ordinary(url)
    if found is None:
        return _canonical_url(url)
    return f"https{found[1]}" if found[2] else None


def article_number(url: str | None) -> str:
    """Return the number by which a site knows an article, where its address has one; else nothing.

    It is a whole number of five digits or more that is no date: one that the address calls the article's
    (``article-15338901``); else at the end or the beginning of the last part of the path, for those within
    are the headline's; or else in the parameter that is named like ids, if there is one such.
    """
    if told := _called_article(url):
        return told
    path, query = _path_and_query(url)
    last = path.rstrip("/").rpartition("/")[2]
    found = [
        number[0]
        for at in (_AT_END, _AT_BEGIN)
        if (number := at.search(last)) and not _MOMENT.fullmatch(number[0])
    ]
    if not found and query:
        ids = [value for name, value in parse_qsl(query) if name.lower() in _ID_NAMES]
        found = _numbers(ids[0]) if len(ids) == 1 else []
    return max(found, key=len, default="")


def twin_url(url: str | None) -> str | None:
    """Return an address with ``www.`` if it has none, or else without: sites move from one to the other."""
    scheme, found, place = (url or "").partition("://")
    bare = place.removeprefix("www.")
    return f"{scheme}://{bare if bare != place else f'www.{place}'}" if found else None


def calls_it_article(url: str | None) -> bool:
    """Return whether an address says in words that its number is that of an article."""
    return bool(_called_article(url))


def _called_article(url: str | None) -> str:
    path, _ = _path_and_query(url)
    found = _ARTICLE.search(path)
    return found[1] if found else ""


def _path_and_query(url: str | None) -> tuple[str, str]:
    """Return both without looking closer: nothing is set right, and of a host alone both are empty."""
    _, _, place = (url or "").partition("://")
    address, _, query = place.partition("#")[0].partition("?")
    _, slash, path = address.partition("/")
    return slash + path, query


def _numbers(text: str) -> list[str]:
    numbers: list[str] = _NUMBER.findall(text)
    return [number for number in numbers if not _MOMENT.fullmatch(number)]


def _ordinary(url: str) -> re.Match[str] | None:
    """Return the parts of an address in which there is nothing to set right."""
    return None if ".." in url or len(url) > LONGEST_HOST else _ORDINARY.fullmatch(url)


def _canonical_url(url: str) -> str | None:
    parts = _split(url)
    if parts is None:
        return None
    if within := _wrapped(parts):
        return canonical_url(within)
    query = "&".join(sorted(filter(_tells, parts.query.split("&")), key=lambda pair: pair.partition("=")[0]))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    path = _SLASHES.sub("/", _SESSION_IN_PATH.sub("", parts.path)).rstrip("/")
    if not (path or query or fragment.strip("!/")):
        return None
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return _joined(
        "https", f"{parts.hostname}{port}", parts._replace(path=path, query=query, fragment=fragment)
    )


@lru_cache(maxsize=1)  # the same address is asked for twice in a row: to show, and to compare
def _split(url: str) -> SplitResult | None:
    """Return the parts of a web address with a clean host and even percent-encoding, or ``None``."""
    try:
        parts = urlsplit(_BREAKS.sub("", url))
        host, _ = _host(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or host is None:
        return None
    port = "" if parts.port is None else f":{parts.port}"
    return SplitResult(
        parts.scheme, host + port, _encoded(parts.path), _encoded(parts.query), _encoded(parts.fragment)
    )


def _joined(scheme: str, netloc: str, parts: SplitResult) -> str:
    return parts._replace(scheme=scheme, netloc=netloc).geturl()


def _host(host: str) -> str | None:
    """Return the host in ASCII and lower case, or ``None`` if there can be none of that name."""
    if ":" in host:
        return f"[{host.lower()}]" if _IP6.fullmatch(host.lower()) else None
    if len(host) > LONGEST_HOST:
        return None
    name = host.lower().rstrip(".。")
    name = name if name.isascii() else name.encode("idna").decode("ascii").lower().rstrip(".")
    return name if _HOST.fullmatch(name) and ".." not in name else None


def _encoded(part: str) -> str:
    """Return a part with everything percent-encoded that must be, in capitals, and nothing that need not."""
    return _PERCENT.sub(_percent, quote(part, safe=_KEPT, errors="replace")) if part else ""


def _percent(found: re.Match[str]) -> str:
    if found[1] is None:
        return "%25"
    char = chr(int(found[1], 16))
    return char if _UNRESERVED.fullmatch(char) else f"%{found[1].upper()}"


def _wrapped(parts: SplitResult) -> str | None:
    """Return where a link leads that goes by way of a search engine."""
    if not _WRAPPERS.fullmatch(parts.netloc + parts.path):
        return None
    told = dict(parse_qsl(parts.query))
    found = told.get("url") or told.get("q") or ""
    within = _split(found)
    return found if within and not _WRAPPERS.fullmatch(within.netloc + within.path) else None


def _tells(pair: str) -> bool:
    """Return whether a parameter says anything about what the address points at."""
    name, _, value = pair.lower().partition("=")
    if not name or name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return False
    if name in _SESSIONS or name.startswith("aspsessionid"):
        return False
    return not (name in _SAYS_RSS and "rss" in value)
