"""Security headers of every response. The page may load from here only; its web phone may also talk to the switch's socket."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from webapp.auth.guard import is_https
from webapp.auth.network import HOST

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}


def phone_origin(phone_ws_url: str) -> str:
    """'ws://host:port' of the switch's socket, '' when there is none or it is no ws URL."""
    parts = urlsplit(phone_ws_url)
    if parts.scheme in ("ws", "wss") and HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return ""


def content_policy(host: str, phone_ws_url: str) -> str:
    """Styles may be inline (component libraries set them), scripts never."""
    connect = ["'self'"]
    if HOST.fullmatch(host):
        connect += [f"ws://{host}", f"wss://{host}"]
    connect += filter(None, [phone_origin(phone_ws_url)])
    rules = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "connect-src": " ".join(connect),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def register(app: Flask, phone_ws_url: str) -> None:
    def add(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = content_policy(request.host, phone_ws_url)
        if is_https():
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith(("/api/", "/scim/", "/switch/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add)
