// A database of a test's own on the server that ONESTOP_TEST_DATABASE_URL
// names: created with all migrations deployed, dropped at the end.
#ifndef ONESTOP_TESTS_STORAGE_TEST_DATABASE_H_
#define ONESTOP_TESTS_STORAGE_TEST_DATABASE_H_

#include <memory>
#include <string>

namespace onestop::storage {

class TestDatabase {
 public:
  // The process's database, created when first asked for; nullptr when the
  // variable is not set. Stops the process when it cannot be made.
  static TestDatabase* Get();
  // Why a test that needs it is skipped.
  static constexpr char kWhySkipped[] =
      "ONESTOP_TEST_DATABASE_URL names no PostgreSQL server; ./dev test sets "
      "it";

  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // As PgOptions::url takes it.
  const std::string& conninfo() const { return conninfo_; }
  // The server's address by the parts of a conninfo: "host", "port".
  std::string Setting(const std::string& keyword) const;
  // Runs one or more commands; stops the process when one fails.
  void Execute(const std::string& sql);
  // The first column of the first row, as text; empty when there is none.
  std::string QueryOne(const std::string& sql);
  // Removes every row that a test may have written.
  void Clear();

 private:
  explicit TestDatabase(std::string server_url);

  const std::string server_url_;
  std::string name_;
  std::string conninfo_;
};

// `conninfo` with one setting replaced.
std::string WithSetting(const std::string& conninfo, const std::string& keyword,
                        const std::string& value);

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_TEST_DATABASE_H_
