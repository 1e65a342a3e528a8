from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("register/", views.RegisterView.as_view(), name="register"),
    path("account/", views.AccountView.as_view(), name="account"),
    path("account/profile/", views.ProfileView.as_view(), name="profile"),
    path("account/time-zone/", views.TimeZoneView.as_view(), name="time_zone"),
    path(
        "account/sessions/end-others/",
        views.EndOtherSessionsView.as_view(),
        name="end_other_sessions",
    ),
    path("account/sessions/<int:pk>/end/", views.EndSessionView.as_view(), name="end_session"),
    path("break-glass/<str:token>/", views.BreakGlassView.as_view(), name="break_glass"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path(
        "oidc/backchannel-logout/",
        views.BackchannelLogoutView.as_view(),
        name="backchannel_logout",
    ),
    path(
        "oidc/frontchannel-logout/",
        views.FrontchannelLogoutView.as_view(),
        name="frontchannel_logout",
    ),
    path("oidc/universal-logout/", views.UniversalLogoutView.as_view(), name="universal_logout"),
]
