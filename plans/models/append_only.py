"""The history of this room that is never rewritten: see `criteria.models.append_only`."""

TABLES = (
    "plans_planversion",
    "plans_approvedstep",
    "plans_progressreport",
    "plans_villagestep",
    "plans_modelresult",
    "plans_villagefigures",
    "plans_villagetarget",
    "plans_contribution",
    "plans_constructiondebt",
)
