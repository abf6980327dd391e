"""The features, a line for each, wherever it has a folder: here, in ``webapp/features``, in the page's ``src/features``.

The line says its tables, the jobs that the worker runs, and what people set up of it. Importing this declares everything of
theirs, what people may included: each feature's contract is imported, too, so that every program knows the same rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from cti_server.adapters.outside import SIGN_IN_NETWORKS, Outside, networks
from cti_server.features.audit import jobs as audit
from cti_server.features.audit import model as audit_model
from cti_server.features.books import entities as books
from cti_server.features.books import model as books_model
from cti_server.features.centre import entities_outside as centre_entities
from cti_server.features.centre import model as centre_model
from cti_server.features.customers import entities as customers
from cti_server.features.customers import model as customers_model
from cti_server.features.entities import model as entities_model
from cti_server.features.entities.contract import Entity
from cti_server.features.job import Job
from cti_server.features.ledger import jobs as ledger
from cti_server.features.ledger import model as ledger_model
from cti_server.features.look import entities as look
from cti_server.features.look import model as look_model
from cti_server.features.messages import jobs as messages
from cti_server.features.messages import model as messages_model
from cti_server.features.notices import entities as notices
from cti_server.features.notices import model as notices_model
from cti_server.features.papers import entities as papers
from cti_server.features.papers import model as papers_model
from cti_server.features.prompts import model as prompts_model
from cti_server.features.publication import jobs as publication
from cti_server.features.publication import model as publication_model
from cti_server.features.recordings import jobs as recordings
from cti_server.features.reports import jobs as reports
from cti_server.features.reports import model as reports_model
from cti_server.features.retention import jobs as retention
from cti_server.features.roles import entities as roles
from cti_server.features.roles import model as roles_model
from cti_server.features.sign_in import entities as sign_in
from cti_server.features.sign_in import model as sign_in_model
from cti_server.features.tokens import entities as tokens
from cti_server.features.tokens import model as tokens_model
from cti_server.features.users import entities as users
from cti_server.features.users import model as users_model
from cti_server.features.webhooks import entities as webhooks
from cti_server.features.webhooks import jobs as webhooks_jobs
from cti_server.features.webhooks import model as webhooks_model
from cti_server.rights import SCOPES, right
from cti_server.settings import Settings
from cti_server.words import once


@dataclass(frozen=True, slots=True)
class Feature:
    model: ModuleType | None = None
    jobs: tuple[type[Job], ...] = ()
    entities: tuple[Entity, ...] = ()


FEATURES: Mapping[str, Feature] = {
    # first: the others wait for its document
    "publication": Feature(publication_model, (publication.Publication,)),
    "centre": Feature(centre_model, entities=centre_entities.ENTITIES),
    "calls": Feature(),
    "recordings": Feature(jobs=(recordings.RecordingCheck,)),
    "entities": Feature(entities_model),
    "ledger": Feature(ledger_model, (ledger.FallbackCalls, ledger.FactsRetention)),
    "reports": Feature(reports_model, (reports.ReportRows, reports.LiveFigures)),
    "audit": Feature(audit_model, (audit.AuditChain,)),
    "retention": Feature(jobs=(retention.OldRowsGo, retention.GoneFilesGo)),
    "customers": Feature(customers_model, entities=customers.ENTITIES),
    "prompts": Feature(prompts_model),
    "messages": Feature(messages_model, (messages.Messages,)),
    "notices": Feature(notices_model, entities=notices.ENTITIES),
    "look": Feature(look_model, entities=look.ENTITIES),
    "papers": Feature(papers_model, entities=papers.ENTITIES),
    "books": Feature(books_model, entities=books.ENTITIES),
    "users": Feature(users_model, entities=(users.USERS,)),
    "roles": Feature(roles_model, entities=(roles.ROLES,)),
    "sign_in": Feature(sign_in_model, entities=(sign_in.SIGN_IN_PROVIDERS,)),
    "commands": Feature(),
    "tokens": Feature(tokens_model, entities=(tokens.TOKENS,)),
    "webhooks": Feature(
        webhooks_model, (webhooks_jobs.WebhookEvents, webhooks_jobs.WebhookDeliveries), entities=(webhooks.WEBHOOKS,)
    ),
    "account": Feature(),
    "desk": Feature(),
    "directory": Feature(),
    "docs": Feature(),
    "health": Feature(),
    "panel": Feature(),
    "phone": Feature(),
    "scim": Feature(),
    "session": Feature(),
    "start": Feature(),
    "stream": Feature(),
    "wallboard": Feature(),
}

for _name in FEATURES:
    if find_spec(f"cti_server.features.{_name}") and find_spec(f"cti_server.features.{_name}.contract"):
        import_module(f"cti_server.features.{_name}.contract")

ENTITIES: Mapping[str, Entity] = once((one.name, one) for feature in FEATURES.values() for one in feature.entities)
"""By name."""


def entities_within(settings: Settings) -> Mapping[str, Entity]:
    """The same, with addresses outside checked as these settings allow them. Raises BadSetting."""
    around = (
        webhooks.reaching(Outside(networks(settings.webhook_networks))),
        sign_in.reaching(Outside(networks(settings.sign_in_networks, SIGN_IN_NETWORKS), setting=SIGN_IN_NETWORKS)),
    )
    return {**ENTITIES, **{one.name: one for one in around}}


def _of_setup(entity: Entity) -> None:
    """Two rights come with each entity: to see it with its history, and to change it."""
    name, words = entity.name, entity.words
    see = dict.fromkeys((*entity.seen_by, *entity.changed_by), SCOPES[-1])
    right(f"setup.{name}.see", f"{words.en}: see", f"{words.zh}：查看", entity.scopes, **see)
    change = dict.fromkeys(entity.changed_by, SCOPES[-1])
    right(f"setup.{name}.change", f"{words.en}: change", f"{words.zh}：修改", entity.scopes, **change)


for _entity in ENTITIES.values():
    _of_setup(_entity)
