// `onestop policy check`: whether a folder of policy files compiles, and what
// in it is assumed.
#include <iostream>
#include <memory>
#include <string>

#include "cli/verbs.h"

namespace onestop::cli {

void AddPolicy(CLI::App& app, Chosen& chosen) {
  (void)app;
  (void)chosen;
}

}  // namespace onestop::cli
