"""What machines are told stands in the page under its strict policy, in the machine's Chromium."""

import pytest

from posts.tests.conftest import IN_A_BROWSER
from posts.tests.factories import PostFactory

pytestmark = IN_A_BROWSER

DATA = 'script[type="application/ld+json"]'


@pytest.mark.parametrize("address", ["/", "/a-post/", "/authors/ada/"])
def test_the_policy_has_no_complaint_about_data_in_a_script_element(open_browser, author, address):
    author.handle = "ada"
    author.save()
    title = "</script><script>document.title = 'run'</script>"
    PostFactory(published=True, author=author, slug="a-post", title=title)
    page = open_browser()

    page.goto(address)

    told = page.eval_on_selector(DATA, "element => JSON.parse(element.textContent)")
    assert told["@context"] == "https://schema.org"
    assert page.locator(DATA).count() == 1
    assert page.title() != "run"


def test_a_share_image_is_one_that_browsers_can_show(open_browser, author):
    PostFactory(published=True, author=author, slug="a-post")
    page = open_browser()

    page.goto("/a-post/")
    size = page.evaluate(
        """async () => {
            const image = new Image();
            image.src = document.querySelector('[property="og:image"]').content.replace(/^.*?(?=\\/a-)/, "");
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }"""
    )

    assert size == [1200, 630]
