"""Tenants: centres that share switches, Redis and database and know nothing of each other. Each has its own daemon and keys.

What a daemon writes on a switch for all to read is named by its tenant; a channel says whose it is in ``cti_tenant``. The shipped
tenant is written nowhere: a switch with one tenant needs no word of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHIPPED: Final = "main"
VARIABLE: Final = "cti_tenant"
REALM: Final = "cti_realm"
"""The switch's global variable with the realm where a tenant's phones register; without it all register in the same one."""


def named(name: str, tenant: str) -> str:
    """A global variable of the switch, as this tenant has it (freeswitch/scripts/cti_common.lua has the same rule)."""
    return name if tenant == SHIPPED else f"{name}_{tenant}"


def marks(tenant: str) -> dict[str, str]:
    """What a channel of the tenant has to say."""
    return {} if tenant == SHIPPED else {VARIABLE: tenant}


def is_anothers(variables: Mapping[str, str], tenant: str) -> bool:
    """Whether a channel with these variables says that it is another tenant's."""
    return bool(variables.get(VARIABLE)) and not is_of(variables, tenant)


def is_of(variables: Mapping[str, str], tenant: str) -> bool:
    """Whether a channel with these variables is the tenant's."""
    return variables.get(VARIABLE, "") in ((SHIPPED, "") if tenant == SHIPPED else (tenant,))
