"""``monitor label``: what people say of matches is kept, once a match, whatever becomes of it."""

import getpass
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store import records
from monitor.store.base import Query
from monitor.store.labels import read
from monitor.topics.labels import Label
from tests.commands.desk import NOW, Said, backend_of, monitor
from tests.contract.harness import elastic_access, kafka_access, remove_from_elasticsearch, remove_from_kafka
from tests.contract.servers import elasticsearch_url, kafka_address
from tests.samples import article, match


def say(folder: Path, *words: str, stdin: str | bytes = b"") -> Said:
    return monitor("label", "--config", folder, *words, stdin=stdin)


def ids(folder: Path) -> list[str]:
    return [row["id"] for row in monitor("export", "--config", folder).rows]


def said(folder: Path) -> dict[str, Label]:
    with backend_of(folder) as backend:
        backend.settle()
        return {one.id: one for one in read(backend.store)}


def verdicts(folder: Path) -> dict[str, str]:
    return {id_: one.verdict for id_, one in said(folder).items()}


def store_matches(folder: Path, *ids: str) -> None:
    made = [replace(match(article(id_)), id=id_) for id_ in ids]
    with backend_of(folder) as backend:
        backend.store.add(records.MATCHES, [records.matches.document(one) for one in made])


def test_a_match_is_labelled_by_the_beginning_of_its_id(filled: Path) -> None:
    id_ = ids(filled)[0]
    done = say(filled, id_[:6].upper(), "noise", "--by", "Ana", "--note", "last month")
    assert (done.code, done.err) == (0, "")
    assert "1 match labelled" in done.out
    assert id_[:12] in done.out
    one = said(filled)[id_]
    assert (one.verdict, one.by, one.note, one.topic_id) == ("noise", "Ana", "last month", "troops")
    assert one.at >= NOW
    assert one.clauses


def test_help_does_not_require_what_is_to_be_left_out() -> None:
    out = monitor("label", "--help").out
    assert "leave it out with --remove" in out
    assert "[required]" not in out


@pytest.mark.parametrize("words", [(), ("--remove",)])
def test_without_a_word_it_says_what_to_write(filled: Path, words: tuple[str, ...]) -> None:
    done = say(filled, *words)
    assert (done.code, done.out) == (2, "")
    assert "write the ids of matches" in done.err


def test_without_a_name_the_label_is_of_the_user_who_gave_it(filled: Path) -> None:
    id_ = ids(filled)[0]
    assert say(filled, id_, "useful").code == 0
    assert said(filled)[id_].by == getpass.getuser()


def test_several_are_labelled_at_once_each_once(filled: Path) -> None:
    first, second, *_ = ids(filled)
    done = say(filled, first, second, first[:8], "useful")
    assert "2 matches labelled" in done.out
    assert verdicts(filled) == {first: "useful", second: "useful"}


def test_the_last_label_counts_and_it_can_be_taken_back(filled: Path) -> None:
    id_ = ids(filled)[0]
    say(filled, id_, "useful")
    assert "noise (was useful)" in say(filled, id_, "noise").out
    assert verdicts(filled) == {id_: "noise"}
    removed = say(filled, id_, "--remove").out
    assert removed.startswith("1 label taken back\n")
    assert "withdrawn (was noise)" in removed
    assert "labelled" not in removed
    assert verdicts(filled) == {}
    again = say(filled, id_, "--remove")
    assert (again.code, again.out) == (0, "1 match had no label to take back\n")
    say(filled, id_, "useful")
    assert verdicts(filled) == {id_: "useful"}
    with backend_of(filled) as backend:
        assert backend.store.count(records.LABELS, Query()) == {"": 1}


def test_a_match_that_is_gone_keeps_its_label_which_can_still_be_changed(filled: Path) -> None:
    id_ = ids(filled)[0]
    say(filled, id_, "useful")
    with backend_of(filled) as backend:
        backend.store.prune(records.MATCHES, NOW + timedelta(days=9))
    before = said(filled)[id_]
    assert say(filled, id_[:8], "noise").code == 0
    after = said(filled)[id_]
    assert after == replace(before, verdict="noise", at=after.at)


@pytest.mark.parametrize("what", ["ids", "matches", "alerts"])
def test_ids_come_from_standard_input_bare_or_in_lines_of_export(filled: Path, what: str) -> None:
    wanted = ids(filled)
    lines = "\n".join([f" {wanted[0]} {wanted[1]}", "", *wanted[2:]])
    text = lines if what == "ids" else monitor("export", "-c", filled, "--what", what).out
    done = say(filled, "-", "noise", stdin=text)
    assert (done.code, done.err) == (0, "")
    assert verdicts(filled) == dict.fromkeys(wanted, "noise")


def test_nothing_on_standard_input_is_nothing_to_do(filled: Path) -> None:
    done = say(filled, "-", "noise", stdin="\n")
    assert (done.code, done.out) == (0, "There was nothing to label: no id on standard input\n")


def test_many_are_labelled_and_the_first_are_shown(folder: Path) -> None:
    many = [f"{n:032x}" for n in range(600)]
    store_matches(folder, *many)
    done = say(folder, "-", "useful", stdin="\n".join(many))
    assert "600 matches labelled" in done.out
    assert done.out.endswith("... and 580 more\n")
    assert verdicts(folder) == dict.fromkeys(many, "useful")


