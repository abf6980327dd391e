"""mod_xml_curl's form fields and the XML that it reads."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree
from marshmallow import EXCLUDE, Schema, fields, validate

from cti_server.domain.tenant import SHIPPED, VARIABLE
from cti_server.features.centre.service import Phone

WORD = validate.Length(0, 255)
CONTEXT = "agents"


ASKED = ("section", "tag_name", "key_name", "key_value", "user", "domain", "purpose")


class _Asked(Schema):
    """What the switch asks for. It sends many more fields; only these matter."""

    class Meta:
        unknown = EXCLUDE


LookupSchema = _Asked.from_dict({name: fields.String(load_default="", validate=WORD) for name in ASKED}, name="Lookup")


def not_found() -> bytes:
    document = etree.Element("document", type="freeswitch/xml")
    section = etree.SubElement(document, "section", name="result")
    etree.SubElement(section, "result", status="not found")
    return _bytes(document)


def add_user(users: etree._Element, extension: str, password: str, name: str, more: Mapping[str, str], **attributes: str) -> None:
    """A phone; ``more``: variables of its legs. lxml quotes every value; control characters, which XML cannot have, go."""
    user = etree.SubElement(users, "user", id=_text(extension), **attributes)
    etree.SubElement(etree.SubElement(user, "params"), "param", name="password", value=_text(password))
    values = {
        "user_context": CONTEXT,
        "effective_caller_id_number": extension,  # not what the phone says of itself
        "effective_caller_id_name": name,
        "cti_extension": extension,
        "accountcode": extension,  # the channels table has it
        **more,
    }
    variables = etree.SubElement(user, "variables")
    for key, value in values.items():
        etree.SubElement(variables, "variable", name=key, value=_text(value))


def user_document(phone: Phone, domain: str, tenant: str = SHIPPED) -> bytes:
    """One user of the directory.

    ``cacheable``: while nobody answers, the switch goes on with what it knows, so phones stay registered for its own queue. Its
    watchdog empties that cache every 30 s while there is a daemon.
    """
    document = etree.Element("document", type="freeswitch/xml")
    section = etree.SubElement(document, "section", name="directory")
    realm = etree.SubElement(section, "domain", name=_text(domain))
    groups = etree.SubElement(realm, "groups")
    users = etree.SubElement(etree.SubElement(groups, "group", name="agents"), "users")
    add_user(users, phone.extension, phone.password, phone.name, {VARIABLE: tenant}, cacheable="true")
    return _bytes(document)


def _text(value: str) -> str:
    """XML 1.0 text; '${' would be expanded by the switch."""
    kept = "".join(c for c in value if c in "\t" or (c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff"))
    return kept.replace("${", "$ {")


def _bytes(document: etree._Element) -> bytes:
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=False))
