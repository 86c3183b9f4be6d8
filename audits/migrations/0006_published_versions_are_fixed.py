from django.db import migrations

from audits import protection


def protect(apps, schema_editor):
    protection.protect(schema_editor.connection)


def unprotect(apps, schema_editor):
    protection.unprotect(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audits", "0005_about_drafts_and_contributions")]
    operations = [migrations.RunPython(protect, unprotect)]
