// Keeps the counts of each thread, and replaces operator new.
#include "bench/hot_section.h"

#include <execinfo.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

namespace onestop::bench {
namespace {

constinit thread_local HotCounts* counting = nullptr;

}  // namespace

HotSection::HotSection(HotCounts* counts)
    : before_(std::exchange(counting, counts)) {}

HotSection::~HotSection() { counting = before_; }

void CountLock(const char* function) {
  if (counting == nullptr) return;
  HotCounts& counts = *counting;
  if (++counts.locks > 1) return;
  const HotPause pause;  // backtrace() allocates, and loads a library.
  counts.first_lock = function;
  backtrace(counts.first_lock_frames.data(),
            static_cast<int>(counts.first_lock_frames.size()));
}

void CountAllocation(size_t bytes) {
  if (counting == nullptr) return;
  ++counting->allocations;
  counting->allocated_bytes += static_cast<int64_t>(bytes);
}

std::string DescribeFirstLock(const HotCounts& counts) {
  if (counts.first_lock == nullptr) return "";
  std::string text = counts.first_lock;
  const auto& frames = counts.first_lock_frames;
  const std::unique_ptr<char*, decltype(&std::free)> names(
      backtrace_symbols(frames.data(), static_cast<int>(frames.size())),
      &std::free);
  for (size_t i = 0; i < frames.size() && frames[i] != nullptr; ++i) {
    text.append("\n  ").append(names.get()[i]);
  }
  return text;
}

}  // namespace onestop::bench

void* operator new(size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  onestop::bench::CountAllocation(bytes);
  return memory;
}

void* operator new(size_t bytes, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align);
  if (memory == nullptr) throw std::bad_alloc();
  onestop::bench::CountAllocation(bytes);
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}
