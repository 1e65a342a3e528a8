"""Types, and at random moments kills what writing depends on. Nothing but two seconds may be missing.

`make chaos` runs it; LOST_RUNS says how often (200), LOST_SEED from which number on.
"""

import os
import random
import sys
import time
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from accounts.models import LoginSession, User
from accounts.tests.factories import UserFactory
from posts.models import Post, Revision, WorkingCopy
from posts.tests.conftest import IN_A_BROWSER, give_cookies
from posts.tests.factories import PostFactory
from posts.tests.site_process import SiteProcess

pytestmark = [pytest.mark.chaos, *IN_A_BROWSER]

RUNS = int(os.environ.get("LOST_RUNS", "200"))
SEED = int(os.environ.get("LOST_SEED", "1"))
KILLED = ["tab", "network", "session", "server", "permission"]
WORDS = ["Words ", "🎉", "naïve ", "本", "<b>bold</b> ", "a & b ", "\n", "👩‍🚀 "]
ALLOWED = 2.0  # seconds of typing


@pytest.fixture
def process(transactional_db):
    process = SiteProcess(str(connection.settings_dict["NAME"]))
    yield process
    process.kill()


class Run:
    """One article, in one browser of its own, interrupted once."""

    def __init__(self, number, chromium, process, author):
        self.random = random.Random(f"{SEED}-{number}")  # noqa: S311
        self.process, self.author = process, author
        self.killed = KILLED[number % len(KILLED)]
        self.old = f"<p>Saved {number}.</p>"
        self.post = PostFactory(author=author, slug=f"run-{number}", published=True, body=self.old)
        self.context = chromium.new_context(base_url=process.url)
        self.sign_in()
        self.typed = []  # (seconds on the page's clock, the text by then)

    def sign_in(self):
        client = Client()
        client.force_login(self.author)
        give_cookies(client, self.context, self.process.url)

    @property
    def address(self):
        return f"/{self.post.slug}/edit/"

    def open(self):
        page = self.context.new_page()
        page.clock.install()
        page.goto(self.address)
        return page

    def type(self, page):
        """Type for some seconds of the page's clock, with pauses, and interrupt somewhere in it."""
        page.locator(".editor-page [role=textbox]").wait_for()
        page.get_by_role("button", name="HTML").click()  # where what is typed is what is stored
        page.locator("[name=body]").wait_for()
        page.locator(".save-state:not([hidden])").wait_for()
        page.evaluate(
            """() => {
                const body = document.querySelector("[name=body]");
                window.write = (more) => {
                    body.setRangeText(more, body.value.length, body.value.length, "end");
                    body.dispatchEvent(new Event("input", { bubbles: true }));
                    return body.value;
                };
            }"""
        )
        chunks = self.random.randint(6, 14)
        killed_after = self.random.randrange(1, chunks)
        self.clock = 0.0
        for number in range(chunks):
            text = page.evaluate(
                "more => window.write(more)", self.random.choice(WORDS) + str(number)
            )
            self.typed.append((self.clock, text))
            pause = self.random.choice([0.05, 0.2, 0.4, 0.7, 1.5, 2.5])
            page.clock.run_for(int(pause * 1000))
            self.clock += pause
            self.let_work(page, pause)
            if number + 1 == killed_after:
                self.kill(page)
                if self.killed == "tab":
                    return

    def let_work(self, page, seconds):
        """Give the page as long as has passed on its clock, unless it has nothing to do."""
        if seconds > 0.1:
            until = time.monotonic() + seconds
            while page.locator("[data-underway]").count() and time.monotonic() < until:
                page.wait_for_timeout(5)

    def kill(self, page):
        match self.killed:
            case "tab":
                page.close(run_before_unload=False)
            case "network":
                self.context.set_offline(True)
            case "session":
                LoginSession.objects.all().delete()
            case "server":
                self.process.kill()
            case "permission":
                User.objects.update(is_author=False)

    def mend(self):
        match self.killed:
            case "network":
                self.context.set_offline(False)
            case "session":
                self.sign_in()
            case "server":
                self.process.start()
            case "permission":
                User.objects.update(is_author=True)

    def recovered(self, page):
        """Return what somebody who opens the form anew finds of what they typed; "" if nothing."""
        page.goto(self.address)
        for _time in range(3):
            page.locator("[data-looked]").wait_for(state="attached")
            go_on = page.get_by_role("link", name="Go on with what was typed")
            if not go_on.count():
                break
            assert page.get_by_label("Text").last.input_value() == self.old
            go_on.first.click()
            page.wait_for_url("**/edit/?copy=*")
        return page.locator("[name=body]").input_value()


def tell(line):
    sys.stdout.write(f"{line}\n")  # `make chaos` shows it


def seconds_missing(typed, found):
    """Return how many seconds of typing are not in what was found."""
    last = typed[-1][0]
    known = [at for at, text in typed if text == found]
    if known:
        return last - known[-1] if known[-1] < last else 0.0
    return last + 1.0


def test_at_most_two_seconds_of_typing_are_missing_and_nothing_is_overwritten(chromium, process):
    author = UserFactory()
    missing, overwritten, earlier, counts = [], [], 0, Counter()
    began = time.monotonic()
    for number in range(RUNS):
        run = Run(number, chromium, process, author)
        page = run.open()
        run.type(page)
        if not page.is_closed():
            page.close(run_before_unload=False)  # and the tab is gone as well
        post = Post.objects.get(pk=run.post.pk)
        if (post.body, post.version) != (run.old, run.post.version):
            overwritten.append((number, "by typing"))
        run.mend()

        # Somebody else has saved meanwhile, now and then.
        is_newer = run.random.random() < 0.3
        if is_newer:
            post.body = "<p>Theirs.</p>"
            post.edit()
            run.old = post.body
        page = run.context.new_page()
        found = run.recovered(page)
        lost = seconds_missing(run.typed, found)
        missing.append(lost)
        counts[run.killed] += 1
        if lost > ALLOWED:
            tell(
                f"run {number}, {run.killed}: {lost:.2f} s missing of {run.typed[-3:]}, {found!r}",
            )

        page.get_by_role("button", name="Update").click()
        if is_newer:
            page.get_by_role("heading", name="This post was changed elsewhere").wait_for()
            if Post.objects.get(pk=post.pk).body != run.old:
                overwritten.append((number, "by a button"))
            page.get_by_role("button", name="Keep theirs").click()
            page.get_by_text("yours is in the history").wait_for()
            if not Revision.objects.filter(post=post, kind="set_aside").exists():
                overwritten.append((number, "what was set aside"))
        else:
            page.wait_for_url(f"**/{post.slug}/")
        # Where a step's answer was lost there can be an earlier copy, which is still to be found.
        earlier += WorkingCopy.objects.filter(post=post).exists()
        run.context.close()
    tell(
        f"{RUNS} runs ({', '.join(f'{name} {count}' for name, count in counts.items())}), "
        f"{(time.monotonic() - began) / RUNS:.1f} s each: at most {max(missing):.2f} s of typing "
        f"missing, in {sum(1 for lost in missing if lost)} runs anything at all; silent "
        f"overwrites: {len(overwritten)}; earlier copies beside: {earlier}.",
    )
    assert max(missing) <= ALLOWED
    assert overwritten == []
