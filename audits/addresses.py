"""The part of an address that names an audit."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class ReferenceConverter(StringConverter):
    """A reference such as BCF-2026-00012, at most as long as the column that holds it.

    Control characters are no part of any: PostgreSQL refuses to look up a text with a NUL byte, which would be an
    error of the server instead of a page that is not found.
    """

    regex = r"[^/\x00-\x1f]{1,24}"


register_converter(ReferenceConverter, "reference")
