// PostgreSQL's binary formats: parameters out (scalars and one-dimensional
// arrays), columns in. Text formats cost a quarter of the throughput.
#ifndef ONESTOP_STORAGE_PG_VALUES_H_
#define ONESTOP_STORAGE_PG_VALUES_H_

#include <libpq-fe.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/settlement.h"
#include "domain/units.h"

namespace onestop::storage {

// One array parameter, built element by element.
class PgArray {
 public:
  enum class Type { kText, kBytes, kInt2, kInt4, kInt8, kUuid, kDate, kTime };

  explicit PgArray(Type type);
  void Add(std::string_view text_or_bytes);
  void Add(int64_t number);  // kInt2, kInt4, kInt8
  void Add(const domain::SettlementId& id);
  void Add(domain::Day day);
  void AddTime(int64_t unix_ms);
  void AddNull();
  size_t size() const { return count_; }
  // The whole parameter; valid until the next Add.
  const std::string& Bytes();

 private:
  Type type_;
  uint32_t count_ = 0;
  bool has_null_ = false;
  std::string bytes_;
};

// The parameters of one statement, in order. References stay valid.
class PgParameters {
 public:
  PgArray& Array(PgArray::Type type) {
    return arrays_.emplace_back(NewArray(type));
  }
  // Shorthands for whole arrays.
  void Texts(const std::vector<std::string>& texts);
  void Scalar(std::string_view text);
  void Scalar(int64_t number);  // int8
  void Scalar(const domain::SettlementId& id);
  // An open bound is '-infinity' or 'infinity'.
  void Scalar(domain::Day day);
  // The least number is '-infinity'.
  void ScalarTime(int64_t unix_ms);

  // As libpq takes them; valid until the next change.
  struct Wire {
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
  };
  Wire ToWire();

 private:
  struct Slot {
    bool is_array = false;
    size_t index = 0;
  };
  PgArray NewArray(PgArray::Type type) {
    slots_.push_back({true, arrays_.size()});
    return PgArray(type);
  }

  std::deque<PgArray> arrays_;
  std::deque<std::string> scalars_;
  std::vector<Slot> slots_;
};

// A result whose columns are binary. The accessors stop the process when a
// column is of another width than asked for: the statements are ours.
class PgRows {
 public:
  explicit PgRows(PGresult* result) : result_(result, &PQclear) {}

  int size() const { return PQntuples(result_.get()); }
  bool IsNull(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
  }
  std::string_view Bytes(int row, int column) const;
  std::string Text(int row, int column) const {
    return std::string(Bytes(row, column));
  }
  int64_t Int(int row, int column) const;  // int2, int4, int8
  domain::SettlementId Id(int row, int column) const;
  domain::Day Date(int row, int column) const;
  int64_t TimeMs(int row, int column) const;  // Unix milliseconds

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

// A field of an error report (PG_DIAG_…); empty where there is none.
std::string ErrorField(const PGresult* result, int field);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_VALUES_H_
