// Verification with the replies and the compiler of the border.
#ifndef ONESTOP_CLI_VERIFY_WIRE_H_
#define ONESTOP_CLI_VERIFY_WIRE_H_

#include "cli/verify.h"

namespace onestop::cli {

// The options of VerifyDatabase with wire/'s replies and compiler.
VerifyOptions WireVerifyOptions();

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_VERIFY_WIRE_H_
