// `onestop reconcile`: compares an institution's books with the ledger.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/book_file.h"
#include "cli/comparison.h"
#include "cli/difference_file.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/import_tally.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "onestop/v1/reconciliation.grpc.pb.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Stub = pb::ReconciliationService::Stub;

constexpr int kChinaSeconds = 8 * 60 * 60;
constexpr int kListed = 20;  // differences in the text
constexpr int kMessageRows = 5'000;
constexpr std::chrono::seconds kPause{1};

struct ReconcileOptions {
  std::string file;
  std::string format;
  std::string institution;
  std::string from;
  std::string until;
  std::string insurance;
  std::string clearing;
  std::string request_id;
  std::string differences;
  bool totals = false;
  bool quiet = false;
  ServerOptions server{.deadline_seconds = 600};
  OutputOptions output;
};

pb::InsuranceType InsuranceOf(const std::string& word) {
  if (word == "EMPLOYEE") return pb::INSURANCE_TYPE_EMPLOYEE;
  if (word == "RESIDENT") return pb::INSURANCE_TYPE_RESIDENT;
  return pb::INSURANCE_TYPE_UNSPECIFIED;
}

// One run of the verb.
class ReconcileRun {
 public:
  explicit ReconcileRun(const ReconcileOptions& options)
      : options_(options),
        language_(FirstLanguage(options.output)),
        progress_(
            options.quiet ? Progress::Mode::kQuiet : Progress::ModeOfStderr(),
            "reconcile"),
        client_(options.server),
        stub_(pb::ReconciliationService::NewStub(client_.channel())) {}

  int Run();

 private:
  // Has the server sum the ledger while the books are read, if it is known
  // which days these are.
  void Prepare();
  absl::Status Read();
  bool IsJsonLines() const;
  // `days`: the books', where the options do not say which.
  template <typename Message>
  Message Span(const domain::Period& days) const;
  template <typename Message>
  Message Span() const {
    return Span<Message>(books_->rows() > 0 ? books_->days()
                                            : domain::Period{});
  }
  int RunTotals();
  // All steps of one stream; what was compared before does not travel again.
  absl::Status Compare();
  absl::Status SendDays(Comparison& comparison);
  absl::StatusOr<pb::ReconcileDetailsResponse> Step(
      Comparison& comparison, const pb::ReconcileDetailsRequest& request);
  absl::Status SendRows(Comparison& comparison, domain::Day day,
                        const pb::ReconcileWanted& wanted);
  // The differences, to the file and the first of them to `listed_`.
  absl::Status Fetch();
  std::string Text(Language language) const;
  int Fail(const absl::Status& status);

  const ReconcileOptions& options_;
  const Language language_;
  Progress progress_;
  Client client_;
  const std::unique_ptr<Stub> stub_;
  std::unique_ptr<Comparison> prepared_;
  std::unique_ptr<BookFile> books_;  // once read
  std::string request_id_;
  pb::ReconcileSummary summary_;
  std::vector<pb::Difference> listed_;
  int64_t found_ = 0;
};

bool ReconcileRun::IsJsonLines() const {
  return options_.format == "jsonl" ||
         (options_.format.empty() && options_.file.ends_with(".jsonl"));
}

void ReconcileRun::Prepare() {
  if (options_.totals) return;
  std::optional<domain::Period> days;
  if (!options_.from.empty() && !options_.until.empty()) {
    days.emplace();  // The options say all.
  } else if (!IsJsonLines()) {
    days = BookFile::LookAtDays(options_.file, [] { return !Interrupted(); });
  }
  if (!days) return;
  prepared_ = std::make_unique<Comparison>(client_, *stub_);
  prepared_->Prepare(Span<pb::ReconcilePrepare>(*days));
}

