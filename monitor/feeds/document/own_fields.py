"""Which elements tell of an entry: those right in it. Those nested in them tell of others. Pure."""

from collections.abc import Container
from functools import lru_cache
from typing import Any

_OWN = frozenset(
    """title dc:title description dc:description summary itunes:summary abstract content content:encoded body
    xhtml:body fullitem pubdate published issued dcterms:issued updated modified dc:date dcterms:modified
    created dcterms:created author dc:author dc:creator itunes:author guid id link
    xhtml:description xhtml:summary xhtml:content""".split()
)
"""What tells of that in which it stands."""
_KEPT = frozenset("authors contributors links tags publishers author_detail publisher_detail".split())
"""Under what feedparser keeps lists and the like: it fails where elements of these names have put a text."""
_OTHERS = "of_others"
XHTML = "application/xhtml+xml"
_IN_TEXT = "in text"
"""A prefix that no document can have."""
TEXT_OF_MEDIA = "media description"
"""Under which name the descriptions of pictures and films are kept: no element can have it."""
ITS_FEED = "its feed"
"""Under which name entries of Atom keep what is known of their feed."""
_TEXTS = {"description", "summary"}
_MOST_AUTHORS = 50
"""Of a feed, which all its entries may have."""


def take_what_is_its_own(parser: Any) -> None:  # noqa: ANN401
    """Have it take of an entry what stands right in it, not what its elements have: related articles for one.

    It is told the same in other names: what tells of something else has none that it knows, and full texts of
    other namespaces have that of the usual one. What stands in a text is a part of that whatever its name.
    """
    begin, start, end, start_item = (
        parser.__init__, parser.unknown_starttag, parser.unknown_endtag, parser._start_item,
    )  # fmt: skip

    def init(self: Any, *arguments: Any) -> None:  # noqa: ANN401
        begin(self, *arguments)
        self.path, self.way_to_entry, self.had = list[tuple[str, str]](), 0, set[str]()
        self.text_ends, self.may_be_of_others = True, False

    def start_tag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:  # noqa: ANN401
        name = _name_of(self, tag)
        if name == _OTHERS:
            attributes = [one for one in attributes if one[0].startswith("xmlns")]
        is_in_text = self.inentry and self.incontent
        if is_in_text:
            _take_as_markup(self.contentparams)
        self.path.append((tag, of_text(tag) if is_in_text and self.text_ends else name))
        start(self, name, attributes)

    def end_tag(self: Any, _tag: str) -> None:  # noqa: ANN401
        end(self, self.path.pop()[1])

    def start_entry(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        self.way_to_entry, self.had = len(self.path), set()
        self.hasContent = 0  # the feed's description would count as the first entry's
        start_item(self, attributes)

    parser.__init__, parser.unknown_starttag, parser.unknown_endtag = init, start_tag, end_tag
    parser._start_item = parser._start_entry = start_entry


def _name_of(parser: Any, tag: str) -> str:  # noqa: ANN401
    """Return by which name an element is taken; ``path`` has both names of those around it."""
    if parser.incontent:
        return tag.replace(".", "-")  # HTML has no such names: it would count as words
    if tag in _KEPT:
        return _OTHERS
    if not parser.inentry or parser.insource:
        return tag
    depth = len(parser.path) - parser.way_to_entry
    name = usual(parser, tag)
    is_own = depth == 0 or (depth == 1 and tag != "link" and parser.path[-1][0] == f"{tag}s")
    if is_own and not (parser.may_be_of_others and name in parser.had):
        parser.had.add(name)
        return _as_content(tag)
    return _OTHERS if name in _OWN or _as_content(tag) != tag else tag


def usual(parser: Any, tag: str) -> str:  # noqa: ANN401
    """Return the name of an element with the prefix that it usually has, if any."""
    name: str = parser._map_to_standard_prefix(tag).lstrip(":")
    return name


def of_text(tag: str) -> str:
    """Return the name by which an element within a text ends: it shall end no other than itself."""
    name = tag.rpartition(":")[2].replace(".", "-")
    return name if name == "div" else f"{_IN_TEXT}:{name}"  # there are rules for that one


def _take_as_markup(text: Any) -> None:  # noqa: ANN401
    """Have elements in a text be a part of it, be they of XHTML or of any other kind of XML."""
    text["base64"] = 0
    if text.get("type", "").endswith("xml"):
        text["type"] = XHTML


@lru_cache(maxsize=1_000)
def _as_content(tag: str) -> str:
    return "content:encoded" if is_full_text(tag.replace(":", "_")) else tag


def is_full_text(name: str) -> bool:
    """Return whether an element, ``yandex_full-text`` for one, holds the whole article."""
    return name == "turbo_content" or name.rpartition("_")[2] in {"full-text", "fulltext"}


def take_texts_of_xhtml(mixin: Any) -> None:  # noqa: ANN401
    """Have it take texts that are declared to be XHTML themselves, in place of what is in them."""
    for name in ("description", "summary", "content"):
        for way in ("start", "end"):
            setattr(mixin, f"_{way}_xhtml_{name}", getattr(mixin, f"_{way}_{name}"))


def with_their_feed(result: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which entries of Atom know their feed: who has written it has written them."""
    if (result.get("version") or "").startswith("atom"):
        authors, author = (dict.get(result["feed"], name) for name in ("authors", "author"))
        feed = {"authors": (authors or [])[:_MOST_AUTHORS], "author": author}
        for entry in result["entries"]:
            entry[ITS_FEED] = feed
    return result


def keep_texts_of_media_apart(mixin: Any) -> None:  # noqa: ANN401
    """Have descriptions of pictures stand for themselves: they would take the place of the entry's own."""
    end_entry = mixin._end_item

    def start(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        self.push_content(TEXT_OF_MEDIA, attributes, "text/html", 1)

    def end(self: Any) -> None:  # noqa: ANN401
        close(self, _TEXTS)  # in one that does not end, it began as a part of that
        if not self.elementstack or self.elementstack[-1][0] != TEXT_OF_MEDIA:
            return
        context = self._get_context()
        before = context.pop(TEXT_OF_MEDIA, "")
        context[TEXT_OF_MEDIA] = joined(before, self.pop_content(TEXT_OF_MEDIA))

    def close(self: Any, texts: Container[str]) -> None:  # noqa: ANN401
        """Take what was not closed as it stands: else its words were lost."""
        while self.elementstack and self.elementstack[-1][0] in texts:
            self.pop_content(self.elementstack[-1][0])

    def close_entry(self: Any) -> None:  # noqa: ANN401
        close(self, {TEXT_OF_MEDIA})
        end_entry(self)

    mixin._start_media_description, mixin._end_media_description = start, end
    mixin._end_item = mixin._end_entry = close_entry


def joined(before: str, text: str | None) -> str:
    """Return the descriptions of all pictures of an entry."""
    return "\n".join(filter(None, (before, text)))
