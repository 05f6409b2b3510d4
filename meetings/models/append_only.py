"""The history of this room that is never rewritten: see `criteria.models.append_only`."""

TABLES = (
    "meetings_taskupdate",
    "meetings_addendum",
    "meetings_publication",
    "meetings_publishedpaper",
    "meetings_sessionchange",
)
