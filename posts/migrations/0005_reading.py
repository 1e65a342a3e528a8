"""What readers get of a text, and since when anything about a post is as it is."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0004_trash"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="changed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                help_text="Text, state, date or address: what the pages of the site are as new as.",
                verbose_name="changed in any way",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="contents",
            field=models.JSONField(
                editable=False,
                help_text="Its headings, with their anchors.",
                null=True,
                verbose_name="contents",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="rendered",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                verbose_name="text as printed",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="rendered_from",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="The digest of the text, and of the rules, that it was made from.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="word_count",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False, verbose_name="words"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["changed_at"], name="posts_post_changed"),
        ),
    ]
