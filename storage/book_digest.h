// Digests of rows of books, the same on both sides (docs/reconcile.md).
#ifndef ONESTOP_STORAGE_BOOK_DIGEST_H_
#define ONESTOP_STORAGE_BOOK_DIGEST_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "storage/books.h"

namespace onestop::storage {

// What a digest takes of a row: id, person, gross, fund, account.
inline constexpr size_t kBookLineBytes = 48;
using BookLine = std::array<uint8_t, kBookLineBytes>;
BookLine LineOf(const BookRow& row);

// SHA-256 of the lines, ascending; 32 bytes.
std::string DigestLines(const BookLine* lines, size_t count);
// SHA-256 of the day's buckets that have rows, ascending by number: each its
// number, one byte, and its digest.
std::string DigestBuckets(const std::map<int, std::string>& buckets);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_BOOK_DIGEST_H_
