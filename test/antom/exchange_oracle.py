"""The second opinion on exchange: reads cases as JSON from a file, and prints what each comes to by the decimal module, a line each."""
import json
import sys
from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 200

with open(sys.argv[1], encoding="utf-8") as file:
    cases = json.load(file)

for case in cases:
    amount = Decimal(case["value"]).scaleb(-case["fromDigits"])
    price = Decimal(case["price"])
    other = amount * price if case["isFromBase"] else amount / price
    minor = other.scaleb(case["toDigits"]).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    print(int(minor))
