/*
 * A till in one file: it enrols, takes one payment of 12.50 yuan, and gives it back.
 *
 *     cc -std=c99 -o till till.c -lssl -lcrypto && ./till BASE_URL ACTIVATION_CODE
 *
 * C99, POSIX and OpenSSL 1.1.1 or later: what an embedded Linux has. It signs with P-256; docs/signing.md explains each line of what
 * is signed. The key is kept in till-key.pem, its name in till-keyid: the next start needs no activation code.
 */
#define _POSIX_C_SOURCE 200809L
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *authority; /* Host and port, as the Host header has them. */
static int is_https;
static EVP_PKEY *key;
static char keyid[64];
static long long ahead; /* By how many seconds the server's clock is ahead of ours. */
static char answer[64 * 1024]; /* The last answer, first with its headers, then the JSON alone. */

static void end(const char *why, const char *detail)
{
    fprintf(stderr, "%s%s\n", why, detail);
    exit(1);
}

/*
 * The first member of this name in the last answer, or an empty text for null and for none. It is enough for ids, codes and numbers:
 * where there is a JSON library, use that.
 */
static const char *member(const char *name, char *value, size_t size)
{
    char mark[64];
    size_t length = 0;
    snprintf(mark, sizeof mark, "\"%s\":", name);
    const char *at = strstr(answer, mark);
    if (at) {
        at += strlen(mark);
        length = *at == '"' ? strcspn(++at, "\"") : strcspn(at, ",}]");
        if (strncmp(at, "null", 4) == 0 || length >= size) length = 0;
        memcpy(value, at, length);
    }
    value[length] = 0;
    return value;
}

static int is(const char *name, const char *text)
{
    char value[128];
    return strcmp(member(name, value, sizeof value), text) == 0;
}

/* The signature of a text, in base64. OpenSSL writes DER: the API takes r and s as 32 bytes each, padded, one behind the other. */
static void sign(const char *text, char *base64)
{
    unsigned char der[128], raw[64];
    size_t length = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(context, der, &length, (const unsigned char *)text, strlen(text)) != 1)
        end("the key does not sign", "");
    EVP_MD_CTX_free(context);
    const unsigned char *at = der;
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)length);
    if (!numbers) end("the signature is no DER", "");
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), raw, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), raw + 32, 32);
    ECDSA_SIG_free(numbers);
    EVP_EncodeBlock((unsigned char *)base64, raw, 64);
}

/* Writes a signed request. `body` is NULL for a GET. */
static void write_request(char *request, size_t size, const char *method, const char *target, const char *body, const char *tag)
{
    char digest[80] = "", params[512], base[1536], signature[96], more[256] = "";
    const char *query = strchr(target, '?');
    /* The server takes these components in this order and no others. */
    const char *components = "\"@method\" \"@authority\" \"@path\" \"@query\"";
    if (body) {
        unsigned char hash[32];
        char base64[48];
        EVP_Digest(body, strlen(body), hash, NULL, EVP_sha256(), NULL);
        EVP_EncodeBlock((unsigned char *)base64, hash, 32);
        snprintf(digest, sizeof digest, "sha-256=:%s:", base64);
        snprintf(more, sizeof more, "Content-Type: application/json\r\nContent-Length: %zu\r\nContent-Digest: %s\r\n",
                 strlen(body), digest);
    }
    snprintf(params, sizeof params, "(%s%s);created=%lld;keyid=\"%s\";alg=\"ecdsa-p256-sha256\";tag=\"%s\"", components,
             body ? " \"content-digest\"" : "", (long long)time(NULL) + ahead, keyid, tag);
    snprintf(base, sizeof base,
             "\"@method\": %s\n\"@authority\": %s\n\"@path\": %.*s\n\"@query\": %s\n%s%s%s\"@signature-params\": %s", method,
             authority, (int)strcspn(target, "?"), target, query ? query : "?", body ? "\"content-digest\": " : "", digest,
             body ? "\n" : "", params);
    sign(base, signature);
    snprintf(request, size,
             "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%sSignature-Input: sig1=%s\r\nSignature: sig1=:%s:\r\n\r\n%s",
             method, target, authority, more, params, signature, body ? body : "");
}

