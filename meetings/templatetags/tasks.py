"""What pages say of a task."""

from django import template

from meetings.models.tasks import is_soon

register = template.Library()
register.filter("is_soon", is_soon)
