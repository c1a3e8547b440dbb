"""WebSub: a feed's hub tells us at once that there is news, so that we need not ask so often.

::

    offer       what a feed says of its hub, in its document or its HTTP headers
    lease       what was agreed with a hub, and when to ask it again; all decisions about it
    answers     what a hub that calls back is told
    signature   whether a delivery is the hub's
    states      the leases in the store
    hub         asks a hub
    server      what hubs call back
    calls       the connections on which they do
    hubs        slows down the polls of a feed whose hub tells of its news, and notices a hub that is silent
    bell        polls a feed when its hub rings, and not more often than is of use

A delivery is a ring at the door and nothing else: the feed is polled at once, from its own address. What the
hub sends along is checked for its signature and thrown away. So news come by one way only, through the same
guard, cage and memory of what was seen; a hub can put no words into a feed's mouth; and it does not matter
whether it sends the whole document, as most do, or the new entries alone, as some do.
"""
