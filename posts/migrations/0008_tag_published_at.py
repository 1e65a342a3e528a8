"""Since when a tag's address is public, as it is noted for a post's.

Of what is stored that is the first date of a post with the tag that is or was public, or will be.
The previous version of the code notes none meanwhile: a tag of a public post is known all the same.
"""

from django.db import migrations, models
from django.utils import timezone


def give_dates(apps, schema_editor):
    tag, tagging = apps.get_model("posts", "Tag"), apps.get_model("posts", "Tagging")
    removed = models.Q(
        post__status__in=["hidden", "trashed"], post__published_at__lte=timezone.now()
    ) & ~models.Q(post__trashed_from="draft")
    posts = tagging.objects.filter(removed | models.Q(post__status="published"))
    posts = posts.filter(tag=models.OuterRef("pk")).order_by().values("tag")
    first = posts.annotate(first=models.Min("post__published_at")).values("first")
    tag.objects.update(published_at=models.Subquery(first))


class Migration(migrations.Migration):
    dependencies = [("posts", "0007_search")]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="published_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Empty, or to come, while no post with it was public. Its address is kept.",
                null=True,
                verbose_name="public since",
            ),
        ),
        migrations.RunPython(give_dates, migrations.RunPython.noop),
    ]
