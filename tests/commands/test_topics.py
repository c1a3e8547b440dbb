"""``monitor topics report``: what labels tell, on a terminal and for programs."""

from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from monitor.commands.topics import parts
from monitor.model import Match, Span
from monitor.store import labels, records
from monitor.topics.labels import Verdict, label_of
from monitor.topics.report import report as report_on
from tests.commands.desk import NOW, Said, backend_of, monitor
from tests.samples import article, match

LONG = '=volunteers NEAR/12 ("Donetsk People\'s Republic" OR Luhansk) AND NOT title:football'


def report(folder: Path, *options: str) -> Said:
    done = monitor("topics", "report", "--config", folder, *options)
    assert (done.code, done.err) == (0, "")
    return done


def made(number: int, title: str, clause: str = "troops", *, days: int = 0) -> Match:
    one = article(f"a{number}", title, summary="", filed=NOW - timedelta(days=days))
    return match(one, spans=(Span("title", 0, 6, clause),))


def fill(folder: Path, *given: tuple[Match, Verdict]) -> None:
    with backend_of(folder) as backend:
        backend.store.add(records.MATCHES, [records.matches.document(one) for one, _ in given])
        labels.put(backend.store, [label_of(one, verdict, "ana", NOW) for one, verdict in given])


def judged() -> list[tuple[Match, Verdict]]:
    useful = [(made(n, "Troops in Kursk"), "useful") for n in range(12)]
    noise = [(made(n, "Troop of monkeys", LONG, days=40), "noise") for n in range(12, 20)]
    return [*useful, *noise]  # type: ignore[list-item]


def test_without_labels_it_says_how_to_label(filled: Path) -> None:
    out = report(filled).out
    assert "monitor label ID useful" in out
    assert "troops" in out
    assert "monitor label ID useful" in report(filled, "quiet").out


def test_a_terminal_shows_precision_by_topic_language_and_clause_and_the_words(folder: Path) -> None:
    fill(folder, *judged())
    lines = [" ".join(line.split()) for line in report(folder).out.splitlines()]
    assert "troops 20 12 8 60% 39% to 78%" in lines
    assert "en 12 8 60% 39% to 78%" in lines
    assert f"{LONG} 0 8 0% 0% to 32%" in lines
    assert lines.index(f"{LONG} 0 8 0% 0% to 32%") < lines.index("troops 12 0 100% 76% to 100%")
    assert "kursk en 12 of 12 0 of 8" in lines
    assert "monkeys en 0 of 12 8 of 8" in lines


def test_forms_of_a_word_are_one_row(folder: Path) -> None:
    labels_ = [(made(n, "Labourers", "labourer" if n % 2 else "labourers"), "useful") for n in range(6)]
    fill(folder, *labels_)  # type: ignore[arg-type]
    lines = [" ".join(line.split()) for line in report(folder).out.splitlines()]
    assert "labourer, labourers 6 0 100% 61% to 100%" in lines
    assert not [line for line in lines if line.startswith("Clauses not shown")]


def test_programs_get_a_line_a_topic_with_all_of_it(folder: Path) -> None:
    fill(folder, *judged(), (made(99, "One more", "rare clause"), "noise"))
    (row,) = report(folder, "--json").rows
    assert (row["topic"], row["matches"], row["total"]["useful"], row["total"]["noise"]) == (
        "troops",
        21,
        12,
        9,
    )
    assert [one["name"] for one in row["clauses"]] == [LONG, "rare clause", "troops"]
    assert row["languages"][0]["name"] == "en"
    assert {"word", "language", "useful", "of_useful", "noise", "of_noise", "z"} == row["terms"][0].keys()
    assert "Clauses not shown: 1 with fewer than 5 labels" in report(folder).out


def test_since_chooses_matches_by_their_date(folder: Path) -> None:
    fill(folder, *judged())
    (row,) = report(folder, "--since", "30d", "--json").rows
    assert (row["matches"], row["total"]["useful"], row["total"]["noise"]) == (12, 12, 0)
    assert monitor("topics", "report", "-c", folder, "--since", "lately").code == 2


def test_a_topic_narrows_the_report_also_one_of_which_only_labels_are_left(folder: Path) -> None:
    fill(folder, (made(1, "Troops"), "useful"), (match(article("b"), "other"), "noise"))
    with backend_of(folder) as backend:
        backend.store.prune(records.MATCHES, NOW + timedelta(days=9999))
    (row,) = report(folder, "other", "--json").rows
    assert (row["topic"], row["matches"], row["total"]["noise"]) == ("other", 0, 1)


def test_an_unknown_topic_is_told_with_the_known_ones(filled: Path) -> None:
    done = monitor("topics", "report", "-c", filled, "troop")
    assert (done.code, done.out) == (2, "")
    assert done.err == "monitor: there is no topic troop; there are: troops, quiet\n"


def test_few_labels_tell_no_words_and_say_so(folder: Path) -> None:
    fill(folder, (made(1, "Troops in Kursk"), "useful"), (made(2, "Troop of monkeys"), "noise"))
    out = report(folder).out
    assert "No word sets useful and noise apart yet" in out
    assert "9% to 91%" in out


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_broken(width: int) -> None:
    given = [label_of(one, verdict, "ana", NOW) for one, verdict in judged()]
    out = Console(width=width, record=True)
    with out.capture() as captured:
        out.print(*parts(report_on(given, {"troops": 12_345, "north-korea-russia": 3})), sep="\n")
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= width
    assert "12,345" in captured.get()
    assert "39% to 78%" in captured.get()
