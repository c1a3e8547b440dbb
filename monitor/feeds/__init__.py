"""1. Feed -> entry: when to poll, fetch, parse in a cage, remember what was seen.

timing     when feeds are polled
poller     many polls at once; ``poll`` is the way of one, ``state`` what is remembered between two
fetching   an address -> the answer of its server
reader     the answer -> entries, in a child process (``cage``, ``caged``)
document   what happens there: a document -> clean entries
novelty    which of them are new or changed; ``linkage`` tells which is which
health     how the feed fares
pages      whole texts of articles
websub     hubs that tell when there is news
"""
