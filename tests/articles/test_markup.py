"""What is markup goes, what is words stays, and what is broken costs no text."""

import time

import pytest

from monitor.articles.normalize import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Северная <noindex>Корея</noindex> отправила войска", "Северная Корея отправила войска"),
        ('<p class="MsoNormal">Северная<o:p></o:p> Корея</p>', "Северная Корея"),
        ('<st1:country-region w:st="on">North</st1:country-region> Korea', "North Korea"),
        ('<tg-emoji emoji-id="5368">🔥</tg-emoji> Военные КНДР', "🔥 Военные КНДР"),
        ('<lj-cut text="Дальше">Военные</lj-cut> <lj-cut text=Дальше>КНДР', "Военные КНДР"),
        ("<yandex:related/>Военные КНДР", "Военные КНДР"),
        ('<amp-youtube data-videoid="1"></amp-youtube>Военные', "Военные"),
        ('<svg viewBox="0 0 24 24"><g fill="none"><path d="M12 2C6"/></g></svg>Военные', "Военные"),
        ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "x=2"),
        ("<![if !supportLists]>1.<![endif]> Военные", "1. Военные"),
        ("<!--[if !mso]><!-->Военные<!--<![endif]--> КНДР", "Военные КНДР"),
        ("<!--[if gte mso 9]><xml>no</xml><![endif]-->Военные <!--[if x]-->КНДР", "Военные КНДР"),
        ("Военные <!--[if gte mso 9]><xml> <w:WordDocument> <w:View>КНДР</w:View>", "Военные КНДР"),
        ("&lt;tg-emoji emoji-id=&quot;5&quot;&gt;🔥&lt;/tg-emoji&gt; КНДР", "🔥 КНДР"),
        ("<NOINDEX>Корея</NoIndex>", "Корея"),
    ],
)
def test_tags_of_names_that_html_does_not_know_break_no_phrase(markup: str, text: str) -> None:
    assert plain_text(markup, 1000) == (text, False)


@pytest.mark.parametrize(
    "words",
    [
        "<АП통신> 북한군",
        "<AP통신> 북한군",
        "<AP> <속보> <K-POP> <F-16> <Re:Zero>",
        "a < b, a<b, a<3 and a<б",
        "<http://a.example/> <a.example/1/> <name@a.example>",
        "List<String> of Map<Key, Value>",
    ],
)
@pytest.mark.parametrize("tag", ["", "<br>", "<img src='1'>"])
def test_words_in_angle_brackets_stay(words: str, tag: str) -> None:
    assert plain_text(words + tag + " word", 1000)[0].split() == [*words.split(), "word"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<p><a href="http://x>Ссылка</a> Военные</p><p>КНДР</p>', "Ссылка Военные\nКНДР"),
        ('<a href="x>Ссылка</a> Военные <a href="y" title="z">КНДР</a>', "Ссылка Военные КНДР"),
        ("<p>Об'єднання <b class='x>КНДР</b> війська</p>", "Об'єднання КНДР війська"),
        ('<p><img src="1.jpg alt=x> Военные «КНДР»: "да"</p>', 'Военные «КНДР»: "да"'),
        ("Доля a<b военные КНДР в Курске", "Доля a<b военные КНДР в Курске"),
        ("Доля a<b военные <i>КНДР</i>, 5 > 3", "Доля a<b военные КНДР, 5 > 3"),
        ("<p>Начало</p><!-- реклама <p>Военные КНДР</p>", "Начало\nреклама\nВоенные КНДР"),
        ("<p <b>Военные</b> КНДР", "Военные КНДР"),
        ('Военные <img src="1.jpg" alt="КНДР в Кур', 'Военные alt="КНДР в Кур'),
        ('Troops <img alt="soldiers in Kur', 'Troops alt="soldiers in Kur'),
        ("Troops <a href='/x soldiers in Kursk", "Troops href='/x soldiers in Kursk"),
        ("x <b then <i>y</i>", "x < b then y"),
        ("<p Words <b>x</b>", "< p Words x"),
        ("</p Words <b>x</b>", "Words x"),
        ("a<b soldiers in Kursk", "a< b soldiers in Kursk"),
    ],
)
def test_a_quote_or_bracket_that_is_missing_costs_no_text(markup: str, text: str) -> None:
    assert plain_text(markup, 1000) == (text, False)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("share a<b soldiers <i>NK</i>, 5 > 3 rest", "share a< b soldiers NK, 5 > 3 rest"),
        ("share a<b<i> soldiers</i>, 5 > 3 rest", "share a< b soldiers, 5 > 3 rest"),
        ("a <b soldiers went &gt; Kursk", "a < b soldiers went > Kursk"),
        (
            '<p>Start <a href=/x North Korean soldiers</a> <b>went</b> <a href="/m">Read more &gt;&gt;</a>',
            "Start href=/x North Korean soldiers went Read more >>",
        ),
        ("<p align=center North <b>sent</b> to Kursk &gt; more", "align=center North sent to Kursk > more"),
        ("p <a few dollars, <b>soldiers</b> -> more", "p < a few dollars, soldiers -> more"),
        ("<div North Korean <br> soldiers <br> AP > TASS", "< div North Korean\nsoldiers\nAP > TASS"),
    ],
)
def test_what_stands_of_a_broken_tag_swallows_nothing_once_other_tags_are_gone(
    markup: str, text: str
) -> None:
    assert plain_text(markup, 1000) == (text, False)


