"""The centre's own look: shown to everybody, the login page included; a picture is made small before it is set up."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, request

from cti_server.errors import DatabaseAway
from cti_server.features.look.contract import PICTURES, BadPicture, Look, NoSuchPicture, Picture
from cti_server.features.look.pictures import LARGEST_FILE
from cti_server.features.look.sql import SqlLook
from webapp.auth.guard import needs, public
from webapp.blueprint import PART, Blueprint, answers
from webapp.errors import TooLarge
from webapp.features.look.schemas import ConvertedSchema, ConvertQuery, LookSchema, PictureQuery

WEBP = "image/webp"
FOR_EVER, ASK = "public, max-age=31536000, immutable", "no-cache"
RAW = {"required": True, "content": {"application/octet-stream": {"schema": PART}}}


def routes(look: SqlLook) -> Blueprint:
    blueprint = Blueprint("look", "/api/look", "Own logo and colour")

    @blueprint.get("")
    @blueprint.response(200, LookSchema)
    @answers(DatabaseAway)
    @public
    def own_look() -> Look:
        """Name, colours and pictures of the centre as they are in force, for the login page, too."""
        return look.look()

    @blueprint.get(f"/<any({','.join(PICTURES)}):picture>")
    @blueprint.arguments(PictureQuery, location="query")
    @blueprint.file(WEBP)
    @answers(NoSuchPicture, DatabaseAway)
    @public
    def own_picture(query: dict[str, str], picture: str) -> Response:
        """One of its pictures."""
        body, version = look.picture(cast(Picture, picture))
        return Response(body, content_type=WEBP, headers={"Cache-Control": FOR_EVER if query["version"] == version else ASK})

    @blueprint.post("/picture")
    @blueprint.doc(requestBody=RAW)
    @blueprint.arguments(ConvertQuery, location="query")
    @blueprint.response(200, ConvertedSchema)
    @answers(BadPicture, TooLarge)
    @needs("setup.look.change")
    def convert_picture(query: dict[str, Any]) -> dict[str, str]:
        """Makes a small WebP of a PNG, JPEG or WebP, as the record takes it. Nothing is kept: that does `PATCH
        /api/centre/look/centre`."""
        request.max_content_length = LARGEST_FILE
        return {"picture": look.converted(request.get_data(), query["of"])}

    return blueprint
