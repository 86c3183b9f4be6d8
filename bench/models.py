"""What a page is compared with: one plain table, as long as the table of audits."""

from django.db import models


class BareRow(models.Model):
    """A row with as many columns to show as the tracker has."""

    reference = models.CharField(max_length=24)
    kind = models.CharField(max_length=60)
    place = models.CharField(max_length=60)
    person = models.CharField(max_length=60)
    state = models.CharField(max_length=20)
    task = models.CharField(max_length=60)
    due_on = models.DateField(db_index=True)
    grade = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.reference


class BareText(models.Model):
    """Where a bare POST writes its one row."""

    text = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Text {self.pk}"
