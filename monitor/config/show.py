"""Shows the settings that are in force, without secrets."""

from io import StringIO

from pydantic import BaseModel
from ruamel.yaml import YAML

from monitor.config.load import Configuration


def show(config: Configuration) -> str:
    """Return the settings in force as YAML; secrets are shown as ``********``."""
    watchlist = config.watchlist
    shown = {
        "monitor": _plain(config.settings),
        "feeds": [_plain(feed) for feed in config.feeds],
        "receivers": [_plain(receiver) for receiver in config.receivers],
        "watchlist": {
            "version": watchlist.version,
            "topics": [topic.id for topic in watchlist.topics],
            "entities": list(watchlist.entities),
            "queries": list(watchlist.queries),
        },
    }
    yaml = YAML()
    yaml.width = 200
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.dump(shown, written)
    return written.getvalue()


def _plain(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", exclude_none=True)
