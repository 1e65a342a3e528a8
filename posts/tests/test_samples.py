from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from selectolax.lexbor import LexborHTMLParser

from posts.management.commands.load_sample_posts import SAMPLES
from posts.models import Post
from posts.sanitiser import removed, sanitise

pytestmark = pytest.mark.django_db


@pytest.fixture
def _development(settings):
    settings.DEBUG = True


@pytest.fixture
def _samples(_development):
    call_command("load_sample_people")
    call_command("load_sample_posts")


@pytest.mark.usefixtures("_samples")
def test_the_samples_are_a_site_of_five_authors_in_every_state():
    posts = list(Post.objects.select_related("author"))

    assert Counter(post.state for post in posts) == {"Published": 40, "Draft": 5, "Scheduled": 1}
    assert {str(post.author) for post in posts} == {
        "Amara Okafor",
        "Jonas Lindqvist",
        "Leila Haddad",
        "Mei Tanaka",
        "Rafael Duarte",
    }


@pytest.mark.usefixtures("_samples")
def test_every_link_and_image_of_the_samples_leads_somewhere(client):
    for post in Post.objects.published():
        tree = LexborHTMLParser(post.body)
        for link in tree.css("a[href^='/']"):
            assert client.get(link.attributes["href"]).status_code == 200
        for image in tree.css("img"):
            assert finders.find(image.attributes["src"].removeprefix(settings.STATIC_URL))


@pytest.mark.usefixtures("_samples")
def test_a_second_load_adds_nothing(capsys):
    call_command("load_sample_posts")

    assert Post.objects.count() == 46
    assert "There are posts already" in capsys.readouterr().out


def test_samples_are_for_development_only():
    with pytest.raises(CommandError, match="DEBUG=True"):
        call_command("load_sample_posts")


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.html")), ids=lambda file: file.stem)
def test_a_sample_loses_nothing_to_the_sanitiser(file: Path):
    body = file.read_text(encoding="utf-8").partition("\n\n")[2]

    assert removed(body, sanitise(body)) == []
