// Converts PolicyFile to the domain's draft, line by line.
#include "wire/policy_draft.h"

#include <optional>
#include <utility>
#include <vector>

#include "wire/enums.h"

namespace onestop::wire {
namespace {

namespace pb = ::onestop::v1;
using domain::Place;
using Tree = google::protobuf::TextFormat::ParseInfoTree;

// A message of the file with the tree that knows its lines, and its own line.
template <typename Message>
struct Node {
  const Message& message;
  Tree* tree;  // nullptr: lines unknown
  Place place;
};

// The child `number` of `node`; `index` is -1 for a singular field.
template <typename Child, typename Message>
Node<Child> ChildOf(const Node<Message>& node, int number, int index,
                    const Child& child) {
  Node<Child> result{child, nullptr, node.place};
  if (node.tree == nullptr) return result;
  const auto* field = Message::descriptor()->FindFieldByNumber(number);
  const auto location = node.tree->GetLocation(field, index);
  if (location.line >= 0) result.place.line = location.line + 1;
  result.tree = node.tree->GetTreeForNested(field, index);
  return result;
}

// Converts each message of a repeated field.
template <typename Message, typename Repeated, typename Convert>
auto ConvertAll(const Node<Message>& node, int number, const Repeated& repeated,
                Convert convert) {
  using Child = typename Repeated::value_type;
  std::vector<decltype(convert(std::declval<const Node<Child>&>()))> all;
  for (int i = 0; i < repeated.size(); ++i) {
    all.push_back(convert(ChildOf(node, number, i, repeated.Get(i))));
  }
  return all;
}

template <typename Enum, typename Wire>
std::optional<Enum> Known(Wire value, Wire first, Wire last) {
  if (value < first || value > last) return std::nullopt;
  return static_cast<Enum>(value - first);
}

domain::Insurance ToInsurance(int value) {
  return FromProto(static_cast<pb::InsuranceType>(value))
      .value_or(domain::Insurance::kUnspecified);
}

std::optional<domain::Serves> ToServes(pb::PolicyServes value) {
  static_assert(static_cast<int>(domain::Serves::kOverflowOnly) ==
                pb::POLICY_SERVES_OVERFLOW_ONLY - pb::POLICY_SERVES_CHRONIC);
  return Known<domain::Serves>(value, pb::POLICY_SERVES_CHRONIC,
                               pb::POLICY_SERVES_OVERFLOW_ONLY);
}

domain::PreselfKind ToPreselfKind(pb::PolicyPreselfKind value) {
  return Known<domain::PreselfKind>(value, pb::POLICY_PRESELF_KIND_UNSPECIFIED,
                                    pb::POLICY_PRESELF_KIND_NEGOTIATED)
      .value_or(domain::PreselfKind::kUnspecified);
}

std::vector<domain::Insurance> ToInsurances(
    const google::protobuf::RepeatedField<int>& values) {
  std::vector<domain::Insurance> all;
  for (int value : values) all.push_back(ToInsurance(value));
  return all;
}

domain::Name2 ToName(const pb::PolicyName& name) {
  return {name.zh(), name.en()};
}

template <typename Message>
domain::DraftSource ToSource(const Node<Message>& parent, int number,
                             const pb::PolicySource& source) {
  const auto node = ChildOf(parent, number, -1, source);
  return {source.cited(), source.assumed(), node.place};
}

// Everything that a dated row has.
template <typename Message>
void FillRow(const Node<Message>& node, domain::DraftRow* row) {
  row->place = node.place;
  row->from = node.message.from();
  row->until = node.message.until();
  row->source =
      ToSource(node, Message::kSourceFieldNumber, node.message.source());
}

template <typename Message>
domain::DraftRow ToRow(const Node<Message>& node) {
  domain::DraftRow row;
  FillRow(node, &row);
  return row;
}

void FillAsked(const pb::PolicyCondition& message,
               domain::DraftCondition* row) {
  using Kind = domain::ConditionKind;
  const auto flag = [row](Kind kind, bool asked) {
    row->kind = kind;
    row->asked = asked;
  };
  switch (message.asks_case()) {
    case pb::PolicyCondition::kRegistration:
      row->kind = Kind::kRegistration;
      row->registration = FromProto(message.registration())
                              .value_or(domain::RegistrationKind::kUnspecified);
      break;
    case pb::PolicyCondition::kOnList:
      return flag(Kind::kOnList, message.on_list());
    case pb::PolicyCondition::kNegotiated:
      return flag(Kind::kNegotiated, message.negotiated());
    case pb::PolicyCondition::kIndication:
      return flag(Kind::kIndication, message.indication());
    case pb::PolicyCondition::kMinimumLevel:
      row->kind = Kind::kMinimumLevel;
      row->level = message.minimum_level();
      break;
    case pb::PolicyCondition::kRegisteredHospital:
      return flag(Kind::kRegisteredHospital, message.registered_hospital());
    case pb::PolicyCondition::kRegisteredPhysician:
      return flag(Kind::kRegisteredPhysician, message.registered_physician());
    case pb::PolicyCondition::kDualChannel:
      return flag(Kind::kDualChannel, message.dual_channel());
    case pb::PolicyCondition::kDesignated:
      return flag(Kind::kDesignated, message.designated());
    case pb::PolicyCondition::kInPooling:
      return flag(Kind::kInPooling, message.in_pooling());
    case pb::PolicyCondition::kECenter:
      return flag(Kind::kECenter, message.e_center());
    case pb::PolicyCondition::kPrescriberRegionPrefix:
      row->kind = Kind::kPrescriberRegion;
      row->region_prefix = message.prescriber_region_prefix();
      break;
    case pb::PolicyCondition::kPrescriberGovernsFromLevel:
      row->kind = Kind::kPrescriberGoverns;
      row->level = message.prescriber_governs_from_level();
      break;
    case pb::PolicyCondition::ASKS_NOT_SET:
      break;
  }
}

domain::DraftCondition ToCondition(const Node<pb::PolicyCondition>& node) {
  domain::DraftCondition row;
  FillRow(node, &row);
  FillAsked(node.message, &row);
  return row;
}

domain::DraftDeductibleRule ToDeductibleRule(
    const Node<pb::PolicyDeductibleRule>& node) {
  domain::DraftDeductibleRule row;
  FillRow(node, &row);
  row.scope = Known<domain::DeductibleScope>(node.message.scope(),
                                             pb::POLICY_DEDUCTIBLE_SCOPE_NONE,
                                             pb::POLICY_DEDUCTIBLE_SCOPE_VISIT);
  return row;
}

template <typename Message>
domain::DraftFigure ToFigure(const Node<Message>& node) {
  domain::DraftFigure row;
  FillRow(node, &row);
  for (int value : node.message.categories()) {
    row.categories.push_back(FromProto(static_cast<pb::PersonCategory>(value))
                                 .value_or(domain::Category::kUnspecified));
  }
  row.levels.assign(node.message.levels().begin(), node.message.levels().end());
  return row;
}

domain::DraftFigure ToAmount(const Node<pb::PolicyAmount>& node) {
  domain::DraftFigure row = ToFigure(node);
  if (node.message.has_fen()) row.value = node.message.fen();
  return row;
}

domain::DraftFigure ToRatio(const Node<pb::PolicyRatio>& node) {
  domain::DraftFigure row = ToFigure(node);
  if (node.message.has_bp()) row.value = node.message.bp();
  return row;
}

domain::DraftCap ToCap(const Node<pb::PolicyCap>& node) {
  const pb::PolicyCap& message = node.message;
  domain::DraftCap cap;
  cap.place = node.place;
  cap.from = message.from();
  cap.until = message.until();
  cap.source = ToSource(node, pb::PolicyCap::kMeasureSourceFieldNumber,
                        message.measure_source());
  cap.scope_source = ToSource(node, pb::PolicyCap::kScopeSourceFieldNumber,
                              message.scope_source());
  cap.id = message.id();
  cap.measure = Known<domain::DraftMeasure>(
                    message.measure(), pb::POLICY_CAP_MEASURE_UNSPECIFIED,
                    pb::POLICY_CAP_MEASURE_FIXED_PAYMENT)
                    .value_or(domain::DraftMeasure::kUnspecified);
  cap.scope =
      Known<domain::CapScope>(message.scope(), pb::POLICY_CAP_SCOPE_SCHEME_YEAR,
                              pb::POLICY_CAP_SCOPE_SHARED);
  cap.shared_counter = message.shared_counter();
  return cap;
}

domain::DraftLimit ToLimit(const Node<pb::PolicyLimit>& node) {
  domain::DraftLimit row;
  FillRow(node, &row);
  row.cap = node.message.cap();
  row.disease = node.message.disease();
  if (node.message.has_fen()) row.fen = node.message.fen();
  return row;
}

domain::DraftOverflow ToOverflow(const Node<pb::PolicyOverflow>& node) {
  domain::DraftOverflow row;
  FillRow(node, &row);
  row.to = node.message.to();
  return row;
}

// The figures of a scheme itself, or a region's of a scheme.
template <typename Message>
domain::DraftFigures ToFigures(const Node<Message>& node, std::string scheme) {
  domain::DraftFigures figures;
  figures.place = node.place;
  figures.scheme = std::move(scheme);
  figures.deductibles = ConvertAll(node, Message::kDeductiblesFieldNumber,
                                   node.message.deductibles(), ToAmount);
  figures.ratios = ConvertAll(node, Message::kRatiosFieldNumber,
                              node.message.ratios(), ToRatio);
  figures.limits = ConvertAll(node, Message::kLimitsFieldNumber,
                              node.message.limits(), ToLimit);
  return figures;
}

domain::DraftScheme ToScheme(const Node<pb::PolicyScheme>& node) {
  using Message = pb::PolicyScheme;
  const Message& message = node.message;
  domain::DraftScheme scheme;
  scheme.place = node.place;
  scheme.id = message.id();
  scheme.name = ToName(message.name());
  scheme.region = message.region();
  scheme.insurances = ToInsurances(message.insurances());
  scheme.serves = ToServes(message.serves());
  scheme.grouping =
      Known<domain::Grouping>(message.grouping(), pb::POLICY_GROUPING_NONE,
                              pb::POLICY_GROUPING_DISEASE);
  if (message.has_in_force()) {
    scheme.in_force = ToRow(
        ChildOf(node, Message::kInForceFieldNumber, -1, message.in_force()));
  }
  scheme.feeds_layers =
      ConvertAll(node, Message::kFeedsLayersFieldNumber, message.feeds_layers(),
                 ToRow<pb::PolicyFlag>);
  scheme.conditions = ConvertAll(node, Message::kConditionsFieldNumber,
                                 message.conditions(), ToCondition);
  scheme.deductible_rules =
      ConvertAll(node, Message::kDeductibleRulesFieldNumber,
                 message.deductible_rules(), ToDeductibleRule);
  scheme.figures = ToFigures(node, message.id());
  scheme.caps =
      ConvertAll(node, Message::kCapsFieldNumber, message.caps(), ToCap);
  scheme.overflows = ConvertAll(node, Message::kOverflowsFieldNumber,
                                message.overflows(), ToOverflow);
  return scheme;
}

domain::DraftBand ToBand(const Node<pb::PolicyBand>& node) {
  domain::DraftBand row;
  FillRow(node, &row);
  if (node.message.has_from_fen()) row.from_fen = node.message.from_fen();
  if (node.message.has_bp()) row.bp = node.message.bp();
  return row;
}

domain::DraftLayerCap ToLayerCap(const Node<pb::PolicyLayerCap>& node) {
  domain::DraftLayerCap row;
  FillRow(node, &row);
  if (node.message.has_fen()) row.fen = node.message.fen();
  return row;
}

domain::DraftLayerTerms ToTerms(const Node<pb::PolicyLayerTerms>& node) {
  domain::DraftLayerTerms terms;
  terms.place = node.place;
  const std::optional<domain::Assistance> assistance =
      FromProto(node.message.assistance());
  terms.assistance_known = assistance.has_value();
  terms.assistance = assistance.value_or(domain::Assistance::kNone);
  terms.bands = ConvertAll(node, pb::PolicyLayerTerms::kBandsFieldNumber,
                           node.message.bands(), ToBand);
  terms.caps = ConvertAll(node, pb::PolicyLayerTerms::kCapsFieldNumber,
                          node.message.caps(), ToLayerCap);
  return terms;
}

domain::DraftLayer ToLayer(const Node<pb::PolicyLayer>& node) {
  using Message = pb::PolicyLayer;
  const Message& message = node.message;
  domain::DraftLayer layer;
  layer.place = node.place;
  layer.id = message.id();
  layer.name = ToName(message.name());
  layer.region = message.region();
  layer.insurances = ToInsurances(message.insurances());
  layer.field = Known<domain::LayerField>(
      message.field(), pb::POLICY_LAYER_FIELD_CRITICAL_ILLNESS,
      pb::POLICY_LAYER_FIELD_COMMERCIAL);
  if (message.has_in_force()) {
    layer.in_force = ToRow(
        ChildOf(node, Message::kInForceFieldNumber, -1, message.in_force()));
  }
  layer.product_id = message.product_id();
  layer.counts_preself =
      ConvertAll(node, Message::kCountsPreselfFieldNumber,
                 message.counts_preself(), ToRow<pb::PolicyFlag>);
  layer.terms =
      ConvertAll(node, Message::kTermsFieldNumber, message.terms(), ToTerms);
  return layer;
}

domain::DraftPreself ToPreself(const Node<pb::PolicyPreself>& node) {
  domain::DraftPreself row;
  FillRow(node, &row);
  row.kind = ToPreselfKind(node.message.kind());
  if (node.message.has_bp()) row.bp = node.message.bp();
  return row;
}

domain::DraftPriceRule ToPriceRule(const Node<pb::PolicyPriceRule>& node) {
  domain::DraftPriceRule row;
  FillRow(node, &row);
  row.kind = Known<domain::PriceKind>(node.message.kind(),
                                      pb::POLICY_PRICE_KIND_UNSPECIFIED,
                                      pb::POLICY_PRICE_KIND_LISTING_TWO_DISEASE)
                 .value_or(domain::PriceKind::kUnspecified);
  return row;
}

domain::DraftOrderPlace ToOrderPlace(const Node<pb::PolicyPlace>& node) {
  return {node.place, node.message.id(),
          ToSource(node, pb::PolicyPlace::kSourceFieldNumber,
                   node.message.source())};
}

domain::DraftOrder ToOrder(const Node<pb::PolicyOrder>& node) {
  domain::DraftOrder order;
  order.place = node.place;
  order.from = node.message.from();
  order.until = node.message.until();
  order.insurances = ToInsurances(node.message.insurances());
  order.places = ConvertAll(node, pb::PolicyOrder::kPlacesFieldNumber,
                            node.message.places(), ToOrderPlace);
  return order;
}

domain::DraftRegion ToRegion(const Node<pb::PolicyRegion>& node) {
  using Message = pb::PolicyRegion;
  const Message& message = node.message;
  domain::DraftRegion region;
  region.place = node.place;
  region.code = message.code();
  region.name = ToName(message.name());
  region.orders =
      ConvertAll(node, Message::kOrdersFieldNumber, message.orders(), ToOrder);
  region.layer_orders = ConvertAll(node, Message::kLayerOrdersFieldNumber,
                                   message.layer_orders(), ToOrder);
  region.preself_ratios = ConvertAll(node, Message::kPreselfRatiosFieldNumber,
                                     message.preself_ratios(), ToPreself);
  region.price_rules = ConvertAll(node, Message::kPriceRulesFieldNumber,
                                  message.price_rules(), ToPriceRule);
  region.figures =
      ConvertAll(node, Message::kFiguresFieldNumber, message.figures(),
                 [](const Node<pb::PolicyFigures>& figures) {
                   return ToFigures(figures, figures.message.scheme());
                 });
  return region;
}

domain::DraftParity ToParity(const Node<pb::PolicyParity>& node) {
  domain::DraftParity row;
  FillRow(node, &row);
  row.region = node.message.region();
  row.insurance = ToInsurance(node.message.insurance());
  row.serves = ToServes(node.message.serves());
  row.equals = ToServes(node.message.equals());
  row.least_bp = node.message.least_bp();
  return row;
}

domain::DraftCeiling ToCeiling(const Node<pb::PolicyCeiling>& node) {
  domain::DraftCeiling row;
  FillRow(node, &row);
  row.region = node.message.region();
  row.kind = ToPreselfKind(node.message.kind());
  if (node.message.has_most_bp()) row.most_bp = node.message.most_bp();
  row.warning_only = node.message.warning_only();
  return row;
}

domain::DraftAccountCredit ToAccountCredit(
    const Node<pb::PolicyAccountCredit>& node) {
  domain::DraftAccountCredit row;
  FillRow(node, &row);
  row.region = node.message.region();
  row.category = FromProto(node.message.category())
                     .value_or(domain::Category::kUnspecified);
  row.from_age = node.message.from_age();
  if (node.message.has_bp()) row.bp = node.message.bp();
  if (node.message.has_fen()) row.fen = node.message.fen();
  return row;
}

domain::DraftEngineRule ToEngineRule(const Node<pb::PolicyEngineRule>& node) {
  domain::DraftEngineRule row;
  row.place = node.place;
  row.rule = Known<domain::EngineRule>(node.message.rule(),
                                       pb::POLICY_ENGINE_RULE_UNSPECIFIED,
                                       pb::POLICY_ENGINE_RULE_FAMILY_ACCOUNT)
                 .value_or(domain::EngineRule::kUnspecified);
  if (node.message.has_value()) row.value = node.message.value();
  row.source = ToSource(node, pb::PolicyEngineRule::kSourceFieldNumber,
                        node.message.source());
  return row;
}

domain::DraftDocument ToDocument(const Node<pb::PolicyDocument>& node) {
  return {node.place, node.message.id(), node.message.title(),
          node.message.number()};
}

template <typename T>
void MoveInto(std::vector<T> from, std::vector<T>* to) {
  for (T& one : from) to->push_back(std::move(one));
}

}  // namespace

void AppendToDraft(const pb::PolicyFile& file, Tree* tree,
                   const std::string& name, domain::PolicyDraft* draft) {
  using Message = pb::PolicyFile;
  const Node<Message> node{file, tree, {name, 1}};
  draft->files.push_back(name);
  MoveInto(ConvertAll(node, Message::kDocumentsFieldNumber, file.documents(),
                      ToDocument),
           &draft->documents);
  MoveInto(
      ConvertAll(node, Message::kSchemesFieldNumber, file.schemes(), ToScheme),
      &draft->schemes);
  MoveInto(
      ConvertAll(node, Message::kLayersFieldNumber, file.layers(), ToLayer),
      &draft->layers);
  MoveInto(
      ConvertAll(node, Message::kRegionsFieldNumber, file.regions(), ToRegion),
      &draft->regions);
  MoveInto(ConvertAll(node, Message::kPreselfRatiosFieldNumber,
                      file.preself_ratios(), ToPreself),
           &draft->preself_ratios);
  MoveInto(ConvertAll(node, Message::kPriceRulesFieldNumber, file.price_rules(),
                      ToPriceRule),
           &draft->price_rules);
  MoveInto(ConvertAll(node, Message::kParitiesFieldNumber, file.parities(),
                      ToParity),
           &draft->parities);
  MoveInto(ConvertAll(node, Message::kCeilingsFieldNumber, file.ceilings(),
                      ToCeiling),
           &draft->ceilings);
  MoveInto(ConvertAll(node, Message::kEngineRulesFieldNumber,
                      file.engine_rules(), ToEngineRule),
           &draft->engine_rules);
  MoveInto(ConvertAll(node, Message::kAccountCreditsFieldNumber,
                      file.account_credits(), ToAccountCredit),
           &draft->account_credits);
}

}  // namespace onestop::wire
