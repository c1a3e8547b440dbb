"""Matching beside Luwak, which was built for watching the media: the same topics and texts, one core each.

``MATCHING_BENCH`` names a folder with texts (``docs.jsonl``, an object a line with ``text``) and topics
(``t1000.jsonl``, ``t10000.jsonl``, see ``topics.read``); without it both are made up. Luwak comes from Maven.

Speed is measured on the texts as they are. What is found is compared on their words as we fold them, with
blanks between: else the two would differ in what a word is (``team's``, ``ё``), which is another matter.
"""

import gc
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.model import Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from tests.benchmarks import topics
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.topics import Wanted

pytestmark = pytest.mark.benchmark
RUNNER = Path(__file__).parent / "luwak"
SECONDS = 8
"""Of the processor: to warm up, and then to measure."""
TIMES_FASTER = 10
Pairs = set[tuple[int, str]]
"""Number of a text and id of a topic."""


class Told(NamedTuple):
    """What the peer did."""

    rate: float
    """Texts a second."""
    compared: int
    """So many texts were looked at for ``pairs``."""
    pairs: Pairs


@pytest.fixture(scope="module")
def luwak(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command that runs the peer."""
    for program in ("mvn", "javac"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not here: Luwak needs a JDK of 11 or newer, and Maven")
    folder = tmp_path_factory.mktemp("luwak")
    fetch = ["mvn", "-q", "-B", "-f", str(RUNNER / "pom.xml"), "dependency:copy-dependencies"]
    subprocess.run([*fetch, f"-DoutputDirectory={folder}/lib"], check=True)
    subprocess.run(["javac", "-cp", f"{folder}/lib/*", "-d", folder, RUNNER / "Runner.java"], check=True)
    return ["java", "-Xmx2g", "-XX:+UseSerialGC", "-cp", f"{folder}/lib/*:{folder}", "Runner"]


@pytest.mark.parametrize("count", [100, 1_000, 10_000])
def test_matching_beside_luwak(count: int, luwak: list[str], tmp_path: Path, note: Note) -> None:
    texts, wanted = _inputs(count)
    peer = _peer(luwak, tmp_path, texts, wanted)
    compiled = compile_watchlist(Watchlist("bench", tuple(one.topic for one in wanted)))
    pairs = _pairs(compiled, map(topics.plain, texts[: peer.compared]))
    rate = _rate(compiled, texts)
    times = rate / peer.rate
    note(Figure(f"matching {count:,} topics", rate, "texts/s CPU", f"{times:.1f}x Luwak's {peer.rate:,.0f}"))
    near = {one.id for one in wanted if one.near}
    ours, theirs = (_without(found, near) for found in (pairs, peer.pairs))
    same = len(ours & theirs) / max(1, len(ours | theirs))
    note(Figure(f"  pairs equal of {len(ours | theirs):,}, without NEAR", same * 100, "%"))
    assert same == 1
    assert times >= TIMES_FASTER or count == 100


def _inputs(count: int) -> tuple[list[str], list[Wanted]]:
    given = os.environ.get("MATCHING_BENCH")
    if not given:
        texts = topics.texts(4_000)
        return texts, topics.wanted(texts, count)
    lines = (Path(given) / "docs.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines], topics.read(Path(given) / f"t{count}.jsonl")


def _peer(command: list[str], folder: Path, texts: Sequence[str], wanted: Sequence[Wanted]) -> Told:
    queries, documents, plain, pairs = (folder / name for name in ("queries", "documents", "plain", "pairs"))
    queries.write_text("".join(f"{one.id}\t{one.lucene}\n" for one in wanted), "utf-8")
    documents.write_text("".join(" ".join(text.split()) + "\n" for text in texts), "utf-8")
    plain.write_text("".join(topics.plain(text) + "\n" for text in texts), "utf-8")
    done = subprocess.run(
        [*command, queries, documents, str(SECONDS), plain, pairs], check=True, capture_output=True, text=True
    )
    count, seconds, compared = done.stdout.split()
    found = (line.split("\t") for line in pairs.read_text("utf-8").splitlines())
    return Told(int(count) / float(seconds), int(compared), {(int(number), id_) for number, id_ in found})


def _pairs(compiled: CompiledWatchlist, texts: Iterable[str]) -> Pairs:
    return {
        (number, hit.topic_id)
        for number, text in enumerate(texts)
        for hit in compiled.match(Text("", "", text))
    }


def _rate(compiled: CompiledWatchlist, texts: Sequence[str]) -> float:
    """Return texts a second, with spans and scores, once all words were seen: the peer is warm too."""
    made = [Text("", "", text) for text in texts]
    for text in made:
        compiled.match(text)
    gc.freeze()  # as a service does
    begun = time.process_time()
    done = 0
    while (took := time.process_time() - begun) < SECONDS:
        for text in made[:200]:
            compiled.match(text)
        made = made[200:] + made[:200]
        done += 200
    gc.unfreeze()
    return done / took


def _without(pairs: Pairs, ids: set[str]) -> Pairs:
    return {(number, id_) for number, id_ in pairs if id_ not in ids}
