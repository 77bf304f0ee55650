// OpenSSL's SHA-256, looked up once and with a context a thread.
#include "storage/sha256.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"

namespace onestop::storage {
namespace {

// SHA256() looks it up under locks each time.
const EVP_MD* Algorithm() {
  static const EVP_MD* const kFetched =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kFetched;
}

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::array<uint8_t, 32> Sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(
      EVP_MD_CTX_new());
  std::array<uint8_t, 32> digest;
  ONESTOP_CHECK(EVP_DigestInit_ex(context.get(), Algorithm(), nullptr) == 1 &&
                EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) ==
                    1 &&
                EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace onestop::storage
