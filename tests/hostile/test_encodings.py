"""Texts in the encodings of our languages, whatever is declared of them."""

import unicodedata

import pytest

from tests.hostile.reader import Reader
from tests.hostile.server import Server, http, item, rss

RUSSIAN = "Северокорейские рабочие приехали в Донецк восстанавливать дома"
UKRAINIAN = "Північнокорейські робітники приїхали до Донецька, їх зустріли"
KOREAN = "북한 노동자들이 도네츠크에 도착했다고 매체가 보도했다"
GERMAN = "Über Größe – „naïve“ café"
TEXTS = [
    ("cp1251", RUSSIAN),
    ("cp1251", UKRAINIAN),
    ("cp1251", "ВОЙСКА КНДР В КУРСКЕ"),
    ("cp1251", "Войска"),
    ("koi8-r", RUSSIAN),
    ("koi8-u", UKRAINIAN),
    ("koi8-r", "ВОЙСКА КНДР В КУРСКЕ"),
    ("koi8-r", "Путин и Ким"),
    ("iso-8859-5", RUSSIAN),
    ("cp866", RUSSIAN),
    ("euc-kr", KOREAN),
    ("cp949", KOREAN),
    ("cp949", "尹 대통령 “北 파병”"),
    ("utf-16", RUSSIAN),
    ("utf-16-le", RUSSIAN),
    ("utf-16-be", KOREAN),
    ("utf-32", KOREAN),
    ("utf-32-le", RUSSIAN),
    ("utf-8", KOREAN),
    ("utf-8-sig", RUSSIAN),
    ("cp1252", GERMAN),
    ("iso-8859-1", "café Größe"),
]
DECLARED_ONLY = [("mac-cyrillic", "x-mac-cyrillic", RUSSIAN), ("cp949", "x-windows-949", KOREAN)]
DECLARED = {
    "nowhere": ("", ""),
    "in the prolog": ("{}", ""),
    "in the header": ("", "{}"),
    "in both": ("{}", "{}"),
    "wrongly in the prolog": ("utf-8", ""),
    "wrongly in the header": ("", "utf-8"),
    "as Latin in the header": ("", "iso-8859-1"),
    "as Cyrillic in both": ("windows-1251", "windows-1251"),
}


def put(site: Server, body: bytes, charset: str = "") -> str:
    kind = f"Content-Type: text/xml; charset={charset}" if charset else "Content-Type: text/xml"
    return site.put(http(body, "200 OK", kind))


def document(title: str, prolog: str = "") -> str:
    said = f'<?xml version="1.0" encoding="{prolog}"?>' if prolog else ""
    return said + rss(item(title), item("Second"))


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize(("encoding", "title"), TEXTS)
def test_a_title_comes_out_as_it_was_written(
    site: Server, reader: Reader, encoding: str, title: str, declared: str
) -> None:
    prolog, header = (where.format(encoding) for where in DECLARED[declared])
    body = document(title, prolog).encode(encoding)
    assert reader.titles(put(site, body, header)) == [title, "Second"]


@pytest.mark.parametrize(("encoding", "name", "title"), DECLARED_ONLY)
def test_a_name_that_only_browsers_know_is_understood(
    site: Server, reader: Reader, encoding: str, name: str, title: str
) -> None:
    assert reader.titles(put(site, document(title, name).encode(encoding))) == [title, "Second"]


def test_korean_mail_encoding_says_so_itself(site: Server, reader: Reader) -> None:
    assert reader.titles(put(site, document(KOREAN).encode("iso2022_kr"))) == [KOREAN, "Second"]


@pytest.mark.parametrize(
    ("text", "encoding"), [(RUSSIAN, "cp1251"), (UKRAINIAN, "koi8-u"), (KOREAN, "cp949")]
)
def test_one_entry_in_another_encoding_spoils_no_other(
    site: Server, reader: Reader, text: str, encoding: str
) -> None:
    body = rss(item(text), item("|")).encode().replace(b"|", text.encode(encoding))
    first, second = reader.titles(put(site, body))
    assert first == text
    assert "\ufffd" in second


CODECS = """rot13 zlib base64 hex bz2 uu quopri punycode idna unicode_escape raw_unicode_escape utf-7
    undefined mbcs oem string_escape unicode none ../../etc/passwd utf-8;x us-ascii windows-1251
    ks_c_5601-1987""".split()


@pytest.mark.parametrize("name", [*CODECS, "x" * 5000])
def test_a_codec_that_is_no_charset_changes_nothing(site: Server, reader: Reader, name: str) -> None:
    assert reader.titles(put(site, document(RUSSIAN).encode(), name)) == [RUSSIAN, "Second"]
    assert reader.titles(put(site, document(RUSSIAN, name).encode())) == [RUSSIAN, "Second"]


@pytest.mark.parametrize("prolog", ["", "utf-8"])
def test_bytes_that_mean_nothing_are_replaced(site: Server, reader: Reader, prolog: str) -> None:
    body = document("Good | news", prolog).encode().replace(b"|", b"\xff\xfe")
    assert reader.titles(put(site, body)) == ["Good \ufffd\ufffd news", "Second"]


@pytest.mark.parametrize("text", [RUSSIAN, KOREAN])
def test_a_character_that_was_cut_in_half_costs_no_other(site: Server, reader: Reader, text: str) -> None:
    body = document(f"{text} |").encode().replace(b"|", text[0].encode()[:1])
    assert reader.titles(put(site, body)) == [f"{text} \ufffd", "Second"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (unicodedata.normalize("NFD", "Київ й 북한"), "Київ й 북한"),
        ("тр\u200bанс\u00adпорт \u202eабв\u202c \ufeffx\u2060y", "транспорт абв xy"),
        ("북\u200d한\u3164 군", "북한 군"),
    ],
)
def test_what_cannot_be_seen_is_gone(site: Server, reader: Reader, raw: str, clean: str) -> None:
    assert reader.titles(put(site, document(raw).encode()))[0] == clean


def test_utf8_that_says_so_stays_so_though_some_bytes_are_broken(site: Server, reader: Reader) -> None:
    prolog = b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
    titles = b"".join(b"<item><title>It\x92s caf\xc3\xa9 %d</title></item>" % n for n in range(3))
    smile = b"<item><title>Flag \xed\xa0\xbd\xed\xb8\x80</title></item>"
    body = prolog + titles + smile + b"</channel></rss>"
    url = site.put(http(body, "200 OK", "Content-Type: text/xml; charset=utf-8"))
    assert reader.titles(url) == [*(f"It\ufffds caf\xe9 {n}" for n in range(3)), "Flag \U0001f600"]
