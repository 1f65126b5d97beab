import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONObject;
import com.alipay.api.AlipayApiException;
import com.alipay.api.AlipayClient;
import com.alipay.api.AlipayRequest;
import com.alipay.api.AlipayResponse;
import com.alipay.api.CertAlipayRequest;
import com.alipay.api.DefaultAlipayClient;
import com.alipay.api.internal.util.AlipayLogger;
import com.alipay.api.internal.util.AlipaySignature;
import com.alipay.api.request.AlipayDataDataserviceBillDownloadurlQueryRequest;
import com.alipay.api.request.AlipayTradeCancelRequest;
import com.alipay.api.request.AlipayTradeCloseRequest;
import com.alipay.api.request.AlipayTradeFastpayRefundQueryRequest;
import com.alipay.api.request.AlipayTradePayRequest;
import com.alipay.api.request.AlipayTradePrecreateRequest;
import com.alipay.api.request.AlipayTradeQueryRequest;
import com.alipay.api.request.AlipayTradeRefundRequest;
import com.alipay.api.response.AlipayDataDataserviceBillDownloadurlQueryResponse;
import com.alipay.api.response.AlipayTradeCancelResponse;
import com.alipay.api.response.AlipayTradeFastpayRefundQueryResponse;
import com.alipay.api.response.AlipayTradePayResponse;
import com.alipay.api.response.AlipayTradePrecreateResponse;
import com.alipay.api.response.AlipayTradeQueryResponse;
import com.alipay.api.response.AlipayTradeRefundResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;

/**
 * Alipay's official Java SDK against the simulator: `java AlipayTry.java CONFIG.json`. Prints a line for everything that held, and
 * ends with an exception at the first that did not.
 */
public class AlipayTry {
    static JSONObject config;
    static AlipayClient client;

    public static void main(String[] args) throws Exception {
        config = JSON.parseObject(Files.readString(Path.of(args[0])));
        AlipayLogger.setNeedEnableLogger(false);
        client = clientWith(config);
        String first = paidByCode();
        payByTillCode();
        close();
        cancel();
        refund(first);
        bill();
        wrongKeys();
        if (isCertificateMode()) wrongCertificates();
        AlipayMore.all();
    }

    static boolean isCertificateMode() {
        return config.containsKey("certificates");
    }

    static AlipayClient clientWith(JSONObject of) throws AlipayApiException {
        if (!isCertificateMode())
            return new DefaultAlipayClient(of.getString("gateway"), of.getString("appId"), of.getString("appPrivateKey"),
                "json", of.getString("charset"), of.getString("alipayPublicKey"), "RSA2");
        CertAlipayRequest certificates = new CertAlipayRequest();
        certificates.setServerUrl(of.getString("gateway"));
        certificates.setAppId(of.getString("appId"));
        certificates.setPrivateKey(of.getString("appPrivateKey"));
        certificates.setFormat("json");
        certificates.setCharset(of.getString("charset"));
        certificates.setSignType("RSA2");
        certificates.setCertPath(of.getJSONObject("certificates").getString("app"));
        certificates.setAlipayPublicCertPath(of.getJSONObject("certificates").getString("alipay"));
        certificates.setRootCertPath(of.getJSONObject("certificates").getString("root"));
        return new DefaultAlipayClient(certificates);
    }

    static <T extends AlipayResponse> T call(AlipayRequest<T> request) throws AlipayApiException {
        return call(client, request);
    }

    static <T extends AlipayResponse> T call(AlipayClient by, AlipayRequest<T> request) throws AlipayApiException {
        return isCertificateMode() ? by.certificateExecute(request) : by.execute(request);
    }

    /** An order of 12.34 yuan is precreated, and paid by the wallet. */
    static String paidByCode() throws Exception {
        String number = newNumber();
        String qrCode = precreate(number);
        is("ACQ.TRADE_NOT_EXIST", query(number).getSubCode());
        wallet("pay", Map.of("qrCode", qrCode));
        AlipayTradeQueryResponse paid = query(number);
        is("TRADE_SUCCESS", paid.getTradeStatus());
        is("12.34", paid.getTotalAmount());
        is(config.getString("subject"), notified(number, "TRADE_SUCCESS").get("subject"));
        held("precreate, query, notification");
        return number;
    }

