"""Each mistake is reported once, at its place, with a remedy."""

from pathlib import Path

import pytest

from tests.config.folder import KEY, refused

M, F, W = "monitor.yaml", "feeds.yaml", "watchlist.yaml"
V = "version: 1\n"
FEED = V + "feeds:\n  - outlet: Example\n    url: https://example.org/\n    "
TOPIC = V + "topics:\n  - id: ships\n    "
MAIL = V + "topics: [{id: a, query: b}]\nreceivers:\n  - name: desk\n    "
DESK = "receivers:\n  - {name: desk, email: {to: [a@b.c]}}\n"
HOOK = MAIL + "webhook: {url: 'https://a.b', "

SYNTAX = [
    ("tab as indentation", M, V + "poll:\n\ttimeout: 10s\n", "3:1", "spaces"),
    ("bracket not closed", M, V + "poll:\n  allow_hosts: [a, b\nlog:\n", "3:16", "close it with `]`"),
    ("bracket open at the end", F, V + "feeds: [\n", "2:8", "never closed"),
    ("brace not closed", M, V + "poll: {timeout: 10s\n", "2:7", "close it with `}`"),
    ("single quote not closed", W, TOPIC + "query: 'ships\n", "4:12", "close it with the same quote"),
    ("double quote not closed", W, TOPIC + 'query: "ships\n', "4:12", "close it with the same quote"),
    ("text after a quote", W, TOPIC + 'query: "north korea" AND ships\n', "4:26", "single quotes"),
    ("entity without quotes", W, TOPIC + "query: @ships AND war\n", "4:12", "quotes"),
    ("colon inside text", W, TOPIC + "query: ships\n    name: ships: and war\n", "5:16", "quotes"),
    ("no colon", M, V + "instance\n", "2:1", "colon"),
    ("bad indentation", M, V + "poll:\n    timeout: 10s\n  interval: 1h\n", "4:3", "indentation"),
    ("control character", M, V + "instance: a\x01b\n", "2:12", "U+0001"),
    ("escaped control character", W, TOPIC + 'query: "a\\x1bb"\n', "4:12", "U+001B"),
    ("escaped surrogate", W, TOPIC + 'query: "\\ud800"\n', "4:12", "U+D800"),
    ("no such escape", W, TOPIC + 'query: "\\d+"\n', "4:14", "single quotes"),
    ("character beyond Unicode", W, TOPIC + 'query: "\\UFFFFFFFF"\n', "4:5", "YAML"),
    ("not UTF-8", W, (V + "owner: ").encode() + "Иван".encode("cp1251"), "2:8", "UTF-8"),
    ("UTF-16", M, V.encode("utf-16"), "1:1", "UTF-8"),
    ("key twice", M, V + "data: a\ndata: b\n", "3:1", "already in line 2"),
    ("anchor", W, TOPIC + "query: &q ships\n", "4:12", "quotes"),
    ("value that contains itself", M, "a: &x [*x]\n", "1:4", "anchors"),
    ("alias", W, TOPIC + "query: *q\n", "4:12", "aliases"),
    ("tag of Python", M, V + "data: !!python/object/apply:os.system [ls]\n", "2:7", "tags"),
    ("tag", M, V + "data: !path x\n", "2:7", "tags"),
    ("3,000 brackets", M, "[" * 3000, "1:51", "nested"),
    ("3,000 nested lines", M, "- " * 3000, "1:101", "nested"),
    ("second document", M, V + "---\ndata: x\n", "2:1", "remove"),
    ("empty file", F, "", "1:1", "monitor init"),
    ("only comments", F, "# nothing\n", "1:1", "monitor init"),
    ("list as a key", M, "[a]: b\n", "1:1", "a key must be text"),
    ("leading zero", M, V + "email:\n  port: 025\n", "3:9", "without it"),
]
MONITOR = [
    ("a list as the file", M, "- version\n", "1:1", "mapping"),
    ("no version", M, "data: x\n", "1:1", "`version: 1`"),
    ("other version", M, "version: 2\n", "1:10", "must be 1"),
    ("version as text", M, "version: '1'\n", "1:10", "without quotes"),
    ("unknown section", M, V + "pol:\n  timeout: 10s\n", "2:1", "did you mean `poll`?"),
    ("unknown key", M, V + "poll:\n  timout: 10s\n", "3:3", "did you mean `timeout`?"),
    ("unknown key like no other", M, V + "log:\n  xyz: 1\n", "3:3", "allowed here: level, format"),
    ("section as text", M, V + "poll: fast\n", "2:7", "key: value"),
    ("duration without unit", M, V + "poll:\n  timeout: 30\n", "3:12", "30s, 30m"),
    ("duration as time of day", M, V + "poll:\n  interval: 12:30\n", "3:13", "15m"),
    ("no time at all", M, V + "poll:\n  timeout: 0s\n", "3:12", "at least 1s"),
    ("size without unit", M, V + "poll:\n  max_body: 15000000\n", "3:13", "15MB"),
    ("size too large", M, V + "poll:\n  max_body: 5GB\n", "3:13", "at most 1GB"),
    ("number as text", M, V + "poll:\n  concurrency: many\n", "3:16", "digits"),
    ("number in quotes", M, V + "poll:\n  concurrency: '50'\n", "3:16", "without quotes"),
    ("true as a number", M, V + "email:\n  port: true\n", "3:9", "digits"),
    ("port too large", M, V + "email:\n  port: 70000\n", "3:9", "at most 65535"),
    ("too many redirects", M, V + "poll:\n  max_redirects: 11\n", "3:18", "at most 10"),
    ("text for a list", M, V + "poll:\n  allow_hosts: lan\n", "3:16", "[one, two]"),
    ("URL as a host", M, V + "poll:\n  allow_hosts: ['http://lan/']\n", "3:17", "host:port"),
    ("no choice", M, V + "log:\n  level: warn\n", "3:10", "did you mean `warning`?"),
    ("number as a name", M, V + "instance: 2024\n", "2:11", "quotes"),
    ("tilde", M, V + "data: ~/monitor\n", "2:7", "full path"),
    ("environment in a plain setting", M, V + "data: ${HOME}/x\n", "2:7", "only secrets"),
    ("password without user", M, V + "email:\n  password: x\n", "3:13", "username"),
    ("user without password", M, V + "email:\n  username: x\n", "3:13", "password_file"),
    ("outbox too short", M, V + "retention:\n  outbox: 3d\n", "3:11", "5d or more"),
    ("no such certificates", M, V + "email:\n  ca_file: none.pem\n", "3:12", "check the path"),
    ("contact of two lines", M, V + 'poll:\n  contact: "a\\nb"\n', "3:12", "one line"),
]
FEEDS = [
    ("no feeds", F, V, "1:1", "`feeds` is missing"),
    ("feeds as a mapping", F, V + "feeds:\n  a: b\n", "3:3", "list"),
    ("feed as text", F, V + "feeds:\n  - https://example.org/\n", "3:5", "entry 1 of `feeds`"),
    ("feed without url", F, V + "feeds:\n  - outlet: A\n", "3:5", "url: https://"),
    ("unknown key of a feed", F, FEED + "outlets: x\n", "5:5", "did you mean `outlet`?"),
    ("file as a feed", F, V + "feeds:\n  - outlet: A\n    url: file:///etc/passwd\n", "4:10", "https://"),
    ("feed without a host", F, V + "feeds:\n  - outlet: A\n    url: https:///x\n", "4:10", "usable"),
    ("user in a url", F, V + "feeds:\n  - outlet: A\n    url: https://u:p@h/\n", "4:10", "login"),
    ("id with spaces", F, FEED + "id: My Feed\n", "5:9", "north-korea-2"),
    ("language by name", F, FEED + "language: Korean\n", "5:15", "ISO 639-1"),
    ("language in capitals", F, FEED + "language: RU\n", "5:15", "did you mean `ru`?"),
    ("country by name", F, FEED + "country: Korea\n", "5:14", "KR"),
    ("no such kind", F, FEED + "kind: think tank\n", "5:11", "did you mean `think-tank`?"),
    ("no for false", F, FEED + "enabled: no\n", "5:14", "true or false"),
    ("bad header", F, FEED + "headers: {'X Key': a}\n", "5:15", "X-Api-Key"),
    ("header of ours", F, FEED + "headers: {Host: a}\n", "5:15", "remove it"),
    ("login as text", F, FEED + "login: me\n", "5:12", "mapping"),
    (
        "id twice",
        F,
        FEED + "\n  - outlet: Example\n    url: https://b.example/\n",
        "6:5",
        "config/feeds.yaml:3:5",
    ),
    (
        "url twice",
        F,
        FEED + "\n  - outlet: B\n    url: https://EXAMPLE.org\n",
        "7:10",
        "already at config/feeds.yaml:4:10",
    ),
]
WATCHLIST = [
    ("bad query", W, TOPIC + "query: (ships AND\n", "4:12", "^"),
    ("empty query", W, TOPIC + "query: ''\n", "4:12", "empty"),
    ("topic without query", W, V + "topics:\n  - id: ships\n", "3:5", "query:"),
    ("number as a query", W, TOPIC + "query: 1945\n", "4:12", "quotes"),
    ("true as a name", W, TOPIC + "query: a\n    name: true\n", "5:11", "quotes"),
    ("nothing as a name", W, TOPIC + "query: a\n    name:\n", "5:5", "take the line out"),
    ("no such severity", W, TOPIC + "query: a\n    severity: hihg\n", "5:15", "did you mean `high`?"),
    (
        "topic id twice",
        W,
        TOPIC + "query: a\n  - id: ships\n    query: b\n",
        "5:9",
        "config/watchlist.yaml:3:9",
    ),
    ("no such receiver", W, TOPIC + "query: a\n    alert: [dask]\n" + DESK, "5:13", "did you mean `desk`?"),
    ("receiver without channel", W, MAIL + "\n", "4:5", "neither"),
    ("two channels", W, MAIL + "email: {to: [a@b.c]}\n    webhook: {url: 'https://a.b'}\n", "4:5", "both"),
    ("one address as text", W, MAIL + "email: {to: a@b.c}\n", "5:17", "[one, two]"),
    ("no addresses", W, MAIL + "email: {to: []}\n", "5:17", "at least one"),
    ("bad address", W, MAIL + "email: {to: [desk]}\n", "5:18", "desk@example.org"),
    ("no such digest", W, MAIL + "email: {to: [a@b.c], digest: weekly}\n", "5:34", "daily at"),
    ("no such hour", W, MAIL + "email: {to: [a@b.c], digest: daily at 25:00}\n", "5:34", "08:30"),
    (
        "no such zone",
        W,
        MAIL + "email: {to: [a@b.c], timezone: Europe/Kyjiw}\n",
        "5:36",
        "did you mean `Europe/Kyiv`?",
    ),
    ("bad webhook secret", W, MAIL + "webhook: {url: 'https://a.b', secret: abc}\n", "5:43", "whsec_"),
    ("secret twice", W, HOOK + f"secret: {KEY}, secret_file: ../key}}\n", "5:43", "keep one"),
    (
        "no such entity",
        W,
        TOPIC + "query: '@boats'\nentities: {boat: {en: [a]}}\n",
        "4:12",
        "did you mean `boat`?",
    ),
    ("empty term", W, V + "entities:\n  boat: {en: [a, '']}\n", "3:18", "empty"),
    ("number as a term", W, V + "entities:\n  boat: {en: [a, 1950]}\n", "3:18", "quotes"),
    ("entity without terms", W, V + "entities:\n  boat: {en: []}\n", "3:9", "at least one"),
    ("terms without language", W, V + "entities:\n  boat: [a, b]\n", "3:9", "mapping"),
    ("language of terms by name", W, V + "entities:\n  boat: {english: [a]}\n", "3:10", "ISO 639-1"),
    ("name of an entity with a space", W, V + "entities:\n  big boat: {en: [a]}\n", "3:3", "north-korea"),
]
TABLE = SYNTAX + MONITOR + FEEDS + WATCHLIST


@pytest.mark.parametrize(
    ("name", "content", "place", "remedy"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE]
)
def test_a_mistake_is_reported_once_at_its_place_with_a_remedy(
    tmp_path: Path, name: str, content: str | bytes, place: str, remedy: str
) -> None:
    (tmp_path / "key").write_text(KEY)
    (problem,) = refused(tmp_path, {name: content})
    assert f"{problem.file}:{problem.line}:{problem.column}" == f"config/{name}:{place}"
    assert remedy in str(problem)
