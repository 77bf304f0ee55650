// `onestop stream`: settles a file of claims over one stream.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/line_reader.h"
#include "cli/progress.h"
#include "cli/settle_sender.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct StreamOptions {
  std::string file;
  std::string result;
  bool quiet = false;
  ServerOptions server{.deadline_seconds = 60};
  OutputOptions output;
};

// How the settles of a file fared.
struct StreamTally {
  int64_t settled = 0;
  int64_t stale = 0;
  std::map<std::string, int64_t> refused;  // by reason

  int64_t Refused() const {
    int64_t sum = 0;
    for (const auto& [reason, count] : refused) sum += count;
    return sum;
  }
};

// One run of the verb.
class StreamRun {
 public:
  explicit StreamRun(const StreamOptions& options)
      : options_(options),
        language_(FirstLanguage(options.output)),
        progress_(
            options.quiet ? Progress::Mode::kQuiet : Progress::ModeOfStderr(),
            "settles") {}

  int Run();

 private:
  absl::Status Open();
  // The next line that holds a settle; what cannot be read is told as refused.
  absl::StatusOr<NextLine> Next(StreamRow& row);
  void Done(const StreamRow& row, const pb::SettleStreamResult& result);
  void Refused(int64_t line, const std::string& request_id,
               const google::rpc::Status& error);
  void Write(int64_t line, const std::string& request_id,
             std::string_view outcome, const google::protobuf::Message& what);
  int End(const absl::Status& ended);
  std::string Summary() const;
  std::string SummaryJson() const;

  const StreamOptions& options_;
  const Language language_;
  std::unique_ptr<LineReader> lines_;
  std::ofstream results_;
  Progress progress_;
  ProgressState state_;
  int64_t read_bytes_ = 0;
  StreamTally tally_;
};

absl::Status StreamRun::Open() {
  ONESTOP_ASSIGN_OR_RETURN(lines_, LineReader::Open(options_.file));
  state_.total_bytes = lines_->file_bytes();
  if (options_.result.empty()) return absl::OkStatus();
  std::error_code none;
  if (std::filesystem::equivalent(options_.file, options_.result, none)) {
    return absl::InvalidArgumentError(
        "--result names the file that is settled; name another one");
  }
  results_.open(options_.result, std::ios::binary | std::ios::trunc);
  if (results_.is_open()) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("cannot write ", options_.result));
}

absl::StatusOr<NextLine> StreamRun::Next(StreamRow& row) {
  Line line;
  // However many lines hold no settle, the run can be interrupted.
  while (!Interrupted()) {
    ONESTOP_ASSIGN_OR_RETURN(const NextLine next, lines_->TryNext(line));
    if (next != NextLine::kLine) return next;
    row.bytes = line.end - std::exchange(read_bytes_, line.end);
    if (line.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      state_.bytes += row.bytes;
      continue;
    }
    row.line = line.number;
    row.settle.Clear();
    const absl::Status read =
        line.too_long ? absl::InvalidArgumentError("the line is too long")
                      : FromJson(Cat(options_.file, ":", line.number),
                                 line.text, row.settle);
    if (read.ok()) return NextLine::kLine;
    state_.bytes += row.bytes;
    Refused(line.number, "",
            wire::ToRpcStatus(
                MalformedRequest({{"", std::string(read.message())}})));
  }
  return NextLine::kNotYet;
}

void StreamRun::Done(const StreamRow& row,
                     const pb::SettleStreamResult& result) {
  const std::string& request_id = row.settle.request_id();
  state_.bytes += row.bytes;
  if (result.has_error()) {
    return Refused(row.line, request_id, result.error());
  }
  const bool stale =
      result.settle().outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE;
  ++(stale ? tally_.stale : tally_.settled);
  ++state_.rows;
  Write(row.line, request_id, "settle", result.settle());
}

