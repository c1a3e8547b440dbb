"""What is worked out once for each spelling: no more of it than there is room for."""

from monitor.topics.remembered import Remembered


def test_it_is_worked_out_once_begins_afresh_when_full_and_keeps_nothing_long() -> None:
    asked: list[str] = []

    def work_out(text: str) -> int:
        asked.append(text)
        return len(text)

    lengths = Remembered(work_out, most=2, longest=3)
    assert [lengths[text] for text in ("a", "bb", "a", "long", "long")] == [1, 2, 1, 4, 4]
    assert asked == ["a", "bb", "long", "long"]
    assert set(lengths) == {"a", "bb"}
    assert lengths["ccc"] == 3
    assert set(lengths) == {"ccc"}
