"""Whether a server may be believed when it says that a feed has not changed. Pure.

Some repeat an ETag though the feed has changed, or say "not modified" to whatever they are shown. So the
document is asked for without conditions from time to time. If it has news under an unchanged ETag, or again
and again after nothing but "not modified", this feed is asked without conditions from then on. So is one
whose server fails at them: that is asked without them while it fails, and works again and again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

POLLS = 20
"""Conditional polls between two without conditions, at least."""
CHANCES = 2
"""News in a row that only polls without conditions have found."""
REFUSALS = 8
"""Polls with conditions in a row that failed, where the next one without them did not: no mere chance."""
BUSY = {429, 503}
"""What a server says that has too much to do, whatever it is asked for."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What speaks for and against a feed's ETag and date."""

    whole: datetime | None = None
    """When the document was last asked for without conditions."""
    conditional: int = 0
    """Polls with conditions since."""
    changed: int = 0
    """Of these, those that brought a document."""
    caught: int = 0
    """Polls without conditions in a row that brought news, with only "not modified" before them."""
    failed: bool = False
    """The last poll with conditions was answered by an error."""
    refused: int = 0
    """How often that was so in a row, and was over without them."""
    broken: str = ""
    """Why no conditions are sent any more."""

    def asks_whole(self, now: datetime, recheck: timedelta) -> bool:
        """Return whether a poll ``now`` is to be without conditions; ``recheck`` is the time between two."""
        if self.broken or self.failed or self.whole is None:
            return True
        return self.conditional >= POLLS and not timedelta(0) <= now - self.whole < recheck


@dataclass(frozen=True, slots=True)
class Answer:
    """What a good answer says of the server."""

    whole: bool
    """It was asked for without conditions."""
    has_body: bool
    news: bool = False
    """It has new or changed entries."""
    same: bool = False
    """The ETag, or the date where there is none, is that of the document before."""
    told: bool = False
    """The feed's hub had told of news: that there is some need not have been so at the polls before."""


def refused(trust: Trust, status: int | None = None) -> Trust:
    """Return the trust after conditions had an error for an answer, or none that can be read."""
    return trust if status in BUSY else replace(trust, failed=True)


def after(trust: Trust, answer: Answer, now: datetime) -> Trust:
    """Return the trust after an answer."""
    if not answer.whole:
        told = trust.changed + answer.has_body
        return replace(trust, conditional=trust.conditional + 1, changed=told, failed=False, refused=0)
    times = trust.refused + trust.failed
    checked = replace(trust, whole=now, conditional=0, changed=0, failed=False, refused=times)
    if times >= REFUSALS and not trust.broken:
        why = f"only polls with it failed, again and again ({now:%Y-%m-%d})"
        return replace(checked, broken=why)
    if trust.broken or trust.conditional == 0:
        return checked
    if answer.news and answer.same:
        return replace(checked, broken=f"it stayed the same while the feed changed ({now:%Y-%m-%d})")
    is_silent = trust.changed == 0 and not trust.failed  # an error is not "not modified"
    is_caught = answer.news and not answer.told and is_silent and trust.conditional >= POLLS
    caught = trust.caught + 1 if is_caught else 0
    why = f"the feed had changed behind it again and again ({now:%Y-%m-%d})" if caught >= CHANCES else ""
    return replace(checked, caught=caught, broken=why)
