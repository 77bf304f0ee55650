// What the codecs of persons, ledger, settlements and reference data share:
// days, periods, enumerations, and parsing a record of a known form.
#ifndef ONESTOP_STORAGE_CODEC_COMMON_H_
#define ONESTOP_STORAGE_CODEC_COMMON_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domain/units.h"
#include "onestop/storage/v1/stored.pb.h"
#include "storage/codec.h"

namespace onestop::storage::codec {

namespace stored = ::onestop::storage::v1;

inline void EncodePeriod(const domain::Period& period, stored::Period& out) {
  if (period.from != domain::kOpenFrom) out.set_from(period.from.number);
  if (period.until != domain::kOpenUntil) out.set_until(period.until.number);
}

inline domain::Period DecodePeriod(const stored::Period& in) {
  domain::Period period;
  if (in.has_from()) period.from = domain::Day{in.from()};
  if (in.has_until()) period.until = domain::Day{in.until()};
  return period;
}

inline std::vector<std::string> Strings(
    const google::protobuf::RepeatedPtrField<std::string>& in) {
  return {in.begin(), in.end()};
}

template <typename Range>
void AddStrings(const Range& from,
                google::protobuf::RepeatedPtrField<std::string>* to) {
  for (const std::string& text : from) *to->Add() = text;
}

// The stored numbers of an enumeration are the domain's (asserted beside each
// use); a number that the domain does not know makes `broken` true.
template <typename DomainEnum, typename StoredEnum>
DomainEnum DecodeEnum(StoredEnum value, DomainEnum last, bool& broken) {
  const int number = static_cast<int>(value);
  if (number < 0 || number > static_cast<int>(last)) {
    broken = true;
    return DomainEnum{};
  }
  return static_cast<DomainEnum>(number);
}

template <typename StoredEnum, typename DomainEnum>
StoredEnum EncodeEnum(DomainEnum value) {
  return static_cast<StoredEnum>(static_cast<int>(value));
}

// Parses `bytes` as a record of the form that is written today.
template <typename Record>
absl::Status ParseRecord(std::string_view what, std::string_view bytes,
                         Record& record) {
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return StoredFormBroken(what, "its bytes are not a record");
  }
  if (record.form() != kStoredForm) {
    return StoredFormBroken(
        what, absl::StrCat("it is of form ", record.form(),
                           "; this version reads form ", kStoredForm));
  }
  return absl::OkStatus();
}

}  // namespace onestop::storage::codec

#endif  // ONESTOP_STORAGE_CODEC_COMMON_H_
