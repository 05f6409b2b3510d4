"""Numbers in addresses. One that is longer than any here names nothing: it is not found."""

from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """The key of a row, as long as both databases take one."""

    regex = "[0-9]{1,18}"


class NumberConverter(IntConverter):
    """The number of a criterion or of a step."""

    regex = "[0-9]{1,4}"
