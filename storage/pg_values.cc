// Packs and unpacks big-endian values as PostgreSQL sends and receives them.
#include "storage/pg_values.h"

#include <array>
#include <cstring>
#include <limits>

#include "base/check.h"

namespace onestop::storage {
namespace {

constexpr size_t kArrayHeader = 20;
constexpr int32_t kPgEpochDay = 10'957;  // 2000-01-01
constexpr int64_t kPgEpochMs = int64_t{kPgEpochDay} * 86'400'000;

template <typename Integer>
void Pack(std::string& out, Integer value) {
  std::array<char, sizeof(value)> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (bytes.size() - 1 - i)));
  }
  out.append(bytes.data(), bytes.size());
}

void PackAt(std::string& out, size_t offset, uint32_t value) {
  for (int i = 0; i < 4; ++i) {
    out[offset + static_cast<size_t>(i)] =
        static_cast<char>(value >> (24 - 8 * i));
  }
}

uint64_t Unpack(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<uint8_t>(byte);
  }
  return value;
}

// The type's number in pg_type, the same in every database.
uint32_t ElementOid(PgArray::Type type) {
  switch (type) {
    case PgArray::Type::kText:
      return 25;
    case PgArray::Type::kBytes:
      return 17;
    case PgArray::Type::kInt2:
      return 21;
    case PgArray::Type::kInt4:
      return 23;
    case PgArray::Type::kInt8:
      return 20;
    case PgArray::Type::kUuid:
      return 2950;
    case PgArray::Type::kDate:
      return 1082;
    case PgArray::Type::kTime:
      return 1184;
  }
  return 0;
}

}  // namespace

PgArray::PgArray(Type type) : type_(type), bytes_(kArrayHeader, '\0') {}

void PgArray::Add(std::string_view text_or_bytes) {
  ONESTOP_CHECK(type_ == Type::kText || type_ == Type::kBytes);
  Pack(bytes_, static_cast<uint32_t>(text_or_bytes.size()));
  bytes_.append(text_or_bytes);
  ++count_;
}

void PgArray::Add(int64_t number) {
  if (type_ == Type::kInt8) {
    Pack(bytes_, uint32_t{8});
    Pack(bytes_, number);
  } else if (type_ == Type::kInt4) {
    Pack(bytes_, uint32_t{4});
    Pack(bytes_, static_cast<int32_t>(number));
  } else {
    ONESTOP_CHECK(type_ == Type::kInt2);
    Pack(bytes_, uint32_t{2});
    Pack(bytes_, static_cast<int16_t>(number));
  }
  ++count_;
}

void PgArray::Add(const domain::SettlementId& id) {
  ONESTOP_CHECK(type_ == Type::kUuid);
  Pack(bytes_, uint32_t{16});
  bytes_.append(reinterpret_cast<const char*>(id.bytes.data()), 16);
  ++count_;
}

void PgArray::Add(domain::Day day) {
  ONESTOP_CHECK(type_ == Type::kDate);
  Pack(bytes_, uint32_t{4});
  Pack(bytes_, day.number - kPgEpochDay);
  ++count_;
}

void PgArray::AddTime(int64_t unix_ms) {
  ONESTOP_CHECK(type_ == Type::kTime);
  Pack(bytes_, uint32_t{8});
  Pack(bytes_, (unix_ms - kPgEpochMs) * 1000);
  ++count_;
}

void PgArray::AddNull() {
  has_null_ = true;
  Pack(bytes_, ~uint32_t{0});
  ++count_;
}

const std::string& PgArray::Bytes() {
  if (count_ == 0) bytes_.resize(12);  // no dimension
  PackAt(bytes_, 0, count_ == 0 ? 0 : 1);
  PackAt(bytes_, 4, has_null_ ? 1 : 0);
  PackAt(bytes_, 8, ElementOid(type_));
  if (count_ > 0) {
    PackAt(bytes_, 12, count_);
    PackAt(bytes_, 16, 1);  // lower bound
  }
  return bytes_;
}

void PgParameters::Texts(const std::vector<std::string>& texts) {
  PgArray& array = Array(PgArray::Type::kText);
  for (const std::string& text : texts) array.Add(text);
}

void PgParameters::Scalar(std::string_view text) {
  slots_.push_back({false, scalars_.size()});
  scalars_.emplace_back(text);
}

void PgParameters::Scalar(int64_t number) {
  std::string bytes;
  Pack(bytes, number);
  Scalar(bytes);
}

void PgParameters::Scalar(const domain::SettlementId& id) {
  Scalar(std::string_view(reinterpret_cast<const char*>(id.bytes.data()),
                          id.bytes.size()));
}

void PgParameters::Scalar(domain::Day day) {
  const bool open = day == domain::kOpenFrom || day == domain::kOpenUntil;
  std::string bytes;
  Pack(bytes, open ? day.number : day.number - kPgEpochDay);
  Scalar(bytes);
}

void PgParameters::ScalarTime(int64_t unix_ms) {
  constexpr int64_t kOpen = std::numeric_limits<int64_t>::min();
  std::string bytes;
  Pack(bytes, unix_ms == kOpen ? kOpen : (unix_ms - kPgEpochMs) * 1000);
  Scalar(bytes);
}

PgParameters::Wire PgParameters::ToWire() {
  Wire wire;
  for (const Slot& slot : slots_) {
    const std::string& bytes =
        slot.is_array ? arrays_[slot.index].Bytes() : scalars_[slot.index];
    wire.values.push_back(bytes.data());
    wire.lengths.push_back(static_cast<int>(bytes.size()));
    wire.formats.push_back(1);
  }
  return wire;
}

std::string_view PgRows::Bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

int64_t PgRows::Int(int row, int column) const {
  const std::string_view bytes = Bytes(row, column);
  const uint64_t value = Unpack(bytes);
  switch (bytes.size()) {
    case 2:
      return static_cast<int16_t>(value);
    case 4:
      return static_cast<int32_t>(value);
    default:
      ONESTOP_CHECK(bytes.size() == 8);
      return static_cast<int64_t>(value);
  }
}

domain::SettlementId PgRows::Id(int row, int column) const {
  const std::string_view bytes = Bytes(row, column);
  domain::SettlementId id;
  ONESTOP_CHECK(bytes.size() == id.bytes.size());
  std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
  return id;
}

domain::Day PgRows::Date(int row, int column) const {
  return domain::Day{static_cast<int32_t>(Int(row, column)) + kPgEpochDay};
}

int64_t PgRows::TimeMs(int row, int column) const {
  return Int(row, column) / 1000 + kPgEpochMs;
}

std::string ErrorField(const PGresult* result, int field) {
  const char* value = PQresultErrorField(result, field);
  return value == nullptr ? "" : value;
}

}  // namespace onestop::storage
