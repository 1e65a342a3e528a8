"""Every address of the site. The first segments used here and in posts/ are no post's to take."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import CallbackView
from config import views

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("admin/", admin.site.urls),
    path("oidc/callback/", CallbackView.as_view(), name="oidc_authentication_callback"),
    path("", include("accounts.urls")),
    path("", include("posts.urls")),
]
