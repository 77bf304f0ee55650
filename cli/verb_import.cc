// `onestop import`: loads a file of persons, institutions, items,
// registrations, designations, accounts, counters, credits or a roster, CSV or
// JSON Lines.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/import_cell.h"
#include "cli/import_columns.h"
#include "cli/import_sender.h"
#include "cli/import_tally.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct ImportOptions {
  std::string file;
  std::string format;
  std::string rejects;
  std::string import_id;
  std::string month;
  std::string region;
  bool partial = false;  // a roster of which more is to come
  bool quiet = false;
  ServerOptions server{.deadline_seconds = 60};
  OutputOptions output;
};

absl::StatusOr<ImportFormat> FormatOf(const ImportOptions& options) {
  const std::string_view file = options.file;
  if (options.format == "csv") return ImportFormat::kCsv;
  if (options.format == "jsonl") return ImportFormat::kJsonLines;
  if (file.ends_with(".csv")) return ImportFormat::kCsv;
  if (file.ends_with(".jsonl") || file.ends_with(".ndjson")) {
    return ImportFormat::kJsonLines;
  }
  return absl::InvalidArgumentError(
      Cat("cannot tell the format of ", file == "-" ? "standard input" : file,
          "; say --format csv or --format jsonl (a message a line)"));
}

