"""Whether a request comes from our own pages: a cookie is sent by any page, a proof is not."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from gateway.api.errors import ApiError

_JSON = "application/json"


def same_origin(request: Request) -> None:
    """Check that no other site has made the browser send this request.

    A browser says in ``Sec-Fetch-Site`` where a request comes from, and in ``Origin`` which page
    has sent it; no page can change either. One that says neither is too old for us, or no browser,
    which nobody can lure into sending a cookie. Even then the body must be JSON: another site's
    form cannot send it, and its script must first ask us for permission, which we never give.

    Raises:
        ApiError: 403, it comes from elsewhere; 415, it is not JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        raise ApiError(415, "not_json", "send the request as application/json")
    if not _is_ours(request):
        raise ApiError(403, "cross_site", "open the page of this server and try again there")


def _is_ours(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return True
    # Without the scheme: behind a proxy that ends TLS we are asked by http.
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
