"""What every input has to be before its own shape counts: text that can be stored.

JSON may spell half of a surrogate pair ("\\ud800") and NUL; no store, stream or switch holds them, so they are refused at the
door. In a query nobody types control characters, and databases compare them each in its own way: there all of them are refused.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load
from werkzeug.routing import IntegerConverter, PathConverter

from cti_server.domain.border import BROKEN_TEXT, is_broken

CONTROL = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROL_REFUSAL = "holds a control character: leave it out"
TWICE = "is given more than once: give it once"


class IdConverter(IntegerConverter):
    """A row's number in a path; longer ones are no page."""

    regex = r"\d{1,18}"


class PageConverter(PathConverter):
    """A path of the page: what is the server's own is none."""

    regex = r"(?!(?:api|scim|switch|socket\.io)(?:/|$))[^/].*?"


class ErrorSchema(Schema):
    error_id = fields.String(required=True, metadata={"description": "kebab-case, never changes"})
    message = fields.String(required=True, metadata={"description": "what is wrong and what to do"})
    details = fields.Dict(keys=fields.String(), required=True)


class BodySchema(Schema):
    """The base of every schema that reads a JSON body. Refuses broken text in any key or value, however deep, with 422."""

    class Meta:
        unknown = RAISE

    @pre_load
    def refuse_broken_text(self, body: Any, **_: Any) -> Any:
        given = body.items() if isinstance(body, dict) else [("_schema", body)]
        wrong = {"_schema" if is_broken(name) else name: [BROKEN_TEXT] for name, value in given if is_broken([name, value])}
        if wrong:
            raise ValidationError(wrong)
        return body


class QuerySchema(Schema):
    """The base of every schema that reads a query string, each name of which stands once; a list stands in one, with commas."""

    @pre_load
    def refuse_what_is_no_value(self, query: Any, **_: Any) -> Any:
        given = dict(query.lists())
        wrong = {name: [CONTROL_REFUSAL] for name, values in given.items() if CONTROL.search("".join(values))}
        wrong |= {name: [TWICE] for name, values in given.items() if len(values) > 1}
        if wrong:
            raise ValidationError(wrong)
        return query
