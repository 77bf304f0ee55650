// Names and reads the counters of deductibles and caps (docs/rules.md section
// 4, "Counter names").
#include "domain/rooms.h"

#include "base/check.h"

namespace onestop::domain {

CapRoom RoomOf(WorkingClaim& work, const Scheme& scheme, const Cap& cap,
               const std::string& key, const Item* item) {
  CapRoom room{cap.measure, "", cap.limit.value, {}, cap.limit.source};
  switch (cap.scope) {
    case CapScope::kSchemeYear:
      room.counter = CapCounter(scheme.id, "");
      break;
    case CapScope::kShared:
      room.counter = cap.shared_counter;
      break;
    case CapScope::kDiseaseYear: {
      room.counter = CapCounter(scheme.id, key);
      const SourcedMoney& limit = cap.by_disease.at(key);
      room.limit = limit.value;
      room.source = limit.source;
      break;
    }
    case CapScope::kDrugYear: {
      room.counter = CapCounter(scheme.id, key);
      if (cap.from_list) {
        ONESTOP_CHECK(item != nullptr);
        const ListEntry* listed = item->OnList(scheme.id);
        ONESTOP_CHECK(listed != nullptr);  // routing asked for it
        room.limit = listed->annual_limit;
        room.source = cap.scope_source;
      }
      break;
    }
  }
  room.used = work.counters.Get(room.counter);
  return room;
}

std::string DeductibleCounterOf(const WorkingClaim& work, const Scheme& scheme,
                                const std::string& key) {
  switch (scheme.deductible_scope) {
    case DeductibleScope::kNone:
      return "";
    case DeductibleScope::kSchemeYear:
      return DeductibleCounter(scheme.id, "");
    case DeductibleScope::kDrugYear:
      return DeductibleCounter(scheme.id, key);
    case DeductibleScope::kVisit:
      return DeductibleCounter(scheme.id, work.claim.encounter_id);
  }
  return "";
}

}  // namespace onestop::domain
