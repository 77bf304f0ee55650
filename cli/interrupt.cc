// A signal handler that takes a note and steps back.
#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace onestop::cli {
namespace {

std::atomic<bool> interrupted = false;

}  // namespace

void ListenForInterrupt() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

bool Interrupted() { return interrupted; }

}  // namespace onestop::cli
