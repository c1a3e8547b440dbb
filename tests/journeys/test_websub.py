"""News that a hub tells of, from a real hub to a real receiver, through kill -9 and a restart."""

import json
import signal
from pathlib import Path
from typing import Any

from tests.feeds.websub.hub import Hub, hub
from tests.journeys.world import World, configure, monitor, start, status, until, world
from tests.roles.test_pushing import free_port


def with_hub(folder: Path, here: World) -> Path:
    """Configure a feed that is asked once an hour, and hubs to tell of it meanwhile."""
    configure(folder, here.url, interval="1h", max_backoff="1h")
    settings = json.loads((folder / "monitor.yaml").read_text())
    port = free_port()
    settings["websub"] = {
        "callback": f"http://127.0.0.1:{port}/hubs",
        "listen": f"127.0.0.1:{port}",
        "allow_hosts": ["127.0.0.1"],
    }
    (folder / "monitor.yaml").write_text(json.dumps(settings))
    return folder


def push(folder: Path) -> dict[str, Any] | None:
    """Return what ``feeds list`` says of the hub."""
    done = monitor("feeds", "list", "--config", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] | None = json.loads(done.stdout)["push"]
    return told


def publish(served: Hub, here: World) -> None:
    assert served.publish(f"{here.url}/feed", b"<rss/>") == [202]


def test_news_are_alerted_when_the_hub_tells_of_them_also_after_a_crash(tmp_path: Path) -> None:
    with hub() as served, world() as here:
        here.head = f'<link rel="hub" href="{served.url}"/>'
        folder = with_hub(tmp_path / "config", here)
        here.add("Troops at the start")
        process = start(folder)
        until(lambda: (push(folder) or {}).get("state") == "active", "a confirmed lease")
        here.add("Troops that were pushed")
        publish(served, here)
        until(lambda: len(here.alerted()) == 2, "an alert within an hour")
        process.kill()
        process.wait()

        here.add("Troops while nobody was here")
        process = start(folder)
        until(lambda: len(here.alerted()) == 3, "what came while nobody was here")
        here.add("Troops once more")
        publish(served, here)
        until(lambda: len(here.alerted()) == 4, "an alert under the same lease")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    twice = {title for title, times in here.alerted().items() if times > 1}
    assert twice <= {"Troops that were pushed"}, "only what was being sent when the process was killed"
    assert len({id_ for id_, _ in here.hooks}) == 4, "and then it carries the same id"
    assert [form["hub.mode"] for form in served.asked] == ["subscribe"]
    assert status(folder)["pushes"] == {"active": 1}
    told = push(folder)
    assert told
    assert (told["hub"], told["pushes"] >= 1) == (served.url, True)
    shown = monitor("feeds", "list", "--config", str(folder))
    assert f"pushed by {served.url[7:-1]} until 20" in " ".join(shown.stdout.split())
    log = (folder / "log").read_text()
    (form,) = served.asked
    for secret in (form["hub.secret"], form["hub.callback"].rpartition("/")[2]):
        assert secret not in log + shown.stdout + json.dumps(told)
