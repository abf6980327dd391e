"""The built page: hashed assets are kept for ever, index.html never; any path that is no file is the page's own address."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from webapp.auth.guard import public

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The page is not built</title>
<body><h1>The page is not built</h1>
<p>The server runs, but its page is missing. Run <code>make run</code>, or <code>make page</code> to build the page alone.</p>
<h1 lang="zh-CN">页面尚未构建</h1><p lang="zh-CN">请运行 <code>make run</code> 或 <code>make page</code>。</p></body></html>
"""


def routes(dist: Path) -> Blueprint:
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/")
    @blueprint.get("/<page:path>")
    @public
    def page(path: str = "") -> Response:
        if not (dist / "index.html").is_file():
            return Response(NOT_BUILT, 503, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
        if path and path != "index.html":
            try:
                response = send_from_directory(dist, path)
            except NotFound:
                if path.startswith("assets/"):
                    raise  # a file of another build: a page instead of it would be a riddle
            else:
                hashed = path.startswith("assets/")
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
                return response
        response = send_from_directory(dist, "index.html")
        response.headers["Cache-Control"] = "no-cache"
        return response

    return blueprint
