"""Rows that are drawn once for all that they say: `{% remembered task=task today=today %}`.

After a write a page is drawn again, and of a hundred rows ninety-nine say what they said before.
The same of the fields of forms: `{% remembered_field field %}`.
"""

import pickle
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Template, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Of each worker; a row is about 1 kB.
ROWS = 10_000
FIELDS = 500


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


class Packed:
    """A value that many rows are drawn from, as the choices of a select: packed once for all."""

    def __init__(self, value: object) -> None:
        self.packed = pickle.dumps(value)

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self.packed,)


@register.tag
def remembered_field(parser: Parser, token: Token) -> Node:
    """Draw a field of a form once for all that it says, each time where it is to be mended."""
    name, field = token.split_contents()
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return RememberedFieldNode(nodelist, parser.compile_filter(field))


class RememberedFieldNode(Node):
    def __init__(self, nodelist: NodeList, field: FilterExpression) -> None:
        self.nodelist = nodelist
        self.field = field
        self.drawn: dict[object, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        said = _said_by(self.field.resolve(context))
        if said is None:
            return self.nodelist.render(context)
        key = get_language(), said
        drawn = self.drawn.get(key)
        if drawn is None:
            if len(self.drawn) >= FIELDS:
                self.drawn.clear()
            drawn = self.drawn[key] = self.nodelist.render(context)
        return drawn


def _said_by(field: BoundField) -> bytes | None:
    """All that a field is drawn by, packed; None of one to be mended, or that is not plain.

    What somebody typed or sent, a password or a file, is kept by nobody.
    """
    asked, widget = field.field, field.field.widget
    is_typed = field.form.is_bound and field.data and not hasattr(widget, "choices")
    if field.errors or is_typed:
        return None
    if choices := getattr(widget, "choices", None):
        # They may come from a query, which the drawing would ask again.
        widget.choices = choices = list(choices)
    own = {name: value for name, value in vars(widget).items() if name != "choices"}
    said = (
        *(type(asked), type(widget), own, _plain(choices or ()), field.value()),
        *(field.html_name, field.auto_id, field.form.use_required_attribute),
        *(str(field.label), str(field.help_text), asked.required, asked.disabled),
    )
    try:
        return pickle.dumps(said)
    except (AttributeError, TypeError, pickle.PicklingError):
        return None


def _plain(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    return [
        (str(value), _plain(label) if isinstance(label, (list, tuple)) else str(label))
        for value, label in choices
    ]


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
