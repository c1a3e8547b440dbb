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


POLISH = "Północnokoreańscy żołnierze są już w Rosji"
TURKISH = "Kuzey Koreli işçiler Rusya’ya gitti, Erdoğan açıkladı"
FRENCH = "L'été à Paris, où l'œuvre coûte 5 €"
LATIN = [
    ("iso-8859-2", POLISH),
    ("windows-1250", POLISH),
    ("iso-8859-9", "İstanbul'da güneşli"),
    ("windows-1254", TURKISH),
    ("iso-8859-15", FRENCH),
    ("iso-8859-15", "DÉCÈS D'UN GÉNÉRAL"),
    ("iso-8859-1", "Straßenfeste"),
    ("macintosh", "Größe über alles"),
    ("windows-1257", "Šiaurės Korėjos kariai"),
    ("windows-1253", "Βόρεια Κορέα"),
]
LIES = (
    "iso-8859-15 iso-8859-2 iso-8859-9 windows-1250 windows-1254 windows-1257 macintosh ibm437 utf-16".split()
)
SHORT = ["Войска", "ВОЙСКА", "МЧС", "ФСБ", "БАНК РОССИИ СОХРАНИЛ КЛЮЧЕВУЮ СТАВКУ"]
MARKS = {"UTF-8": b"\xef\xbb\xbf", "UTF-16 LE": b"\xff\xfe", "UTF-16 BE": b"\xfe\xff"}


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


@pytest.mark.parametrize("where", ["prolog", "header"])
@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1251", "win-1251 cp-1251 windows1251 Windows_1251 ansi-1251 WIN1251 x-cp1251 MS-Cyrillic"),
        ("koi8-r", "koi8 koi8r KOI-8 x-koi8r iso-ir-111"),
        ("koi8-u", "koi8u koi8-ru KOI8_RU"),
        ("iso8859-5", "iso88595 ISO-88595 iso-8859-5e"),
        ("cp866", "dos-866 cp-866 ibm_866"),
    ],
)
def test_few_words_are_read_by_whatever_name_is_meant(
    site: Server, reader: Reader, encoding: str, names: str, where: str
) -> None:
    for name in names.split():
        prolog, header = (name, "") if where == "prolog" else ("", name)
        for title in SHORT:
            body = document(title, prolog).encode(encoding)
            assert reader.titles(put(site, body, header)) == [title, "Second"]


@pytest.mark.parametrize("name", "csEUCKR ms_949 iso-ir-149 KSC-5601 windows949 euckr cp-949".split())
def test_few_syllables_are_read_by_whatever_name_is_meant(site: Server, reader: Reader, name: str) -> None:
    assert reader.titles(put(site, document("뷁", name).encode("cp949"))) == ["뷁", "Second"]


HEADLINES = [
    KOREAN,
    "尹 대통령 “北 파병” 규탄",
    "코스피 상승 마감",
    "손흥민 시즌 10호골",
    "쌀값 폭락에 뿔난 농민들",
    "캠핑족 늘자 텐트 매출 껑충",
    "뷰티업계, 콜라겐 제품 봇물",
]