absl::Status ReconcileRun::Read() {
  ONESTOP_ASSIGN_OR_RETURN(
      books_,
      BookFile::Read(
          options_.file,
          IsJsonLines() ? ImportFormat::kJsonLines : ImportFormat::kCsv,
          options_.institution,
          {.bad_row =
               [this](int64_t line, const absl::Status& why) {
                 progress_.Clear();
                 std::cerr << options_.file << ":" << line << ": "
                           << RefusalLine(why, language_) << '\n';
               },
           .tick =
               [this](const BookFile& file, int64_t bytes, int64_t of) {
                 progress_.Update({file.rows(), file.bad_rows(), bytes, of});
                 return !Interrupted();
               }}));
  if (books_->bad_rows() > 0) {
    return absl::InvalidArgumentError(
        Cat(books_->bad_rows(), " rows cannot be read; nothing was compared"));
  }
  if (books_->rows() == 0 &&
      (options_.from.empty() || options_.until.empty())) {
    return absl::InvalidArgumentError(
        "the file has no rows; say which days with --from and --until");
  }
  request_id_ = options_.request_id.empty()
                    ? Cat("books-", books_->Digest(Span<pb::ReconcileBegin>()))
                    : options_.request_id;
  return absl::OkStatus();
}

template <typename Message>
Message ReconcileRun::Span(const domain::Period& days) const {
  Message message;
  message.set_institution_id(options_.institution);
  message.set_booked_from(options_.from.empty() ? domain::FormatDay(days.from)
                                                : options_.from);
  message.set_booked_until(
      options_.until.empty() ? domain::FormatDay(days.until) : options_.until);
  message.set_insurance_type(InsuranceOf(options_.insurance));
  message.set_clearing_type(options_.clearing);
  return message;
}

// China's time, to the second.
std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(
      "%Y-%m-%d %H:%M:%S",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::FixedTimeZone(kChinaSeconds));
}

std::string SumsHead(Language language) {
  return Cat(PadRight("", 12), PadLeft(Pick(language, "笔数", "rows"), 10),
             PadLeft(Pick(language, "总额(元)", "gross"), 16),
             PadLeft(Pick(language, "基金", "fund"), 16),
             PadLeft(Pick(language, "账户", "account"), 16), "\n");
}

std::string SumsLine(std::string_view name, const pb::BookTotals& sums) {
  const auto yuan = [](int64_t fen) {
    return PadLeft(domain::FormatYuan(domain::Money{fen}), 16);
  };
  return Cat(PadRight(name, 12), PadLeft(Cat(sums.rows()), 10),
             yuan(sums.gross_fen()), yuan(sums.fund_pay_fen()),
             yuan(sums.account_fen()), "\n");
}

std::string TotalsText(const pb::BookTotals& books,
                       const pb::ReconcileTotalsResponse& answer,
                       Language language) {
  return Cat(
      answer.balanced()
          ? Pick(language, "总额相符。\n", "The totals are balanced.\n")
          : Pick(language, "总额不符。\n", "The totals are not balanced.\n"),
      SumsHead(language), SumsLine(Pick(language, "机构", "books"), books),
      SumsLine(Pick(language, "中心", "ledger"), answer.ledger()),
      SumsLine(Pick(language, "差额", "difference"), answer.difference()));
}

int ReconcileRun::RunTotals() {
  auto request = Span<pb::ReconcileTotalsRequest>();
  *request.mutable_books() = books_->totals();
  const auto answer = client_.Call<pb::ReconcileTotalsResponse>(
      *stub_, &Stub::ReconcileTotals, request);
  if (!answer.ok()) return Fail(answer.status());
  Print(*answer, options_.output, [&](Language language) {
    return TotalsText(books_->totals(), *answer, language);
  });
  return answer->balanced() ? kExitOk : kExitRefused;
}

absl::StatusOr<pb::ReconcileDetailsResponse> ReconcileRun::Step(
    Comparison& comparison, const pb::ReconcileDetailsRequest& request) {
  if (Interrupted()) return absl::CancelledError("interrupted");
  return comparison.Step(request);
}

absl::Status ReconcileRun::SendRows(Comparison& comparison, domain::Day day,
                                    const pb::ReconcileWanted& wanted) {
  pb::ReconcileDetailsRequest request;
  pb::ReconcileRows* rows = request.mutable_rows();
  int held = 0;
  for (int i = 0; i < wanted.buckets_size(); ++i) {
    rows->set_booked_on(domain::FormatDay(day));
    ONESTOP_ASSIGN_OR_RETURN(*rows->add_buckets(),
                             books_->RowsOf(day, wanted.buckets(i)));
    held += rows->buckets(rows->buckets_size() - 1).rows_size();
    if (held < kMessageRows && i + 1 < wanted.buckets_size()) continue;
    ONESTOP_RETURN_IF_ERROR(Step(comparison, request).status());
    rows->Clear();
    held = 0;
  }
  return absl::OkStatus();
}

