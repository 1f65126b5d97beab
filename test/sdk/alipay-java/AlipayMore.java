import com.alibaba.fastjson.JSONObject;
import com.alipay.api.AlipayApiException;
import com.alipay.api.AlipayRequest;
import com.alipay.api.AlipayResponse;
import com.alipay.api.request.AlipayTradePayRequest;
import com.alipay.api.request.AlipayTradePrecreateRequest;
import com.alipay.api.request.AlipayTradeQueryRequest;
import com.alipay.api.response.AlipayTradePayResponse;
import java.util.HashMap;
import java.util.Map;

/** What goes differently: a password, a rejection, another character set, another merchant. */
final class AlipayMore extends AlipayTry {
    static void all() throws Exception {
        password();
        rejections();
        gbk();
        merchant();
    }

    /** Above 1,000 yuan the customer enters the password. */
    static void password() throws Exception {
        String number = newNumber();
        String tillCode = wallet("codes", Map.of()).getString("tillCode");
        AlipayTradePayRequest request = new AlipayTradePayRequest();
        request.setBizContent(json("out_trade_no", number, "total_amount", "1000.01", "subject", "password",
            "scene", "bar_code", "auth_code", tillCode));
        AlipayTradePayResponse response = call(request);
        is("10003", response.getCode());
        is("WAIT_BUYER_PAY", query(number).getTradeStatus());
        wallet("confirm", Map.of("tillCode", tillCode));
        is("TRADE_SUCCESS", query(number).getTradeStatus());
        held("pay by password");
    }

    /** The SDK reads all forms in which the gateway turns a call away. */
    static void rejections() throws Exception {
        for (String form : new String[] {"signed", "unsigned", "error_response"}) {
            String answer = "code:40006:isv.insufficient-isv-permissions";
            wallet("faults", Map.of("query", Map.of("answer", answer, "form", form)));
            is("40006 isv.insufficient-isv-permissions", refusal(query(newNumber())));
        }
        JSONObject unknown = new JSONObject(new HashMap<>(config));
        unknown.put("appId", "2021000000009999");
        AlipayTradeQueryRequest request = new AlipayTradeQueryRequest();
        request.setBizContent(json("out_trade_no", newNumber()));
        is("40002 isv.invalid-app-id", refusal(call(clientWith(unknown), request)));
        held("rejections in three forms");
    }

    static void gbk() throws Exception {
        JSONObject inGbk = new JSONObject(new HashMap<>(config));
        inGbk.put("charset", "GBK");
        String number = newNumber();
        AlipayTradePrecreateRequest request = new AlipayTradePrecreateRequest();
        request.setBizContent(json("out_trade_no", number, "total_amount", "0.01", "subject", "拿铁"));
        String qrCode = call(clientWith(inGbk), request).getQrCode();
        is("拿铁", wallet("scan", Map.of("qrCode", qrCode)).getString("subject"));
        AlipayTradeQueryRequest missing = new AlipayTradeQueryRequest();
        missing.setBizContent(json("out_trade_no", newNumber()));
        // A text that the answer says in Chinese is in GBK, too, and verified.
        is("交易不存在", call(clientWith(inGbk), missing).getSubMsg());
        held("GBK");
    }

    /** The app sells for the merchant of a token, and for nobody by any other. */
    static void merchant() throws Exception {
        String number = newNumber();
        AlipayTradePrecreateRequest request = new AlipayTradePrecreateRequest();
        request.setBizContent(json("out_trade_no", number, "total_amount", "0.01", "subject", "merchant"));
        is("20001 aop.invalid-app-auth-token", refusal(callFor("bogus", request)));
        wallet("pay", Map.of("qrCode", callFor(config.getString("authToken"), request).getQrCode()));
        AlipayTradeQueryRequest question = new AlipayTradeQueryRequest();
        question.setBizContent(json("out_trade_no", number));
        is("TRADE_SUCCESS", callFor(config.getString("authToken"), question).getTradeStatus());
        is("ACQ.TRADE_NOT_EXIST", call(question).getSubCode());
        held("a merchant's token");
    }

    static <T extends AlipayResponse> T callFor(String token, AlipayRequest<T> request) throws AlipayApiException {
        return isCertificateMode() ? client.certificateExecute(request, null, token) : client.execute(request, null, token);
    }
}