@pytest.mark.parametrize("header", ["", "euc-kr"])
@pytest.mark.parametrize("declared", "gb2312 gbk gb18030 big5 shift_jis euc-jp".split())
def test_what_is_declared_as_chinese_or_japanese_may_be_ours(
    site: Server, reader: Reader, declared: str, header: str
) -> None:
    for title in HEADLINES:
        assert reader.titles(put(site, document(title, declared).encode("cp949"), header))[0] == title
    for encoding in ("cp1251", "koi8-r"):
        body = document(f"{RUSSIAN}, рад", declared).encode(encoding)
        assert reader.titles(put(site, body))[0] == f"{RUSSIAN}, рад"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("gb2312", "朝鲜工人抵达俄罗斯"),
        ("gb2312", "上海股市收盘上涨"),
        ("gb2312", "湖北省武汉市洪山区发生交通事故"),
        ("gb2312", "新闻"),
        ("gb2312", "He said “no” twice…"),
        ("big5", "聯合新聞網即時新聞"),
        ("big5", "北韓派遣工人前往俄羅斯"),
        ("shift_jis", "ロシア派遣の北朝鮮兵士"),
        ("shift_jis", "ﾆｭｰｽ速報"),
        ("shift_jis", "東京で震度四の地震がありました"),
        ("euc-jp", "ウクライナ情勢をめぐり国連安保理が会合"),
    ],
)
def test_chinese_and_japanese_stay_what_they_are(
    site: Server, reader: Reader, encoding: str, title: str
) -> None:
    want = unicodedata.normalize("NFC", title)
    for header in ("", encoding):
        assert reader.titles(put(site, document(title, encoding).encode(encoding), header)) == [
            want,
            "Second",
        ]


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


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("where", ["prolog", "header"])
@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("euc-kr", KOREAN),
        ("utf-8", KOREAN),
        ("iso-8859-2", POLISH),
    ],
)
def test_a_mark_that_does_not_belong_there_changes_nothing(
    site: Server, reader: Reader, encoding: str, title: str, where: str, mark: str
) -> None:
    prolog, header = (encoding, "") if where == "prolog" else ("", encoding)
    body = MARKS[mark] + document(title, prolog).encode(encoding)
    assert reader.titles(put(site, body, header)) == [title, "Second"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_of_two_marks_the_inner_one_is_right(site: Server, reader: Reader, encoding: str) -> None:
    body = MARKS["UTF-8"] + document(KOREAN).encode(encoding)
    assert reader.titles(put(site, body)) == [KOREAN, "Second"]


@pytest.mark.parametrize("text", [RUSSIAN, KOREAN, GERMAN])
def test_a_mark_is_believed_though_a_byte_is_broken(site: Server, reader: Reader, text: str) -> None:
    body = document(f"{text} |").encode("utf-8-sig").replace(b"|", b"\xff")
    assert reader.titles(put(site, body)) == [f"{text} \ufffd", "Second"]


@pytest.mark.parametrize("where", ["prolog", "header", "both"])
@pytest.mark.parametrize(("encoding", "title"), LATIN)
def test_other_letters_are_read_as_they_are_declared(
    site: Server, reader: Reader, encoding: str, title: str, where: str
) -> None:
    prolog, header = encoding if where != "header" else "", encoding if where != "prolog" else ""
    assert reader.titles(put(site, document(title, prolog).encode(encoding), header)) == [title, "Second"]


@pytest.mark.parametrize("declared", LIES)
@pytest.mark.parametrize(
    ("encoding", "title"),
    [("cp1251", RUSSIAN), ("cp1251", UKRAINIAN), ("koi8-r", RUSSIAN), ("cp949", KOREAN)],
)
def test_what_is_declared_as_latin_may_be_ours(
    site: Server, reader: Reader, encoding: str, title: str, declared: str
) -> None:
    body = document(title, declared).encode(encoding)
    assert reader.titles(put(site, body, declared)) == [title, "Second"]


@pytest.mark.parametrize("declared", ["in the prolog", "in the header", "in both"])
@pytest.mark.parametrize("title", SHORT)
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso-8859-5", "ibm866"])
def test_few_words_are_read_as_they_are_declared(
    site: Server, reader: Reader, encoding: str, title: str, declared: str
) -> None:
    prolog, header = (where.format(encoding) for where in DECLARED[declared])
    assert reader.titles(put(site, document(title, prolog).encode(encoding), header)) == [title, "Second"]


@pytest.mark.parametrize("before", ["", "\n", "  \r\n\t "])
@pytest.mark.parametrize("header", ["", "utf-8", "{}"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_are_seen_also_behind_blanks(
    site: Server, reader: Reader, encoding: str, header: str, before: str
) -> None:
    body = (before + document(KOREAN)).encode(encoding)
    assert reader.titles(put(site, body, header.format(encoding))) == [KOREAN, "Second"]


@pytest.mark.parametrize("zeros", range(6))
def test_zeros_before_a_feed_make_its_characters_no_wider(site: Server, reader: Reader, zeros: int) -> None:
    assert reader.titles(put(site, bytes(zeros) + document(RUSSIAN).encode())) == [RUSSIAN, "Second"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("johab", KOREAN),
        ("euc-kr", KOREAN),
        ("gb18030", "朝鲜工人抵达俄罗斯" * 6),
        ("shift_jis", "北朝鮮の労働者" * 8),
    ],
)
def test_one_broken_byte_spoils_no_other(site: Server, reader: Reader, encoding: str, text: str) -> None:
    body = document(f"{text} |", encoding).encode(encoding).replace(b"|", b"\xff")
    assert reader.titles(put(site, body, encoding)) == [f"{text} \ufffd", "Second"]
