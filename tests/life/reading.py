"""Questions to the database that are put into SQL once and asked after every step of a life.

What they find is never remembered: to put a question takes Django several times as long as the database to answer it,
and that is what is saved.
"""

from collections import namedtuple
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Question:
    """The rows of a queryset of values, read anew each time that they are asked for."""

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        self._compiler = queryset.values_list(*columns).query.get_compiler(connection=connection)
        self._sql, self._parameters = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([selected[0] for selected in self._compiler.select])
        self.columns = columns
        self._named = namedtuple("Row", columns)._make

    def rows(self) -> list[Any]:
        """Plain tuples, in the order of the columns."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, self._parameters)
            found = cursor.fetchall()
        return list(map(tuple, self._compiler.apply_converters(found, self._converters))) if self._converters else found

    def named(self) -> list[Any]:
        """Rows whose values have the names of their columns."""
        return [self._named(row) for row in self.rows()]

    def dicts(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows()]

    def last(self) -> int:
        """The first value of the first row; 0 when there is none."""
        return next((row[0] for row in self.rows()), 0)
