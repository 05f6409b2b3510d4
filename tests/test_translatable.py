"""Every text that a page shows can be translated: `makemessages` finds it, and it is read late."""

import ast
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

MODULES = sorted(
    path
    for path in settings.BASE_DIR.glob("*/**/*.py")
    if path.relative_to(settings.BASE_DIR).parts[0] not in {"tests", ".venv", "var"}
    and "migrations" not in path.parts
)
TEMPLATES = sorted(
    path for path in settings.BASE_DIR.glob("templates/**/*") if path.suffix in {".html", ".txt"}
)
EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}
TRANSLATING = EAGER | {f"{name}_lazy" for name in EAGER} | {"gettext_noop"}
# What a person reads is given to these, by name or at the second place.
SHOWN_BY_NAME = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}
SHOWN_BY_NAME |= {"violation_error_message", "description", "legend"}
WORD = re.compile(r"[^\W\d_]{2,}")
# The same in every language.
NAMES = re.compile(r"SHA-256|km²|Google Calendar|iPhone|iPad|Outlook|Thunderbird|Excel")
SHOWN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "data-l"}
# Its samples are data: communes and criteria as they are called.
SAMPLES = {"styleguide.html"}


def names_of(tree):
    """What the names of a module stand for, of those that translate."""
    return {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for one in node.names
        if one.name in TRANSLATING
    }


def calls(node):
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def called(node, names):
    return names.get(node.func.id, "") if isinstance(node.func, ast.Name) else ""


def texts_of(node, verb):
    """The arguments that are to be collected."""
    plural = verb.startswith("n")
    context = "pgettext" in verb
    return node.args[: 1 + plural + context]


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def run_at_once(tree):
    """The calls that an import makes: those outside of functions."""
    later = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for part in (node.body if isinstance(node.body, list) else [node.body])
        for one in calls(part)
    }
    return [one for one in calls(tree) if id(one) not in later]


def raw(node):
    """Whether it is words as they stand in the code, put together or not."""
    match node:
        case ast.Constant(value=str(text)):
            return bool(WORD.search(NAMES.sub("", text)))
        case ast.JoinedStr(values=values):
            return any(raw(value) for value in values)
        case ast.BinOp(left=left, right=right, op=op):
            return raw(left) or (isinstance(op, ast.Add) and raw(right))
        case ast.Dict(values=values) | ast.List(elts=values):
            return any(raw(value) for value in values)
    return False


def shown(node):
    """What a call gives to a person to read."""
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    given = [word.value for word in node.keywords if word.arg in SHOWN_BY_NAME]
    if name == "ValidationError":
        given += node.args[:1]
    if name == "add_error" or ast.unparse(node.func).startswith("messages."):
        given += node.args[1:2]
    return given


def untranslatable(source):
    """What is wrong with the texts of a module: each with its line."""
    tree = ast.parse(source)
    names = names_of(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside = [one for one in calls(node) if called(one, names)]
            found += [("inside an f-string", one.lineno) for one in inside]
    for node in calls(tree):
        verb = called(node, names)
        if verb and not all(is_text(text) for text in texts_of(node, verb)):
            found.append(("not one text", node.lineno))
        if any(raw(text) for text in shown(node)):
            found.append(("not translated", node.lineno))
    at_once = [one for one in run_at_once(tree) if called(one, names) in EAGER]
    return found + [("translated on import", one.lineno) for one in at_once]


class Shown(HTMLParser):
    """The words of a page: its text, and what attributes say aloud. A key is called as on it."""

    def __init__(self):
        super().__init__()
        self.texts, self.is_key = [], False

    def handle_starttag(self, tag, attrs):
        self.is_key = tag == "kbd"
        self.texts += [value or "" for name, value in attrs if name in SHOWN_ATTRIBUTES]

    def handle_endtag(self, tag):
        self.is_key = False

    def handle_data(self, data):
        if not self.is_key:
            self.texts.append(data)


def words_outside_of_tags(source):
    """The words of a template that no tag translates."""
    literal, is_translated = [], False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            verb = token.contents.split()[0]
            if verb.removeprefix("end") in {"blocktranslate", "comment"}:
                is_translated = not verb.startswith("end")
        elif token.token_type == TokenType.TEXT and not is_translated:
            literal.append(token.contents)
    parser = Shown()
    parser.feed("".join(literal))
    parser.close()
    return [text.strip() for text in parser.texts if WORD.search(NAMES.sub("", text))]


def test_the_texts_of_the_code_are_collected():
    wrong = {
        str(path.relative_to(settings.BASE_DIR)): found
        for path in MODULES
        if (found := untranslatable(path.read_text()))
    }

    assert wrong == {}


def test_the_texts_of_templates_are_collected():
    wrong = {
        str(path.relative_to(settings.BASE_DIR)): found
        for path in TEMPLATES
        if path.name not in SAMPLES and (found := words_outside_of_tags(path.read_text()))
    }

    assert wrong == {}


IMPORTED = "from django.utils.translation import gettext as _, gettext_lazy as later, ngettext\n"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("def f(n):\n    return _('Days: %s') % n", []),
        ("def f(n):\n    return _(f'Days: {n}')", ["not one text"]),
        ("def f(n):\n    return _('Days: ' + n)", ["not one text"]),
        ("def f(n):\n    return _('Days: {}'.format(n))", ["not one text"]),
        ("def f(n):\n    return _('Days: %s' % n)", ["not one text"]),
        ("def f(n):\n    return ngettext('day', f'{n} days', n)", ["not one text"]),
        ("def f(n):\n    return f\"{_('Days')}: {n}\"", ["inside an f-string"]),
        ("DAYS = _('Days')", ["translated on import"]),
        ("DAYS = later('Days')", []),
        ("def f(n):\n    raise ValidationError(f'{n} days')", ["not translated"]),
        ("def f(n):\n    raise ValidationError({'day': 'Too late'})", ["not translated"]),
        ("def f(n):\n    raise ValidationError(_('Too late'))", []),
        ("field = CharField(label='Day')", ["not translated"]),
        ("field = CharField(label=later('Day'))", []),
        ("def f(r):\n    messages.success(r, 'Saved.')", ["not translated"]),
    ],
)
def test_the_check_of_the_code_tells_them_apart(said, wrong):
    assert [what for what, _line in untranslatable(IMPORTED + said)] == wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("<p>{% translate 'Day' %}: {{ day }}</p>", []),
        ("<p>Day: {{ day }}</p>", ["Day:"]),
        ("{% blocktranslate %}Day {{ day }}{% endblocktranslate %}", []),
        ("<input placeholder='day' name='day' value='{{ day }}'>", ["day"]),
        ("<td{% if day %} class='gone'{% endif %}>{{ day }}</td>", []),
        ("<kbd>Enter</kbd> day", ["day"]),
        ("{# Day #}<!-- Day --><b>SHA-256</b>", []),
    ],
)
def test_the_check_of_templates_tells_them_apart(said, wrong):
    assert words_outside_of_tags(said) == wrong
