import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A till in one file: it enrols, takes one payment of 12.50 yuan, and gives it back.
 *
 * <pre>java Till.java BASE_URL ACTIVATION_CODE</pre>
 *
 * Java 17, no libraries. All of it is there on Android, too (API 26); there, make the key in the Android Keystore, and call from a
 * thread that is not the main one. It signs with P-256; docs/signing.md explains each line of what is signed. The key is kept in
 * `till-key`, its name in `till-keyid`: the next start needs no activation code.
 */
public class Till {
    static String baseUrl;
    static KeyPair key;
    static String keyid;
    static long ahead; // By how many milliseconds the server's clock is ahead of ours.

    public static void main(String[] args) throws Exception {
        baseUrl = args[0];
        key = loadKey();
        keyid = loadKeyid(args.length > 1 ? args[1] : "");
        System.out.println("keyid " + keyid);

        // A till keeps this number before it sends it, so that it can ask for the order after a power cut.
        String number = "java-" + System.currentTimeMillis();
        String amount = "{\"currency\":\"CNY\",\"value\":1250}"; // In fen. Money is never a float.
        // A latte. Escaped, because not every compiler takes its source for UTF-8.
        String content = "{\"merchantOrderNo\":\"" + number + "\",\"amount\":" + amount + ",\"subject\":\"\u62ff\u94c1\"}";
        String order = call("POST", "/v1/orders", content);
        String path = "/v1/orders/" + member(order, "orderId");
        System.out.println("order " + member(order, "orderId"));

        String shown = "";
        while (!member(order, "nextAction").equals("hand_over_goods")) {
            if (!Arrays.asList("show_qr_code", "wait").contains(member(order, "nextAction")))
                throw new IllegalStateException("not paid: " + member(order, "en"));
            String payload = member(order, "payload");
            if (!payload.isEmpty() && !payload.equals(shown)) System.out.println("show " + payload); // A till draws a QR code.
            shown = payload;
            String pause = member(order, "nextPollAfterMs");
            Thread.sleep(pause.isEmpty() ? 2000 : Long.parseLong(pause));
            order = call("GET", path + "?live=true", null);
        }
        System.out.println("paid");

        call("POST", path + "/refunds", "{\"refundNo\":\"" + number + "-r\",\"amount\":" + amount + "}");
        String refund = call("GET", path + "/refunds/" + number + "-r", null);
        while (member(refund, "status").equals("requested")) {
            Thread.sleep(2000);
            refund = call("GET", path + "/refunds/" + number + "-r", null);
        }
        System.out.println("refund " + member(refund, "status"));
    }

