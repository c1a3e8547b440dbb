"""monitor watches news feeds for the topics of a watchlist.

The pipeline in the order in which a piece of news passes it::

    feed -> entry -> article -> match -> alert -> delivery

    config     YAML files and the environment become frozen settings; errors say file:line:column
    feeds      1 feed -> entry       when to poll, fetch, parse in a cage, remember what was seen; pages; hubs
    articles   2 entry -> article    plain text, one identity, sane dates, language
    topics     3 article -> match    the query grammar, tokens, the matcher, explanations; what labels tell
    alerts     4 match -> alert      whether to alert (with the reason), whom, at once or as a digest; what
                                     operators are told of feeds
    notify     5 alert -> delivery   messages, email, webhooks, the outbox and its retries
    pipeline   stages 3 and 4 as handlers of stream messages; knows ports only
    history    topics tried on what is stored, and matches made up for; knows ports only
    stream     the port of the durable log, its codec and worker, and its implementations
    store      the port of the documents, their records, and its implementations
    vigil      tells operators how feeds fare; knows ports only
    gauges     how far the groups are behind, written into the store from time to time
    kibana     data views, saved searches and dashboards as code, and their import
    app        the composition root: the only place that picks implementations
    roles      what a process does: polling, matching, alerting, watching, sending, keeping house
    service    a process: its parts by role, start, reload, drain
    web        /healthz, /readyz and /metrics of a process; health and metrics are what they tell
    commands   what each command prints; cli turns arguments into calls of it
    demo       sample feeds and real receivers on this machine

Foundations, below everything: ``model`` (frozen values in flow order), ``errors``, ``clock``, ``changes``
(what setting up does), ``closing``, ``plural`` (counts in words); ``guard``, ``names`` and ``wire`` (what
comes around bodies) for safe HTTP, ``headers`` (what those of answers mean), ``database`` and ``lock`` for
files, ``limits`` of the system, ``logs``, ``piecemeal`` (freeing much).
"""

__version__ = "0.1.0"
