"""SCIM 2.0: other programs make, change and end people. Errors are SCIM's own (``webapp.errors``).

A program acts with an API token that has the right ``users.provision``. It gives no role, and changes nobody's, that goes further
than what the token's user may: what else the token may do is another matter. Whoever is made inactive is out at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flask
import structlog
from flask import Response, request
from pydantic import ValidationError
from scim2_models import Context, Error, ListResponse, PatchOp, ResponseParameters, Schema, SCIMException, ScimPolicy
from werkzeug.exceptions import HTTPException

from cti_server.domain.border import is_broken
from cti_server.errors import BadArguments
from cti_server.features.entities.contract import By, NoSuchEntry, Outcome, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.roles.service import Scopes
from cti_server.features.sign_in.contract import PROVISION
from cti_server.features.sign_in.people import Person, SqlPeople
from cti_server.features.users.entities import USERS
from cti_server.features.users.service import Accounts
from webapp.auth.guard import acting, current_user, issuer, needs, own_origin, program_only, token_id
from webapp.errors import SCIM_TYPE, WrongContentType
from webapp.features.scim.schemas import CONFIG, MOST, SCHEMAS, TYPES, Group, User, group_of, record_of, user_of

log = structlog.get_logger(__name__)

ROOT = "/scim/v2"
FILTER = re.compile(r'\s*([A-Za-z.:0-9]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*', re.IGNORECASE)
USER_FILTERS = {"username": "login", "externalid": "external_id", "id": "id"}
LONGEST_ID = 18
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""What is not kept here is left out; and as Microsoft Entra speaks."""


def routes(
    people: SqlPeople,
    entities: Entities,
    accounts: Accounts,
    scopes: Scopes,
    leaving: Callable[[str], Callable[[Outcome], None]],
) -> flask.Blueprint:
    """``leaving``: what follows when a user is changed."""
    blueprint = flask.Blueprint("scim", __name__, url_prefix=ROOT)

    def route(rule: str, method: str = "GET") -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        def mark(view: Callable[..., Response]) -> Callable[..., Response]:
            needs(PROVISION)(program_only(view))
            blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
            return view

        return mark

    # ------------------------------------------------------------ what there is

    @route("/ServiceProviderConfig")
    def provider_config() -> Response:
        return _answer(CONFIG, Context.RESOURCE_QUERY_RESPONSE)

    @route("/Schemas")
    def list_schemas() -> Response:
        return _listed([one.to_schema() for one in SCHEMAS], Schema)

    @route("/Schemas/<key>")
    def read_schema(key: str) -> Response:
        return _answer(_named([one.to_schema() for one in SCHEMAS], key), Context.RESOURCE_QUERY_RESPONSE)

    @route("/ResourceTypes")
    def list_types() -> Response:
        return _listed(TYPES, type(TYPES[0]))

    @route("/ResourceTypes/<key>")
    def read_type(key: str) -> Response:
        return _answer(_named(TYPES, key), Context.RESOURCE_QUERY_RESPONSE)

    # ------------------------------------------------------------ users

    @route("/Users")
    def list_users() -> Response:
        first, count = _page()
        wanted = _filtered(USER_FILTERS)
        if "id" in wanted:
            wanted["id"] = _number(wanted["id"])
        total, found = people.find(wanted, first, count)
        return _page_of([user_of(one, _root()) for one in found], User, total, first)

    @route("/Users", "POST")
    def create_user() -> Response:
        wanted = _read(User, Context.RESOURCE_CREATION_REQUEST)
        said = record_of(wanted)
        login = said["login"]
        entities.change(USERS.name, Wish(login, said, create=True), by())
        people.call(login, wanted.external_id or "")
        _, found = people.find({"login": login}, 0, 1)
        if not found:
            raise NoSuchEntry("it has just been removed")
        made = user_of(found[0], _root())
        return _answer(made, Context.RESOURCE_CREATION_RESPONSE, 201, {"Location": str(made.meta.location)})

    @route("/Users/<key>")
    def read_user(key: str) -> Response:
        return _answer(user_of(known(key), _root()), Context.RESOURCE_QUERY_RESPONSE)

    @route("/Users/<key>", "PUT")
    def replace_user(key: str) -> Response:
        person = known(key)
        wanted = _read(User, Context.RESOURCE_REPLACEMENT_REQUEST)
        try:
            wanted.replace(user_of(person, _root()))
        except SCIMException as error:
            raise _scim(error.to_error()) from error
        return changed(person, wanted, Context.RESOURCE_REPLACEMENT_RESPONSE)

    @route("/Users/<key>", "PATCH")
    def patch_user(key: str) -> Response:
        person = known(key)
        wanted = user_of(person, _root())
        operations: Any = _read(PatchOp[User], Context.RESOURCE_PATCH_REQUEST)
        try:
            operations.patch(wanted, scim_policy=POLICY)
        except SCIMException as error:
            raise _scim(error.to_error()) from error
        except ValidationError as error:
            raise _scim(Error.from_validation_errors(error)[0]) from error
        return changed(person, wanted, Context.RESOURCE_PATCH_RESPONSE)

    @route("/Users/<key>", "DELETE")
    def remove_user(key: str) -> Response:
        person = known(key)
        after = leaving(person.login)
        after(entities.change(USERS.name, Wish(person.login, None), by()))
        return Response(status=204)

    # ------------------------------------------------------------ groups

    @route("/Groups")
    def list_groups() -> Response:
        first, count = _page()
        wanted, found = _filtered({"displayname": "display_name", "id": "id"}), groups()
        found = [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]
        return _page_of(found[first : first + count], Group, len(found), first)

    @route("/Groups/<key>")
    def read_group(key: str) -> Response:
        return _answer(_named(groups(), key), Context.RESOURCE_QUERY_RESPONSE)

    # ------------------------------------------------------------ inside

    def known(key: str) -> Person:
        """Raises NoSuchEntry."""
        found = people.one(_number(key))
        if found is None:
            raise NoSuchEntry(f"there is no user {key:.40}", {"key": f"{key:.40}"})
        return found

    def changed(person: Person, wanted: Any, context: Context) -> Response:
        said, before = record_of(wanted), record_of(user_of(person, _root()))
        said = {name: value for name, value in said.items() if value != before[name]}
        if said:
            after = leaving(person.login)
            after(entities.change(USERS.name, Wish(person.login, said), by()))
        if (wanted.external_id or "") != person.external_id:
            people.call(person.login, wanted.external_id or "")
        return _answer(user_of(known(str(person.id)), _root()), context)

    def groups() -> list[Group]:
        config = scopes.structure().config
        teams: dict[str, list[str]] = {group: [] for group in config.groups}
        for team in config.teams.values():
            if team.group in teams:
                teams[team.group].append(team.id)
        members = people.members(teams)
        return [group_of(one.id, one.name, members[one.id], _root()) for one in config.groups.values()]

    def by() -> By:
        """The program, which gives what the token's user may: the token itself needs nothing but this one right."""
        account = accounts.by_id(current_user().id)
        return By(issuer(), f"{current_user().login} ({token_id()})", acting(), account.rights if account else {})

    return blueprint


