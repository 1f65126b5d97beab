"""A shop by Antom's official SDK: it pays, inquires, cancels and refunds at the simulator, and checks its notifications."""

import http.client
import json
import sys
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

from com.alipay.ams.api import default_alipay_client
from com.alipay.ams.api.default_alipay_client import DefaultAlipayClient
from com.alipay.ams.api.exception.exception import AlipayApiException
from com.alipay.ams.api.model.amount import Amount
from com.alipay.ams.api.model.env import Env
from com.alipay.ams.api.model.merchant import Merchant
from com.alipay.ams.api.model.order import Order
from com.alipay.ams.api.model.settlement_strategy import SettlementStrategy
from com.alipay.ams.api.model.store import Store
from com.alipay.ams.api.request.pay.alipay_inquiry_refund_request import AlipayInquiryRefundRequest
from com.alipay.ams.api.request.pay.alipay_pay_cancel_request import AlipayPayCancelRequest
from com.alipay.ams.api.request.pay.alipay_pay_query_request import AlipayPayQueryRequest
from com.alipay.ams.api.request.pay.alipay_refund_request import AlipayRefundRequest
from com.alipay.ams.api.request.pay.order_code_payment_request import OrderCodePaymentRequest
from com.alipay.ams.api.request.pay.user_presented_code_payment_request import UserPresentedCodePaymentRequest
from com.alipay.ams.api.tools.webhook_tool import check_signature

with open(sys.argv[1], encoding="utf-8") as file:
    CONFIG = json.load(file)