absl::Status ReconcileRun::SendDays(Comparison& comparison) {
  pb::ReconcileDetailsRequest request;
  const auto& days = books_->buckets();
  int64_t done = 0;
  for (const auto& [day, buckets] : days) {
    pb::ReconcileDay* sent = request.mutable_day();
    sent->Clear();
    sent->set_booked_on(domain::FormatDay(day));
    for (const auto& [number, bucket] : buckets) {
      pb::BookBucket* one = sent->add_buckets();
      one->set_bucket(number);
      one->set_digest(bucket.digest);
    }
    ONESTOP_ASSIGN_OR_RETURN(const auto answer, Step(comparison, request));
    ONESTOP_RETURN_IF_ERROR(SendRows(comparison, day, answer.wanted()));
    progress_.Update(
        {books_->rows(), 0, ++done, static_cast<int64_t>(days.size())});
  }
  return absl::OkStatus();
}

absl::Status ReconcileRun::Compare() {
  // Once; another try is a stream of its own.
  auto comparison = std::exchange(prepared_, nullptr);
  if (comparison != nullptr &&
      !comparison->Prepared(Span<pb::ReconcilePrepare>())) {
    comparison.reset();  // It gives its place at the server up first.
  }
  if (comparison == nullptr) {
    comparison = std::make_unique<Comparison>(client_, *stub_);
  }
  pb::ReconcileDetailsRequest request;
  *request.mutable_begin() = Span<pb::ReconcileBegin>();
  request.mutable_begin()->set_request_id(request_id_);
  ONESTOP_RETURN_IF_ERROR(Step(*comparison, request).status());
  ONESTOP_RETURN_IF_ERROR(SendDays(*comparison));
  request.mutable_end();
  ONESTOP_ASSIGN_OR_RETURN(const auto answer, Step(*comparison, request));
  summary_ = answer.summary();
  return comparison->End();
}

absl::Status ReconcileRun::Fetch() {
  std::unique_ptr<DifferenceFile> file;
  if (!options_.differences.empty()) {
    ONESTOP_ASSIGN_OR_RETURN(
        file, DifferenceFile::Open(options_.differences, language_));
  }
  pb::ListDifferencesRequest request;
  request.set_request_id(request_id_);
  request.set_page_size(limits::kMaxPageSize);
  do {
    ONESTOP_ASSIGN_OR_RETURN(const auto page,
                             client_.Call<pb::ListDifferencesResponse>(
                                 *stub_, &Stub::ListDifferences, request));
    for (const pb::Difference& difference : page.differences()) {
      ++found_;
      if (file != nullptr) file->Add(difference, TimeText(page.as_of()));
      if (listed_.size() < kListed) listed_.push_back(difference);
    }
    request.set_page_token(page.next_page_token());
    if (file == nullptr && found_ >= kListed) break;
  } while (!request.page_token().empty());
  return file == nullptr ? absl::OkStatus() : file->Close();
}

std::string ReconcileRun::Text(Language language) const {
  const pb::ReconcileSummary& s = summary_;
  std::string text = Cat(Pick(language, "相符 ", "matched "), s.matched());
  for (const auto& [what, rows] :
       {std::pair(pb::DIFFERENCE_CLASS_ONLY_IN_LEDGER, s.only_in_ledger()),
        std::pair(pb::DIFFERENCE_CLASS_ONLY_IN_BOOKS, s.only_in_books()),
        std::pair(pb::DIFFERENCE_CLASS_AMOUNTS_DIFFER, s.amounts_differ()),
        std::pair(pb::DIFFERENCE_CLASS_OTHER_DAY, s.other_day()),
        std::pair(pb::DIFFERENCE_CLASS_TWICE_IN_BOOKS, s.twice_in_books())}) {
    if (rows == 0) continue;
    Append(&text, Pick(language, "，", ", "), ClassWords(what, language), " ",
           rows);
  }
  Append(&text, Pick(language, "；中心数据截至 ", "; the ledger as of "),
         TimeText(s.as_of()), "\n");
  for (const pb::Difference& difference : listed_) {
    const pb::BookRow& row =
        difference.has_ledger() ? difference.ledger() : difference.books();
    Append(&text, "  ", difference.booked_on(), "  ",
           ClassWords(difference.difference_class(), language), "  ",
           row.person_id(), "  ",
           row.request_id().empty() ? difference.record_id() : row.request_id(),
           "  -> ", RepairWords(difference.repair(), language), "\n");
  }
  const int64_t all = s.only_in_ledger() + s.only_in_books() +
                      s.amounts_differ() + s.other_day() + s.twice_in_books();
  const int64_t more = all - static_cast<int64_t>(listed_.size());
  if (more > 0 && options_.differences.empty()) {
    Append(&text, Pick(language, "  另有 ", "  and "), more,
           Pick(language, " 条：--differences FILE 写出全部\n",
                " more: --differences FILE writes all of them\n"));
  }
  return text;
}

