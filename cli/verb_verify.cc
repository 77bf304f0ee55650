// `onestop verify`: whether the database still says what was settled.
#include "cli/verbs.h"

namespace onestop::cli {

void AddVerify(CLI::App& app, Chosen& chosen) {
  (void)app;
  (void)chosen;
}

}  // namespace onestop::cli
