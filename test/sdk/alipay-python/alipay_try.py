"""Alipay's official Python SDK against the simulator: `python3 alipay_try.py CONFIG.json`.

Prints a line for everything that held, and ends with an exception at the first that did not.
"""

import http.client
import io
import json
import sys
import urllib.parse
import urllib.request
import zipfile

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.exception.Exception import ResponseException
from alipay.aop.api.request.AlipayDataDataserviceBillDownloadurlQueryRequest import (
    AlipayDataDataserviceBillDownloadurlQueryRequest,
)
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePayRequest import AlipayTradePayRequest
from alipay.aop.api.request.AlipayTradePrecreateRequest import AlipayTradePrecreateRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util import WebUtils
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa


def connection_with_port(url, query_string, timeout):
    """The SDK connects to port 80 or 443 whatever the URL says: this one goes where it says."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    return f"{parts.path}?{query_string}", connection


WebUtils.get_http_connection = connection_with_port

with open(sys.argv[1], encoding="utf-8") as file:
    CONFIG = json.load(file)


def client_with(private_key):
    config = AlipayClientConfig()
    config.server_url = CONFIG["gateway"]
    config.app_id = CONFIG["appId"]
    config.app_private_key = private_key
    config.alipay_public_key = CONFIG["alipayPublicKey"]
    return DefaultAlipayClient(config)


CLIENT = client_with(CONFIG["appPrivateKeyPkcs1"])


def call(request_class, by=CLIENT, **content):
    request = request_class()
    request.biz_content = content
    request.notify_url = CONFIG["notifyUrl"]
    return json.loads(by.execute(request))


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
    answer = call(AlipayTradePrecreateRequest, out_trade_no=number, total_amount="12.34", subject=CONFIG["subject"])
    expect(("10000", number), (answer["code"], answer["out_trade_no"]))
    return answer["qr_code"]


def query(number):
    return call(AlipayTradeQueryRequest, out_trade_no=number)


def notified(number, status, *members):
    """The notification about a trade that has these, verified by the SDK; with another amount it is refused."""
    wanted = urllib.parse.urlencode({"out_trade_no": number, "trade_status": status, "has": ",".join(members)})
    with urllib.request.urlopen(f"{CONFIG['receivedUrl']}?{wanted}", timeout=30) as answer:
        fields = dict(urllib.parse.parse_qsl(answer.read().decode(), keep_blank_values=True))
    expect(True, is_genuine(fields))
    expect(False, is_genuine({**fields, "total_amount": "0.01"}))
    return fields


def is_genuine(fields):
    signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
    try:
        return verify_with_rsa(CONFIG["alipayPublicKey"], get_sign_content(signed).encode(), fields["sign"])
    except Exception as error:  # The SDK throws what the `rsa` package throws.
        expect("VerificationError", type(error).__name__)
        return False


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
    answer = call(AlipayTradePayRequest, out_trade_no=number, **content)
    expect(("10000", "0.50"), (answer["code"], answer["receipt_amount"]))
    expect("TRADE_SUCCESS", query(number)["trade_status"])
    held("pay")


def close():
    number = new_number()
    wallet("scan", qrCode=precreate(number))
    expect("WAIT_BUYER_PAY", query(number)["trade_status"])
    expect("10000", call(AlipayTradeCloseRequest, out_trade_no=number)["code"])
    expect("TRADE_CLOSED", query(number)["trade_status"])
    held("close")


def cancel():
    number = new_number()
    wallet("pay", qrCode=precreate(number))
    answer = call(AlipayTradeCancelRequest, out_trade_no=number)
    expect(("10000", "refund", "N"), (answer["code"], answer["action"], answer["retry_flag"]))
    expect("TRADE_CLOSED", query(number)["trade_status"])
    held("cancel")


def refund(number):
    refund_number = f"{number}-r1"
    content = {"out_request_no": refund_number, "refund_amount": "2.34", "refund_reason": "冷了"}
    for moved in ("Y", "N"):
        answer = call(AlipayTradeRefundRequest, out_trade_no=number, **content)
        expect(("10000", moved, "2.34"), (answer["code"], answer["fund_change"], answer["refund_fee"]))
    expect("2.34", notified(number, "TRADE_SUCCESS", "refund_fee")["refund_fee"])
    held("refund")
    answer = call(AlipayTradeFastpayRefundQueryRequest, out_trade_no=number, out_request_no=refund_number)
    found = (answer["refund_status"], answer["refund_amount"], answer["refund_reason"])
    expect(("REFUND_SUCCESS", "2.34", "冷了"), found)
    held("refund query")


def bill():
    """The bill of a day on which there was one trade."""
    request = AlipayDataDataserviceBillDownloadurlQueryRequest
    answer = call(request, bill_type="trade", bill_date=CONFIG["billDay"])
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
    other = client_with(CONFIG["otherPrivateKeyPkcs1"])
    answer = call(AlipayTradeQueryRequest, by=other, out_trade_no=number)
    expect(("40002", "isv.invalid-signature"), (answer["code"], answer["sub_code"]))
    wallet("faults", query={"answer": "bad_signature"})
    try:
        query(number)
        raise AssertionError("an answer with a wrong signature is taken")
    except ResponseException as error:
        expect(True, "response sign verify failed" in str(error))
    held("wrong signatures are refused by both sides")


def without_certificates():
    """The SDK knows no certificate mode; an app that is in it is told so."""
    request = AlipayTradeQueryRequest()
    request.biz_content = {"out_trade_no": new_number()}
    url, connection = connection_with_port(f"{CONFIG['gateway']}", CLIENT.sdk_execute(request), 10)
    connection.request("POST", url)
    answer = json.loads(connection.getresponse().read())["alipay_trade_query_response"]
    expect(("40002", "isv.missing-app-cert-sn"), (answer["code"], answer["sub_code"]))
    held("an app in certificate mode is turned away")


if "certificates" in CONFIG:
    without_certificates()
else:
    first = paid_by_code()
    pay()
    close()
    cancel()
    refund(first)
    bill()
    wrong_signatures()
