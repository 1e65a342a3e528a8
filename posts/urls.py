from django.urls import path, register_converter
from django.urls.converters import StringConverter

from posts import views


class SlugConverter(StringConverter):
    """A slug in any script; no control character, which no address holds and no database likes."""

    regex = r"[^/\x00-\x1f\x7f]+"


register_converter(SlugConverter, "address")

app_name = "posts"

urlpatterns = [
    path("", views.PostListView.as_view(), name="list"),
    path("authors/<address:handle>/", views.AuthorPostListView.as_view(), name="author"),
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("dashboard/new/", views.PostCreateView.as_view(), name="create"),
    path("<address:slug>/", views.PostDetailView.as_view(), name="detail"),
    path("<address:slug>/edit/", views.PostUpdateView.as_view(), name="update"),
    path("<address:slug>/delete/", views.PostDeleteView.as_view(), name="delete"),
    path("<address:slug>/publish/", views.PostPublishView.as_view(), name="publish"),
    path("<address:slug>/unpublish/", views.PostUnpublishView.as_view(), name="unpublish"),
    path("<address:slug>/restore/", views.PostRestoreView.as_view(), name="restore"),
]
