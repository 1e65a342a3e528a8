"""The date of a post beside each of its tags, so that a tag's list is read from one index.

The table is the one it was. What the previous version of the code inserts meanwhile has no date, and
gets it when its post is next saved.
"""

import django.db.models.deletion
from django.db import migrations, models


def give_dates(apps, schema_editor):
    tagging, post = apps.get_model("posts", "Tagging"), apps.get_model("posts", "Post")
    date = post.objects.filter(pk=models.OuterRef("post")).values("published_at")[:1]
    tagging.objects.update(published_at=models.Subquery(date))


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_reading")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Tagging",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="taggings",
                                to="posts.post",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="taggings",
                                to="posts.tag",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "posts_post_tags",
                        "unique_together": {("post", "tag")},
                    },
                ),
                migrations.AlterField(
                    model_name="post",
                    name="tags",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="posts",
                        through="posts.Tagging",
                        to="posts.tag",
                        verbose_name="tags",
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="tagging",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="tagging",
            index=models.Index(fields=["tag", "published_at", "post"], name="posts_tagging_newest"),
        ),
        migrations.RunPython(give_dates, migrations.RunPython.noop),
    ]
