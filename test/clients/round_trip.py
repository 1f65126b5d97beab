"""Parses every case by the generated class of its schema and writes it back: `python round-trip.py CASES OUT`."""

import json
import sys

import openapi_client.models as models

with open(sys.argv[1], encoding="utf-8") as file:
    cases = json.load(file)
back = [getattr(models, case["schema"]).from_json(json.dumps(case["value"])).to_json() for case in cases]
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump([json.loads(text) for text in back], file)
