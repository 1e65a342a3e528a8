"""The public pages, the dashboard, and what an author does to a post."""

from posts.views.acts import PostDeleteView, PostPublishView, PostRestoreView, PostUnpublishView
from posts.views.archive import ArchiveOverviewView, ArchiveView
from posts.views.cards import card_image
from posts.views.dashboard import BulkActionView, DashboardView
from posts.views.feeds import AuthorFeed, PostFeed, TagFeed
from posts.views.images import ImageUploadView, image_file
from posts.views.markdown import MarkdownView
from posts.views.preview import (
    NewPreviewView,
    PreviewLinkRevokeView,
    PreviewLinksView,
    PreviewView,
    SharedPreviewView,
)
from posts.views.reading import (
    AuthorPostListView,
    PostDetailView,
    PostListView,
    TagPostListView,
)
from posts.views.revisions import (
    RevisionComparisonView,
    RevisionDetailView,
    RevisionListView,
    RevisionRestoreView,
)
from posts.views.search import SearchView
from posts.views.sitemaps import sitemap, sitemap_section
from posts.views.working_copies import (
    WorkingCopyDiscardView,
    WorkingCopySetAsideView,
    WorkingCopyView,
)
from posts.views.writing import PostCreateView, PostUpdateView

__all__ = [
    "ArchiveOverviewView",
    "ArchiveView",
    "AuthorFeed",
    "AuthorPostListView",
    "BulkActionView",
    "DashboardView",
    "ImageUploadView",
    "MarkdownView",
    "NewPreviewView",
    "PostCreateView",
    "PostDeleteView",
    "PostDetailView",
    "PostFeed",
    "PostListView",
    "PostPublishView",
    "PostRestoreView",
    "PostUnpublishView",
    "PostUpdateView",
    "PreviewLinkRevokeView",
    "PreviewLinksView",
    "PreviewView",
    "RevisionComparisonView",
    "RevisionDetailView",
    "RevisionListView",
    "RevisionRestoreView",
    "SearchView",
    "SharedPreviewView",
    "TagFeed",
    "TagPostListView",
    "WorkingCopyDiscardView",
    "WorkingCopySetAsideView",
    "WorkingCopyView",
    "card_image",
    "image_file",
    "sitemap",
    "sitemap_section",
]
