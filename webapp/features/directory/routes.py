"""The switch's directory of phones (mod_xml_curl). Only for who knows the secret; without a secret it is switched off.

The switch reads an answer with another status than 200 as "not there" and goes on to its static directory.
"""

from __future__ import annotations

import hmac

import structlog
from flask import Blueprint, Response, request
from marshmallow import ValidationError

from webapp.auth.guard import public
from webapp.context import parts
from webapp.features.directory.schemas import LookupSchema, not_found, user_document

log = structlog.get_logger(__name__)
blueprint = Blueprint("directory", __name__)

USER = "cti"
CONTEXT = "agents"
XML = "text/xml; charset=utf-8"


def _xml(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type=XML)


def _secret_is_right(secret: str) -> bool:
    given = request.authorization
    login = (given.username or "") if given is not None and given.type == "basic" else ""
    password = (given.password or "") if given is not None and given.type == "basic" else ""
    same_login = hmac.compare_digest(login.encode("utf-8", "replace"), USER.encode())
    same_secret = hmac.compare_digest(password.encode("utf-8", "replace"), secret.encode("utf-8", "replace"))
    return same_login and same_secret


@blueprint.post("/switch/directory")
@public
def look_up() -> Response:
    secret = parts().settings.xml_curl_secret
    if not secret:
        return _xml(not_found(), 404)
    if not _secret_is_right(secret):
        response = _xml(not_found(), 401)
        response.headers["WWW-Authenticate"] = 'Basic realm="cti"'
        return response
    try:
        wanted = LookupSchema().load(request.form.to_dict())
    except ValidationError:
        return _xml(not_found())
    realm = parts().settings.phone_realm
    extension = wanted["user"] or (wanted["key_value"] if wanted["key_name"] == "id" else "")
    asks_for_user = wanted["section"] in ("", "directory") and extension and wanted["purpose"] in ("", "publish-vm")
    if not asks_for_user or wanted["domain"] not in ("", realm):
        return _xml(not_found())
    phone = parts().ports.centre.phone(extension)
    if phone is None or not phone.password:
        log.info("the switch asks for an unknown phone", extension=extension)
        return _xml(not_found())
    return _xml(user_document(phone, wanted["domain"] or realm, CONTEXT))
