#!/usr/bin/env bash
# A demonstration day against a running onestopd: loads it, settles it, checks
# every answer, explains some of them. `./dev demo` starts what it needs.
#
# Reads ONESTOP (the command), ONESTOP_SERVER (HOST:PORT), DEMO_APRIL_SERVER and
# DEMO_MAY_SERVER (the same database, on later days) and ONESTOP_DATABASE_URL.
# Exit 0 only if every check held. May be run again on the same database: the
# persons then get other ids, and the months that are closed stay as they are.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${ONESTOP:?is the path of the onestop command; ./dev demo sets it}"
: "${ONESTOP_SERVER:?is HOST:PORT of onestopd; ./dev demo sets it}"
: "${DEMO_APRIL_SERVER:?is HOST:PORT of onestopd in April; ./dev demo sets it}"
: "${DEMO_MAY_SERVER:?is HOST:PORT of onestopd in May; ./dev demo sets it}"
: "${ONESTOP_DATABASE_URL:?is the database of that server; ./dev demo sets it}"
export ONESTOP_SERVER

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

heading() { printf '\n--- %s\n\n' "$*"; }
fail() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

# expect_exit CODE COMMAND…: runs it and insists on its exit code.
expect_exit() {
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  ((code == wanted)) ||
    fail "'$*' ended with $code where $wanted was expected"
}

# Persons of a day that this database has seen before get other ids.
suffix=''
if "$ONESTOP" ledger KM-0001 >"$scratch/ledger" 2>&1; then
  suffix="-$(date -u +%m%d%H%M%S)"
  printf 'This database has seen the day: ids get the suffix %s\n' "$suffix"
fi

booking_day=2025-03-20 # the day that ./dev demo tells the server

world=(demo/catalog.json demo/institutions.json demo/persons.json)
schemes=km-chronic-employee,km-chronic-resident
schemes+=,yn-negotiated-employee,yn-negotiated-resident,km-two-disease
schemes+=,yn-outpatient-employee,yn-inpatient-terms-employee
schemes+=,km-outpatient-resident,city-chronic,city-negotiated,jn-negotiated

heading 'Loading the world: persons, institutions, the catalog'
"$ONESTOP" load "${world[@]}" --import-id "demo$suffix" \
  --person-suffix "$suffix"

heading 'The day: quotes, settles, refusals, a retry, reversals; all checked'
"$ONESTOP" play demo/day.json --check --must-pay "$schemes" \
  --person-suffix "$suffix"

heading 'One claim by hand: quote it'
sed "s/KM-0010/KM-0010$suffix/" demo/claims/clinic.json >"$scratch/claim.json"
"$ONESTOP" quote --json "$scratch/claim.json" --output json \
  >"$scratch/quote.json"
cash=$(sed -nE 's/.*"cash_fen": "?([0-9]+)"?.*/\1/p' "$scratch/quote.json")
[[ $cash =~ ^[0-9]+$ ]] || fail "the quote does not say what the person pays"
printf 'The person would pay %s fen in cash.\n' "$cash"

heading 'Settle it for just that, and print the receipt'
"$ONESTOP" settle --json "$scratch/claim.json" --request-id D-100 \
  --expected-cash "$cash" --output json >"$scratch/first.json"
"$ONESTOP" settle --json "$scratch/claim.json" --request-id D-100 --lang zh

heading 'The same request again, as after a lost reply'
"$ONESTOP" settle --json "$scratch/claim.json" --request-id D-100 \
  --output json >"$scratch/second.json"
cmp "$scratch/first.json" "$scratch/second.json" ||
  fail 'the second answer differs from the first'
echo 'The answers are identical, byte for byte.'

heading 'The same request id with another claim is refused'
sed 's/"V-100"/"V-101"/' "$scratch/claim.json" >"$scratch/other.json"
expect_exit 1 "$ONESTOP" settle --json "$scratch/other.json" \
  --request-id D-100 --lang en

heading 'Reverse it; then the id is spent'
"$ONESTOP" reverse --person "KM-0010$suffix" --institution H-KM-3 \
  --request-id D-100 --reason 'demonstration' --lang zh
expect_exit 1 "$ONESTOP" settle --json "$scratch/claim.json" \
  --request-id D-100 --lang en

heading 'A receipt with overflow and the large-amount layer, in both languages'
"$ONESTOP" show --person "KM-0003$suffix" --institution H-KM-3 \
  --request-id D-003 --lang both

heading 'A receipt of the city list, in English'
"$ONESTOP" show --person "TJ-0001$suffix" --institution H-TJ-3 \
  --request-id D-010 --lang en

heading 'What that person has used so far'
"$ONESTOP" ledger "TJ-0001$suffix" --lang zh

