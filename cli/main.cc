// The `onestop` command.
#include "cli/verbs.h"

int main(int argc, char** argv) { return onestop::cli::RunCommand(argc, argv); }
