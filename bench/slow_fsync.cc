// A library for LD_PRELOAD that makes every fsync and fdatasync of a program
// last longer, as on a disk that really waits.
//
// SLOW_FSYNC_FILE names a file of 8 bytes: by how many microseconds, in the
// machine's byte order. It is mapped, so that writing to it is in force at
// once, in every process that was started with it. Without it nothing changes.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

const int64_t* MapDelay() {
  const char* name = std::getenv("SLOW_FSYNC_FILE");
  if (name == nullptr) return nullptr;
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) std::abort();  // A disk that is not slow would be measured.
  void* mapped = mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) std::abort();
  return static_cast<const int64_t*>(mapped);
}

// Children inherit the mapping.
const int64_t* const delay_micros = MapDelay();

// Asleep, as who waits for a disk is; errno stays the caller's.
void Linger() {
  if (delay_micros == nullptr) return;
  const int64_t micros = __atomic_load_n(delay_micros, __ATOMIC_RELAXED);
  if (micros <= 0) return;
  const int kept = errno;
  // Else the kernel adds up to 50 µs of its own.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  timespec rest = {micros / kMicrosPerSecond, micros % kMicrosPerSecond * 1000};
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
  errno = kept;
}

}  // namespace

extern "C" int fsync(int file) {
  const auto result = static_cast<int>(syscall(SYS_fsync, file));
  Linger();
  return result;
}

extern "C" int fdatasync(int file) {
  const auto result = static_cast<int>(syscall(SYS_fdatasync, file));
  Linger();
  return result;
}
