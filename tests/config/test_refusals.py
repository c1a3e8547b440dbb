"""Each mistake is reported once, at its place, with a remedy."""

import os
import time
from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.errors import ConfigError
from tests.config.folder import KEY, refused, written

M, F, W = "monitor.yaml", "feeds.yaml", "watchlist.yaml"
V = "version: 1\n"
FEED = V + "feeds:\n  - outlet: Example\n    url: https://example.org/\n    "
TOPIC = V + "topics:\n  - id: ships\n    "
NAMED = TOPIC + "query: x AND query:boats\nqueries: "
NEAR = TOPIC + "query: x NEAR/3 query:boats\nqueries: "
MAIL = V + "topics: [{id: a, query: b}]\nreceivers:\n  - name: desk\n    "
DESK = "receivers:\n  - {name: desk, email: {to: [a@b.c]}}\n"
HOOK = MAIL + "webhook: {url: 'https://a.b', "
LOGIN = FEED + "login: {username: me, "
ENV = {"KEY": KEY, "BAD": "abc", "BLANK": "   ", "EMPTY": ""}

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
    ("character beyond Unicode", W, TOPIC + 'query: "a \\UFFFFFFFF"\n', "4:15", "no character"),
    ("not UTF-8", W, (V + "owner: ").encode() + "Иван".encode("cp1251"), "2:8", "UTF-8"),
    ("UTF-16", M, V.encode("utf-16"), "1:1", "UTF-8"),
    ("key twice", M, V + "data: a\ndata: b\n", "3:1", "already in line 2"),
    ("anchor", W, TOPIC + "query: &q ships\n", "4:12", "quotes"),
    ("anchor of a list", W, TOPIC + "query: a\n    alert: &x []\n", "5:12", "anchors"),
    ("tab after a colon", M, V + "instance:\tdesk\n", "2:10", "write a space"),
    ("UTF-16 without a mark", M, V.encode("utf-16-le"), "1:1", "UTF-8"),
    ("line end of other programs", W, V + "# a\u2028b\n", "2:4", "U+2028"),
    ("NUL after CR", M, "version: 1\rinstance: a\0\r", "2:12", "U+0000"),
    ("no-break space in front", M, V + "poll:\n  timeout: 9s\n\xa0\xa0interval: 1h\n", "4:1", "write spaces"),
    ("no-break space for a level", M, V + "poll:\n  jitter: 1s\n  \xa0interval: 1h\n", "4:3", "U+00A0"),
    ("brace in a list", W, MAIL + "email: {to: [${MAIL}]}\n", "5:19", "in quotes"),
    ("bracket in a list", W, MAIL + "email: {to: ['a@b.c', a@[::1]]}\n", "5:29", "in quotes"),
    ("number sign in a list", W, V + "entities:\n  a: {en: [b]}\n  c:\n    en: [War #1]\n", "5:9", "` #`"),
    ("one bracket too many", M, V + "poll:\n  allow_hosts: [a]]\n", "3:19", "`]` has no place"),
    ("text after a bracket", F, FEED + "family: a\n    note: [EU] Troops\n", "6:16", "closing bracket"),
    ("dash without a space", F, FEED + "id: a\n  -id: b\n", "6:3", "`- `"),
    ("dash as a value", F, FEED + "note: - y\n", "5:11", "begins with `- `"),
    ("question mark as a value", F, FEED + "note: ? y\n", "5:11", "`? `"),
    ("comma as a value", F, FEED + "note: , y\n", "5:11", "`,` has no place"),
    ("text after >", F, FEED + "note: > y\n", "5:11", "next line"),
    ("other YAML", M, "%YAML 9.9\n---\n" + V, "1:1", "remove this line"),
    ("merge key", M, V + "<<: {log: {}}\n", "2:1", "merge keys"),
    ("new entry without a dash", F, FEED + "\n    outlet: B\n    url: https://b.c/\n", "6:5", "`- `"),
    ("only a mark", M, "---\n", "1:1", "empty"),
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
    ("password without user", M, V + "email:\n  password: ${KEY}\n", "3:13", "username"),
    ("version as true", M, "version: true\n", "1:10", "must be 1"),
    ("version with a point", M, "version: 1.0\n", "1:10", "must be 1"),
    ("number with underscores", M, V + "poll:\n  concurrency: 1_000\n", "3:16", "digits only"),
    ("number of many digits", M, V + "poll:\n  concurrency: " + "9" * 200 + "\n", "3:16", "smaller"),
    ("number with a fraction", M, V + "poll:\n  concurrency: 2.5\n", "3:16", "a point"),
    ("no space after the colon", M, V + "log:\n  level:info\n", "3:3", "`level: `"),
    ("equal sign for the colon", M, V + "log:\n  level = info\n", "3:3", "`level: `"),
    ("no-break space after the colon", M, V + "log:\n  level:\xa0info\n", "3:3", "`level: `"),
    ("other name of encryption", M, V + "email:\n  security: ssl\n", "3:13", "did you mean `tls`?"),
    ("any host", M, V + "poll:\n  allow_hosts: ['*.lan']\n", "3:17", "host:port"),
    ("hubs at no port", M, V + "websub:\n  listen: 127.0.0.1\n", "3:11", "127.0.0.1:8081"),
    ("hubs at a high port", M, V + "websub:\n  listen: 127.0.0.1:99999\n", "3:11", "127.0.0.1:8081"),
    ("hubs without a scheme", M, V + "websub:\n  callback: a.org/x\n", "3:13", "https://"),
    ("hubs with a query", M, V + "websub:\n  callback: https://a.org/x?y\n", "3:13", "without ? and #"),
    ("host with a high port", M, V + "poll:\n  allow_hosts: ['a:99999']\n", "3:17", "host:port"),
    ("URL as a mail server", M, V + "email:\n  host: smtp://mail.example\n", "3:9", "`port`"),
    ("mail server with its port", M, V + "email:\n  host: mail.example:25\n", "3:9", "`port`"),
    ("no certificates in a file", M, V + "email:\n  ca_file: monitor.yaml\n", "3:12", "PEM"),
    ("pipe as certificates", M, V + "email:\n  ca_file: ../pipe\n", "3:12", "not a regular file"),
    ("folder as certificates", M, V + "email:\n  ca_file: ..\n", "3:12", "a folder"),
    ("direction marks in a key", M, V + "'a\u202eb': 1\n", "2:1", "`a?b`"),
    ("line end in a key", M, V + '"a\\rb": 1\n', "2:1", "`a b`"),
    ("user without password", M, V + "email:\n  username: x\n", "3:13", "password_file"),
    ("Kafka's login without user", M, V + "kafka:\n  security: sasl\n", "3:13", "add `username`"),
    (
        "Kafka's user without password",
        M,
        V + "kafka:\n  security: sasl\n  username: x\n",
        "4:13",
        "password_file",
    ),
    ("outbox too short", M, V + "retention:\n  outbox: 3d\n", "3:11", "5d or more"),
    ("no such certificates", M, V + "email:\n  ca_file: none.pem\n", "3:12", "check the path"),
    ("contact of two lines", M, V + 'poll:\n  contact: "a\\nb"\n', "3:12", "one line"),
]
FEEDS = [
    ("no feeds", F, V, "1:1", "below it `- outlet: ...`"),
    ("section by another name", F, V + "feed: []\n", "2:1", "did you mean `feeds`?"),
    (
        "key in capitals",
        F,
        V + "feeds:\n  - outlet: A\n    URL: https://a.b/\n",
        "4:5",
        "did you mean `url`?",
    ),
    ("blank name", F, V + "feeds:\n  - outlet: ' '\n    url: https://a.b/\n", "3:13", "write it"),
    ("empty name", F, V + "feeds:\n  - outlet: ''\n    url: https://a.b/\n", "3:13", "is empty; write it"),
    ("host with empty parts", F, V + "feeds:\n  - outlet: A\n    url: https://a..b/\n", "4:10", "usable"),
    ("port 0", F, V + "feeds:\n  - outlet: A\n    url: https://a.b:0/\n", "4:10", "usable"),
    ("marks in a url", F, V + 'feeds:\n  - outlet: A\n    url: "https://a.b/\\u202e"\n', "4:10", "usable"),
    ("user with a colon", F, FEED + "login: {username: 'a:b', password: '${KEY}'}\n", "5:23", "colon"),
    ("user by another name", F, FEED + "login: {user: me, password: '${KEY}'}\n", "5:13", "`username`"),
    ("password in the file", F, LOGIN + "password: hunter2}\n", "5:37", "write ${NAME}"),
    ("secret header in the file", F, FEED + "headers: {X-Api-Key: abc}\n", "5:26", "write ${NAME}"),
    ("name of the shell in a header", F, FEED + "headers: {From: me $KEY}\n", "5:21", "write ${KEY}"),
    ("language of a state", F, FEED + "language: ua\n", "5:15", "did you mean `uk`?"),
    ("language of three letters", F, FEED + "language: eng\n", "5:15", "did you mean `en`?"),
    ("no kind at all", F, FEED + "kind: paper\n", "5:11", "tabloid, aggregator, not `paper`"),
    (
        "url twice with its port",
        F,
        FEED + "\n  - outlet: B\n    url: https://example.org:443\n",
        "7:10",
        "already at config/feeds.yaml:4:10",
    ),
    ("feeds as a mapping", F, V + "feeds:\n  a: b\n", "3:3", "list"),
    (
        "address as a feed",
        F,
        V + "feeds:\n  - https://example.org/\n",
        "3:5",
        "entry 1 of `feeds` must be a mapping, found text; write it as `outlet: ...` and `url: ...`",
    ),
    ("no space after the colon of a feed", F, V + "feeds:\n  - outlet:A\n", "3:5", "write `outlet: ` with"),
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
    ("no for false", F, FEED + "enabled: no\n", "5:14", "must be true or false, found text; write false"),
    ("on for true", F, FEED + "enabled: On\n", "5:14", "must be true or false, found text; write true"),
    ("switch in quotes", F, FEED + "enabled: 'true'\n", "5:14", "write true or false, without quotes"),
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
    ("bad query", W, TOPIC + "query: (ships AND\n", "4:19", "^"),
    ("empty query", W, TOPIC + "query: ''\n", "4:12", "empty"),
    ("nothing as a query", W, TOPIC + "query:\n", "4:5", "found nothing; write it"),
    ("topics as a mapping", W, V + "topics:\n  a: b\n", "3:3", "`- id: ...`"),
    ("environment in a name", W, TOPIC + "query: a\n    name: ${A}\n", "5:11", "only secrets"),
    (
        "section of entities by another name",
        W,
        TOPIC + "query: '@a'\nentites: {a: {en: [b]}}\n",
        "5:1",
        "`entities`",
    ),
    ("receivers as text", W, TOPIC + "query: a\n    alert: [b]\nreceivers: b\n", "6:12", "`- name: ...`"),
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
    ("no addresses", W, MAIL + "email: {to: []}\n", "5:17", "write at least one"),
    ("address with two dots", W, MAIL + "email: {to: [a@b..c]}\n", "5:18", "desk@example.org"),
    ("address with a dot in front", W, MAIL + "email: {to: [.a@b.c]}\n", "5:18", "desk@example.org"),
    ("address with a long name", W, MAIL + f"email: {{to: [{'x' * 65}@b.c]}}\n", "5:18", "desk@example.org"),
    ("offset for a zone", W, MAIL + "email: {to: [a@b.c], timezone: UTC+3}\n", "5:36", "Europe/Kyiv"),
    ("abbreviation of a zone", W, MAIL + "email: {to: [a@b.c], timezone: MSK}\n", "5:36", "Europe/Kyiv"),
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
    ("bad webhook secret", W, HOOK + "secret: '${BAD}'}\n", "5:43", "whsec_"),
    ("secret twice", W, HOOK + "secret: '${KEY}', secret_file: ../key}\n", "5:43", "keep one"),
    ("secret in the file", W, HOOK + f"secret: {KEY}}}\n", "5:43", "write ${NAME}"),
    ("secret as the shell writes it", W, HOOK + "secret: $OPS}\n", "5:43", "write ${OPS}"),
    ("secret as Windows writes it", W, HOOK + "secret: '%OPS%'}\n", "5:43", "write ${OPS}"),
    ("secret without a closing brace", W, HOOK + "secret: '${OPS'}\n", "5:43", "write ${OPS}"),
    ("blank secret", W, HOOK + "secret: '  '}\n", "5:43", "is empty"),
    ("secret of blanks in the environment", W, HOOK + "secret: '${BLANK}'}\n", "5:43", "is empty"),
    ("secret without a value", W, HOOK + "secret: }\n", "5:35", "is empty"),
    ("secret file without a value", W, HOOK + "secret_file: }\n", "5:35", "is empty"),
    ("empty secret file", W, HOOK + "secret_file: ../empty}\n", "5:48", "names a file that is empty"),
    ("bad key in a secret file", W, HOOK + "secret_file: monitor.yaml}\n", "5:48", "cannot sign"),
    ("pipe as a secret file", W, HOOK + "secret_file: ../pipe}\n", "5:48", "not a regular file"),
    ("secret file at home", W, HOOK + "secret_file: ~/key}\n", "5:48", "full path"),
    ("secret file from the environment", W, HOOK + "secret_file: '${KEY}'}\n", "5:48", "only secrets"),
    (
        "no such entity",
        W,
        TOPIC + "query: '@boats'\nentities: {boat: {en: [a]}}\n",
        "4:13",
        "did you mean `boat`?",
    ),
    ("no such query", W, NAMED + "{boat: a b}\n", "4:18", "did you mean `boat`?"),
    ("no queries at all", W, TOPIC + "query: x AND query:boats\n", "4:18", "define it under `queries`"),
    ("mistake in a named query", W, NAMED + "{boats: a AND}\n", "5:20", "after AND"),
    ("query that names itself", W, NAMED + "{boats: x query:boats}\n", "5:20", "leads back here"),
    ("query in a circle", W, NAMED + "{boats: x query:b, b: query:boats}\n", "5:20", "boats > b"),
    ("query beyond a side", W, NEAR + "{boats: a b}\n", "4:21", "query:boats is more than that"),
    ("query of NOT alone", W, NAMED + "{boats: NOT a}\n", "5:18", "only NOT"),
    ("name of a query with a space", W, NAMED + "{boats: a, big boat: b}\n", "5:21", "one word"),
    ("queries as a list", W, TOPIC + "query: x\nqueries: [a]\n", "5:10", "key: value"),
    ("number as a query", W, NAMED + "{boats: 7}\n", "5:18", "quotes"),
    ("query in an entity", W, V + "entities:\n  boat: {en: [a, 'query:b']}\n", "3:19", "queries only"),
    ("empty term", W, V + "entities:\n  boat: {en: [a, '']}\n", "3:18", "empty"),
    ("number as a term", W, V + "entities:\n  boat: {en: [a, 1950]}\n", "3:18", "quotes"),
    ("entity without terms", W, V + "entities:\n  boat: {en: []}\n", "3:14", "at least one"),
    ("only what does not count", W, V + "entities:\n  boat: {not: [a b]}\n", "3:15", "at least one"),
    (
        "bad term that does not count",
        W,
        V + "entities:\n  boat: {en: [a], not: ['a*b']}\n",
        "3:26",
        "write a*",
    ),
    ("terms without language", W, V + "entities:\n  boat: [a, b]\n", "3:9", "`en: [word"),
    ("colon in a term", W, V + "entities:\n  boat: {en: [Titanic: sunk]}\n", "3:15", "in quotes"),
    ("entity in an entity", W, V + "entities:\n  boat: {en: [a, '@ship']}\n", "3:19", "in the query"),
    ("field in an entity", W, V + "entities:\n  boat: {en: [a, 'title:b']}\n", "3:19", "queries only"),
    ("no language at all", W, V + "entities:\n  boat: {und: [a]}\n", "3:10", "did you mean `any`?"),
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
    (tmp_path / "empty").write_text("\n")
    os.mkfifo(tmp_path / "pipe")
    (problem,) = refused(tmp_path, {name: content}, ENV)
    assert f"{problem.file}:{problem.line}:{problem.column}" == f"config/{name}:{place}"
    assert remedy in str(problem)


SEVERAL = [
    ("key twice, then a tab", W, TOPIC + "id: a\n    query: b\n\towner: c\n", ["4:5", "6:1"]),
    (
        "anchor, tag, alias, unknown key",
        W,
        TOPIC + "query: &a b\n    name: !x y\n    alert: [*a]\n    x: 1\n",
        ["4:12", "5:11", "6:13", "7:5"],
    ),
    ("value that contains itself", M, V + "instance: &x [*x]\n", ["2:11", "2:15"]),
    ("two bad escapes", W, TOPIC + 'query: "a\\a"\n    name: "\\e"\n', ["4:12", "5:11"]),
    (
        "mistakes above an open bracket",
        M,
        V + "log: {level: x}\npol: 1\npoll: [a\nb: c\n",
        ["2:14", "3:1", "4:7"],
    ),
    ("two names for one another", F, FEED + "login: {user: a, pasword: b}\n", ["5:13", "5:22"]),
    ("host and port in a list", M, V + "poll:\n  allow_hosts: ['a b', 5]\n", ["3:17", "3:24"]),
]


@pytest.mark.parametrize(
    ("name", "content", "places"), [case[1:] for case in SEVERAL], ids=[case[0] for case in SEVERAL]
)
def test_all_mistakes_are_reported_and_no_echo_of_them(
    tmp_path: Path, name: str, content: str, places: list[str]
) -> None:
    problems = refused(tmp_path, {name: content}, ENV)
    assert [f"{problem.line}:{problem.column}" for problem in problems] == places


def test_a_file_that_cannot_be_read_makes_no_names_undefined(tmp_path: Path) -> None:
    uses = V + "topics: [{id: a, query: '@boat', alert: [desk]}, {id: b, query: ')'}]\n"
    folder = written(tmp_path, {"watchlist/a.yaml": V + "entities: [\n", "watchlist/b.yaml": uses})
    (folder / W).unlink()
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        ("config/watchlist/a.yaml", 2),
        ("config/watchlist/b.yaml", 2),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.YAML", "config/watchlist/a.YAML:1:1: this file is not read; name it a.yaml"),
        ("a.txt", "config/watchlist:1:1: there is no .yaml file in this folder"),
        ("b\n\x1b[31m\u202e.yaml", "config/watchlist/b ?[31m?.yaml:1:1: `version` is missing"),
    ],
)
def test_a_folder_without_a_watchlist_is_refused(tmp_path: Path, name: str, message: str) -> None:
    folder = written(tmp_path, {f"watchlist/{name}": "topics: []\n"})
    (folder / W).unlink()
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["x" * 300, "a\x1b[31m", "a\udcff", "a\0b", "feeds.yaml", "feeds.yaml/x"])
def test_a_name_that_is_no_folder_is_one_printable_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, {}) / name, {})
    (problem,) = caught.value.problems
    assert problem.file.isprintable()
    assert problem.hint.isprintable()


def test_a_folder_beside_the_files_of_a_watchlist_is_a_warning(tmp_path: Path) -> None:
    folder = written(
        tmp_path, {"watchlist/a.yaml": V + "topics: [{id: a, query: b}]\n", "watchlist/b/c.yaml": V}
    )
    (folder / W).unlink()
    (warning,) = load(folder, {}).warnings
    assert str(warning) == "config/watchlist/b:1:1: this folder is not read; move its files into watchlist/"


def test_many_mistakes_take_time_that_grows_with_their_number(tmp_path: Path) -> None:
    entities = "".join(f"  ship-{number}: {{en: [a]}}\n" for number in range(1000))
    topics = "".join(f"  - {{id: t-{number}, query: '@shp-{number}'}}\n" for number in range(1000))
    began = time.process_time()
    problems = refused(tmp_path, {W: V + "entities:\n" + entities + "topics:\n" + topics})
    assert len(problems) == 1000
    assert "did you mean" in problems[0].hint
    assert time.process_time() - began < 5
