"""OpenID Connect: authorization code with PKCE. Where people are sent, and what is brought back is worth.

Every answer comes over ``Outside``: addresses of private networks only where the settings allow them, in time, and of limited
size. An ID token counts when a key of the provider has signed it (never a shared secret), it is of this issuer, for us, not over,
and has the nonce that this browser was sent with.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cti_server.adapters.outside import NotDelivered, Outside
from cti_server.features.sign_in.contract import ProviderAway, SignInRefused
from cti_server.features.sign_in.service import GROUPS, LOGIN, Provider, Vouched, claim, text_of, texts_of, vouches
from cti_server.settings import is_url

log = structlog.get_logger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY_S = 60
KNOWN_MS, AGAIN_MS = 600_000, 30_000
"""How long what a provider says of itself counts, and how soon it is asked again for a key that nobody knows."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
TOLD_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way. ``redirect_uri``: of this product, where the provider sends the browser back to."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(slots=True)
class _Known:
    """What a provider says of itself."""

    said: Mapping[str, Any]
    at_ms: int
    keys: Any = None
    keys_ms: int = 0


class Oidc:
    def __init__(self, outside: Outside, now_ms: Callable[[], int]) -> None:
        self._outside, self._now_ms = outside, now_ms
        self._known: dict[str, _Known] = {}

    def begin(self, provider: Provider, redirect_uri: str) -> tuple[str, Begun]:
        """Where the browser goes. Raises ProviderAway."""
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), redirect_uri)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": provider.client_id, "redirect_uri": redirect_uri,
            "scope": " ".join(provider.scopes), "state": begun.state, "nonce": begun.nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return _with(self._about(provider).said["authorization_endpoint"], asked), begun

    def finish(self, provider: Provider, begun: Begun, code: str, issuer: str = "") -> tuple[Vouched, str]:
        """Whom the provider vouches for, and the ID token. ``issuer``: what the browser says who sends it (RFC 9207), '' nothing.
        Raises SignInRefused, ProviderAway."""
        known = self._about(provider)
        if issuer not in ("", known.said["issuer"]) or (
            not issuer and known.said.get("authorization_response_iss_parameter_supported") is True
        ):
            raise SignInRefused("the answer is not of the provider that was asked")
        told = self._token(provider, known, begun, code)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("the provider gave no ID token")
        claims = self._claims(provider, known, token, begun.nonce)
        more = self._more(provider, known, claims, told.get("access_token"))
        found: Mapping[str, Any] = {**more, **claims}
        login = text_of(claim(found, provider.login_claim or LOGIN["oidc"]))
        return Vouched(
            subject=claims["sub"],
            login=login.lower(),
            name=text_of(found.get("name")) or login,
            email=text_of(found.get("email")),
            groups=texts_of(claim(found, provider.groups_claim or GROUPS["oidc"])),
            agent=text_of(claim(found, provider.agent_claim)) if provider.agent_claim else "",
            team=text_of(claim(found, provider.team_claim)) if provider.team_claim else "",
            second=vouches(provider.second, claims),
        ), token

    def leave(self, provider: Provider, token: str, back: str) -> str:
        """Where the browser goes to sign out there, too; '' nowhere. Raises ProviderAway."""
        end = self._about(provider).said.get("end_session_endpoint")
        if not isinstance(end, str) or not _is_endpoint(provider, end):
            return ""
        hint = {"id_token_hint": token} if token else {}
        return _with(end, {**hint, "client_id": provider.client_id, "post_logout_redirect_uri": back})

    # ------------------------------------------------------------ inside

    def _about(self, provider: Provider) -> _Known:
        found = self._known.get(provider.url)
        if found is not None and 0 <= self._now_ms() - found.at_ms < KNOWN_MS:
            return found
        said = self._json(provider, "GET", provider.url.rstrip("/") + "/.well-known/openid-configuration")
        if not isinstance(said.get("issuer"), str) or said["issuer"].rstrip("/") != provider.url.rstrip("/"):
            raise _away(provider, f"it says that it is {said.get('issuer')!s:.100}")
        for name in TOLD_ENDPOINTS:
            if not isinstance(said.get(name), str) or not _is_endpoint(provider, said[name]):
                raise _away(provider, f"its {name} is no address that counts")
        self._known[provider.url] = made = _Known(said, self._now_ms())
        return made

    def _token(self, provider: Provider, known: _Known, begun: Begun, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": begun.redirect_uri, "code_verifier": begun.verifier,
        }  # fmt: skip
        headers = dict(FORM)
        ways = known.said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if provider.secret and "client_secret_basic" in ways:
            both = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(both.encode()).decode()
        else:
            form |= {"client_id": provider.client_id, **({"client_secret": provider.secret} if provider.secret else {})}
        body = urlencode(form).encode()
        try:
            answer = self._outside.ask("POST", known.said["token_endpoint"], body, headers)
        except NotDelivered as error:
            raise _away(provider, error.message) from error
        told = _object(answer.text)
        if answer.status // 100 == 5 or told is None:
            raise _away(provider, f"its token endpoint answers with {answer.status}")
        if answer.status != 200:
            raise SignInRefused(f"the provider takes the code back for nothing: {told.get('error')!s:.60}")
        return told

    def _claims(self, provider: Provider, known: _Known, token: str, nonce: str) -> dict[str, Any]:
        """Of an ID token that counts, all of which is checked. Raises SignInRefused, ProviderAway."""
        try:
            claims = self._signed(provider, known, token)
            rules = jwt.JWTClaimsRegistry(
                now=self._now_ms() // 1000, leeway=LEEWAY_S,
                iss={"essential": True, "value": known.said["issuer"]}, aud={"essential": True, "value": provider.client_id},
                exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            )  # fmt: skip
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise SignInRefused(f"the ID token does not count: {type(error).__name__}: {error}"[:200]) from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", provider.client_id if not several else None) != provider.client_id:
            raise SignInRefused("the ID token was made for another program")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255 or not claims["sub"].isprintable():
            raise SignInRefused("the ID token has no usable subject")
        if not isinstance(claims["nonce"], str):
            raise SignInRefused("the ID token has no nonce")
        return claims

    def _signed(self, provider: Provider, known: _Known, token: str) -> dict[str, Any]:
        """Raises JoseError, ValueError, ProviderAway."""
        fresh = False
        if known.keys is None or self._now_ms() - known.keys_ms >= KNOWN_MS:
            self._fetch_keys(provider, known)
            fresh = True
        try:
            return dict(jwt.decode(token, known.keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            if fresh or self._now_ms() - known.keys_ms < AGAIN_MS:
                raise
        self._fetch_keys(provider, known)  # it may have changed its keys
        return dict(jwt.decode(token, known.keys, algorithms=ALGORITHMS).claims)

    def _fetch_keys(self, provider: Provider, known: _Known) -> None:
        said = self._json(provider, "GET", known.said["jwks_uri"])
        keys = [one for one in said.get("keys", []) if isinstance(one, dict) and one.get("kty") in ("RSA", "EC", "OKP")]
        try:
            known.keys, known.keys_ms = KeySet.import_key_set({"keys": keys}), self._now_ms()
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _away(provider, "its keys cannot be read") from error

    def _more(self, provider: Provider, known: _Known, claims: Mapping[str, Any], access: Any) -> Mapping[str, Any]:
        """What the provider tells at its userinfo endpoint, where the ID token lacks something."""
        end = known.said.get("userinfo_endpoint")
        wanted = [provider.login_claim or LOGIN["oidc"], provider.groups_claim or GROUPS["oidc"]]
        wanted += filter(None, [provider.agent_claim, provider.team_claim])
        whole = all(claim(claims, name) is not None for name in wanted)
        if whole or not isinstance(end, str) or not _is_endpoint(provider, end) or not isinstance(access, str):
            return {}
        if not access.isascii() or not access.isprintable():
            raise SignInRefused("the provider's access token cannot be used")
        said = self._json(provider, "GET", end, {"Authorization": f"Bearer {access}"})
        if said.get("sub") != claims["sub"]:
            raise SignInRefused("the provider tells of somebody else")
        return said

    def _json(self, provider: Provider, method: str, url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        try:
            answer = self._outside.ask(method, url, None, {"Accept": "application/json", **(headers or {})})
        except NotDelivered as error:
            raise _away(provider, error.message) from error
        found = _object(answer.text) if answer.status == 200 else None
        if found is None:
            raise _away(provider, f"{url} answers with {answer.status}, and no JSON that counts")
        return found


def _is_endpoint(provider: Provider, url: str) -> bool:
    """https, or http where the issuer itself is."""
    return url.isascii() and is_url(url, "https", *(["http"] if provider.url.startswith("http:") else []))


def _with(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _away(provider: Provider, why: str) -> ProviderAway:
    log.warning("a sign-in provider cannot be used", provider=provider.id, why=why[:300])
    return ProviderAway(f"the sign-in provider {provider.id} cannot be used now; the log says why", {"provider": provider.id})
