"""An OpenID Connect provider of the tests' own on the loopback: it knows one person and lets everybody be that one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class _Provider(BaseHTTPRequestHandler):
    email = ""
    nonces: dict[str, str] = {}  # noqa: RUF012  one provider a test

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        own = f"http://{self.headers['Host']}"
        if parts.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            self._answer(
                {"issuer": own, "userinfo_endpoint": f"{own}/user"} | {k: f"{own}/{v}" for k, v in names.items()}
            )
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.nonces["code"] = asked.get("nonce", "")
            back = urlencode({"code": "code", "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif parts.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._answer({"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]})
        else:
            self._answer(self._person())

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        now = int(time.time())
        claims = {**self._person(), "iss": f"http://{self.headers['Host']}", "aud": form.get("client_id", ["docs"])[0]}
        claims |= {"iat": now, "exp": now + 300, "nonce": self.nonces.get("code", "")}
        token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})
        self._answer({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _person(self) -> dict[str, object]:
        return {"sub": self.email, "email": self.email, "email_verified": True, "name": "สุดา ตัวอย่าง"}

    def _answer(self, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def provider(email: str) -> Iterator[str]:
    """The address of a provider whose one person has that e-mail address."""
    handler = type("Provider", (_Provider,), {"email": email, "nonces": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
