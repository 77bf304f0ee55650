// Items, institutions and designations to bytes and back.
#include <utility>

#include "base/status_macros.h"
#include "storage/codec_common.h"

namespace onestop::storage {
namespace {

using namespace codec;  // NOLINT: the helpers of this border
using domain::Day;

static_assert(static_cast<int>(domain::ItemClass::kOwnExpense) ==
              stored::ITEM_CLASS_OWN_EXPENSE);
static_assert(static_cast<int>(domain::AfterAgreement::kDelisted) ==
              stored::AFTER_AGREEMENT_DELISTED);
static_assert(static_cast<int>(domain::InstitutionKind::kPharmacy) ==
              stored::INSTITUTION_KIND_PHARMACY);

using StoredPrices =
    google::protobuf::RepeatedPtrField<onestop::storage::v1::DatedPrice>;

void EncodePrices(const std::vector<domain::DatedPrice>& prices,
                  StoredPrices* out) {
  for (const domain::DatedPrice& price : prices) {
    stored::DatedPrice& added = *out->Add();
    if (price.from != domain::kOpenFrom) added.set_from(price.from.number);
    added.set_price_micro_yuan(price.price.micro_yuan);
  }
}

std::vector<domain::DatedPrice> DecodePrices(const StoredPrices& in) {
  std::vector<domain::DatedPrice> prices;
  for (const stored::DatedPrice& price : in) {
    prices.push_back({price.has_from() ? Day{price.from()} : domain::kOpenFrom,
                      domain::UnitPrice{price.price_micro_yuan()}});
  }
  return prices;
}

}  // namespace

std::string EncodeItem(const domain::Item& item) {
  stored::ItemRecord record;
  record.set_form(kStoredForm);
  record.set_name(item.name);
  record.set_form_of_drug(item.form);
  record.set_item_class(EncodeEnum<stored::ItemClass>(item.item_class));
  record.set_centrally_procured(item.centrally_procured);
  EncodePrices(item.standards, record.mutable_standards());
  EncodePrices(item.listing, record.mutable_listing());
  if (item.negotiated) {
    stored::Agreement& agreement = *record.mutable_negotiated();
    EncodePeriod(item.negotiated->period, *agreement.mutable_period());
    agreement.set_after(
        EncodeEnum<stored::AfterAgreement>(item.negotiated->after));
  }
  AddStrings(item.indications, record.mutable_indications());
  AddStrings(item.chronic, record.mutable_chronic());
  AddStrings(item.two_disease, record.mutable_two_disease());
  for (const domain::ListEntry& entry : item.lists) {
    stored::ListEntry& added = *record.add_lists();
    added.set_list(entry.list);
    added.set_annual_limit(entry.annual_limit.fen);
  }
  record.set_restriction(item.restriction);
  return record.SerializeAsString();
}

absl::StatusOr<domain::Item> DecodeItem(std::string item_code,
                                        std::string_view bytes) {
  stored::ItemRecord record;
  ONESTOP_RETURN_IF_ERROR(ParseRecord("item", bytes, record));
  bool broken = false;
  domain::Item item;
  item.item_code = std::move(item_code);
  item.name = record.name();
  item.form = record.form_of_drug();
  item.item_class =
      DecodeEnum(record.item_class(), domain::ItemClass::kOwnExpense, broken);
  item.centrally_procured = record.centrally_procured();
  item.standards = DecodePrices(record.standards());
  item.listing = DecodePrices(record.listing());
  if (record.has_negotiated()) {
    item.negotiated = domain::Agreement{
        DecodePeriod(record.negotiated().period()),
        DecodeEnum(record.negotiated().after(),
                   domain::AfterAgreement::kDelisted, broken)};
  }
  item.indications = Strings(record.indications());
  item.chronic = Strings(record.chronic());
  item.two_disease = Strings(record.two_disease());
  for (const stored::ListEntry& entry : record.lists()) {
    item.lists.push_back({entry.list(), domain::Money{entry.annual_limit()}});
  }
  item.restriction = record.restriction();
  if (broken) return StoredFormBroken("item", "it holds an unknown value");
  return item;
}

std::string EncodeInstitution(const domain::Institution& institution) {
  stored::InstitutionRecord record;
  record.set_form(kStoredForm);
  record.set_name(institution.name);
  record.set_kind(EncodeEnum<stored::InstitutionKind>(institution.kind));
  record.set_level(institution.level);
  record.set_region(institution.region);
  EncodePeriod(institution.contract, *record.mutable_contract());
  record.set_dual_channel(institution.dual_channel);
  record.set_instant_settlement(institution.instant_settlement);
  record.set_outpatient_pooling(institution.outpatient_pooling);
  record.set_certifies_chronic_disease(institution.certifies_chronic_disease);
  return record.SerializeAsString();
}

absl::StatusOr<domain::Institution> DecodeInstitution(
    std::string institution_id, std::string_view bytes) {
  stored::InstitutionRecord record;
  ONESTOP_RETURN_IF_ERROR(ParseRecord("institution", bytes, record));
  bool broken = false;
  domain::Institution institution;
  institution.institution_id = std::move(institution_id);
  institution.name = record.name();
  institution.kind =
      DecodeEnum(record.kind(), domain::InstitutionKind::kPharmacy, broken);
  institution.level = record.level();
  institution.region = record.region();
  institution.contract = DecodePeriod(record.contract());
  institution.dual_channel = record.dual_channel();
  institution.instant_settlement = record.instant_settlement();
  institution.outpatient_pooling = record.outpatient_pooling();
  institution.certifies_chronic_disease = record.certifies_chronic_disease();
  if (broken) {
    return StoredFormBroken("institution", "it holds an unknown value");
  }
  return institution;
}

std::string EncodePeriods(absl::Span<const domain::Period> periods) {
  stored::DesignationRecord record;
  record.set_form(kStoredForm);
  for (const domain::Period& period : periods) {
    EncodePeriod(period, *record.add_periods());
  }
  return record.SerializeAsString();
}

absl::StatusOr<std::vector<domain::Period>> DecodePeriods(
    std::string_view bytes) {
  stored::DesignationRecord record;
  ONESTOP_RETURN_IF_ERROR(ParseRecord("designation", bytes, record));
  std::vector<domain::Period> periods;
  for (const stored::Period& period : record.periods()) {
    periods.push_back(DecodePeriod(period));
  }
  if (periods.empty()) {
    return StoredFormBroken("designation", "it holds no period");
  }
  return periods;
}

}  // namespace onestop::storage
