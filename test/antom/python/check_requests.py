"""Requests that were recorded, judged by the checker of Antom's official SDK: as they are, and changed in one part each."""

import json
import sys

from com.alipay.ams.api.tools.webhook_tool import check_signature

with open(sys.argv[1], encoding="utf-8") as file:
    CONFIG = json.load(file)

NAMES = ("path", "clientId", "time", "body", "signature")


def is_genuine(request):
    try:
        return check_signature("POST", *(request[name] for name in NAMES), CONFIG["publicKey"])
    except Exception:
        return False


for sent in CONFIG["requests"]:
    if not is_genuine(sent):
        raise SystemExit(f"not genuine: {sent}")
    for name in ("path", "clientId", "time", "body"):
        if is_genuine({**sent, name: sent[name] + " "}):
            raise SystemExit(f"genuine with another {name}: {sent}")
    print(f"genuine, and no variation: {sent['path']}")
