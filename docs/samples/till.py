"""A till in one file: it enrols, takes one payment of 12.50 yuan, and gives it back.

    python3 till.py BASE_URL ACTIVATION_CODE

Needs Python 3.8 and the package `cryptography`. It signs with Ed25519; docs/signing.md explains each line of what is signed.
The key is kept in `till-key.pem`, its name in `till-keyid`: the next start needs no activation code.
"""

import base64
import datetime
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BASE_URL = sys.argv[1].rstrip("/")
CODE = sys.argv[2] if len(sys.argv) > 2 else None
ahead = 0  # By how many seconds the server's clock is ahead of ours.


def sign(key, keyid, tag, method, path, body):
    """The headers that prove who sends this request. `path` is what is sent, with its query; `body` is bytes or None."""
    target = urllib.parse.urlsplit(BASE_URL + path)
    lines = [
        ("@method", method),
        ("@authority", target.netloc.lower()),
        ("@path", target.path),
        ("@query", "?" + target.query),
    ]
    headers = {}
    if body is not None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {"Content-Type": "application/json", "Content-Digest": f"sha-256=:{digest}:"}
        lines.append(("content-digest", headers["Content-Digest"]))
    # The server takes these components in this order and no others.
    components = " ".join(f'"{name}"' for name, _ in lines)
    params = f'({components});created={int(time.time() + ahead)};keyid="{keyid}";alg="ed25519";tag="{tag}"'
    lines.append(("@signature-params", params))
    base = "\n".join(f'"{name}": {value}' for name, value in lines)
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {**headers, "Signature-Input": f"sig1={params}", "Signature": f"sig1=:{signature}:"}


def call(key, keyid, method, path, content=None, tag="tillgate-v1"):
    """Sends a signed request, and answers the JSON. What has no definite answer is sent again with the same numbers: the server
    does nothing twice. A refusal ends the program with its code, on which a till switches."""
    global ahead
    body = None if content is None else json.dumps(content).encode()
    for pause in (1, 2, 4, 8, None):
        # Signed anew each time: a signature is good for 300 s.
        headers = sign(key, keyid, tag, method, path, body)
        request = urllib.request.Request(BASE_URL + path, body, headers, method=method)
        try:
            status, answer = send(request)
            if status < 400:
                return answer
            if answer.get("code") == "clock_skew":
                server_time = datetime.datetime.fromisoformat(answer["serverTime"].replace("Z", "+00:00"))
                ahead = server_time.timestamp() - time.time()
            elif status < 500 and status != 429:
                sys.exit(f"refused: {answer.get('code')}: {answer.get('detail')}")
        except (OSError, http.client.HTTPException, ValueError):
            pass  # No answer, or half of one. It says nothing about what the server did.
        if pause is None:
            sys.exit("no definite answer: look the order up by the same number, and start no other")
        time.sleep(pause)


def send(request):
    try:
        with urllib.request.urlopen(request, timeout=35) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


def load_key():
    if os.path.exists("till-key.pem"):
        with open("till-key.pem", "rb") as file:
            return load_pem_private_key(file.read(), None)
    key = Ed25519PrivateKey.generate()
    # Kept before it is sent: if the answer to the enrolment is lost, the same key gets the same answer again.
    with open(os.open("till-key.pem", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def load_keyid(key):
    if os.path.exists("till-keyid"):
        with open("till-keyid", encoding="ascii") as file:
            return file.read()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    content = {"code": CODE, "alg": "ed25519", "publicKey": base64.b64encode(public).decode()}
    answer = call(key, "enrolment", "POST", "/v1/terminals/enrolment", content, tag="tillgate-enrolment-v1")
    with open("till-keyid", "w", encoding="ascii") as file:
        file.write(answer["keyid"])
    return answer["keyid"]


key = load_key()
keyid = load_keyid(key)
print("keyid", keyid, flush=True)

# A till keeps this number before it sends it, so that it can ask for the order after a power cut.
number = f"python-{time.time_ns()}"
amount = {"currency": "CNY", "value": 1250}  # In fen. Money is never a float.
order = call(key, keyid, "POST", "/v1/orders", {"merchantOrderNo": number, "amount": amount, "subject": "拿铁"})
path = f"/v1/orders/{order['orderId']}"
print("order", order["orderId"], flush=True)

shown = None
while order["nextAction"] != "hand_over_goods":
    if order["nextAction"] not in ("show_qr_code", "wait"):
        sys.exit(order["message"]["en"])
    if order["qrCode"] and order["qrCode"]["payload"] != shown:
        shown = order["qrCode"]["payload"]
        print("show", shown, flush=True)  # A till draws this text as a QR code.
    time.sleep((order["nextPollAfterMs"] or 2000) / 1000)
    order = call(key, keyid, "GET", path + "?live=true")
print("paid", flush=True)

refund = call(key, keyid, "POST", path + "/refunds", {"refundNo": f"{number}-r", "amount": amount})["refund"]
while refund["status"] == "requested":
    time.sleep(2)
    refund = call(key, keyid, "GET", f"{path}/refunds/{number}-r")
print("refund", refund["status"], flush=True)
