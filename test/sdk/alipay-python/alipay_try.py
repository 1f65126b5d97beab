"""An SDK of Alipay's protocol against the simulator: `python3 alipay_try.py official|community CONFIG.json`.

Prints a line for everything that held, and ends with an exception at the first that did not.
"""

import importlib
import io
import json
import sys
import urllib.parse
import urllib.request
import zipfile

Sdk = importlib.import_module(sys.argv[1]).Sdk
with open(sys.argv[2], encoding="utf-8") as file:
    CONFIG = json.load(file)
SDK = Sdk(CONFIG)


def call(method, by=SDK, **content):
    return by.call(method, content)


def expect(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def held(what):
    print(f"held: {what}", flush=True)


def wallet(path, **body):
    with urllib.request.urlopen(CONFIG["walletUrl"] + path, json.dumps(body).encode(), 10) as answer:
        return json.load(answer)


numbers = 0


def new_number():
    global numbers
    numbers += 1
    return f"python_{numbers}"


def precreate(number):
    answer = call("alipay.trade.precreate", out_trade_no=number, total_amount="12.34", subject=CONFIG["subject"])
    expect(("10000", number), (answer["code"], answer["out_trade_no"]))
    return answer["qr_code"]


def query(number):
    return call("alipay.trade.query", out_trade_no=number)


def notified(number, status, *members):
    """The notification about a trade that has these, verified by the SDK; with another amount it is refused."""
    wanted = urllib.parse.urlencode({"out_trade_no": number, "trade_status": status, "has": ",".join(members)})
    with urllib.request.urlopen(f"{CONFIG['receivedUrl']}?{wanted}", timeout=30) as answer:
        fields = dict(urllib.parse.parse_qsl(answer.read().decode(), keep_blank_values=True))
    expect(True, SDK.is_genuine(fields))
    expect(False, SDK.is_genuine({**fields, "total_amount": "0.01"}))
    return fields


def paid_by_code():
    number = new_number()
    qr_code = precreate(number)
    expect("ACQ.TRADE_NOT_EXIST", query(number)["sub_code"])
    wallet("pay", qrCode=qr_code)
    paid = query(number)
    expect(("TRADE_SUCCESS", "12.34"), (paid["trade_status"], paid["total_amount"]))
    expect(CONFIG["subject"], notified(number, "TRADE_SUCCESS")["subject"])
    held("precreate, query, notification")
    return number


def pay():
    number = new_number()
    till_code = wallet("codes")["tillCode"]
    content = {"total_amount": "0.50", "subject": "till code", "scene": "bar_code", "auth_code": till_code}
    answer = call("alipay.trade.pay", out_trade_no=number, **content)
    expect(("10000", "0.50"), (answer["code"], answer["receipt_amount"]))
    expect("TRADE_SUCCESS", query(number)["trade_status"])
    held("pay")


def close():
    number = new_number()
    wallet("scan", qrCode=precreate(number))
    expect("WAIT_BUYER_PAY", query(number)["trade_status"])
    expect("10000", call("alipay.trade.close", out_trade_no=number)["code"])
    expect("TRADE_CLOSED", query(number)["trade_status"])
    held("close")


def cancel():
    number = new_number()
    wallet("pay", qrCode=precreate(number))
    answer = call("alipay.trade.cancel", out_trade_no=number)
    expect(("10000", "refund", "N"), (answer["code"], answer["action"], answer["retry_flag"]))
    expect("TRADE_CLOSED", query(number)["trade_status"])
    held("cancel")


def refund(number):
    refund_number = f"{number}-r1"
    content = {"out_request_no": refund_number, "refund_amount": "2.34", "refund_reason": "冷了"}
    for moved in ("Y", "N"):
        answer = call("alipay.trade.refund", out_trade_no=number, **content)
        expect(("10000", moved, "2.34"), (answer["code"], answer["fund_change"], answer["refund_fee"]))
    expect("2.34", notified(number, "TRADE_SUCCESS", "refund_fee")["refund_fee"])
    held("refund")
    answer = call("alipay.trade.fastpay.refund.query", out_trade_no=number, out_request_no=refund_number)
    found = (answer["refund_status"], answer["refund_amount"], answer["refund_reason"])
    expect(("REFUND_SUCCESS", "2.34", "冷了"), found)
    held("refund query")


def bill():
    """The bill of a day on which there was one trade."""
    method = "alipay.data.dataservice.bill.downloadurl.query"
    answer = call(method, bill_type="trade", bill_date=CONFIG["billDay"])
    expect("10000", answer["code"])
    with urllib.request.urlopen(answer["bill_download_url"], timeout=10) as download:
        archive = zipfile.ZipFile(io.BytesIO(download.read()))
    # Names that are in GBK and do not say so are read as cp437.
    names = [entry.filename.encode("cp437").decode("gbk") for entry in archive.infolist()]
    expect([False, True], sorted("汇总" in name for name in names))
    text = "".join(archive.read(entry).decode("gbk") for entry in archive.infolist())
    expect(True, CONFIG["billTrade"] in text)
    held("bill")


def wrong_signatures():
    number = new_number()
    answer = call("alipay.trade.query", by=Sdk(CONFIG, key="other"), out_trade_no=number)
    expect(("40002", "isv.invalid-signature"), (answer["code"], answer["sub_code"]))
    wallet("faults", query={"answer": "bad_signature"})
    try:
        query(number)
    except SDK.refused:
        held("wrong signatures are refused by both sides")
        return
    raise AssertionError("an answer with a wrong signature is taken")


def wrong_certificates():
    """The simulator wants the serial numbers of this app's certificate and of Alipay's roots."""
    for name, other, code in (("app", "otherApp", "app-cert-not-exist"), ("root", "otherRoot", "invalid-alipay-root-cert-sn")):
        sdk = Sdk(CONFIG, **{name: CONFIG["certificates"][other]})
        answer = call("alipay.trade.query", by=sdk, out_trade_no=new_number())
        expect(("40002", f"isv.{code}"), (answer["code"], answer["sub_code"]))
    held("wrong serial numbers are refused")


def without_certificates():
    answer = SDK.unverified("alipay.trade.query", {"out_trade_no": new_number()})
    expect(("40002", "isv.missing-app-cert-sn"), (answer["code"], answer["sub_code"]))
    held("an app in certificate mode is turned away")


if "certificates" in CONFIG and hasattr(SDK, "unverified"):
    without_certificates()
else:
    first = paid_by_code()
    pay()
    close()
    cancel()
    refund(first)
    bill()
    wrong_signatures()
    if "certificates" in CONFIG:
        wrong_certificates()
