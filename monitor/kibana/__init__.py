"""Kibana as code: data views, saved searches and two dashboards. Pure, but for ``client``.

::

    columns   what a panel counts, and by what        watch        what was found, for analysts
    panels    panels, and rows of them                operations   how monitor fares, for operators
    objects   saved objects, and all that there are   client       hands them to a Kibana

``python -m monitor.kibana`` writes them for the prefix ``monitor`` into ``deploy/kibana``. No Kibana was at
hand to render them; what its import asks of the files is tested, and so is every question to Elasticsearch.
"""
