// An RFC 9421 client that we did not write: `rfc9421-go BASE_URL VECTORS.json ALG=CODE …`.
//
// Verifies the vectors, and for each algorithm enrols a terminal by its activation code, signs requests, and rotates the key to one
// of the other algorithm. Prints a line for everything that held; a panic ends it.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/yaronf/httpsign"
)

const (
	ed   = "ed25519"
	p256 = "ecdsa-p256-sha256"
)

var baseURL = os.Args[1]

type values = map[string]any

type key struct {
	alg, keyid string
	private    any
}

func main() {
	vectors(os.Args[2])
	for _, pair := range os.Args[3:] {
		alg, code, _ := strings.Cut(pair, "=")
		terminal(alg, code)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func expect(expected, actual any) {
	if fmt.Sprint(expected) != fmt.Sprint(actual) {
		panic(fmt.Sprintf("expected %v, got %v", expected, actual))
	}
}

// The components in the order of the profile.
func fields(hasBody bool) httpsign.Fields {
	if hasBody {
		return httpsign.Headers("@method", "@authority", "@path", "@query", "content-digest")
	}
	return httpsign.Headers("@method", "@authority", "@path", "@query")
}

func (k key) signer(tag string, of httpsign.Fields) httpsign.Signer {
	config := httpsign.NewSignConfig().SignAlg(true).SetTag(tag).SetKeyID(k.keyid)
	if k.alg == ed {
		return *must(httpsign.NewEd25519Signer(k.private.(ed25519.PrivateKey), config, of))
	}
	return *must(httpsign.NewP256Signer(*k.private.(*ecdsa.PrivateKey), config, of))
}

func newRequest(method, path string, content values) *http.Request {
	if content == nil {
		return must(http.NewRequest(method, baseURL+path, nil))
	}
	body := must(json.Marshal(content))
	request := must(http.NewRequest(method, baseURL+path, bytes.NewReader(body)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Digest", must(httpsign.GenerateContentDigestHeader(&request.Body, []string{httpsign.DigestSha256})))
	return request
}

// Each signature is a header line of its own.
func sign(request *http.Request, by key, label, tag string) {
	hasBody := request.Header.Get("Content-Digest") != ""
	input, signature, err := httpsign.SignRequest(label, by.signer(tag, fields(hasBody)), request)
	if err != nil {
		panic(err)
	}
	request.Header.Add("Signature-Input", input)
	request.Header.Add("Signature", signature)
}

func send(request *http.Request) (int, values) {
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	var content values
	if err := json.Unmarshal(must(io.ReadAll(response.Body)), &content); err != nil {
		panic(err)
	}
	return response.StatusCode, content
}

func call(by key, method, path string, content values) (int, values) {
	request := newRequest(method, path, content)
	sign(request, by, "sig1", "tillgate-v1")
	return send(request)
}

// A new key, and its public half as the API takes it.
func newKey(alg, keyid string) (key, string) {
	var private, public any
	if alg == ed {
		half, whole, err := ed25519.GenerateKey(rand.Reader)
		private, public = must(whole, err), half
	} else {
		whole := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		private, public = whole, &whole.PublicKey
	}
	return key{alg, keyid, private}, base64.StdEncoding.EncodeToString(must(x509.MarshalPKIXPublicKey(public)))
}

func terminal(alg, code string) {
	by, public := newKey(alg, "enrolment")
	request := newRequest("POST", "/v1/terminals/enrolment", values{"code": code, "alg": alg, "publicKey": public})
	sign(request, by, "sig1", "tillgate-enrolment-v1")
	status, enrolled := send(request)
	expect(200, status)
	by.keyid = enrolled["keyid"].(string)

	number := "go-" + alg
	order := values{"merchantOrderNo": number, "amount": values{"currency": "CNY", "value": 1250}, "subject": "拿铁"}
	status, created := call(by, "POST", "/v1/orders", order)
	expect([]any{201, enrolled["terminalId"], "拿铁"}, []any{status, created["terminalId"], created["subject"]})
	status, found := call(by, "GET", "/v1/orders/"+created["orderId"].(string), nil)
	expect([]any{200, created["orderId"]}, []any{status, found["orderId"]})
	status, listed := call(by, "GET", "/v1/orders?merchantOrderNo="+number, nil)
	first := listed["data"].([]any)[0].(values)
	expect([]any{200, created["orderId"]}, []any{status, first["orderId"]})

	request = newRequest("POST", "/v1/orders", order)
	sign(request, by, "sig1", "tillgate-v1")
	body := strings.Replace(string(must(io.ReadAll(request.Body))), "1250", "1251", 1)
	request.Body = io.NopCloser(strings.NewReader(body))
	status, refused := send(request)
	expect([]any{401, "signature_invalid"}, []any{status, refused["code"]})
	fmt.Printf("held: %s: enrolled, createOrder, getOrder, listOrders; another body is refused\n", alg)
	rotation(by, number)
}

func rotation(by key, number string) {
	other := map[string]string{ed: p256, p256: ed}[by.alg]
	next, public := newKey(other, strings.TrimSuffix(by.keyid, ".1")+".2")
	request := newRequest("POST", "/v1/terminals/self/keys", values{"alg": other, "publicKey": public})
	sign(request, by, "sig1", "tillgate-v1")
	sign(request, next, "sig2", "tillgate-v1")
	status, rotated := send(request)
	expect([]any{200, next.keyid}, []any{status, rotated["keyid"]})
	for _, either := range []key{by, next} {
		status, _ := call(either, "GET", "/v1/orders?merchantOrderNo="+number, nil)
		expect(200, status)
	}
	fmt.Printf("held: %s: rotated to %s\n", by.alg, other)
}

type vectorFile struct {
	Keys    map[string]struct{ PublicKey string }
	Vectors []struct {
		Name    string
		Request struct {
			Method, URL string
			Body        *string
		}
		Headers    map[string]string
		Signatures []struct{ Alg string }
	}
}

func vectors(path string) {
	var given vectorFile
	if err := json.Unmarshal(must(os.ReadFile(path)), &given); err != nil {
		panic(err)
	}
	verified := 0
	for _, vector := range given.Vectors {
		hasBody := vector.Request.Body != nil
		for i, signature := range vector.Signatures {
			public := must(x509.ParsePKIXPublicKey(must(base64.StdEncoding.DecodeString(given.Keys[signature.Alg].PublicKey))))
			config := httpsign.NewVerifyConfig().SetVerifyCreated(false).SetAllowedAlgs([]string{signature.Alg})
			var verifier *httpsign.Verifier
			if signature.Alg == ed {
				verifier = must(httpsign.NewEd25519Verifier(public.(ed25519.PublicKey), config, fields(hasBody)))
			} else {
				verifier = must(httpsign.NewP256Verifier(*public.(*ecdsa.PublicKey), config, fields(hasBody)))
			}
			request := must(http.NewRequest(vector.Request.Method, vector.Request.URL, nil))
			for name, value := range vector.Headers {
				request.Header.Set(name, value)
			}
			label := fmt.Sprintf("sig%d", i+1)
			if err := httpsign.VerifyRequest(label, *verifier, request); err != nil {
				panic(fmt.Sprint(vector.Name, ": ", err))
			}
			if hasBody {
				body := io.NopCloser(strings.NewReader(*vector.Request.Body))
				received := request.Header.Values("Content-Digest")
				if err := httpsign.ValidateContentDigestHeader(received, &body, []string{httpsign.DigestSha256}); err != nil {
					panic(err)
				}
			}
			request.Method = "DELETE"
			if httpsign.VerifyRequest(label, *verifier, request) == nil {
				panic("a signature of another method is taken")
			}
			verified++
		}
	}
	fmt.Printf("held: vectors: %d verified\n", verified)
}
