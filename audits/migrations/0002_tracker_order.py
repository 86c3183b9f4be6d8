from django.db import migrations, models

DUE_OR_NEVER = models.Func(
    models.F("due_on"),
    function="COALESCE",
    template="%(function)s(%(expressions)s, '9999-12-31')",
    output_field=models.DateField(),
)


class Migration(migrations.Migration):
    """The tracker's order as an index, for everybody and within each scope that a post can have."""

    dependencies = [("audits", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="audit", name="audit_service"),
        migrations.RemoveIndex(model_name="audit", name="audit_team"),
        migrations.AddIndex("audit", models.Index(DUE_OR_NEVER, models.F("id"), name="audit_tracker")),
        migrations.AddIndex(
            "audit", models.Index(models.F("agency"), DUE_OR_NEVER, models.F("id"), name="audit_tracker_agency")
        ),
        migrations.AddIndex(
            "audit", models.Index(models.F("service"), DUE_OR_NEVER, models.F("id"), name="audit_tracker_service")
        ),
        migrations.AddIndex(
            "audit", models.Index(models.F("team"), DUE_OR_NEVER, models.F("id"), name="audit_tracker_team")
        ),
    ]
