#!/usr/bin/env bash
# A demonstration day against a running onestopd: loads it, settles it, checks
# every answer, explains some of them. `./dev demo` starts what it needs.
#
# Reads ONESTOP (the command), ONESTOP_SERVER (HOST:PORT) and
# ONESTOP_DATABASE_URL. Exit 0 only if every check held. May be run again on the
# same database: the persons then get other ids.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${ONESTOP:?is the path of the onestop command; ./dev demo sets it}"
: "${ONESTOP_SERVER:?is HOST:PORT of onestopd; ./dev demo sets it}"
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

heading 'Verify: every ledger row and every receipt, recomputed'
"$ONESTOP" verify --database "$ONESTOP_DATABASE_URL"

heading 'Every check held.'
