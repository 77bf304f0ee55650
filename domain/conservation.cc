// The identities that every outcome must keep, checked in production: a fen
// lost or made up stops the settlement.
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/strings.h"
#include "domain/evaluate.h"
#include "domain/reason.h"

namespace onestop::domain {
namespace {

absl::Status Broken(std::string_view what) {
  return MakeError(absl::StatusCode::kInternal, refusal::kInvariantBroken,
                   absl::StrCat("the settlement does not conserve every fen (",
                                View(what), "); nothing was written"),
                   {{"invariant", std::string(what)}});
}

absl::Status CheckLine(const LineResult& line) {
  if (line.gross !=
      line.over_limit + line.own_expense + line.preself + line.in_scope) {
    return Broken("line = over_limit + own_expense + preself + in_scope");
  }
  Money borne = line.in_scope;  // of the line, before its schemes
  for (const SchemeShare& share : line.shares) {
    if (share.base != share.deductible + share.absorbed + share.overflow ||
        share.deductible.fen < 0 || share.absorbed.fen < 0 ||
        share.overflow.fen < 0 || share.pay.fen < 0) {
      return Broken("share = deductible + absorbed + overflow");
    }
    borne -= share.pay;
  }
  if (borne.fen < 0) return Broken("line's pay <= in_scope");
  return absl::OkStatus();
}

absl::Status CheckTotals(const Totals& t) {
  if (t.gross != t.over_limit + t.own_expense + t.preself + t.in_scope) {
    return Broken("gross = over_limit + own_expense + preself + in_scope");
  }
  if (t.fund_pay != t.scheme_pay + t.critical_illness + t.large_amount +
                        t.medical_assistance + t.commercial) {
    return Broken("fund_pay = scheme_pay + layers");
  }
  if (t.personal != t.gross - t.fund_pay) {
    return Broken("personal = gross - fund_pay");
  }
  if (t.gross != t.fund_pay + t.account + t.family_account + t.cash) {
    return Broken("gross = fund_pay + account + family_account + cash");
  }
  for (const Money part :
       {t.over_limit, t.own_expense, t.preself, t.in_scope, t.deductible,
        t.scheme_pay, t.critical_illness, t.large_amount, t.medical_assistance,
        t.commercial, t.fund_pay, t.personal, t.account, t.family_account,
        t.cash}) {
    if (part.fen < 0) return Broken("no total below zero");
  }
  return absl::OkStatus();
}

// A limit may have been passed before (a lower level, an opening counter), but
// nothing is added beyond it.
absl::Status CheckLimits(const Outcome& outcome) {
  for (const Remaining& remaining : outcome.remaining) {
    if (remaining.used <= remaining.limit) continue;
    for (const Movement& movement : outcome.movements) {
      if (movement.counter == remaining.counter && movement.amount > 0) {
        return Broken(absl::StrCat("limit of ", remaining.counter));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckConservation(const Outcome& outcome) {
  Totals sum;
  Money scheme_pay;
  Money deductible;
  for (const LineResult& line : outcome.lines) {
    if (absl::Status status = CheckLine(line); !status.ok()) return status;
    sum.gross += line.gross;
    sum.over_limit += line.over_limit;
    sum.own_expense += line.own_expense;
    sum.preself += line.preself;
    sum.in_scope += line.in_scope;
    for (const SchemeShare& share : line.shares) {
      scheme_pay += share.pay;
      deductible += share.deductible;
    }
  }
  const Totals& totals = outcome.totals;
  if (sum.gross != totals.gross || sum.over_limit != totals.over_limit ||
      sum.own_expense != totals.own_expense || sum.preself != totals.preself ||
      sum.in_scope != totals.in_scope || scheme_pay != totals.scheme_pay ||
      deductible != totals.deductible) {
    return Broken("totals = sum of lines");
  }
  Money by_scheme;
  for (const SchemePay& pay : outcome.by_scheme) by_scheme += pay.pay;
  if (by_scheme != totals.scheme_pay) {
    return Broken("scheme_pay = sum of by_scheme");
  }
  if (absl::Status status = CheckTotals(totals); !status.ok()) return status;
  return CheckLimits(outcome);
}

}  // namespace onestop::domain
