// The one digest that ids, revisions and books are made of: SHA-256.
#ifndef ONESTOP_STORAGE_SHA256_H_
#define ONESTOP_STORAGE_SHA256_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace onestop::storage {

// Thread-safe.
std::array<uint8_t, 32> Sha256(std::string_view bytes);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_SHA256_H_
