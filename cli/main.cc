// The `onestop` command.
#include <cstdio>
#include <iostream>

#include "cli/exit_code.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  const int code = onestop::cli::RunCommand(argc, argv);
  std::cout.flush();
  const bool written =
      std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written) return code;
  // The error number is of a write long past.
  std::cerr << "cannot write the output: it is not complete; is the disk "
               "full?\n";
  return onestop::cli::kExitBroken;
}
