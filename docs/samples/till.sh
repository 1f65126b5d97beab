#!/usr/bin/env bash
# A till in one file: it enrols, takes one payment of 12.50 yuan, and gives it back.
#
#   bash till.sh BASE_URL ACTIVATION_CODE
#
# Bash, curl and OpenSSL. It signs with P-256; docs/signing.md explains each line of what is signed. The key is kept in till-key.pem,
# its name in till-keyid: the next start needs no activation code.
set -euo pipefail
base_url=${1%/}
code=${2:-}
ahead=0                    # By how many seconds the server's clock is ahead of ours.
authority=${base_url#*://} # Host and port, as the Host header has them.

# The headers that prove who sends this request, in the array `headers`.
sign() {
  local method=$1 target=$2 body=$3 tag=$4 components='"@method" "@authority" "@path" "@query"'
  local path=${target%%\?*}
  local query=${target#"$path"} digest='' base
  base="\"@method\": $method"$'\n'"\"@authority\": $authority"$'\n'"\"@path\": $path"$'\n'"\"@query\": ${query:-?}"
  headers=()
  if [ -n "$body" ]; then
    digest="sha-256=:$(printf %s "$body" | openssl dgst -sha256 -binary | openssl base64 -A):"
    base+=$'\n'"\"content-digest\": $digest"
    components+=' "content-digest"'
    headers=(-H 'content-type: application/json' -H "content-digest: $digest" --data-binary "$body")
  fi
  # The server takes these components in this order and no others.
  local params
  params="($components);created=$(($(date +%s) + ahead));keyid=\"$keyid\";alg=\"ecdsa-p256-sha256\";tag=\"$tag\""
  base+=$'\n'"\"@signature-params\": $params"
  # OpenSSL writes DER: the two integers, each brought to 32 bytes, one behind the other.
  local der raw='' n
  der=$(printf %s "$base" | openssl dgst -sha256 -sign till-key.pem | openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p')
  for n in $der; do raw+=$(printf '%064s' "$n" | tr ' ' 0); done
  headers+=(-H "signature-input: sig1=$params")
  # shellcheck disable=SC2001,SC2059 # The format is the bytes themselves.
  headers+=(-H "signature: sig1=:$(printf "$(sed 's/../\\x&/g' <<<"$raw")" | openssl base64 -A):")
}

# Sends a signed request; the JSON is in `answer` then. What has no definite answer is sent again with the same numbers: the server
# does nothing twice. A refusal ends the program with its code, on which a till switches.
call() {
  local method=$1 target=$2 body=${3:-} tag=${4:-tillgate-v1} pause
  for pause in 1 2 4 8 16; do
    sign "$method" "$target" "$body" "$tag" # Signed anew each time: a signature is good for 300 s.
    if answer=$(curl -s --max-time 35 -w '\n%{http_code}' -X "$method" "$base_url$target" "${headers[@]}"); then
      case ${answer##*$'\n'} in
        2??) return ;;
        429 | 5??) ;;
        401)
          [ "$(member code)" = clock_skew ] || refused
          ahead=$(($(date -d "$(member serverTime)" +%s) - $(date +%s)))
          ;;
        *) refused ;;
      esac
    fi # No answer, or half of one. It says nothing about what the server did.
    sleep "$pause"
  done
  echo 'no definite answer: look the order up by the same number, and start no other' >&2
  exit 1
}

refused() {
  echo "refused: $(member code): $(member detail)" >&2
  exit 1
}

# The first member of this name in the last answer, or nothing for null and for none. It is enough for ids, codes and numbers.
member() {
  local pattern="\"$1\":(\"([^\"]*)\"|([0-9]+))"
  if [[ $answer =~ $pattern ]]; then printf %s "${BASH_REMATCH[2]}${BASH_REMATCH[3]}"; fi
}

umask 077
# The key is kept before it is sent: if the answer to the enrolment is lost, the same key gets the same answer again.
[ -s till-key.pem ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out till-key.pem
if [ -s till-keyid ]; then
  keyid=$(<till-keyid)
else
  keyid=enrolment
  public=$(openssl pkey -in till-key.pem -pubout -outform DER | openssl base64 -A)
  body="{\"code\":\"$code\",\"alg\":\"ecdsa-p256-sha256\",\"publicKey\":\"$public\"}"
  call POST /v1/terminals/enrolment "$body" tillgate-enrolment-v1
  keyid=$(member keyid)
  printf %s "$keyid" >till-keyid
fi
echo "keyid $keyid"

# A till keeps this number before it sends it, so that it can ask for the order after a power cut.
number=bash-$(date +%s)-$$
amount='{"currency":"CNY","value":1250}' # In fen. Money is never a float.
call POST /v1/orders "{\"merchantOrderNo\":\"$number\",\"amount\":$amount,\"subject\":\"拿铁\"}"
order=/v1/orders/$(member orderId)
echo "order $(member orderId)"

shown=''
until [ "$(member nextAction)" = hand_over_goods ]; do
  case $(member nextAction) in
    show_qr_code | wait) ;;
    *) echo "not paid: $(member en)" >&2 && exit 1 ;;
  esac
  payload=$(member payload)
  if [ -n "$payload" ] && [ "$payload" != "$shown" ]; then echo "show $payload"; fi # A till draws this text as a QR code.
  shown=$payload
  pause=$(member nextPollAfterMs)
  sleep $((${pause:-2000} / 1000 + 1))
  call GET "$order?live=true"
done
echo paid

call POST "$order/refunds" "{\"refundNo\":\"$number-r\",\"amount\":$amount}"
call GET "$order/refunds/$number-r"
while [ "$(member status)" = requested ]; do
  sleep 2
  call GET "$order/refunds/$number-r"
done
echo "refund $(member status)"