def test_an_id_that_means_several_is_told_with_them(folder: Path) -> None:
    store_matches(folder, "abcdef01", "abcdef02", "abcdee03")
    done = say(folder, "abcdef", "noise")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "abcdef: several matches begin so:",
        "  abcdef02  troops Troops in Kursk",
        "  abcdef01  troops Troops in Kursk",
        "monitor: nothing was labelled",
    ]
    assert verdicts(folder) == {}
    assert say(folder, "abcdef01", "noise").code == 0


def test_an_id_of_an_article_is_told_with_the_matches_of_it(filled: Path) -> None:
    match_ = monitor("export", "--config", filled).rows[0]
    done = say(filled, match_["article"]["id"][:8].upper(), "noise")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"{match_['article']['id'][:8]}: this is an article, and what is labelled are its matches:",
        f"  {match_['id']}  troops {match_['article']['title']}",
        "monitor: nothing was labelled",
    ]


def test_an_id_of_an_article_without_matches_is_told_so(filled: Path) -> None:
    rows = monitor("export", "--what", "articles", "--config", filled).rows
    (id_,) = [row["id"] for row in rows if row["title"].startswith("Rain")]
    done = say(filled, id_, "noise")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        f"{id_}: this is an article that no topic matches: there is nothing to label\n"
    )


def test_what_was_searched_for_is_labelled_at_once(filled: Path) -> None:
    found = monitor("export", "--search", "Kursk", "--config", filled)
    assert "1 match labelled" in say(filled, "-", "useful", stdin=found.out).out
    assert list(verdicts(filled)) == [row["id"] for row in found.rows]


def test_a_whole_id_means_itself_though_another_begins_with_it(folder: Path) -> None:
    store_matches(folder, "abcdef", "abcdef02")
    say(folder, "abcdef", "noise")
    assert verdicts(folder) == {"abcdef": "noise"}


@pytest.mark.parametrize(
    ("id_", "reason"),
    [
        ("abcde", "too short, write at least 6 characters"),
        ("ffffffff", "no such match; `monitor export` shows"),
        ("%%%%%%%%", "no such match"),
        ("x" * 5000, "no such match"),
        ("\x1b[2Jabcdef\ud800", "abcdef: there is no such match"),
        ("useful", "no such match"),
    ],
)
def test_one_id_that_means_no_match_labels_nothing(filled: Path, id_: str, reason: str) -> None:
    done = say(filled, ids(filled)[0], id_, "noise")
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert "\x1b" not in done.err
    assert verdicts(filled) == {}


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["useful"], "write the ids of matches before useful"),
        (["abcdef01"], "say useful or noise after the ids"),
        (["useful", "abcdef01"], "say useful or noise after the ids"),
        (["abcdef01", "noise", "--remove"], "leave noise out"),
        (["abcdef01", "noise", "--note", "x" * 501], "--note is too long"),
        (["abcdef01", "noise", "--by", "x" * 501], "--by is too long"),
    ],
)
def test_wrong_usage_is_told_with_its_remedy(filled: Path, words: list[str], remedy: str) -> None:
    done = say(filled, *words)
    assert (done.code, done.out) == (2, "")
    assert remedy in done.err


@pytest.mark.parametrize("line", ['{"id"', '{"title": "x"}', '{"match": 7}', "{" * 5000])
def test_a_line_that_is_no_export_is_told_by_its_number(filled: Path, line: str) -> None:
    done = say(filled, "-", "noise", stdin=f"\n{line}\n")
    assert (done.code, done.out) == (2, "")
    assert done.err == "monitor: standard input, line 2: no match with an id\n"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Path]:
    """Give a configuration for the test servers, under a prefix of its own."""
    kafka = kafka_access()
    file = folder / "monitor.yaml"
    servers = {
        "mode": "cluster",
        "kafka": {"servers": [kafka_address()], "prefix": kafka.prefix},
        "elasticsearch": {"urls": [elasticsearch_url()], "prefix": kafka.prefix},
    }
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | servers), "utf-8")
    yield folder
    remove_from_kafka(kafka)
    remove_from_elasticsearch(replace(elastic_access(), prefix=kafka.prefix))


@pytest.mark.servers
def test_a_cluster_is_labelled_and_reported_in_the_same_way(cluster: Path) -> None:
    store_matches(cluster, "abcdef01", "abcdef02", "abcdee03")
    assert say(cluster, "abcdef01", "abcdee03", "useful").code == 0
    assert say(cluster, "abcdef01", "noise").code == 0
    assert verdicts(cluster) == {"abcdef01": "noise", "abcdee03": "useful"}
    assert say(cluster, "abcdef", "noise").code == 2
    listed = monitor("export", "--what", "labels", "--config", cluster).rows
    assert {(one["id"], one["verdict"]) for one in listed} == {("abcdef01", "noise"), ("abcdee03", "useful")}
    assert monitor("explain", "troops", "abcdee", "--config", cluster).out.startswith("*")
    told = monitor("topics", "report", "--config", cluster, "--json").rows
    assert [(one["topic"], one["matches"], one["total"]["precision"]) for one in told] == [("troops", 3, 0.5)]
