"""Alipay's official Python SDK. It knows public keys only."""

import http.client
import json
import urllib.parse

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.exception.Exception import ResponseException as Refused
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

REQUESTS = {
    "alipay.trade.precreate": AlipayTradePrecreateRequest,
    "alipay.trade.pay": AlipayTradePayRequest,
    "alipay.trade.query": AlipayTradeQueryRequest,
    "alipay.trade.close": AlipayTradeCloseRequest,
    "alipay.trade.cancel": AlipayTradeCancelRequest,
    "alipay.trade.refund": AlipayTradeRefundRequest,
    "alipay.trade.fastpay.refund.query": AlipayTradeFastpayRefundQueryRequest,
    "alipay.data.dataservice.bill.downloadurl.query": AlipayDataDataserviceBillDownloadurlQueryRequest,
}


def connection_with_port(url, query_string, timeout):
    """The SDK connects to port 80 or 443 whatever the URL says: this one goes where it says."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    return f"{parts.path}?{query_string}", connection


WebUtils.get_http_connection = connection_with_port


class Sdk:
    refused = Refused

    def __init__(self, config, key="app"):
        self.config = config
        self.settings = AlipayClientConfig()
        self.settings.server_url = config["gateway"]
        self.settings.app_id = config["appId"]
        self.settings.app_private_key = config[f"{key}PrivateKeyPkcs1"]
        self.settings.alipay_public_key = config["alipayPublicKey"]
        self.client = DefaultAlipayClient(self.settings)

    def request(self, method, content):
        request = REQUESTS[method]()
        request.biz_content = content
        request.notify_url = self.config["notifyUrl"]
        return request

    def call(self, method, content):
        return json.loads(self.client.execute(self.request(method, content)))

    def unverified(self, method, content):
        """The answer that the SDK would not read, as it came."""
        url, connection = connection_with_port(self.settings.server_url, self.client.sdk_execute(self.request(method, content)), 10)
        connection.request("POST", url)
        return json.loads(connection.getresponse().read())[method.replace(".", "_") + "_response"]

    def is_genuine(self, fields):
        signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
        try:
            return verify_with_rsa(self.settings.alipay_public_key, get_sign_content(signed).encode(), fields["sign"])
        except Exception as error:  # The SDK throws what the `rsa` package throws.
            if type(error).__name__ != "VerificationError":
                raise
            return False
