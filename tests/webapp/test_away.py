"""Coming in by a provider: a real one over HTTP, and one that lies; whom it lets in and as what, and what is written down."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import orjson
import pyotp
import pytest
import requests
from flask.testing import FlaskClient
from gevent.pywsgi import WSGIServer
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from cti_server.adapters.outside import Answer, NotDelivered, Outside, networks
from cti_server.adapters.sql.database import transaction
from cti_server.features.entities.contract import BadEntry, By, Wanted, Wish
from cti_server.features.sign_in.contract import ProviderAway, SignInRefused
from cti_server.features.sign_in.ldap import Ldap
from cti_server.features.sign_in.model import SignInIdentity, SignInProvider
from cti_server.features.sign_in.oidc import Begun, Oidc
from cti_server.features.sign_in.service import Provider, Vouched, role_of
from cti_server.features.users import model
from tests.fixtures_directory import ANNAS, BASE, DESK, SEARCHER, SEARCHERS, Directory
from tests.webapp import fakes
from tests.webapp.conftest import Web
from webapp.auth.sessions import token_key

ADMIN = By("user:6", "admin")
PAGE = "https://desk.example"
ROLES = {"desk": "agent", "leads": "leader", "bosses": "admin"}
ANNA = {
    "preferred_username": "Anna",
    "name": "Anna Li",
    "email": "anna@centre.example",
    "groups": ["desk"],
    "agent": "1002",
    "team": "a",
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    patch = pytest.MonkeyPatch()
    patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    server = WSGIServer(("127.0.0.1", 0), oidc_provider_mock.app(require_nonce=True), log=None, error_log=None)
    server.start()
    yield f"http://localhost:{server.server_port}"
    server.stop()
    patch.undo()


@pytest.fixture
def centre(make_web: Callable[..., Web], issuer: str) -> Web:
    """With a provider, whose users may be made."""
    web = make_web(ports=fakes.real_people(), page_url=PAGE, sign_in_networks="127.0.0.0/8,::1")
    provide(web, url=issuer)
    return web


def provide(web: Web, name: str = "sso", **values: Any) -> None:
    record = {
        "texts": {"en": "Company account", "zh-CN": "单位账号"}, "client_id": "cti", "secret": "s3cret%&", "roles": ROLES,
        "make_people": True, "agent_claim": "agent", "team_claim": "team",
    }  # fmt: skip
    web.ports.entities.change("sign_in_providers", Wish(name, {**record, **values}, create=None), ADMIN)


def knows(issuer: str, subject: str, **claims: Any) -> None:
    assert requests.put(f"{issuer}/users/{subject}", json=claims, timeout=5).status_code == 204


def go(client: FlaskClient, name: str = "sso") -> str:
    answer = client.post(f"/api/session/away/{name}")
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["url"])


def brought(url: str, subject: str) -> dict[str, str]:
    """What the provider sends back with somebody who logs in there as ``subject``."""
    back = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=5).headers["Location"]
    assert back.partition("?")[0] == f"{PAGE}/sign-in"
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def come(web: Web, subject: str, client: FlaskClient | None = None) -> TestResponse:
    client = client or web.client()
    return client.put("/api/session/away", json=brought(go(client), subject))


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error_id"]


def audits(web: Web, action: str) -> list[dict[str, Any]]:
    facts = [orjson.loads(fields[b"f"])["data"] for _, fields in web.redis.xrange(web.keys.facts)]
    return [fact["detail"] for fact in facts if fact["action"] == action]


# ---------------------------------------------------------------- there and back


def test_somebody_comes_in_by_the_provider_and_is_made_a_user(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    assert centre.client().get("/api/session/ways").get_json()["providers"] == [
        {"id": "sso", "kind": "oidc", "texts": {"en": "Company account", "zh-CN": "单位账号"}}
    ]
    client = centre.client()
    answer = come(centre, "a1", client)
    assert answer.status_code == 200, answer.text
    user = answer.get_json()["user"]
    assert (user["login"], user["name"], user["role"], user["agent_id"], user["team"]) == (
        "anna",
        "Anna Li",
        "agent",
        "1002",
        "a",
    )
    assert client.get("/api/session").get_json()["user"] == user
    told = {"user": "anna", "provider": "sso", "how": "oidc", "login": "anna", "address": "127.0.0.1"}
    assert audits(centre, "user.signed_in") == [told]
    (made, *_) = centre.ports.entities.history("users", "anna")
    assert (made["what"], made["who"]) == ("created", "provider sso")
    with transaction(centre.ports.links._engine) as session:
        assert session.scalar(select(model.User.password_hash).where(model.User.login == "anna")) == ""
    assert come(centre, "a1").get_json()["user"]["id"] == user["id"], "the same person"


def test_the_provider_is_asked_with_pkce_a_state_and_a_nonce_of_their_own(centre: Web) -> None:
    urls = [urlsplit(go(centre.client())) for _ in range(2)]
    first, second = ({name: values[0] for name, values in parse_qs(url.query).items()} for url in urls)
    assert (first["response_type"], first["code_challenge_method"], first["redirect_uri"]) == ("code", "S256", f"{PAGE}/sign-in")
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name], name
    kept: Any = orjson.loads(centre.redis.get(centre.keys.sign_in(token_key(first["state"]))))  # type: ignore[arg-type]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["begun"]["verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (challenge, kept["begun"]["nonce"]) == (first["code_challenge"], first["nonce"])


def test_what_is_brought_back_counts_once_and_in_its_browser_only(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    client = centre.client()
    told = brought(go(client), "a1")
    stranger = centre.client()
    assert refusal(stranger.put("/api/session/away", json=told)) == (401, "sign-in-refused"), "no cookie of the browser"
    assert refusal(client.put("/api/session/away", json=told)) == (401, "sign-in-refused"), "it was tried already"
    told = brought(go(client), "a1")
    go(stranger)
    assert refusal(stranger.put("/api/session/away", json=told)) == (401, "sign-in-refused"), "another browser began another one"
    told = brought(go(client), "a1")
    assert client.put("/api/session/away", json=told).status_code == 200
    assert refusal(client.put("/api/session/away", json=told)) == (401, "sign-in-refused")
    assert refusal(client.put("/api/session/away", json={"state": "x", "code": "y"})) == (401, "sign-in-refused")


def test_who_turns_back_at_the_provider_is_told_and_it_is_written_down(centre: Web) -> None:
    client = centre.client()
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    assert refusal(client.put("/api/session/away", json={"state": state, "error": "access_denied"})) == (401, "sign-in-refused")
    (told,) = audits(centre, "user.sign_in_refused")
    assert (told["provider"], told["why"]) == ("sso", "the provider says access_denied")


def test_who_signs_out_is_told_where_to_sign_out_there(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    provide(centre, url=issuer, signs_out=True)
    client = centre.client()
    csrf = {"X-CSRF-Token": come(centre, "a1", client).get_json()["csrf"]}
    url = urlsplit(client.post("/api/session/sign-out", headers=csrf).get_json()["url"])
    asked = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}" == issuer
    assert asked["post_logout_redirect_uri"] == [f"{PAGE}/"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert client.get("/api/session").status_code == 401
    assert centre.redis.keys(centre.keys.signed_in("*")) == []


def test_who_came_with_a_password_signs_out_here_only(centre: Web) -> None:
    desk = centre.login("zhang")
    assert desk.post("/api/session/sign-out").get_json() == {"url": ""}
    assert desk.get("/api/session").status_code == 401


# ---------------------------------------------------------------- who comes in, and as what


@pytest.mark.parametrize(
    ("claims", "settings"),
    [
        ({"groups": ["others"]}, {}),
        ({"groups": []}, {}),
        ({"groups": ["DESK"]}, {}),
        ({}, {"make_people": False}),
        ({"preferred_username": "zhang"}, {}),
        ({"preferred_username": "gone"}, {"match_logins": True}),
        ({"preferred_username": "a b/c"}, {}),
        ({"preferred_username": ""}, {}),
        ({"agent": "9999"}, {}),
        ({"agent": ""}, {}),
    ],
    ids=["no-mapped-group", "no-group", "case", "unknown", "taken", "disabled", "no-login", "empty", "no-such-agent", "no-agent"],
)
def test_who_may_not_come_in_does_not(centre: Web, issuer: str, claims: dict[str, Any], settings: dict[str, Any]) -> None:
    provide(centre, url=issuer, **settings)
    knows(issuer, "x1", **{**ANNA, **claims})
    before = centre.ports.entities.search("users", Wanted())[0]
    answer = come(centre, "x1")
    assert refusal(answer) == (403, "not-known-here")
    assert answer.get_json()["details"] == {}, "the reason is for the audit"
    (told,) = audits(centre, "user.sign_in_refused")
    assert told["why"]
    assert centre.ports.entities.search("users", Wanted())[0] == before


def test_the_role_is_what_the_groups_say_at_each_sign_in(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    client = centre.client()
    come(centre, "a1", client)
    knows(issuer, "a1", **{**ANNA, "groups": ["desk", "leads"]})
    assert come(centre, "a1").get_json()["user"]["role"] == "leader", "of several the one that may most"
    assert client.get("/api/session").status_code == 401, "the session with the former role is over"
    knows(issuer, "a1", **{**ANNA, "groups": ["nothing here"]})
    assert refusal(come(centre, "a1")) == (403, "not-known-here")


def test_a_user_who_is_disabled_or_locked_stays_out(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    user = come(centre, "a1").get_json()["user"]
    centre.ports.links.lock(user["id"], "admin", "because")
    assert refusal(come(centre, "a1")) == (403, "not-known-here")
    centre.ports.links.unlock(user["id"])
    centre.ports.entities.change("users", Wish("anna", {"disabled": True}), ADMIN)
    assert refusal(come(centre, "a1")) == (403, "not-known-here")


def test_a_user_is_matched_by_the_login_where_that_is_said_and_is_nobody_else_later(centre: Web, issuer: str) -> None:
    provide(centre, url=issuer, match_logins=True)
    knows(issuer, "l1", **{**ANNA, "preferred_username": "li"})
    assert come(centre, "l1").get_json()["user"]["id"] == fakes.LOGINS["li"].id
    knows(issuer, "l2", **{**ANNA, "preferred_username": "li"})
    assert refusal(come(centre, "l2")) == (403, "not-known-here"), "somebody else has got the login there"
    knows(issuer, "l1", **{**ANNA, "preferred_username": "lisi"})
    assert come(centre, "l1").get_json()["user"]["login"] == "li", "the subject says who it is"


def test_of_another_address_nobody_is_known(centre: Web, issuer: str) -> None:
    knows(issuer, "a1", **ANNA)
    come(centre, "a1")
    provide(centre, url=issuer + "/")
    assert come(centre, "a1").status_code == 200
    with transaction(centre.ports.links._engine) as session:
        (one,) = session.scalars(select(SignInIdentity))
    provide(centre, name="other", url=issuer)
    client = centre.client()
    answer = client.put("/api/session/away", json=brought(go(client, "other"), "a1"))
    assert refusal(answer) == (403, "not-known-here")
    assert one.provider == "sso"


def test_the_last_administrator_is_not_made_less(centre: Web, issuer: str) -> None:
    provide(centre, url=issuer, match_logins=True)
    knows(issuer, "r1", **{**ANNA, "preferred_username": "admin", "groups": ["desk"]})
    assert refusal(come(centre, "r1")) == (403, "not-known-here")
    assert centre.ports.accounts.by_login("admin").role == "admin"  # type: ignore[union-attr]


# ---------------------------------------------------------------- the second factor, and the password


def test_a_demanded_second_factor_counts_unless_the_provider_vouches_for_it(make_web: Callable[..., Web], issuer: str) -> None:
    demands = {"second_factor_roles": "agent", "secrets_key": base64.b64encode(bytes(32)).decode()}
    web = make_web(ports=fakes.real_people(), page_url=PAGE, sign_in_networks="127.0.0.0/8,::1", **demands)
    provide(web, url=issuer, second=["mfa"])
    knows(issuer, "a1", **ANNA)
    client = web.client()
    answer = come(web, "a1", client)
    assert refusal(answer) == (401, "second-factor-missing")
    assert web.redis.keys(web.keys.session("*")) == []
    assert audits(web, "user.signed_in") == []
    told = answer.get_json()["details"]
    body = {"pending": told["pending"], "secret": told["secret"], "code": pyotp.TOTP(told["secret"]).now()}
    assert client.put("/api/session/second/new", json=body).status_code == 200
    (one,) = audits(web, "user.signed_in")
    assert (one["provider"], one["how"]) == ("sso", "totp")
    assert refusal(come(web, "a1")) == (401, "second-factor-needed")
    knows(issuer, "a1", **ANNA, amr=["pwd", "mfa"])
    assert come(web, "a1").status_code == 200


def test_where_the_provider_is_the_only_way_a_password_no_longer_is_one(centre: Web, issuer: str) -> None:
    provide(centre, url=issuer, only_for=["agent", "admin"])
    answer = centre.client().post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    assert (refusal(answer), answer.get_json()["details"]) == ((403, "password-off"), {"provider": "sso"})
    wrong = centre.client().post("/api/session", json={"login": "zhang", "password": "wrong"})
    assert refusal(wrong) == (401, "bad-credentials"), "who does not know the password is told nothing"
    assert centre.login("leader-a").get("/api/session").status_code == 200, "another role"
    assert centre.login("admin").get("/api/session").status_code == 200, "the first administrator always may"
    record = {"name": "Two", "role": "admin", "password": "violet anchor 7 teapots"}
    centre.ports.entities.change("users", Wish("admin2", record, create=True), ADMIN)
    answer = centre.client().post("/api/session", json={"login": "admin2", "password": record["password"]})
    assert refusal(answer) == (403, "password-off")
    provide(centre, url=issuer, only_for=["agent"], active=False)
    assert centre.login("zhang").get("/api/session").status_code == 200, "a provider that is off is no way at all"


# ---------------------------------------------------------------- how it is set up


def test_the_secret_is_sealed_and_told_nobody(centre: Web) -> None:
    with transaction(centre.ports.links._engine) as session:
        (row,) = session.scalars(select(SignInProvider))
        assert "s3cret" not in row.secret
    assert centre.ports.sign_in.provider("sso").secret == "s3cret%&"
    assert "s3cret" not in repr(centre.ports.sign_in.provider("sso"))
    desk = centre.login("admin")
    for path in ("", "/sso", "/sso/history", ".csv"):
        assert "s3cret" not in desk.get(f"/api/centre/sign_in_providers{path}").text


def test_without_the_key_no_secret_is_taken(centre: Web) -> None:
    centre.ports.entities._sealer = None
    with pytest.raises(BadEntry, match="CTI_SECRETS_KEY"):
        provide(centre, name="two", url="https://sso.example")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://user:pass@sso.example"}, "url"),
        ({"url": "ldaps://dir.example"}, "url"),
        ({"kind": "ldap", "url": "https://sso.example"}, "url"),
        ({"client_id": ""}, "client_id"),
        ({"scopes": ["profile"]}, "scopes"),
        ({"scopes": ["openid", 'a"b']}, "scopes"),
        ({"roles": {"desk": "no-such"}}, "roles"),
        ({"only_for": ["no-such"]}, "only_for"),
        ({"login_claim": "a)(b=*"}, "login_claim"),
        ({"texts": {"en": "x"}}, "texts"),
    ],
)
def test_what_no_provider_can_have_is_said_at_its_field(centre: Web, values: dict[str, Any], field: str) -> None:
    with pytest.raises(BadEntry) as refused:
        provide(centre, name="two", **{"url": "https://sso.example", **values})
    assert field in [one["field"] for one in refused.value.details["problems"]]


def test_nobody_maps_a_group_to_more_than_they_may_themselves(centre: Web, issuer: str) -> None:
    rights = {"setup.sign_in_providers.see": "tenant", "setup.sign_in_providers.change": "tenant"}
    lesser = By("user:9", "lesser", rights=rights)  # type: ignore[arg-type]
    with pytest.raises(BadEntry, match="goes further"):
        centre.ports.entities.change("sign_in_providers", Wish("sso", {"url": "https://evil.example"}), lesser)


def test_what_is_no_provider_is_none(centre: Web) -> None:
    assert refusal(centre.client().post("/api/session/away/nothing")) == (404, "no-such-provider")
    provide(centre, name="dir", kind="ldap", url="ldaps://dir.example", base="dc=x")
    assert refusal(centre.client().post("/api/session/away/dir")) == (404, "no-such-provider")


def test_no_secret_is_in_the_log(centre: Web, issuer: str, capsys: pytest.CaptureFixture[str]) -> None:
    knows(issuer, "a1", **ANNA)
    client = centre.client()
    told = brought(go(client), "a1")
    assert client.put("/api/session/away", json=told).status_code == 200
    come(centre, "nobody")
    log = "".join(capsys.readouterr())
    assert "logged in" in log
    for secret in (told["code"], told["state"], "s3cret"):
        assert secret not in log


# ---------------------------------------------------------------- a provider that lies

URL = "https://sso.example/realm"
NOW_S = 1_800_000_000
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
BEGUN = Begun("state", "the nonce", "verifier", f"{PAGE}/sign-in")
TOLD = {
    "issuer": URL, "authorization_endpoint": f"{URL}/auth", "token_endpoint": f"{URL}/token", "jwks_uri": f"{URL}/keys",
    "userinfo_endpoint": f"{URL}/me", "token_endpoint_auth_methods_supported": ["client_secret_post"],
}  # fmt: skip
CLAIMS = {
    "iss": URL, "aud": "cti", "sub": "a1", "nonce": BEGUN.nonce, "iat": NOW_S, "exp": NOW_S + 300, "preferred_username": "Anna",
    "realm": {"groups": ["desk"]}, "acr": "2",
}  # fmt: skip
PROVIDER = Provider(
    "sso", {}, "oidc", URL, "cti", ("openid",), "", "", "realm.groups", "", "", ROLES, True, False, ("2",), False, "s3cret"
)


class Lying(Outside):
    """Answers with what it is told to."""

    def __init__(self, claims: Mapping[str, Any] | None = None, key: Any = KEY, alg: str = "RS256", **told: Any) -> None:
        token = jwt.encode({"alg": alg, "kid": "k1"}, {**CLAIMS, **(claims or {})}, key, algorithms=[alg])
        self.told = {**TOLD, **told}
        self.pages: dict[str, Any] = {
            f"{URL}/.well-known/openid-configuration": self.told, f"{URL}/keys": KeySet([KEY]).as_dict(),
            f"{URL}/token": {"id_token": token, "access_token": "at"}, f"{URL}/me": {"sub": "a1"},
        }  # fmt: skip
        self.asked: list[tuple[str, str, str]] = []

    def ask(self, method: str, url: str, body: Any = None, headers: Any = None, read: int = 0) -> Answer:
        self.asked.append((method, url, (body or b"").decode()))
        if url not in self.pages:
            raise NotDelivered("nobody answers")
        return Answer(200, json.dumps(self.pages[url]))


def finish(lying: Lying, provider: Provider = PROVIDER, issuer: str = "") -> Any:
    return Oidc(lying, lambda: NOW_S * 1000).finish(provider, BEGUN, "code", issuer)


def test_an_answer_that_is_right_counts() -> None:
    lying = Lying()
    who, _ = finish(lying)
    assert (who.subject, who.login, who.groups, who.second) == ("a1", "anna", ("desk",), True)
    ((*_, body),) = [one for one in lying.asked if one[1].endswith("/token")]
    assert parse_qs(body) == {
        "grant_type": ["authorization_code"], "code": ["code"], "redirect_uri": [BEGUN.redirect_uri],
        "code_verifier": ["verifier"], "client_id": ["cti"], "client_secret": ["s3cret"],
    }  # fmt: skip
    assert not finish(Lying(), replace(PROVIDER, second=("3",)))[0].second


@pytest.mark.parametrize(
    "lying",
    [
        Lying({"iss": "https://other.example"}),
        Lying({"aud": "another"}),
        Lying({"aud": ["another", "more"]}),
        Lying({"aud": ["cti", "another"]}),
        Lying({"azp": "another"}),
        Lying({"nonce": "another"}),
        Lying({"nonce": None}),
        Lying({"nonce": ["the nonce"]}),
        Lying({"exp": NOW_S - 120}),
        Lying({"iat": NOW_S + 3600}),
        Lying({"sub": ""}),
        Lying({"sub": 7}),
        Lying({"sub": "a\nb"}),
        Lying(key=OTHER),
        Lying(key=OctKey.import_key("s3cret" * 6, {"kid": "k1"}), alg="HS256"),
        Lying(authorization_response_iss_parameter_supported=True),
    ],
    ids=lambda lying: "",
)
def test_an_id_token_that_is_not_ours_does_not_count(lying: Lying) -> None:
    with pytest.raises(SignInRefused):
        finish(lying)


def test_an_unsigned_id_token_does_not_count() -> None:
    lying = Lying()
    head, body = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "none"}, CLAIMS))
    lying.pages[f"{URL}/token"]["id_token"] = f"{head}.{body}."
    with pytest.raises(SignInRefused):
        finish(lying)


def test_an_answer_of_another_issuer_does_not_count() -> None:
    with pytest.raises(SignInRefused, match="not of the provider"):
        finish(Lying(), issuer="https://other.example")
    assert finish(Lying(), issuer=URL)


def test_userinfo_of_somebody_else_does_not_count() -> None:
    lying = Lying({"preferred_username": None})
    lying.pages[f"{URL}/me"] = {"sub": "b2", "preferred_username": "root", "realm": {"groups": ["bosses"]}}
    with pytest.raises(SignInRefused, match="somebody else"):
        finish(lying)


def test_keys_that_have_changed_are_fetched_anew() -> None:
    now_ms = [NOW_S * 1000]
    lying = Lying(key=OTHER)
    oidc = Oidc(lying, lambda: now_ms[0])
    with pytest.raises(SignInRefused):
        oidc.finish(PROVIDER, BEGUN, "code")
    lying.pages[f"{URL}/keys"] = KeySet([OTHER]).as_dict()
    with pytest.raises(SignInRefused):
        oidc.finish(PROVIDER, BEGUN, "code")  # not at every try of somebody
    now_ms[0] += 31_000
    assert oidc.finish(PROVIDER, BEGUN, "code")


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://sso.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_says_nonsense_of_itself_cannot_be_used(told: dict[str, Any]) -> None:
    with pytest.raises(ProviderAway):
        Oidc(Lying(**told), lambda: NOW_S * 1000).begin(PROVIDER, BEGUN.redirect_uri)


def test_an_issuer_in_a_private_network_is_not_spoken_to_unless_the_settings_say_so(issuer: str) -> None:
    here = replace(PROVIDER, url=issuer)
    with pytest.raises(ProviderAway):
        Oidc(Outside(()), lambda: NOW_S * 1000).begin(here, BEGUN.redirect_uri)
    url, _ = Oidc(Outside(networks("127.0.0.0/8,::1")), lambda: NOW_S * 1000).begin(here, BEGUN.redirect_uri)
    assert re.match(re.escape(issuer), url)


def test_groups_give_the_role_that_may_most_and_only_what_is_mapped() -> None:
    rights: dict[str, Any] = {
        "agent": {"a": "own"},
        "leader": {"a": "team", "b": "team"},
        "admin": {"a": "tenant", "b": "tenant"},
    }
    assert role_of(PROVIDER, ["desk", "leads", "x"], rights.get) == "leader"
    assert role_of(PROVIDER, ["x"], rights.get) == ""
    assert role_of(PROVIDER, ["bosses"], {"agent": {}}.get) == "", "a role that is gone gives nothing"  # type: ignore[arg-type]
    folder = replace(PROVIDER, kind="ldap", roles={"CN=Desk, OU=Groups,DC=x": "agent"})
    assert role_of(folder, ["cn=desk,ou=groups,dc=x"], rights.get) == "agent"
    assert role_of(folder, ["cn=desk,ou=evil,dc=x"], rights.get) == ""


# ---------------------------------------------------------------- a directory


def test_somebody_comes_in_with_the_password_that_a_directory_knows(centre: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def authenticate(self: Ldap, provider: Provider, login: str, password: str) -> Vouched | None:
        asked.append((login, password))
        return Vouched("u1", "anna", "Anna", "", ("CN=Desk,DC=x",), agent="1002") if password == "right" else None

    monkeypatch.setattr(Ldap, "authenticate", authenticate)
    provide(centre, name="dir", kind="ldap", url="ldaps://dir.example", base="dc=x", roles={"cn=desk,dc=x": "agent"})
    path, client = "/api/session/directory/dir", centre.client()
    answer = client.post(path, json={"login": "anna", "password": "right"})
    assert (answer.status_code, answer.get_json()["user"]["login"]) == (200, "anna")
    assert [one["how"] for one in audits(centre, "user.signed_in")] == ["ldap"]
    stranger = centre.client()
    for _ in range(5):
        assert refusal(stranger.post(path, json={"login": "Anna", "password": "wrong"})) == (401, "bad-credentials")
    assert refusal(stranger.post(path, json={"login": "anna", "password": "right"})) == (429, "too-many-logins")
    assert len(asked) == 6, "who must wait is not asked for at the directory"
    assert len(audits(centre, "user.sign_in_refused")) == 5
    assert refusal(client.post("/api/session/directory/sso", json={"login": "x", "password": "y"})) == (404, "no-such-provider")


def test_a_real_directory_says_who_comes_in_and_as_what(
    make_web: Callable[..., Web], trusted: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    web = make_web(ports=fakes.real_people(), page_url=PAGE, sign_in_networks="127.0.0.0/8")
    entry = {"kind": "ldap", "base": BASE, "client_id": SEARCHER, "secret": SEARCHERS, "agent_claim": "employeeNumber"}
    provide(web, name="dir", url=f"ldaps://localhost:{trusted.secure}", roles={DESK: "agent"}, **entry)
    path, client = "/api/session/directory/dir", web.client()
    assert refusal(client.post(path, json={"login": "anna", "password": "wr0ng-one"})) == (401, "bad-credentials")
    answer = client.post(path, json={"login": "anna", "password": ANNAS})
    user = answer.get_json()["user"]
    assert (answer.status_code, user["login"], user["name"], user["role"]) == (200, "anna", "李安娜", "agent")
    assert refusal(web.client().post(path, json={"login": "bo", "password": "bo's"})) == (403, "not-known-here")
    written = f"{caplog.text}{[dict(row) for row in audits(web, 'user.signed_in')]}{audits(web, 'user.sign_in_refused')}"
    assert [secret for secret in (ANNAS, "wr0ng-one", SEARCHERS) if secret in written] == []
