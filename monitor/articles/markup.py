"""HTML -> the text between its tags, with entities as they were. Pure.

What is broken costs no text: where a quote, a comment or a tag never closes, a bit of markup may show.
What else stands between angle brackets are words: Korean headlines are full of <AP통신>.
"""

import re
from collections.abc import Iterator

_BLOCK = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol option p pre "
    "section select summary table tbody td tfoot th thead title tr ul".split()
)
_INLINE = frozenset(
    "a abbr acronym amp-img applet area audio b base basefont bdi bdo big blink button canvas cite code col "
    "colgroup data datalist del dfn dialog dir em embed font frame frameset i img input ins kbd label link "
    "map mark marquee math meta meter nobr noembed nofollow noframes noindex noscript object optgroup output "
    "param picture plaintext progress q rp rt ruby s samp small source span strike strong sub sup svg "
    "template textarea time track tt u var video wbr xml xmp".split()
)
_OFFICE = ("m:", "o:", "st1:", "v:", "w:")
"""What the names of a word processor begin with."""
_DROPPED = frozenset({"script", "style", "iframe"})
"""Elements whose content is not shown."""
_INSTEAD = dict.fromkeys(_BLOCK, "\n") | dict.fromkeys(_INLINE, "")
"""What stands for a tag."""
_SIMPLE_TAG = re.compile(r'</?([a-zA-Z][a-zA-Z\d-]*+)(?: [a-zA-Z-]++="[^"<>]*+")*+ ?/?>', re.ASCII)
"""What needs no closer look if its name is known."""
_NAME = r"[a-z][\w-]*+(?::[\w-]++)?+"
# A value with brackets must be followed by what may follow one: else its quote is that of another tag.
_VALUE = "|".join(rf"{quote}(?:[^{quote}<>]*+{quote}|[^{quote}]*+{quote}(?=[ />]))" for quote in "\"'")
# From its name on a tag always matches, up to a bracket outside its quoted values: nothing is read twice.
_TAG = re.compile(
    rf"""<(?:
        (?P<slash>/?)(?P<name>{_NAME})(?=[ /<>]|\Z)(?![ ][^ -~])
            (?P<quoted>(?:[^<>"']*+(?:(?<==)|(?<==[ ]))(?:{_VALUE}))*+)(?P<rest>[^<>]*+)(?P<end>>?)
        | /\w{{0,10}}+(?![^<])
        | !---?> | (?P<comment>!--)(?:\[if\b[^][<>]*+(?:\]>|\]?\Z))?+
        | (?:!doctype\b|!\[(?:if|endif)\b|\?xml\b)[^<>]*+>
    )""",
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
_FIRST_ATTRIBUTE = re.compile(r" [a-z][\w:.-]*+=", re.IGNORECASE | re.ASCII)
_DOTS = r"(?:…|\.{3}|&hellip;|&\#8230;)"
_ATTRIBUTE = r"[ ][\w:.-]++=[!-~]*+"
_BROKEN = re.compile(rf"(?=.)(?:{_ATTRIBUTE})*+[ /]*", re.IGNORECASE | re.ASCII)
"""What a tag may have that the next one begins in: no words, but something, for «a<b<c» has no tag."""
_CUT = re.compile(
    rf"""(?:
            [ ](?:class|style|id|rel|srcset|sizes|data-[\w-]++|on[a-z]++)=(?:"[^"]*+|'[^']*+)\Z
            | [ ](?:href|src|action|poster)=["'][^ "']*+\Z
            | {_ATTRIBUTE}
            | [ ](?:allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|loop|muted|nowrap
                |playsinline|selected)(?=[ ]|\Z)
        )*+
        (?:[ ][a-z-]{{0,6}})?[ /]*(?:{_DOTS}|\[{_DOTS}\])?""",
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
"""What a tag may have where a text was cut within it: of values without an end those that hold no words."""
_CLOSED = re.compile(rf"</({_NAME}) ?>", re.IGNORECASE | re.ASCII)
_ENDS = {
    "!--": re.compile("(-)-!?>"),
    "script": re.compile(r"<(/)script\b(?:[^<>]*+>)?", re.IGNORECASE),
    "style": re.compile(r"<(/)style\b(?:[^<>]*+>)?", re.IGNORECASE),
    "iframe": re.compile(r"<(/?)iframe\b(?:[^<>]*+>)?", re.IGNORECASE),
}
"""What ends that which is not shown. There is no frame in a frame: a second start is no end."""


def is_element(name: str) -> bool:
    """Return whether HTML knows an element of this name."""
    return name.lower() in _INSTEAD or name.lower() in _DROPPED


def without_tags(text: str) -> str:
    """Return the text between the tags, a block on lines of its own; a text that has no tags keeps its lines.

    White space is single spaces and line feeds. Takes linear time.
    """
    flat = text.replace("\n", " ")
    bare = simply(flat)
    if "<" in bare:
        bare = "".join(_between_tags(flat))
    return text if bare == flat else bare


def simply(flat: str) -> str:
    """Return the text without its simple tags. If it still has a ``<``, there may be more to it."""
    return _SIMPLE_TAG.sub(lambda tag: _INSTEAD.get(tag[1].lower(), tag[0]), flat)


def _between_tags(text: str) -> Iterator[str]:
    """Yield what is between the tags, and what stands for them."""
    closed = frozenset(map(str.lower, _CLOSED.findall(text)))
    endless: set[str] = set()
    place = 0
    while tag := _TAG.search(text, place):
        yield text[place : tag.start()]
        end = _end(tag, endless)
        place = end.end() if end else tag.end()
        if not end:
            yield _in_place_of(tag, closed)
    yield text[place:]


def _end(tag: re.Match[str], endless: set[str]) -> re.Match[str] | None:
    """Return the end of what begins with the tag and is not shown; ``endless`` notes what has none."""
    kind = (tag["name"] or tag["comment"] or "").lower()
    if kind not in _ENDS or kind in endless or tag["slash"] or tag["end"] == "":
        return None
    if tag["rest"] and tag["rest"].endswith("/"):
        return None
    end = _ENDS[kind].search(tag.string, tag.end())
    if end is None:
        endless.add(kind)
    return end if end and end[1] else None


def _in_place_of(tag: re.Match[str], closed: frozenset[str]) -> str:
    """Return what stands for a tag: a line's end, a space, nothing, or its words if it is none."""
    if not tag["name"]:
        return ""
    name, rest = tag["name"].lower(), tag["rest"]
    if name in _DROPPED and not tag["slash"]:
        instead = " "
    elif name in _INSTEAD or tag["slash"] or name in closed or _is_telling(name, tag["quoted"] + rest):
        instead = _INSTEAD.get(name, "")
    else:
        return tag[0]
    what_may_be_left = _CUT if tag.end() == len(tag.string) else _BROKEN
    if tag["end"] or what_may_be_left.fullmatch(rest):
        return instead
    if tag["quoted"] or tag["slash"] or _FIRST_ATTRIBUTE.match(rest):
        return instead + rest
    # A tag that stands would find an end in the next round, when other tags are gone and entities resolved.
    return f"< {tag[0][1:]}"


def _is_telling(name: str, attributes: str) -> bool:
    """Return whether an unknown name, or what follows it, shows that it is one of markup."""
    return name.startswith(_OFFICE) or attributes.strip() == "/" or bool(_FIRST_ATTRIBUTE.match(attributes))
