"""The day on which the demo stands, as people write it."""

import datetime as dt


def iso(text: str) -> str:
    """2021-12-31 or 31/12/2021 as 2021-12-31. Raises ValueError with a sentence."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).date().isoformat()  # noqa: DTZ007 a day alone
        except ValueError:
            continue
    raise ValueError(f"DEMO_DAY must be a day, as 2021-12-31 or 31/12/2021, not {text!r}.")
