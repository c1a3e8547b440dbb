"""Elements of feeds as feedparser takes them: attributes, texts, and what is passed over. Pure."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from monitor.feeds.document.lenient import borrowed
from monitor.feeds.document.names import Names, NotPlain

Attributes = Mapping[str, str]

PARTS = {
    "contributor": {"name", "email", "uri", "url"},
    "itunes_owner": {"itunes_name", "itunes_email"},
    "itunes_category": {"itunes_category"},
    "skiphours": {"hour"},
    "skipdays": {"day"},
    "items": {"rdf_seq", "rdf_bag", "rdf_li"},
}
"""Elements that have others in them, and are of no use to us."""
_NO_ATTRIBUTES: Attributes = {}
_TEXT_TYPES = {"text", "plain", "html", "text/plain", "text/html"}


def attributes_of(element: Element) -> Attributes:
    """Return the attributes under feedparser's names, which forget some prefixes."""
    if not element.attrib:
        return _NO_ATTRIBUTES
    attributes = {}
    for full, value in element.attrib.items():
        uri, _, name = full.rpartition("}")
        if uri:
            prefix = borrowed().namespaces.get(uri[1:].lower())
            name = f"{prefix}:{name}" if prefix else name
        attributes[name.lower()] = value
    if len(attributes) != len(element.attrib):
        raise NotPlain
    return attributes


def language_of(attributes: Attributes, outer: str | None) -> str | None:
    """Return the language within an element; an empty one ends that of the elements around."""
    own = attributes.get("xml:lang", attributes.get("lang"))
    return outer if own is None else own or None


def target_of(attributes: Attributes) -> str | None:
    """Return the address that a link has as an attribute."""
    return attributes.get("url", attributes.get("uri", attributes.get("href"))) or attributes.get("href")


def text_of(element: Element) -> str:
    """Return the text of an element that has no others in it."""
    if len(element):
        raise NotPlain
    return element.text or ""


def words_of(element: Element) -> str:
    """Return the text or HTML in an element, if that is what it holds."""
    if element.attrib:
        attributes = attributes_of(element)
        if "mode" in attributes or attributes.get("type", "text").lower() not in _TEXT_TYPES:
            raise NotPlain
    return text_of(element)


def pass_parts(names: Names, element: Element, key: str) -> None:
    """Pass over an element that may have some others in it."""
    for child in element:
        part = names.key(child.tag)
        if part not in PARTS[key]:
            pass_foreign(part, child)
        elif key in {"items", "itunes_category"}:
            pass_parts(names, child, key)
        else:
            text_of(child)


def pass_foreign(key: str, element: Element) -> None:
    """Pass over an element that only has attributes."""
    if "_" not in key or borrowed().knows(key) or len(element) or element.text or not element.attrib:
        raise NotPlain


def container_language(element: Element, language: str | None) -> str | None:
    """Return the language in an element, whose other attributes must be of no importance."""
    attributes = attributes_of(element)
    if not attributes:
        return language
    if not attributes.keys().isdisjoint({"base", "xml:base", "href", "lastmod"}):
        raise NotPlain
    return language_of(attributes, language)
