// Listens, announces the port, and waits for a signal.
#include "bench/contender.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

namespace onestop::bench {

int ServeContender(
    grpc::Service& service, const std::string& ready_file,
    const std::function<void(grpc::Server&, server::CallThread&)>&
        await_calls) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  std::optional<server::CallThread> thread;
  if (await_calls) thread.emplace(builder.AddCompletionQueue());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::cerr << "bench_contender: cannot serve on 127.0.0.1\n";
    return 1;
  }
  if (thread) {
    await_calls(*server, *thread);
    thread->Start();
  }
  // Whole when it appears.
  const std::string unfinished = ready_file + ".new";
  std::ofstream file(unfinished);
  file << "{\"port\": " << port << "}\n";
  file.close();
  if (!file.good() ||
      std::rename(unfinished.c_str(), ready_file.c_str()) != 0) {
    std::cerr << "bench_contender: cannot write " << ready_file << "\n";
    return 1;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  if (thread) thread->Shutdown();
  return 0;
}

}  // namespace onestop::bench