heading 'Before the visit: what is this person entitled to here, today?'
"$ONESTOP" eligibility "KM-0010$suffix" --institution H-KM-3 \
  --date 2025-03-20 --item DRG-02 --lang zh

heading 'A partial refund in one call: take back the whole, settle what is kept'
sed 's/"V-100"/"V-102"/' "$scratch/claim.json" >"$scratch/again.json"
"$ONESTOP" settle --json "$scratch/again.json" --request-id D-200 \
  --output json >"$scratch/whole.json"
sed "s/KM-0010/KM-0010$suffix/" demo/claims/refund.json >"$scratch/refund.json"
"$ONESTOP" reverse --json "$scratch/refund.json" --lang zh
expect_exit 1 "$ONESTOP" settle --json "$scratch/again.json" \
  --request-id D-200 --lang en

heading "A pharmacy's stream: claims of the counter, some of them refused"
sed -E "s/(KM-00[0-9]+)/\\1$suffix/" demo/pharmacy.jsonl \
  >"$scratch/pharmacy.jsonl"
expect_exit 1 "$ONESTOP" stream "$scratch/pharmacy.jsonl" \
  --result "$scratch/results.jsonl" --lang zh
(($(grep -c '"settle":' "$scratch/results.jsonl") == 3)) ||
  fail 'three claims of the stream should have settled'

heading 'The same file again: nothing is settled twice'
expect_exit 1 "$ONESTOP" stream "$scratch/pharmacy.jsonl" \
  --result "$scratch/results-again.jsonl" --quiet --lang en 2>/dev/null
cmp <(grep '"settle":' "$scratch/results.jsonl" | sort) \
  <(grep '"settle":' "$scratch/results-again.jsonl" | sort) ||
  fail 'the stream was answered otherwise the second time'

heading 'Newcomers from a table, with bad rows planted among them'
expect_exit 1 "$ONESTOP" import persons demo/newcomers.csv \
  --rejects "$scratch/rejects.csv" --lang en
(($(wc -l <"$scratch/rejects.csv") == 5)) ||
  fail 'the header and four rows should stand in the file of rejects'
cat "$scratch/rejects.csv"

heading 'What the hospital has booked today, for its books'
"$ONESTOP" list --institution H-KM-3 --from "$booking_day" \
  --until "$booking_day" --lang zh

heading 'After the window: the hospital compares its own books of the day'
"$ONESTOP" list --institution H-KM-3 --from "$booking_day" \
  --until "$booking_day" --output json >"$scratch/booked.jsonl"
books() {
  awk -v other_day=2025-03-19 "$@" -f demo/books.awk "$scratch/booked.jsonl"
}
compared=(--institution H-KM-3 --from 2025-03-19 --until "$booking_day" --quiet)
books -v mistakes=1 >"$scratch/books.csv"
expect_exit 1 "$ONESTOP" reconcile "$scratch/books.csv" "${compared[@]}" \
  --totals --lang zh

heading 'Its mistakes, of every kind, each with what would set it right'
expect_exit 1 "$ONESTOP" reconcile "$scratch/books.csv" "${compared[@]}" \
  --differences "$scratch/differences.csv" --lang zh
while read -r wanted words; do
  found=$(grep -c ",$words," "$scratch/differences.csv" || true)
  ((found == wanted)) || fail "'$words': $found found, $wanted planted"
done <<'PLANTED'
2 中心有、机构无
1 机构有、中心无
1 内容不同
2 记账日不同
1 机构重复记账
PLANTED
expect_exit 1 "$ONESTOP" reconcile "$scratch/books.csv" "${compared[@]}" \
  --differences "$scratch/differences.xlsx" --lang zh >/dev/null

heading 'The books corrected: compared again, nothing differs'
books >"$scratch/corrected.csv"
"$ONESTOP" reconcile "$scratch/corrected.csv" "${compared[@]}" --totals --lang zh
"$ONESTOP" reconcile "$scratch/corrected.csv" "${compared[@]}" --lang zh

april=(--server "$DEMO_APRIL_SERVER")
may=(--server "$DEMO_MAY_SERVER")

# fen NAME FILE: the last amount of that name in an answer.
fen() { sed -nE "s/.*\"$1\": \"?(-?[0-9]+)\"?.*/\\1/p" "$2" | tail -n 1; }

# listed STATE SERVER…: the statements of March and April in that state.
listed() {
  local state=$1
  shift
  "$ONESTOP" clearing list 2025-03 2025-04 --state "$state" "$@" --lang zh
}

# expect_listed FILE COUNT NUMBER: the statement of that number stands COUNT times.
expect_listed() {
  local found
  found=$(grep -cE "^ +$3 +2025-" "$1" || true)
  ((found == $2)) || fail "statement $3: $found times in the list, not $2"
}

