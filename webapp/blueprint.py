"""The blueprint of every feature with a REST interface: a body that cannot be read as JSON is told so, however it fails."""

from __future__ import annotations

import json
from typing import Any

import flask_smorest
from flask import Request
from webargs.flaskparser import FlaskParser


class Parser(FlaskParser):
    def _raw_load_json(self, req: Request) -> Any:
        """Raises json.JSONDecodeError, which the parser answers with 400."""
        try:
            return super()._raw_load_json(req)
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise
        except (RecursionError, ValueError) as error:  # nested too deeply, a number of thousands of digits
            raise json.JSONDecodeError(str(error), "unread", 0) from error  # with "" the parser takes it for no body at all


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()
