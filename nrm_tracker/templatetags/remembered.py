"""Rows that are drawn once for all that they say: `{% remembered task=task today=today %}`.

After a write a page is drawn again, and of a hundred rows ninety-nine say what they said before.
"""

import pickle
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Template, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Of each worker; a row is about 1 kB.
ROWS = 10_000


@register.tag
def remembered(parser: Parser, token: Token) -> Node:
    """Draw what stands inside from the values named, and from nothing else.

    They are compared by their content, packed, and must be plain rows: a model carries along
    whatever else was read with it, a query does not say what it would find.
    """
    name, *words = token.split_contents()
    values = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError(f"{{% {name} row=row %}} takes names and values.")
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return RememberedNode(nodelist, values)


class RememberedNode(Node):
    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        page = context.template
        return _drawn(self, page, get_language(), context.use_l10n, pickle.dumps(values))


@lru_cache(maxsize=ROWS)
def _drawn(
    node: RememberedNode,
    page: Template,
    _language: str | None,
    use_l10n: bool | None,
    packed: bytes,
) -> SafeString:
    """From the packed values: what was not packed cannot be drawn."""
    values: dict[str, Any] = pickle.loads(packed)  # noqa: S301 packed above
    context = Context(values, use_l10n=use_l10n)
    with context.render_context.push_state(page), context.bind_template(page):
        return node.nodelist.render(context)