int ReconcileRun::Fail(const absl::Status& status) {
  progress_.Clear();
  const int code = cli::Fail(status, options_.output);
  if (code == kExitUnavailable || absl::IsCancelled(status)) {
    std::cerr << Pick(language_, "请重新运行同一命令：已比较的部分不再传送。\n",
                      "Run the same command again: what was compared does not "
                      "travel again.\n");
  }
  return code;
}

int ReconcileRun::Run() {
  ListenForInterrupt();
  Prepare();
  const absl::Status read = Read();
  progress_.Clear();
  if (!read.ok()) return Fail(read);
  if (options_.totals) return RunTotals();
  const auto until =
      std::chrono::steady_clock::now() +
      std::chrono::duration<double>(options_.server.deadline_seconds);
  const bool prepared = prepared_ != nullptr;
  absl::Status compared = Compare();
  // Opened before the books were read, the stream may have been too old.
  if (!compared.ok() && prepared && !Interrupted()) compared = Compare();
  while (!compared.ok() && Client::MayComeBack(compared.code()) &&
         !Interrupted() && std::chrono::steady_clock::now() < until) {
    client_.Rest(kPause);
    compared = Compare();
  }
  if (compared.ok()) compared = Fetch();
  progress_.Clear();
  if (!compared.ok()) return Fail(compared);
  Print(summary_, options_.output,
        [this](Language language) { return Text(language); });
  return found_ == 0 ? kExitOk : kExitRefused;
}

void AddFlags(CLI::App& verb, ReconcileOptions& options) {
  verb.add_option("file", options.file,
                  "The books: a .csv or .jsonl file, or - for standard input")
      ->type_name("FILE|-")
      ->required();
  AddWordOption(verb, "--format", options.format, {"csv", "jsonl"},
                "csv: with a header; jsonl: a row a line; else by the file's "
                "name");
  verb.add_option("--institution", options.institution, "Whose books")
      ->type_name("ID")
      ->required();
  verb.add_option("--from", options.from,
                  "The first booking day; else the file's first")
      ->type_name("DATE");
  verb.add_option("--until", options.until,
                  "The last booking day; else the file's last")
      ->type_name("DATE");
  AddWordOption(verb, "--insurance", options.insurance,
                {"EMPLOYEE", "RESIDENT"}, "Only this insurance; the books too");
  AddWordOption(verb, "--clearing", options.clearing, {"11", "41"},
                "11 hospital outpatient, 41 pharmacy: refused if the "
                "institution is not one");
  verb.add_option("--request-id", options.request_id,
                  "The key of this comparison; else by the rows")
      ->type_name("ID");
  verb.add_flag("--totals", options.totals,
                "Compare the totals alone, no rows");
  verb.add_option("--differences", options.differences,
                  "Where all differences are written: a .csv or .xlsx file")
      ->type_name("FILE");
  verb.add_flag("--quiet", options.quiet, "Show no progress");
  AddServerOptions(verb, options.server);
  AddOutputOptions(verb, options.output);
  verb.footer(
      "Columns of a CSV, or fields of a line of JSON: booked_on, person_id, "
      "gross_fen,\nfund_pay_fen, account_fen; settlement_id or request_id; "
      "reversal. docs/reconcile.md\ntells more.");
}

}  // namespace

void AddReconcile(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ReconcileOptions>();
  CLI::App* verb = app.add_subcommand(
      "reconcile",
      "Compare an institution's books with the ledger, row by row; nothing is "
      "changed");
  AddFlags(*verb, *options);
  verb->callback([options, &chosen] {
    chosen = [options] { return ReconcileRun(*options).Run(); };
  });
}

}  // namespace onestop::cli
