// `onestop clearing`: closes months, shows statements, records adjustments and
// payments.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "cli/clearing_file.h"
#include "cli/clearing_text.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "onestop/v1/clearing.grpc.pb.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Stub = pb::ClearingService::Stub;

constexpr double kCloseSeconds = 600;  // a month of a large hospital

struct ClearingOptions {
  std::string institution;
  std::string month;
  std::string until;
  std::string region;
  std::string insurance;
  std::string scheme;
  std::string state;
  std::string kind;
  std::string reason;
  std::string operator_id;
  std::string request_id;
  std::string day;
  std::string reference;
  std::string file;
  int64_t amount_fen = 0;
  bool no_scheme = false;
  bool late = false;
  ServerOptions server;
  OutputOptions output;
};

pb::InsuranceType InsuranceNamed(const std::string& word) {
  if (word == "EMPLOYEE") return pb::INSURANCE_TYPE_EMPLOYEE;
  if (word == "RESIDENT") return pb::INSURANCE_TYPE_RESIDENT;
  return pb::INSURANCE_TYPE_UNSPECIFIED;
}

template <typename Request>
Request Asked(const ClearingOptions& options) {
  Request request;
  request.set_institution_id(options.institution);
  request.set_month(options.month);
  return request;
}

int PrintStatement(const pb::Statement& statement,
                   const ClearingOptions& options) {
  if (!options.file.empty()) {
    const absl::Status written = WriteStatementFile(
        options.file, statement, BuiltInNames(), FirstLanguage(options.output));
    if (!written.ok()) return Fail(written, options.output);
  }
  Print(statement, options.output, [&](Language language) {
    return StatementText(statement, BuiltInNames(), language);
  });
  return kExitOk;
}

int RunCloseMonth(const ClearingOptions& options) {
  auto request = Asked<pb::CloseMonthRequest>(options);
  request.set_due_on(options.day);
  Client client(options.server);
  const auto stub = pb::ClearingService::NewStub(client.channel());
  const auto closed =
      client.Call<pb::CloseMonthResponse>(*stub, &Stub::CloseMonth, request);
  if (!closed.ok()) return Fail(closed.status(), options.output);
  return PrintStatement(closed->statement(), options);
}

int RunShowStatement(const ClearingOptions& options) {
  Client client(options.server);
  const auto stub = pb::ClearingService::NewStub(client.channel());
  const auto found = client.Call<pb::GetStatementResponse>(
      *stub, &Stub::GetStatement, Asked<pb::GetStatementRequest>(options));
  if (!found.ok()) return Fail(found.status(), options.output);
  return PrintStatement(found->statement(), options);
}

