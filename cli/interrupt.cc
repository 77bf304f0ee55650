// A signal handler that takes a note and steps back.
#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace onestop::cli {
namespace {

std::atomic<bool> interrupted = false;

void SetHandler(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  for (const int signal : {SIGINT, SIGTERM}) {
    sigaction(signal, &action, nullptr);
  }
}

void TakeNote(int) {
  interrupted = true;
  SetHandler(SIG_DFL);
}

}  // namespace

void ListenForInterrupt() { SetHandler(TakeNote); }

bool Interrupted() { return interrupted; }

}  // namespace onestop::cli
