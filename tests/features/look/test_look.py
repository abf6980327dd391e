"""The centre's own look: drafted, in force with a publication, part of its document, gone again."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select

from cti_server.adapters.sql.database import transaction
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.entities.contract import BadEntry
from cti_server.features.look.contract import NoSuchPicture
from cti_server.features.look.sql import SqlLook
from cti_server.features.publication import document
from cti_server.features.registry import ENTITIES
from tests.features.entities.conftest import EVE, Kit
from tests.features.look.drawn import drawn, size, text

PRODUCTS = {"name": "", "colours": None, "logo_light": "", "logo_dark": "", "icon": ""}


def test_it_takes_force_with_a_publication_and_ends_with_one(both: Kit) -> None:
    look = SqlLook(both.engine)
    assert look.look() == PRODUCTS
    both.set("look", "centre", 1, name="城南热线", accent="#b0004a", logo_dark=text(drawn(600, 300)), icon=text(drawn(64, 64)))
    assert look.look() == PRODUCTS, "it is in the draft"
    assert both.publish() == ()
    seen = look.look()
    assert (seen["name"], seen["colours"]["light"]["accent"], seen["logo_light"]) == ("城南热线", "#b0004a", "")  # type: ignore[index]
    body, version = look.picture("logo_dark")
    assert (size(body), seen["logo_dark"]) == ((320, 160), f"/api/look/logo_dark?version={version}")
    with pytest.raises(NoSuchPicture):
        look.picture("logo_light")
    both.set("look", "centre", None, name="", accent="", logo_dark="", icon="")
    assert both.publish() == ()
    assert look.look() == PRODUCTS
    assert [one["action"] for one in both.audits()] == ["entity.changed"] * 2


def test_the_document_takes_it_elsewhere_unchanged(kit: Kit) -> None:
    kit.set(
        "look", "centre", None, name="热线", accent="#0d7a56", logo_light=text(drawn(900, 300, "JPEG", "RGB", noise=True), "jpeg")
    )
    told = document.write({"look": kit.publications.now()["look"]}, ENTITIES)
    assert kit.publications.take(document.read(told, ENTITIES), EVE, dry=True) == ([], {})
    kit.set("look", "centre", None, name="", accent="", logo_light="")
    kit.publications.take(document.read(told, ENTITIES), EVE)
    assert document.write({"look": kit.publications.now()["look"]}, ENTITIES) == told
    assert document.read("format: 1\nlook: {}\n", ENTITIES)["look"]["centre"]["name"] == ""


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("accent", "#ffcc00", "contrast"),
        ("accent", "blue", "value"),
        ("accent", "#1B63D8", "value"),
        ("logo_light", "data:image/svg+xml;base64,PHN2Zy8+", "picture"),
        ("icon", "javascript:alert(1)", "picture"),
        ("icon", 7, "value"),
        ("name", "x" * 41, "length"),
        ("name", "a\nb", "characters"),
    ],
)
def test_what_is_refused(kit: Kit, field: str, value: object, problem: str) -> None:
    with pytest.raises(BadEntry) as refused:
        kit.set("look", "centre", None, **{field: value})
    assert [(one["field"], one["problem"]) for one in refused.value.details["problems"]] == [(field, problem)]
    assert kit.values("look", "centre")[field] == ""


def test_versions_from_before_it_was_there_differ_in_nothing(kit: Kit) -> None:
    with transaction(kit.engine) as session:
        for row in session.scalars(select(ConfigVersion)):
            row.records = orjson.dumps({name: one for name, one in orjson.loads(row.records).items() if name != "look"}).decode()
    assert kit.publications.difference() == []
    kit.set("look", "centre", None, name="x")
    assert kit.publications.discard(EVE, entity="look", key="centre") == 1
    assert kit.values("look", "centre")["name"] == ""
