// A registry row's bytes through the border and back: what is accepted is
// written so that it is read the same again.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "tests/fuzz/quiet.h"
#include "tests/support/policies.h"
#include "wire/register.h"
#include "wire/registry.h"

namespace onestop {
namespace {

// Reads the bytes as `Message`; what is accepted must survive the way back.
template <typename Message, typename Read, typename Write>
void RoundTrip(const uint8_t* data, size_t size, const Read& read,
               const Write& write) {
  Message message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) return;
  const auto first = read(message);
  if (!first.ok()) return;
  const auto second = read(write(*first));
  ONESTOP_CHECK(second.ok());
  ONESTOP_CHECK(write(*second).SerializeAsString() ==
                write(*first).SerializeAsString());
}

}  // namespace
}  // namespace onestop

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace wire = onestop::wire;
  namespace pb = onestop::v1;
  if (size == 0) return 0;
  const uint8_t which = data[0];
  ++data;
  --size;
  switch (which % 5) {
    case 0:
      onestop::RoundTrip<pb::Person>(
          data, size,
          [](const pb::Person& row) {
            return wire::PersonFromProto(row,
                                         onestop::testing::ShippedPolicy());
          },
          wire::PersonToProto);
      break;
    case 1:
      onestop::RoundTrip<pb::Institution>(
          data, size,
          [](const pb::Institution& row) {
            return wire::InstitutionFromProto(row);
          },
          wire::InstitutionToProto);
      break;
    case 2:
      onestop::RoundTrip<pb::Item>(
          data, size,
          [](const pb::Item& row) { return wire::ItemFromProto(row); },
          wire::ItemToProto);
      break;
    case 3:
      onestop::RoundTrip<pb::Designation>(
          data, size,
          [](const pb::Designation& row) {
            return wire::DesignationFromProto(row);
          },
          wire::DesignationToProto);
      break;
    default:
      onestop::RoundTrip<pb::Registration>(
          data, size,
          [](const pb::Registration& row) {
            return wire::RegistrationFromProto(row);
          },
          [](const wire::RegistrationOf& of) {
            return wire::RegistrationToProto(of.person_id, of.registration);
          });
  }
  return 0;
}
