"""Small helps for the pages of the form builder."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from audits.forms.builder_words import part_words as words_of_part

register = template.Library()


@register.filter
def part_words(part: str) -> str:
    """Which step fills a section in."""
    return words_of_part(part)


@register.simple_tag
def focused(at: str, anchor: str, by: str, button: str, first: bool, last: bool) -> SafeString:
    """Give the focus back to the button that moved something; at an end, to the one that is left.

    ``autofocus`` needs no script, and htmx heeds it too.
    """
    if at != anchor:
        return mark_safe("")
    # Without a button to move it by, the link that edits it.
    wanted = "edit" if first and last else "down" if by == "up" and first else "up" if by == "down" and last else by
    return format_html(' autofocus aria-describedby="said-{}"', anchor) if button == wanted else mark_safe("")