// Prints page after page as they come and keeps none; JSON: a row a line.
template <typename Response, typename Row, typename Request, typename Method>
int PrintPages(
    const ClearingOptions& options, Method method, Request request,
    const google::protobuf::RepeatedPtrField<Row>& (Response::*rows)() const,
    std::string (*text)(const Response&, Language)) {
  Client client(options.server);
  const auto stub = pb::ClearingService::NewStub(client.channel());
  request.set_page_size(limits::kMaxPageSize);
  std::string_view separator;
  for (const Language language : LanguagesOf(options.output)) {
    if (!options.output.json()) std::cout << separator;
    do {
      const auto page = client.Call<Response>(*stub, method, request);
      if (!page.ok()) return Fail(page.status(), options.output);
      if (!options.output.json()) std::cout << text(*page, language);
      for (const Row& row : ((*page).*rows)()) {
        if (options.output.json()) std::cout << ToJsonLine(row);
      }
      std::cout << std::flush;
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    if (options.output.json()) break;
    separator = "\n";
  }
  return kExitOk;
}

int RunListStatements(const ClearingOptions& options) {
  pb::ListStatementsRequest request;
  request.set_first_month(options.month);
  request.set_last_month(options.until.empty() ? options.month : options.until);
  request.set_institution_id(options.institution);
  request.set_pooling_region(options.region);
  pb::PaymentState state = pb::PAYMENT_STATE_UNSPECIFIED;
  pb::PaymentState_Parse(Cat("PAYMENT_STATE_", options.state), &state);
  request.set_payment_state(state);
  return PrintPages(options, &Stub::ListStatements, request,
                    &pb::ListStatementsResponse::statements, &DueText);
}

int RunSettlements(const ClearingOptions& options) {
  auto request = Asked<pb::ListStatementSettlementsRequest>(options);
  request.set_pooling_region(options.region);
  request.set_insurance_type(InsuranceNamed(options.insurance));
  request.set_scheme_id(options.scheme);
  request.set_no_scheme(options.no_scheme);
  request.set_late_only(options.late);
  return PrintPages(options, &Stub::ListStatementSettlements, request,
                    &pb::ListStatementSettlementsResponse::settlements,
                    &CountedText);
}

int RunAdjust(const ClearingOptions& options) {
  auto request = Asked<pb::AdjustStatementRequest>(options);
  request.set_request_id(options.request_id);
  request.set_pooling_region(options.region);
  pb::AdjustmentKind kind = pb::ADJUSTMENT_KIND_UNSPECIFIED;
  pb::AdjustmentKind_Parse(Cat("ADJUSTMENT_KIND_", options.kind), &kind);
  request.set_adjustment_kind(kind);
  request.set_amount_fen(options.amount_fen);
  request.set_reason(options.reason);
  request.set_operator_id(options.operator_id);
  Client client(options.server);
  const auto stub = pb::ClearingService::NewStub(client.channel());
  const auto done = client.Call<pb::AdjustStatementResponse>(
      *stub, &Stub::AdjustStatement, request);
  if (!done.ok()) return Fail(done.status(), options.output);
  Print(*done, options.output, [&](Language language) {
    return Fill(Pick(language, "已记入 $0 的清算：$1\n",
                     "Recorded for the clearing of $0: $1\n"),
                options.month, AdjustmentWords(kind, language));
  });
  return kExitOk;
}

int RunPay(const ClearingOptions& options) {
  auto request = Asked<pb::RecordPaymentRequest>(options);
  request.set_request_id(options.request_id);
  request.set_pooling_region(options.region);
  request.set_amount_fen(options.amount_fen);
  request.set_paid_on(options.day);
  request.set_reference(options.reference);
  Client client(options.server);
  const auto stub = pb::ClearingService::NewStub(client.channel());
  const auto done = client.Call<pb::RecordPaymentResponse>(
      *stub, &Stub::RecordPayment, request);
  if (!done.ok()) return Fail(done.status(), options.output);
  Print(*done, options.output, [&](Language language) {
    return Fill(Pick(language, "已登记付款 $0 元。\n",
                     "Payment of $0 yuan recorded.\n"),
                domain::FormatYuan(domain::Money{options.amount_fen}));
  });
  return kExitOk;
}

// A subcommand with what all of them take.
using Options = std::shared_ptr<ClearingOptions>;
std::pair<CLI::App*, Options> AddClearingVerb(
    CLI::App& clearing, Chosen& chosen, const char* name, const char* help,
    int (*run)(const ClearingOptions&)) {
  auto options = std::make_shared<ClearingOptions>();
  CLI::App* verb = clearing.add_subcommand(name, help);
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, run, &chosen] {
    chosen = [options, run] { return run(*options); };
  });
  return {verb, options};
}

void AddMonth(CLI::App& verb, ClearingOptions& options) {
  verb.add_option("institution", options.institution, "The institution")
      ->type_name("ID")
      ->required();
  verb.add_option("month", options.month, "YYYY-MM")
      ->type_name("MONTH")
      ->required();
}

void AddFile(CLI::App& verb, ClearingOptions& options) {
  verb.add_option("--file", options.file,
                  "Also write the statement: a .csv or .xlsx file")
      ->type_name("FILE");
}

void AddMoney(CLI::App& verb, ClearingOptions& options) {
  AddMonth(verb, options);
  verb.add_option("--region", options.region, "The pooling region")
      ->type_name("CODE")
      ->required();
  verb.add_option("--amount-fen", options.amount_fen, "Fen, above 0")
      ->type_name("FEN")
      ->required();
  verb.add_option("--request-id", options.request_id,
                  "The key of this entry: sent again, it is not recorded again")
      ->type_name("ID")
      ->required();
}

