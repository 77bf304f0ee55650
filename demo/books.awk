# The books of a hospital's own system, made from what `onestop list --output
# json` answers: honest, or with mistakes of every kind (-v mistakes=1).
# Of the day's rows the second has another amount, the third another day, the
# fourth stands there twice; the first settlement and the first reversal are
# missing, and one was never settled. With -v sum=1 only what the funds and
# accounts owe for the rows, in fen.

function text(name,    found) {
  if (!match($0, "\"" name "\": *\"[^\"]*\"")) return ""
  found = substr($0, RSTART, RLENGTH)
  sub("^\"" name "\": *\"", "", found)
  sub("\"$", "", found)
  return found
}

function write(day, id, request, fund) {
  print day "," id "," request "," text("person_id") "," text("gross_fen") + 0 \
    "," fund "," text("account_fen") + text("family_account_fen") "," reversal
}

BEGIN {
  if (!sum) print "booked_on,settlement_id,request_id,person_id,gross_fen,fund_pay_fen," \
    "account_fen,reversal"
}

{
  kind = text("kind")
  if (kind != "SETTLEMENT_KIND_SETTLEMENT" && kind != "SETTLEMENT_KIND_REVERSAL") next
  reversal = kind == "SETTLEMENT_KIND_REVERSAL" ? "true" : ""
  id = reversal ? text("reverses") : text("settlement_id")
  day = text("booked_on")
  fund = text("fund_pay_fen") + 0
  if (sum) {
    total += fund + text("account_fen") + text("family_account_fen")
    next
  }
  place = reversal ? "reversal " ++reversals : ++settlements
  if (mistakes && place == 1 || mistakes && place == "reversal 1") next
  if (mistakes && place == 2) fund += 1
  if (mistakes && place == 3) day = other_day
  write(day, id, text("request_id"), fund)
  if (mistakes && place == 4) write(day, id, text("request_id"), fund)
  if (mistakes && place == 5) write(day, "", "D-999", fund)
}

END {
  if (sum) print total + 0
}
