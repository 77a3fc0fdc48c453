"""Security headers of every response."""

from flask import Flask, Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' https: data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_EVERYWHERE = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_ON_PAGES = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
# With no-cache a browser goes back to a page without a request; with no-store it could not.
_HEADERS = {**_EVERYWHERE, "Cache-Control": "no-store"}
_PAGE_HEADERS = {**_EVERYWHERE, "Cache-Control": "no-cache", **_ON_PAGES}


def install_headers(app: Flask) -> None:
    """Add the headers to all responses of an app."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        present = {name.lower() for name, _ in headers}  # once: each look-up in Headers is a scan
        is_page = response.mimetype == "text/html"
        for name, value in (_PAGE_HEADERS if is_page else _HEADERS).items():
            if name.lower() not in present:
                headers.add(name, value)
        if is_page:
            response.vary.add("Accept-Language")
        return response
