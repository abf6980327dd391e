"""Every feature with a REST interface, with what its routes need: one line a feature."""

from __future__ import annotations

from collections.abc import Iterator

import flask

from cti_server.adapters.outside import SIGN_IN_NETWORKS, Outside, networks
from cti_server.features.notices.entities import NOTICES
from cti_server.features.publication.sql import published
from cti_server.features.registry import ENTITIES
from cti_server.features.roles.entities import ROLES
from cti_server.features.sign_in.ldap import Ldap
from cti_server.features.sign_in.oidc import Oidc
from cti_server.features.tokens.entities import TOKENS
from cti_server.features.users.entities import USERS
from cti_server.settings import Settings
from webapp.audit import Audit
from webapp.auth.limits import LoginLimits
from webapp.auth.network import Surroundings
from webapp.auth.passkeys import Passkeys
from webapp.auth.passwords import Passwords
from webapp.blueprint import Blueprint
from webapp.features.audit import routes as audit
from webapp.features.books import routes as books
from webapp.features.calls import routes as calls
from webapp.features.centre import routes as centre
from webapp.features.commands import routes as commands
from webapp.features.customers import routes as customers
from webapp.features.customers.calling import Calling
from webapp.features.directory import routes as directory
from webapp.features.docs import routes as docs
from webapp.features.docs.routes import Document
from webapp.features.entities import routes as entities
from webapp.features.entities.imports import Imports
from webapp.features.health import routes as health
from webapp.features.look import routes as look
from webapp.features.messages import routes as messages
from webapp.features.messages.heard import Heard
from webapp.features.notices import routes as notices
from webapp.features.notices.told import telling
from webapp.features.papers import routes as papers
from webapp.features.prompts import routes as prompts
from webapp.features.publication import routes as publication
from webapp.features.recordings import routes as recordings
from webapp.features.recordings.hearing import Hearing
from webapp.features.reports import routes as reports
from webapp.features.scim import routes as scim
from webapp.features.session import account, away, links, second
from webapp.features.session import routes as session
from webapp.features.session.routes import Doors
from webapp.features.session.second import SecondStep, demanding
from webapp.features.start import routes as start
from webapp.features.start.doctor import Doctor
from webapp.features.stream import routes as stream
from webapp.features.users import routes as users
from webapp.features.users.post import Post
from webapp.features.webhooks import routes as webhooks
from webapp.parts import Parts
from webapp.ports import Ports
from webapp.realtime.health import Database


def features(
    p: Parts, ports: Ports, settings: Settings, around: Surroundings, passwords: Passwords, document: Document
) -> Iterator[Blueprint | flask.Blueprint]:
    """``document``: the OpenAPI document of them all."""
    hearing = Hearing(ports.recordings, ports.config, settings.recordings_path)
    trail, limits, seen = Audit(p.redis, p.keys, p.clock), LoginLimits(p.redis, p.keys), Database(ports.ask_database)
    doors = Doors(p.redis, p.keys, p.sessions, p.sockets, limits, trail, p.metrics.logins)
    post, way = Post(ports.mail, settings.page_url), ports.sign_in
    out = Outside(networks(settings.sign_in_networks, SIGN_IN_NETWORKS), setting=SIGN_IN_NETWORKS, agent="cti-sign-in/1")
    imports = Imports(p.redis, p.keys, p.clock)
    watched = {
        USERS.name: users.leaving(ports.accounts, p.sessions, p.sockets),
        ROLES.name: users.changing(ports.accounts, p.sessions, p.sockets),
    }
    watched[TOKENS.name] = lambda token: lambda outcome: p.streams.check_token(token)
    watched[NOTICES.name] = telling(p.redis, p.keys)
    passkeys, demanded = Passkeys(p.redis, p.keys, ports.factors), demanding(settings.second_factor_roles, ports.accounts)
    step = SecondStep(p.redis, p.keys, ports.accounts, ports.factors, limits, p.clock, demanded)
    yield session.routes(ports.accounts, p.sessions, passwords, limits, doors, step, passkeys, way.only_by, trail,
                         p.metrics.logins)  # fmt: skip
    yield from (
        account.routes(ports.accounts, p.sessions, passwords, limits, doors, step, p.sockets, trail),
        second.routes(ports.accounts, ports.factors, passkeys, passwords, limits, step, trail),
        links.routes(ports.accounts, ports.links, p.sessions, passwords, limits, p.sockets, post, trail, p.clock,
                     way.providers),
        away.routes(way, Oidc(out, p.clock.now_ms), Ldap(out), p.redis, p.keys, limits, doors, step, watched[USERS.name], trail,
                    settings.page_url, p.metrics.logins),
    )  # fmt: skip
    yield centre.routes(ports.config, ports.phones, ports.entities, p.clock, settings.phone_ws_url, settings.phone_realm,
                        settings.phone_server)  # fmt: skip
    yield entities.routes(ports.entities, ENTITIES, trail, watched, imports)
    yield customers.routes(ports.content.customers, Calling(p.projection, ports.calls), ports.config)
    yield books.routes(ports.content.books)
    yield notices.routes(ports.content.notices, ports.config)
    yield look.routes(ports.content.look)
    yield papers.routes(ports.content.papers)
    yield prompts.routes(ports.content.prompts, hearing, trail, settings.xml_curl_secret)
    yield publication.routes(ports.publications, published(ENTITIES), p.redis, p.keys, p.commands, trail, imports)
    yield start.routes(
        ports.start, ports.publications, ports.accounts, ports.config, p.projection, p.sessions, p.sockets, p.redis, p.keys,
        p.commands, Doctor(), realm=settings.phone_realm, web_phone=bool(settings.phone_ws_url), documented=settings.is_demo,
    )  # fmt: skip
    yield commands.routes(p.commands, p.projection, ports.config, ports.calls, p.metrics.commands)
    yield calls.routes(ports.calls, ports.config, hearing, trail, p.clock)
    yield recordings.routes(hearing, Heard(ports.content.messages, ports.config, p.clock), p.redis, p.keys, trail)
    yield messages.routes(ports.content.messages, ports.content.customers, ports.calls, ports.config, trail, p.clock)
    yield reports.routes(ports.reports, ports.config, p.projection, hearing, trail)
    yield audit.routes(ports.audits, ports.config, trail, p.redis, p.keys, p.clock)
    yield users.routes(ports.accounts, ports.links, ports.factors, p.sessions, limits, p.sockets, post, trail)
    yield scim.routes(ports.people, ports.entities, ports.accounts, p.scopes, watched[USERS.name])
    yield directory.routes(ports.phones, settings.xml_curl_secret, settings.phone_realm, settings.tenant)
    yield health.routes(p.health, seen, around, p.metrics.text, settings.metrics_token)
    yield stream.routes(p.streams)
    yield webhooks.routes(ports.webhooks, trail, p.clock)
    yield docs.routes(document)