/* A connection to the server, or NULL. By https the server must have the certificate of its name. */
static BIO *connected(void)
{
    char host[256], address[280];
    snprintf(host, sizeof host, "%.*s", (int)strcspn(authority, ":"), authority);
    snprintf(address, sizeof address, "%s:%s", host, strchr(authority, ':') ? strchr(authority, ':') + 1 : is_https ? "443" : "80");
    BIO *connection = is_https ? NULL : BIO_new_connect(address);
    if (is_https) {
        static SSL_CTX *context;
        if (!context) {
            context = SSL_CTX_new(TLS_client_method());
            SSL_CTX_set_default_verify_paths(context);
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        }
        SSL *ssl = NULL;
        connection = BIO_new_ssl_connect(context);
        BIO_get_ssl(connection, &ssl);
        SSL_set_tlsext_host_name(ssl, host);
        SSL_set1_host(ssl, host);
        BIO_set_conn_hostname(connection, address);
    }
    if (BIO_do_connect(connection) == 1) {
        /* Longer than the server takes at the most. */
        struct timeval limit = {35, 0};
        setsockopt((int)BIO_get_fd(connection, NULL), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        return connection;
    }
    BIO_free_all(connection);
    return NULL;
}

/* Brings the chunks of a body together, in place. 0 if it is cut short. */
static int unchunk(char *body)
{
    char *from = body, *to = body;
    for (long length = 1; length != 0;) {
        length = strtol(from, NULL, 16);
        from = strstr(from, "\r\n");
        if (!from || length < 0 || (size_t)length > strlen(from + 2)) return 0;
        memmove(to, from + 2, (size_t)length);
        to += length;
        from += 2 + length + 2;
    }
    *to = 0;
    return 1;
}

/* Sends a request; answers the status, or 0 for no answer, or half of one. */
static int exchange(const char *request)
{
    BIO *connection = connected();
    if (!connection) return 0;
    size_t length = 0;
    int got = BIO_write(connection, request, (int)strlen(request));
    while (got > 0 && length < sizeof answer - 1) {
        got = BIO_read(connection, answer + length, (int)(sizeof answer - 1 - length));
        if (got > 0) length += (size_t)got;
    }
    BIO_free_all(connection);
    answer[length] = 0;
    int status = 0;
    char *body = strstr(answer, "\r\n\r\n");
    if (!body || sscanf(answer, "HTTP/1.1 %d", &status) != 1) return 0;
    *body = 0;
    body += 4;
    for (char *line = strstr(answer, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "transfer-encoding: chunked", 26) == 0 && !unchunk(body)) return 0;
        if (strncasecmp(line + 2, "content-length:", 15) == 0 && strtoul(line + 17, NULL, 10) != strlen(body)) return 0;
    }
    memmove(answer, body, strlen(body) + 1);
    return status;
}

