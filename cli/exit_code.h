// The exit codes of the `onestop` command; `onestop --help` lists them.
#ifndef ONESTOP_CLI_EXIT_CODE_H_
#define ONESTOP_CLI_EXIT_CODE_H_

namespace onestop::cli {

enum ExitCode : int {
  kExitOk = 0,
  // The answer is no: a claim was refused, a quote is stale, a row was refused,
  // a check found a difference.
  kExitRefused = 1,
  // The command line or the input is wrong, as the command or the server finds
  // (MALFORMED_REQUEST: a month that is not over); nothing was done.
  kExitUsage = 2,
  // No answer: the server or the database cannot be reached, is overloaded, or
  // the deadline passed. Safe to repeat with the same request id.
  kExitUnavailable = 3,
  // Something is broken inside: the server answered INTERNAL, a file cannot be
  // written.
  kExitBroken = 4,
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_EXIT_CODE_H_
