"""
What schemathesis is told of Tillgate: how requests are signed, and values that only the server can give (ids, cursors), which
no schema can describe. `TILLGATE_FUZZ` names a file with the stack's credentials; what was seen is written beside it.
"""

import atexit
import json
import os
import random
import sys
import threading
from collections import Counter, deque
from pathlib import Path

import requests.auth
import schemathesis

sys.path.insert(0, str(Path(__file__).parent))
from signing import Key, sign  # noqa: E402

settings = json.loads(Path(os.environ["TILLGATE_FUZZ"]).read_text(encoding="utf-8"))
TILL = Key.read(settings["till"])
OFFICE = Key.read(settings["office"])
ENROLMENT = Key.new("enrolment")
NEXT = Key.new(settings["till"]["keyid"].rsplit(".", 1)[0] + ".2")
AHEAD = settings["aheadSeconds"]
INTRODUCTION = settings["introduction"]

GATEWAY = (400, 404, 413, 429, 431, 500, 503)

lock = threading.Lock()
chance = random.Random(settings["seed"])
statuses: Counter = Counter()
# By parameter, what answers have named last.
known = {name: deque(settings["known"].get(name, []), maxlen=200) for name in ("orderId", "refundNo", "statementId", "shiftNo")}
cursors: dict[str, deque] = {}


class Signed(requests.auth.AuthBase):
    """By the credential that may do it; enrolment and rotation also by the key that is in the body."""

    def __call__(self, request):
        path = request.path_url.split("?")[0]
        if path.startswith("/v1/notifications/"):
            return request
        if path == "/v1/terminals/enrolment":
            sign(request, ENROLMENT, AHEAD, tag="tillgate-enrolment-v1")
            return request
        is_office = path.startswith(("/v1/statements", "/v1/reconciliations")) or path == "/v1/terminals"
        second = NEXT if path == "/v1/terminals/self/keys" else None
        sign(request, OFFICE if is_office else TILL, AHEAD, second=second)
        return request


schemathesis.auth.set_from_requests(Signed())


@schemathesis.hook
def before_call(context, case, kwargs):
    """Values that mean something, in three of four requests that are well formed."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    is_chained = case.meta.phase.name.value == "stateful"
    with lock:
        for name, value in list((case.path_parameters or {}).items()):
            # A chain of requests has its values from the answers before.
            if not is_chained and known.get(name) and chance.random() < 0.75:
                case.path_parameters[name] = chance.choice(known[name])
        if case.query and "cursor" in case.query:
            told = cursors.get(case.operation.label)
            if told:
                case.query["cursor"] = chance.choice(told)
            else:
                del case.query["cursor"]
    if isinstance(case.body, dict) and "publicKey" in case.body:
        key = ENROLMENT if case.operation.path.endswith("/enrolment") else NEXT
        case.body.update(alg="ed25519", publicKey=key.public_key)


    make_sense(case)


def make_sense(case):
    """What belongs together and no schema can say: half of the well-formed requests keep to it."""
    if chance.random() < 0.5:
        return
    query = case.query or {}
    operation = case.operation.definition.raw["operationId"]
    if operation == "getTotals":
        case.query = {"terminal": "self", **({"shift": "open"} if query.get("shift") else {})}
    elif operation == "listOrders" and len(query) > 1:
        case.query = {name: value for name, value in query.items() if name not in ("merchantOrderNo", "tradeNo")}
    elif operation in ("listShifts", "getShift") and query.get("terminal"):
        case.query["terminal"] = "self"
    elif operation == "listStatements" and "from" in query and "to" in query:
        case.query["from"], case.query["to"] = sorted((query["from"], query["to"]))
    elif operation in ("createOrder", "createRefund") and isinstance(case.body, dict) and "amount" in case.body:
        case.body["amount"] = {"currency": "CNY", "value": chance.choice((1, 100, 1234))}


@schemathesis.check
def status_is_listed(context, response, case):
    """`default` stands for the gateway's answers alone: it must not hide a status of ours that the document lacks."""
    listed = case.operation.definition.raw["responses"]
    is_gateways = response.status_code in GATEWAY and set(json_of(response)) == {"message"}
    assert str(response.status_code) in listed or is_gateways, f"{response.status_code} is not listed"


def json_of(response):
    return response.json() if response.headers["content-type"][0] == "application/json" else {}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what the document says in its own words: rules beside the schema, and what the gateway in front answers."""
    operation = case.operation.definition.raw
    name = type(failure).__name__
    if name == "RejectedPositiveData" and response.status_code == 400:
        return not is_told(operation, response)
    if name == "UnsupportedMethodResponse" and response.status_code == 404:
        return "never 405" not in INTRODUCTION or response.json() != {"message": "Not Found"}
    return True


def is_told(operation, response) -> bool:
    if "problem+json" not in response.headers["content-type"][0]:
        return False
    problem = response.json()
    if problem["code"] == "bad_cursor":
        return "bad_cursor" in operation["responses"]["400"]["x-codes"]
    told = [(rule.get("pointer"), rule["detail"]) for rule in operation.get("x-rules", [])]
    errors = problem.get("errors") or [problem]
    return all((error.get("pointer"), error["detail"]) in told for error in errors)


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        statuses[f"{case.operation.method.upper()} {case.operation.path} {response.status_code}"] += 1
        if response.status_code in (200, 201, 202) and "json" in response.headers.get("content-type", [""])[0]:
            learn(case.operation.label, response.json())


def learn(label, value):
    if isinstance(value, list):
        for one in value:
            learn(label, one)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "nextCursor" and member:
                cursors.setdefault(label, deque(maxlen=20)).append(member)
            elif name in known and isinstance(member, str):
                if member not in known[name]:
                    known[name].append(member)
            else:
                learn(label, member)


@atexit.register
def write():
    Path(settings["seen"]).write_text(json.dumps(statuses), encoding="utf-8")
