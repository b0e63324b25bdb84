#!/usr/bin/env bash
# What a city and a laboratory have done before the first firm applies; called from the project's folder, once.
#
# The rules are those of Jiangmen's real scheme ten years later: a sandbox begins today, and its clock only moves forward.
set -euo pipefail
set -a
PATH=$PWD/.venv/bin:$PATH

api() { innovoucher api --fill --as "$@"; }
new() { api "$@" --pick id; }
quietly() { api "$@" > /dev/null; }

quietly admin POST /v1/sandbox/clock '{"to": "2030-09-13T09:00:00+08:00"}'
quietly operator POST /v1/calendars '{"year": 2030, "off": [], "worked": []}'

licence=$(new reviewer POST "/v1/registry/documents?name=licence.txt" @docs/tour/licence.txt)
provider=$(new provider POST /v1/providers '{"categories": ["testing"]}')
quietly reviewer POST "/v1/providers/$provider/admit" \
  '{"category": "testing", "from": "2030-09-13", "until": "2031-12-31", "document": "$licence"}'
account=$(new provider POST /v1/bank-accounts @docs/tour/bank-account.json)
quietly finance_checker POST "/v1/bank-accounts/$account/confirm"
echo "A laboratory is admitted as a provider, and a second person has confirmed its bank account."

line=$(new finance_maker POST /v1/budget-lines @docs/tour/budget-line.json)
allotment='{"amount": {"amount": "20000.00", "currency": "CNY"}, "document": "江财工〔2030〕58号"}'
allotted=$(new finance_maker POST "/v1/budget-lines/$line/allot" "$allotment")
quietly finance_checker POST "/v1/budget-changes/$allotted/approve"
payer=$(new finance_maker POST /v1/payer-accounts @docs/tour/payer-account.json)
asked=$(new finance_maker POST "/v1/payer-accounts/$payer/fundings" @docs/tour/funding.json)
quietly finance_checker POST "/v1/fundings/$asked/approve"
echo "The budget has 20,000.00, and 15,000.00 of it were asked for the account that pays."

file=$(sed 's/2020-/2030-/; s/2019-/2029-/' schemes/jiangmen-service-2020.yaml | .venv/bin/python -c \
  'import json, sys; print(json.dumps(sys.stdin.read()))')
scheme=$(new operator POST /v1/schemes '{"file": $file}')
quietly operator POST "/v1/schemes/$scheme/publish" '{"draft_basis_accepted": true}'
quietly second_operator POST "/v1/schemes/$scheme/publish" '{"draft_basis_accepted": true}'
round=$(new operator POST /v1/rounds '{"scheme_version_id": "$scheme", "name": "2030年第一批"}')
funding='{"budget_line_id": "$line", "amount": {"amount": "20000.00", "currency": "CNY"}, "document": "江财工〔2030〕58号"}'
funded=$(new finance_maker POST "/v1/rounds/$round/fund" "$funding")
quietly finance_checker POST "/v1/rounds/$round/fundings/$funded/approve"
quietly operator POST "/v1/rounds/$round/publish"
quietly admin POST /v1/sandbox/clock '{"to": "2030-09-15T10:00:01+08:00"}'
echo "The scheme is published, its round is funded, and since ten o'clock firms may apply."
