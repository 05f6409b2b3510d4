"""A paper as PDF, drawn by a Typst template of ours."""

import json
from typing import IO, Any

import typst

# Those that come with Typst: a paper looks the same on every machine. Of them "Libertinus Serif"
# upright has every Vietnamese letter; "DejaVu Sans Mono" has not, and its bold italic has not.
WORDS, CODE = "Libertinus Serif", "DejaVu Sans Mono"


def pdf(
    template: IO[bytes], *, said: dict[str, Any], root: str | None = None
) -> tuple[None, bytes]:
    """The paper of what is said, which the template reads, with pictures out of the folder `root`;
    what Typst warns of is an error."""
    given = {"said": json.dumps(said), "words": WORDS, "code": CODE}
    paper, warnings = typst.compile_with_warnings(  # type: ignore[type-var]
        template.read(),
        root=root,
        sys_inputs=given,
        ignore_system_fonts=True,
    )
    if warnings:
        raise ValueError("; ".join(str(one) for one in warnings))
    return None, paper
