#include "privacy/gather_confidential.h"

#include "privacy/log_copy.h"

namespace alting::privacy {
namespace {

// What is gone may have been.
bool is_flagged(const store::Cell& flag) {
  const auto* number = std::get_if<std::int64_t>(&flag);
  return number == nullptr || *number != 0;
}

std::string words_in(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr ? *text : std::string();
}

}  // namespace

bool Confidential::withholds_of(std::string_view service) const {
  return !subject_.with_confidential && !subject_.confidential_services.contains(service);
}

bool Confidential::withholds_flagged(const std::vector<store::Cell>& flag_org_app) const {
  if (flag_org_app.empty()) return true;
  return is_flagged(flag_org_app[0]) && withholds_of(words_in(flag_org_app[1]) + "/" + words_in(flag_org_app[2]));
}

bool Confidential::withholds_notice(const std::vector<store::Cell>& flag_service) const {
  return flag_service.empty() || (is_flagged(flag_service[0]) && withholds_of(words_in(flag_service[1])));
}

bool Confidential::withholds_message(const store::Cell& id) const {
  return withholds_flagged(opener_.cells_behind("message", {"message_id"}, {id}, {"confidential", "org", "app"}));
}

bool Confidential::withholds(const GatheredRow& row) const {
  if (subject_.with_confidential || !row.is_whole()) return false;
  if (row.table.name == "ledger_activity") {
    const auto entry = opener_.entry_behind(row);
    const auto service = entry ? confidential_service(*entry) : std::nullopt;
    return service && withholds_of(*service);
  }
  if (row.table.name == "notify_order") return withholds_notice({*row.cell("confidential"), *row.cell("service")});
  if (row.table.name == "notify_attempt")
    return withholds_notice(
        opener_.cells_behind("notify_order", {"id"}, {*row.cell("order_id")}, {"confidential", "service"}));
  if (const auto* flag = row.cell("confidential")) {
    const auto *org = row.cell("org"), *app = row.cell("app");
    return org != nullptr && app != nullptr ? withholds_flagged({*flag, *org, *app}) : is_flagged(*flag);
  }
  if (row.room != "inbox") return false;
  if (const auto* batch = row.cell("batch_id"))
    return withholds_flagged(
        opener_.cells_behind("message_batch", {"batch_id"}, {*batch}, {"confidential", "org", "app"}));
  if (const auto* id = row.cell("message_id")) return withholds_message(*id);
  if (const auto* answer = row.cell("answer_id")) {
    const auto of = opener_.cells_behind("message_answer", {"party_id", "answer_id"}, {*row.cell("party_id"), *answer},
                                         {"message_id"});
    return of.empty() || withholds_message(of[0]);
  }
  return false;
}

}  // namespace alting::privacy
