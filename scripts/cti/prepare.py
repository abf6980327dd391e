"""`cti prepare`: what a new installation or a new version needs before its services start. Doing it again changes nothing."""

from __future__ import annotations

import re

import click

from cti_server.features.bootstrap import bootstrap
from scripts.cti.output import console, line, print_json, table
from scripts.cti.world import World, common_options

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@click.command()
@common_options
@click.option("--new-passwords", is_flag=True, help="Give everybody who still has the demo's documented password a new one.")
@click.option("--empty", is_flag=True, help="An empty database gets one administrator and a one-time link instead of the demo.")
@click.option("--admin", default="admin", show_default=True, metavar="LOGIN", help="Who that is.")
@click.pass_obj
def prepare(world: World, new_passwords: bool, empty: bool, admin: str) -> None:
    """Bring the database to this version's schema, fill an empty one with the demo centre, publish the configuration."""
    login = admin.strip().lower()
    if not LOGIN.fullmatch(login):
        raise click.BadParameter("1 to 64 letters, digits and . _ - @, beginning with a letter or a digit", param_hint="--admin")
    done = bootstrap(world.settings, new_passwords=new_passwords, empty=login if empty else "")
    if world.json:
        print_json({"command": "prepare", "ok": True, **done})
        return
    line(f"schema {done['schema']}, configuration version {done['config_version']}", style_key="ok")
    if done["link"]:
        line(f"{login} sets a password here, once, within seven days; the guide goes on from there:")
        click.echo(done["link"])
    for problem in done["problems"]:
        line(problem, style_key="warning")
    if done["documented"]:
        names = ", ".join(done["documented"])
        line(f"everybody knows the password of {names}: cti prepare --new-passwords gives new ones", style_key="warning")
    if done["seeded"] or done["new_passwords"]:
        why = "the database was empty: it has the demo centre now" if done["seeded"] else "everybody knows the demo's password"
        line(f"{why}; these are the logins, told once (a forgotten one: cti user password LOGIN)")
        rows = [(login["role"], login["login"], login["password"] or "(changed)", login["name"]) for login in done["logins"]]
        console().print(table(("role", "login", "password", "name"), rows))