void StreamRun::Refused(int64_t line, const std::string& request_id,
                        const google::rpc::Status& error) {
  const absl::Status status = wire::FromRpcStatus(error);
  const std::string reason = ErrorReason(status);
  ++tally_.refused[reason];
  ++state_.rows;
  ++state_.refused;
  progress_.Clear();
  std::cerr << options_.file << ":" << line << ": "
            << FailureText(status, language_);
  Write(line, request_id, "error", error);
}

void StreamRun::Write(int64_t line, const std::string& request_id,
                      std::string_view outcome,
                      const google::protobuf::Message& what) {
  if (!results_.is_open()) return;
  std::string json = ToJsonLine(what);
  json.pop_back();  // the newline
  results_ << JsonObject()
                  .Add("line", line)
                  .Add("request_id", request_id)
                  .AddJson(outcome, json)
                  .ToString()
           << "\n";
}

std::string StreamRun::SummaryJson() const {
  JsonObject reasons;
  for (const auto& [reason, count] : tally_.refused) reasons.Add(reason, count);
  return JsonObject()
             .Add("rows", state_.rows)
             .Add("settled", tally_.settled)
             .Add("stale", tally_.stale)
             .Add("refused", tally_.Refused())
             .AddJson("reasons", reasons.ToString())
             .ToString() +
         "\n";
}

std::string StreamRun::Summary() const {
  std::string reasons;
  for (const auto& [reason, count] : tally_.refused) {
    Append(&reasons, reasons.empty() ? " (" : ", ", reason, " ", count);
  }
  if (!reasons.empty()) reasons += ")";
  return Fill(Pick(language_, "$0 笔：已结算 $1，试算已变 $2，被拒绝 $3$4\n",
                   "$0 settles: $1 settled, $2 stale, $3 refused$4\n"),
              state_.rows, tally_.settled, tally_.stale, tally_.Refused(),
              reasons);
}

int StreamRun::End(const absl::Status& ended) {
  progress_.Finish(state_);
  std::cout << (options_.output.json() ? SummaryJson() : Summary())
            << std::flush;
  results_.flush();
  if (results_.is_open() && !results_.good()) {
    std::cerr << Cat("cannot write ", options_.result, "\n");
    return kExitBroken;
  }
  if (!ended.ok()) {
    std::cerr << FailureText(ended, language_)
              << Pick(language_,
                      "未处理完；可再次运行同一文件，不会重复结算。\n",
                      "Not all was done; run the same file again, nothing is "
                      "settled twice.\n");
    return ExitCodeOf(ended);
  }
  return tally_.stale > 0 || tally_.Refused() > 0 ? kExitRefused : kExitOk;
}

int StreamRun::Run() {
  ListenForInterrupt();
  const absl::Status opened = Open();
  if (!opened.ok()) return Fail(opened, options_.output);
  Client client(options_.server);
  SettleSender sender(
      client,
      {.next = [this](StreamRow& row) { return Next(row); },
       .done = [this](
                   const StreamRow& row,
                   const pb::SettleStreamResult& result) { Done(row, result); },
       .tick =
           [this] {
             progress_.Update(state_);
             return !Interrupted();
           }});
  return End(sender.Run());
}

}  // namespace

void AddStream(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<StreamOptions>();
  CLI::App* verb = app.add_subcommand("stream",
                                      "Settle a file of claims over one "
                                      "stream, those of a person in the file's "
                                      "order; may be run again at any time");
  verb->add_option("file", options->file,
                   "JSON Lines: a SettleRequest (request_id, claim) a line; - "
                   "is standard input")
      ->type_name("FILE|-")
      ->required();
  verb->add_option("--result", options->result,
                   "Where each answer is written, JSON Lines with the line's "
                   "number, in the order of the answers")
      ->type_name("FILE");
  verb->add_flag("--quiet", options->quiet, "Show no progress");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return StreamRun(*options).Run(); };
  });
}

}  // namespace onestop::cli