// The kind and the file's content, so that the same file names the same import
// and another file another one; within the 64 bytes of an id.
absl::StatusOr<std::string> IdOfContent(const ImportKind& kind,
                                        const std::string& path) {
  // What can be read only once cannot be digested first.
  if (path == "-" || !std::filesystem::is_regular_file(path)) {
    return absl::InvalidArgumentError(
        Cat("say --import-id for ", kind.name, " from ",
            path == "-" ? "standard input" : path,
            "; the same id again adds nothing twice"));
  }
  std::ifstream file(path, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<char, 64 << 10> buffer;
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    EVP_DigestUpdate(context.get(), buffer.data(),
                     static_cast<size_t>(file.gcount()));
  }
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  EVP_DigestFinal_ex(context.get(),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return Cat(kind.name, "-", absl::BytesToHexString(digest.substr(0, 16)));
}

// The file of refused rows; none without a path.
class Rejects {
 public:
  absl::Status Open(const ImportOptions& options, const RowReader& rows) {
    if (options.rejects.empty()) return absl::OkStatus();
    std::error_code none;
    if (std::filesystem::equivalent(options.file, options.rejects, none)) {
      return absl::InvalidArgumentError(
          "--rejects names the file that is imported; name another one");
    }
    file_.open(options.rejects, std::ios::binary | std::ios::trunc);
    if (!file_.is_open()) {
      return absl::InvalidArgumentError(Cat("cannot write ", options.rejects));
    }
    file_ << rows.RejectsHead() << std::flush;
    return absl::OkStatus();
  }
  void Add(const std::string& row) {
    if (file_.is_open()) file_ << row << std::flush;
  }
  bool broken() const { return file_.is_open() && !file_.good(); }

 private:
  std::ofstream file_;
};

// One run of the verb.
class ImportRun {
 public:
  ImportRun(const ImportKind& kind, const ImportOptions& options)
      : kind_(kind),
        options_(options),
        language_(FirstLanguage(options.output)),
        progress_(
            options.quiet ? Progress::Mode::kQuiet : Progress::ModeOfStderr(),
            kind.name) {}

  int Run();

 private:
  absl::Status Open();
  // Shows how far it is; false: Ctrl-C was pressed.
  bool GoOn();
  void Done(const ImportRow& row,
            const absl::StatusOr<pb::RowOutcome>& outcome);
  int End(absl::Status ended);
  // Tells the server that the roster is whole.
  absl::Status Complete(const Client& client);
  // What another run does to the rows that are loaded.
  Rerun AnotherRun() const {
    if (!kind_.adds) return Rerun::kReplaces;
    return options_.import_id.empty() ? Rerun::kAddsIfTheFileChanged
                                      : Rerun::kAddsUnderAnotherId;
  }

  const ImportKind& kind_;
  const ImportOptions& options_;
  const Language language_;
  std::string import_id_;
  std::unique_ptr<LineReader> lines_;
  std::unique_ptr<RowReader> rows_;
  Rejects rejects_;
  Progress progress_;
  ProgressState state_;
  ImportTally tally_;
  std::optional<int64_t> revoked_;
  int64_t last_line_ = 0;
};

absl::Status ImportRun::Open() {
  ONESTOP_ASSIGN_OR_RETURN(const ImportFormat format, FormatOf(options_));
  import_id_ = options_.import_id;
  ONESTOP_ASSIGN_OR_RETURN(lines_, LineReader::Open(options_.file));
  if (kind_.import_id != nullptr && import_id_.empty()) {
    ONESTOP_ASSIGN_OR_RETURN(import_id_, IdOfContent(kind_, options_.file));
  }
  state_.total_bytes = lines_->file_bytes();
  lines_->set_keep_waiting([this] { return GoOn(); });
  ONESTOP_ASSIGN_OR_RETURN(rows_, OpenRows(kind_, format, *lines_));
  return rejects_.Open(options_, *rows_);
}

void ImportRun::Done(const ImportRow& row,
                     const absl::StatusOr<pb::RowOutcome>& outcome) {
  tally_.Count(outcome);
  last_line_ = row.line;
  state_ = {tally_.rows(), tally_.refused, row.end, state_.total_bytes};
  if (outcome.ok()) return;
  const std::string why = RefusalLine(outcome.status(), language_);
  progress_.Clear();
  std::cerr << options_.file << ":" << row.line << ": " << why << '\n';
  rejects_.Add(rows_->Reject(row, Cat("line ", row.line, ": ", why)));
}

absl::Status ImportRun::Complete(const Client& client) {
  const auto stub = pb::RegistryService::NewStub(client.channel());
  pb::SyncRosterRequest request;
  request.set_request_id(import_id_);
  request.set_pooling_region(options_.region);
  request.set_month(options_.month);
  request.set_complete(true);
  return client.Retry([&](grpc::ClientContext& context) {
    const auto stream = stub->SyncRoster(&context);
    stream->WriteLast(request, grpc::WriteOptions());
    pb::SyncRosterResponse response;
    if (stream->Read(&response)) revoked_ = response.revoked();
    return stream->Finish();
  });
}

int ImportRun::End(absl::Status ended) {
  progress_.Finish(state_);
  std::cout << (options_.output.json()
                    ? TallyJson(kind_.name, tally_, revoked_)
                    : TallyText(kind_.name, tally_, language_, revoked_))
            << std::flush;
  if (kind_.region != nullptr && tally_.refused > 0) {
    std::cerr << Pick(language_,
                      "名册未作完整处理：有行被拒绝，未终止任何登记。\n",
                      "The roster was not completed: rows were refused, so "
                      "nobody's registration was ended.\n");
  }
  std::cerr << TallyAdvice(tally_, AnotherRun(), language_);
  if (rejects_.broken()) {
    std::cerr << "cannot write " << options_.rejects
              << "; the refused rows are listed above\n";
    return kExitBroken;
  }
  if (ended.ok()) return tally_.refused > 0 ? kExitRefused : kExitOk;
  if (!absl::IsCancelled(ended)) std::cerr << FailureText(ended, language_);
  const int code = ExitCodeOf(ended);
  if (code == kExitUnavailable) {
    std::cerr << Pick(language_, "已得到答复至第 ", "answered up to line ")
              << last_line_
              << Pick(language_,
                      " 行。请重新运行同一命令：已导入的行不会重复。\n",
                      "; run the same command again: what was loaded is not "
                      "loaded twice.\n");
  }
  return code;
}

bool ImportRun::GoOn() {
  progress_.Update(state_);
  return !Interrupted();
}

int ImportRun::Run() {
  ListenForInterrupt();
  const absl::Status opened = Open();
  if (absl::IsCancelled(opened)) return End(opened);
  if (!opened.ok()) {
    std::cerr << options_.file << ": " << FailureText(opened, language_);
    return kExitUsage;
  }
  const Client client(options_.server);
  ImportSender sender(
      client, kind_, {import_id_, options_.month, options_.region},
      {.next = [this](ImportRow& row) { return rows_->Next(row); },
       .done =
           [this](const ImportRow& row,
                  const absl::StatusOr<pb::RowOutcome>& outcome) {
             Done(row, outcome);
           },
       .tick = [this] { return GoOn(); }});
  absl::Status ended = sender.Run();
  if (ended.ok() && kind_.region != nullptr && !options_.partial &&
      tally_.refused == 0) {
    ended = Complete(client);
  }
  return End(std::move(ended));
}

// The columns of a kind, for its help.
std::string ColumnsHelp(const ImportKind& kind) {
  Table table({Table::Align::kLeft, Table::Align::kLeft, Table::Align::kLeft});
  const auto* type = kind.row->GetDescriptor();
  for (const std::string& name : ColumnNames(kind)) {
    const bool required = std::find(kind.required.begin(), kind.required.end(),
                                    name) != kind.required.end();
    table.Add({name, required ? "required" : "",
               ExampleOfCell(*type->FindFieldByName(name))});
  }
  return Cat("Columns of a CSV, or fields of a line of JSON:\n",
             table.ToString(2),
             "Lists are parted by semicolons; docs/import.md tells more.");
}

void AddImportKind(CLI::App& import, const ImportKind& kind, Chosen& chosen) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* verb = import.add_subcommand(
      kind.name, Cat("Import ", kind.name, " from a file"));
  verb->add_option("file", options->file,
                   "A .csv or .jsonl file, or - for standard input")
      ->type_name("FILE|-")
      ->required();
  AddWordOption(*verb, "--format", options->format, {"csv", "jsonl"},
                "csv: with a header; jsonl: a message a line; else by the "
                "file's name");
  verb->add_option("--rejects", options->rejects,
                   "Where refused rows are written with the reason, to be "
                   "corrected and imported")
      ->type_name("FILE");
  if (kind.import_id != nullptr) {
    verb->add_option("--import-id", options->import_id,
                     kind.adds ? "Names this import: the same name again adds "
                                 "nothing, another one adds; else by the "
                                 "file's content"
                               : "Names this import; else by the file's "
                                 "content")
        ->type_name("ID");
  }
  if (kind.month != nullptr) {
    verb->add_option("--month", options->month, "The month of all rows")
        ->type_name("YYYY-MM")
        ->required();
  }
  if (kind.region != nullptr) {
    verb->add_option("--region", options->region,
                     "The pooling region of the roster")
        ->type_name("CODE")
        ->required();
    verb->add_flag("--partial", options->partial,
                   "More of this roster comes (under the same --import-id): "
                   "revoke nobody yet");
  }
  verb->add_flag("--quiet", options->quiet, "Show no progress");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->footer(ColumnsHelp(kind));
  verb->callback([options, &kind, &chosen] {
    chosen = [options, &kind] { return ImportRun(kind, *options).Run(); };
  });
}

}  // namespace

void AddImport(CLI::App& app, Chosen& chosen) {
  CLI::App* import = app.add_subcommand(
      "import",
      "Load a file of rows, CSV or JSON Lines; bad rows are reported");
  import->require_subcommand(1);
  for (const ImportKind& kind : ImportKinds())
    AddImportKind(*import, kind, chosen);
}

}  // namespace onestop::cli
