// Lays rows out in bytes and digests them.
#include "storage/book_digest.h"

#include <cstring>
#include <string_view>

#include "storage/sha256.h"

namespace onestop::storage {
namespace {

constexpr size_t kIdBytes = 16;
constexpr size_t kNumberBytes = 8;

// Most significant byte first, negative as two's complement.
void PutNumber(int64_t number, uint8_t* out) {
  for (size_t i = 0; i < kNumberBytes; ++i) {
    out[i] = static_cast<uint8_t>(static_cast<uint64_t>(number) >>
                                  (8 * (kNumberBytes - 1 - i)));
  }
}

std::string Text(const std::array<uint8_t, 32>& digest) {
  return {digest.begin(), digest.end()};
}

}  // namespace

BookLine LineOf(const BookRow& row) {
  BookLine line;
  uint8_t* out = line.data();
  std::memcpy(out, row.id.bytes.data(), kIdBytes);
  out += kIdBytes;
  const auto person = Sha256(row.person_id);
  std::memcpy(out, person.data(), kNumberBytes);
  for (const int64_t amount : {row.gross, row.fund_pay, row.account}) {
    PutNumber(amount, out += kNumberBytes);
  }
  return line;
}

std::string DigestLines(const BookLine* lines, size_t count) {
  static_assert(sizeof(BookLine) == kBookLineBytes);
  return Text(
      Sha256({reinterpret_cast<const char*>(lines), count * kBookLineBytes}));
}

std::string DigestBuckets(const std::map<int, std::string>& buckets) {
  std::string text;
  for (const auto& [bucket, digest] : buckets) {
    text.push_back(static_cast<char>(bucket));
    text += digest;
  }
  return Text(Sha256(text));
}

}  // namespace onestop::storage
