from django.conf import settings
from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from posts import illustrations, views


class SlugConverter(StringConverter):
    """A slug in any script; no control character, which no address holds and no database likes."""

    regex = r"[^/\x00-\x1f\x7f]+"


class ImageFileConverter(StringConverter):
    """The name of a picture's file: a digest and a width, and nothing that leads elsewhere."""

    regex = illustrations.FILE.pattern


class YearConverter(IntConverter):
    regex = "[0-9]{4}"

    def to_url(self, value: str | int) -> str:
        return f"{int(value):04}"


class MonthConverter(IntConverter):
    """The number of a month, written in two digits; one is understood."""

    regex = "[0-9]{1,2}"

    def to_url(self, value: str | int) -> str:
        return f"{int(value):02}"


register_converter(SlugConverter, "address")
register_converter(ImageFileConverter, "image")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

app_name = "posts"

#: The addresses of feeds, by format, which follow those of what they are about.
FEEDS = {"atom": "feed/atom.xml", "rss": "feed/rss.xml", "json": "feed/feed.json"}

urlpatterns = [
    path("", views.PostListView.as_view(), name="list"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", views.sitemap_section, name="sitemap_section"),
    path("authors/<address:handle>/", views.AuthorPostListView.as_view(), name="author"),
    path("tags/<address:tag>/", views.TagPostListView.as_view(), name="tag"),
    path("archive/", views.ArchiveOverviewView.as_view(), name="archive_overview"),
    path("archive/<year:year>/<month:month>/", views.ArchiveView.as_view(), name="archive"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("dashboard/bulk/", views.BulkActionView.as_view(), name="bulk"),
    path("dashboard/new/", views.PostCreateView.as_view(), name="create"),
    path("dashboard/new/preview/", views.NewPreviewView.as_view(), name="new_preview"),
    path("preview/<str:secret>/", views.SharedPreviewView.as_view(), name="shared_preview"),
    path("dashboard/images/", views.ImageUploadView.as_view(), name="upload"),
    path(f"{settings.MEDIA_URL.lstrip('/')}<image:name>", views.image_file, name="image"),
    path(
        "dashboard/working-copy/<uuid:form>/", views.WorkingCopyView.as_view(), name="working_copy"
    ),
    path(
        "dashboard/working-copy/<uuid:form>/set-aside/",
        views.WorkingCopySetAsideView.as_view(),
        name="set_aside",
    ),
    path(
        "dashboard/working-copy/<uuid:form>/discard/",
        views.WorkingCopyDiscardView.as_view(),
        name="discard",
    ),
    path("dashboard/markdown/", views.MarkdownView.as_view(), name="markdown"),
    *(path(at, views.PostFeed(name), name=name) for name, at in FEEDS.items()),
    *(
        path(f"authors/<address:handle>/{at}", views.AuthorFeed(name), name=f"author_{name}")
        for name, at in FEEDS.items()
    ),
    *(
        path(f"tags/<address:tag>/{at}", views.TagFeed(name), name=f"tag_{name}")
        for name, at in FEEDS.items()
    ),
    path("<address:slug>/", views.PostDetailView.as_view(), name="detail"),
    path("<address:slug>/card.png", views.card_image, name="card"),
    path("<address:slug>/edit/", views.PostUpdateView.as_view(), name="update"),
    path("<address:slug>/delete/", views.PostDeleteView.as_view(), name="delete"),
    path("<address:slug>/publish/", views.PostPublishView.as_view(), name="publish"),
    path("<address:slug>/unpublish/", views.PostUnpublishView.as_view(), name="unpublish"),
    path("<address:slug>/restore/", views.PostRestoreView.as_view(), name="restore"),
    path("<address:slug>/preview/", views.PreviewView.as_view(), name="preview"),
    path("<address:slug>/previews/", views.PreviewLinksView.as_view(), name="preview_links"),
    path(
        "<address:slug>/previews/<int:pk>/revoke/",
        views.PreviewLinkRevokeView.as_view(),
        name="revoke_preview",
    ),
    path("<address:slug>/revisions/", views.RevisionListView.as_view(), name="revisions"),
    path(
        "<address:slug>/revisions/compare/",
        views.RevisionComparisonView.as_view(),
        name="compare_revisions",
    ),
    path("<address:slug>/revisions/<int:pk>/", views.RevisionDetailView.as_view(), name="revision"),
    path(
        "<address:slug>/revisions/<int:pk>/restore/",
        views.RevisionRestoreView.as_view(),
        name="restore_revision",
    ),
]
