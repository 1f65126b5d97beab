"""`python-alipay-sdk`, which is not Alipay's own. It sends everything by GET, and knows both key modes."""

from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayValidationError as Refused


def pem(bare, what):
    return f"-----BEGIN {what}-----\n{bare}\n-----END {what}-----\n"


def text_of(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


class Sdk:
    refused = Refused

    def __init__(self, config, key="app", **certificates):
        self.notify_url = config["notifyUrl"]
        private_key = pem(config[f"{key}PrivateKeyPkcs1"], "RSA PRIVATE KEY")
        if "certificates" in config:
            files = {name: text_of(file) for name, file in {**config["certificates"], **certificates}.items()}
            self.client = DCAliPay(config["appId"], private_key, files["app"], files["alipay"], files["root"])
        else:
            public_key = pem(config["alipayPublicKey"], "PUBLIC KEY")
            self.client = AliPay(config["appId"], None, private_key, public_key)
        self.client._gateway = config["gateway"]

    def call(self, method, content):
        return self.client.server_api(method, content, notify_url=self.notify_url)

    def is_genuine(self, fields):
        # The SDK takes `sign_type` out of what it is given.
        signed = {name: value for name, value in fields.items() if name != "sign"}
        return self.client.verify(signed, fields["sign"])