void AddReading(CLI::App& clearing, Chosen& chosen) {
  auto [list, listed] = AddClearingVerb(
      clearing, chosen, "list",
      "What statements come to: to pay, overdue, paid, not closed; --output "
      "json prints one StatementDue a line",
      RunListStatements);
  list->add_option("month", listed->month, "YYYY-MM, the first")
      ->type_name("MONTH")
      ->required();
  list->add_option("until", listed->until, "YYYY-MM, the last; else the first")
      ->type_name("MONTH");
  list->add_option("--institution", listed->institution, "Only of this one")
      ->type_name("ID");
  list->add_option("--region", listed->region, "Only of this pooling region")
      ->type_name("CODE");
  AddWordOption(
      *list, "--state", listed->state,
      {"OPEN", "OVERDUE", "PAID", "OWED_BACK", "NOT_CLOSED"},
      "Only what is left to pay, is overdue, is paid, is owed back by "
      "the institution; or months that were cut and still have to be "
      "closed");
  auto [rows, explained] = AddClearingVerb(
      clearing, chosen, "settlements",
      "The settlements and reversals that a statement is made of; --output "
      "json prints one StatementSettlement a line",
      RunSettlements);
  AddMonth(*rows, *explained);
  rows->add_option("--region", explained->region, "Only of this pooling region")
      ->type_name("CODE");
  AddWordOption(*rows, "--insurance", explained->insurance,
                {"EMPLOYEE", "RESIDENT"}, "Only of this insurance");
  rows->add_option("--scheme", explained->scheme,
                   "Only those that this scheme has to do with; with --region "
                   "and --insurance")
      ->type_name("ID");
  rows->add_flag("--no-scheme", explained->no_scheme,
                 "Only those with lines that no scheme pays");
  rows->add_flag("--late", explained->late,
                 "Only those that were booked in an earlier month");
}

void AddWriting(CLI::App& clearing, Chosen& chosen) {
  auto [adjust, adjusted] = AddClearingVerb(
      clearing, chosen, "adjust",
      "Add a deduction, a prepayment to set off or an advance to an open month",
      RunAdjust);
  AddMoney(*adjust, *adjusted);
  AddWordOption(*adjust, "--kind", adjusted->kind,
                {"DEDUCTION", "PREPAYMENT_OFFSET", "ADVANCE"},
                "Taken off; set off; paid in advance")
      ->required();
  adjust->add_option("--reason", adjusted->reason, "Why")
      ->type_name("TEXT")
      ->required();
  adjust->add_option("--operator", adjusted->operator_id, "Who decided it")
      ->type_name("ID");
  auto [pay, paid] = AddClearingVerb(
      clearing, chosen, "pay",
      "Record what a pooling region paid on a statement", RunPay);
  AddMoney(*pay, *paid);
  pay->add_option("--paid-on", paid->day, "The day of payment")
      ->type_name("DATE")
      ->required();
  pay->add_option("--reference", paid->reference, "The bank's reference")
      ->type_name("TEXT");
}

}  // namespace

void AddClearing(CLI::App& app, Chosen& chosen) {
  CLI::App* clearing = app.add_subcommand(
      "clearing", "Monthly statements: what an institution is owed, and paid");
  clearing->require_subcommand(1);
  auto [close, closed] = AddClearingVerb(
      *clearing, chosen, "close",
      "Close a month for good; one that is closed is shown as it is. "
      "Cut short, it goes on when run again",
      RunCloseMonth);
  closed->server.deadline_seconds = kCloseSeconds;
  close->get_option("--deadline")->capture_default_str();  // as --help says it
  AddMonth(*close, *closed);
  close
      ->add_option("--due-on", closed->day,
                   "By when it is to be paid; else the last day of the month "
                   "after")
      ->type_name("DATE");
  AddFile(*close, *closed);
  auto [show, shown] =
      AddClearingVerb(*clearing, chosen, "show",
                      "Show a closed month's statement", RunShowStatement);
  AddMonth(*show, *shown);
  AddFile(*show, *shown);
  AddReading(*clearing, chosen);
  AddWriting(*clearing, chosen);
}

}  // namespace onestop::cli
