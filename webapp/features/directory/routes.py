"""The switch's directory of phones (mod_xml_curl). Only for who knows the secret; without a secret it is switched off.

The switch reads an answer with another status than 200 as "not there" and goes on to its static directory.
"""

from __future__ import annotations

import structlog
from flask import Response, request
from marshmallow import ValidationError

from cti_server.errors import DatabaseAway
from cti_server.features.centre.service import Phone, Phones
from webapp.auth.guard import public, same_secret
from webapp.blueprint import Blueprint, answers
from webapp.errors import TooLarge
from webapp.features.directory.schemas import LookupSchema, not_found, user_document

log = structlog.get_logger(__name__)

USER = "cti"
XML = "text/xml; charset=utf-8"
DOCUMENT = {"type": "string", "description": "FreeSWITCH's XML: section directory with one user, or section result, not found"}
NOBODY = not_found().decode()
EXAMPLE = user_document(Phone("1001", "k3Yw-phone", "1001", "李伟"), "127.0.0.1").decode()
FORM = {"content": {"application/x-www-form-urlencoded": {"schema": LookupSchema}}}


def routes(phones: Phones, secret: str, realm: str, tenant: str) -> Blueprint:
    blueprint = Blueprint("directory", "/switch", "The switch's directory of phones (mod_xml_curl)")

    @blueprint.post("/directory")
    @blueprint.doc(security=[{"switch": []}], requestBody=FORM)
    @blueprint.response(200, DOCUMENT, content_type=XML, example=EXAMPLE)
    @blueprint.alt_response(401, schema=DOCUMENT, content_type=XML, example=NOBODY, description="The secret is wrong.")
    @blueprint.alt_response(
        404, schema=DOCUMENT, content_type=XML, example=NOBODY, description="There is no secret: it is switched off."
    )
    @answers(DatabaseAway, TooLarge)
    @public
    def look_up() -> Response:
        """A phone's account, for the switch."""
        if not secret:
            return _xml(not_found(), 404)
        if not is_right(secret):
            response = _xml(not_found(), 401)
            response.headers["WWW-Authenticate"] = 'Basic realm="cti"'
            return response
        try:
            wanted = LookupSchema().load(request.form.to_dict())
        except ValidationError:
            return _xml(not_found())
        extension = wanted["user"] or (wanted["key_value"] if wanted["key_name"] == "id" else "")
        asks_for_user = wanted["section"] in ("", "directory") and extension and wanted["purpose"] in ("", "publish-vm")
        if not asks_for_user or wanted["domain"] not in ("", realm):
            return _xml(not_found())
        phone = phones.phone(extension)
        if phone is None or not phone.password:
            log.info("the switch asks for an unknown phone", extension=extension)
            return _xml(not_found())
        return _xml(user_document(phone, wanted["domain"] or realm, tenant))

    return blueprint


def _xml(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type=XML)


def is_right(secret: str) -> bool:
    """Whether a switch asks, which knows the secret."""
    given = request.authorization
    login, password = (given.username or "", given.password or "") if given is not None and given.type == "basic" else ("", "")
    same_login, same_password = same_secret(USER, login), same_secret(secret, password)
    return same_login and same_password
