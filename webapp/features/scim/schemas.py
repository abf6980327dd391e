"""What of SCIM's user and group there is here, and the one from the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Meta,
    Mutability,
    Patch,
    Required,
    Resource,
    ResourceType,
    Returned,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from cti_server.features.sign_in.people import Person

MOST = 200
"""Of a page."""
Written = Annotated[str | None, Mutability.write_only, Returned.never]


class Name(ComplexAttribute):
    """Of which `displayName` is made where that is not given."""

    formatted: Written = None
    family_name: Written = None
    given_name: Written = None


class Email(ComplexAttribute):
    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class Role(ComplexAttribute):
    """What somebody may here: the id of a role, just one."""

    value: Annotated[str | None, CaseExact.true] = None


class Belongs(Extension):
    """To whom a user belongs here."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:cti:2.0:User")

    agent: Annotated[str | None, CaseExact.true] = None
    team: Annotated[str | None, CaseExact.true] = None
    group: Annotated[str | None, CaseExact.true] = None


class PlainUser(Resource[AnyExtension]):
    """Somebody who logs in."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    external_id: Annotated[str | None, CaseExact.true] = None
    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Annotated[Name | None, Mutability.write_only, Returned.never] = None
    display_name: str | None = None
    active: bool | None = None
    emails: list[Email] | None = None
    roles: list[Role] | None = None


class Member(ComplexAttribute):
    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    display: Annotated[str | None, Mutability.read_only] = None


class Group(Resource[Any]):
    """A group of the centre, with who leads it and who is in its teams. It is set up in the centre."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Mutability.read_only] = None
    members: Annotated[list[Member] | None, Mutability.read_only] = None


User: Any = PlainUser[Belongs]
SCHEMAS = (PlainUser, Group, Belongs)
TYPES = tuple(
    ResourceType.model_validate(
        {"id": name, "name": name, "endpoint": f"/{name}s", "description": what, "schema": schema, **more}
    )
    for name, what, schema, more in (
        ("User", "Somebody who logs in", PlainUser.__schema__,
         {"schemaExtensions": [{"schema": Belongs.__schema__, "required": False}]}),
        ("Group", "A group of the centre", Group.__schema__, {"schemaExtensions": []}),
    )
)  # fmt: skip
CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="API token",
            description="An API token whose role has the right users.provision.",
            primary=True,
        )
    ],
)


def user_of(person: Person, root: str) -> Any:
    """``root``: the address of SCIM here."""
    emails = [Email(value=person.email, type="work", primary=True)] if person.email else None
    roles = [Role(value=person.role)] if person.role else None
    changed = datetime.fromtimestamp(person.changed_ms / 1000, UTC) if person.changed_ms else None
    made = User(
        id=str(person.id), external_id=person.external_id or None, user_name=person.login, display_name=person.name,
        active=person.active, emails=emails, roles=roles,
        meta=Meta(resource_type="User", last_modified=changed, location=f"{root}/Users/{person.id}"),
    )  # fmt: skip
    belongs = {name: value for name in ("agent", "team", "group") if (value := getattr(person, name))}
    if belongs:
        made[Belongs] = Belongs(**belongs)
    return made


def group_of(key: str, name: str, members: Sequence[tuple[int, str]], root: str) -> Group:
    people = [Member(value=str(user_id), display=shown) for user_id, shown in members]
    meta = Meta(resource_type="Group", location=f"{root}/Groups/{key}")
    return Group(id=key, display_name=name, members=people or None, meta=meta)


def record_of(user: Any) -> Mapping[str, Any]:
    """What of a user here it says."""
    named = user.name or Name()
    given = " ".join(filter(None, (named.given_name, named.family_name)))
    emails = [one for one in user.emails or () if one.value]
    email = next((one for one in emails if one.primary), emails[0] if emails else None)
    belongs = user[Belongs] or Belongs()
    return {
        "login": (user.user_name or "").strip().lower(),
        "name": user.display_name or named.formatted or given or user.user_name,
        "email": email.value if email else "",
        "role": next((one.value for one in user.roles or () if one.value), ""),
        "agent_id": belongs.agent or "",
        "team_id": belongs.team or "",
        "group_id": belongs.group or "",
        "disabled": user.active is False,
    }
