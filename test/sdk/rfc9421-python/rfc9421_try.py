"""An RFC 9421 client that we did not write: `python3 rfc9421_try.py BASE_URL VECTORS.json ALG=CODE …`.

Verifies the vectors, makes those of Ed25519 again, and for each algorithm enrols a terminal by its activation code, signs requests,
and rotates the key to one of the other algorithm. Prints a line for everything that held; an exception ends it.
"""

import base64
import datetime
import json
import sys
import urllib.error
import urllib.request
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

BASE_URL, VECTORS, *CODES = sys.argv[1:]
ALGORITHMS = {"ed25519": ED25519, "ecdsa-p256-sha256": ECDSA_P256_SHA256}
NEW_KEY = {"ed25519": ed25519.Ed25519PrivateKey.generate, "ecdsa-p256-sha256": lambda: ec.generate_private_key(ec.SECP256R1())}
COMPONENTS = ("@method", "@authority", "@path", "@query")


def expect(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def held(what):
    print(f"held: {what}", flush=True)


def sign(message, key, tag="tillgate-v1", label="sig1", created=None, append=False):
    resolver = MappingKeyResolver(public_keys={}, private_keys={key.keyid: key.private})
    HTTPMessageSigner(signature_algorithm=ALGORITHMS[key.alg], key_resolver=resolver).sign(
        message,
        key_id=key.keyid,
        created=created,
        label=label,
        tag=tag,
        covered_component_ids=COMPONENTS,
        append_if_signature_exists=append,
        body=message.body,
        use_existing_digest=append,
    )


def message_of(method, path, content=None):
    body = None if content is None else json.dumps(content, ensure_ascii=False).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    return SimpleNamespace(method=method, url=BASE_URL + path, headers=headers, body=body)


def send(message):
    request = urllib.request.Request(message.url, message.body, message.headers, method=message.method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


def call(key, method, path, content=None, **more):
    message = message_of(method, path, content)
    sign(message, key, **more)
    return send(message)


def new_key(alg, keyid):
    return SimpleNamespace(alg=alg, keyid=keyid, private=NEW_KEY[alg]())


def public(key):
    der = key.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def vectors():
    with open(VECTORS, encoding="utf-8") as file:
        given = json.load(file)
    created = datetime.datetime.fromtimestamp(given["created"], datetime.timezone.utc)
    counts = {"verified": 0, "made": 0}
    for vector in given["vectors"]:
        for number, signature in enumerate(vector["signatures"]):
            alg = signature["alg"]
            key = load_der_public_key(base64.b64decode(given["keys"][alg]["publicKey"]))
            resolver = SimpleNamespace(resolve_public_key=lambda keyid, key=key: key)
            verifier = HTTPMessageVerifier(signature_algorithm=ALGORITHMS[alg], key_resolver=resolver)
            label = f"sig{number + 1}"
            tag = "tillgate-enrolment-v1" if vector["name"] == "enrolTerminal" else "tillgate-v1"
            request = vector["request"]
            body = request["body"].encode() if "body" in request else None
            wanted = {"max_age": None, "expect_tag": tag, "expect_label": label}
            message = SimpleNamespace(method=request["method"], url=request["url"], headers=dict(vector["headers"]))
            (result,) = verifier.verify(message, body=body, **wanted)
            lines = [f"{name}: {value}" for name, value in result.covered_components.items()]
            expect(signature["signatureBase"], "\n".join(lines))
            counts["verified"] += 1
            message.method = "DELETE"
            try:
                verifier.verify(message, **wanted)
                raise AssertionError("a signature of another method is taken")
            except InvalidSignature:
                pass
            if alg == "ed25519" and number == 0:
                private = load_der_private_key(base64.b64decode(given["keys"][alg]["privateKey"]), None)
                key = SimpleNamespace(alg=alg, keyid=result.parameters["keyid"], private=private)
                again = SimpleNamespace(method=request["method"], url=request["url"], headers={}, body=body)
                sign(again, key, tag=tag, created=created)
                expect(signature["signature"], again.headers["Signature"][len("sig1=:") : -1])
                counts["made"] += 1
    held(f"vectors: {counts['verified']} verified, {counts['made']} of Ed25519 made again")


def terminal(alg, code):
    key = new_key(alg, "enrolment")
    content = {"code": code, "alg": alg, "publicKey": public(key)}
    status, enrolled = call(key, "POST", "/v1/terminals/enrolment", content, tag="tillgate-enrolment-v1")
    expect(200, status)
    key.keyid = enrolled["keyid"]
    order = {"merchantOrderNo": f"python-{alg}", "amount": {"currency": "CNY", "value": 1250}, "subject": "拿铁"}
    status, created = call(key, "POST", "/v1/orders", order)
    expect((201, enrolled["terminalId"], "拿铁"), (status, created["terminalId"], created["subject"]))
    status, found = call(key, "GET", f"/v1/orders/{created['orderId']}")
    expect((200, created["orderId"]), (status, found["orderId"]))
    status, listed = call(key, "GET", f"/v1/orders?merchantOrderNo=python-{alg}")
    expect((200, [created["orderId"]]), (status, [it["orderId"] for it in listed["data"]]))
    message = message_of("POST", "/v1/orders", order)
    sign(message, key)
    message.body = message.body.replace(b"1250", b"1251")
    status, refused = send(message)
    expect((401, "signature_invalid"), (status, refused["code"]))
    held(f"{alg}: enrolled, createOrder, getOrder, listOrders; another body is refused")
    rotation(key, enrolled["keyid"])


def rotation(key, keyid):
    (other,) = set(ALGORITHMS) - {key.alg}
    following = new_key(other, keyid.removesuffix(".1") + ".2")
    message = message_of("POST", "/v1/terminals/self/keys", {"alg": other, "publicKey": public(following)})
    sign(message, key)
    sign(message, following, label="sig2", append=True)
    status, rotated = send(message)
    expect((200, following.keyid), (status, rotated["keyid"]))
    for either in (key, following):
        expect(200, call(either, "GET", f"/v1/orders?merchantOrderNo=python-{key.alg}")[0])
    held(f"{key.alg}: rotated to {other}")


vectors()
for pair in CODES:
    terminal(*pair.split("="))
