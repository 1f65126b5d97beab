// A till in one file: it enrols, takes one payment of 12.50 yuan, and gives it back.
//
//	go run till.go BASE_URL ACTIVATION_CODE
//
// Standard library only. It signs with Ed25519; docs/signing.md explains each line of what is signed. The key is kept in till-key.pem,
// its name in till-keyid: the next start needs no activation code.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

type till struct {
	baseURL, keyid string
	key            ed25519.PrivateKey
	client         http.Client
	ahead          time.Duration // What the server's clock is ahead of ours.
}

type money struct {
	Currency string `json:"currency"`
	Value    int64  `json:"value"` // In fen. Money is never a float.
}

type order struct {
	OrderID    string `json:"orderId"`
	NextAction string `json:"nextAction"`
	QrCode     *struct {
		Payload string `json:"payload"`
	} `json:"qrCode"`
	NextPollAfterMs *int64            `json:"nextPollAfterMs"`
	Message         map[string]string `json:"message"`
}

type refund struct {
	Status string `json:"status"`
}

type body map[string]any

func main() {
	if err := sell(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func sell() error {
	if len(os.Args) < 2 {
		return errors.New("usage: till BASE_URL [ACTIVATION_CODE]")
	}
	t := &till{baseURL: strings.TrimRight(os.Args[1], "/"), client: http.Client{Timeout: 35 * time.Second}}
	if err := t.enrol(strings.Join(os.Args[2:], "")); err != nil {
		return err
	}
	fmt.Println("keyid", t.keyid)

	// A till keeps this number before it sends it, so that it can ask for the order after a power cut.
	number := fmt.Sprintf("go-%d", time.Now().UnixNano())
	amount := money{"CNY", 1250}
	var sale order
	if err := t.call("POST", "/v1/orders", body{"merchantOrderNo": number, "amount": amount, "subject": "拿铁"}, &sale); err != nil {
		return err
	}
	path := "/v1/orders/" + sale.OrderID
	fmt.Println("order", sale.OrderID)

	shown := ""
	for sale.NextAction != "hand_over_goods" {
		if sale.NextAction != "show_qr_code" && sale.NextAction != "wait" {
			return errors.New(sale.Message["en"])
		}
		if sale.QrCode != nil && sale.QrCode.Payload != shown {
			shown = sale.QrCode.Payload
			fmt.Println("show", shown) // A till draws this text as a QR code.
		}
		pause := 2 * time.Second
		if sale.NextPollAfterMs != nil {
			pause = time.Duration(*sale.NextPollAfterMs) * time.Millisecond
		}
		time.Sleep(pause)
		sale = order{}
		if err := t.call("GET", path+"?live=true", nil, &sale); err != nil {
			return err
		}
	}
	fmt.Println("paid")

	if err := t.call("POST", path+"/refunds", body{"refundNo": number + "-r", "amount": amount}, nil); err != nil {
		return err
	}
	back := refund{"requested"}
	for back.Status == "requested" {
		if err := t.call("GET", path+"/refunds/"+number+"-r", nil, &back); err != nil {
			return err
		}
		if back.Status == "requested" {
			time.Sleep(2 * time.Second)
		}
	}
	fmt.Println("refund", back.Status)
	return nil
}

// Loads the key and its name, or makes a key and enrols it by the activation code.
func (t *till) enrol(code string) error {
	file, err := os.ReadFile("till-key.pem")
	if errors.Is(err, os.ErrNotExist) {
		// Kept before it is sent: if the answer to the enrolment is lost, the same key gets the same answer again.
		file, err = newKey()
	}
	if err != nil {
		return err
	}
	block, _ := pem.Decode(file)
	if block == nil {
		return errors.New("till-key.pem is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return err
	}
	t.key = key.(ed25519.PrivateKey)
	if keyid, err := os.ReadFile("till-keyid"); err == nil {
		t.keyid = string(keyid)
		return nil
	}
	public, err := x509.MarshalPKIXPublicKey(t.key.Public())
	if err != nil {
		return err
	}
	var answer struct {
		Keyid string `json:"keyid"`
	}
	t.keyid = "enrolment"
	content := body{"code": code, "alg": "ed25519", "publicKey": base64.StdEncoding.EncodeToString(public)}
	if err := t.callFor("tillgate-enrolment-v1", "POST", "/v1/terminals/enrolment", content, &answer); err != nil {
		return err
	}
	t.keyid = answer.Keyid
	return os.WriteFile("till-keyid", []byte(t.keyid), 0o600)
}

func newKey() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	file := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return file, os.WriteFile("till-key.pem", file, 0o600)
}

func (t *till) call(method, path string, content body, into any) error {
	return t.callFor("tillgate-v1", method, path, content, into)
}

// Sends a signed request, and reads the answer. What has no definite answer is sent again with the same numbers: the server does
// nothing twice. A refusal is an error with its code, on which a till switches.
func (t *till) callFor(tag, method, path string, content body, into any) error {
	var bytes []byte
	if content != nil {
		var err error
		if bytes, err = json.Marshal(content); err != nil {
			return err
		}
	}
	for pause := time.Second; pause <= 16*time.Second; pause *= 2 {
		status, answer, err := t.send(tag, method, path, bytes)
		// No answer, or half of one, says nothing about what the server did.
		if err == nil && status < 400 {
			if into == nil {
				return nil
			}
			return json.Unmarshal(answer, into)
		}
		var problem struct{ Code, ServerTime string }
		if err == nil && json.Unmarshal(answer, &problem) == nil && problem.Code == "clock_skew" {
			if now, err := time.Parse(time.RFC3339, problem.ServerTime); err == nil {
				t.ahead = time.Until(now)
			}
		} else if err == nil && status < 500 && status != http.StatusTooManyRequests {
			return fmt.Errorf("refused: %s", answer)
		}
		time.Sleep(pause)
	}
	return errors.New("no definite answer: look the order up by the same number, and start no other")
}

// Signs and sends a request. Signed anew each time: a signature is good for 300 s.
func (t *till) send(tag, method, path string, content []byte) (int, []byte, error) {
	request, err := http.NewRequest(method, t.baseURL+path, bytes.NewReader(content))
	if err != nil {
		return 0, nil, err
	}
	// The server takes these components in this order and no others.
	names := []string{"@method", "@authority", "@path", "@query"}
	values := []string{method, strings.ToLower(request.URL.Host), request.URL.EscapedPath(), "?" + request.URL.RawQuery}
	if content != nil {
		sum := sha256.Sum256(content)
		digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Content-Digest", digest)
		names, values = append(names, "content-digest"), append(values, digest)
	}
	base := ""
	for i, name := range names {
		base += fmt.Sprintf("%q: %s\n", name, values[i])
	}
	params := fmt.Sprintf(`("%s");created=%d;keyid="%s";alg="ed25519";tag="%s"`,
		strings.Join(names, `" "`), time.Now().Add(t.ahead).Unix(), t.keyid, tag)
	base += `"@signature-params": ` + params
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(t.key, []byte(base)))
	request.Header.Set("Signature-Input", "sig1="+params)
	request.Header.Set("Signature", "sig1=:"+signature+":")
	response, err := t.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}
