"""Whatever becomes of a post, in whatever order: each text the site said it has can be found."""

import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.tests.factories import UserFactory
from posts.models import EditConflict, Post, Revision, WorkingCopy

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAUSES = [
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1, hours=1),
    timedelta(days=20),
    timedelta(days=200),
]
WHO = st.integers(0, 1)


class Writing(RuleBasedStateMachine):
    """Two people write one post, each with a form open, on a clock that moves in jumps.

    `saved` are texts that a save acknowledged, `published` those that were public or meant to be,
    `typed` those a working copy acknowledged; each was said at a time.
    """

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.now = self.clock.start()
        self.people = UserFactory.create_batch(2)
        self.count = 0
        self.saved, self.published, self.typed = {}, set(), {}
        self.session = []
        self.post = Post(author=self.people[0], title="A title", body=self.words())
        self.post.add(slug=f"mine-{uuid.uuid4()}")
        self.acknowledge(self.people[0])

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def words(self):
        self.count += 1
        return f"<p>Words {self.count}.</p>"

    def stored(self):
        return Post.objects.get(pk=self.post.pk)

    def acknowledge(self, editor):
        """Note what the post says now: in one session a later save takes the place of an earlier."""
        post, now = self.stored(), datetime.now(UTC)
        if post.last_state != "draft":
            self.published.add(post.body)
            self.session = []
            return
        if (
            self.session
            and self.session[0] == editor
            and now - self.session[1] < timedelta(minutes=30)
        ):
            self.saved.pop(self.session[2], None)
        self.session = [editor, now, post.body]
        self.saved[post.body] = now

    @rule(who=WHO)
    def save(self, who):
        post = self.stored()
        post.body = self.words()
        post.edit(version=post.version, by=self.people[who])
        self.acknowledge(self.people[who])

    @rule(who=WHO)
    def save_over_something_newer(self, who):
        """The conflict keeps what is stored; what was typed is in the working copy and the form."""
        post = self.stored()
        before, post.body = post.body, self.words()
        with pytest.raises(EditConflict):
            post.edit(version=post.version - 1, by=self.people[who])
        assert self.stored().body == before

    @rule(who=WHO)
    def type(self, who):
        copy = WorkingCopy(
            author=self.people[who], form=uuid.uuid4(), post=self.post, body=self.words()
        )
        copy.fields = {"title": "A title"}
        copy.save()
        self.typed[copy.body] = datetime.now(UTC)

    @rule()
    def publish(self):
        try:
            self.stored().publish()
        except ValidationError:
            return
        self.published.add(self.stored().body)
        self.session = []

    @rule(is_saved_on=st.booleans())
    def unpublish(self, is_saved_on):
        if self.stored().unpublish() and is_saved_on:
            self.save(0)

    @rule()
    def trash(self):
        self.stored().trash()

    @rule()
    def restore_from_the_trash(self):
        self.stored().restore()

    @rule(data=st.data())
    def go_back(self, data):
        rows = list(Revision.objects.of(self.post).order_by("pk"))
        row = data.draw(st.sampled_from(rows))
        post = self.stored()
        is_same = post.body == row.body
        post.go_back_to(row, version=post.version, by=self.people[0])
        if not is_same:
            self.session = []
            self.published.add(row.body)  # a restored row stays for ever

    @rule(who=WHO)
    def hand_over(self, who):
        if self.stored().hand_over(self.people[who]):
            now = datetime.now(UTC)
            self.typed = dict.fromkeys(self.typed, now)

    @precondition(lambda self: self.count > 2)
    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause):
        self.now.shift(pause)

    @rule()
    def prune(self):
        """Of what nobody published, the last of each day stays after 30 days, of each month later."""
        call_command("prune_revisions", stdout=StringIO(), stderr=StringIO())
        now = datetime.now(UTC)
        for texts in (self.saved, self.typed):
            last = {self.period(said_at, now): text for text, said_at in texts.items()}
            for text, said_at in list(texts.items()):
                if now - said_at > timedelta(days=30) and last[self.period(said_at, now)] != text:
                    del texts[text]

    @staticmethod
    def period(said_at, now):
        return f"{said_at:%Y-%m-%d}" if now - said_at <= timedelta(days=365) else f"{said_at:%Y-%m}"

    @invariant()
    def every_text_is_found(self):
        kept = set(Revision.objects.of(self.post).values_list("body", flat=True))
        kept |= set(WorkingCopy.objects.values_list("body", flat=True))
        kept.add(self.stored().body)
        assert {*self.saved, *self.published, *self.typed} <= kept


def run(examples, steps):
    Writing.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Writing.TestCase("runTest").runTest()


def test_what_was_published_outlives_the_session_it_was_written_in():
    """One order of the many, so that it is tried in every run."""
    writing = Writing()
    writing.publish()
    writing.unpublish(is_saved_on=True)
    writing.save(0)
    writing.every_text_is_found()
    writing.teardown()


def test_no_text_is_lost_whatever_is_done_in_whatever_order():
    run(examples=30, steps=25)


@pytest.mark.slow
def test_no_text_is_lost_in_many_more_orders():
    run(examples=200, steps=50)
