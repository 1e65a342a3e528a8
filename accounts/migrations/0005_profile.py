"""What people say of themselves, and since when."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_time_zone"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="bio",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="A few sentences for readers, on your page and in plain text.",
                max_length=500,
                verbose_name="about you",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="changed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                help_text="What readers see of the person: name, bio and links.",
                verbose_name="profile changed",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="links",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Addresses of pages that are yours too, one on each line, at most five.",
                verbose_name="your other pages",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["changed_at"], name="accounts_user_changed"),
        ),
    ]