    static KeyPair loadKey() throws GeneralSecurityException, IOException {
        Path file = Paths.get("till-key");
        if (Files.exists(file)) {
            String[] halves = read(file).split("\n");
            KeyFactory factory = KeyFactory.getInstance("EC");
            return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(halves[0]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(halves[1]))));
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair made = generator.generateKeyPair();
        // Kept before it is sent: if the answer to the enrolment is lost, the same key gets the same answer again.
        write(file, base64(made.getPublic().getEncoded()) + "\n" + base64(made.getPrivate().getEncoded()));
        return made;
    }

    static String loadKeyid(String code) throws Exception {
        Path file = Paths.get("till-keyid");
        if (Files.exists(file)) return read(file);
        keyid = "enrolment";
        String content = "{\"code\":\"" + code + "\",\"alg\":\"ecdsa-p256-sha256\",\"publicKey\":\""
            + base64(key.getPublic().getEncoded()) + "\"}";
        String answer = call("POST", "/v1/terminals/enrolment", content, "tillgate-enrolment-v1");
        write(file, member(answer, "keyid"));
        return member(answer, "keyid");
    }

    static String call(String method, String path, String content) throws Exception {
        return call(method, path, content, "tillgate-v1");
    }

    /**
     * Sends a signed request, and answers the JSON. What has no definite answer is sent again with the same numbers: the server does
     * nothing twice. A refusal ends the program with its code, on which a till switches.
     */
    static String call(String method, String path, String content, String tag) throws Exception {
        byte[] body = content == null ? null : content.getBytes(StandardCharsets.UTF_8);
        for (int pause = 1000; pause <= 16_000; pause *= 2) {
            try {
                // Signed anew each time: a signature is good for 300 s.
                HttpURLConnection connection = signed(method, path, body, tag);
                int status = connection.getResponseCode();
                InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
                String answer = text(stream, connection.getContentLength());
                if (status >= 200 && status < 400) return answer;
                if (member(answer, "code").equals("clock_skew"))
                    ahead = Instant.parse(member(answer, "serverTime")).toEpochMilli() - System.currentTimeMillis();
                else if (status >= 400 && status < 500 && status != 429)
                    throw new IllegalStateException("refused: " + member(answer, "code") + ": " + member(answer, "detail"));
            } catch (IOException noAnswer) {
                // No answer, or half of one. It says nothing about what the server did.
            }
            Thread.sleep(pause);
        }
        throw new IllegalStateException("no definite answer: look the order up by the same number, and start no other");
    }

    /** A request with the headers that prove who sends it, and with its body. */
    static HttpURLConnection signed(String method, String path, byte[] body, String tag) throws Exception {
        URL url = new URL(baseUrl + path);
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(35_000);
        String port = url.getPort() < 0 || url.getPort() == url.getDefaultPort() ? "" : ":" + url.getPort();
        String base = "\"@method\": " + method
            + "\n\"@authority\": " + url.getHost().toLowerCase() + port
            + "\n\"@path\": " + url.getPath()
            + "\n\"@query\": ?" + (url.getQuery() == null ? "" : url.getQuery());
        // The server takes these components in this order and no others.
        String components = "\"@method\" \"@authority\" \"@path\" \"@query\"";
        if (body != null) {
            String digest = "sha-256=:" + base64(MessageDigest.getInstance("SHA-256").digest(body)) + ":";
            base += "\n\"content-digest\": " + digest;
            components += " \"content-digest\"";
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("Content-Digest", digest);
        }
        String parameters = "(" + components + ");created=" + (System.currentTimeMillis() + ahead) / 1000
            + ";keyid=\"" + keyid + "\";alg=\"ecdsa-p256-sha256\";tag=\"" + tag + "\"";
        base += "\n\"@signature-params\": " + parameters;
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(base.getBytes(StandardCharsets.UTF_8));
        connection.setRequestProperty("Signature-Input", "sig1=" + parameters);
        connection.setRequestProperty("Signature", "sig1=:" + base64(raw(signature.sign())) + ":");
        if (body == null) return connection;
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        return connection;
    }

    /** Java writes a signature as DER: two integers, each after its length. The API takes both as 32 bytes, one behind the other. */
    static byte[] raw(byte[] der) {
        byte[] raw = new byte[64];
        int at = 2;
        for (int end = 32; end <= 64; end += 32) {
            int length = der[at + 1];
            byte[] number = new BigInteger(Arrays.copyOfRange(der, at + 2, at + 2 + length)).toByteArray();
            // A first byte of zero is there for the sign only; a short number is padded on the left.
            int skip = number.length > 32 ? 1 : 0;
            System.arraycopy(number, skip, raw, end - (number.length - skip), number.length - skip);
            at += 2 + length;
        }
        return raw;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** `expected` is -1 where the server has not said how many bytes come. HttpURLConnection takes half an answer for a whole one. */
    static String text(InputStream stream, int expected) throws IOException {
        if (stream == null) return "";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int length = stream.read(part); length >= 0; length = stream.read(part)) bytes.write(part, 0, length);
        if (expected >= 0 && bytes.size() != expected) throw new IOException("half an answer");
        return bytes.toString("UTF-8");
    }

    /**
     * The first member of this name, or an empty text for null and for none. It is enough for ids, codes and numbers: where there is
     * a JSON library, as org.json on Android, use that.
     */
    static String member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|(\\d+))").matcher(json);
        if (!found.find()) return "";
        return found.group(1) != null ? found.group(1) : found.group(2);
    }
}
