// What the steps of a scenario came to, as JSON and against what was expected.
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "wire/scenario.h"

namespace onestop::wire {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x",
                    static_cast<unsigned char>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

// Calls `visit(name, amount)` for each total, in the order of the API.
template <typename Visit>
void ForEachTotal(const pb::Totals& totals, const Visit& visit) {
  const google::protobuf::Descriptor& type = *pb::Totals::descriptor();
  const google::protobuf::Reflection& reflection = *totals.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    visit(type.field(i)->name(), reflection.GetInt64(totals, type.field(i)));
  }
}

std::string ExpectToJson(const pb::Expect& result) {
  if (!result.refused().empty()) {
    return absl::StrCat("{\"refused\":", Quoted(result.refused()), "}");
  }
  if (result.has_reversed()) {
    return absl::StrCat("{\"reversed\":", Quoted(result.reversed()), "}");
  }
  std::vector<std::string> totals;
  ForEachTotal(result.totals(),
               [&totals](const std::string& name, int64_t fen) {
                 totals.push_back(absl::StrCat(Quoted(name), ":", fen));
               });
  std::vector<std::string> by_scheme;
  for (const auto& [scheme, pay] : std::map<std::string, int64_t>(
           result.by_scheme().begin(), result.by_scheme().end())) {
    by_scheme.push_back(absl::StrCat(Quoted(scheme), ":", pay));
  }
  std::vector<std::string> first_scheme;
  for (const std::string& scheme : result.first_scheme()) {
    first_scheme.push_back(Quoted(scheme));
  }
  return absl::StrCat("{\"totals\":{", absl::StrJoin(totals, ","),
                      "},\"by_scheme\":{", absl::StrJoin(by_scheme, ","),
                      "},\"first_scheme\":[", absl::StrJoin(first_scheme, ","),
                      "]}");
}

// What kind of result it is, in words.
std::string InWords(const pb::Expect& result) {
  if (!result.refused().empty()) {
    return absl::StrCat("refused ", result.refused());
  }
  if (!result.has_reversed()) return "settled";
  return result.reversed().empty()
             ? "reversed nothing: the id is closed"
             : absl::StrCat("reversed ", result.reversed());
}

void CompareAmounts(const pb::Expect& expected, const pb::Expect& got,
                    std::vector<std::string>& differences) {
  std::vector<int64_t> amounts;
  ForEachTotal(got.totals(), [&amounts](const std::string&, int64_t fen) {
    amounts.push_back(fen);
  });
  size_t at = 0;
  ForEachTotal(expected.totals(), [&](const std::string& name, int64_t fen) {
    if (fen != amounts[at]) {
      differences.push_back(absl::StrCat("totals.", name, ": expected ", fen,
                                         ", got ", amounts[at]));
    }
    ++at;
  });
  std::set<std::string> schemes;
  for (const auto& [scheme, pay] : expected.by_scheme()) schemes.insert(scheme);
  for (const auto& [scheme, pay] : got.by_scheme()) schemes.insert(scheme);
  const auto pay_of = [](const pb::Expect& result, const std::string& scheme) {
    const auto found = result.by_scheme().find(scheme);
    return found == result.by_scheme().end() ? int64_t{0} : found->second;
  };
  for (const std::string& scheme : schemes) {
    const int64_t wanted = pay_of(expected, scheme);
    const int64_t paid = pay_of(got, scheme);
    if (wanted != paid) {
      differences.push_back(absl::StrCat("by_scheme.", scheme, ": expected ",
                                         wanted, ", got ", paid));
    }
  }
}

void CompareFirstSchemes(const pb::Expect& expected, const pb::Expect& got,
                         std::vector<std::string>& differences) {
  if (expected.first_scheme_size() != got.first_scheme_size()) {
    differences.push_back(
        absl::StrCat("first_scheme: expected ", expected.first_scheme_size(),
                     " lines, got ", got.first_scheme_size()));
    return;
  }
  for (int i = 0; i < expected.first_scheme_size(); ++i) {
    if (expected.first_scheme(i) != got.first_scheme(i)) {
      differences.push_back(absl::StrCat("first_scheme[", i, "]: expected '",
                                         expected.first_scheme(i), "', got '",
                                         got.first_scheme(i), "'"));
    }
  }
}

}  // namespace

pb::Expect ResultOfReceipt(const pb::Receipt& receipt) {
  pb::Expect result;
  *result.mutable_totals() = receipt.totals();
  for (const pb::SchemePay& pay : receipt.by_scheme()) {
    (*result.mutable_by_scheme())[pay.scheme_id()] += pay.pay_fen();
  }
  for (const pb::ReceiptLine& line : receipt.lines()) {
    result.add_first_scheme(line.first_scheme());
  }
  return result;
}

pb::Expect ResultOfSettleReply(std::string_view reply) {
  pb::SettleResponse response;
  response.ParseFromArray(reply.data(), static_cast<int>(reply.size()));
  if (response.outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE) {
    pb::Expect stale;
    stale.set_refused("QUOTE_STALE");
    return stale;
  }
  return ResultOfReceipt(response.receipt());
}

pb::Expect ResultOfRefusal(const absl::Status& status) {
  pb::Expect result;
  const std::string reason = ErrorReason(status);
  result.set_refused(reason.empty()
                         ? std::string(absl::StatusCodeToString(status.code()))
                         : reason);
  return result;
}

pb::Expect ResultOfReversal(std::string_view request_id) {
  pb::Expect result;
  result.set_reversed(std::string(request_id));
  return result;
}

std::string ResultToJson(const pb::ScenarioResult& result) {
  std::vector<std::string> results;
  for (const pb::Expect& one : result.results()) {
    results.push_back(ExpectToJson(one));
  }
  return absl::StrCat("{\"id\":", Quoted(result.id()), ",\"results\":[",
                      absl::StrJoin(results, ","), "]}");
}

std::vector<std::string> Differences(const pb::Expect& expected,
                                     const pb::Expect& got) {
  std::vector<std::string> differences;
  const bool settled = expected.refused().empty() && !expected.has_reversed();
  if (InWords(expected) != InWords(got)) {
    differences.push_back(
        absl::StrCat("expected ", InWords(expected), ", got ", InWords(got)));
  } else if (settled) {
    CompareAmounts(expected, got, differences);
    CompareFirstSchemes(expected, got, differences);
  }
  return differences;
}

}  // namespace onestop::wire
