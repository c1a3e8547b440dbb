"""Which receivers have said that they are gone."""

from datetime import datetime

from monitor.store import records
from monitor.store.base import Document, Store


class ReceiverStates:
    """Kept in the store, so that a restart does not knock at closed doors again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def gone(self, receiver: str) -> str | None:
        """Return why nothing is sent to ``receiver``, or ``None``."""
        stored = self._store.get(records.RECEIVERS, [receiver]).get(receiver)
        reason = stored.body.get("gone") if stored else None
        return None if reason is None else str(reason)

    def switch_off(self, receiver: str, reason: str, now: datetime) -> None:
        """Send ``receiver`` nothing more."""
        day = f"{now:%Y-%m-%d %H:%M} UTC"
        text = f"switched off at {day} ({reason}); `monitor alerts test {receiver}` switches it on"
        self._write(receiver, text, now)

    def switch_on(self, receiver: str, now: datetime) -> None:
        """Send to ``receiver`` again."""
        self._write(receiver, None, now)

    def _write(self, receiver: str, gone: str | None, now: datetime) -> None:
        document = Document(receiver, now, {"id": receiver, "gone": gone})
        stored = self._store.get(records.RECEIVERS, [receiver]).get(receiver)
        if stored is None:
            self._store.add(records.RECEIVERS, [document])
        else:
            self._store.update(records.RECEIVERS, document, stored.version)