def post_to_loopback(url, headers=None, req_body=None, charset="UTF-8"):
    """The SDK speaks HTTPS on port 443 only: this one goes where the URL says."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body=req_body.encode(charset), headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            raise AlipayApiException("invalid http status " + str(response.status))
        return response.getheaders(), response.read()
    finally:
        connection.close()


default_alipay_client.do_post = post_to_loopback


def client_with(key):
    return DefaultAlipayClient(CONFIG["gateway"], CONFIG["clientId"], CONFIG[key], CONFIG["antomPublicKey"])


CLIENT = client_with("privateKey")


def call(request, client=CLIENT):
    return json.loads(client.execute(request))


def wallet(path, body):
    data = json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(CONFIG["walletUrl"] + path, data=data)) as response:
        return json.load(response)


def order(value):
    shop = Merchant()
    shop.reference_merchant_id, shop.merchant_mcc, shop.merchant_name = "kissa", "5814", "喫茶店"
    shop.store = Store()
    shop.store.reference_store_id, shop.store.store_name, shop.store.store_mcc = "main", "Main", "5814"
    sold = Order()
    sold.reference_order_id, sold.order_description = "20261130-1", "コーヒー café"
    sold.order_amount = Amount("JPY", value)
    sold.merchant = shop
    sold.env = Env()
    sold.env.store_terminal_id, sold.env.store_terminal_request_time = "till", soon(0)
    return sold


def soon(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def settled(request):
    request.settlement_strategy = SettlementStrategy()
    request.settlement_strategy.settlement_currency = "USD"
    return request


def order_code(number, value="1000"):
    return settled(OrderCodePaymentRequest(number, order(value), "JPY", value, CONFIG["notifyUrl"], soon(180)))


def payment_code(number, code, value="1000"):
    return settled(
        UserPresentedCodePaymentRequest(number, order(value), "JPY", value, code, CONFIG["notifyUrl"], soon(180))
    )


def inquiry(number):
    request = AlipayPayQueryRequest()
    request.payment_request_id = number
    return request


def cancel(number):
    request = AlipayPayCancelRequest()
    request.payment_request_id = number
    return request


def refund(number, payment_id, value):
    request = AlipayRefundRequest()
    request.refund_request_id, request.payment_id = number, payment_id
    request.refund_amount = Amount("JPY", value)
    return request


def refund_inquiry(number):
    request = AlipayInquiryRefundRequest()
    request.refund_request_id = number
    return request


def expect(what, *conditions):
    if not all(conditions):
        raise SystemExit(f"not held: {what}: {conditions}")


def held(what):
    print(f"held: {what}", flush=True)


def result(answer):
    return answer["result"]["resultStatus"] + " " + answer["result"]["resultCode"]


def refused(run):
    try:
        return run() is False
    except Exception:
        return True


def received(number):
    """The notification of a payment, once it is there."""
    url = CONFIG["receivedUrl"] + "?" + urllib.parse.urlencode({"number": number})
    with urllib.request.urlopen(url, timeout=20) as response:
        return json.load(response)


def is_genuine(news, **change):
    parts = {**news, **change}
    names = ("path", "clientId", "time", "body", "signature")
    return check_signature("POST", *(parts[name] for name in names), CONFIG["antomPublicKey"])


def by_order_code():
    opened = call(order_code("py_1"))
    texts = [it["codeValue"] for it in opened["orderCodeForm"]["codeDetails"] if it["displayType"] == "TEXT"]
    expect("a code", result(opened) == "S SUCCESS", len(texts) == 1)
    expect("it waits", call(inquiry("py_1"))["paymentStatus"] == "PROCESSING")
    expect("the customer pays", wallet("pay", {"qrCode": texts[0], "wallet": "GCash"})["result"] == "success")
    asked = call(inquiry("py_1"))
    expect("it is paid", asked["paymentStatus"] == "SUCCESS", asked["paymentAmount"] == {"currency": "JPY", "value": "1000"})
    expect("in the wallet's currency", asked["actualPaymentAmount"]["currency"] == "PHP")
    expect("settled in ours", asked["grossSettlementAmount"]["currency"] == "USD")
    expect("a repeat", call(order_code("py_1"))["paymentId"] == opened["paymentId"])
    held("order code, inquiry")


def by_payment_code():
    code = wallet("codes", {"wallet": "Kakao Pay"})["tillCode"]
    paid = call(payment_code("py_2", code))
    expect("paid at once", result(paid) == "S SUCCESS", paid["pspCustomerInfo"]["pspName"] == "Kakao Pay")
    other = call(payment_code("py_2", code, "1001"))
    expect("another amount", result(other) == "F REPEAT_REQ_INCONSISTENT")
    expect("the code is used", result(call(payment_code("py_3", code))) == "F INVALID_PAYMENT_CODE")
    wallet("faults", {"pay": {"answer": "u_then_success"}})
    code = wallet("codes", {})["tillCode"]
    expect("undecided", result(call(payment_code("py_4", code))) == "U PAYMENT_IN_PROCESS")
    expect("then paid", call(inquiry("py_4"))["paymentStatus"] == "SUCCESS")
    held("payment code, also with an answer of U")


def cancelled_and_refunded():
    expect("cancelled", result(call(cancel("py_4"))) == "S SUCCESS")
    asked = call(inquiry("py_4"))
    kinds = [it["transactionType"] for it in asked["transactions"]]
    expect("the money went back", asked["paymentStatus"] == "CANCELLED", "paymentTime" in asked, kinds == ["CANCEL"])
    held("cancel")
    payment_id = call(inquiry("py_2"))["paymentId"]
    done = call(refund("py_r1", payment_id, "400"))
    expect("refunded", result(done) == "S SUCCESS", call(refund("py_r1", payment_id, "400")) == done)
    expect("too much", result(call(refund("py_r2", payment_id, "601"))) == "F REFUND_AMOUNT_EXCEED")
    expect("known", call(refund_inquiry("py_r1"))["refundStatus"] == "SUCCESS")
    expect("failed for ever", call(refund_inquiry("py_r2"))["refundStatus"] == "FAIL")
    expect("none", result(call(refund_inquiry("py_r3"))) == "F ORDER_NOT_EXIST")
    held("refund, refund inquiry")


def notified():
    for number in ("py_1", "py_2"):
        news = received(number)
        body = json.loads(news["body"])
        expect("genuine", is_genuine(news), body["notifyType"] == "PAYMENT_RESULT", result(body) == "S SUCCESS")
        for change in ({"path": "/other"}, {"time": "2026-01-01T00:00:00Z"}, {"body": news["body"] + " "}, {"clientId": "x"}):
            expect(f"forged by {change}", refused(lambda change=change: is_genuine(news, **change)))
    held("notifications are genuine, and no variation is")


def wrong_signatures():
    for answer in ("bad_signature", "no_signature", "garbage", "status:500"):
        wallet("faults", {"query": {"answer": answer}})
        expect(answer, refused(lambda: CLIENT.execute(inquiry("py_1"))))
    # Its answer is not signed, because the simulator does not know whom it would sign for.
    expect("another key", refused(lambda: client_with("otherPrivateKey").execute(inquiry("py_1"))))
    expect("as before", call(inquiry("py_1"))["paymentStatus"] == "SUCCESS")
    held("wrong signatures are refused by both sides")


by_order_code()
by_payment_code()
cancelled_and_refunded()
notified()
wrong_signatures()
