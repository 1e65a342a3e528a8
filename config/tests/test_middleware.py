"""What a proxy says of the visitor, believed from our own proxies only."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from config.middleware import TrustedProxyMiddleware

PROXY, INNER_PROXY = "10.0.0.1", "10.0.0.2"
STRANGER, VISITOR = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _behind_two_proxies(settings):
    settings.TRUSTED_PROXIES = [PROXY, INNER_PROXY]
    settings.ALLOWED_HOSTS = ["testserver", "byline.example"]


def request_from(rf, address, **headers):
    """The request as the rest of the site sees it."""
    names = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    return TrustedProxyMiddleware(lambda request: request)(
        rf.get("/", REMOTE_ADDR=address, **names)
    )


def test_a_trusted_proxy_is_believed(rf):
    request = request_from(
        rf, PROXY, **{"for": VISITOR, "proto": "https", "host": "byline.example"}
    )

    assert request.META["REMOTE_ADDR"] == VISITOR
    assert request.build_absolute_uri() == "https://byline.example/"


@pytest.mark.parametrize("address", [STRANGER, "10.0.0.11", "127.0.0.1", "::1", "", "unix:"])
def test_nobody_else_is_believed(rf, address):
    request = request_from(
        rf, address, **{"for": VISITOR, "proto": "https", "host": "byline.example"}
    )

    assert request.META["REMOTE_ADDR"] == address
    assert request.build_absolute_uri() == "http://testserver/"
    assert not [name for name in request.META if "FORWARDED" in name]


@pytest.mark.parametrize(
    ("forwarded", "visitor"),
    [
        (VISITOR, VISITOR),
        (f"{VISITOR}, {INNER_PROXY}", VISITOR),
        (f"{VISITOR},{INNER_PROXY},{PROXY}", VISITOR),
        (f"192.0.2.1, {VISITOR}", VISITOR),
        (f"{INNER_PROXY}, {VISITOR}", VISITOR),
        (f"192.0.2.1, {PROXY}, {VISITOR}, {INNER_PROXY}", VISITOR),
        ("2001:db8::7", "2001:db8::7"),
        (f"  {VISITOR}  ", VISITOR),
        (f"{VISITOR}, ", VISITOR),
        (f"{VISITOR},,{INNER_PROXY}", VISITOR),
        (INNER_PROXY, PROXY),
        ("", PROXY),
        (" , ", PROXY),
    ],
)
def test_the_visitor_is_the_last_hop_that_is_no_proxy_of_ours(rf, forwarded, visitor):
    request = request_from(rf, PROXY, **{"for": forwarded})

    assert request.META["REMOTE_ADDR"] == visitor


def test_without_a_word_from_the_proxy_it_is_the_visitor(rf):
    request = request_from(rf, PROXY)

    assert request.META["REMOTE_ADDR"] == PROXY
    assert request.build_absolute_uri() == "http://testserver/"


def test_a_trusted_proxy_cannot_name_a_host_that_is_not_ours(client):
    response = client.get("/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-Host": "elsewhere.example"})

    assert response.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "callback"),
    [
        (PROXY, "https://byline.example/oidc/callback/"),
        (STRANGER, "http://testserver/oidc/callback/"),
    ],
)
def test_people_come_back_from_sign_in_to_where_the_trusted_proxy_says(
    client, provider, address, callback
):
    headers = {"X-Forwarded-Host": "byline.example", "X-Forwarded-Proto": "https"}

    response = client.get(
        "/login/", REMOTE_ADDR=address, headers=headers, query_params={"next": "/"}
    )

    assert dict(parse_qsl(urlsplit(response.url).query))["redirect_uri"] == callback
