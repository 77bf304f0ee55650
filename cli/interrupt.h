// Ctrl-C during a long run.
#ifndef ONESTOP_CLI_INTERRUPT_H_
#define ONESTOP_CLI_INTERRUPT_H_

namespace onestop::cli {

// From now on the first Ctrl-C (or SIGTERM) is told by Interrupted, so that the
// run can end in order; a second one ends the process at once.
void ListenForInterrupt();
bool Interrupted();

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_INTERRUPT_H_
