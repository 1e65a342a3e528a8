"""What posts are found by, in each database's own kind of index."""

import django.db.models.deletion
from django.db import migrations, models

from posts.search.documents import digest, document, language_of
from posts.search.fields import DocumentField

MOST_AT_ONCE = 5_000  # posts: a minute or two

CREATE = {
    # The table holds the tokens and FTS5 what finds them: https://www.sqlite.org/fts5.html §4.4.3.
    # The triggers go with the table, so whoever has Django make it anew makes them anew.
    "sqlite": [
        """
        CREATE VIRTUAL TABLE posts_search USING fts5(
            document, content='posts_searchentry', content_rowid='post_id', tokenize='ascii'
        )
        """,
        """
        CREATE TRIGGER posts_search_insert AFTER INSERT ON posts_searchentry BEGIN
            INSERT INTO posts_search (rowid, document) VALUES (new.post_id, new.document);
        END
        """,
        """
        CREATE TRIGGER posts_search_delete AFTER DELETE ON posts_searchentry BEGIN
            INSERT INTO posts_search (posts_search, rowid, document)
            VALUES ('delete', old.post_id, old.document);
        END
        """,
        """
        CREATE TRIGGER posts_search_update AFTER UPDATE ON posts_searchentry BEGIN
            INSERT INTO posts_search (posts_search, rowid, document)
            VALUES ('delete', old.post_id, old.document);
            INSERT INTO posts_search (rowid, document) VALUES (new.post_id, new.document);
        END
        """,
    ],
    # Without fastupdate, which leaves what is new in a list that every look-up has to walk.
    "postgresql": [
        "CREATE INDEX posts_search ON posts_searchentry USING gin (document) WITH (fastupdate = off)"
    ],
    "mysql": ["CREATE FULLTEXT INDEX posts_search ON posts_searchentry (document)"],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER posts_search_insert",
        "DROP TRIGGER posts_search_delete",
        "DROP TRIGGER posts_search_update",
        "DROP TABLE posts_search",
    ],
    "postgresql": ["DROP INDEX posts_search"],
    "mysql": ["DROP INDEX posts_search ON posts_searchentry"],
}


def create_index(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def index_posts(apps, schema_editor):
    """Index the posts of a small site; a large one has a command for it, that it can run on."""
    posts = apps.get_model("posts", "Post").objects.filter(emptied_at=None)
    if (count := posts.count()) > MOST_AT_ONCE:
        print(f"\n  Not searchable yet: {count:,} posts. Run manage.py rebuild_search.")  # noqa: T201
        return
    entries = apps.get_model("posts", "SearchEntry").objects
    for post in posts.only("title", "body", "language").order_by("pk").iterator(chunk_size=100):
        text = (post.title, post.body, post.language)
        entries.create(
            post=post,
            language=language_of(post.language),
            made_from=digest(*text),
            document=document(post.pk, *text),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0006_taggings"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="posts.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        db_index=True,
                        help_text="Whose inflections it is found by.",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "made_from",
                    models.CharField(
                        help_text="The digest of the text, and of the rules, that it was made from.",
                        max_length=64,
                    ),
                ),
                ("document", DocumentField(verbose_name="tokens")),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
            },
        ),
        # Not within a transaction where MariaDB could not take it back anyway.
        migrations.RunPython(create_index, drop_index, atomic=False),
        migrations.RunPython(index_posts, migrations.RunPython.noop),
    ]
