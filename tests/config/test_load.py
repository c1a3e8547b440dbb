"""A folder becomes frozen values, or every problem at once."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.app import subscriptions_of
from monitor.config.files import watchlists
from monitor.config.load import feed_of, load, load_parts, load_settings, load_watchlist
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Unavailable
from monitor.model import Feed, Topic
from tests.config.folder import KEY, loaded, refused, written
from tests.files import no_more_files

MINUTE = timedelta(minutes=1)
SHIPPED = Path(__file__).parents[2] / "config"
WATCHLIST = """\
version: 1
owner: Asia desk
entities:
  boat: {en: [boat, ship*], any: [=Titanic], not: [gravy boat]}
topics:
  - {id: boats, name: Boats, severity: high, query: '@boat', alert: [desk]}
receivers:
  - {name: desk, email: {to: [a@b.c], digest: daily at 8:30, timezone: Europe/Kyiv}}
"""


def test_least_files_give_the_defaults(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {}).settings
    assert settings.poll.interval == timedelta(minutes=15)
    assert settings.poll.max_body == 15_000_000
    assert settings.data == tmp_path / "config" / "data"


def test_shipped_monitor_yaml_says_exactly_the_defaults() -> None:
    shipped = load(SHIPPED, {})
    assert shipped.settings.model_dump(exclude={"data"}) == Settings(version=1).model_dump(exclude={"data"})
    assert shipped.warnings == ()


def test_every_setting_is_in_the_shipped_monitor_yaml() -> None:
    lines = {line.strip() for line in (SHIPPED / "monitor.yaml").read_text("utf-8").splitlines()}
    names = list(Settings.model_fields)
    names += [
        name
        for field in Settings(version=1).__dict__.values()
        for name in getattr(field, "model_fields_set", ())
    ]
    assert [name for name in names if not any(line.startswith(f"{name}:") for line in lines)] == []


def test_shipped_files_load_without_any_environment() -> None:
    assert load(SHIPPED, {}).watchlist.topics


def test_that_too_many_files_are_open_is_no_mistake_in_one_of_them(tmp_path: Path) -> None:
    written(tmp_path, {})
    folder = tmp_path / "config"
    with no_more_files():
        for read in (load, load_parts, load_watchlist):
            with pytest.raises(Unavailable, match="ulimit"):
                read(folder, {})
        with pytest.raises(Unavailable):
            watchlists(folder, [])


def test_a_section_without_lines_means_its_defaults(tmp_path: Path) -> None:
    assert (
        loaded(tmp_path, {"monitor.yaml": "version: 1\npoll:\n  # timeout: 10s\n"}).settings.poll.per_host
        == 2
    )


def test_a_data_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {"monitor.yaml": "version: 1\ndata: ../kept\n"}).settings
    assert settings.data == tmp_path / "kept"


CERTIFICATE = """\
# Příklad: comments may be in any letters
-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIUWvdtdaEMFz36h3TIDaMiHIYYx6swCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjQxMjA4MDdaGA8yMTI2MTAzMTEyMDgwN1ow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI+Aqxb4MZ18
Vs9fnTU8tmkXq562o4psmeZBgiBM4G3nSRcWjLoXutmQcdjW3WcNKZq+nFMB17Iw
P6mLmTVi7r+jUzBRMB0GA1UdDgQWBBSXQS4qCC57nthncMPQXkmoACqjQjAfBgNV
HSMEGDAWgBSXQS4qCC57nthncMPQXkmoACqjQjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQDXzJQf73RVFLlJRvzsUQ0F/NUtF1rtX26P1k/2qJxO
TQIhAOaejbmbU27Jxu8dnAUpdErIXzvGSixpIZJ7KyzCJP+3
-----END CERTIFICATE-----
"""


def test_certificates_may_be_those_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text(CERTIFICATE)
    settings = loaded(tmp_path, {"monitor.yaml": "version: 1\nemail: {ca_file: ../own.pem}\n"}).settings
    assert settings.email.ca_file == tmp_path / "own.pem"


@pytest.mark.parametrize("host", ["mail.example.org", "mail", "127.0.0.1", "::1", "пошта.укр", "a_b.lan."])
def test_mail_servers_have_names_or_addresses(tmp_path: Path, host: str) -> None:
    settings = loaded(tmp_path, {"monitor.yaml": f"version: 1\nemail: {{host: '{host}'}}\n"}).settings
    assert settings.email.host == host


@pytest.mark.parametrize(
    "host", ["feeds.lan", "10.0.0.5:8080", "::1", "[::1]", "[::1]:80", "fe80::1:2", "a_b:1"]
)
def test_hosts_may_be_allowed_with_their_ports(tmp_path: Path, host: str) -> None:
    settings = loaded(tmp_path, {"monitor.yaml": f"version: 1\npoll: {{allow_hosts: ['{host}']}}\n"}).settings
    assert settings.poll.allow_hosts == (host,)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {}).settings
    with pytest.raises(ValidationError):
        settings.instance = "other"  # type: ignore[misc]


def test_a_watchlist_becomes_topics_entities_and_receivers(tmp_path: Path) -> None:
    config = loaded(tmp_path, {"watchlist.yaml": WATCHLIST})
    assert config.watchlist.topics == (Topic("boats", "@boat", "Boats", "high", ("desk",), "Asia desk"),)
    assert config.watchlist.entities == {
        "boat": {"en": ("boat", "ship*"), "any": ("=Titanic",), "not": ("gravy boat",)}
    }
    (desk,) = config.receivers
    assert desk.channel.digest == time(8, 30)
    assert desk.channel.timezone == "Europe/Kyiv"


def test_a_feed_becomes_the_feed_of_articles(tmp_path: Path) -> None:
    more = "language: uk, country: UA, kind: wire, family: Q"
    feeds = f"version: 1\nfeeds:\n  - {{outlet: B Z, url: 'https://b.z/f', {more}}}\n"
    (feed,) = loaded(tmp_path, {"feeds.yaml": feeds}).feeds
    assert feed_of(feed) == Feed("b-z", "https://b.z/f", "B Z", "uk", "UA", "wire", "Q")


@pytest.mark.parametrize(
    ("outlet", "expected"),
    [
        ("NK News", "nk-news"),
        ("Le Délit!", "le-delit"),
        ("연합뉴스", "yna-co-kr"),
        ("Газета.ru", "yna-co-kr"),
    ],
)
def test_a_feed_without_id_gets_one_from_its_outlet_or_host(
    tmp_path: Path, outlet: str, expected: str
) -> None:
    feeds = f"version: 1\nfeeds:\n  - {{outlet: '{outlet}', url: 'https://www.yna.co.kr/rss'}}\n"
    assert [feed.id for feed in loaded(tmp_path, {"feeds.yaml": feeds}).feeds] == [expected]


def test_no_and_dates_and_times_are_text_where_text_is_wanted(tmp_path: Path) -> None:
    values = "outlet: 12:30, language: no, country: NO, note: 2022-08-05"
    feeds = f"version: 1\nfeeds:\n  - {{url: 'https://a.b', {values}}}\n"
    (feed,) = loaded(tmp_path, {"feeds.yaml": feeds}).feeds
    assert (feed.outlet, feed.language, feed.country, feed.note) == ("12:30", "no", "NO", "2022-08-05")


def test_mistakes_of_all_files_are_reported_at_once_in_order(tmp_path: Path) -> None:
    problems = refused(
        tmp_path,
        {
            "monitor.yaml": "version: 1\npoll:\n  timeout: 5\n  pause: 1\ninstance: no way\n",
            "feeds.yaml": "version: 1\nfeeds:\n  - {outlet: A, url: 'ftp://a'}\n  - {outlet: A, kynd: 'x'}\n",
            "watchlist.yaml": "version: 1\ntopics:\n  - {id: a, query: '@b'}\n"
            "  - {id: A, query: ')'}\nreceivers: 5\n",
        },
    )
    assert [(problem.file.removeprefix("config/"), problem.line, problem.column) for problem in problems] == [
        ("monitor.yaml", 3, 12),
        ("monitor.yaml", 4, 3),
        ("monitor.yaml", 5, 11),
        ("feeds.yaml", 3, 22),
        ("feeds.yaml", 4, 5),
        ("feeds.yaml", 4, 17),
        ("watchlist.yaml", 3, 21),
        ("watchlist.yaml", 4, 10),
        ("watchlist.yaml", 4, 21),
        ("watchlist.yaml", 5, 12),
    ]


def test_a_file_that_is_no_yaml_does_not_hide_the_other_files(tmp_path: Path) -> None:
    problems = refused(
        tmp_path, {"monitor.yaml": "a: [\n", "feeds.yaml": "a: [\n", "watchlist.yaml": "a: [\n"}
    )
    assert [problem.file for problem in problems] == [
        "config/monitor.yaml",
        "config/feeds.yaml",
        "config/watchlist.yaml",
    ]


def test_a_bad_query_is_shown_with_a_caret_under_the_place(tmp_path: Path) -> None:
    query = "북한 AND (troops OR"
    (problem,) = refused(
        tmp_path, {"watchlist.yaml": f"version: 1\ntopics:\n  - id: a\n    query: '{query}'\n"}
    )
    shown, caret = problem.excerpt.splitlines()
    assert shown.strip() == f"query: '{query}'"
    assert set(caret) == {" ", "^"}


def test_missing_files_say_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(Path("config"), {})
    assert [problem.file for problem in caught.value.problems] == [
        "config/monitor.yaml",
        "config/feeds.yaml",
        "config/watchlist.yaml",
    ]
    assert all("monitor init" in problem.hint for problem in caught.value.problems)


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not exist; `monitor init"):
        load(tmp_path / "none", {})


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config" / "feeds.yaml").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"feeds\.yaml:1:1: this is a folder"):
        load(tmp_path / "config", {})


def test_yml_is_not_passed_over_silently(tmp_path: Path) -> None:
    folder = written(tmp_path, {"watchlist.yml": "version: 1\n"})
    (folder / "watchlist.yaml").unlink()
    with pytest.raises(
        ConfigError, match=r"watchlist\.yml:1:1: this file is not read; name it watchlist\.yaml"
    ):
        load(folder, {})


def several(parent: Path, files: dict[str, str]) -> Path:
    """Write a configuration whose watchlist is a folder."""
    folder = written(parent, {f"watchlist/{name}": text for name, text in files.items()})
    (folder / "watchlist.yaml").unlink()
    return folder


def test_a_watchlist_may_be_a_folder_whose_files_own_their_topics(tmp_path: Path) -> None:
    other = "version: 1\ntopics: [{id: trains, query: '@boat', alert: [desk]}]\n"
    config = load(several(tmp_path, {"sea.yaml": WATCHLIST, "land.yaml": other}), {})
    assert [(topic.id, topic.owner) for topic in config.watchlist.topics] == [
        ("trains", "land.yaml"),
        ("boats", "Asia desk"),
    ]


def test_one_address_in_two_spellings_is_one_feed_too_many(tmp_path: Path) -> None:
    urls = ("https://пример.рф/~x", "https://xn--e1afmkfd.xn--p1ai./%7Ex", "https://пример.рф/y")
    feeds = "".join(f"  - {{id: f{number}, outlet: A, url: '{url}'}}\n" for number, url in enumerate(urls))
    (problem,) = refused(tmp_path, {"feeds.yaml": f"version: 1\nfeeds:\n{feeds}"})
    assert str(problem) == (
        "config/feeds.yaml:4:30: the url is already at config/feeds.yaml:3:30; remove one of the two feeds"
    )


def test_names_that_two_files_define_are_reported_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(several(tmp_path, {"a.yaml": WATCHLIST, "b.yaml": WATCHLIST}), {})
    assert [str(problem).partition(";")[0] for problem in caught.value.problems] == [
        "config/watchlist/b.yaml:4:3: the entity `boat` is already at config/watchlist/a.yaml:4:3",
        "config/watchlist/b.yaml:6:10: the id `boats` is already at config/watchlist/a.yaml:6:10",
        "config/watchlist/b.yaml:8:12: the name `desk` is already at config/watchlist/a.yaml:8:12",
    ]


def test_a_watchlist_file_beside_a_watchlist_folder_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, {"watchlist/a.yaml": WATCHLIST})
    assert "keep one" in problem.hint


def test_what_has_no_effect_is_a_warning(tmp_path: Path) -> None:
    watchlist = (
        WATCHLIST.replace("'@boat', alert: [desk]", "boat")
        + "  - {name: hook, webhook: {url: 'https://a.b'}}\n"
    )
    warnings = loaded(tmp_path, {"watchlist.yaml": watchlist}).warnings
    assert [(warning.line, warning.message) for warning in warnings] == [
        (4, "the entity `boat` has no effect: no query uses it"),
        (6, "nobody is told of the topic `boats`: it has no receiver"),
        (8, "the receiver `desk` has no effect: no topic alerts it"),
        (9, "the receiver `hook` has no effect: no topic alerts it"),
        (9, "messages to this webhook are not signed"),
    ]


RECEIVER = "version: 1\ntopics: [{id: a, query: b, alert: [h]}]\nreceivers:\n  - name: h\n    "
FEED = "version: 1\nfeeds:\n  - {outlet: A, url: 'https://a.b', "


@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("feeds.yaml", "version: 1\nfeeds: []\n", "1:1", "there are no feeds"),
        ("feeds.yaml", FEED + "enabled: false}\n", "1:1", "no feed is enabled"),
        ("feeds.yaml", FEED + "language: kr}\n", "3:47", "did you mean `ko`?"),
        ("feeds.yaml", FEED.replace("https", "HTTP") + "verify_tls: false}\n", "3:48", "has no effect"),
        ("watchlist.yaml", WATCHLIST.replace("{en", "{kr"), "4:10", "did you mean `ko`?"),
        ("watchlist.yaml", WATCHLIST.replace("@boat'", "@boat NEAR3 sea'"), "6:60", "write NEAR/3"),
        ("watchlist.yaml", WATCHLIST.replace("@boat'", "@boat near12 sea'"), "6:60", "write NEAR/12"),
        ("watchlist.yaml", WATCHLIST.replace("@boat'", "@boat near sea'"), "6:60", "write NEAR/5"),
        ("watchlist.yaml", RECEIVER + "webhook: {url: 'https://a.b'}\n", "5:5", "not signed"),
        (
            "watchlist.yaml",
            RECEIVER + "email: {to: [a@b.c], timezone: Europe/Kyiv, digest: hourly}\n",
            "5:26",
            "daily at 08:30",
        ),
    ],
)
def test_what_is_hardly_meant_is_a_warning_at_its_place(
    tmp_path: Path, name: str, content: str, place: str, words: str
) -> None:
    (warning,) = loaded(tmp_path, {name: content}).warnings
    assert f"{warning.file}:{warning.line}:{warning.column}" == f"config/{name}:{place}"
    assert words in str(warning)


def test_a_watchlist_without_topics_is_a_warning(tmp_path: Path) -> None:
    (warning,) = loaded(tmp_path, {"watchlist.yaml": "version: 1\ntopics:\n"}).warnings
    assert "nothing will match" in warning.message


def test_the_watchlist_alone_needs_neither_other_files_nor_secrets(tmp_path: Path) -> None:
    hook = "  - {name: hook, webhook: {url: 'https://a.b', secret: '${NONE}'}}\n"
    folder = written(tmp_path, {"watchlist.yaml": WATCHLIST + hook})
    (folder / "monitor.yaml").unlink()
    (folder / "feeds.yaml").unlink()
    assert [topic.id for topic in load_watchlist(folder, {}).topics] == ["boats"]
    with pytest.raises(ConfigError, match="NONE"):
        load_watchlist(folder, {}, secrets=True)


def test_the_watchlist_alone_needs_no_receivers(tmp_path: Path) -> None:
    folder = written(tmp_path, {"watchlist.yaml": "version: 1\ntopics: [{id: a, query: b, alert: [desk]}]\n"})
    assert load_watchlist(folder, {}).topics


def version(parent: Path, watchlist: str) -> str:
    """Return the version of a watchlist."""
    return loaded(parent, {"watchlist.yaml": watchlist}).watchlist.version


def test_the_version_changes_with_topics_and_entities_only(tmp_path: Path) -> None:
    first = version(tmp_path, WATCHLIST)
    assert version(tmp_path, WATCHLIST.replace("a@b.c", "d@e.f").replace("Asia", "Other")) == first
    assert version(tmp_path, WATCHLIST.replace("ship*", "ships")) != first
    assert version(tmp_path, WATCHLIST.replace("'@boat'", "'@boat OR sea'")) != first


QUERIES = "queries:\n  crews: sailor OR query:officers\n  officers: >-\n    captain OR\n    mate\n"


def test_named_queries_are_read_and_belong_to_the_version(tmp_path: Path) -> None:
    named = WATCHLIST.replace("'@boat'", "'@boat query:crews'") + QUERIES
    read = loaded(tmp_path, {"watchlist.yaml": named})
    assert read.warnings == ()
    assert read.watchlist.queries == {"crews": "sailor OR query:officers", "officers": "captain OR mate"}
    assert version(tmp_path, named.replace("mate", "cook")) != read.watchlist.version
    assert version(tmp_path, WATCHLIST) == version(tmp_path, WATCHLIST + "queries: {}\n")


def test_a_named_query_may_be_in_another_file(tmp_path: Path) -> None:
    user = "version: 1\ntopics: [{id: a, query: 'query:crews'}]\n"
    config = load(several(tmp_path, {"a.yaml": user, "b.yaml": "version: 1\n" + QUERIES}), {})
    assert list(config.watchlist.queries) == ["crews", "officers"]


def test_a_name_that_two_files_give_a_query_is_reported_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(several(tmp_path, {"a.yaml": "version: 1\n" + QUERIES, "b.yaml": "version: 1\n" + QUERIES}), {})
    assert [str(problem).partition(";")[0] for problem in caught.value.problems] == [
        f"config/watchlist/b.yaml:{line}:3: the query `{name}` is already at config/watchlist/a.yaml:{line}:3"
        for line, name in ((3, "crews"), (4, "officers"))
    ]


def test_a_query_that_is_hardly_meant_or_unused_is_a_warning(tmp_path: Path) -> None:
    doubtful = "version: 1\ntopics: [{id: a, query: b}]\nqueries:\n  crews: sailor or mate\n"
    warned = loaded(tmp_path, {"watchlist.yaml": doubtful}).warnings
    assert [(one.line, one.column, one.message) for one in warned] == [
        (4, 3, "the query `crews` has no effect: no query uses it"),
        (4, 17, "or is looked for as a word"),
    ]


def test_two_webhook_secrets_sign_while_one_is_replaced(tmp_path: Path) -> None:
    hook = "version: 1\nreceivers: [{name: h, webhook: {url: 'https://a.b', secret: '${KEYS}'}}]\n"
    (receiver,) = loaded(tmp_path, {"watchlist.yaml": hook}, {"KEYS": f"{KEY} {KEY}"}).receivers
    assert receiver.webhook is not None
    assert receiver.webhook.secrets == (KEY, KEY)


def test_private_addresses_that_are_not_allowed_are_doubted_before_anything_fails(tmp_path: Path) -> None:
    hook = "receivers:\n- {name: r, webhook: {url: 'http://10.0.0.5/h', secret: '${S}'}}\n"
    watchlist = f"version: 1\ntopics:\n- {{id: t, query: a b, alert: [r]}}\n{hook}"
    feeds = "version: 1\nfeeds:\n- {outlet: a, url: 'http://localhost:81/f'}\n- {outlet: b, url: 'https://b.org/f'}\n"
    files = {"watchlist.yaml": watchlist, "feeds.yaml": feeds}
    env = {"S": "whsec_" + "QUFB" * 10}
    warned = loaded(tmp_path, files, env).warnings
    assert [(one.line, "allow_hosts" in one.hint) for one in warned] == [(3, True), (5, True)]
    allowed = "version: 1\npoll: {allow_hosts: ['localhost:81']}\ndelivery: {allow_hosts: [10.0.0.5]}\n"
    assert loaded(tmp_path, files | {"monitor.yaml": allowed}, env).warnings == ()


def test_settings_can_be_had_though_the_watchlist_has_a_mistake(tmp_path: Path) -> None:
    folder = written(
        tmp_path, {"watchlist.yaml": "version: 1\ntopics: [", "monitor.yaml": "version: 1\ndata: d\n"}
    )
    assert load_settings(folder, {}).data == tmp_path / "config" / "d"


def test_a_receiver_that_is_told_of_feeds_has_an_effect(tmp_path: Path) -> None:
    watchlist = "version: 1\nreceivers:\n"
    for name, operator in (("ops", "true"), ("desk", "false")):
        watchlist += (
            f"  - {{name: {name}, operator: {operator}, webhook: {{url: 'https://{name}.example'}}}}\n"
        )
    configuration = loaded(tmp_path, {"watchlist.yaml": watchlist})
    assert [one.operator for one in configuration.receivers] == [True, False]
    useless = [one.message for one in configuration.warnings if "no effect" in one.message]
    assert useless == ["the receiver `desk` has no effect: no topic alerts it"]


def test_an_interval_adapts_only_where_that_is_asked_for(tmp_path: Path) -> None:
    feeds = "version: 1\nfeeds:\n  - {outlet: A, url: 'https://a.example'}\n"
    feeds += "  - {outlet: B, url: 'https://b.example', interval: 10m}\n"
    for name, settings, adapts in (
        ("off", "", None),
        ("on", "poll: {adapt: {enabled: true, shortest: 2m, longest: 3h}}\n", (2, 180)),
    ):
        configuration = loaded(
            tmp_path / name, {"feeds.yaml": feeds, "monitor.yaml": f"version: 1\n{settings}"}
        )
        general, own = [one.rhythm for one in subscriptions_of(configuration).values()]
        bounds = general.adapt and (general.adapt.shortest / MINUTE, general.adapt.longest / MINUTE)
        assert bounds == adapts
        assert general.interval == 15 * MINUTE
        assert (own.interval, own.adapt) == (10 * MINUTE, None), "what is written for a feed holds"


def test_bounds_of_an_interval_must_be_in_order(tmp_path: Path) -> None:
    settings = "version: 1\npoll:\n  adapt:\n    shortest: 2h\n    longest: 1h\n"
    (problem,) = refused(tmp_path, {"monitor.yaml": settings})
    assert (problem.line, problem.message) == (4, "`shortest` must not be longer than `longest`")
