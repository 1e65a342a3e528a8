"""A site with every kind of page on it, and where each of them is."""

from io import BytesIO
from typing import NamedTuple

from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts.images import prepare
from posts.models import Image, Post, PreviewLink, Revision
from posts.tests.factories import PostFactory, many_published
from posts.tests.pictures import picture, saved

PICTURE = '<img src="{src}" alt="A press, seen from the side">'
EVERYTHING = """
<p>A first paragraph with <em>emphasis</em>, <strong>weight</strong>, <code>code</code>,
<a href="https://elsewhere.example/">a link</a>, <kbd>Ctrl</kbd>, <mark>a mark</mark>
and a note[^1].</p>
<h2>Code</h2>
<pre><code class="language-python">def newest(posts):
    # The first of them, and a comment that is long enough to have to scroll on a narrow screen.
    return sorted(posts, key=lambda post: post.published_at, reverse=True)[0]
</code></pre>
<h2>A table</h2>
<table><caption>Loans</caption><thead><tr><th scope="col">Year</th><th scope="col">Books</th>
<th scope="col">Readers</th><th scope="col">Overdue</th></tr></thead>
<tbody><tr><th scope="row">1974</th><td>1,200</td><td>340</td><td>seventy-two</td></tr></tbody>
</table>
<h2>A figure</h2>
<figure>{picture}<figcaption>What it looks like.</figcaption></figure>
<h3>A list</h3>
<ul><li>One</li><li>Two<ol><li>Two and a half</li></ol></li></ul>
<dl><dt>Slug</dt><dd>The last part of an address.</dd></dl>
<h2>A quotation</h2>
<blockquote><p>Said by somebody.</p></blockquote>
<details><summary>More</summary><p>Hidden at first.</p></details>
<hr>
<p dir="rtl" lang="ar">كل كتاب له قارئ.</p>
<p>[^1]: What the note says.</p>
"""


class Page(NamedTuple):
    name: str
    path: str
    viewer: str = ""  # the handle of who looks; "" for somebody without an account
    status: int = 200


class Site:
    """The rows behind the pages."""

    def __init__(self) -> None:
        self.author = UserFactory(handle="ada", first_name="Ada", last_name="Author")
        self.author.bio = "Writes about libraries.\nLives by the sea."
        self.author.links = "https://ada.example/\nhttps://social.example/@ada"
        self.author.save()
        self.admin = UserFactory(handle="sten", first_name="Sten", last_name="Staff", admin=True)
        many_published(45, self.author)
        photograph = prepare(BytesIO(saved(picture(960, 720), "JPEG")))
        image = Image.objects.store(photograph, self.author, "press.jpg", "A press")
        body = EVERYTHING.format(picture=PICTURE.format(src=image.src))
        body += f"<p>{'So many words that it has a table of contents. ' * 60}</p>"
        self.post = Post(author=self.author, title="Everything at once", body=body)
        self.post.add(slug="everything", publish=True, tags=["Libraries", "Code & words"])
        self.post.body = body.replace("A first paragraph", "The first paragraph")
        self.post.edit(by=self.author)
        covered = PostFactory(
            author=self.author, slug="covered", published=True, title="With a cover", cover=image
        )
        covered.save()
        PostFactory(
            author=self.author,
            slug="right-to-left",
            published=True,
            language="ar",
            title="كل كتاب له قارئ",
            body="<p>كل كتاب له قارئ، ولكل قارئ كتاب.</p>",
        )
        PostFactory(author=self.author, slug="draft", title="A draft")
        PostFactory(author=self.author, slug="scheduled", title="To come", scheduled=True)
        PostFactory(author=self.author, slug="hidden", title="Hidden", hidden=True)
        PostFactory(author=self.author, slug="trashed", title="Trashed", trashed=True)
        self.link = PreviewLink.objects.make(self.post, by=self.author, days=7)
        ended = PreviewLink.objects.make(self.post, by=self.author, days=7, note="For Mei")
        PreviewLink.objects.filter(pk=ended.pk).revoke()
        self.ended = ended

    @property
    def pages(self) -> list[Page]:
        old, new = Revision.objects.of(self.post).order_by("pk")[:2]
        first = f"/?before={_cursor_of_the_first_page()}"
        return [
            Page("home", "/"),
            Page("older posts", first),
            Page("beyond the last post", "/?before=0.1"),
            Page("post", "/everything/"),
            Page("post with a cover", "/covered/"),
            Page("post from right to left", "/right-to-left/"),
            Page("author", "/authors/ada/"),
            Page("author without a post", "/authors/sten/"),
            Page("tag", "/tags/libraries/"),
            Page("archive", "/archive/"),
            Page("month", "/archive/2025/01/"),
            Page("month without a post", "/archive/2024/01/"),
            Page("search", "/search/"),
            Page("search with results", "/search/?q=paragraph"),
            Page("search without results", "/search/?q=zyzzyva"),
            Page("not found", "/nothing/", status=404),
            Page("removed", "/hidden/", status=410),
            Page("refused", "/everything/edit/", viewer="sten", status=403),
            Page("shared preview", f"/preview/{self.link.secret}/"),
            Page("ended preview", f"/preview/{self.ended.secret}/", status=410),
            Page("signed-in home", "/", viewer="ada"),
            Page("own post", "/everything/", viewer="ada"),
            Page("draft", "/draft/", viewer="ada"),
            Page("scheduled post", "/scheduled/", viewer="ada"),
            Page("trashed post", "/trashed/", viewer="ada", status=410),
            Page("dashboard", "/dashboard/", viewer="ada"),
            Page("empty dashboard", "/dashboard/", viewer="sten"),
            Page("new post", "/dashboard/new/", viewer="ada"),
            Page("edit", "/everything/edit/", viewer="ada"),
            Page("delete", "/everything/delete/", viewer="ada"),
            Page("preview", "/everything/preview/", viewer="ada"),
            Page("preview links", "/everything/previews/", viewer="ada"),
            Page("revisions", "/everything/revisions/", viewer="ada"),
            Page("revision", f"/everything/revisions/{old.pk}/", viewer="ada"),
            Page(
                "comparison",
                f"/everything/revisions/compare/?old={old.pk}&new={new.pk}",
                viewer="ada",
            ),
            Page("own pictures", "/dashboard/images/", viewer="ada"),
            Page("account", "/account/", viewer="ada"),
        ]

    def client(self, page: Page) -> Client:
        """Return a client that is signed in as whoever looks at a page."""
        client = Client()
        if page.viewer:
            client.force_login(User.objects.get(handle=page.viewer))
        return client


def _cursor_of_the_first_page() -> str:
    return Client().get("/").context["page_obj"].older