    static String precreate(String number) throws AlipayApiException {
        AlipayTradePrecreateRequest request = new AlipayTradePrecreateRequest();
        request.setBizContent(json("out_trade_no", number, "total_amount", "12.34", "subject", config.getString("subject")));
        request.setNotifyUrl(config.getString("notifyUrl"));
        AlipayTradePrecreateResponse response = call(request);
        is("10000", response.getCode());
        is(number, response.getOutTradeNo());
        return response.getQrCode();
    }

    static AlipayTradeQueryResponse query(String number) throws AlipayApiException {
        AlipayTradeQueryRequest request = new AlipayTradeQueryRequest();
        request.setBizContent(json("out_trade_no", number));
        return call(request);
    }

    static void payByTillCode() throws Exception {
        String number = newNumber();
        AlipayTradePayRequest request = new AlipayTradePayRequest();
        request.setBizContent(json("out_trade_no", number, "total_amount", "0.50", "subject", "till code",
            "scene", "bar_code", "auth_code", wallet("codes", Map.of()).getString("tillCode")));
        AlipayTradePayResponse response = call(request);
        is("10000", response.getCode());
        is("0.50", response.getReceiptAmount());
        is("TRADE_SUCCESS", query(number).getTradeStatus());
        held("pay");
    }

    static void close() throws Exception {
        String number = newNumber();
        wallet("scan", Map.of("qrCode", precreate(number)));
        is("WAIT_BUYER_PAY", query(number).getTradeStatus());
        AlipayTradeCloseRequest request = new AlipayTradeCloseRequest();
        request.setBizContent(json("out_trade_no", number));
        is("10000", call(request).getCode());
        is("TRADE_CLOSED", query(number).getTradeStatus());
        held("close");
    }

    static void cancel() throws Exception {
        String number = newNumber();
        wallet("pay", Map.of("qrCode", precreate(number)));
        AlipayTradeCancelRequest request = new AlipayTradeCancelRequest();
        request.setBizContent(json("out_trade_no", number));
        AlipayTradeCancelResponse response = call(request);
        is("10000 refund N", response.getCode() + " " + response.getAction() + " " + response.getRetryFlag());
        is("TRADE_CLOSED", query(number).getTradeStatus());
        held("cancel");
    }

    static void refund(String number) throws Exception {
        AlipayTradeRefundRequest request = new AlipayTradeRefundRequest();
        request.setBizContent(json("out_trade_no", number, "out_request_no", number + "-r1", "refund_amount", "2.34", "refund_reason", "冷了"));
        AlipayTradeRefundResponse done = call(request);
        is("10000 Y 2.34", done.getCode() + " " + done.getFundChange() + " " + done.getRefundFee());
        AlipayTradeRefundResponse again = call(request);
        is("10000 N 2.34", again.getCode() + " " + again.getFundChange() + " " + again.getRefundFee());
        is("2.34", notified(number, "TRADE_SUCCESS", "refund_fee").get("refund_fee"));
        held("refund");

        AlipayTradeFastpayRefundQueryRequest question = new AlipayTradeFastpayRefundQueryRequest();
        question.setBizContent(json("out_trade_no", number, "out_request_no", number + "-r1"));
        AlipayTradeFastpayRefundQueryResponse answer = call(question);
        is("REFUND_SUCCESS 2.34 冷了", answer.getRefundStatus() + " " + answer.getRefundAmount() + " " + answer.getRefundReason());
        held("refund query");
    }