@pytest.mark.parametrize(
    "cut",
    ["<b", "</", "</di", "<a hre", '<a href="http://a.ex', '<a href="x" tar', "<img width=5 src=", "<br /",
     '<figure class="wp-block-image size-la', '<p style="text-align: justify; te', "<p style='a: \"b c\"; te",
     '<img class="alignnone size-full wp-image-9', '<img srcset="https://a/1.jpg 300w, https://a/2.jpg 600w',
     '<td style="width:50.0%;padding:0cm 5.4pt 0cm', '<a href="https://e.example/a…', '<a href="/новости/во',
     '<a href="x" tar...', '<div class="td-post [...]', "<img width=5 [&hellip;]", "<video controls autopl",
     "<!--[if gte mso 9]><xml> <w:WordDocument> <w:V", "<!--[if gte mso"],
)  # fmt: skip
def test_a_tag_in_which_a_text_was_cut_goes(cut: str) -> None:
    assert plain_text(f"<p>Военные КНДР {cut}", 1000) == ("Военные КНДР", False)


def test_brackets_and_new_lines_within_a_quoted_value_are_part_of_it() -> None:
    markup = "<img alt=\"a>b\"/>x <img data-c=\"<p>no</p>\nno\" src='>'> y <a title = '>no' >z</a>"
    assert plain_text(markup, 1000)[0] == "x y z"


SHAPES = [
    "<", "<!", "<!--", "<!---", "&", "&lt;", "&lt;/", "&amp;amp;lt;", '"', "='", '="', "<a ", "<a b='\"",
    "</", "</a", "</a ", "<a b=\"<a c='x' \"", '<a b="<', '<a b=">" ', "<script", "<script ", "</script ",
    "<iframe>", "<iframe></iframe ", "<style/>", "<![CDATA[", "<![if ", "<!doctype ", "<?xml ", "<x-",
    "<!--[if ", "<!--[if x]>", ' id="', " id='\" id=\"'", " loop", "<b<", "<a b= '",
    "<x:y>", "<x a=1>", "<b>", "<table>", "<p\n", "--", "a", "<ж",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("start", ["", "<a ", '<a b="', "<!--", "<a id=\"' ", "<script>", "<" * 9 + "b>" * 9])
def test_hostile_markup_takes_linear_time(start: str, shape: str) -> None:
    # Of a tenth of a megabyte: what takes quadratic time takes many seconds here.
    markup = start + shape * (100_000 // len(shape))
    before = time.process_time()
    plain_text(markup, 20_000)
    assert time.process_time() - before < 1.0
