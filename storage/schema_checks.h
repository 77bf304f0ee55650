// What the newest schema must hold: the verify scripts of the migrations.
#ifndef ONESTOP_STORAGE_SCHEMA_CHECKS_H_
#define ONESTOP_STORAGE_SCHEMA_CHECKS_H_

#include <string>
#include <vector>

namespace onestop::storage {

struct SchemaCheck {
  std::string file;  // the change's name and ".sql"
  std::string sql;   // plain SQL; fails where the change was not deployed
};

// migrations/verify/ as it was at build time, in the order of sqitch.plan.
std::vector<SchemaCheck> SchemaChecks();

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_SCHEMA_CHECKS_H_
