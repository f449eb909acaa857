"""The faults there are: where each makes sense, and what it is."""

TOKEN, REALTIME = "token", "realtime"
QUEUE_METRICS, QUEUE_AGENTS = "queue-metrics", "queue-agent-activity"
AGENTS, CALLS = "agent-activity", "calls-active"
LISTS = ("pbxes", "sites", "queues", "agents")
SUCCESSORS = (QUEUE_METRICS, QUEUE_AGENTS, AGENTS, CALLS)
ENDPOINTS = (TOKEN, REALTIME, *LISTS, *SUCCESSORS)
WHERE = (*ENDPOINTS, "all")

_QUEUES = (REALTIME, QUEUE_METRICS)
_ACTIVITY = (QUEUE_AGENTS, AGENTS)
_MEASURED = (*_QUEUES, *_ACTIVITY)
_NUMBERED = (REALTIME, *SUCCESSORS)
_ONLY_TOKEN = (TOKEN,)
_DATA = (REALTIME, *LISTS, *SUCCESSORS)

WHAT: dict[str, tuple[tuple[str, ...], str]] = {
    "400": (ENDPOINTS, "400 without a reason"),
    "400-metric": (_MEASURED, "400: a metric (metric=NAME) is unknown, while it is asked for"),
    "401": (ENDPOINTS, "401: the token is invalid"),
    "401-expired": (ENDPOINTS, "401: the token has expired"),
    "403": (ENDPOINTS, "403: no access to the PBX"),
    "403-endpoint": (_DATA, "403: the account may not use this endpoint, which the message names"),
    "401-gateway": (_DATA, "401: a gateway's fault"),
    "403-empty": (_DATA, "403 without a body"),
    "403-gateway": (_DATA, "403: a gateway's fault"),
    "404": (ENDPOINTS, "404: gone or never there"),
    "404-empty": (_DATA, "404 without a body"),
    "405-empty": (_DATA, "405 without a body"),
    "410": (ENDPOINTS, "410: gone for good"),
    "429": (ENDPOINTS, "429: too many requests (retry=SECONDS|date+SECONDS|absurd|none)"),
    "500": (ENDPOINTS, "500"),
    "501-gateway": (_DATA, "501: a gateway's fault"),
    "502-html": (ENDPOINTS, "502 with a page for people"),
    "503-html": (ENDPOINTS, "503 with a page for people"),
    "200-html": (ENDPOINTS, "200 with a page for people"),
    "301": (ENDPOINTS, "a redirect to another origin"),
    "302": (ENDPOINTS, "a redirect to another origin"),
    "307": (ENDPOINTS, "a redirect to another origin"),
    "308": (ENDPOINTS, "a redirect to another origin"),
    "wrong-key": (ENDPOINTS, "the API key is refused"),
    "wrong-user": (_ONLY_TOKEN, "user or password is refused"),
    "never-opened": (_ONLY_TOKEN, "the user has never opened Work Analytics"),
    "expires-0": (_ONLY_TOKEN, "expires_in is 0"),
    "expires-negative": (_ONLY_TOKEN, "expires_in is -60"),
    "expires-missing": (_ONLY_TOKEN, "expires_in is not there"),
    "expires-string": (_ONLY_TOKEN, 'expires_in is "1800"'),
    "expires-day": (_ONLY_TOKEN, "expires_in is a day"),
    "truncated": (ENDPOINTS, "half of the JSON"),
    "not-utf8": (ENDPOINTS, "bytes that are no UTF-8 in it"),
    "bad-letter": (_QUEUES, "a byte that is no UTF-8 in the first queue's name"),
    "surrogate": (_QUEUES, "half a pair of surrogates at the end of the first queue's name"),
    "long-number": (_QUEUES, "the first queue's total wait has 5,000 digits"),
    "not-json": (ENDPOINTS, "text that is no JSON, called JSON"),
    "wrong-shape": (ENDPOINTS, "JSON, but a list of numbers"),
    "deep": (ENDPOINTS, "JSON nested a hundred thousand deep"),
    "nan": (_NUMBERED, "NaN and 1e999 for numbers"),
    "strings": (_NUMBERED, "numbers as strings"),
    "nulls": (_NUMBERED, "null for every number"),
    "null-fields": (_NUMBERED, "null for name, extension and site (caller)"),
    "negative": (_NUMBERED, "numbers below 0"),
    "long-wait": (_QUEUES, "a wait of 700 hours in the first queue"),
    "no-name": (_MEASURED, "queues (agents) without a name"),
    "no-site": (_QUEUES, "queues without a site"),
    "no-extension": (_QUEUES, "queues without an extension"),
    "no-metrics": (_MEASURED, "queues (agents) without metrics"),
    "no-summary": (_MEASURED, "no metricsSummary"),
    "no-queues": (_QUEUES, "an empty list of queues"),
    "unknown-metrics": (_MEASURED, "metrics that nobody knows"),
    "unknown-fields": (_NUMBERED, "fields that nobody knows"),
    "extension-number": (_QUEUES, "extensions as numbers"),
    "twins": (_QUEUES, "the first queue twice, with different numbers"),
    "frozen": (_QUEUES, "the same answer again and again, while the calls go on"),
    "one-left": (_QUEUES, "only the last queue is there"),
    "vanish": (_QUEUES, "the first queue is not there"),
    "move": (_QUEUES, "the first queue is at another site"),
    "rename": (_QUEUES, "the first queue has another name"),
    "diverted-calls": ((QUEUE_METRICS,), "divertedCalls in place of diverted"),
    "ms-units": (SUCCESSORS, "times in milliseconds in place of seconds"),
    "summary-name": (_ACTIVITY, "summary in place of metricsSummary"),
    "wrapped-agents": ((AGENTS,), "the list within queuesAgentActivity, as in the example"),
    "roles": ((QUEUE_AGENTS,), "PRIMARY or SECONDARY in place of the queue status"),
    "nobody": ((QUEUE_AGENTS, AGENTS, CALLS), "no agents, no calls"),
    "no-paging": ((CALLS,), "400 unless limit is asked for: paging is not known"),
    "no-limit": ((CALLS,), "400 where limit is asked for: paging alone is known"),
    "work-group": ((CALLS,), "workGroup in place of reference, as in older answers"),
    "other-calls": ((CALLS,), "an outbound, an internal and an inbound call of no queue besides"),
    "hostile-names": (_DATA, "names that attack terminals, markup and spreadsheets"),
    "empty": (LISTS, "a list with nothing in it"),
    "short": (LISTS, "one entry of a list that says to have more"),
    "endless": (LISTS, "a list whose pages never end"),
    "nested-page": (LISTS, "_links and page inside of _embedded"),
    "extensionNumber": (("queues",), "extensionNumber in place of extension"),
    "slow": (ENDPOINTS, "the answer comes late (delay=SECONDS)"),
    "drip": (ENDPOINTS, "the answer comes a byte a second (delay=SECONDS between bytes)"),
    "hang": (ENDPOINTS, "no answer at all"),
    "cached": (_DATA, "answers that a cache gave, an hour old: Age and Date (delay=SECONDS)"),
    "clock-behind": (ENDPOINTS, "a Date that is an hour behind (delay=SECONDS)"),
    "many-rows": (_NUMBERED, "300,000 empty objects for queues and calls"),
    "huge": (ENDPOINTS, "a body of 1024 MB (megabytes=N)"),
    "bomb": (ENDPOINTS, "1 MB of gzip that is 1024 MB (megabytes=N)"),
}  # fmt: skip
"""Every fault: the endpoints where it makes sense, and what it is."""
