"""What a process does: each role is made of parts that run side by side.

    poll      Polling                       feeds -> monitor.articles           event loop
              Pushing                       hubs that tell of news -> Polling   event loop
    match     Working(matcher)              monitor.articles -> monitor.matches a thread
    alert     Working(alerter)              monitor.matches -> outbox           a thread
              Watching                      how feeds fare -> outbox            event loop
              Sending                       outbox -> receivers                 event loop
              Keeping                       retention, and how far groups lag   event loop
    all       all of them

Parts meet only at the stream and the store, so each role runs as threads of one process or as processes on
many machines, as many of each as wanted. What must have one owner at a time (the feeds of a host, the
housekeeping) is shared out by ``stream.shares``.
"""
