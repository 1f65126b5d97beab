"""Signs requests as the OpenAPI document says (RFC 9421), with what the standard library and `cryptography` have."""

import base64
import hashlib
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


class Key:
    """A private key and the `keyid` it signs under."""

    def __init__(self, keyid: str, alg: str, private_key):
        self.keyid = keyid
        self.alg = alg
        self.private_key = private_key

    @classmethod
    def read(cls, credential: dict) -> "Key":
        private_key = load_pem_private_key(credential["privateKeyPem"].encode(), None)
        return cls(credential["keyid"], credential["alg"], private_key)

    @classmethod
    def new(cls, keyid: str) -> "Key":
        return cls(keyid, "ed25519", Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> str:
        """SPKI in base64."""
        spki = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(spki).decode()

    def sign(self, data: bytes) -> bytes:
        if self.alg == "ed25519":
            return self.private_key.sign(data)
        r, s = decode_dss_signature(self.private_key.sign(data, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign(request, key: Key, ahead: float, tag: str = "tillgate-v1", second: Key | None = None) -> None:
    """
    Adds the headers to a prepared request of `requests`; `ahead` is of this clock, in seconds. `second` signs beside `key`.
    """
    url = urlsplit(request.url)
    body = request.body.encode() if isinstance(request.body, str) else request.body
    covered = [
        ("@method", request.method),
        ("@authority", url.netloc.lower()),
        ("@path", url.path or "/"),
        ("@query", "?" + url.query),
    ]
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        request.headers["Content-Digest"] = f"sha-256=:{digest}:"
        covered.append(("content-digest", request.headers["Content-Digest"]))
    names = " ".join(f'"{name}"' for name, _ in covered)
    inputs, signatures = [], []
    for label, one in (("sig1", key), ("sig2", second)):
        if one is None:
            continue
        created = int(time.time() + ahead)
        parameters = f'({names});created={created};keyid="{one.keyid}";alg="{one.alg}";tag="{tag}"'
        lines = [f'"{name}": {value}' for name, value in covered] + [f'"@signature-params": {parameters}']
        signature = base64.b64encode(one.sign("\n".join(lines).encode("latin-1"))).decode()
        inputs.append(f"{label}={parameters}")
        signatures.append(f"{label}=:{signature}:")
    request.headers["Signature-Input"] = ", ".join(inputs)
    request.headers["Signature"] = ", ".join(signatures)