    /** The bill of a day on which there was one trade. */
    static void bill() throws Exception {
        AlipayDataDataserviceBillDownloadurlQueryRequest request = new AlipayDataDataserviceBillDownloadurlQueryRequest();
        request.setBizContent(json("bill_type", "trade", "bill_date", config.getString("billDay")));
        AlipayDataDataserviceBillDownloadurlQueryResponse response = call(request);
        is("10000", response.getCode());
        HttpRequest get = HttpRequest.newBuilder(URI.create(response.getBillDownloadUrl())).build();
        byte[] file = HttpClient.newHttpClient().send(get, BodyHandlers.ofByteArray()).body();
        Charset gbk = Charset.forName("GBK");
        ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file), gbk);
        List<String> names = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            names.add(entry.getName().contains("汇总") ? "汇总" : "明细");
            text.append(new String(zip.readAllBytes(), gbk));
        }
        names.sort(Comparator.naturalOrder());
        is("[明细, 汇总]", names.toString());
        is("true", String.valueOf(text.toString().contains(config.getString("billTrade"))));
        held("bill");
    }

    /** Each side refuses what the other one's key has not signed. */
    static void wrongKeys() throws Exception {
        String number = newNumber();
        JSONObject ofAnother = new JSONObject(new HashMap<>(config));
        ofAnother.put("appPrivateKey", config.getString("otherPrivateKey"));
        AlipayTradeQueryRequest request = new AlipayTradeQueryRequest();
        request.setBizContent(json("out_trade_no", number));
        is("40002 isv.invalid-signature", refusal(call(clientWith(ofAnother), request)));
        wallet("faults", Map.of("query", Map.of("answer", "bad_signature")));
        String thrown = "";
        try {
            call(request);
        } catch (AlipayApiException error) {
            thrown = error.getMessage();
        }
        String expected = isCertificateMode() ? "cert check fail" : "sign check fail";
        if (!thrown.contains(expected)) throw new AssertionError("not refused: " + thrown);
        held("wrong signatures are refused by both sides");
    }

    /** The simulator wants the serial numbers of this app's certificate and of Alipay's roots. */
    static void wrongCertificates() throws Exception {
        AlipayTradeQueryRequest request = new AlipayTradeQueryRequest();
        request.setBizContent(json("out_trade_no", newNumber()));
        is("40002 isv.app-cert-not-exist", refusal(call(clientWith(withCertificate("app", "otherApp")), request)));
        is("40002 isv.invalid-alipay-root-cert-sn", refusal(call(clientWith(withCertificate("root", "otherRoot")), request)));
        held("wrong serial numbers are refused");
    }

    static JSONObject withCertificate(String name, String other) {
        JSONObject certificates = new JSONObject(new HashMap<>(config.getJSONObject("certificates")));
        certificates.put(name, certificates.getString(other));
        JSONObject changed = new JSONObject(new HashMap<>(config));
        changed.put("certificates", certificates);
        return changed;
    }

    static String refusal(AlipayResponse response) {
        return response.getCode() + " " + response.getSubCode();
    }

    /** The notification about a trade that has these, verified by the SDK; with another amount it is refused. */
    static Map<String, String> notified(String number, String status, String... members) throws Exception {
        String query = "?out_trade_no=" + number + "&trade_status=" + status + "&has=" + String.join(",", members);
        String form = send(HttpRequest.newBuilder(URI.create(config.getString("receivedUrl") + query)).build());
        Map<String, String> fields = new TreeMap<>();
        for (String pair : form.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        is("true", String.valueOf(isGenuine(fields)));
        Map<String, String> tampered = new TreeMap<>(fields);
        tampered.put("total_amount", "0.01");
        is("false", String.valueOf(isGenuine(tampered)));
        return fields;
    }

    static boolean isGenuine(Map<String, String> fields) throws AlipayApiException {
        // The SDK takes `sign` and `sign_type` out of the map that it is given.
        Map<String, String> copy = new TreeMap<>(fields);
        return isCertificateMode()
            ? AlipaySignature.rsaCertCheckV1(copy, config.getJSONObject("certificates").getString("alipay"), "utf-8", "RSA2")
            : AlipaySignature.rsaCheckV1(copy, config.getString("alipayPublicKey"), "utf-8", "RSA2");
    }

    static JSONObject wallet(String path, Map<String, ?> body) throws Exception {
        HttpRequest.BodyPublisher json = HttpRequest.BodyPublishers.ofString(JSON.toJSONString(body));
        return JSON.parseObject(send(HttpRequest.newBuilder(URI.create(config.getString("walletUrl") + path)).POST(json).build()));
    }

    static String send(HttpRequest request) throws Exception {
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        is("200", String.valueOf(response.statusCode()));
        return response.body();
    }

    static int numbers = 0;

    static String json(String... pairs) {
        JSONObject object = new JSONObject();
        for (int i = 0; i < pairs.length; i += 2) object.put(pairs[i], pairs[i + 1]);
        return object.toJSONString();
    }

    static String newNumber() {
        return "java_" + ++numbers;
    }

    static void is(String expected, String actual) {
        if (!expected.equals(actual)) throw new AssertionError("expected " + expected + ", got " + actual);
    }

    static void held(String what) {
        System.out.println("held: " + what);
    }
}
