"""What little there is is made do with."""

import pytest

from monitor.limits import fitted, has_room_for_idle
from tests.files import most_files


@pytest.mark.parametrize(("files", "polls", "keeps"), [(64, 2, False), (600, 100, False), (4096, 100, True)])
def test_polls_and_kept_connections_fit_the_limit_of_open_files(files: int, polls: int, keeps: bool) -> None:
    with most_files(files):
        assert (fitted(100), has_room_for_idle(100)) == (polls, keeps)
