"""A page on the web -> the text of its article. Pure; trafilatura is imported when first needed."""

import html
import importlib.util

from monitor.articles.normalize import plain_text


class NoExtractor(Exception):
    """trafilatura is not installed."""


def is_available() -> bool:
    """Return whether pages can be read at all."""
    return importlib.util.find_spec("trafilatura") is not None


def main_text(page: str, url: str, limit: int) -> tuple[str, bool]:
    """Return the article in a page, without menus, teasers and comments, and whether it was cut at ``limit``.

    The text is as ``normalize.plain_text`` makes it, a paragraph a line; it is empty if the page has no
    article. Raises ``NoExtractor``.
    """
    try:
        from trafilatura import extract
    except ImportError as error:
        raise NoExtractor("reading pages needs trafilatura: pip install 'monitor[full-text]'") from error
    text = extract(page, url=url, fast=True, include_comments=False, include_tables=False) or ""
    return plain_text("<br>".join(map(html.escape, text.splitlines())), limit)