heading 'March is not over: the agency cannot close it yet'
if [[ -z $suffix ]]; then
  expect_exit 2 "$ONESTOP" clearing close H-KM-3 2025-03 --lang en
else
  echo 'Closed by an earlier demonstration on this database.'
fi

heading 'In April the agency closes March for the hospital: what it is owed'
"$ONESTOP" clearing close H-KM-3 2025-03 "${april[@]}" --lang zh \
  --file "$scratch/march.csv"
"$ONESTOP" clearing show H-KM-3 2025-03 "${april[@]}" --output json \
  >"$scratch/march.json"
owed=$(fen payable_fen "$scratch/march.json")
[[ $owed =~ ^[0-9]+$ ]] || fail 'the statement does not say what is owed'
if [[ -z $suffix ]]; then
  booked=$("$ONESTOP" list --institution H-KM-3 --from 2025-03-01 \
    --until 2025-03-31 --output json | awk -v sum=1 -f demo/books.awk)
  ((owed == booked)) || fail "$owed fen owed, $booked booked"
fi

heading 'Its table, for a spreadsheet: CSV, and the same as XLSX'
cat "$scratch/march.csv"
yuan=$(printf '%d.%02d' $((owed / 100)) $((owed % 100)))
grep -qF ",$yuan," "$scratch/march.csv" || fail "$yuan is not in the table"
"$ONESTOP" clearing show H-KM-3 2025-03 "${april[@]}" --lang zh \
  --file "$scratch/march.xlsx" >/dev/null
[[ $(head -c 2 "$scratch/march.xlsx") == PK ]] || fail 'the XLSX is not one'

heading 'And for the pharmacy, in English'
"$ONESTOP" clearing close P-KM-3 2025-03 "${april[@]}" --lang en

heading 'A part of it is paid; paying more than is left is refused'
pay() {
  "$ONESTOP" clearing pay H-KM-3 2025-03 "${april[@]}" --region 530100 \
    --paid-on 2025-04-10 "$@"
}
pay --amount-fen 200000 --reference B-0410 --request-id bank-1 --lang zh
pay --amount-fen 200000 --reference B-0410 --request-id bank-1 --lang zh \
  >"$scratch/again.txt"
expect_exit 1 pay --amount-fen "$owed" --request-id bank-2 --lang en
"$ONESTOP" clearing show H-KM-3 2025-03 "${april[@]}" --output json \
  >"$scratch/paid.json"
(($(fen paid_fen "$scratch/paid.json") == 200000)) ||
  fail 'the payment, sent twice, should count once'

heading 'What is left to pay'
listed OPEN "${april[@]}" | tee "$scratch/open"
expect_listed "$scratch/open" 1 "$(fen statement_number "$scratch/march.json")"

heading 'In April a settlement that March has cleared is taken back'
"$ONESTOP" reverse --person "KM-0003$suffix" --institution H-KM-3 \
  --request-id D-003 --reason 'demonstration' "${april[@]}" --lang zh

heading 'In May, April is closed: the hospital owes what it was owed for that'
"$ONESTOP" clearing close H-KM-3 2025-04 "${may[@]}" --lang zh
"$ONESTOP" clearing show H-KM-3 2025-04 "${may[@]}" --output json \
  >"$scratch/april.json"
if [[ -z $suffix ]] && (($(fen payable_fen "$scratch/april.json") >= 0)); then
  fail 'the reversal should make April negative'
fi
"$ONESTOP" clearing settlements H-KM-3 2025-04 "${may[@]}" --lang zh

heading 'What is overdue in May, and what is owed back'
listed OVERDUE "${may[@]}" | tee "$scratch/overdue"
expect_listed "$scratch/overdue" 1 "$(fen statement_number "$scratch/march.json")"
echo
listed OWED_BACK "${may[@]}" | tee "$scratch/back"
if [[ -z $suffix ]]; then
  expect_listed "$scratch/back" 1 "$(fen statement_number "$scratch/april.json")"
fi

heading "March's statement is what it was"
"$ONESTOP" clearing show H-KM-3 2025-03 "${may[@]}" --output json \
  >"$scratch/march-again.json"
(($(fen payable_fen "$scratch/march-again.json") == owed)) ||
  fail 'a statement that is closed has changed'
echo "$yuan yuan, as before."

heading "A person's year: what was used of each deductible and cap"
"$ONESTOP" year statement "TJ-0001$suffix" --year 2025 --lang zh |
  tee "$scratch/year"
grep -q '2025' "$scratch/year" || fail 'the statement names no year'

heading 'Verify: every ledger row and every receipt, recomputed'
"$ONESTOP" verify --database "$ONESTOP_DATABASE_URL"

heading 'Every check held.'
