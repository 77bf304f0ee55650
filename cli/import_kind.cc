// Finds the import methods and their messages by name.
#include "cli/import_kind.h"

#include <utility>

#include "base/check.h"
#include "cli/text.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::cli {
namespace {

namespace gp = ::google::protobuf;

const gp::Message* Prototype(const gp::Descriptor* type) {
  return gp::MessageFactory::generated_factory()->GetPrototype(type);
}

ImportKind Make(const std::string& name, const std::string& method_name,
                std::vector<std::string> required,
                const std::string& rows_field = "") {
  const gp::ServiceDescriptor* service =
      ::onestop::v1::ImportPersonsRequest::descriptor()
          ->file()
          ->FindServiceByName("RegistryService");
  const gp::MethodDescriptor* method = service->FindMethodByName(method_name);
  ONESTOP_CHECK(method != nullptr);
  ImportKind kind;
  kind.name = name;
  kind.method = Cat("/", service->full_name(), "/", method_name);
  kind.required = std::move(required);
  kind.request = Prototype(method->input_type());
  kind.response = Prototype(method->output_type());
  const gp::Descriptor& request = *method->input_type();
  kind.rows = request.FindFieldByName(rows_field.empty() ? name : rows_field);
  ONESTOP_CHECK(kind.rows != nullptr);
  kind.row = Prototype(kind.rows->message_type());
  kind.import_id = request.FindFieldByName("import_id");
  kind.adds = kind.import_id != nullptr;
  if (!kind.adds) kind.import_id = request.FindFieldByName("request_id");
  kind.month = request.FindFieldByName("month");
  kind.region = request.FindFieldByName("pooling_region");
  return kind;
}

}  // namespace

const std::vector<ImportKind>& ImportKinds() {
  static const auto* const kinds = new std::vector<ImportKind>{
      Make("institutions", "ImportInstitutions",
           {"institution_id", "institution_kind"}),
      Make("items", "ImportItems", {"item_code", "item_class"}),
      Make("designations", "ImportDesignations",
           {"hospital_id", "pharmacy_id"}),
      Make("persons", "ImportPersons",
           {"person_id", "birth_date", "pooling_region", "insurance_type",
            "person_category"}),
      Make("registrations", "ImportRegistrations",
           {"registration_id", "person_id", "registration_kind",
            "registered_on"}),
      Make("accounts", "ImportAccounts", {"person_id", "balance_fen"}),
      Make("counters", "ImportCounters",
           {"person_id", "year", "counter", "amount_fen"}),
      Make("credits", "CreditAccounts", {"person_id"}),
      Make("roster", "SyncRoster", {"person_id", "disease"}, "entries"),
  };
  return *kinds;
}

const ImportKind& ImportKindOf(std::string_view name) {
  const ImportKind* found = nullptr;
  for (const ImportKind& kind : ImportKinds()) {
    if (kind.name == name) found = &kind;
  }
  ONESTOP_CHECK(found != nullptr);
  return *found;
}

}  // namespace onestop::cli
