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


def install_headers(app: Flask) -> None:
    """Add the headers to all responses of an app."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _EVERYWHERE.items():
            response.headers.setdefault(name, value)
        is_page = response.mimetype == "text/html"
        # With no-cache a browser goes back to a page without a request; with no-store it could not.
        response.headers.setdefault("Cache-Control", "no-cache" if is_page else "no-store")
        if is_page:
            response.vary.add("Accept-Language")
            for name, value in _ON_PAGES.items():
                response.headers.setdefault(name, value)
        return response