def _root() -> str:
    return own_origin() + ROOT


def _number(key: str) -> int:
    """-1: nobody's."""
    return int(key) if key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID else -1


def _named(found: Sequence[Any], key: str) -> Any:
    """Raises NoSuchEntry."""
    one = next((one for one in found if one.id == key), None)
    if one is None:
        raise NoSuchEntry(f"there is no {key:.100}", {"key": f"{key:.100}"})
    return one


def _page() -> tuple[int, int]:
    """The first (0, 1, ...), and how many. Raises BadArguments."""
    try:
        first, count = int(request.args.get("startIndex", "1")[:18]), int(request.args.get("count", str(MOST))[:18])
    except ValueError:
        raise BadArguments("startIndex and count must be whole numbers") from None
    return max(0, first - 1), max(0, min(count, MOST))


def _filtered(names: Mapping[str, str]) -> dict[str, Any]:
    """Raises HTTPException as it goes out."""
    text = request.args.get("filter", "")
    if not text:
        return {}
    found = FILTER.fullmatch(text)
    name = names.get(found[1].lower().rpartition(":")[2]) if found else None
    try:
        value = json.loads(found[2]) if found else ""
    except json.JSONDecodeError:
        name = value = None
    if name is None or is_broken(value):
        detail = f'must be one of {", ".join(names)} with eq and a text, such as userName eq "li.wei"'
        raise _scim(Error(status=400, scim_type="invalidFilter", detail=detail))
    return {name: str(value).strip().lower() if name == "login" else value}


def _read(kind: Any, context: Context) -> Any:
    """Raises HTTPException as it goes out, WrongContentType."""
    if not request.is_json:
        raise WrongContentType(f"the body must be SCIM: send it as Content-Type: {SCIM_TYPE}")
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise _scim(Error(status=400, scim_type="invalidSyntax", detail="the body is no JSON")) from None
    if is_broken(body):
        raise _scim(Error(status=400, scim_type="invalidValue", detail="the body has characters that cannot be kept"))
    try:
        return kind.model_validate(body, scim_ctx=context, scim_policy=POLICY)
    except ValidationError as error:
        raise _scim(Error.from_validation_errors(error)[0]) from error
    except SCIMException as error:
        raise _scim(error.to_error()) from error


def _answer(made: Any, context: Context, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    shown = made.model_dump(scim_ctx=context, response_parameters=_shown(), scim_policy=POLICY)
    return Response(json.dumps(shown, ensure_ascii=False), status, {"Content-Type": SCIM_TYPE, **(headers or {})})


def _listed(found: Sequence[Any], kind: Any) -> Response:
    """All at once: of what there is no filter (RFC 7644, 4)."""
    if "filter" in request.args:
        raise _scim(Error(status=403, detail="these are not filtered"))
    return _page_of(found, kind, len(found), 0)


def _page_of(found: Sequence[Any], kind: Any, total: int, first: int) -> Response:
    made: Any = ListResponse[kind](
        total_results=total, start_index=first + 1, items_per_page=len(found), resources=list(found) or None
    )
    return _answer(made, Context.RESOURCE_QUERY_RESPONSE)


def _shown() -> Any:
    """What of it is asked for. Raises HTTPException as it goes out."""
    given = {name: request.args[name].split(",") for name in ("attributes", "excludedAttributes") if request.args.get(name)}
    if not given:
        return None
    try:
        return ResponseParameters.model_validate(given)
    except ValidationError as error:
        raise _scim(Error.from_validation_errors(error)[0]) from error


def _scim(error: Error) -> HTTPException:
    """It goes out as it is."""
    body = json.dumps(error.model_dump(), ensure_ascii=False)
    return HTTPException(error.detail, Response(body, error.status or 400, content_type=SCIM_TYPE))
