import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeopleImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("file_name", models.CharField(max_length=200)),
                ("headers", models.JSONField(default=list)),
                ("rows", models.JSONField(default=list)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="one_person_an_address",
                violation_error_message="Somebody has this e-mail address already.",
            ),
        ),
        migrations.AddField(
            model_name="peopleimport",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
