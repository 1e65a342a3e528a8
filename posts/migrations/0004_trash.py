"""What stays of a post after its time in the trash, and revisions in the order they are listed."""

from django.conf import settings
from django.db import migrations, models


def give_titles(apps, schema_editor):
    """Give emptied posts the title that every post had to have before."""
    emptied = apps.get_model("posts", "Post").objects.filter(emptied_at__isnull=False)
    emptied.update(title="–")


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0003_images"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Before the old one goes: MariaDB wants an index for the foreign key at all times.
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["post", "saved_at", "id"], name="posts_revision_newest"),
        ),
        migrations.RemoveIndex(model_name="revision", name="posts_revision_of_post"),
        migrations.AddField(
            model_name="post",
            name="emptied_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when nothing is left of it but the addresses that were public.",
                null=True,
                verbose_name="emptied",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["trashed_at", "id"], name="posts_post_trashed"),
        ),
        migrations.RemoveConstraint(model_name="post", name="posts_post_has_title"),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=~models.Q(title="") | models.Q(emptied_at__isnull=False),
                name="posts_post_has_title",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, give_titles),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(emptied_at=None)
                | models.Q(
                    status="trashed",
                    title="",
                    body="",
                    excerpt="",
                    opening="",
                    language="",
                    canonical_url="",
                    seo_title="",
                    seo_description="",
                    cover=None,
                ),
                name="posts_post_empty_or_not",
            ),
        ),
    ]