/* Seconds since 1970 of a time such as 2026-03-01T04:00:00.000Z; days are counted from a first of March. */
static long long seconds_of(const char *text)
{
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    sscanf(text, "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second);
    if (month <= 2) year--, month += 12;
    long long days = 365LL * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 - 719468;
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

/*
 * Sends a signed request; the JSON is in `answer` then. What has no definite answer is sent again with the same numbers: the server
 * does nothing twice. A refusal ends the program with its code, on which a till switches.
 */
static void call(const char *method, const char *target, const char *body, const char *tag)
{
    static char request[4096];
    char code[64];
    for (int pause = 1000; pause <= 16000; pause *= 2) {
        /* Signed anew each time: a signature is good for 300 s. */
        write_request(request, sizeof request, method, target, body, tag);
        int status = exchange(request);
        if (status >= 200 && status < 300) return;
        if (status == 401 && is("code", "clock_skew"))
            ahead = seconds_of(member("serverTime", code, sizeof code)) - time(NULL);
        else if (status >= 300 && status < 500 && status != 429)
            end("refused: ", member("code", code, sizeof code));
        poll(NULL, 0, pause); /* Sleeps so many milliseconds. */
    }
    end("no definite answer: look the order up by the same number, and start no other", "");
}

/* Loads the key, or makes one. It is kept before it is sent: if the answer to the enrolment is lost, it gets the same answer again. */
static void load_key(void)
{
    FILE *file = fopen("till-key.pem", "r");
    if (file) {
        key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    } else {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
        if (EVP_PKEY_keygen_init(context) == 1 &&
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1)
            EVP_PKEY_keygen(context, &key);
        EVP_PKEY_CTX_free(context);
        file = fopen("till-key.pem", "w");
        if (!file || !key || PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) != 1)
            end("the key cannot be kept", "");
    }
    fclose(file);
    if (!key) end("till-key.pem is no key", "");
}

static void enrol(const char *code)
{
    unsigned char *der = NULL;
    char base64[256], body[512];
    FILE *file = fopen("till-keyid", "r");
    if (file) {
        if (fscanf(file, "%63s", keyid) != 1) end("till-keyid is empty", "");
        fclose(file);
        return;
    }
    int length = i2d_PUBKEY(key, &der);
    if (length <= 0 || length > 180) end("the public key cannot be written", "");
    EVP_EncodeBlock((unsigned char *)base64, der, length);
    OPENSSL_free(der);
    snprintf(body, sizeof body, "{\"code\":\"%s\",\"alg\":\"ecdsa-p256-sha256\",\"publicKey\":\"%s\"}", code, base64);
    strcpy(keyid, "enrolment");
    call("POST", "/v1/terminals/enrolment", body, "tillgate-enrolment-v1");
    member("keyid", keyid, sizeof keyid);
    file = fopen("till-keyid", "w");
    if (!file || fputs(keyid, file) < 0 || fclose(file) != 0) end("the keyid cannot be kept", "");
}

int main(int count, char **arguments)
{
    static const char TAG[] = "tillgate-v1", AMOUNT[] = "{\"currency\":\"CNY\",\"value\":1250}"; /* In fen. Money is never a float. */
    if (count < 2 || !strstr(arguments[1], "://")) end("usage: till BASE_URL [ACTIVATION_CODE]", "");
    signal(SIGPIPE, SIG_IGN); /* A connection that is lost is no answer, and not the end of the program. */
    umask(077);
    is_https = strncmp(arguments[1], "https:", 6) == 0;
    authority = strstr(arguments[1], "://") + 3;
    setvbuf(stdout, NULL, _IOLBF, 0);
    load_key();
    enrol(count > 2 ? arguments[2] : "");
    printf("keyid %s\n", keyid);

    /* A till keeps this number before it sends it, so that it can ask for the order after a power cut. */
    char number[32], body[512], order[64], target[256], shown[256] = "", payload[256], pause[16];
    snprintf(number, sizeof number, "c-%lld-%d", (long long)time(NULL), (int)getpid());
    snprintf(body, sizeof body, "{\"merchantOrderNo\":\"%s\",\"amount\":%s,\"subject\":\"拿铁\"}", number, AMOUNT);
    call("POST", "/v1/orders", body, TAG);
    member("orderId", order, sizeof order);
    printf("order %s\n", order);
    snprintf(target, sizeof target, "/v1/orders/%s?live=true", order);
    while (!is("nextAction", "hand_over_goods")) {
        if (!is("nextAction", "show_qr_code") && !is("nextAction", "wait")) end("not paid: ", member("en", body, sizeof body));
        member("payload", payload, sizeof payload);
        if (*payload && strcmp(payload, shown) != 0) printf("show %s\n", payload); /* A till draws this text as a QR code. */
        strcpy(shown, payload);
        poll(NULL, 0, *member("nextPollAfterMs", pause, sizeof pause) ? atoi(pause) : 2000);
        call("GET", target, NULL, TAG);
    }
    printf("paid\n");

    snprintf(target, sizeof target, "/v1/orders/%s/refunds", order);
    snprintf(body, sizeof body, "{\"refundNo\":\"%s-r\",\"amount\":%s}", number, AMOUNT);
    call("POST", target, body, TAG);
    snprintf(target, sizeof target, "/v1/orders/%s/refunds/%s-r", order, number);
    call("GET", target, NULL, TAG);
    for (; is("status", "requested"); call("GET", target, NULL, TAG)) poll(NULL, 0, 2000);
    printf("refund %s\n", member("status", body, sizeof body));
    return 0;
}
