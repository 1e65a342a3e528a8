from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from posts.models import Post

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


class Command(BaseCommand):
    help = "Fill an empty site with the posts in posts/samples/."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Sample posts are for development: set DEBUG=True.")
        if Post.objects.exists():
            self.stdout.write("There are posts already: no samples added.")
            return
        people = {user.handle: user for user in User.objects.all()}
        files = sorted(SAMPLES.glob("*.html"), reverse=True)
        with transaction.atomic():
            for file in tqdm(files, desc="Sample posts", ascii=True):
                self.load(file, people)
        self.stdout.write(f"Sample posts added: {len(files)}.")

    def load(self, file: Path, people: dict[str, User]) -> None:
        """Store one sample: lines of "Key: value", an empty line, and the body."""
        head, _empty, body = file.read_text(encoding="utf-8").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        author = people.get(fields["Author"])
        if author is None:
            raise CommandError(
                f"There is no {fields['Author']} to have written {file.name}: "
                "run `manage.py load_sample_people` first."
            )
        when = timezone.now() - timedelta(days=float(fields["Days-Ago"]))
        post = Post(
            author=author,
            title=fields["Title"],
            body=body,
            excerpt=fields.get("Excerpt", ""),
            language=fields.get("Language", ""),
            created_at=min(when, timezone.now()),
            updated_at=min(when, timezone.now()),
        )
        is_draft = fields["State"] == "draft"
        post.add(
            slug=fields.get("Slug", ""),
            publish=not is_draft,
            at=None if is_draft else when,
            tags=[name for name in fields.get("Tags", "").split(", ") if name],
        )
